//! E-mail addresses: checked once, compared without case.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An e-mail address in lower case. Mail hosts that tell `Ada@` from `ada@` are a theory of
/// RFC 5321 section 2.4; one person counted twice is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// The text is not an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not an e-mail address.")]
pub struct NotAnEmail(String);

impl Email {
    /// Reads a bare address (`ada@example.org`, no display name), spaces around it taken off.
    ///
    /// # Errors
    /// [`NotAnEmail`] for what RFC 5321 section 4.1.2 does not allow, and for a domain without a
    /// dot, which nobody outside one machine can reach.
    pub fn parse(typed: &str) -> Result<Self, NotAnEmail> {
        let typed = typed.trim();
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        match email_address::EmailAddress::parse_with_options(typed, options) {
            Ok(_) => Ok(Self(typed.to_lowercase())),
            Err(_) => Err(NotAnEmail(typed.chars().take(80).collect())),
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_and_slips_are_refused() {
        assert_eq!(
            Email::parse(" Ada@Example.ORG "),
            Email::parse("ada@example.org")
        );
        for slip in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@@example.org",
            "ada@example",
            "ada example@example.org",
            "Ada <ada@example.org>",
            "ada@exam ple.org",
        ] {
            assert!(Email::parse(slip).is_err(), "{slip}");
        }
    }
}
