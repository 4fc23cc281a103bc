//! Single sessions: shown, added, described.

use super::Call;
use crate::actions::meeting as meeting_action;
use crate::actions::session::{self as session_action, Outline};
use crate::actions::{Actor, Done, refused, series as series_action};
use crate::bot::{reference, typed};
use crate::chat::command::Verb;
use crate::domain::events::meeting::Gathering;
use crate::domain::events::reply::{CleanedWords, Reply, SessionDone};
use crate::domain::events::session::{Capacity, Mode, Session};
use crate::domain::people::member::Permission;
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::domain::when;
use crate::storage::{Tx, series};

pub(super) async fn list(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let series = if call.args.is_empty() {
        None
    } else {
        Some(reference::series(tx, call.ctx, &mut call.args).await?.id)
    };
    Ok(Reply::Sessions { series })
}

pub(super) async fn show(
    tx: &mut Tx,
    actor: Option<&Actor>,
    level: Permission,
    mut call: Call<'_>,
) -> Done<Reply> {
    let session = reference::session(tx, call.ctx, &mut call.args, call.inbound).await?;
    let member = actor.map(|actor| &actor.member.id);
    meeting_action::check_invited(tx, member, level, &session).await?;
    if !call.args.is_empty() {
        return call.usage("Name one session.");
    }
    Ok(Reply::Session {
        session: session.id,
        done: SessionDone::Shown {
            inside: level >= Permission::Organiser,
        },
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
    let Some(word) = call.args.peek().cloned() else {
        return call.usage("Say the series or a title in quotes, and when.");
    };
    let title = |typed: &str| UserText::line(typed, LINE_MAX).map(|(title, _)| title);
    let first = if word.quoted {
        call.args.word();
        Some(title(&word.text).map_err(refuse)?)
    } else {
        None
    };
    // A title may also stand behind the date, and then no series is named.
    let date_first = word.text.starts_with(|c: char| c.is_ascii_digit())
        || when::parse_date(&word.text, typed::today(ctx)).is_ok();
    let slug = word.text.to_lowercase();
    let by_itself = first.is_some()
        || (date_first
            && series::by_slug(tx, &ctx.community.id, &slug)
                .await?
                .is_none());
    let series = if by_itself {
        None
    } else {
        Some(reference::series(tx, ctx, &mut call.args).await?)
    };
    let zone = typed::zone_option(
        &call.args,
        series.as_ref().map_or(ctx.community.zone, |s| s.zone),
    )?;
    let typed_moment = call.args.rest();
    let (typed_moment, title) = match (first, trailing_title(&typed_moment)) {
        (Some(title), _) => (typed_moment, Some(title)),
        (None, Some((moment, behind))) => (moment, Some(title(&behind).map_err(refuse)?)),
        (None, None) => (typed_moment, None),
    };
    let rule = |day| series.as_ref().and_then(|s| s.schedule.in_force_on(day));
    let moment = typed::moment(ctx, &typed_moment, zone, |day| {
        rule(day).map(|rule| rule.dtstart().time())
    })?;
    if moment.starts_at <= ctx.now {
        return refused("That is in the past. Give a date to come, for example 2026-11-02.");
    }
    let minutes = moment
        .minutes
        .or_else(|| Some(i64::from(rule(moment.plan.wall.date())?.minutes())))
        .unwrap_or(USUAL_MINUTES);
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
    let title = match (title, &series) {
        (Some(title), _) => title,
        (None, Some(series)) => series.title.clone(),
        (None, None) => return call.usage("Say a title in quotes, and when."),
    };
    let outline = Outline {
        series: None,
        recurrence_id: None,
        plan: moment.plan,
        starts_at: moment.starts_at,
        ends_at: moment.starts_at + chrono::Duration::minutes(minutes),
        title,
        theme: UserText::default(),
        link,
        place,
        mode,
        capacity,
        gathering: Gathering::default(),
    };
    let session = match series {
        Some(series) => series_action::add_date(tx, ctx, series, outline).await?,
        None => session_action::add(tx, ctx, outline).await?,
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
            "Title set"
        }
        Verb::SessionTheme => {
            (session.theme, cleaned) = typed::text(&mut call.args, "theme", example)?;
            "Theme set"
        }
        Verb::SessionPlace => {
            (session.place, cleaned) = typed::text(&mut call.args, "place", example)?;
            "Place set"
        }
        Verb::SessionLink => {
            session.link = typed::link(&call.args.rest())?;
            "Link set"
        }
        Verb::SessionRecording => {
            session.recording = typed::link(&call.args.rest())?;
            "Recording set"
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
            "Seats set"
        }
    };
    session_action::describe(tx, ctx, &session).await?;
    ctx.audit(tx, actor, call.name, &format!("session {}", session.number))
        .await?;
    if verb == Verb::SessionRecording {
        return Ok(Reply::Session {
            session: session.id,
            done: SessionDone::Recorded,
        });
    }
    done(&session, what, cleaned)
}

pub(super) fn done(session: &Session, what: &str, cleaned: CleanedWords) -> Done<Reply> {
    let done = SessionDone::Set {
        what: what.to_owned(),
        cleaned,
    };
    Ok(Reply::Session {
        session: session.id.clone(),
        done,
    })
}
