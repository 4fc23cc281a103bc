//! Who is who: what people are known by besides their accounts, and why two people may be one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::platform::{Account, Platform};
use crate::words_enum;

words_enum! {
    /// What somebody can be known by besides the accounts they are spoken to on.
    IdentifierKind {
        /// An e-mail address that a platform or a report told of.
        Address = "email",
        /// An ORCID iD.
        Orcid = "orcid",
    }
}

words_enum! {
    /// Why two people may be one, the strongest first. None of them makes anybody one: a manager does.
    Alike {
        /// The same e-mail address.
        Address = "address",
        /// The same ORCID iD.
        Orcid = "orcid",
        /// The same name at the same organisation.
        NameAndOrganisation = "name and organisation",
        /// An e-mail address of the one begins like an account of the other.
        Handle = "handle",
        /// The same name, and nobody knows where one of them works.
        Name = "name",
        /// A manager asked about them.
        Asked = "asked",
    }
}

words_enum! {
    /// How two people became one.
    MergeWay {
        /// A manager said so.
        ByHand = "by hand",
        /// The person showed by a code that both accounts are theirs.
        ByCode = "by code",
    }
}

/// An ORCID iD: 16 digits, the last of which checks the others and may be `X` (ISO/IEC 7064, MOD 11-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Orcid(String);

/// The text is no ORCID iD.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrcid {
    /// It has another shape.
    #[error("An ORCID iD has 16 digits, for example 0000-0002-1825-0097.")]
    Shape,
    /// Its last digit does not fit the others.
    #[error(
        "That ORCID iD has a mistake in it: its last digit does not fit. Please copy it again."
    )]
    Check,
}

impl FromStr for Orcid {
    type Err = NotAnOrcid;

    fn from_str(text: &str) -> Result<Self, NotAnOrcid> {
        let text = text.trim().trim_end_matches('/');
        let id = text.rsplit('/').next().unwrap_or(text);
        let digits: Vec<u32> = id
            .chars()
            .filter(|c| !matches!(c, '-' | '–' | ' '))
            .map(|c| match c {
                'X' | 'x' => Some(10),
                c => c.to_digit(10),
            })
            .collect::<Option<_>>()
            .ok_or(NotAnOrcid::Shape)?;
        let [front @ .., check] = digits.as_slice() else {
            return Err(NotAnOrcid::Shape);
        };
        if front.len() != 15 || front.contains(&10) {
            return Err(NotAnOrcid::Shape);
        }
        let total = front
            .iter()
            .fold(0, |total, digit| (total + digit) * 2 % 11);
        if (12 - total) % 11 != *check {
            return Err(NotAnOrcid::Check);
        }
        let letters: Vec<String> = digits
            .chunks(4)
            .map(|four| {
                let letter = |digit: &u32| match digit {
                    10 => 'X',
                    digit => char::from_digit(*digit, 10).unwrap_or('0'),
                };
                four.iter().map(letter).collect()
            })
            .collect();
        Ok(Self(letters.join("-")))
    }
}

impl Orcid {
    /// As it is printed: `0000-0002-1825-0097`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Orcid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The letters and digits that an account or an address goes by, for comparison: `mei.tanaka@example.org`,
/// `@mei_tanaka:example.org` and `Mei-Tanaka` all give `meitanaka`. None where it is too short to tell
/// anybody apart.
pub fn handle(account: &Account) -> Option<String> {
    let id = account.id.trim_start_matches('@');
    let local = match account.platform {
        Platform::Email => id.split('@').next(),
        Platform::Matrix => id.split(':').next(),
        _ => Some(id),
    };
    let handle: String = local?
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    (handle.chars().count() >= 5).then_some(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orcid_is_read_as_people_paste_it_and_checked() {
        let good = "0000-0002-1825-0097";
        for text in [
            good,
            "https://orcid.org/0000-0002-1825-0097/",
            "0000000218250097",
        ] {
            assert_eq!(text.parse::<Orcid>().unwrap().as_str(), good, "{text}");
        }
        assert!("0000-0002-1694-233x".parse::<Orcid>().is_ok());
        assert_eq!(
            "0000-0002-1825-0098".parse::<Orcid>(),
            Err(NotAnOrcid::Check)
        );
        for text in ["", "1825-0097", "0000-0002-18X5-0097", "ada"] {
            assert_eq!(text.parse::<Orcid>(), Err(NotAnOrcid::Shape), "{text}");
        }
    }

    #[test]
    fn accounts_of_one_person_go_by_one_handle() {
        let of = |platform, id: &str| {
            handle(&Account {
                platform,
                id: id.to_owned(),
            })
        };
        let wanted = Some("meitanaka".to_owned());
        assert_eq!(of(Platform::Email, "mei.tanaka@alpha.example"), wanted);
        assert_eq!(of(Platform::Matrix, "@mei_tanaka:example.org"), wanted);
        assert_eq!(of(Platform::Local, "Mei-Tanaka"), wanted);
        assert_eq!(of(Platform::Email, "info@alpha.example"), None);
    }
}
