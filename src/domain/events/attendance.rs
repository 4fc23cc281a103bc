//! Who came. Four sources are kept apart, because they know different things: the check-in in
//! chat, the host's list, the video platform's report, and the host's estimate of heads. Somebody in
//! none of them is unknown, not absent.

use serde::{Deserialize, Serialize};

use crate::words_enum;

words_enum! {
    /// Where it is known from that somebody came. (The estimate is a number on the session.)
    Source {
        /// They said so in chat.
        CheckIn = "check-in",
        /// The host wrote them down.
        HostList = "host list",
        /// The video platform saw them.
        Report = "report",
    }
}

words_enum! {
    /// What a report says somebody was.
    Role {
        /// Came to listen.
        Attendee = "attendee",
        /// Spoke.
        Panelist = "panelist",
        /// Ran it.
        Host = "host",
    }
}

words_enum! {
    /// What was decided about a name that matched nobody.
    Decision {
        /// Nothing yet.
        Open = "open",
        /// It is a member.
        Matched = "matched",
        /// It is a person who is not a member, and counts.
        Guest = "guest",
        /// It is nobody (a room's device, a second connection), and does not count.
        Ignored = "ignored",
    }
}

/// The figures of a session that was held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turnout {
    /// Members who were told of it.
    pub invited: i64,
    /// Who said yes and had a seat.
    pub yes: i64,
    /// Identified people who came, from all sources together.
    pub came: i64,
    /// Of those, by source.
    pub by_source: Vec<(Source, i64)>,
    /// The host's estimate of heads.
    pub estimate: Option<i64>,
    /// Those who came by partner label; `external` and `unknown` are named so.
    pub by_partner: Vec<(String, i64)>,
    /// Those who came by country, ISO 3166-1 alpha-2; `unknown` is named so.
    pub by_country: Vec<(String, i64)>,
    /// Names that wait for a decision.
    pub for_review: i64,
    /// The median of those who came to the earlier sessions of the series, where any was recorded.
    pub median_before: Option<i64>,
    /// How many earlier sessions that median is over.
    pub median_over: i64,
}
