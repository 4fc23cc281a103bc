-- Checklists of people who join and of sessions, who has which duty on them, and what people agreed to. The
-- rules are in src/domain/checklist.

-- A copy of a template. It is about a person or about a session, and has the dates that the stored due dates of
-- its items count from.
CREATE TABLE checklists (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT REFERENCES members (id),
    session_id TEXT REFERENCES sessions (id),
    template TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    closed_at BIGINT,
    UNIQUE (member_id, template),
    UNIQUE (session_id)
);
-- Those that are not closed are few, however many there were.
CREATE INDEX checklists_open ON checklists (community_id, session_id, member_id) WHERE closed_at IS NULL;

CREATE TABLE checklist_items (
    id TEXT PRIMARY KEY,
    checklist_id TEXT NOT NULL REFERENCES checklists (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    place BIGINT NOT NULL,
    key TEXT NOT NULL,
    item_group TEXT NOT NULL,
    text TEXT NOT NULL,
    more TEXT NOT NULL,
    duty TEXT NOT NULL,
    due TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    ticks TEXT,
    done_at BIGINT,
    done_by TEXT REFERENCES members (id),
    UNIQUE (checklist_id, place)
);
CREATE INDEX checklist_items_due ON checklist_items (community_id, due_at);
CREATE INDEX checklist_items_done_by ON checklist_items (done_by) WHERE done_by IS NOT NULL;

-- Duties that were given to somebody; `open` is that of the list.
CREATE TABLE checklist_duties (
    checklist_id TEXT NOT NULL REFERENCES checklists (id),
    duty TEXT NOT NULL,
    member_id TEXT NOT NULL REFERENCES members (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    open BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (checklist_id, duty)
);
CREATE INDEX checklist_duties_by_member ON checklist_duties (member_id, open);

-- The numbers by which somebody calls what is theirs to do.
CREATE TABLE todo_numbers (
    member_id TEXT NOT NULL REFERENCES members (id),
    item_id TEXT NOT NULL REFERENCES checklist_items (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    number BIGINT NOT NULL,
    PRIMARY KEY (member_id, item_id),
    UNIQUE (member_id, number)
);
CREATE INDEX todo_numbers_by_item ON todo_numbers (item_id);

-- How somebody came, and whether they were welcomed.
CREATE TABLE arrivals (
    member_id TEXT PRIMARY KEY REFERENCES members (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    arrived_at BIGINT NOT NULL,
    welcome TEXT NOT NULL
);
CREATE INDEX arrivals_by_welcome ON arrivals (community_id, welcome);

-- What somebody agreed to, in which version, and when.
CREATE TABLE acknowledgements (
    member_id TEXT NOT NULL REFERENCES members (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    what TEXT NOT NULL,
    version TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (member_id, what, version)
);
CREATE INDEX acknowledgements_by_version ON acknowledgements (community_id, what, version);
