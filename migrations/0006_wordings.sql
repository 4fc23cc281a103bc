-- Texts that a manager gave a wording instead of the usual one, each version a row. One that was only
-- previewed has no `since`; the one in force has no `until`.
CREATE TABLE wordings (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    typed_by TEXT REFERENCES members (id),
    typed_at BIGINT NOT NULL,
    since BIGINT,
    until BIGINT
);
CREATE UNIQUE INDEX wordings_in_force ON wordings (community_id, name)
    WHERE since IS NOT NULL AND until IS NULL;
CREATE INDEX wordings_by_name ON wordings (community_id, name, typed_at);

-- What waits for an organiser before it is posted. One draft stands for all rows of the outbox that say the
-- same at the same time: those to many people are looked at once.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    -- The key of its rows, without who reads them.
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- A room; NULL for people.
    destination TEXT,
    due_at BIGINT NOT NULL,
    not_after BIGINT,
    decision TEXT,
    decided_by TEXT REFERENCES members (id),
    decided_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (community_id, key)
);
CREATE INDEX drafts_open ON drafts (community_id, due_at) WHERE decision IS NULL;

ALTER TABLE outbox ADD COLUMN draft TEXT;
CREATE INDEX outbox_drafts ON outbox (draft, state, due_at) WHERE draft IS NOT NULL;

-- What nobody looked at in time is missed as well.
DROP INDEX outbox_useless;
CREATE INDEX outbox_useless ON outbox (not_after) WHERE state IN ('ready', 'drafted');
