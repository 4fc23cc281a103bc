//! Reminders by hand: an organiser asks an audience now, and people put their own off.

use chrono::Duration;

use super::reminder::CHUNK;
use super::{Actor, Context, Done, Draft, refused, to_member};
use crate::domain::events::post::Post;
use crate::domain::events::reminder::{Audience, outside_quiet};
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Session, Status};
use crate::storage::{StorageError, Tx, audience};

/// How many people a reminder by hand would reach, and how many of the audience opted out.
///
/// # Errors
/// What the database says.
pub async fn count(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    audience: Audience,
) -> Result<(i64, i64), StorageError> {
    audience::count(tx, &ctx.community.id, &session.id, audience).await
}

/// Reminds an audience now, each person once a day at most.
///
/// # Errors
/// Refused when the session has begun or does not take place.
pub async fn chase(tx: &mut Tx, ctx: &Context, session: &Session, audience: Audience) -> Done<i64> {
    if session.status != Status::Planned || session.has_begun(ctx.now) {
        return refused(format!(
            "Session {} is not to come any more.",
            session.number
        ));
    }
    let day = ctx.now.with_timezone(&ctx.community.zone).date_naive();
    let (many, _) = count(tx, ctx, session, audience).await?;
    if let Some(room) = ctx.room_for_many(session)
        && many > i64::from(ctx.community.settings.reminders.direct_max)
    {
        let once = Draft {
            revision: session.revision,
            slot: session.starts_at,
            extra: day.to_string(),
            not_after: Some(session.starts_at),
            ..ctx.at_once(session.id.as_str(), room, Post::Chase { audience })
        };
        let posted = ctx.post(tx, vec![once]).await?;
        return Ok(if posted > 0 { many } else { 0 });
    }
    let (mut after, mut asked) = (String::new(), 0);
    loop {
        let people = audience::recipients(
            tx,
            &ctx.community.id,
            &session.id,
            audience,
            false,
            &after,
            CHUNK,
        )
        .await?;
        let full = people.len() as i64 == CHUNK;
        if let Some(last) = people.last() {
            after = last.member.as_str().to_owned();
        }
        let drafts = people
            .into_iter()
            .map(|person| {
                let zone = person.zone.unwrap_or(ctx.community.zone);
                let quiet = person.quiet.or(ctx.community.settings.quiet);
                Draft {
                    revision: session.revision,
                    due: outside_quiet(ctx.now, session.starts_at, quiet, zone).max(ctx.now),
                    slot: session.starts_at,
                    extra: day.to_string(),
                    not_after: Some(session.starts_at),
                    ..ctx.at_once(
                        session.id.as_str(),
                        to_member(&person.member),
                        Post::Chase { audience },
                    )
                }
            })
            .collect();
        asked += ctx.post(tx, drafts).await? as i64;
        if !full {
            return Ok(asked);
        }
    }
}

/// Sends somebody the latest reminder of a session again later.
///
/// # Errors
/// Refused when that would be after the session's start.
pub async fn snooze(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    pause: Duration,
) -> Done<Reply> {
    let until = ctx.now + pause;
    if session.status != Status::Planned || until >= session.starts_at {
        return refused(format!(
            "Session {} would have begun by then. Try a shorter time, for example “snooze 15m”.",
            session.number
        ));
    }
    let mut audience = None;
    for each in [Audience::Coming, Audience::Speakers, Audience::Unanswered] {
        let person =
            audience::still_in(tx, &ctx.community.id, &session.id, each, &actor.member.id).await?;
        if person.is_some() {
            audience = Some(each);
            break;
        }
    }
    let Some(audience) = audience else {
        return refused(format!(
            "You are not reminded of session {}.",
            session.number
        ));
    };
    let again = Draft {
        revision: session.revision,
        due: until,
        slot: until,
        not_after: Some(session.starts_at),
        ..ctx.at_once(
            session.id.as_str(),
            to_member(&actor.member.id),
            Post::Snoozed { audience },
        )
    };
    ctx.post(tx, vec![again]).await?;
    Ok(Reply::Snoozed {
        session: session.id.clone(),
        until,
    })
}
