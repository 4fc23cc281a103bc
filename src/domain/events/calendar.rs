//! A session as calendars know it (RFC 5545): what it is called there for good, which version it is, and what stands
//! in its entry. Names are iCalendar's.

use super::rsvp::PartStat;
use super::session::Session;
use crate::domain::email::Email;
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan};
use crate::words_enum;

/// What calendars outside know a session by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InCalendars {
    /// Which occurrence of its series it is: when it was to start as it was first planned. It never changes, however
    /// often session or rule are moved. None for a session of its own.
    pub occurrence: Option<Instant>,
    /// Counts what changed that people plan by: date, place, link, whether it takes place (SEQUENCE, section 3.8.7.4).
    pub sequence: i64,
    /// When anything changed that stands in calendars.
    pub changed_at: Instant,
}

/// What stands behind the id in every UID. No host: a service that moves to another address keeps its entries.
const HERE: &str = "@convene";

/// The name of an entry: its UID, and of an occurrence of a series its RECURRENCE-ID.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The series' or the session's id with `@convene` behind it.
    pub uid: String,
    /// Which occurrence of the series.
    pub recurrence_id: Option<Instant>,
}

/// What a name that came back stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// The occurrence of a series.
    Occurrence(SeriesId, Instant),
    /// A session of its own.
    Session(SessionId),
}

impl Name {
    /// The name of a session, for ever.
    pub fn of(session: &Session) -> Self {
        match (&session.series, session.known.occurrence) {
            (Some(series), Some(occurrence)) => Self {
                uid: format!("{series}{HERE}"),
                recurrence_id: Some(occurrence),
            },
            _ => Self {
                uid: format!("{}{HERE}", session.id),
                recurrence_id: None,
            },
        }
    }

    /// What it stands for; `None` when it is none of ours.
    pub fn read(&self) -> Option<Named> {
        let id = self.uid.strip_suffix(HERE)?;
        let ours = id.len() == 26 && id.bytes().all(|b| b.is_ascii_alphanumeric());
        ours.then(|| match self.recurrence_id {
            Some(at) => Named::Occurrence(SeriesId::new(id), at),
            None => Named::Session(SessionId::new(id)),
        })
    }
}

words_enum! {
    /// What a calendar message asks for (METHOD, RFC 5546).
    Method {
        /// Put it into the calendar, and answer.
        Request = "REQUEST",
        /// Take it out.
        Cancel = "CANCEL",
        /// Somebody's answer.
        Reply = "REPLY",
    }
}

/// Somebody's address in a calendar, with a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CalAddress {
    /// What they are called.
    pub name: UserText,
    /// Their address.
    pub email: Email,
}

/// Somebody who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attendee {
    /// Who.
    pub who: CalAddress,
    /// What they said.
    pub partstat: PartStat,
}

/// What a calendar answered (METHOD:REPLY).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// To which entry.
    pub name: Name,
    /// To which version of it.
    pub sequence: i64,
    /// When it was written: of two answers the later one counts.
    pub dtstamp: Instant,
    /// Whose answer it is, by address in small letters.
    pub attendee: String,
    /// What it says.
    pub partstat: PartStat,
}

words_enum! {
    /// Whether something takes place (section 3.8.1.11).
    EntryStatus {
        /// It does.
        Confirmed = "CONFIRMED",
        /// Perhaps: somebody said maybe, or waits for a seat.
        Tentative = "TENTATIVE",
        /// It was called off.
        Cancelled = "CANCELLED",
    }
}

/// An entry of a calendar (VEVENT, section 3.6.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Its name.
    pub name: Name,
    /// Its version.
    pub sequence: i64,
    /// When this was written: for a message now, for a feed when the session changed last.
    pub dtstamp: Instant,
    /// The start as it was agreed.
    pub plan: Plan,
    /// The start.
    pub dtstart: Instant,
    /// The end.
    pub dtend: Instant,
    /// Its title.
    pub summary: String,
    /// What else there is to say, a line each.
    pub description: String,
    /// Where.
    pub location: String,
    /// A link to it, http or https; empty for none.
    pub url: String,
    /// Whether it takes place, for whoever reads.
    pub status: EntryStatus,
    /// Who invites.
    pub organizer: Option<CalAddress>,
    /// Who is invited.
    pub attendee: Option<Attendee>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::instant_from_millis;

    #[test]
    fn only_names_of_our_own_are_read() {
        let at = Some(instant_from_millis(0));
        let name = |uid: &str, recurrence_id| Name {
            uid: uid.to_owned(),
            recurrence_id,
        };
        let id = "01K6A0000000000000000000AB";
        let own = format!("{id}@convene");
        assert_eq!(
            name(&own, None).read(),
            Some(Named::Session(SessionId::new(id)))
        );
        assert_eq!(
            name(&own, at).read(),
            Some(Named::Occurrence(SeriesId::new(id), instant_from_millis(0)))
        );
        for uid in ["", "@convene", "x@convene", id, "01K6A'--@convene"] {
            assert_eq!(name(uid, None).read(), None, "{uid}");
        }
    }
}
