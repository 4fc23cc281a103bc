-- The zone that a platform told for an account, where it is the one its owner is told times in: it is followed until they
-- choose one themself.

ALTER TABLE accounts ADD COLUMN zone_told TEXT;
