-- Where the service's app was installed by those who run a space, with the tokens that it got there. The mapping of spaces
-- to communities stands in the configuration.

CREATE TABLE installations (
    platform TEXT NOT NULL,
    -- The platform's id of the space, or of the organisation of several spaces that installed the app as a whole.
    space TEXT NOT NULL,
    token TEXT NOT NULL,
    -- What a token that runs out is exchanged with, and when it runs out; none of one that does not.
    refresh TEXT,
    expires_at BIGINT,
    installed_at BIGINT NOT NULL,
    PRIMARY KEY (platform, space)
);
