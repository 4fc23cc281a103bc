//! Chat platforms, and how accounts, rooms and postings on them are named above the adapters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Makes an enum of words: stored, typed and printed by one name each.
#[macro_export]
macro_rules! words_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word it is stored and printed as.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::platform::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::domain::platform::UnknownWord {
                        typed: text.to_owned(),
                        known: &[$($word),*],
                    }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// A word that is none of those allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{typed}” is not one of: {}.", known.join(", "))]
pub struct UnknownWord {
    /// What was typed or stored.
    pub typed: String,
    /// What it could have been.
    pub known: &'static [&'static str],
}

words_enum! {
    /// Where people are spoken to.
    Platform {
        /// The built-in chat, in the browser and in the terminal.
        Local = "local",
        /// Matrix.
        Matrix = "matrix",
        /// Slack.
        Slack = "slack",
        /// Discord.
        Discord = "discord",
        /// E-mail.
        Email = "email",
    }
}

/// A person's account on a platform, by the platform's stable id (never a display name).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Account {
    /// The platform.
    pub platform: Platform,
    /// The stable id there: a Matrix user id, a Slack or Discord user id, an e-mail address.
    pub id: String,
}

/// A room on a platform.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Room {
    /// The platform.
    pub platform: Platform,
    /// The stable id there.
    pub id: String,
}

impl Room {
    /// What people call it, as far as its id tells: an alias without its server, else the id.
    pub fn called(&self) -> String {
        match self.alias() {
            Some(alias) => format!("#{alias}"),
            None => format!("#{}", self.id),
        }
    }

    /// The name in an id that is an alias, as in `#hall:example.org`.
    pub(super) fn alias(&self) -> Option<&str> {
        let alias = self.id.strip_prefix('#')?;
        alias.split_once(':').map(|(name, _)| name).or(Some(alias))
    }
}

macro_rules! address {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}:{}", self.platform, self.id)
            }
        }

        impl FromStr for $name {
            type Err = NotAnAddress;

            fn from_str(text: &str) -> Result<Self, NotAnAddress> {
                let wrong = || NotAnAddress(text.to_owned());
                let (platform, id) = text.split_once(':').ok_or_else(wrong)?;
                let platform = platform.parse().map_err(|_| wrong())?;
                if id.is_empty() {
                    return Err(wrong());
                }
                Ok(Self {
                    platform,
                    id: id.to_owned(),
                })
            }
        }
    };
}

address!(Account);
address!(Room);

/// A text that is no `platform:id`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not of the form platform:id, for example local:ada or matrix:@ada:example.org.")]
pub struct NotAnAddress(String);

/// One message as the platform knows it, enough to edit it or to answer in its thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageRef {
    /// The room it stands in.
    pub room: Room,
    /// The message's id in that room.
    pub id: String,
}
