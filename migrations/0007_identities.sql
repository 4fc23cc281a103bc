-- One person with several accounts: what else they are known by, who looks like whom, whom a manager or the
-- person has made one, and the codes by which somebody shows that two accounts are theirs.

CREATE TABLE identifiers (
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (member_id, kind, value)
);
CREATE INDEX identifiers_by_value ON identifiers (community_id, kind, value);

-- Two people who may be one, the smaller id first. No reference to members: that two were told apart is
-- still known when one of them was taken into somebody else, and out again.
CREATE TABLE likenesses (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    reason TEXT NOT NULL,
    decision TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    UNIQUE (one, other)
);
CREATE INDEX likenesses_by_decision ON likenesses (community_id, decision, found_at);

CREATE TABLE merges (
    community_id TEXT NOT NULL REFERENCES communities (id),
    number BIGINT NOT NULL,
    kept TEXT NOT NULL,
    gone TEXT NOT NULL,
    way TEXT NOT NULL,
    -- What each of the two had, as JSON; empty once it cannot be undone any more.
    saved TEXT NOT NULL,
    merged_by TEXT REFERENCES members (id),
    merged_at BIGINT NOT NULL,
    undone_at BIGINT,
    PRIMARY KEY (community_id, number)
);
CREATE INDEX merges_by_kept ON merges (kept);
CREATE INDEX merges_by_gone ON merges (gone);
CREATE INDEX merges_by_merger ON merges (merged_by);

-- Never exported. The code itself is there until it is posted, afterwards only its hash.
CREATE TABLE link_codes (
    hash TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    platform TEXT NOT NULL,
    account TEXT NOT NULL,
    unsent TEXT NOT NULL,
    -- The account that typed it and was asked whether it is really meant.
    asked_platform TEXT,
    asked_account TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX link_codes_by_account ON link_codes (community_id, platform, account);

-- How often an account typed a code that is none.
CREATE TABLE link_tries (
    community_id TEXT NOT NULL REFERENCES communities (id),
    platform TEXT NOT NULL,
    account TEXT NOT NULL,
    since BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    PRIMARY KEY (community_id, platform, account)
);
