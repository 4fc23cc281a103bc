//! What a form showed of what it changes. Who sends it changes what they saw, and nothing that somebody else made of it
//! meanwhile.

use chrono::NaiveDate;

use super::events::meeting::{AgendaItem, Question};
use super::events::session::Session;
use super::people::member::RoleTerm;
use super::text::UserText;
use crate::words_enum;

words_enum! {
    /// What a form changes.
    Thing {
        /// A session's title.
        Title = "title",
        /// Its theme.
        Theme = "theme",
        /// Where people take part.
        Mode = "mode",
        /// Its video link.
        Link = "link",
        /// Its room.
        Place = "place",
        /// Where its recording is.
        Recording = "recording",
        /// Its seats.
        Seats = "seats",
        /// When it takes place, and whether.
        Date = "date",
        /// Whom a meeting is for.
        Groups = "groups",
        /// Where a meeting's notes are.
        Notes = "notes",
        /// Who runs a session.
        Hosts = "hosts",
        /// How many came, by the host's estimate.
        Estimate = "estimate",
        /// One of its talks, by its place.
        Talk = "talk",
        /// One item of a meeting's agenda, by its place.
        Item = "item",
        /// All of them, in their order.
        Agenda = "agenda",
        /// A question and its answer.
        Question = "question",
        /// Who has which duty on a session's list.
        Duties = "duties",
        /// What the sessions of a series have in common.
        Common = "common",
        /// The rule of a series.
        Rule = "rule",
        /// The words of a message.
        Wording = "wording",
        /// How far somebody is in their career.
        Career = "career",
        /// Somebody's terms in a role group, as far as they are not over.
        Terms = "terms",
    }
}

impl Thing {
    /// What its values are called, in their order; one without a name is compared and not told.
    pub fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["Title"],
            Self::Theme => &["Theme"],
            Self::Mode => &["Where people take part"],
            Self::Link => &["Video link"],
            Self::Place => &["Room"],
            Self::Recording => &["Where the recording is"],
            Self::Seats => &["Seats", ""],
            Self::Date => &["Day", "Begins", "Ends", "Whether"],
            Self::Groups => &["Role groups"],
            Self::Notes => &["Where the notes are"],
            Self::Hosts => &["Host"],
            Self::Estimate => &["Estimate"],
            Self::Talk => &["Talk", "Who gives it"],
            Self::Item => &["Item"],
            Self::Agenda => &["Agenda"],
            Self::Question => &["Question", "Answer"],
            Self::Duties => &["Duties"],
            Self::Common => &[
                "Title",
                "Seats",
                "Mode",
                "Video link",
                "Room",
                "Presented jointly",
            ],
            Self::Rule => &["Rule", ""],
            Self::Wording => &["Words"],
            Self::Career => &["Career stage"],
            Self::Terms => &["In the group"],
        }
    }

    /// Whether it is known by a place alone, at which something else may stand by now.
    pub fn is_by_place(self) -> bool {
        matches!(self, Self::Talk | Self::Item)
    }
}

/// What a form showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Of what.
    pub thing: Thing,
    /// Of which: a number, a short name; and the place where it has one.
    pub of: Vec<String>,
    /// What its values were; `None` for one that the form leaves as it is.
    pub values: Vec<Option<String>>,
}

impl Seen {
    /// Whether it is so still.
    pub fn is_so(&self, now: &[String]) -> bool {
        let same =
            |(then, now): (&Option<String>, &String)| then.as_ref().is_none_or(|it| it == now);
        self.values.len() == now.len() && self.values.iter().zip(now).all(same)
    }
}

/// What a form about a session shows of it; `None` where the session itself does not tell.
pub fn of_session(thing: Thing, session: &Session) -> Option<Vec<String>> {
    let seats = |seats: Option<i64>| seats.map_or_else(|| "none".to_owned(), |n| n.to_string());
    let (online, in_person) = (session.capacity.online, session.capacity.in_person);
    let (wall, minutes) = (session.plan.wall, session.minutes);
    let ends = wall + chrono::Duration::minutes(minutes);
    Some(match thing {
        Thing::Title => vec![session.title.to_string()],
        Thing::Theme => vec![session.theme.to_string()],
        Thing::Mode => vec![session.mode.as_str().to_owned()],
        Thing::Link => vec![session.link.clone()],
        Thing::Place => vec![session.place.to_string()],
        Thing::Recording => vec![session.recording.clone()],
        Thing::Seats => vec![
            seats(online.or(in_person)),
            format!("{}, {}", seats(online), seats(in_person)),
        ],
        Thing::Date => vec![
            wall.format("%Y-%m-%d").to_string(),
            wall.format("%H:%M").to_string(),
            ends.format("%H:%M").to_string(),
            session.status.as_str().to_owned(),
        ],
        Thing::Groups => vec![session.gathering.groups.names().join(",")],
        Thing::Notes => vec![session.notes.clone()],
        Thing::Estimate => vec![session.estimate.map_or_else(String::new, |n| n.to_string())],
        _ => return None,
    })
}

/// What a form that ends somebody's terms in a group shows of them; `None` where none is left to be ended.
pub fn of_terms(terms: &[RoleTerm], group: &str, today: NaiveDate) -> Option<Vec<String>> {
    let left = terms
        .iter()
        .filter(|term| term.group == group && term.until.is_none_or(|until| until >= today));
    let left: Vec<String> = left.map(RoleTerm::days).collect();
    (!left.is_empty()).then(|| vec![left.join("\n")])
}

/// What a form about a talk shows of it.
pub fn of_talk(title: &UserText, speaker: Option<&UserText>) -> Vec<String> {
    let speaker = speaker.map_or_else(String::new, ToString::to_string);
    vec![title.to_string(), speaker]
}

/// What a form about an item of an agenda shows of it.
pub fn of_item(item: &AgendaItem) -> Vec<String> {
    vec![item.text.to_string()]
}

/// What a form about the order of an agenda shows of it.
pub fn of_agenda(items: &[AgendaItem]) -> Vec<String> {
    let lines = items
        .iter()
        .map(|item| format!("{}. {}", item.place, item.text));
    vec![lines.collect::<Vec<_>>().join("\n")]
}

/// What a form about a question shows of it.
pub fn of_question(question: &Question) -> Vec<String> {
    vec![question.text.to_string(), question.answer.to_string()]
}
