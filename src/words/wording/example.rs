//! How a wording reads for an example: a session to come where there is one, made-up values for the rest. Messages
//! that depend on more than placeholders are said by the function that says them.

use chrono::Duration;

use super::{Place, Sort, Values, Wording, places};
use crate::chat::{Line, Message};
use crate::domain::events::reminder::{Audience, Rung};
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Way};
use crate::domain::events::session::{Session, Status};
use crate::domain::text::UserText;
use crate::domain::time::Plan;
use crate::words::view::{Reader, SessionView};
use crate::words::{attendance, card, notice, reminder, rsvp};

/// A day before the start.
const DAY_BEFORE: Rung = Rung(24 * 60);
/// Until when a seat is held.
const HOUR: Duration = Duration::hours(1);

/// The wording as `reader` would read it, about `view` if there is one; without its buttons.
pub fn example(wording: &Wording, view: Option<&SessionView>, reader: &Reader) -> Message {
    let about = view.and_then(|view| about(wording.name, view, reader));
    about
        .unwrap_or_else(|| reader.say(wording, made_up(wording, view, reader)))
        .without_buttons()
}

/// The wordings about a session that comes, said as they are said.
fn about(name: &str, view: &SessionView, reader: &Reader) -> Option<Message> {
    let session = &view.session;
    let yes = Answer {
        partstat: PartStat::Accepted,
        seat: Seat::Confirmed,
        way: Way::Online,
        place: None,
    };
    let before = Reader {
        now: session.starts_at - Duration::minutes(DAY_BEFORE.0),
        ..reader.clone()
    };
    let remind = |audience| {
        let many = matches!(audience, Audience::Organisers | Audience::Room);
        reminder::reminder(view, audience, Some(DAY_BEFORE), Some(yes), many, &before)
    };
    let off = |reason: &str| SessionView {
        session: Session {
            status: Status::Cancelled,
            reason: UserText::trusted(reason),
            ..session.clone()
        },
        ..view.clone()
    };
    Some(match name {
        "card" => card::card(view, reader),
        "card-off" => card::card(&off(places::REASON.example), reader),
        "moved" => {
            let from = Plan {
                wall: session.plan.wall - Duration::days(7),
                ..session.plan
            };
            notice::moved(view, from, true, reader)
        }
        "cancelled" => notice::cancelled(&off(places::REASON.example), reader),
        "restored" => notice::restored(view, true, reader),
        "changed" => notice::changed(view, true, reader),
        "way-changed" => notice::way_changed(view, yes, reader),
        "reminder-coming" => remind(Audience::Coming),
        "reminder-unanswered" => remind(Audience::Unanswered),
        "reminder-speakers" => remind(Audience::Speakers),
        "reminder-organisers" => remind(Audience::Organisers),
        "reminder-room" => remind(Audience::Room),
        "promoted" => rsvp::promoted(view, reader),
        "offered" => rsvp::offered(view, session.starts_at - HOUR, reader),
        "offer-over" => rsvp::offer_over(view, Way::Online, reader),
        "nag" => attendance::nag(view, 24, reader),
        "answer-yes" => rsvp::answered(view, yes, 0, false, reader),
        "answer-line" => {
            let waits = Answer {
                seat: Seat::Waitlisted,
                ..yes
            };
            rsvp::answered(view, waits, 3, false, reader)
        }
        "answer-maybe" => {
            let maybe = Answer {
                partstat: PartStat::Tentative,
                ..yes
            };
            rsvp::answered(view, maybe, 0, false, reader)
        }
        "answer-no" => {
            let no = Answer {
                partstat: PartStat::Declined,
                ..yes
            };
            rsvp::answered(view, no, 0, false, reader)
        }
        "checked-in" => attendance::checked_in(view, session.starts_at, false, reader),
        _ => return None,
    })
}

/// Every placeholder with its example, those of the session with what they are; of several marks the first.
fn made_up(wording: &Wording, view: Option<&SessionView>, reader: &Reader) -> Values {
    let known = view.map(|view| places::of_session(view, reader));
    let mut marked = false;
    let values = known.unwrap_or_default();
    wording.places().fold(values, |values, place: Place| {
        if values.get(place.name).is_some() {
            return values;
        }
        match place.sort {
            Sort::Always | Sort::Sometimes => values.with(&place, place.example),
            Sort::List => values.list(&place, place.example.lines().map(Line::from).collect()),
            Sort::When => {
                let first = !std::mem::replace(&mut marked, true);
                values.when(&place, first)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{Zone, instant_from_millis};
    use crate::words::wording::ALL;

    #[test]
    fn without_any_session_every_wording_still_has_an_example_that_says_what_must_be_said() {
        let reader = Reader {
            zones: vec![Zone::Europe__London],
            prefix: "".into(),
            now: instant_from_millis(1_790_000_000_000),
            name: Some(UserText::trusted("Mei Tanaka")),
            wordings: Default::default(),
        };
        for wording in ALL {
            let text = crate::chat::plain::message(&example(wording, None, &reader));
            for place in wording.must {
                let shown = place.example.lines().all(|line| text.contains(line));
                assert!(shown, "{}: {text}", wording.name);
            }
        }
    }
}
