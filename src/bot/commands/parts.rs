//! Who does what in a session: talks, speakers, hosts, chairs.

use super::Call;
use super::session::done;
use crate::actions::cast::{self, Role};
use crate::actions::{Actor, Context, Done, card, people, refused, speaking};
use crate::bot::{reference, typed};
use crate::domain::events::reply::{CleanedWords, Reply, SessionDone};
use crate::domain::events::session::{Part, Presence, Session};
use crate::domain::ids::TalkId;
use crate::storage::{Tx, appearances};

pub(super) async fn talk(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let (mut what, mut cleaned) = ("Talk added", CleanedWords::default());
    if let Some(place) = call.args.option("remove") {
        let removed = match place.parse() {
            Ok(place) => appearances::remove_talk(tx, &session.id, place).await?,
            Err(_) => false,
        };
        if !removed {
            return refused(format!("Session {} has no talk {place}.", session.number));
        }
        what = "Talk taken out";
    } else {
        let speaker = call.args.option("speaker").map(str::to_owned);
        let title;
        (title, cleaned) = typed::text(&mut call.args, "title of the talk", call.example)?;
        let talk = appearances::add_talk(tx, &ctx.mint, ctx.now, &session.id, &title).await?;
        if let Some(speaker) = speaker {
            let as_speaker = (Part::Speaker, Presence::Confirmed);
            give_part(tx, ctx, &session, &speaker, Some(&talk), as_speaker).await?;
        }
    }
    card::refresh(tx, ctx, &session.id).await?;
    ctx.audit(tx, actor, call.name, &format!("session {}", session.number))
        .await?;
    done(&session, what, cleaned)
}

/// `session page 21 ["Mei Tanaka"] [stop]`.
pub(super) async fn page(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let rest = call.args.rest();
    let rest = rest.trim();
    let (who, stop) = match rest.strip_suffix("stop") {
        Some(who) if who.is_empty() || who.ends_with(char::is_whitespace) => (who.trim(), true),
        _ => (rest, false),
    };
    let who = who.trim_matches('"').trim();
    let who = (!who.is_empty()).then_some(who);
    if stop {
        return speaking::end_links(tx, ctx, actor, &session, who).await;
    }
    speaking::give_links(tx, ctx, actor, &session, who).await
}

/// `Name (Organisation)` in its parts.
fn named(typed: &str) -> (&str, Option<&str>) {
    match typed
        .trim()
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('))
    {
        Some((name, organisation))
            if !name.trim().is_empty() && !organisation.trim().is_empty() =>
        {
            (name.trim(), Some(organisation.trim()))
        }
        _ => (typed.trim(), None),
    }
}

/// Gives somebody a part in a session, known or new, as `Name (Organisation)`.
async fn give_part(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    typed: &str,
    talk: Option<&TalkId>,
    (part, presence): (Part, Presence),
) -> Done<()> {
    let (name, organisation) = named(typed);
    let (member, organisation) = people::person_or_contact(tx, ctx, name, organisation).await?;
    let role = Role {
        organisation: organisation.as_ref(),
        talk,
        part,
        presence,
    };
    cast::give_part(tx, ctx, session, &member, role).await
}

pub(super) async fn speaker(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let part = match call.args.option("as").map(str::to_lowercase).as_deref() {
        None | Some("speaker") => Part::Speaker,
        Some("host") => Part::Host,
        Some("chair") => Part::Chair,
        Some(_) => return call.usage("Somebody is there as speaker, host or chair."),
    };
    let remove = matches!(call.args.option("remove"), Some("yes" | "y" | "1"));
    take_part(tx, actor, &mut call, part, remove).await
}

pub(super) async fn host(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    take_part(tx, actor, &mut call, Part::Host, false).await
}

async fn take_part(
    tx: &mut Tx,
    actor: &Actor,
    call: &mut Call<'_>,
    part: Part,
    remove: bool,
) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let presence = match call.args.peek() {
        Some(word) if !word.quoted && !remove => match word.text.as_str() {
            "invite" | "invited" => Some(Presence::Invited),
            "confirm" | "confirmed" => Some(Presence::Confirmed),
            _ => None,
        },
        _ => None,
    };
    if presence.is_some() {
        call.args.word();
    }
    let rest = call.args.rest();
    let names: Vec<&str> = rest
        .split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        return call.usage("Say who.");
    }
    if names.len() > 50 {
        return refused("That is more than 50 people. Name fewer at a time.");
    }
    if part == Part::Host && !remove {
        appearances::clear(tx, &session.id, Part::Host).await?;
    }
    let several = names.len() > 1;
    for typed in names {
        if remove {
            let member = people::named(tx, ctx, named(typed).0).await?;
            if !appearances::remove(tx, &session.id, &member.id, part).await? {
                return refused(format!(
                    "{} has no such part in session {}.",
                    member.name, session.number
                ));
            }
            continue;
        }
        let as_part = (part, presence.unwrap_or(Presence::Confirmed));
        give_part(tx, ctx, &session, typed, None, as_part).await?;
    }
    card::refresh(tx, ctx, &session.id).await?;
    ctx.audit(tx, actor, call.name, &format!("session {}", session.number))
        .await?;
    let what = match (part, remove) {
        _ if presence == Some(Presence::Invited) => "Invitation noted",
        _ if presence == Some(Presence::Confirmed) => "Confirmed",
        (Part::Speaker, false) if several => "Speakers added",
        (Part::Speaker, false) => "Speaker added",
        (Part::Speaker, true) => "Speaker taken out",
        (Part::Host, false) => "Host set",
        (Part::Host, true) => "Host taken out",
        (Part::Chair, false) => "Chair added",
        (Part::Chair, true) => "Chair taken out",
    };
    Ok(Reply::Session {
        session: session.id,
        done: SessionDone::Cast {
            what: what.to_owned(),
        },
    })
}
