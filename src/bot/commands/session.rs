//! Single sessions: shown, added, described, moved, called off.

use super::Call;
use crate::actions::session::{self as session_action, Outline};
use crate::actions::{Actor, Done, card, chase as chase_action, people, proposal, refused};
use crate::bot::{reference, typed};
use crate::chat::command::Verb;
use crate::domain::events::act::Act;
use crate::domain::events::reminder::Audience;
use crate::domain::events::reply::{CleanedWords, Reply, SessionDone};
use crate::domain::events::session::{Capacity, Mode, Part, Session};
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::storage::{Tx, appearances, series};

pub(super) async fn list(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let series = if call.args.is_empty() {
        None
    } else {
        Some(reference::series(tx, call.ctx, &mut call.args).await?.id)
    };
    Ok(Reply::Sessions { series })
}

pub(super) async fn show(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    if !call.args.is_empty() {
        return call.usage("Name one session.");
    }
    Ok(Reply::Session {
        session: session.id,
        done: SessionDone::Shown,
    })
}

pub(super) async fn answers(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    Ok(Reply::Answers {
        session: session.id,
    })
}

/// Minutes of a single session whose end was not typed.
const USUAL_MINUTES: i64 = 60;

pub(super) async fn new(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let first = match call.args.peek().cloned() {
        Some(word) if word.quoted => {
            call.args.word();
            Some(UserText::line(&word.text, LINE_MAX).map_err(refuse)?.0)
        }
        Some(_) => None,
        None => return call.usage("Say the series or a title in quotes, and when."),
    };
    let series = match &first {
        Some(_) => None,
        None => Some(reference::series(tx, ctx, &mut call.args).await?),
    };
    let zone = typed::zone_option(
        &call.args,
        series.as_ref().map_or(ctx.community.zone, |s| s.zone),
    )?;
    let typed_moment = call.args.rest();
    // A title may also stand behind its date.
    let (typed_moment, title) = match (&series, first, trailing_title(&typed_moment)) {
        (_, Some(title), _) => (typed_moment, Some(title)),
        (_, None, Some((moment, title))) => (
            moment,
            Some(UserText::line(&title, LINE_MAX).map_err(refuse)?.0),
        ),
        _ => (typed_moment, None),
    };
    let usual = series.as_ref().and_then(|s| s.schedule.segments().last());
    let moment = typed::moment(
        ctx,
        &typed_moment,
        zone,
        usual.map(|segment| segment.dtstart().time()),
    )?;
    if moment.starts_at <= ctx.now {
        return refused("That is in the past. Give a date to come, for example 2026-11-02.");
    }
    let minutes = moment
        .minutes
        .unwrap_or_else(|| usual.map_or(USUAL_MINUTES, |s| i64::from(s.minutes())));
    let mode = match (call.args.option("mode"), &series) {
        (Some(mode), _) => typed::mode(mode)?,
        (None, Some(series)) => series.mode,
        (None, None) => Mode::Online,
    };
    let mut capacity = series.as_ref().map_or(Capacity::default(), |s| s.capacity);
    if let Some(seats) = call.args.option("capacity") {
        capacity = typed::capacity(typed::seats(seats)?, mode, None, capacity);
    }
    let link = match call.args.option("link") {
        Some(link) => typed::link(link)?,
        None => series.as_ref().map_or(String::new(), |s| s.link.clone()),
    };
    let place = match call.args.option("place") {
        Some(place) => UserText::line(place, LINE_MAX).map_err(refuse)?.0,
        None => series
            .as_ref()
            .map_or(UserText::default(), |s| s.place.clone()),
    };
    let recurrence_id = series.as_ref().map(|_| moment.plan.wall);
    if let Some(mut changed) = series.clone() {
        changed.schedule.add_date(moment.plan.wall);
        let same =
            crate::storage::sessions::of_series_from(tx, &changed.id, moment.plan.wall).await?;
        if same
            .iter()
            .any(|s| s.recurrence_id == Some(moment.plan.wall))
        {
            return refused("That series has a session at that time already.");
        }
        series::put(tx, ctx.now, &ctx.community.id, &changed).await?;
    }
    let title = match (title, &series) {
        (Some(title), _) => title,
        (None, Some(series)) => series.title.clone(),
        (None, None) => return call.usage("Say a title in quotes, and when."),
    };
    let outline = Outline {
        series: series.as_ref().map(|s| s.id.clone()),
        recurrence_id,
        plan: moment.plan,
        starts_at: moment.starts_at,
        ends_at: moment.starts_at + chrono::Duration::minutes(minutes),
        title,
        theme: UserText::default(),
        link,
        place,
        mode,
        capacity,
    };
    let added = session_action::add_many(tx, ctx, vec![outline]).await?;
    let Some(session) = added.into_iter().next() else {
        return refused("That session could not be added.");
    };
    ctx.audit(
        tx,
        actor,
        "session new",
        &format!("session {}", session.number),
    )
    .await?;
    Ok(Reply::Session {
        session: session.id,
        done: SessionDone::Added { note: moment.note },
    })
}

/// A title in quotes behind a date.
fn trailing_title(typed: &str) -> Option<(String, String)> {
    let typed = typed.trim_end();
    let inner = typed.strip_suffix(['"', '”'])?;
    let start = inner.rfind(['"', '“'])?;
    let quote = inner[start..].chars().next()?;
    Some((
        inner[..start].trim_end().to_owned(),
        inner[start + quote.len_utf8()..].to_owned(),
    ))
}

pub(super) async fn set(tx: &mut Tx, actor: &Actor, verb: Verb, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let mut session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let example = call.example;
    let mut cleaned = CleanedWords::default();
    let what = match verb {
        Verb::SessionTitle => {
            (session.title, cleaned) = typed::text(&mut call.args, "title", example)?;
            "Title"
        }
        Verb::SessionTheme => {
            (session.theme, cleaned) = typed::text(&mut call.args, "theme", example)?;
            "Theme"
        }
        Verb::SessionPlace => {
            (session.place, cleaned) = typed::text(&mut call.args, "place", example)?;
            "Place"
        }
        Verb::SessionLink => {
            session.link = typed::link(&call.args.rest())?;
            "Link"
        }
        Verb::SessionRecording => {
            session.recording = typed::link(&call.args.rest())?;
            "Recording"
        }
        Verb::SessionMode => {
            session.mode = typed::mode(&call.args.rest())?;
            "Mode"
        }
        _ => {
            let way = match call.args.option("way") {
                Some(word) => match typed::way(word) {
                    Some(way) => Some(way),
                    None => return call.usage("Seats are online or in person."),
                },
                None => None,
            };
            let seats = typed::seats(&call.args.rest())?;
            session.capacity = typed::capacity(seats, session.mode, way, session.capacity);
            "Seats"
        }
    };
    session_action::describe(tx, ctx, &session).await?;
    ctx.audit(
        tx,
        actor,
        &what.to_lowercase(),
        &format!("session {}", session.number),
    )
    .await?;
    done(&session, what, cleaned)
}

fn done(session: &Session, what: &str, cleaned: CleanedWords) -> Done<Reply> {
    let done = SessionDone::Set {
        what: what.to_owned(),
        cleaned,
    };
    Ok(Reply::Session {
        session: session.id.clone(),
        done,
    })
}

pub(super) async fn talk(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let mut cleaned = CleanedWords::default();
    if let Some(place) = call.args.option("remove") {
        let removed = match place.parse() {
            Ok(place) => appearances::remove_talk(tx, &session.id, place).await?,
            Err(_) => false,
        };
        if !removed {
            return refused(format!("Session {} has no talk {place}.", session.number));
        }
    } else {
        let speaker = call.args.option("speaker").map(str::to_owned);
        let title;
        (title, cleaned) = typed::text(&mut call.args, "title of the talk", call.example)?;
        let talk = appearances::add_talk(tx, &ctx.mint, ctx.now, &session.id, &title).await?;
        if let Some(speaker) = speaker {
            let (name, organisation) = named(&speaker);
            let (member, organisation) =
                people::person_or_contact(tx, ctx, name, organisation).await?;
            appearances::add(
                tx,
                &ctx.mint,
                ctx.now,
                &ctx.community.id,
                &session.id,
                &member.id,
                organisation.as_ref(),
                Some(&talk),
                Part::Speaker,
            )
            .await?;
        }
    }
    card::refresh(tx, ctx, &session.id).await?;
    ctx.audit(tx, actor, "talk", &format!("session {}", session.number))
        .await?;
    done(&session, "Talk", cleaned)
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
    for name in names {
        let (name, organisation) = named(name);
        if remove {
            let member = people::named(tx, ctx, name).await?;
            if !appearances::remove(tx, &session.id, &member.id, part).await? {
                return refused(format!(
                    "{} has no such part in session {}.",
                    member.name, session.number
                ));
            }
            continue;
        }
        let (member, organisation) = people::person_or_contact(tx, ctx, name, organisation).await?;
        appearances::add(
            tx,
            &ctx.mint,
            ctx.now,
            &ctx.community.id,
            &session.id,
            &member.id,
            organisation.as_ref(),
            None,
            part,
        )
        .await?;
    }
    card::refresh(tx, ctx, &session.id).await?;
    ctx.audit(
        tx,
        actor,
        part.as_str(),
        &format!("session {}", session.number),
    )
    .await?;
    let what = match part {
        Part::Speaker => "Speakers",
        Part::Host => "Host",
        Part::Chair => "Chair",
    };
    done(&session, what, CleanedWords::default())
}

pub(super) async fn announce(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    card::check_announceable(call.ctx, &session)?;
    proposal::propose(
        tx,
        call.ctx,
        actor,
        &Act::Announce {
            session: session.id,
        },
    )
    .await
}

/// Does an act at once, or shows it first when many people would hear of it.
async fn act(
    tx: &mut Tx,
    actor: &Actor,
    call: &Call<'_>,
    session: Session,
    act: Act,
    heard_by: i64,
) -> Done<Reply> {
    if heard_by > i64::from(call.ctx.community.settings.planning.preview_above) {
        return proposal::propose(tx, call.ctx, actor, &act).await;
    }
    let number = session.number;
    let reply = proposal::perform(tx, call.ctx, &act, session).await?;
    call.ctx
        .audit(tx, actor, "session", &format!("session {number}"))
        .await?;
    Ok(reply)
}

pub(super) async fn shift(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let rest = call.args.rest();
    if rest.is_empty() {
        return call.usage("Say the new date.");
    }
    let moment = typed::moment(
        ctx,
        &rest,
        session.plan.zone,
        Some(session.plan.wall.time()),
    )?;
    let minutes = moment.minutes.unwrap_or(session.minutes);
    let ends_at = moment.starts_at + chrono::Duration::minutes(minutes);
    session_action::check_movable(ctx, &session, moment.starts_at, ends_at)?;
    let planned = Act::Move {
        session: session.id.clone(),
        revision: session.revision,
        plan: moment.plan,
        starts_at: moment.starts_at,
        ends_at,
    };
    let heard_by = session.tally.concerned();
    let reply = act(tx, actor, &call, session, planned, heard_by).await?;
    Ok(match reply {
        Reply::Session {
            session,
            done: SessionDone::Moved { told, rearmed, .. },
        } => Reply::Session {
            session,
            done: SessionDone::Moved {
                told,
                rearmed,
                note: moment.note,
            },
        },
        other => other,
    })
}

pub(super) async fn skip(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let reason = typed::reason(&mut call.args)?;
    session_action::skip(tx, call.ctx, &session, &reason).await?;
    call.ctx
        .audit(
            tx,
            actor,
            "session skip",
            &format!("session {}", session.number),
        )
        .await?;
    Ok(Reply::Session {
        session: session.id,
        done: SessionDone::Skipped,
    })
}

pub(super) async fn restore(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let told = session_action::restore(tx, call.ctx, &session).await?;
    call.ctx
        .audit(
            tx,
            actor,
            "session restore",
            &format!("session {}", session.number),
        )
        .await?;
    Ok(Reply::Session {
        session: session.id,
        done: SessionDone::Restored { told },
    })
}

pub(super) async fn cancel(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let reason = typed::reason(&mut call.args)?;
    session_action::check_cancellable(call.ctx, &session)?;
    let planned = Act::Cancel {
        session: session.id.clone(),
        revision: session.revision,
        reason,
    };
    let heard_by = session.tally.concerned();
    act(tx, actor, &call, session, planned, heard_by).await
}

pub(super) async fn chase(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let ctx = call.ctx;
    let session = reference::session(tx, ctx, &mut call.args, call.inbound).await?;
    let audience = match call.args.option("to").map(str::to_lowercase).as_deref() {
        None | Some("unanswered") => Audience::Unanswered,
        Some("coming" | "yes") => Audience::Coming,
        Some("speakers") => Audience::Speakers,
        Some(_) => return call.usage("Chase to=unanswered, to=coming or to=speakers."),
    };
    if session.announced_at.is_none() && audience == Audience::Unanswered {
        return refused(format!(
            "Session {n} is not announced yet. “session announce {n}” first.",
            n = session.number
        ));
    }
    let (asked, opted_out) = chase_action::count(tx, ctx, &session, audience).await?;
    let planned = Act::Chase {
        session: session.id.clone(),
        audience,
        asked,
        opted_out,
    };
    act(tx, actor, &call, session, planned, asked).await
}
