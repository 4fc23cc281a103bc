//! Entries for calendars: the words that chat has for an announcement, a move or a cancellation, with the entry beside them.

use super::{Desk, load};
use crate::chat::{Button, Letter, Message};
use crate::domain::email::Email;
use crate::domain::events::calendar::{Attendee, CalAddress, Method};
use crate::domain::events::rsvp::PartStat;
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::MemberId;
use crate::domain::people::member::Standing;
use crate::domain::platform::Platform;
use crate::domain::time::Plan;
use crate::formats::calendar;
use crate::storage::{StorageError, Tx, accounts, invitations, members, rsvps};
use crate::words::calendar::{Audience, entry as entry_of};
use crate::words::rsvp::answered;
use crate::words::{card, notice};

/// A session's entry for a member; `None` when their calendar has it already. `from` is the date they know, `restored` says
/// that they know it as called off.
pub(super) async fn entry(
    tx: &mut Tx,
    desk: &Desk<'_>,
    session: Session,
    member: Option<&MemberId>,
    from: Option<Plan>,
    restored: bool,
) -> Result<Option<Message>, StorageError> {
    let (Some(member), Some(sender)) = (member, &desk.community.settings.mail_from) else {
        return Ok(None);
    };
    let sent = invitations::of(tx, &session.id, member).await?;
    let known = sent
        .as_ref()
        .is_some_and(|it| it.sequence >= session.known.sequence);
    let cancelled = session.status != Status::Planned;
    if known || (cancelled && sent.is_none()) {
        return Ok(None);
    }
    let accounts = accounts::alive(tx, member).await?;
    let address = accounts
        .iter()
        .find(|account| account.platform == Platform::Email);
    let address = address.and_then(|account| Email::parse(&account.id).ok());
    let (Some(email), Some(person)) = (address, members::by_id(tx, member).await?) else {
        return Ok(None);
    };
    let answer = rsvps::of(tx, &session.id, member).await?;
    let partstat = answer.map_or(PartStat::NeedsAction, |answer| answer.partstat);
    let view = load::view(tx, session).await?;
    let has_answered = partstat != PartStat::NeedsAction;
    let message = match from.filter(|_| sent.is_some()) {
        _ if cancelled => notice::cancelled(&view, &desk.reader),
        Some(from) => notice::moved(&view, from, has_answered, &desk.reader),
        None if restored => notice::restored(&view, has_answered, &desk.reader),
        None if sent.is_some() => notice::changed(&view, has_answered, &desk.reader),
        None => match answer.filter(|_| person.standing == Standing::Contact) {
            // Who is in no room reads what became of their answer, not an announcement.
            Some(answer) => {
                let ahead = match answer.place {
                    Some(place) => rsvps::ahead_of(tx, &view.session.id, answer.way, place).await?,
                    None => 0,
                };
                let number = view.session.number;
                answered(&view, answer, ahead, false, &desk.reader).buttons(vec![Button::new(
                    "I can't come",
                    format!("rsvp no {number}"),
                )])
            }
            None => card::card(&view, &desk.reader),
        },
    };
    let mut entry = entry_of(
        view,
        Audience::Invited(answer.map(|it| (it.partstat, it.seat))),
    );
    entry.dtstamp = desk.now;
    entry.organizer = Some(CalAddress {
        name: desk.community.name.clone(),
        email: sender.clone(),
    });
    entry.attendee = Some(Attendee {
        who: CalAddress {
            name: person.name,
            email,
        },
        partstat,
    });
    let method = if cancelled {
        Method::Cancel
    } else {
        Method::Request
    };
    let text = calendar::message(method, &entry);
    Ok(Some(Message {
        letter: Some(Box::new(Letter {
            calendar: Some((method, text)),
            ..Letter::default()
        })),
        ..message
    }))
}
