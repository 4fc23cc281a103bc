//! Preferences confirmed: what will happen from now on.

use chrono::NaiveDate;

use super::time;
use super::view::{Reader, SessionView};
use crate::chat::{Line, Message, plain};
use crate::domain::events::reply::Preference;
use crate::domain::people::hours::Hours;
use crate::domain::people::member::{Member, MessageKind, Permission};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// What somebody prefers now. `community_quiet` and `community_ladder` hold where they chose nothing.
pub fn preference(
    member: &Member,
    muted: &[MessageKind],
    about: Preference,
    community_quiet: Option<Hours>,
    community_ladder: &str,
    reader: &Reader,
) -> Message {
    match about {
        Preference::Zone => Message::text(format!(
            "Times are told to you in {} time ({}). It is {} there now.",
            plain::city(reader.zone()),
            reader.zone().name(),
            reader.now.with_timezone(&reader.zone()).format("%a %H:%M")
        )),
        Preference::Quiet => {
            let own = member.quiet;
            let zone = plain::city(reader.zone());
            Message::text(match (own, community_quiet) {
                (Some(hours), _) if hours.from == hours.until => {
                    "You have no quiet hours: messages come at any time.".to_owned()
                }
                (Some(hours), _) => format!("You are left alone {hours}, {zone} time. What falls into it waits until its end; a reminder that would then be too late comes just before it."),
                (None, Some(hours)) => format!("You are left alone {hours}, {zone} time, like everybody here."),
                (None, None) => "You have no quiet hours: messages come at any time.".to_owned(),
            })
            .quiet(Line::new().say("To change it: ").code(reader.command("quiet 18:00-08:00")).say(" or ").code(reader.command("quiet off")))
        }
        Preference::Remind => {
            if muted.contains(&MessageKind::Reminders) {
                return Message::text("You are not reminded of sessions.").quiet(
                    Line::new()
                        .say("To be reminded again: ")
                        .code(reader.command("remind on")),
                );
            }
            let ladder = member
                .ladder
                .as_ref()
                .map_or_else(|| community_ladder.to_owned(), ToString::to_string);
            let whose = if member.ladder.is_some() {
                ""
            } else {
                ", like everybody here"
            };
            Message::text(format!(
                "Before a session that you come to you are reminded: {ladder}{whose}."
            ))
            .quiet(
                Line::new()
                    .say("To change it: ")
                    .code(reader.command("remind 1d,1h"))
                    .say(" or ")
                    .code(reader.command("remind off")),
            )
        }
        Preference::Mute(kind) => {
            let what = match kind {
                MessageKind::Reminders => "reminders of sessions",
                MessageKind::Invitations => "questions whether you come",
                MessageKind::Digests => "digests by direct message",
                MessageKind::Tasks => "word of what you have to do",
            };
            Message::text(if muted.contains(&kind) {
                format!("You get no {what} from now on.")
            } else {
                format!("You get {what} again.")
            })
        }
    }
}

/// A reminder will come again.
pub fn snoozed(view: &SessionView, until: Instant, reader: &Reader) -> Message {
    Message::text(
        Line::new()
            .say("I'll remind you of ")
            .join(super::session::name(view))
            .say(" again ")
            .join(time::when(until, &reader.zones))
            .say("."),
    )
}

/// A term in a role group began, or has an end now.
pub fn role(
    name: &UserText,
    group: &str,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
) -> Message {
    let day = |day: NaiveDate| day.format("%a %-d %b %Y");
    let from = since.map_or(String::new(), |since| format!(" from {}", day(since)));
    let to = until.map_or(String::new(), |until| format!(" until {}", day(until)));
    let message = Message::text(
        Line::new()
            .user(name)
            .say(format!(" is in {group}{from}{to}.")),
    );
    match Permission::of_group(group).filter(|_| since.is_some()) {
        Some(Permission::Deputy) => {
            message.quiet("That long they may do here what a manager may, except appoint others.")
        }
        Some(_) => message.quiet("That long they may prepare sessions and record attendance."),
        None => message,
    }
}
