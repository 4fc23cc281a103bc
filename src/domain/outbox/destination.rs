//! Where a posting goes. A member's platform and direct room are looked up when it is sent, so
//! that somebody who moves to another platform in the meantime is still reached.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::ids::MemberId;
use crate::domain::platform::{Account, Platform, Room};

/// Where a posting goes; one is in flight per destination at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Destination {
    /// A room.
    Room(Room),
    /// A member, wherever they are best reached.
    Member(MemberId),
    /// Somebody by their account, who may not be a member.
    Account(Account),
}

impl Destination {
    /// The room `id` of `platform`.
    pub fn room(platform: Platform, id: impl Into<String>) -> Self {
        Self::Room(Room {
            platform,
            id: id.into(),
        })
    }

    /// The account `id` on `platform`.
    pub fn account(platform: Platform, id: impl Into<String>) -> Self {
        Self::Account(Account {
            platform,
            id: id.into(),
        })
    }

    /// The platform, where the destination tells it.
    pub fn platform(&self) -> Option<Platform> {
        match self {
            Self::Room(room) => Some(room.platform),
            Self::Account(account) => Some(account.platform),
            Self::Member(_) => None,
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => write!(f, "room:{room}"),
            Self::Member(member) => write!(f, "member:{member}"),
            Self::Account(account) => write!(f, "account:{account}"),
        }
    }
}

/// A text that is no destination.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is none of room:PLATFORM:ID, member:ID and account:PLATFORM:ID.")]
pub struct NotADestination(String);

impl FromStr for Destination {
    type Err = NotADestination;

    fn from_str(text: &str) -> Result<Self, NotADestination> {
        let wrong = || NotADestination(text.to_owned());
        match text.split_once(':').ok_or_else(wrong)? {
            ("room", room) => room.parse().map(Self::Room).map_err(|_| wrong()),
            ("account", account) => account.parse().map(Self::Account).map_err(|_| wrong()),
            ("member", id) if !id.is_empty() => Ok(Self::Member(MemberId::new(id))),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Destination {
    type Error = NotADestination;

    fn try_from(text: String) -> Result<Self, NotADestination> {
        text.parse()
    }
}

impl From<Destination> for String {
    fn from(destination: Destination) -> Self {
        destination.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_destination_is_read_back_as_written() {
        for destination in [
            Destination::room(Platform::Matrix, "!a:example.org"),
            Destination::account(Platform::Email, "mei@example.org"),
            Destination::Member(MemberId::new("01J")),
        ] {
            assert_eq!(destination.to_string().parse(), Ok(destination));
        }
        for text in ["", "room:", "room:carrier-pigeon:x", "member:", "x:y:z"] {
            assert!(text.parse::<Destination>().is_err(), "{text}");
        }
    }
}
