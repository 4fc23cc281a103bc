//! Which session or series is meant: by number, by series and date, by the card that is answered, or the next one.

use chrono::Duration;

use crate::actions::{Context, Done, refused};
use crate::chat::Inbound;
use crate::chat::command::Args;
use crate::domain::events::session::Session;
use crate::domain::ids::MemberId;
use crate::domain::when;
use crate::storage::series::{self, Series};
use crate::storage::{Tx, cards, members, sessions};

/// Takes a reference to a session off the arguments; left out, the card that is answered is meant, else the next
/// session.
pub(super) async fn session(
    tx: &mut Tx,
    ctx: &Context,
    args: &mut Args,
    inbound: &Inbound,
) -> Done<Session> {
    match given_session(tx, ctx, args).await? {
        Some(session) => Ok(session),
        None => implied(tx, ctx, inbound).await,
    }
}

/// The same for what is done during a session or after it: left out, the session that began last is meant, if it
/// ended no longer than `ago` before.
pub(super) async fn held_session(
    tx: &mut Tx,
    ctx: &Context,
    args: &mut Args,
    inbound: &Inbound,
    ago: Duration,
) -> Done<Session> {
    if let Some(session) = given_session(tx, ctx, args).await? {
        return Ok(session);
    }
    if let Some(session) = about(tx, ctx, inbound).await? {
        return Ok(session);
    }
    let member = members::by_account(tx, &ctx.community.id, &inbound.from).await?;
    let member = member.as_ref().map(|member| &member.id);
    match sessions::latest_begun(tx, &ctx.community.id, member, ctx.now).await? {
        Some(session) if session.ends_at + ago >= ctx.now => Ok(session),
        _ => implied(tx, ctx, inbound).await,
    }
}

/// The same for meetings: left out, the next one that somebody is invited to is meant.
pub(super) async fn meeting(
    tx: &mut Tx,
    ctx: &Context,
    args: &mut Args,
    inbound: &Inbound,
    member: Option<&MemberId>,
) -> Done<Session> {
    if let Some(session) = given_session(tx, ctx, args).await? {
        return Ok(session);
    }
    if let Some(session) = about(tx, ctx, inbound).await?
        && session.is_meeting()
    {
        return Ok(session);
    }
    match sessions::next_meeting(tx, &ctx.community.id, member, ctx.now).await? {
        Some(session) => Ok(session),
        None => refused("No meeting of yours is planned. Name one by its number."),
    }
}

/// The same for what is done after a meeting: left out, the one that began last is meant, of those that somebody may
/// come to.
pub(super) async fn held_meeting(
    tx: &mut Tx,
    ctx: &Context,
    args: &mut Args,
    inbound: &Inbound,
    member: Option<&MemberId>,
) -> Done<Session> {
    if let Some(session) = given_session(tx, ctx, args).await? {
        return Ok(session);
    }
    if let Some(session) = about(tx, ctx, inbound).await?
        && session.is_meeting()
    {
        return Ok(session);
    }
    match sessions::latest_meeting(tx, &ctx.community.id, member, ctx.now).await? {
        Some(session) => Ok(session),
        None => refused("No meeting of yours was held lately. Name one by its number."),
    }
}

/// Takes a reference to a session off the arguments, where there is one.
async fn given_session(tx: &mut Tx, ctx: &Context, args: &mut Args) -> Done<Option<Session>> {
    let Some(first) = args.peek().cloned().filter(|word| !word.quoted) else {
        return Ok(None);
    };
    let digits = first.text.strip_prefix('#').unwrap_or(&first.text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        args.word();
        let found = match digits.parse::<i64>() {
            Ok(number) => sessions::by_number(tx, &ctx.community.id, number).await?,
            Err(_) => None,
        };
        return match found {
            Some(session) => Ok(Some(session)),
            None => {
                let shown: String = digits.chars().take(40).collect();
                refused(format!(
                    "No session {shown}. “sessions” lists those to come."
                ))
            }
        };
    }
    let Some(series) = series::by_slug(tx, &ctx.community.id, &first.text.to_lowercase()).await?
    else {
        return Ok(None);
    };
    args.word();
    let second = args.peek().cloned().filter(|word| !word.quoted);
    if let Some(word) = &second {
        if word.text.eq_ignore_ascii_case("next") {
            args.word();
        } else if word.text.starts_with(|c: char| c.is_ascii_digit())
            && word.text.contains('-')
            && let Ok(day) = when::parse_date(&word.text, when::today(ctx.now, series.zone))
        {
            args.word();
            return on_day(tx, &series, day).await.map(Some);
        }
    }
    match sessions::next(tx, &ctx.community.id, Some(&series.id), ctx.now).await? {
        Some(session) => Ok(Some(session)),
        None => refused(format!("No session of {} is planned.", series.slug)),
    }
}

async fn on_day(tx: &mut Tx, series: &Series, day: chrono::NaiveDate) -> Done<Session> {
    let start = day.and_time(chrono::NaiveTime::MIN);
    let end = start + chrono::Duration::days(1);
    match sessions::of_series_between(tx, &series.id, start, end)
        .await?
        .into_iter()
        .next()
    {
        Some(session) => Ok(session),
        None => refused(format!(
            "{} has no session on {}.",
            series.slug,
            day.format("%-d %B %Y")
        )),
    }
}

/// The session whose card is answered.
async fn about(tx: &mut Tx, ctx: &Context, inbound: &Inbound) -> Done<Option<Session>> {
    let Some(about) = &inbound.about else {
        return Ok(None);
    };
    Ok(
        match cards::session_of(tx, &ctx.community.id, about).await? {
            Some(id) => sessions::by_id(tx, &id).await?,
            None => None,
        },
    )
}

/// The session that is meant when none is named.
async fn implied(tx: &mut Tx, ctx: &Context, inbound: &Inbound) -> Done<Session> {
    if let Some(session) = about(tx, ctx, inbound).await? {
        return Ok(session);
    }
    // A meeting of others is not what anybody means.
    let member = members::by_account(tx, &ctx.community.id, &inbound.from).await?;
    let member = member.as_ref().map(|member| &member.id);
    match sessions::next_for(tx, &ctx.community.id, member, ctx.now).await? {
        Some(session) => Ok(session),
        None => refused("No session is planned. Name one by its number."),
    }
}

/// Takes the short name of a series off the arguments.
pub(super) async fn series(tx: &mut Tx, ctx: &Context, args: &mut Args) -> Done<Series> {
    let Some(word) = args.word() else {
        return refused("Say which series, by its short name. “series list” shows all.");
    };
    find_series(tx, ctx, &word.text).await
}

/// The series of a short name.
pub(super) async fn find_series(tx: &mut Tx, ctx: &Context, typed: &str) -> Done<Series> {
    let slug = typed.to_lowercase();
    if let Some(series) = series::by_slug(tx, &ctx.community.id, &slug).await? {
        return Ok(series);
    }
    let all = series::all(tx, &ctx.community.id).await?;
    let nearest = all
        .iter()
        .map(|series| {
            (
                strsim::normalized_damerau_levenshtein(&series.slug, &slug),
                &series.slug,
            )
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness >= 0.5);
    let shown: String = typed.chars().take(40).collect();
    refused(match nearest {
        Some((_, slug)) => format!("No series “{shown}”. Did you mean “{slug}”?"),
        None => format!("No series “{shown}”. “series list” shows all."),
    })
}
