-- Privacy: who asked to be forgotten, and what platforms still have to let go of.

-- Set on what is left of somebody who was erased: how they belonged before. Such a row has no name, no account and
-- an id of its own; counts that were theirs hang on it.
ALTER TABLE members ADD COLUMN erased TEXT;

-- Who was erased, as keyed hashes of their accounts, addresses and ids, so that an import does not bring them back
-- and an older copy that is put back is erased again. The key is the setting privacy.key; neither is exported.
CREATE TABLE erasures (
    community_id TEXT NOT NULL REFERENCES communities (id),
    hash TEXT NOT NULL,
    -- The same for all hashes of one person.
    erasure TEXT NOT NULL,
    erased_at BIGINT NOT NULL,
    -- When the person came back by themself; imports may name them again from then on.
    lifted_at BIGINT,
    PRIMARY KEY (community_id, hash, erasure)
);
CREATE INDEX erasures_by_erasure ON erasures (community_id, erasure);

-- What platforms that keep what was said here still have to let go of: accounts and names as JSON until they have,
-- then nothing until the database's own log is cut.
CREATE TABLE forgettings (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    who TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
