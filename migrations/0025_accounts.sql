-- Whose an account is can be read in the index alone: a report asks it of a thousand addresses at once.
DROP INDEX accounts_by_account;
CREATE INDEX accounts_by_account ON accounts (platform, account, community_id, member_id);
