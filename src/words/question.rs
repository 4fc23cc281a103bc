//! Questions for meetings: taken, listed, answered.

use super::session::name;
use super::time;
use super::view::{Reader, SessionView};
use super::wording::places::{self, SESSION};
use super::wording::{Place, Wording};
use crate::chat::{Line, Message};
use crate::domain::events::meeting::{Question, QuestionStatus};
use crate::domain::events::session::Session;

/// A question was taken.
pub fn asked(number: i64, session: &Session, reader: &Reader) -> Message {
    Message::text(
        Line::new()
            .strong(format!("q{number}"))
            .say(" for ")
            .join(meeting(session))
            .say(", ")
            .join(time::when(session.starts_at, &reader.zones))
            .say("."),
    )
    .quiet("You are told when it is answered.")
}

/// A question was taken that nobody is to be asked about. `seen` says that it was typed where others may have read
/// it.
pub fn asked_anonymously(number: i64, session: &Session, seen: bool, reader: &Reader) -> Message {
    let message = Message::text(
        Line::new()
            .strong(format!("q{number}"))
            .say("; your name is not stored. It is asked for ")
            .join(meeting(session))
            .say(", ")
            .join(time::when(session.starts_at, &reader.zones))
            .say("."),
    )
    .quiet(
        Line::new()
            .say("Nobody can tell you when it is answered; ")
            .code(reader.command(&format!("questions {}", session.number)))
            .say(" shows it."),
    );
    if !seen {
        return message;
    }
    message.quiet("Whoever saw you type it knows who asked; type it to me alone next time.")
}

fn meeting(session: &Session) -> Line {
    Line::new()
        .strong(format!("{} · ", session.number))
        .strong_user(&session.title)
}

/// A question on one line.
pub fn line(question: &Question) -> Line {
    let mut line = Line::new()
        .say(format!("q{} · ", question.number))
        .user(&question.text);
    line = match &question.name {
        Some(name) => line.say(" – ").user(name),
        None if question.anonymous => line.say(" – asked anonymously"),
        None => line,
    };
    if let Some(number) = question.carried_from {
        line = line.say(format!(", carried over from {number}"));
    }
    match question.status {
        QuestionStatus::Open => line,
        QuestionStatus::Answered => line.say(" – answered: ").user(&question.answer),
    }
}

/// The questions of a meeting.
pub fn list(view: &SessionView, reader: &Reader) -> Message {
    let number = view.session.number;
    let questions = view
        .agenda
        .as_ref()
        .map_or(&[][..], |agenda| &agenda.questions);
    let (open, answered): (Vec<_>, Vec<_>) = questions
        .iter()
        .partition(|question| question.status == QuestionStatus::Open);
    let mut message = Message::default().heading(name(view));
    if questions.is_empty() {
        message = message.and("No questions yet.");
    }
    for (title, list) in [("Open", open), ("Answered", answered)] {
        if !list.is_empty() {
            let lines = list.into_iter().map(line).collect();
            message = message.and(Line::new().strong(title)).bullets(lines);
        }
    }
    message.quiet(
        Line::new()
            .say("To ask one: ")
            .code(reader.command(&format!("ask {number} TEXT")))
            .say(", or ")
            .code(reader.command(&format!("ask {number} anonymous=yes TEXT"))),
    )
}

/// A question was answered.
pub fn answered(question: &Question) -> Message {
    Message::text(
        Line::new()
            .strong(format!("q{}", question.number))
            .say(" is answered: “")
            .user(&question.answer)
            .say("”"),
    )
    .quiet(if question.anonymous || question.by.is_none() {
        "It stands with the questions of the meeting; nobody knows who asked."
    } else {
        "It stands with the questions of the meeting, and whoever asked is told."
    })
}

const QUESTION: Place = Place::new("question", "the question", "Who owns the data licence?")
    .without("nobody would know what is answered");
const ANSWER: Place = Place::new("answer", "the answer", "Both partners; see the agreement.")
    .without("nobody would read the answer");

/// The answer to somebody who asked by name.
pub const ANSWERED: Wording = Wording {
    name: "question-answered",
    about: "a question was answered, for who asked it by name",
    text: "# {title}
You asked: {question}
*Answered:* {answer}",
    places: &[SESSION, &[QUESTION, ANSWER]],
    must: &[QUESTION, ANSWER],
};

/// Whoever asked a question by name is told the answer.
pub fn told(view: &SessionView, question: &Question, reader: &Reader) -> Message {
    let values = places::of_session(view, reader)
        .with(&QUESTION, &question.text)
        .with(&ANSWER, &question.answer);
    reader.say(&ANSWERED, values)
}
