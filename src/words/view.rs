//! What is known of a session, and who reads of it.

use std::borrow::Cow;

use crate::domain::events::meeting::Agenda;
use crate::domain::events::rsvp::Answer;
use crate::domain::events::session::{Appearance, Part, Session};
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
}

impl SessionView {
    /// Those who do `part`.
    pub fn who(&self, part: Part) -> impl Iterator<Item = &Appearance> {
        self.appearances.iter().filter(move |a| a.part == part)
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
