//! What is known of a session, and who reads of it.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::events::balance::Balance;
use crate::domain::events::clash::Clash;
use crate::domain::events::completeness::{Missing, Waiver};
use crate::domain::events::meeting::Agenda;
use crate::domain::events::rsvp::Answer;
use crate::domain::events::session::{Appearance, Part, Presence, Session};
use crate::domain::events::warning::Warning;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone};
use crate::words::wording::Wordings;

/// A session with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: Session,
    /// Who has a part in it.
    pub appearances: Vec<Appearance>,
    /// Its talks: place, title, speaker.
    pub talks: Vec<(i64, UserText, Option<UserText>)>,
    /// What is gathered for a meeting.
    pub agenda: Option<Agenda>,
    /// What those who run the community should know of it; read only where it is told.
    pub prepared: Option<Box<Prepared>>,
}

/// How well a session is prepared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// What it lacks.
    pub missing: Vec<Missing>,
    /// The partners it goes without.
    pub waived: Vec<Waiver>,
    /// What there is to know of its date.
    pub warnings: Vec<Warning>,
    /// What takes place at the same time.
    pub clashes: Vec<Clash>,
    /// Who spoke in its year, from a day to a day, for whoever is about to invite somebody.
    pub balance: Option<(NaiveDate, NaiveDate, Balance)>,
}

impl SessionView {
    /// Those who agreed to do `part`.
    pub fn who(&self, part: Part) -> impl Iterator<Item = &Appearance> {
        self.cast(part, Presence::Confirmed)
    }

    /// Those who were asked to do `part` and have not answered.
    pub fn invited(&self, part: Part) -> impl Iterator<Item = &Appearance> {
        self.cast(part, Presence::Invited)
    }

    fn cast(&self, part: Part, presence: Presence) -> impl Iterator<Item = &Appearance> {
        let wanted = move |a: &&Appearance| a.part == part && a.presence == presence;
        self.appearances.iter().filter(wanted)
    }
}

/// Who reads, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The zones times are told in, the first in full.
    pub zones: Vec<Zone>,
    /// What stands before a command here; in a direct message also which community is meant, for somebody who
    /// belongs to several.
    pub prefix: Cow<'static, str>,
    /// Now.
    pub now: Instant,
    /// Their name, where they read alone.
    pub name: Option<UserText>,
    /// The words that their community's managers chose.
    pub wordings: Wordings,
}

impl Reader {
    /// A command as it is typed here.
    pub fn command(&self, command: &str) -> String {
        format!("{}{command}", self.prefix)
    }

    /// The zone times are told in first.
    pub fn zone(&self) -> Zone {
        self.zones.first().copied().unwrap_or(Zone::UTC)
    }
}

/// A line of the list of sessions to come: the session, and the reader's own answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// The session.
    pub session: Session,
    /// The reader's answer.
    pub answer: Option<Answer>,
}
