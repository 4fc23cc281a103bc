//! Meetings. A meeting is an event like a session: it has a number, a date that can move, answers, reminders
//! and attendance. It differs in two ways. It is for people of some role groups, which are dated: whoever is in one
//! of them on the day of the meeting is invited, whenever they came into it. And it has an agenda instead of
//! speakers: items, written updates and questions, gathered until some working days before.
//!
//! What a meeting is called in daily life (all-hands, operations) is the short name of its series, so the
//! next of its kind is the next of its series, even where each date is set by hand.

mod agenda;
mod post;
mod question;
mod reply;

pub use agenda::{Agenda, AgendaItem, ITEMS_MAX, ItemStatus, Update};
pub use post::MeetingPost;
pub use question::{QUESTIONS_MAX, Question, QuestionStatus};
pub use reply::{AgendaDone, MeetingReply};

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::domain::time::{Instant, Placed, Plan};
use crate::words_enum;

words_enum! {
    /// What an event is.
    EventKind {
        /// A session with speakers.
        Session = "session",
        /// A meeting with an agenda.
        Meeting = "meeting",
    }
}

/// What an event is, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gathering {
    /// What it is.
    pub kind: EventKind,
    /// For whom.
    pub groups: Groups,
}

impl Default for Gathering {
    fn default() -> Self {
        Self {
            kind: EventKind::Session,
            groups: Groups::default(),
        }
    }
}

/// The role groups an event is for, as they were typed; none at all for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Groups(Vec<String>);

impl Groups {
    /// Groups by their names, each once, in small letters.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut groups: Vec<String> = Vec::new();
        for name in names {
            let name = name.trim().to_lowercase();
            if !name.is_empty() && !groups.contains(&name) {
                groups.push(name);
            }
        }
        Self(groups)
    }

    /// Whether it is for everybody.
    pub fn is_everybody(&self) -> bool {
        self.0.is_empty()
    }

    /// Their names.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// As people say it: `core, researchers and students`, or `everybody`.
    pub fn words(&self) -> String {
        match self.0.as_slice() {
            [] => "everybody".to_owned(),
            [only] => only.clone(),
            [all @ .., last] => format!("{} and {last}", all.join(", ")),
        }
    }
}

impl From<String> for Groups {
    fn from(stored: String) -> Self {
        Self::new(stored.split(';'))
    }
}

impl From<Groups> for String {
    /// Each name between two `;`, so that a query finds it whole.
    fn from(groups: Groups) -> Self {
        if groups.0.is_empty() {
            return String::new();
        }
        format!(";{};", groups.0.join(";"))
    }
}

/// When in the day an agenda closes: late enough for whoever remembers it at work.
const CLOSES_AT: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).expect("five in the afternoon");

/// When the agenda of a meeting closes: `days` working days (Monday to Friday) before it, in the afternoon. One that
/// was planned later than that takes items until it begins.
pub fn agenda_closes(plan: Plan, starts_at: Instant, planned_at: Instant, days: u32) -> Instant {
    let day = working_days_before(plan.wall.date(), days);
    let closes = Plan {
        wall: day.and_time(CLOSES_AT),
        zone: plan.zone,
    };
    let at = match closes.place() {
        Placed::Once(at) | Placed::FirstOfTwo(at, _) => at,
        Placed::Gap { after, .. } => after,
    };
    if days == 0 || at <= planned_at {
        starts_at
    } else {
        at.min(starts_at)
    }
}

fn working_days_before(day: NaiveDate, days: u32) -> NaiveDate {
    let works = |day: NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let before = day.iter_days().rev().skip(1).filter(|day| works(*day));
    before.take(days as usize).last().unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;

    #[test]
    fn groups_read_as_they_are_stored() {
        let groups = Groups::new(["Core", " researchers", "core", ""]);
        assert_eq!(groups.words(), "core and researchers");
        assert_eq!(String::from(groups.clone()), ";core;researchers;");
        assert_eq!(Groups::from(String::from(groups.clone())), groups);
        assert!(Groups::from(String::new()).is_everybody());
    }

    #[test]
    fn an_agenda_closes_working_days_before_and_never_before_it_was_planned() {
        let zone = Zone::Europe__London;
        let at = |wall: &str| Plan {
            wall: wall.parse().unwrap(),
            zone,
        };
        let closes = |wall: &str, planned: &str, days| {
            let plan = at(wall);
            let closes = agenda_closes(
                plan,
                plan.instant().unwrap(),
                planned.parse().unwrap(),
                days,
            );
            closes
                .with_timezone(&zone)
                .format("%a %-d %b %H:%M")
                .to_string()
        };
        let early = "2026-09-07T08:00:00Z";
        assert_eq!(closes("2026-11-12T09:30:00", early, 2), "Tue 10 Nov 17:00");
        assert_eq!(closes("2026-11-16T16:00:00", early, 2), "Thu 12 Nov 17:00");
        assert_eq!(closes("2026-11-16T16:00:00", early, 0), "Mon 16 Nov 16:00");
        let late = "2026-11-11T08:00:00Z";
        assert_eq!(closes("2026-11-12T09:30:00", late, 2), "Thu 12 Nov 09:30");
    }
}
