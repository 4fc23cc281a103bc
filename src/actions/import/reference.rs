//! Which session a table or a command line means: by number (`21`), by series and date (`ks 2026-10-26`), or by a
//! date alone when one session is on it.

use chrono::{NaiveDate, NaiveTime};

use crate::actions::{Context, Done, refused};
use crate::domain::events::session::Session;
use crate::domain::recurrence::weekday_name;
use crate::domain::time::{Instant, Plan};
use crate::domain::when;
use crate::storage::series::{self, Series};
use crate::storage::{StorageError, Tx, sessions};

/// How many sessions on each side are named when the one that was meant is not there.
const NEAR: i64 = 2;

/// The session that `typed` means.
///
/// # Errors
/// Refused when there is no such session or several are meant, with those that are near.
pub async fn session(tx: &mut Tx, ctx: &Context, typed: &str) -> Done<Session> {
    let shown: String = typed.trim().chars().take(60).collect();
    let digits = shown.strip_prefix('#').unwrap_or(&shown);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Ok(number) = digits.parse()
            && let Some(session) = sessions::by_number(tx, &ctx.community.id, number).await?
        {
            return Ok(session);
        }
        let near = near(tx, ctx, None, ctx.now).await?;
        return refused(format!("There is no session {digits}. {near}"));
    }
    let (series, day) = match shown.split_once(char::is_whitespace) {
        Some((slug, day)) => (Some(named(tx, ctx, slug).await?), day.trim()),
        None => (None, shown.as_str()),
    };
    let zone = series.as_ref().map_or(ctx.community.zone, |it| it.zone);
    let Ok(day) = when::parse_date(day, when::today(ctx.now, zone)) else {
        return refused(format!(
            "“{shown}” names no session. Give its number, or its series and date: 21, or ks 2026-10-26."
        ));
    };
    let wall = day.and_time(NaiveTime::MIN);
    let noon = day.and_time(NaiveTime::MIN) + chrono::Duration::hours(12);
    let noon = (Plan { wall: noon, zone }).instant();
    let at = noon.unwrap_or_else(|| wall.and_utc());
    let mut on_day = sessions::around(
        tx,
        &ctx.community.id,
        series.as_ref().map(|it| &it.id),
        at,
        20,
    )
    .await?;
    on_day.retain(|session| session.plan.wall.date() == day);
    match (on_day.len(), on_day.pop()) {
        (1, Some(session)) => Ok(session),
        (0, _) => {
            let near = near(tx, ctx, series.as_ref(), at).await?;
            let whose = series.map_or_else(String::new, |it| format!(" of {}", it.slug));
            refused(format!(
                "There is no session{whose} on {}. {near}",
                dated(day)
            ))
        }
        (several, last) => {
            let number = last.map_or(0, |session| session.number);
            refused(format!(
                "{several} sessions are on {}. Give the number of the one you mean, such as {number}.",
                dated(day)
            ))
        }
    }
}

async fn named(tx: &mut Tx, ctx: &Context, slug: &str) -> Done<Series> {
    if let Some(series) = series::by_slug(tx, &ctx.community.id, &slug.to_lowercase()).await? {
        return Ok(series);
    }
    let all = series::all(tx, &ctx.community.id).await?;
    let slugs: Vec<&str> = all.iter().map(|series| series.slug.as_str()).collect();
    refused(if slugs.is_empty() {
        format!("There is no series “{slug}”, and no other either.")
    } else {
        format!(
            "There is no series “{slug}”. There are: {}.",
            slugs.join(", ")
        )
    })
}

async fn near(
    tx: &mut Tx,
    ctx: &Context,
    series: Option<&Series>,
    at: Instant,
) -> Result<String, StorageError> {
    let near = sessions::around(tx, &ctx.community.id, series.map(|it| &it.id), at, NEAR).await?;
    let near: Vec<String> = near.iter().map(called).collect();
    Ok(if near.is_empty() {
        "None is planned.".to_owned()
    } else {
        format!("Nearest are {}.", near.join(", "))
    })
}

/// `21 (Mon 2026-09-28)`.
pub fn called(session: &Session) -> String {
    format!("{} ({})", session.number, dated(session.plan.wall.date()))
}

/// `Mon 2026-09-28`.
pub fn dated(day: NaiveDate) -> String {
    use chrono::Datelike;
    format!("{} {day}", &weekday_name(day.weekday())[..3])
}
