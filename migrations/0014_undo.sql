-- Who did what can be taken back for a day: how the rows of an action were before it and after it, as JSON, beside its
-- line in the audit log. Rows are names and texts of people, so they go after that day, and when anybody is forgotten.

CREATE TABLE audit_changes (
    audit_id TEXT PRIMARY KEY REFERENCES audit (id),
    community_id TEXT NOT NULL REFERENCES communities (id),
    changes TEXT NOT NULL,
    kept_at BIGINT NOT NULL
);
CREATE INDEX audit_changes_by_age ON audit_changes (kept_at);
CREATE INDEX audit_changes_by_community ON audit_changes (community_id);
