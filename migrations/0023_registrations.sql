-- People who register on the public page. Until they follow the link in their letter, a row is all that is known of them, and
-- it takes no seat; then they are a contact with an answer like anybody's, and the row is only the link by which they change it.
CREATE TABLE registrations (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    -- None until it is confirmed.
    member_id TEXT REFERENCES members (id),
    -- Of the link in the letter; the link itself until that was posted.
    hash TEXT NOT NULL UNIQUE,
    unsent TEXT NOT NULL,
    -- What was typed, empty once it is confirmed; the mailbox is the address without its spelling.
    address TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL,
    country TEXT,
    way TEXT,
    -- 1: news by mail are wanted too.
    news BIGINT NOT NULL,
    -- The text that was agreed to.
    version TEXT NOT NULL,
    wording TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE INDEX registrations_by_mailbox ON registrations (community_id, mailbox, asked_at) WHERE confirmed_at IS NULL;
CREATE INDEX registrations_by_age ON registrations (community_id, asked_at) WHERE confirmed_at IS NULL;
CREATE INDEX registrations_by_member ON registrations (member_id, session_id);
CREATE INDEX registrations_by_session ON registrations (session_id);
