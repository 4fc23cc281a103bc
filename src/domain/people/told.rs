//! What is posted and answered about who is who and who stands in for whom.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{LikenessId, MemberId, SessionId};
use crate::domain::platform::Account;

/// Something to post about people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum PeoplePost {
    /// People were found who look alike; those who run the community are asked.
    Alike {
        /// Which pairs.
        pairs: Vec<LikenessId>,
        /// How many more there are.
        more: i64,
    },
    /// An account of the reader's was linked with another.
    Linked {
        /// The other account.
        with: Account,
        /// By which merge, to undo it.
        merge: i64,
    },
    /// Somebody stands in for the managers from today on.
    DeputyBegins,
    /// Somebody does not stand in for the managers any more.
    DeputyEnds,
    /// Nobody has an address of somebody's any more.
    Unreachable {
        /// Whose.
        member: MemberId,
    },
    /// The reader, it says, registered on the public page; they are asked whether it was them.
    Registered,
    /// The reader speaks at a session, and has a page on which they say what is missing.
    SpeakerPage,
    /// Somebody asked to be forgotten who had a part in sessions to come.
    Forgotten {
        /// Their numbers.
        sessions: Vec<i64>,
    },
    /// Somebody takes no direct messages from the bot, and one was for them.
    Unreached {
        /// Who.
        member: MemberId,
    },
}

impl PeoplePost {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Alike { .. } => "alike",
            Self::Linked { .. } => "linked",
            Self::DeputyBegins => "deputy-begins",
            Self::DeputyEnds => "deputy-ends",
            Self::Unreachable { .. } => "unreachable",
            Self::Registered => "registered",
            Self::SpeakerPage => "speaker-page",
            Self::Forgotten { .. } => "forgotten",
            Self::Unreached { .. } => "unreached",
        }
    }

    /// Why it is posted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Alike { .. } => "people look alike",
            Self::Linked { .. } => "an account was linked",
            Self::DeputyBegins => "a deputy's term begins",
            Self::DeputyEnds => "a deputy's term is over",
            Self::Unreachable { .. } => "letters to somebody come back",
            Self::Registered => "somebody registered with this address",
            Self::SpeakerPage => "sent by an organiser",
            Self::Forgotten { .. } => "somebody asked to be forgotten",
            Self::Unreached { .. } => "a direct message was not taken",
        }
    }
}

/// An answer about people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum PeopleReply {
    /// The pairs that look alike, and the merges that can be undone.
    Merges,
    /// A preview of making two people one.
    Pair {
        /// Which two.
        pair: LikenessId,
    },
    /// Two people are one.
    Merged {
        /// The merge.
        merge: i64,
    },
    /// They are two and stay so.
    Two {
        /// Which two.
        pair: LikenessId,
    },
    /// A merge was undone.
    Undone {
        /// The merge.
        merge: i64,
    },
    /// A code to link an account with. The code itself is read when this is posted, and forgotten then.
    Code {
        /// Its hash.
        hash: String,
    },
    /// A link to the reader's own calendar. It is read when this is posted, and forgotten then.
    Calendar {
        /// Its hash.
        hash: String,
    },
    /// A link by which the reader signs in to the pages of those who run the community. It is read when this is posted,
    /// and forgotten then.
    SignIn {
        /// Its hash.
        hash: String,
    },
    /// Links to the pages of a session's speakers. They are read when this is posted, and forgotten then.
    SpeakerPages {
        /// Of which session.
        session: SessionId,
        /// Their hashes.
        hashes: Vec<String>,
    },
    /// Links to speakers' pages ended.
    SpeakerPagesEnded {
        /// How many there were.
        links: u64,
    },
    /// The links to the reader's own calendar ended.
    CalendarEnded {
        /// How many there were.
        links: u64,
    },
    /// Whoever typed a code is asked whether they mean it, because one of the two may do more than the other.
    LinkAsked {
        /// The account that the code was given to.
        with: Account,
    },
    /// The reader's account was linked with another.
    Linked {
        /// The other account.
        with: Account,
        /// By which merge, to undo it.
        merge: i64,
    },
    /// The reader's ORCID iD.
    Orcid,
    /// Somebody stands in for the managers.
    Deputy {
        /// Who.
        member: MemberId,
        /// From this day.
        since: NaiveDate,
        /// To this day.
        until: NaiveDate,
    },
    /// Those who stand in for the managers, now or later.
    Deputies,
    /// Those whose letters come back.
    Unreachable,
    /// Somebody is written to again.
    Reachable {
        /// Who.
        member: MemberId,
    },
}
