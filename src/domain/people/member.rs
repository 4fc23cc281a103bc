//! People: members of the chat, and contacts who are known but never joined it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::hours::Hours;
use crate::domain::ids::{MemberId, OrganisationId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};
use crate::words_enum;

words_enum! {
    /// How a person belongs to the community.
    Standing {
        /// Has joined.
        Member = "member",
        /// Is known (a speaker, an attendee) and has not joined.
        Contact = "contact",
        /// Has left.
        Left = "left",
    }
}

words_enum! {
    /// What a person may do, from least to most. Speakers are found from their appearances.
    Permission {
        /// Somebody the community does not know.
        Guest = "guest",
        /// A member.
        Member = "member",
        /// Speaks at a session to come.
        Speaker = "speaker",
        /// Prepares sessions and records attendance.
        Organiser = "organiser",
        /// Stands in for a manager.
        Deputy = "deputy",
        /// Runs the community.
        Manager = "manager",
    }
}

impl Permission {
    /// What people may do while they are in a role group: `organisers` and `deputies` are appointed that way, from
    /// a day to another.
    pub fn of_group(group: &str) -> Option<Self> {
        match group {
            "organiser" | "organisers" => Some(Self::Organiser),
            "deputy" | "deputies" => Some(Self::Deputy),
            _ => None,
        }
    }
}

words_enum! {
    /// Where a country is known from.
    CountrySource {
        /// The person said so.
        Stated = "stated",
        /// Their organisation's country.
        Organisation = "organisation",
        /// The country a report saw their connection come from.
        Connection = "connection",
        /// Not known.
        Unknown = "unknown",
    }
}

words_enum! {
    /// Kinds of posts that a person can be spared.
    MessageKind {
        /// Reminders of sessions.
        Reminders = "reminders",
        /// Requests to answer an invitation.
        Invitations = "invitations",
        /// Digests by direct message.
        Digests = "digests",
        /// What became late of the things to do.
        Tasks = "tasks",
    }
}

/// Whether somebody was welcomed before we knew them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onboarded {
    /// Still to be welcomed.
    No,
    /// Already, at a time not known.
    Yes,
    /// Already, on this day.
    On(NaiveDate),
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: UserText,
    /// How they belong to the community.
    pub standing: Standing,
    /// What they may do by appointment.
    pub permission: Permission,
    /// Where they work.
    pub organisation: Option<OrganisationId>,
    /// Their country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Where that is known from.
    pub country_source: CountrySource,
    /// The zone they chose, else that of their partner organisation, where either is known.
    pub zone: Option<Zone>,
    /// Their own quiet hours, where they chose some.
    pub quiet: Option<Hours>,
    /// Their own ladder of reminders before a session, where they chose one.
    pub ladder: Option<super::super::events::reminder::Ladder>,
    /// When they joined.
    pub joined_at: Option<Instant>,
}

/// A term in a role group: people join and leave them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleTerm {
    /// The role group, as the community names it: `core`, `researchers`, `scholars`.
    pub group: String,
    /// The first day.
    pub since: NaiveDate,
    /// The last day, when it is over or its end is known.
    pub until: Option<NaiveDate>,
}

impl RoleTerm {
    /// Whether the term covers `day`.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it has days in common with another.
    pub fn meets(&self, other: &Self) -> bool {
        self.covers(other.since) || other.covers(self.since)
    }

    /// Its days in words: `from 4 Sep 2026 until 20 Dec 2026`.
    pub fn days(&self) -> String {
        let day = |day: NaiveDate| day.format("%-d %b %Y");
        let since = format!("from {}", day(self.since));
        self.until.map_or(since.clone(), |until| {
            format!("{since} until {}", day(until))
        })
    }
}
