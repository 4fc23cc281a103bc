-- What is to be posted; the rules are in src/domain/outbox. No reference to communities or
-- members: a row outlives what it was about.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    community TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_rev BIGINT NOT NULL,
    destination TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    not_after BIGINT,
    key TEXT NOT NULL,
    token TEXT NOT NULL,
    -- Ids only: the text is worded when the row is claimed.
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    -- 1: the answer to somebody who waits.
    answers BIGINT NOT NULL DEFAULT 0,
    -- 1: an operator wants it posted however late it is.
    forced BIGINT NOT NULL DEFAULT 0,
    -- 1: taken back while it was being sent; it is not tried again.
    recalled BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    reads BIGINT NOT NULL DEFAULT 0,
    -- NULL: settled, being sent, or (unknown) left to the operator.
    next_try_at BIGINT,
    lease_owner TEXT,
    lease_until BIGINT,
    lease_gen BIGINT NOT NULL DEFAULT 0,
    -- When and where its first request began, which is where it is looked for.
    tried_at BIGINT,
    tried_in TEXT,
    message_ref TEXT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    UNIQUE (community, key)
);

-- The claim walks what is due in order and asks of each row whether something of the same
-- destination is ahead of it or in flight. Nothing here grows with what was sent long ago.
CREATE INDEX outbox_due ON outbox (answers, due_at, id) WHERE state = 'ready';
CREATE INDEX outbox_queue ON outbox (destination, answers, due_at, id) WHERE state = 'ready';
CREATE INDEX outbox_useless ON outbox (not_after) WHERE state = 'ready';
CREATE INDEX outbox_in_flight ON outbox (destination, state, next_try_at)
    WHERE state IN ('leased', 'unknown');
CREATE INDEX outbox_reading ON outbox (next_try_at) WHERE state = 'unknown';
CREATE INDEX outbox_leases ON outbox (lease_until) WHERE state = 'leased';
CREATE INDEX outbox_troubled ON outbox (community, due_at)
    WHERE state IN ('unknown', 'missed', 'dead');
CREATE INDEX outbox_subject ON outbox (community, subject, kind, state, due_at);

-- Incoming events that were dealt with, so that a repeat changes nothing.
CREATE TABLE inbox (
    platform TEXT NOT NULL,
    event_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (platform, event_id)
);
CREATE INDEX inbox_age ON inbox (received_at);

-- What only one process may hold at a time, such as a platform's connection.
CREATE TABLE leases (
    name TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    generation BIGINT NOT NULL,
    held_until BIGINT NOT NULL
);

-- Settings that change while the service runs. The community is '' for the whole service:
-- a NULL would differ from every other NULL and could not be a key.
CREATE TABLE settings (
    community TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (community, key)
);
