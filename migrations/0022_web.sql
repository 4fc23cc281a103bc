-- Who is signed in to the pages of those who run a community. Whoever has a link or a cookie is let in, so only hashes are
-- kept, and a link itself until it was posted.
CREATE TABLE sign_ins (
    hash TEXT PRIMARY KEY NOT NULL,
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    platform TEXT NOT NULL,
    account TEXT NOT NULL,
    unsent TEXT NOT NULL DEFAULT '',
    -- What the browser that asked holds, as a hash; empty where the link was asked for in chat.
    browser TEXT NOT NULL DEFAULT '',
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_by_member ON sign_ins (member_id, expires_at);

CREATE TABLE signed_in (
    id TEXT PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    -- What it was before it was last exchanged: good for a minute more, for requests under way.
    previous TEXT NOT NULL DEFAULT '',
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    platform TEXT NOT NULL,
    account TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    exchanged_at BIGINT NOT NULL
);
CREATE INDEX signed_in_by_member ON signed_in (member_id);
CREATE INDEX signed_in_by_previous ON signed_in (previous) WHERE previous <> '';

-- The names in reports that wait for a decision are few, however many reports there were.
CREATE INDEX reviews_open ON reviews (community_id, session_id) WHERE decision = 'open';
