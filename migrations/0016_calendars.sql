-- What calendars outside need to follow a session: which occurrence of its series it is, for good, whatever its rule
-- becomes (RFC 5545, RECURRENCE-ID, as an instant); how often something changed that people plan by (SEQUENCE); and
-- when anything changed that stands in a calendar.
ALTER TABLE sessions ADD COLUMN occurrence BIGINT;
ALTER TABLE sessions ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;

UPDATE sessions SET sequence = revision,
    changed_at = CASE WHEN planned_at > created_at THEN planned_at ELSE created_at END;
-- Nothing was in a calendar yet, so where a session is now will do.
UPDATE sessions SET occurrence = starts_at WHERE recurrence_id IS NOT NULL AND number = (
    SELECT min(t.number) FROM sessions t
    WHERE t.series_id = sessions.series_id AND t.starts_at = sessions.starts_at AND t.recurrence_id IS NOT NULL);
CREATE UNIQUE INDEX sessions_by_occurrence ON sessions (series_id, occurrence);
