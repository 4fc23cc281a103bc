-- Communities, people, series, sessions, answers, attendance.
-- Instants are BIGINT milliseconds since 1970 in UTC; wall times are ISO 8601 TEXT; truth is BIGINT
-- 0 or 1; ids are ULIDs made by us. Every row names its community, and every index that
-- looks for people or sessions begins with it.

CREATE TABLE communities (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    next_number BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);

CREATE TABLE organisations (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    name TEXT NOT NULL,
    partner BIGINT NOT NULL DEFAULT 0,
    label TEXT NOT NULL DEFAULT '',
    sector TEXT NOT NULL DEFAULT '',
    country TEXT,
    zone TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX organisations_by_community ON organisations (community_id, partner);

CREATE TABLE organisation_aliases (
    community_id TEXT NOT NULL REFERENCES communities (id),
    alias TEXT NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisations (id),
    PRIMARY KEY (community_id, alias)
);

CREATE TABLE members (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    standing TEXT NOT NULL,
    permission TEXT NOT NULL,
    organisation_id TEXT REFERENCES organisations (id),
    sector TEXT NOT NULL DEFAULT '',
    discipline TEXT NOT NULL DEFAULT '',
    country TEXT,
    country_source TEXT NOT NULL DEFAULT 'unknown',
    zone TEXT,
    quiet_from TEXT,
    quiet_until TEXT,
    ladder TEXT,
    reach TEXT,
    onboarded_at BIGINT,
    joined_at BIGINT,
    left_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX members_by_community ON members (community_id, standing, id);
CREATE INDEX members_by_name ON members (community_id, name_folded, id);
CREATE INDEX members_who_run ON members (community_id, name_folded, id)
    WHERE permission IN ('manager', 'deputy', 'organiser');
CREATE INDEX members_by_joined ON members (community_id, joined_at);
CREATE INDEX members_by_organisation ON members (organisation_id);

CREATE TABLE accounts (
    community_id TEXT NOT NULL REFERENCES communities (id),
    platform TEXT NOT NULL,
    account TEXT NOT NULL,
    member_id TEXT NOT NULL REFERENCES members (id),
    direct_room TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (community_id, platform, account)
);
CREATE INDEX accounts_by_member ON accounts (member_id, platform);
CREATE INDEX accounts_by_account ON accounts (platform, account, community_id);

CREATE TABLE role_terms (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    role_group TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT
);
CREATE INDEX role_terms_by_member ON role_terms (member_id);
CREATE INDEX role_terms_by_group ON role_terms (community_id, role_group);

CREATE TABLE opt_outs (
    member_id TEXT NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (member_id, kind)
);

CREATE TABLE series (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    zone TEXT NOT NULL,
    schedule TEXT NOT NULL,
    planned_until TEXT NOT NULL,
    ends_on TEXT,
    capacity BIGINT,
    capacity_in_person BIGINT,
    mode TEXT NOT NULL,
    link TEXT NOT NULL DEFAULT '',
    place TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    UNIQUE (community_id, slug)
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    series_id TEXT REFERENCES series (id),
    number BIGINT NOT NULL,
    recurrence_id TEXT,
    wall TEXT NOT NULL,
    zone TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    revision BIGINT NOT NULL DEFAULT 0,
    title TEXT NOT NULL,
    theme TEXT NOT NULL DEFAULT '',
    link TEXT NOT NULL DEFAULT '',
    place TEXT NOT NULL DEFAULT '',
    recording TEXT NOT NULL DEFAULT '',
    recording_at BIGINT,
    mode TEXT NOT NULL,
    capacity BIGINT,
    capacity_in_person BIGINT,
    planned_at BIGINT NOT NULL,
    announced_at BIGINT,
    yes_online BIGINT NOT NULL DEFAULT 0,
    yes_in_person BIGINT NOT NULL DEFAULT 0,
    maybe BIGINT NOT NULL DEFAULT 0,
    declined BIGINT NOT NULL DEFAULT 0,
    offered_online BIGINT NOT NULL DEFAULT 0,
    offered_in_person BIGINT NOT NULL DEFAULT 0,
    waiting_online BIGINT NOT NULL DEFAULT 0,
    waiting_in_person BIGINT NOT NULL DEFAULT 0,
    next_place BIGINT NOT NULL DEFAULT 1,
    estimate BIGINT,
    recorded BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    UNIQUE (community_id, number),
    UNIQUE (series_id, recurrence_id)
);
CREATE INDEX sessions_by_start ON sessions (community_id, starts_at);
CREATE INDEX sessions_by_recording ON sessions (community_id, recording_at) WHERE recording_at IS NOT NULL;
CREATE INDEX sessions_by_series ON sessions (series_id, starts_at);
-- The summary's median is over what was recorded of the sessions before, read from here alone.
CREATE INDEX sessions_with_turnout ON sessions (series_id, starts_at, recorded, estimate)
    WHERE recorded > 0 OR estimate IS NOT NULL;

CREATE TABLE talks (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    place BIGINT NOT NULL,
    title TEXT NOT NULL
);
CREATE INDEX talks_by_session ON talks (session_id, place);

CREATE TABLE appearances (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    organisation_id TEXT REFERENCES organisations (id),
    talk_id TEXT REFERENCES talks (id),
    part TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (session_id, member_id, part)
);
CREATE INDEX appearances_by_member ON appearances (member_id);
CREATE INDEX appearances_by_talk ON appearances (talk_id) WHERE talk_id IS NOT NULL;
CREATE INDEX appearances_by_community ON appearances (community_id, part);

CREATE TABLE rsvps (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    partstat TEXT NOT NULL,
    seat TEXT NOT NULL,
    way TEXT NOT NULL,
    place BIGINT,
    offer_until BIGINT,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, member_id)
);
CREATE INDEX rsvps_waiting ON rsvps (session_id, seat, way, place);
CREATE INDEX rsvps_by_member ON rsvps (member_id);

CREATE TABLE standing_answers (
    series_id TEXT NOT NULL REFERENCES series (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    partstat TEXT NOT NULL,
    way TEXT NOT NULL,
    from_wall TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (series_id, member_id)
);

CREATE TABLE cards (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    destination TEXT NOT NULL,
    community_id TEXT NOT NULL REFERENCES communities (id),
    message_ref TEXT NOT NULL,
    edits BIGINT NOT NULL DEFAULT 0,
    dirty BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, destination)
);
CREATE INDEX cards_by_message ON cards (message_ref);

CREATE TABLE materialised (
    subject TEXT NOT NULL,
    revision BIGINT NOT NULL,
    rung TEXT NOT NULL,
    community_id TEXT NOT NULL REFERENCES communities (id),
    after_member TEXT NOT NULL DEFAULT '',
    done BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (subject, revision, rung)
);

CREATE TABLE attendance (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    source TEXT NOT NULL,
    identity TEXT NOT NULL,
    member_id TEXT REFERENCES members (id),
    name TEXT NOT NULL DEFAULT '',
    part TEXT NOT NULL,
    minutes BIGINT,
    country TEXT,
    recorded_at BIGINT NOT NULL,
    UNIQUE (session_id, source, identity)
);
CREATE INDEX attendance_by_member ON attendance (member_id);

CREATE TABLE reviews (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    session_id TEXT NOT NULL REFERENCES sessions (id),
    identity TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT '',
    part TEXT NOT NULL,
    minutes BIGINT,
    country TEXT,
    suggested_member TEXT REFERENCES members (id),
    decision TEXT NOT NULL,
    decided_by TEXT REFERENCES members (id),
    decided_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (session_id, identity)
);
CREATE INDEX reviews_by_name ON reviews (community_id, name);

CREATE TABLE proposals (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    member_id TEXT NOT NULL REFERENCES members (id),
    act TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    done_at BIGINT
);

CREATE TABLE deadlines (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    due_on TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX deadlines_by_date ON deadlines (community_id, due_on);

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    at BIGINT NOT NULL,
    member_id TEXT REFERENCES members (id),
    account TEXT NOT NULL,
    via TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL
);
CREATE INDEX audit_by_time ON audit (community_id, at);
CREATE INDEX members_with_ladder ON members (community_id, ladder) WHERE ladder IS NOT NULL;
CREATE INDEX rsvps_offered ON rsvps (offer_until, place) WHERE seat = 'offered';
