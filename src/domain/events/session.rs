//! A session: one date of a series, or a single event.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::calendar::InCalendars;
use super::meeting::{EventKind, Gathering, agenda_closes};
use super::rsvp::Tally;
use crate::domain::ids::{MemberId, OrganisationId, SeriesId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};
use crate::words_enum;

words_enum! {
    /// Whether a session takes place.
    Status {
        /// It will, or did.
        Planned = "planned",
        /// Its date is left out; nobody had been told, or there is nothing to tell.
        Skipped = "skipped",
        /// It was called off.
        Cancelled = "cancelled",
    }
}

words_enum! {
    /// Where people take part.
    Mode {
        /// By video only.
        Online = "online",
        /// In a room only.
        InPerson = "in person",
        /// Either.
        Both = "both",
    }
}

words_enum! {
    /// A person's part in a session.
    Part {
        /// Gives a talk.
        Speaker = "speaker",
        /// Runs the session.
        Host = "host",
        /// Chairs the questions.
        Chair = "chair",
    }
}

words_enum! {
    /// Whether somebody with a part in a session has agreed to it.
    Presence {
        /// Asked, and not answered yet: told to those who run the community only.
        Invited = "invited",
        /// Agreed, or named by somebody who knows.
        Confirmed = "confirmed",
    }
}

impl Mode {
    /// How it is said: `online`, `in person`, `online and in person`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Both => "online and in person",
            one => one.as_str(),
        }
    }
}

/// Seats for each way of taking part; none means as many as come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// By video (a licence's limit).
    pub online: Option<i64>,
    /// In the room.
    pub in_person: Option<i64>,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Its permanent short number in the community.
    pub number: i64,
    /// The series it belongs to.
    pub series: Option<SeriesId>,
    /// The series' short name, empty for a single session.
    pub series_slug: String,
    /// What it is, and for whom.
    pub gathering: Gathering,
    /// How many working days before it its agenda closes, for meetings.
    pub agenda_days: Option<i64>,
    /// The wall time its rule gave it (RFC 5545 RECURRENCE-ID), kept when it is moved.
    pub recurrence_id: Option<NaiveDateTime>,
    /// What calendars outside know it by.
    pub known: InCalendars,
    /// When it takes place, as agreed.
    pub plan: Plan,
    /// Its length in minutes.
    pub minutes: i64,
    /// When it starts.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Whether it takes place.
    pub status: Status,
    /// Why not, or why it moved.
    pub reason: UserText,
    /// Counts the changes of its date: part of every key in the outbox.
    pub revision: i64,
    /// Its title; by default the series'.
    pub title: UserText,
    /// Its theme.
    pub theme: UserText,
    /// The video link.
    pub link: String,
    /// The room.
    pub place: UserText,
    /// The recording, once there is one.
    pub recording: String,
    /// Where a meeting's notes are, once there are some.
    pub notes: String,
    /// Where people take part.
    pub mode: Mode,
    /// Seats.
    pub capacity: Capacity,
    /// When its date was set, by planning or moving it.
    pub planned_at: Instant,
    /// When it was announced.
    pub announced_at: Option<Instant>,
    /// The host's estimate of how many came.
    pub estimate: Option<i64>,
    /// How many people are identified as having come.
    pub recorded: i64,
    /// The answers so far.
    pub tally: Tally,
}

impl Session {
    /// Whether it has begun by `now`.
    pub fn has_begun(&self, now: Instant) -> bool {
        self.starts_at <= now
    }

    /// Whether it has begun by `now` but is not over.
    pub fn is_running(&self, now: Instant) -> bool {
        self.has_begun(now) && now < self.ends_at
    }

    /// Whether it is a meeting.
    pub fn is_meeting(&self) -> bool {
        self.gathering.kind == EventKind::Meeting
    }

    /// Whether everybody is invited.
    pub fn is_for_everybody(&self) -> bool {
        self.gathering.groups.is_everybody()
    }

    /// When its agenda closes.
    pub fn agenda_closes(&self) -> Instant {
        let days = self.agenda_days.and_then(|days| u32::try_from(days).ok());
        let days = days.unwrap_or(0);
        agenda_closes(self.plan, self.starts_at, self.planned_at, days)
    }

    /// Its title and theme as one name: the theme where there is one.
    pub fn name(&self) -> &UserText {
        if self.theme.is_empty() {
            &self.title
        } else {
            &self.theme
        }
    }
}

/// A person's part in a session, with where they belonged at the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: UserText,
    /// Their organisation's label or name; empty when unknown.
    pub organisation: UserText,
    /// The same as a record.
    pub organisation_id: Option<OrganisationId>,
    /// What they do.
    pub part: Part,
    /// Whether they agreed.
    pub presence: Presence,
}
