-- The links under which people follow their own calendar. Whoever has one reads it, so only its hash is kept, and the link
-- itself until it was posted.
CREATE TABLE calendar_links (
    hash TEXT PRIMARY KEY NOT NULL,
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    unsent TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE INDEX calendar_links_by_member ON calendar_links (member_id, created_at);

-- What everybody may follow, newest first.
CREATE INDEX sessions_by_change ON sessions (community_id, changed_at) WHERE announced_at IS NOT NULL;
