-- Meetings: events of a group of people, with their agenda, updates, questions and notes.

-- 'session' for a seminar, 'meeting' for a meeting.
ALTER TABLE series ADD COLUMN kind TEXT NOT NULL DEFAULT 'session';
-- The role groups it is for, as ';core;students;'; empty for everybody.
ALTER TABLE series ADD COLUMN for_groups TEXT NOT NULL DEFAULT '';
-- How many working days before a meeting its agenda closes.
ALTER TABLE series ADD COLUMN agenda_days BIGINT;
-- When all meetings of the series were announced, those not planned yet included.
ALTER TABLE series ADD COLUMN announced_at BIGINT;

ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'session';
ALTER TABLE sessions ADD COLUMN for_groups TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN notes TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN notes_at BIGINT;

-- Erasing a person leaves what they put down, without them.
CREATE TABLE agenda_items (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    place BIGINT NOT NULL,
    text TEXT NOT NULL,
    minutes BIGINT,
    member_id TEXT REFERENCES members (id),
    -- 'open', or 'later' when it was not discussed and goes to the next meeting.
    status TEXT NOT NULL,
    -- The number of the meeting it was first put down for.
    carried_from BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX agenda_items_by_session ON agenda_items (session_id, place);
CREATE INDEX agenda_items_by_member ON agenda_items (member_id);
CREATE INDEX agenda_items_later ON agenda_items (community_id, session_id) WHERE status = 'later';

CREATE TABLE updates (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    place BIGINT NOT NULL,
    -- The group or project it is about; empty when nobody said.
    about TEXT NOT NULL,
    text TEXT NOT NULL,
    member_id TEXT REFERENCES members (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX updates_by_session ON updates (session_id, place);
CREATE INDEX updates_by_member ON updates (member_id);

-- The id is the number that people say, and nothing here tells more of the time than the day: a
-- question asked anonymously must not be found by what else was written at that moment.
CREATE TABLE questions (
    community_id TEXT NOT NULL REFERENCES communities (id),
    number BIGINT NOT NULL,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    text TEXT NOT NULL,
    -- NULL: asked anonymously, or by somebody who was erased.
    member_id TEXT REFERENCES members (id),
    anonymous BIGINT NOT NULL,
    status TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    asked_on TEXT NOT NULL,
    carried_from BIGINT,
    PRIMARY KEY (community_id, number)
);
CREATE INDEX questions_by_session ON questions (session_id, number);
CREATE INDEX questions_by_member ON questions (member_id);
CREATE INDEX questions_open ON questions (community_id, session_id) WHERE status = 'open';
ALTER TABLE communities ADD COLUMN next_question BIGINT NOT NULL DEFAULT 1;
