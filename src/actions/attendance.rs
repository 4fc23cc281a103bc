//! Who came: checked in, listed, estimated, decided from a report's names. The figures of a session are posted
//! once something is recorded; until then the organisers are asked, twice.

use chrono::Duration;

use super::{Actor, Context, Done, Draft, checklist, meeting, people, refused, reminder};
use crate::domain::events::attendance::{Role, Source, Turnout};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::MemberId;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::attendance::{self, Seen};
use crate::storage::reviews;
use crate::storage::{StorageError, Tx, outbox, sessions};

/// How long before its start somebody can check in.
const EARLY: Duration = Duration::minutes(30);
/// How long after its end somebody still can.
pub const LATE: Duration = Duration::hours(2);
/// How long after a session's end its figures are posted.
const SUMMARY_AFTER: Duration = Duration::hours(1);

/// Checks somebody in.
///
/// # Errors
/// Refused when the session is not on.
pub async fn check_in(tx: &mut Tx, ctx: &Context, actor: &Actor, session: &Session) -> Done<Reply> {
    meeting::check_invited(tx, Some(&actor.member.id), actor.level, session).await?;
    let number = session.number;
    if session.status != Status::Planned {
        return refused(format!("Session {number} does not take place."));
    }
    if ctx.now < session.starts_at - EARLY {
        return refused(format!(
            "Session {number} has not begun. You can check in from half an hour before."
        ));
    }
    if ctx.now > session.ends_at + LATE {
        return refused(format!(
            "Session {number} is over. Ask its host to write you down."
        ));
    }
    let again = attendance::is_recorded(tx, &session.id, Source::CheckIn, &actor.member.id).await?;
    if !again {
        let seen = seen_member(&actor.member.id, &actor.member.name);
        record(tx, ctx, session, Source::CheckIn, &[seen]).await?;
        ctx.audit(tx, actor, "here", &format!("session {number}"))
            .await?;
    }
    Ok(Reply::CheckedIn {
        session: session.id.clone(),
        at: ctx.now,
        again,
    })
}

fn seen_member(member: &MemberId, name: &UserText) -> Seen {
    Seen {
        identity: format!("member:{member}"),
        member: Some(member.clone()),
        name: name.clone(),
        role: Role::Attendee,
        minutes: None,
        country: None,
    }
}

/// Writes down whom a source saw, and has the figures posted when the session is over.
///
/// # Errors
/// What the database says.
pub async fn record(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    source: Source,
    seen: &[Seen],
) -> Result<i64, StorageError> {
    attendance::put_many(
        tx,
        &ctx.mint,
        ctx.now,
        &ctx.community.id,
        &session.id,
        source,
        seen,
    )
    .await?;
    recount(tx, ctx, session).await
}

/// Has the figures posted anew when a report came after they had been posted: it may tell another story.
///
/// # Errors
/// What the database says.
pub async fn post_again(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<(), StorageError> {
    let subject = session.id.as_str();
    let waits =
        outbox::history::any_waiting(tx, &ctx.community.id, subject, session.revision, "summary")
            .await?;
    match ctx.organisers() {
        Some(room) if !waits => {
            let due = ctx.now + Duration::minutes(2);
            let summary = Draft {
                revision: session.revision,
                due,
                slot: due,
                ..ctx.at_once(subject, room, Post::Summary)
            };
            ctx.post(tx, vec![summary]).await?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Brings a session's count of identified people up to date, and has its figures posted when it is over.
///
/// # Errors
/// What the database says.
pub async fn recount(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<i64, StorageError> {
    let people = attendance::count(tx, &session.id).await?;
    sessions::set_recorded(tx, &session.id, people).await?;
    if (people > 0) != (session.recorded > 0) {
        checklist::refresh(tx, ctx, &session.id).await?;
    }
    post_summary(tx, ctx, session).await?;
    Ok(people)
}

/// Has a session's figures posted to the organisers, an hour after its end or soon if that is past; once.
async fn post_summary(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<(), StorageError> {
    let Some(room) = ctx.organisers() else {
        return Ok(());
    };
    let subject = session.id.as_str();
    if outbox::history::any_of_kind(tx, &ctx.community.id, subject, session.revision, "summary")
        .await?
    {
        return Ok(());
    }
    let soon = ctx.now + Duration::minutes(2);
    let summary = Draft {
        revision: session.revision,
        due: soon.max(session.ends_at + SUMMARY_AFTER),
        slot: soon.max(session.ends_at + SUMMARY_AFTER),
        ..ctx.at_once(subject, room, Post::Summary)
    };
    ctx.post(tx, vec![summary]).await?;
    Ok(())
}

/// Whether a session may have to be asked about up to `until`: it was announced, and nothing is recorded.
pub fn may_nag(session: &Session, until: Instant) -> bool {
    let unrecorded = session.recorded == 0 && session.estimate.is_none();
    let first = session.ends_at + Duration::hours(reminder::NAG_HOURS[0]);
    unrecorded && session.announced_at.is_some() && first <= until
}

/// Has the organisers asked when nothing is recorded 24 and 72 hours after a session's end.
///
/// # Errors
/// What the database says.
pub async fn arm_nags(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    until: Instant,
) -> Result<(), StorageError> {
    let Some(room) = ctx.organisers() else {
        return Ok(());
    };
    if !may_nag(session, until) {
        return Ok(());
    }
    let drafts = reminder::NAG_HOURS
        .into_iter()
        .map(|hours| (hours, session.ends_at + Duration::hours(hours)))
        .filter(|(_, due)| *due <= until)
        .map(|(hours, due)| Draft {
            revision: session.revision,
            due,
            slot: due,
            not_after: Some(due + Duration::hours(24)),
            ..ctx.at_once(session.id.as_str(), room.clone(), Post::Nag { hours })
        })
        .collect::<Vec<_>>();
    if !drafts.is_empty() {
        ctx.post(tx, drafts).await?;
    }
    Ok(())
}

/// Whether people can have come to a session by now.
///
/// # Errors
/// Refused when it did not take place, or has not begun.
pub fn check_held(ctx: &Context, session: &Session) -> Done<()> {
    let number = session.number;
    if session.status != Status::Planned {
        return refused(format!("Session {number} did not take place."));
    }
    if !session.has_begun(ctx.now) {
        return refused(format!("Session {number} has not begun yet."));
    }
    Ok(())
}

/// Writes down the host's estimate of heads.
///
/// # Errors
/// Refused when the session has not begun, or the number is absurd.
pub async fn estimate(tx: &mut Tx, ctx: &Context, session: &Session, heads: i64) -> Done<Reply> {
    check_held(ctx, session)?;
    if !(0..=1_000_000).contains(&heads) {
        return refused("Give a number of heads from 0 to 1,000,000.".to_owned());
    }
    sessions::set_estimate(tx, &session.id, heads).await?;
    checklist::refresh(tx, ctx, &session.id).await?;
    post_summary(tx, ctx, session).await?;
    Ok(Reply::Estimated {
        session: session.id.clone(),
    })
}

/// Writes down the host's list of those who came, by name.
///
/// # Errors
/// Refused when the session has not begun.
pub async fn list(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    names: &[UserText],
) -> Done<Reply> {
    check_held(ctx, session)?;
    let (mut seen, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match people::known(tx, ctx, name.as_str()).await? {
            Some(member) => seen.push(seen_member(&member.id, &member.name)),
            None => unknown.push(name.clone()),
        }
    }
    record(tx, ctx, session, Source::HostList, &seen).await?;
    Ok(Reply::Listed {
        session: session.id.clone(),
        count: seen.len() as i64,
        unknown,
    })
}

/// How many earlier sessions of its series one is compared with at most, so that a summary costs the same after years.
const COMPARED: i64 = 100;

/// The figures of a session that was held.
///
/// # Errors
/// What the database says.
pub async fn turnout(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
) -> Result<Turnout, StorageError> {
    let usual = match &session.series {
        Some(series) => sessions::usual_turnout(tx, series, session.starts_at, COMPARED).await?,
        None => None,
    };
    Ok(Turnout {
        invited: meeting::count_invited(tx, ctx, session).await?,
        yes: session.tally.yes(),
        came: attendance::count(tx, &session.id).await?,
        by_source: attendance::by_source(tx, &session.id).await?,
        estimate: session.estimate,
        by_partner: attendance::by_partner(tx, &session.id).await?,
        by_country: attendance::by_country(tx, &session.id).await?,
        for_review: reviews::count_open(tx, &session.id).await?,
        median_over: usual.map_or(0, |(_, over)| over),
        median_before: usual.map(|(median, _)| median),
    })
}
