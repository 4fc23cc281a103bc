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
