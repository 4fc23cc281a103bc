-- What is to be done for the sessions of a series, and where that is shown.

-- The checklist of a series' sessions: none where nobody said, and the configuration decides; empty where there is none.
ALTER TABLE series ADD COLUMN checklist TEXT;

-- What a card shows: `card` a session to everybody, `run-book` to organisers what is left to do for it.
ALTER TABLE cards ADD COLUMN kind TEXT NOT NULL DEFAULT 'card';
