-- Counts by month, kept in the transaction that changes what they count, and the ledger around them.
-- month is year * 12 + month - 1; a facet is ORGANISATION|COUNTRY|SOURCE as in domain/figures/facet.rs. Both tables
-- of counts follow from the records (`convene figures --recompute` compares), so they refer to nothing.

CREATE TABLE monthly_figures (
    community_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    month BIGINT NOT NULL,
    facet TEXT NOT NULL,
    n BIGINT NOT NULL,
    records BIGINT NOT NULL,
    presenting BIGINT NOT NULL,
    checked_in BIGINT NOT NULL,
    listed BIGINT NOT NULL,
    reported BIGINT NOT NULL,
    timed BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    PRIMARY KEY (community_id, kind, month, facet)
);

-- In which months of ten years a person came: one bit for each of the 60 early and the 60 late ones. How many
-- different people came in whatever months is then one pass over the people, read from the index alone.
CREATE TABLE attended_months (
    community_id TEXT NOT NULL,
    person TEXT NOT NULL,
    decade BIGINT NOT NULL,
    facet TEXT NOT NULL,
    early BIGINT NOT NULL,
    late BIGINT NOT NULL,
    PRIMARY KEY (community_id, person, decade)
);
CREATE INDEX attended_by_facet ON attended_months (community_id, decade, facet, early, late, person);

-- Snapshots are only ever added: nothing changes or deletes one.
CREATE TABLE figure_snapshots (
    community_id TEXT NOT NULL REFERENCES communities (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    taken_by TEXT REFERENCES members (id),
    from_date TEXT,
    to_date TEXT,
    figures TEXT NOT NULL,
    PRIMARY KEY (community_id, number)
);

CREATE TABLE reported_figures (
    id TEXT PRIMARY KEY,
    community_id TEXT NOT NULL REFERENCES communities (id),
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    reported_on TEXT,
    source TEXT NOT NULL,
    recorded_by TEXT REFERENCES members (id),
    recorded_at BIGINT NOT NULL
);
CREATE INDEX reported_by_community ON reported_figures (community_id, recorded_at);

DROP INDEX attendance_by_member;
CREATE INDEX attendance_by_member ON attendance (member_id, session_id);
CREATE INDEX attendance_by_stranger ON attendance (community_id, identity, member_id) WHERE member_id IS NULL;
CREATE INDEX sessions_by_wall ON sessions (community_id, wall);

-- What was recorded before there were counts.
INSERT INTO monthly_figures (community_id, kind, month, facet, n, records, presenting, checked_in, listed, reported,
    timed, minutes)
SELECT x.community_id, 'attendance', x.month, x.facet, count(*), CAST(sum(x.records) AS BIGINT),
    CAST(sum(x.presenting) AS BIGINT), CAST(sum(x.checked_in) AS BIGINT), CAST(sum(x.listed) AS BIGINT),
    CAST(sum(x.reported) AS BIGINT), count(x.minutes), CAST(COALESCE(sum(x.minutes), 0) AS BIGINT)
FROM (
    SELECT s.community_id,
        CAST(substr(s.wall, 1, 4) AS BIGINT) * 12 + CAST(substr(s.wall, 6, 2) AS BIGINT) - 1 AS month,
        CASE WHEN c.member_id IS NULL THEN
            '|' || COALESCE(c.country, '') || '|' || CASE WHEN c.country IS NULL THEN 'unknown' ELSE 'connection' END
        ELSE
            COALESCE(m.organisation_id, '') || '|' || COALESCE(m.country, o.country, '') || '|' ||
            CASE WHEN m.country IS NOT NULL THEN m.country_source
                 WHEN o.country IS NOT NULL THEN 'organisation' ELSE 'unknown' END
        END AS facet,
        c.records, c.presenting, c.checked_in, c.listed, c.reported, c.minutes
    FROM (
        SELECT a.session_id, max(a.member_id) AS member_id, max(a.country) AS country, count(*) AS records,
            max(CASE WHEN a.part = 'attendee' THEN 0 ELSE 1 END) AS presenting,
            max(CASE WHEN a.source = 'check-in' THEN 1 ELSE 0 END) AS checked_in,
            max(CASE WHEN a.source = 'host list' THEN 1 ELSE 0 END) AS listed,
            max(CASE WHEN a.source = 'report' THEN 1 ELSE 0 END) AS reported,
            max(a.minutes) AS minutes
        FROM attendance a GROUP BY a.session_id, COALESCE(a.member_id, a.identity)
    ) AS c JOIN sessions s ON s.id = c.session_id
        LEFT JOIN members m ON m.id = c.member_id LEFT JOIN organisations o ON o.id = m.organisation_id
    WHERE s.status = 'planned' AND s.kind = 'session'
) AS x GROUP BY x.community_id, x.month, x.facet;

INSERT INTO monthly_figures (community_id, kind, month, facet, n, records, presenting, checked_in, listed, reported,
    timed, minutes)
SELECT x.community_id, 'answer', x.month, x.facet, count(*), count(*), 0, 0, 0, 0, 0, 0
FROM (
    SELECT s.community_id,
        CAST(substr(s.wall, 1, 4) AS BIGINT) * 12 + CAST(substr(s.wall, 6, 2) AS BIGINT) - 1 AS month,
        COALESCE(m.organisation_id, '') || '|' || COALESCE(m.country, o.country, '') || '|' ||
            CASE WHEN m.country IS NOT NULL THEN m.country_source
                 WHEN o.country IS NOT NULL THEN 'organisation' ELSE 'unknown' END AS facet
    FROM rsvps r JOIN sessions s ON s.id = r.session_id JOIN members m ON m.id = r.member_id
        LEFT JOIN organisations o ON o.id = m.organisation_id
    WHERE r.seat = 'confirmed' AND s.status = 'planned' AND s.kind = 'session' AND s.recorded > 0
) AS x GROUP BY x.community_id, x.month, x.facet;

INSERT INTO attended_months (community_id, person, decade, facet, early, late)
SELECT x.community_id, x.person, x.month / 120,
    CASE WHEN x.facet IS NOT NULL THEN x.facet
         WHEN x.country IS NULL THEN '||unknown' ELSE '|' || x.country || '|connection' END,
    x.early, x.late
FROM (
    SELECT y.community_id, y.person, y.month / 120 * 120 AS month, max(y.facet) AS facet, max(y.country) AS country,
        CAST(sum(CASE WHEN y.month % 120 < 60
            THEN CAST(1 AS BIGINT) << CAST(y.month % 120 AS INTEGER) ELSE 0 END) AS BIGINT) AS early,
        CAST(sum(CASE WHEN y.month % 120 < 60
            THEN 0 ELSE CAST(1 AS BIGINT) << CAST(y.month % 120 - 60 AS INTEGER) END) AS BIGINT) AS late
    FROM (
        SELECT s.community_id, COALESCE(a.member_id, a.identity) AS person,
            CAST(substr(s.wall, 1, 4) AS BIGINT) * 12 + CAST(substr(s.wall, 6, 2) AS BIGINT) - 1 AS month,
            max(CASE WHEN m.id IS NULL THEN NULL ELSE
                COALESCE(m.organisation_id, '') || '|' || COALESCE(m.country, o.country, '') || '|' ||
                CASE WHEN m.country IS NOT NULL THEN m.country_source
                     WHEN o.country IS NOT NULL THEN 'organisation' ELSE 'unknown' END END) AS facet,
            max(a.country) AS country
        FROM attendance a JOIN sessions s ON s.id = a.session_id
            LEFT JOIN members m ON m.id = a.member_id LEFT JOIN organisations o ON o.id = m.organisation_id
        WHERE s.status = 'planned' AND s.kind = 'session'
        GROUP BY s.community_id, COALESCE(a.member_id, a.identity),
            CAST(substr(s.wall, 1, 4) AS BIGINT) * 12 + CAST(substr(s.wall, 6, 2) AS BIGINT) - 1
    ) AS y GROUP BY y.community_id, y.person, y.month / 120
) AS x;
