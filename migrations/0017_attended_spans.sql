-- Different people over any months of forty years are one pass over one row each; ten years to a row made people of two
-- rows, who had to be told apart first. Who came is counted by reading this table from end to end, so it has no index
-- beside its key, and an attendance changes one place of it. The key begins with the person, so that nobody
-- looks people up by their community.
-- span is the month / 480 (50 is 2000 to 2039), w0 to w7 hold 60 months each, a bit for a month.

CREATE TABLE attended_spans (
    community_id TEXT NOT NULL,
    person TEXT NOT NULL,
    span BIGINT NOT NULL,
    facet TEXT NOT NULL,
    w0 BIGINT NOT NULL,
    w1 BIGINT NOT NULL,
    w2 BIGINT NOT NULL,
    w3 BIGINT NOT NULL,
    w4 BIGINT NOT NULL,
    w5 BIGINT NOT NULL,
    w6 BIGINT NOT NULL,
    w7 BIGINT NOT NULL,
    PRIMARY KEY (person, community_id, span)
);

-- Of somebody who is not a member the country that is the last by its code counts; of a member all rows say the same.
INSERT INTO attended_spans (community_id, person, span, facet, w0, w1, w2, w3, w4, w5, w6, w7)
SELECT a.community_id, a.person, a.decade / 4,
    COALESCE(NULLIF(max(CASE WHEN a.facet = '||unknown' THEN '' ELSE a.facet END), ''), '||unknown'),
    CAST(sum(CASE WHEN a.decade % 4 = 0 THEN a.early ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN a.decade % 4 = 0 THEN a.late ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN a.decade % 4 = 1 THEN a.early ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN a.decade % 4 = 1 THEN a.late ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN a.decade % 4 = 2 THEN a.early ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN a.decade % 4 = 2 THEN a.late ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN a.decade % 4 = 3 THEN a.early ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN a.decade % 4 = 3 THEN a.late ELSE 0 END) AS BIGINT)
FROM attended_months a GROUP BY a.community_id, a.person, a.decade / 4;

DROP TABLE attended_months;

-- Members are counted by where they are, from this index alone.
CREATE INDEX members_counted ON members (community_id, organisation_id, country, country_source, joined_at, left_at, standing, erased);
