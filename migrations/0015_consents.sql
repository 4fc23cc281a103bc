-- What people allowed, one purpose each: every answer that was ever given, the one in force with no `replaced_at`.

CREATE TABLE consents (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    purpose TEXT NOT NULL,
    -- The text that was answered: what it was called, and how it read.
    version TEXT NOT NULL,
    wording TEXT NOT NULL,
    -- 1: yes. 0: no, or not any more.
    answer BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    -- The platform it was typed on by the person themself, or `noted`: an organiser wrote down what they said elsewhere.
    via TEXT NOT NULL,
    noted_by TEXT REFERENCES members (id),
    -- How they said it, where it was noted.
    note TEXT NOT NULL DEFAULT '',
    replaced_at BIGINT
);
CREATE INDEX consents_by_member ON consents (member_id, purpose, given_at);
CREATE INDEX consents_in_force ON consents (community_id, purpose, answer, member_id) WHERE replaced_at IS NULL;
