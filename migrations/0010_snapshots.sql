-- What was reported without evidence, by a number that is given once: what it is said to count, of which days, and from
-- where. It is compared with the records and never added to what is counted from them. The table of step 5 has held nothing.

DROP TABLE reported_figures;
CREATE TABLE reported_figures (
    community_id TEXT NOT NULL REFERENCES communities (id),
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    figure TEXT,
    series_id TEXT REFERENCES series (id),
    from_date TEXT,
    to_date TEXT,
    source TEXT NOT NULL,
    recorded_by TEXT REFERENCES members (id),
    recorded_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    PRIMARY KEY (community_id, number)
);
