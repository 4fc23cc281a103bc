-- Mail. An account under which nobody is any more is written to no more; and who was sent an invitation that calendars
-- follow, where it went, in which version, and what they answered by their calendar.
ALTER TABLE accounts ADD COLUMN gone_at BIGINT;

CREATE TABLE invitations (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    address TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    -- When their calendar wrote its last answer (DTSTAMP): an older one that comes later is none.
    answered_stamp BIGINT,
    PRIMARY KEY (session_id, member_id)
);
CREATE INDEX invitations_by_member ON invitations (member_id);
