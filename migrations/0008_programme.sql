-- Joint presenting: whether a series asks for it (NULL: the usual, see domain/events/completeness.rs), whether a speaker
-- agreed, where the rule was waived and why; and how far people are in their careers, for the year's balance.
ALTER TABLE series ADD COLUMN joint BIGINT;
ALTER TABLE appearances ADD COLUMN presence TEXT NOT NULL DEFAULT 'confirmed';
ALTER TABLE members ADD COLUMN career_stage TEXT;

CREATE TABLE waivers (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    reason TEXT NOT NULL,
    waived_by TEXT REFERENCES members (id),
    waived_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, organisation_id)
);
CREATE INDEX waivers_by_community ON waivers (community_id, session_id);
