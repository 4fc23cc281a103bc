//! E-mail addresses: checked once, compared without case.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An e-mail address in lower case. Mail hosts that tell `Ada@` from `ada@` are a theory of
/// RFC 5321 section 2.4; one person counted twice is not. Its domain is as the name service knows it (RFC 5891), so that
/// `bücher.example` and `xn--bcher-kva.example` are one, and every mail server takes it.
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
    /// [`NotAnEmail`] for what RFC 5321 section 4.1.2 does not allow, for a domain without a
    /// dot, which nobody outside one machine can reach, and for more than 254 characters.
    pub fn parse(typed: &str) -> Result<Self, NotAnEmail> {
        let typed = typed.trim();
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let wrong = || NotAnEmail(typed.chars().take(80).collect());
        let (local, domain) = typed.rsplit_once('@').ok_or_else(wrong)?;
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| wrong())?;
        let address = format!("{}@{domain}", local.to_lowercase());
        email_address::EmailAddress::parse_with_options(&address, options).map_err(|_| wrong())?;
        // The longest path is 256 octets with its brackets (RFC 5321 section 4.5.3.1.3).
        if address.len() > 254 {
            return Err(wrong());
        }
        Ok(Self(address))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whose it is, however it is spelled.
    pub fn mailbox(&self) -> Mailbox {
        let (name, host) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        // A tag is an agreement of hosts (RFC 5233); somebody whose name begins with the sign keeps it.
        let name = match name.split_once('+') {
            Some((name, _)) if !name.is_empty() => name,
            _ => name,
        };
        let (name, host) = match host {
            "gmail.com" | "googlemail.com" => (name.replace('.', ""), "gmail.com"),
            host => (name.to_owned(), host),
        };
        Mailbox {
            person: format!("{name}@{host}"),
            likeness: format!("{}@{host}", name.replace(['.', '-', '_'], "")),
        }
    }
}

/// The mailbox behind an address: tags behind a plus lead to it, and where the host is known for it, dots do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    person: String,
    likeness: String,
}

impl Mailbox {
    /// What two addresses of one person have in common.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// What spellings have in common of which nobody can say whether they lead to one person: by this it is counted how
    /// often somebody is written to, and never decided who they are.
    pub fn likeness(&self) -> &str {
        &self.likeness
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
    fn spellings_of_one_address_lead_to_one_mailbox() {
        let mailbox = |text: &str| Email::parse(text).unwrap().mailbox();
        assert_eq!(mailbox("Ada+talks@example.org"), mailbox("ada@example.org"));
        assert_eq!(
            mailbox("a.d.a+x+y@googlemail.com").person(),
            "ada@gmail.com"
        );
        // Elsewhere a dot may tell two people apart, but not two letters too many.
        let (one, other) = (
            mailbox("ada.marsh@example.org"),
            mailbox("adamarsh@example.org"),
        );
        assert_ne!(one.person(), other.person());
        assert_eq!(one.likeness(), other.likeness());
        assert_eq!(mailbox("+ada@example.org").person(), "+ada@example.org");
    }

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
            "ada@b\u{fc}cher_.example",
            "ada@xn--\u{fc}.example",
        ] {
            assert!(Email::parse(slip).is_err(), "{slip}");
        }
    }

    #[test]
    fn a_domain_in_any_script_is_one_with_its_name_in_ascii() {
        let ascii = Email::parse("mei@xn--bcher-kva.example");
        assert_eq!(Email::parse("Mei@B\u{fc}cher.Example"), ascii);
        assert_eq!(
            Email::parse("mei@Bu\u{308}cher.example"),
            ascii,
            "in two signs"
        );
        let japanese = Email::parse("mei@\u{4f8b}\u{3048}.\u{30c6}\u{30b9}\u{30c8}").unwrap();
        assert_eq!(japanese.as_str(), "mei@xn--r8jz45g.xn--zckzah");
        assert!(
            Email::parse("m\u{e9}i@example.org").is_ok(),
            "the name before it is theirs"
        );
    }

    #[test]
    fn what_is_too_long_for_any_server_is_refused_in_few_words() {
        let long = |name: usize, labels: usize| {
            format!(
                "{}@{}example.org",
                "a".repeat(name),
                "b23456789.".repeat(labels)
            )
        };
        assert!(Email::parse(&long(64, 17)).is_ok());
        for (name, labels) in [(65, 1), (300, 0), (64, 18), (10, 29), (1, 300)] {
            let typed = long(name, labels);
            let why = Email::parse(&typed).unwrap_err().to_string();
            assert!(why.len() < 120, "{why}");
        }
    }
}
