-- What is to be posted. The rules are in src/domain/outbox.rs and ARCHITECTURE.md.
-- No reference to communities or members: a row outlives what it was about.
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
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_try_at BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until BIGINT,
    lease_gen BIGINT NOT NULL DEFAULT 0,
    message_ref TEXT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    UNIQUE (community, key)
);

-- The claim walks what waits in the order it falls due, and nothing else: its cost does not
-- grow with what was sent long ago.
CREATE INDEX outbox_waiting ON outbox (next_try_at, due_at, id) WHERE state = 'ready';
CREATE INDEX outbox_in_flight ON outbox (destination, state)
    WHERE state IN ('leased', 'unknown');
CREATE INDEX outbox_unsettled ON outbox (community, state, due_at)
    WHERE state IN ('ready', 'leased', 'unknown', 'missed', 'dead');
CREATE INDEX outbox_subject ON outbox (community, subject, state);

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
    until BIGINT NOT NULL
);

-- Settings that change while the service runs. The community is '' for the whole service:
-- a NULL would be different from every other NULL and could not be a key.
CREATE TABLE settings (
    community TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (community, key)
);
