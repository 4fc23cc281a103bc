//! What waits, what failed, what is unknown; and what would be posted.

use super::time;
use super::view::Reader;
use crate::chat::{Button, Line, Message};
use crate::domain::outbox::OutboxState;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A row as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// The number of the session it is about, where it is about one.
    pub session: Option<i64>,
    /// Where it goes.
    pub destination: UserText,
    /// When it was due.
    pub due_at: Instant,
    /// Where it stands.
    pub state: OutboxState,
    /// What is noted about it.
    pub note: Option<String>,
}

/// What an operator has to know of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Whether posting is held.
    pub paused: bool,
    /// How many rows wait.
    pub waiting: usize,
    /// When the next of them goes.
    pub next: Option<Instant>,
    /// The first rows that failed, were missed or are unknown.
    pub troubled: Vec<Waiting>,
    /// How many more there are.
    pub more: usize,
    /// How many were missed in all.
    pub missed: usize,
    /// How many may have been posted before the database was put back.
    pub held: u64,
}

/// What waits, what failed, what is unknown.
pub fn list(overview: &Overview, reader: &Reader) -> Message {
    let mut message = Message::text(if overview.paused {
        Line::new()
            .strong("Posting is held. ")
            .code(reader.command("outbox resume"))
    } else {
        Line::new().say("Posting is on.")
    });
    message = message.and(match overview.next {
        Some(next) => Line::new()
            .say(format!("{} waiting; the next goes ", overview.waiting))
            .join(time::when(next, &[reader.zone()]))
            .say("."),
        None => Line::new().say("Nothing waits."),
    });
    if overview.troubled.is_empty() {
        return message.quiet("Nothing failed, was missed or is unknown.");
    }
    for row in &overview.troubled {
        let what = match row.state {
            OutboxState::Unknown => "nobody knows whether it was posted",
            OutboxState::Missed => "missed, its time passed",
            OutboxState::Dead => "failed",
            _ => "waits",
        };
        let about = row.session.map_or(String::new(), |n| format!(" {n}"));
        let mut line = Line::new()
            .strong(format!("{}{about}", kind_words(&row.kind)))
            .say(" to ")
            .user(&row.destination)
            .say(", due ")
            .join(time::when(row.due_at, &[reader.zone()]))
            .say(format!(": {what}"));
        if let Some(note) = &row.note {
            line = line.say(format!(" ({note})"));
        }
        message = message.and(line.say(".")).buttons(vec![
            Button::new("Post now", format!("outbox retry {}", row.id)),
            Button::new("Drop", format!("outbox drop {}", row.id)),
        ]);
    }
    if overview.more > 0 {
        message = message.quiet(format!("{} more after these.", overview.more));
    }
    if overview.missed > 1 {
        message = message.buttons(vec![Button::new(
            format!("Drop all {} that were missed", overview.missed),
            "outbox drop missed",
        )]);
    }
    if overview.held > 1 {
        message = message.buttons(vec![
            Button::new(
                format!("Post all {} due before the restore", overview.held),
                "outbox retry held",
            ),
            Button::new(
                format!("Drop all {} due before the restore", overview.held),
                "outbox drop held",
            ),
        ]);
    }
    message
}

/// Rows that were missed, or due before a restore, were forgotten.
pub fn dropped(count: u64, held: bool) -> Message {
    let (none, those) = if held {
        (
            "Nothing is left from before a restore",
            "from before the restore",
        )
    } else {
        ("Nothing was missed", "missed")
    };
    let said = match (count, held) {
        (0, _) => return Message::text(format!("{none}; there is nothing to drop.")),
        (1, true) => format!("1 message {those} is dropped"),
        (1, false) => format!("1 {those} message is dropped"),
        (n, true) => format!("{n} messages {those} are dropped"),
        (n, false) => format!("{n} {those} messages are dropped"),
    };
    Message::text(format!(
        "{said}; {} not be posted.",
        if count == 1 { "it will" } else { "they will" }
    ))
}

/// Rows from before a restore are tried now.
pub fn retried(count: u64) -> Message {
    Message::text(match count {
        0 => "Nothing is left from before a restore; there is nothing to post.".to_owned(),
        1 => "1 message from before the restore will be posted now.".to_owned(),
        n => format!("{n} messages from before the restore will be posted now."),
    })
}

/// What a kind of posting is, in a few words.
pub(super) fn kind_words(kind: &str) -> &str {
    match kind {
        "draft" => "Draft",
        "draft-reminder" => "Reminder of a draft",
        "draft-missed" => "Notice that a draft was missed",
        "card" => "Announcement of",
        "card-edit" => "New counts of",
        "calendar-entry" => "Calendar invitation to",
        "registered" => "Confirmation of a registration",
        "speaker-page" => "Link to a speaker's page",
        "moved" => "New date of",
        "cancelled" => "Cancellation of",
        "restored" => "Notice that it is on, of",
        "way-changed" => "Change of place of",
        "reminder-coming" => "Reminder of",
        "reminder-unanswered" => "Invitation to answer for",
        "reminder-speakers" => "Speaker's reminder of",
        "reminder-organisers" => "Organisers' reminder of",
        "reminder-room" => "Reminder in the room of",
        "chase" => "Reminder by hand of",
        "snoozed" => "Put-off reminder of",
        "promoted" => "Seat given for",
        "offered" => "Seat offered for",
        "offer-over" => "End of an offer for",
        "summary" => "Figures of",
        "nag" => "Question for the attendance of",
        "invitation" => "Invitation to",
        "invitation-all" => "Invitation to all meetings like",
        "agenda" => "Agenda of",
        "planned-further" => "Dates that need a second look",
        "question-answered" => "Answer to a question for",
        "digest" => "Digest",
        "alike" => "Question whether people are one",
        "linked" => "News of a linked account",
        "deputy-begins" => "Beginning of a deputy's term",
        "deputy-ends" => "End of a deputy's term",
        "unreachable" => "Word of letters that come back",
        "reply" => "Answer",
        "welcome" => "Welcome",
        "welcome-back" => "Welcome back",
        "welcome-waiting" => "Question whom to welcome",
        "conduct" => "New code of conduct",
        "checklist-begun" => "Word of a new checklist",
        "checklist-nudge" => "Word of what is late",
        "checklist-late" => "Organisers' word of what is late",
        "run-book" => "Run-book of",
        other => other,
    }
}

/// Posting is held or goes on.
pub fn paused(paused: bool, reader: &Reader) -> Message {
    if paused {
        Message::text("Posting is held. Answers to commands still go out; everything else waits.")
            .quiet(
                Line::new()
                    .say("To go on: ")
                    .code(reader.command("outbox resume")),
            )
    } else {
        Message::text("Posting goes on. What became useless meanwhile is listed as missed.")
    }
}

/// `message`, and that what it tells of waits, because posting is held.
pub fn held_up(message: Message, reader: &Reader) -> Message {
    message.quiet(
        Line::new()
            .say("Posting is held, so this waits. To let it go: ")
            .code(reader.command("outbox resume")),
    )
}

/// What a rehearsal found, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsed {
    /// All messages.
    pub messages: usize,
    /// How many of each kind.
    pub by_kind: Vec<(String, usize)>,
    /// The kinds that are said in a manager's words.
    pub in_your_words: Vec<String>,
    /// What needs somebody, a line each.
    pub needs: Vec<String>,
}

/// What a kind of posting is, for counting.
pub(super) fn planned_words(kind: &str) -> &str {
    match kind {
        "reminder-coming" => "Reminders for those who come",
        "reminder-unanswered" => "Invitations to answer",
        "reminder-speakers" => "Reminders for speakers",
        "reminder-organisers" => "Reminders for organisers",
        "reminder-room" => "Reminders in the room",
        "digest" => "Digests",
        "summary" => "Figures after a session",
        "nag" => "Questions for attendance",
        "card" => "Announcements",
        "snoozed" => "Put-off reminders",
        "invitation" | "invitation-all" => "Invitations to meetings",
        "agenda" => "Agendas",
        "alike" => "Questions whether people are one",
        "deputy-begins" => "Beginnings of a deputy's term",
        "deputy-ends" => "Ends of a deputy's term",
        "draft" => "Drafts to decide about",
        "run-book" => "Run-books",
        "welcome" => "Welcomes",
        other => kind_words(other)
            .trim_end_matches(" of")
            .trim_end_matches(" for"),
    }
}

/// What would be posted, in numbers.
pub fn rehearsed(days: i64, found: &Rehearsed) -> Message {
    let message = Message::text(format!(
        "{} message{} in the next {days} days; {} need{} you.",
        found.messages,
        if found.messages == 1 { "" } else { "s" },
        found.needs.len(),
        if found.needs.len() == 1 { "s" } else { "" }
    ));
    let kinds = found
        .by_kind
        .iter()
        .map(|(kind, n)| {
            let own = found.in_your_words.contains(kind);
            let own = if own { ", in your words" } else { "" };
            Line::from(format!("{}: {n}{own}", planned_words(kind)))
        })
        .collect();
    let needs = found
        .needs
        .iter()
        .take(20)
        .map(|need| Line::from(need.clone()))
        .collect::<Vec<_>>();
    let message = message.bullets(kinds);
    if needs.is_empty() {
        message
    } else {
        message.and(Line::new().strong("Needs you")).bullets(needs)
    }
}
