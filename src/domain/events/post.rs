//! What is posted. A row of the outbox holds one [`Post`] as JSON: ids and numbers, and in a reply what was
//! typed or refused; the records it tells of are read and worded when it goes.

use serde::{Deserialize, Serialize};

use super::draft::DraftPost;
use super::meeting::MeetingPost;
use super::programme::ProgrammePost;
use super::reminder::{Audience, Rung};
use super::reply::Reply;
use super::session::{Session, Status};
use crate::domain::checklist::ChecklistPost;
use crate::domain::people::told::PeoplePost;
use crate::domain::time::{Instant, Plan};

/// One thing to post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "post", rename_all = "kebab-case")]
pub enum Post {
    /// The answer to somebody who said something.
    Reply {
        /// What is answered.
        reply: Box<Reply>,
    },
    /// A session's announcement card.
    Card,
    /// The same card with new counts.
    CardEdit,
    /// A session has another date.
    Moved {
        /// The date it had.
        from: Plan,
    },
    /// A session was called off.
    Cancelled,
    /// A session that was called off takes place after all.
    Restored,
    /// The way somebody wanted to take part is gone; they take part in the other.
    WayChanged,
    /// A reminder of a session.
    Reminder {
        /// Who is reminded.
        audience: Audience,
        /// Which rung.
        rung: Rung,
    },
    /// A reminder that an organiser sent by hand.
    Chase {
        /// Who is asked.
        audience: Audience,
    },
    /// A reminder that somebody wanted to have again later.
    Snoozed {
        /// As whom.
        audience: Audience,
    },
    /// Somebody moved up into a seat.
    Promoted,
    /// Somebody is asked whether they want a seat.
    Offered {
        /// Until when it is theirs.
        until: Instant,
    },
    /// Nobody answered an offer: it went to the next in line.
    OfferOver,
    /// A digest.
    Digest,
    /// The figures of a session that was held.
    Summary,
    /// About checklists.
    Checklist(ChecklistPost),
    /// About dates that need a second look.
    Programme {
        /// What.
        programme: ProgrammePost,
    },
    /// Nothing was recorded of a session.
    Nag {
        /// How many hours after its end.
        hours: i64,
    },
    /// About a draft.
    Draft(DraftPost),
    /// About a meeting.
    Meeting {
        /// What.
        meeting: MeetingPost,
    },
    /// An entry for its reader's calendar: an invitation, or what became of it.
    CalendarEntry {
        /// Which version of the session made it due.
        sequence: i64,
        /// Whether its reader did nothing yet that it follows from.
        news: bool,
        /// The date that its reader knows, where it is another now.
        from: Option<Plan>,
        /// Whether its reader knows it as called off.
        #[serde(default)]
        restored: bool,
    },
    /// Something about people.
    People {
        /// What.
        people: PeoplePost,
    },
}

impl Post {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Reply { .. } => "reply",
            Self::Card => "card",
            Self::CardEdit => "card-edit",
            Self::Moved { .. } => "moved",
            Self::Cancelled => "cancelled",
            Self::Restored => "restored",
            Self::WayChanged => "way-changed",
            Self::Reminder { audience, .. } => match audience {
                Audience::Coming => "reminder-coming",
                Audience::Unanswered => "reminder-unanswered",
                Audience::Speakers => "reminder-speakers",
                Audience::Organisers => "reminder-organisers",
                Audience::Room => "reminder-room",
            },
            Self::Chase { .. } => "chase",
            Self::Snoozed { .. } => "snoozed",
            Self::Promoted => "promoted",
            Self::Offered { .. } => "offered",
            Self::OfferOver => "offer-over",
            Self::Digest => "digest",
            Self::Summary => "summary",
            Self::Programme { programme } => programme.kind(),
            Self::Nag { .. } => "nag",
            Self::Checklist(post) => post.kind(),
            Self::Draft(post) => post.kind(),
            Self::Meeting { meeting } => meeting.kind(),
            Self::CalendarEntry { .. } => "calendar-entry",
            Self::People { people } => people.kind(),
        }
    }

    /// Why it is posted, for `rehearse` and the operator's lists.
    pub fn reason(&self) -> String {
        match self {
            Self::Reply { .. } => "an answer".to_owned(),
            Self::Card => "announced by an organiser".to_owned(),
            Self::CardEdit => "the counts changed".to_owned(),
            Self::Moved { .. } => "the date changed".to_owned(),
            Self::Cancelled => "called off".to_owned(),
            Self::Restored => "takes place after all".to_owned(),
            Self::WayChanged => "held another way".to_owned(),
            Self::Reminder { audience, rung } => {
                format!("{} before, for: {audience}", rung_words(*rung))
            }
            Self::Chase { audience } => format!("asked by an organiser, for: {audience}"),
            Self::Snoozed { .. } => "snoozed".to_owned(),
            Self::Promoted => "a seat became free".to_owned(),
            Self::Offered { .. } => "a seat became free shortly before the start".to_owned(),
            Self::OfferOver => "an offer was not taken".to_owned(),
            Self::Digest => "the digest's rule".to_owned(),
            Self::Summary => "the session was held".to_owned(),
            Self::Checklist(post) => post.reason().to_owned(),
            Self::Programme { programme } => programme.reason(),
            Self::Nag { hours } => format!("nothing recorded {hours} hours after the end"),
            Self::Draft(post) => post.reason().to_owned(),
            Self::Meeting { meeting } => meeting.reason().to_owned(),
            Self::CalendarEntry { news: true, .. } => "announced by an organiser".to_owned(),
            Self::CalendarEntry { .. } => "their calendar follows it".to_owned(),
            Self::People { people } => people.reason().to_owned(),
        }
    }

    /// Whether this still says something about `session` at `now`. Posts that are not about a session always may.
    pub fn is_news(&self, session: &Session, now: Instant) -> bool {
        let planned = session.status == Status::Planned;
        match self {
            Self::Card | Self::Summary | Self::Nag { .. } => planned,
            Self::Cancelled => session.status == Status::Cancelled,
            Self::CalendarEntry { .. } => !planned || !session.has_begun(now),
            // This one says that it begins.
            Self::Reminder { rung: Rung(0), .. } => planned && now < session.ends_at,
            Self::Moved { .. }
            | Self::Restored
            | Self::Reminder { .. }
            | Self::Chase { .. }
            | Self::Snoozed { .. }
            | Self::Promoted
            | Self::Offered { .. }
            | Self::OfferOver
            | Self::WayChanged => planned && !session.has_begun(now),
            _ => true,
        }
    }

    /// Whether this tells of a session's date as it was when it was planned, so that another one makes it untrue.
    pub fn is_of_date(&self) -> bool {
        let first_news = matches!(
            self,
            Self::Card
                | Self::Meeting {
                    meeting: MeetingPost::Invitation { .. } | MeetingPost::Answered { .. }
                }
        );
        !first_news
    }

    /// Whether somebody's quiet hours hold it back. An offer of a seat is timed around them when it is made, and what
    /// somebody asked for comes when they asked for it.
    pub fn can_wait(&self) -> bool {
        match self {
            Self::Checklist(post) => post.can_wait(),
            Self::Moved { .. }
            | Self::Cancelled
            | Self::Restored
            | Self::WayChanged
            | Self::Reminder { .. }
            | Self::Chase { .. }
            | Self::Promoted
            | Self::OfferOver
            | Self::Digest
            | Self::Meeting { .. } => true,
            _ => false,
        }
    }

    /// The kinds that are planned from a session's date, and planned anew when it changes.
    pub const FROM_DATE: &'static [&'static str] = &[
        "reminder-coming",
        "reminder-unanswered",
        "reminder-speakers",
        "reminder-organisers",
        "reminder-room",
        "snoozed",
        "chase",
        "nag",
        "summary",
        "agenda",
        "offered",
        "moved",
        "way-changed",
    ];
}

/// A rung in words: `1 day`, `2 hours`, `at the start`.
pub fn rung_words(rung: Rung) -> String {
    let plural = |n: i64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match rung.0 {
        0 => "no time".to_owned(),
        m if m % (24 * 60) == 0 => plural(m / (24 * 60), "day"),
        m if m % 60 == 0 => plural(m / 60, "hour"),
        m => plural(m, "minute"),
    }
}
