-- What speakers say of themselves and of their talks, on a page that a private link leads to. Whoever has the link writes
-- there, so only its hash is kept, and the link itself until it was posted.
ALTER TABLE talks ADD COLUMN summary TEXT NOT NULL DEFAULT '';
ALTER TABLE talks ADD COLUMN slides TEXT NOT NULL DEFAULT '';
ALTER TABLE appearances ADD COLUMN bio TEXT NOT NULL DEFAULT '';

CREATE TABLE speaker_links (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    community_id TEXT NOT NULL REFERENCES communities (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    unsent TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX speaker_links_by_member ON speaker_links (member_id, session_id);
CREATE INDEX speaker_links_by_session ON speaker_links (session_id);
