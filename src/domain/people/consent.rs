//! What people allow: one answer for each purpose, to a text that has a version. Nobody is asked twice the same, saying
//! no costs nothing, and whoever said yes says no by the same words.

use serde::{Deserialize, Serialize};

use crate::domain::community::Settings;
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::time::Instant;
use crate::words_enum;

words_enum! {
    /// What somebody may allow.
    Purpose {
        /// Being named: among newcomers, and in what everybody can read.
        Listed = "listed",
        /// Being recorded when speaking.
        Recording = "recording",
        /// Being photographed.
        Photos = "photos",
        /// Getting news by e-mail.
        Mail = "mail",
        /// Being called by name in the announcements room where a direct message is not taken.
        Mention = "mention",
        /// Having one's recording and slides put where everybody can see them.
        Publishing = "publishing",
        /// Being known, as somebody who registered for a session and is no member.
        Registering = "registering",
    }
}

impl Purpose {
    /// Whether it is asked of everybody who belongs to the community.
    pub fn is_for_members(self) -> bool {
        self != Self::Registering
    }

    /// What it is called in a sentence: "you said yes to …".
    pub fn title(self) -> &'static str {
        match self {
            Self::Listed => "being named",
            Self::Recording => "being recorded",
            Self::Photos => "being in photos",
            Self::Mail => "news by e-mail",
            Self::Mention => "being mentioned",
            Self::Publishing => "recording and slides for everybody",
            Self::Registering => "registering",
        }
    }

    /// What is answered where the community has no text of its own.
    fn usual(self) -> &'static str {
        match self {
            Self::Listed => {
                "My name and organisation may be told: among those who are new here, and on pages and lists that \
                 everybody can read."
            }
            Self::Recording => {
                "When I speak at a session, it may be recorded, and the recording may be shared with the community."
            }
            Self::Photos => {
                "Photos that show me at an event may be used in what the community tells about it."
            }
            Self::Mail => "News of the community may be sent to my e-mail address.",
            Self::Mention => {
                "Where no direct message reaches me, I may be mentioned in the announcements room, without what it says."
            }
            Self::Publishing => {
                "The recording of my talk and my slides may be put on a page that everybody can read."
            }
            Self::Registering => {
                "What I write here may be kept to organise the sessions that I register for and to count, without names, \
                 who came. I may be written to about these sessions. I can take this back at any time."
            }
        }
    }
}

/// A community's own text of a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentText {
    /// Of which.
    pub purpose: Purpose,
    /// What it is called since it was changed last, one word.
    pub version: String,
    /// What it says.
    pub text: String,
}

/// The version of the texts that come with the program.
const USUAL: &str = "1";

impl Settings {
    /// The text of a purpose: the community's own, or the usual one.
    pub fn consent_text(&self, purpose: Purpose) -> ConsentText {
        let own = self.consent.iter().find(|text| text.purpose == purpose);
        own.cloned().unwrap_or_else(|| ConsentText {
            purpose,
            version: USUAL.to_owned(),
            text: purpose.usual().to_owned(),
        })
    }
}

/// An answer that somebody gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// To what.
    pub purpose: Purpose,
    /// To which version of its text.
    pub version: String,
    /// Whether it was yes.
    pub yes: bool,
    /// When.
    pub at: Instant,
    /// The platform it was typed on, or [`NOTED`].
    pub via: String,
}

/// How an answer was given that an organiser wrote down.
pub const NOTED: &str = "noted";

/// What an answer is worth against the text as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Open,
    /// Yes, to this text.
    Yes,
    /// Yes, to another text; nothing follows from it until it is said again.
    Older,
    /// No.
    No,
}

impl Standing {
    /// What `answer` is worth when the text is called `version`. A no holds whatever the text says.
    pub fn of(answer: Option<&Consent>, version: &str) -> Self {
        match answer {
            None => Self::Open,
            Some(answer) if !answer.yes => Self::No,
            Some(answer) if answer.version == version => Self::Yes,
            Some(_) => Self::Older,
        }
    }
}

/// What is answered about consents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "consent", rename_all = "kebab-case")]
pub enum ConsentReply {
    /// What the reader allows.
    All,
    /// One purpose: its text, and what the reader said.
    One {
        /// Which.
        purpose: Purpose,
    },
    /// The reader said yes or no.
    Said {
        /// To which.
        purpose: Purpose,
        /// Whether they had said so before.
        again: bool,
    },
    /// What people said, for those who run the community.
    People {
        /// To which.
        purpose: Purpose,
        /// Only those who come to this session or have a part in it.
        session: Option<SessionId>,
    },
    /// An organiser wrote down what somebody said.
    Noted {
        /// Who.
        member: MemberId,
        /// To which.
        purpose: Purpose,
        /// Whether it was yes.
        yes: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(yes: bool, version: &str) -> Consent {
        Consent {
            purpose: Purpose::Photos,
            version: version.to_owned(),
            yes,
            at: crate::domain::time::instant_from_millis(0),
            via: "local".to_owned(),
        }
    }

    #[test]
    fn a_yes_is_worth_something_for_its_own_text_and_a_no_for_any() {
        assert_eq!(Standing::of(None, "1"), Standing::Open);
        assert_eq!(Standing::of(Some(&said(true, "1")), "1"), Standing::Yes);
        assert_eq!(Standing::of(Some(&said(true, "1")), "2"), Standing::Older);
        assert_eq!(Standing::of(Some(&said(false, "1")), "2"), Standing::No);
    }

    #[test]
    fn a_community_has_a_text_of_its_own_or_the_usual_one() {
        let own = ConsentText {
            purpose: Purpose::Photos,
            version: "2026".to_owned(),
            text: "Smile.".to_owned(),
        };
        let settings = Settings {
            consent: vec![own.clone()],
            ..Settings::default()
        };
        assert_eq!(settings.consent_text(Purpose::Photos), own);
        assert_eq!(settings.consent_text(Purpose::Mail).version, USUAL);
    }
}
