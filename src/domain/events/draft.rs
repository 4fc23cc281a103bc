//! Drafts: what waits for an organiser's word before it is posted, by the rules of the configuration and of whoever
//! changed them in chat.

use std::collections::BTreeSet;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::domain::community::Settings;
use crate::domain::ids::DraftId;
use crate::domain::outbox::Destination;
use crate::domain::platform::Room;
use crate::domain::time::Instant;
use crate::words_enum;

/// The kinds that can be told to wait. What somebody asked for themselves (an answer, a reminder put off) or
/// has to decide about within the hour (a seat that is held) is not among them.
pub const KINDS: &[&str] = &[
    "card",
    "moved",
    "cancelled",
    "restored",
    "way-changed",
    "reminder-coming",
    "reminder-unanswered",
    "reminder-speakers",
    "reminder-organisers",
    "reminder-room",
    "chase",
    "promoted",
    "digest",
    "summary",
    "nag",
    "invitation",
    "invitation-all",
    "agenda",
    "question-answered",
    "checklist-begun",
    "deputy-begins",
    "deputy-ends",
    "welcome",
    "welcome-back",
    "conduct",
    "checklist-nudge",
    "checklist-late",
];

/// The kinds that wait in no room either: answers, new counts, and what drafts are shown by.
const NEVER: &[&str] = &[
    "reply",
    "card-edit",
    "draft",
    "draft-reminder",
    "draft-missed",
];

/// The announcements room, in a rule.
pub const ANNOUNCEMENTS: &str = "announcements";

words_enum! {
    /// What an organiser decided about a draft.
    Decision {
        /// It is posted.
        Posted = "posted",
        /// It is not.
        Dropped = "dropped",
    }
}

/// Which kinds and rooms wait, by the words that name them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(BTreeSet<String>);

impl Rules {
    /// Those of the configuration, with what was changed in chat.
    pub fn of(configured: &[String], changed: impl IntoIterator<Item = (String, bool)>) -> Self {
        let mut rules: BTreeSet<String> = configured.iter().cloned().collect();
        for (word, on) in changed {
            if on {
                rules.insert(word);
            } else {
                rules.remove(&word);
            }
        }
        Self(rules)
    }

    /// The words, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this word is among them.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// Whether a post of this kind to there waits. Without an organisers' room nobody could let it go, and nothing
    /// does.
    pub fn holds(&self, kind: &str, to: &Destination, settings: &Settings) -> bool {
        if self.0.is_empty() || NEVER.contains(&kind) || settings.rooms.organisers.is_none() {
            return false;
        }
        let in_room = |room: &Room| {
            let announcements = settings.rooms.announcements.as_ref();
            self.has(&room.to_string())
                || (self.has(ANNOUNCEMENTS)
                    && (announcements.is_some_and(|one| one.0 == *room)
                        || settings.rooms.is_mirror(room)))
        };
        self.has(kind) || matches!(to, Destination::Room(room) if in_room(room))
    }
}

/// Whether a post of this kind may have to wait at all.
pub fn may_wait(kind: &str) -> bool {
    !NEVER.contains(&kind)
}

/// Why a word is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRule {
    /// It is neither a room of the community nor a kind.
    #[error("“{typed}” is neither a room that I post in nor a kind of message.{} There are: {known}.", nearest.as_ref().map_or(String::new(), |word| format!(" Did you mean “{word}”?")))]
    Unknown {
        /// As typed.
        typed: String,
        /// What looks most like it.
        nearest: Option<String>,
        /// All words.
        known: String,
    },
    /// Drafts are shown there.
    #[error(
        "The organisers' room is where drafts are shown; what is posted there cannot wait by its room. Name a kind instead, for example summary."
    )]
    Organisers,
    /// There is nowhere to show them.
    #[error(
        "Drafts are shown in the organisers' room, and there is none. Set rooms.organisers in the configuration."
    )]
    NoRoom,
}

/// A word of a rule as it is kept: a kind, `announcements`, or a room's address.
///
/// # Errors
/// [`NoRule`], with what there is.
pub fn rule(typed: &str, settings: &Settings) -> Result<String, NoRule> {
    let Some(organisers) = &settings.rooms.organisers else {
        return Err(NoRule::NoRoom);
    };
    let word = typed.trim().trim_start_matches('#').to_lowercase();
    if let Some(kind) = KINDS.iter().find(|kind| **kind == word) {
        return Ok((*kind).to_owned());
    }
    let is =
        |room: &Room| room.id.to_lowercase() == word || room.to_string().to_lowercase() == word;
    let announcements = settings.rooms.announcements.as_ref();
    if announcements.is_some_and(|room| word == ANNOUNCEMENTS || is(&room.0)) {
        return Ok(ANNOUNCEMENTS.to_owned());
    }
    if word == "organisers" || is(&organisers.0) {
        return Err(NoRule::Organisers);
    }
    let others = rooms(settings);
    if let Some(room) = others.iter().find(|room| is(room)) {
        return Ok(room.to_string());
    }
    let mut known: Vec<String> = announcements
        .iter()
        .map(|_| ANNOUNCEMENTS.to_owned())
        .chain(others.iter().map(|room| room.id.clone()))
        .collect();
    known.extend(KINDS.iter().map(|kind| (*kind).to_owned()));
    let alike = |other: &String| strsim::normalized_damerau_levenshtein(other, &word);
    let nearest = known
        .iter()
        .max_by(|a, b| alike(a).total_cmp(&alike(b)))
        .filter(|word| alike(word) >= 0.5)
        .cloned();
    Err(NoRule::Unknown {
        typed: typed.chars().take(40).collect(),
        nearest,
        known: known.join(", "),
    })
}

/// The rooms that are posted in besides announcements and organisers.
fn rooms(settings: &Settings) -> Vec<Room> {
    let digests = settings.digest.iter().filter_map(|plan| plan.room.as_ref());
    let groups = settings.group_room.iter().map(|one| &one.room);
    let mut rooms: Vec<Room> = digests.chain(groups).map(|room| room.0.clone()).collect();
    rooms.sort();
    rooms.dedup();
    rooms
}

/// When organisers are reminded of a draft that nobody looked at: a day before it is due, or two hours; of what was
/// due at once half-way to its end, within a day. Never when that is too soon to help.
pub fn remind_at(now: Instant, due: Instant, not_after: Option<Instant>) -> Option<Instant> {
    let (day, hours) = (Duration::hours(24), Duration::hours(2));
    if due - now > day + hours {
        return Some(due - day);
    }
    if due - now > hours * 2 {
        return Some(due - hours);
    }
    match not_after {
        Some(last) if last - now > hours / 2 => Some(now + ((last - now) / 2).min(day)),
        Some(_) => None,
        None => Some(now + day),
    }
}

/// What is posted about a draft, in the organisers' room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "draft", rename_all = "kebab-case")]
pub enum DraftPost {
    /// It waits.
    Shown,
    /// It waits still.
    Reminder,
    /// Nobody looked at it in time.
    Missed,
}

impl DraftPost {
    /// The kind of row it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Shown => "draft",
            Self::Reminder => "draft-reminder",
            Self::Missed => "draft-missed",
        }
    }

    /// Why it is posted.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Shown => "it waits for an organiser",
            Self::Reminder => "no organiser has decided about it",
            Self::Missed => "no organiser decided about it in time",
        }
    }

    /// The kinds of what is posted about drafts.
    pub const KINDS: [&'static str; 3] = ["draft", "draft-reminder", "draft-missed"];
}

/// An answer about drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum DraftReply {
    /// What waits, and which rules there are.
    List,
    /// One draft.
    Shown {
        /// Which.
        draft: DraftId,
        /// Somebody wanted to post it as it was shown before, and it reads differently now.
        changed: bool,
    },
    /// One was decided.
    Decided {
        /// Which.
        draft: DraftId,
        /// What.
        decision: Decision,
        /// How many posts that are.
        posts: u64,
    },
    /// A rule was changed.
    Switched {
        /// The word.
        word: String,
        /// Whether that waits now.
        on: bool,
        /// How many posts that waited for their time wait for an organiser now.
        held: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::instant_from_millis;

    #[test]
    fn organisers_are_reminded_while_there_is_time() {
        let now = instant_from_millis(1_790_000_000_000);
        let at = |hours: i64| now + Duration::hours(hours);
        assert_eq!(remind_at(now, at(48), Some(at(72))), Some(at(24)));
        assert_eq!(remind_at(now, at(10), Some(at(34))), Some(at(8)));
        assert_eq!(remind_at(now, now, Some(at(10))), Some(at(5)));
        assert_eq!(remind_at(now, now, Some(at(500))), Some(at(24)));
        assert_eq!(remind_at(now, now, Some(at(1))), None);
        assert_eq!(remind_at(now, now, None), Some(at(24)));
    }

    #[test]
    fn a_rule_is_a_kind_or_a_room_that_is_posted_in() {
        let settings: Settings = toml::from_str(
            r##"
            rooms = { announcements = "local:hall", organisers = "local:desk" }
            digest = [{ slug = "core", cron = "0 9 * * 1", room = "local:core" }]
            "##,
        )
        .unwrap();
        let read = |typed: &str| rule(typed, &settings);
        assert_eq!(read("Digest"), Ok("digest".to_owned()));
        assert_eq!(read("#hall"), Ok(ANNOUNCEMENTS.to_owned()));
        assert_eq!(read("core"), Ok("local:core".to_owned()));
        assert_eq!(read("desk"), Err(NoRule::Organisers));
        assert!(read("reply").is_err() && read("offered").is_err());
        let rules = Rules::of(&["announcements".to_owned()], [("digest".to_owned(), true)]);
        let room = |id: &str| Destination::room(crate::domain::platform::Platform::Local, id);
        assert!(rules.holds("card", &room("hall"), &settings));
        assert!(!rules.holds("card-edit", &room("hall"), &settings));
        assert!(!rules.holds("card", &room("core"), &settings));
        assert!(rules.holds("digest", &room("core"), &settings));
        let nobody = Settings::default();
        assert!(!rules.holds("digest", &room("core"), &nobody));
    }
}
