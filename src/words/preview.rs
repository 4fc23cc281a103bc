//! Previews: what would be done, who would hear of it, and the buttons that decide.

use super::session::name;
use super::view::{Reader, SessionView};
use super::wording::places::people;
use super::{card, notice, session, time};
use crate::chat::{Button, Line, Message};
use crate::domain::events::act::{Act, Deed};
use crate::domain::events::reminder::Audience;
use crate::domain::ids::ProposalId;

/// The preview of an act, as `reader` would see its result. `told` says where an announcement goes: `posted in #hall`;
/// `draft` is what it says where that is not the card.
pub fn preview(
    view: &SessionView,
    act: &Act,
    id: &ProposalId,
    told: &str,
    draft: Option<Message>,
    reader: &Reader,
) -> Message {
    let tally = view.session.tally;
    let concerned = tally.concerned();
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
            concerned + tally.declined,
            people(concerned)
        ))
        .buttons(vec![confirm("Move").primary(), dismiss]),
        Deed::Cancel { reason } => {
            let off = crate::domain::events::session::Session {
                status: crate::domain::events::session::Status::Cancelled,
                reason: reason.clone(),
                ..view.session.clone()
            };
            let mut message =
                Message::text(format!("This notice would go to {}:", people(concerned)));
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
                Message::text(format!("This notice would go to {}:", people(concerned)));
            message.blocks.extend(notice::restored(view, reader).blocks);
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
