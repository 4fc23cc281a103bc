//! What everybody may do for themselves.

use super::Call;
use crate::actions::{Actor, Done, attendance, chase, preference, refused, rsvp as rsvp_action};
use crate::bot::{reference, typed};
use crate::domain::events::reminder::Ladder;
use crate::domain::events::reply::{Preference, Reply};
use crate::domain::events::rsvp::PartStat;
use crate::domain::people::member::{MessageKind, Permission};
use crate::domain::refusal::refuse;
use crate::domain::when;
use crate::storage::{Tx, series};

pub(super) fn help(mut call: Call<'_>, level: Permission) -> Done<Reply> {
    let about = call.args.rest();
    let about: String = about.chars().take(60).collect();
    Ok(Reply::Help {
        about: (!about.is_empty()).then_some(about),
        level,
    })
}

pub(super) async fn rsvp(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let said = call.args.word().map(|word| word.text.to_lowercase());
    if said.as_deref() == Some("none") {
        // A reaction that is taken back says which answer it was; another one stands.
        let was = call.args.option("was").and_then(partstat_of);
        let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
        return rsvp_action::retract(tx, call.ctx, actor, session, was).await;
    }
    let Some(partstat) = said.as_deref().and_then(partstat_of) else {
        return call.usage("Say yes, no or maybe; none takes your answer back.");
    };
    let mut way = match call.args.option("way") {
        Some(word) => match typed::way(word) {
            Some(way) => Some(way),
            None => {
                return refused("Take part online or in person, for example: rsvp yes 21 online");
            }
        },
        None => None,
    };
    if let Some(from) = typed::date_option(call.ctx, &call.args, "from")? {
        let series = reference::series(tx, call.ctx, &mut call.args).await?;
        let from = from.and_time(chrono::NaiveTime::MIN);
        return rsvp_action::answer_following(tx, call.ctx, actor, &series, from, partstat, way)
            .await;
    }
    let leads_with_way = call.args.peek().is_some_and(|word| {
        typed::way(&word.text).is_some() || word.text.eq_ignore_ascii_case("in")
    });
    let named_all = call.args.peek().cloned();
    if let Some(word) = named_all.filter(|_| !leads_with_way)
        && call
            .args
            .peek_second()
            .is_some_and(|second| matches!(second.text.as_str(), "all" | "following"))
        && let Some(found) =
            series::by_slug(tx, &call.ctx.community.id, &word.text.to_lowercase()).await?
    {
        let from = call.ctx.now.with_timezone(&found.zone).naive_local();
        return rsvp_action::answer_following(tx, call.ctx, actor, &found, from, partstat, way)
            .await;
    }
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let rest = call.args.rest();
    if !rest.is_empty() {
        match typed::way(&rest) {
            Some(found) => way = Some(found),
            None => return call.usage(&format!("I did not understand “{}”.", shorten(&rest))),
        }
    }
    rsvp_action::answer(tx, call.ctx, actor, session, partstat, way).await
}

fn partstat_of(word: &str) -> Option<PartStat> {
    match word {
        "yes" | "y" | "accept" | "coming" => Some(PartStat::Accepted),
        "no" | "n" | "decline" => Some(PartStat::Declined),
        "maybe" | "m" | "tentative" | "perhaps" => Some(PartStat::Tentative),
        _ => None,
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

pub(super) async fn here(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let (ctx, args) = (call.ctx, &mut call.args);
    let session = reference::held_session(tx, ctx, args, call.inbound, attendance::LATE).await?;
    attendance::check_in(tx, call.ctx, actor, &session).await
}

pub(super) async fn zone(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let typed = call.args.rest();
    if typed.is_empty() {
        return Ok(Reply::Preferences {
            about: Preference::Zone,
        });
    }
    let zone = when::parse_zone(&typed).map_err(refuse)?;
    preference::set_zone(tx, call.ctx, actor, zone).await
}

pub(super) async fn quiet(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let typed = call.args.rest();
    match typed.to_lowercase().as_str() {
        "" => Ok(Reply::Preferences {
            about: Preference::Quiet,
        }),
        "off" | "none" => preference::set_quiet(tx, call.ctx, actor, None).await,
        range => {
            let hours = when::parse_daily_range(range).map_err(refuse)?;
            preference::set_quiet(tx, call.ctx, actor, Some(hours)).await
        }
    }
}

pub(super) async fn remind(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let typed = call.args.rest();
    match typed.to_lowercase().as_str() {
        "" => Ok(Reply::Preferences {
            about: Preference::Remind,
        }),
        "off" | "none" => {
            preference::set_mute(tx, call.ctx, actor, MessageKind::Reminders, true).await?;
            Ok(Reply::Preferences {
                about: Preference::Remind,
            })
        }
        "on" | "default" => preference::set_ladder(tx, call.ctx, actor, None).await,
        ladder => {
            let ladder = Ladder::try_from(ladder.to_owned()).map_err(refuse)?;
            if ladder.0.is_empty() {
                return call.usage("Say when before the start.");
            }
            preference::set_ladder(tx, call.ctx, actor, Some(ladder)).await
        }
    }
}

pub(super) async fn mute(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    mute: bool,
) -> Done<Reply> {
    match call.args.rest().to_lowercase().parse::<MessageKind>() {
        Ok(kind) => preference::set_mute(tx, call.ctx, actor, kind, mute).await,
        Err(_) => call.usage("There are reminders, invitations, digests and tasks."),
    }
}

pub(super) async fn snooze(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let Some(word) = call.args.word() else {
        return call.usage("Say for how long.");
    };
    let mut length = word.text;
    if let Some(unit) = call.args.peek()
        && length.bytes().all(|b| b.is_ascii_digit())
        && unit.text.starts_with(char::is_alphabetic)
    {
        length = format!("{length} {}", unit.text);
        call.args.word();
    }
    let pause = when::parse_duration(&length).map_err(refuse)?;
    let session = super::meeting::invited(tx, actor, &mut call).await?;
    chase::snooze(tx, call.ctx, actor, &session, pause).await
}
