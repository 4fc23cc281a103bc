//! Previews: what would be done, who would hear of it, and the buttons that decide.

use super::session::name;
use super::view::{Reader, SessionView};
use super::wording::places::people;
use super::{card, notice, session, time};
use chrono::NaiveDate;

use crate::chat::{Button, Line, Message};
use crate::domain::events::act::{Act, Deed};
use crate::domain::events::reminder::Audience;
use crate::domain::events::session::Session;
use crate::domain::ids::ProposalId;
use crate::domain::text::UserText;
use crate::domain::time::Plan;

/// The preview of an act, as `reader` would see its result. `told` says where an announcement goes: `posted in #hall`;
/// `draft` is what it says where that is not the card; `heard_by` how many hear of a change.
pub fn preview(
    view: &SessionView,
    act: &Act,
    id: &ProposalId,
    told: &str,
    draft: Option<Message>,
    heard_by: i64,
    reader: &Reader,
) -> Message {
    let tally = view.session.tally;
    let confirm = |label: &str| Button::new(label, format!("confirm {id}"));
    let dismiss = Button::new("Not now", format!("dismiss {id}"));
    match &act.deed {
        Deed::Announce | Deed::AnnounceAll => {
            let mut message = Message::text(format!("This would be {told}:"));
            let draft = draft.unwrap_or_else(|| card::card(view, reader));
            message.blocks.extend(draft.without_buttons().blocks);
            message = session::with_missing(session::with_warnings(message, view), view);
            message.buttons(vec![confirm("Post").primary(), dismiss])
        }
        Deed::Move { starts_at, .. } => session::with_warnings(
            Message::text(
                Line::new()
                    .join(name(view))
                    .say(" would move from ")
                    .join(time::when(view.session.starts_at, &reader.zones))
                    .say(" to ")
                    .join(time::when(*starts_at, &reader.zones))
                    .say("."),
            ),
            view,
        )
        .quiet(format!(
            "{} answers kept, one notice to {}; reminders go out again before the new date.",
            tally.concerned() + tally.declined,
            people(heard_by)
        ))
        .buttons(vec![confirm("Move").primary(), dismiss]),
        Deed::Cancel { reason } => {
            let off = crate::domain::events::session::Session {
                status: crate::domain::events::session::Status::Cancelled,
                reason: reason.clone(),
                ..view.session.clone()
            };
            let mut message =
                Message::text(format!("This notice would go to {}:", people(heard_by)));
            let notice = notice::cancelled(
                &SessionView {
                    session: off,
                    ..view.clone()
                },
                reader,
            );
            message.blocks.extend(notice.blocks);
            message.buttons(vec![confirm("Cancel it").danger(), dismiss])
        }
        Deed::Restore => {
            let mut message =
                Message::text(format!("This notice would go to {}:", people(heard_by)));
            message.blocks.extend(notice::restored(view, true, reader).blocks);
            message.buttons(vec![confirm("Put it back").primary(), dismiss])
        }
        Deed::Hold { mode, told } => Message::text(
            Line::new()
                .join(name(view))
                .say(format!(" would be held {} only.", mode.words())),
        )
        .quiet(format!(
            "{} answered for the other way: their answers are kept and each is told. If there are fewer seats, \
             the last of them wait in line.",
            people(*told)
        ))
        .buttons(vec![confirm("Change it").primary(), dismiss]),
        Deed::Chase {
            audience,
            asked,
            opted_out,
            ..
        } => {
            let whom = match audience {
                Audience::Unanswered => "who have not answered",
                Audience::Coming => "who said yes or maybe",
                _ => "with a part in it",
            };
            Message::text(Line::new().join(name(view)).say(format!(
                ": {} {whom} would be asked; {opted_out} opted out.",
                people(*asked)
            )))
            .buttons(vec![confirm("Send").primary(), dismiss])
        }
    }
}

/// Another rule for a series, and what it would do.
pub struct RuleWords<'a> {
    /// The title of the series.
    pub title: &'a UserText,
    /// The rule in words.
    pub rule: String,
    /// From which day on it is in force.
    pub from: NaiveDate,
    /// The sessions that would move, each with its new date.
    pub moves: &'a [(Session, Plan)],
    /// How many people would be told.
    pub told: i64,
    /// What else there is to say of the rule.
    pub notes: &'a [String],
}

/// How many sessions are named.
const NAMED: usize = 12;

/// The preview of another rule for a series.
pub fn rule(words: &RuleWords<'_>, id: &ProposalId, reader: &Reader) -> Message {
    let from = words.from.format("%-d %b %Y");
    let head = Line::new()
        .strong_user(words.title)
        .say(format!(" would be from {from} on: {}.", words.rule));
    let zones = [reader.zone()];
    let lines = words.moves.iter().take(NAMED).map(|(session, plan)| {
        let there = plan.instant().map_or_else(
            || Line::from(time::plan(*plan)),
            |at| time::when(at, &zones),
        );
        let line = Line::new()
            .say(format!("{} moves from ", session.number))
            .join(time::when(session.starts_at, &zones))
            .say(" to ")
            .join(there);
        match session.tally.concerned() {
            0 => line,
            told => line.say(format!(": {}", people(told))),
        }
    });
    let mut message = Message::text(head).bullets(lines.collect());
    let more = words.moves.len().saturating_sub(NAMED);
    if more > 0 {
        message = message.quiet(format!("{more} more sessions move."));
    }
    let message = (words.notes.iter()).fold(message, |message, note| message.quiet(note.clone()));
    message
        .quiet(format!(
            "One notice for each session that moves, {} in all; answers are kept, and reminders go out again before \
             the new dates.",
            words.told
        ))
        .buttons(vec![
            Button::new("Change it", format!("confirm {id}")).primary(),
            Button::new("Not now", format!("dismiss {id}")),
        ])
}
