//! Meetings: planned for role groups, announced to those who are in them, and prepared by them.
//!
//! Who is invited is asked of the dated terms each time, so that whoever joins a group is invited from then on,
//! and the answers of whoever leaves it are taken back.

mod agenda;
mod carry;
mod notes;
mod plan;
mod posts;
mod question;

pub use agenda::{add_item, add_update, order, put_off, remove_item, remove_update};
pub use carry::{carry_over, left_over};
pub use notes::{set_notes, show_notes};
pub use plan::{
    announce_all, check_all_announceable, heard_of_rule, mark_announced, plan, set_groups,
    tell_rule,
};
pub use posts::{DuePost, arm, due_posts, write};
pub use question::{answer, ask, drop_question};

use super::{Actor, Context, Done, Draft, card, refused, rsvp, to_member};
use crate::domain::events::meeting::{Groups, MeetingPost};
use crate::domain::events::post::Post;
use crate::domain::events::reminder::outside_quiet;
use crate::domain::events::session::Session;
use crate::domain::ids::MemberId;
use crate::domain::people::member::Permission;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, invited, members, sessions};

/// How many members are invited to an event.
///
/// # Errors
/// What the database says.
pub async fn count_invited(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
) -> Result<i64, StorageError> {
    if session.is_for_everybody() {
        return members::count(tx, &ctx.community.id).await;
    }
    invited::count(tx, &session.id).await
}

/// Whether somebody may see an event and take part in it.
///
/// # Errors
/// Refused when it is for role groups they are not in on its day, and they do not run the community.
pub async fn check_invited(
    tx: &mut Tx,
    member: Option<&MemberId>,
    level: Permission,
    session: &Session,
) -> Done<()> {
    if session.is_for_everybody() || level >= Permission::Organiser {
        return Ok(());
    }
    let invited = match member {
        Some(member) => invited::is_invited(tx, &session.id, member).await?,
        None => false,
    };
    if invited {
        return Ok(());
    }
    let groups = &session.gathering.groups;
    refused(not_invited(&session.number.to_string(), groups))
}

/// Why somebody may not see the meeting `name` of `groups`.
pub fn not_invited(name: &str, groups: &Groups) -> String {
    format!(
        "Meeting {name} is for {}. Ask an organiser if you should be there.",
        groups.words()
    )
}

/// Leaves in `list` what somebody may come to.
///
/// # Errors
/// What the database says.
pub async fn keep_invited(
    tx: &mut Tx,
    actor: &Actor,
    list: &mut Vec<Session>,
) -> Result<(), StorageError> {
    if actor.level >= Permission::Organiser || list.iter().all(Session::is_for_everybody) {
        return Ok(());
    }
    let ids: Vec<_> = list.iter().map(|session| session.id.clone()).collect();
    let theirs = invited::concerning(tx, &actor.member.id, &ids).await?;
    list.retain(|session| theirs.contains(&session.id));
    Ok(())
}

/// Writes to everybody invited to a meeting that has no room: to this one, or with `all` to the whole series.
///
/// # Errors
/// What the database says.
pub async fn invite(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    all: bool,
) -> Result<(), StorageError> {
    let post = MeetingPost::Invitation {
        all,
        changed: false,
    };
    let drafts = drafts(tx, ctx, session, &post, ctx.now, session.starts_at).await?;
    ctx.post(tx, drafts).await?;
    Ok(())
}

/// A post about a meeting: one in its room, or one to each of those invited while they are few enough to be
/// written to.
///
/// # Errors
/// What the database says.
pub async fn drafts(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    post: &MeetingPost,
    due: Instant,
    not_after: Instant,
) -> Result<Vec<Draft>, StorageError> {
    let draft = |to, at| Draft {
        revision: session.revision,
        due: at,
        slot: due,
        not_after: Some(not_after),
        ..ctx.at_once(
            session.id.as_str(),
            to,
            Post::Meeting {
                meeting: post.clone(),
            },
        )
    };
    if let Some(room) = room_for(tx, ctx, session).await? {
        return Ok(vec![draft(room, due)]);
    }
    let kind = post.message_kind();
    let most = i64::from(ctx.community.settings.reminders.direct_max);
    let people = invited::recipients(tx, &session.id, kind, most).await?;
    let drafts = people.into_iter().map(|person| {
        let zone = person.zone.unwrap_or(ctx.community.zone);
        let quiet = person.quiet.or(ctx.community.settings.quiet);
        let at = outside_quiet(due, not_after, quiet, zone).max(ctx.now);
        draft(to_member(&person.member), at)
    });
    Ok(drafts.collect())
}

/// The room in which a meeting's posts go out: its groups' own, or the announcements room where its people are too
/// many to be written to.
///
/// # Errors
/// What the database says.
pub async fn room_for(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
) -> Result<Option<crate::domain::outbox::Destination>, StorageError> {
    if let Some(room) = ctx.room_of(session) {
        return Ok(Some(room));
    }
    let many = i64::from(ctx.community.settings.reminders.direct_max);
    Ok(match count_invited(tx, ctx, session).await? > many {
        true => ctx.announcements(),
        false => None,
    })
}

/// Takes back the answers of somebody who is no longer invited, after they left a group.
///
/// # Errors
/// What the database says.
pub async fn left_group(tx: &mut Tx, ctx: &Context, member: &MemberId) -> Result<(), StorageError> {
    let far = ctx.now + chrono::Duration::days(3_660);
    for session in sessions::answered_yes(tx, &ctx.community.id, member, ctx.now, far).await? {
        if !session.is_for_everybody() {
            take_back(tx, ctx, session).await?;
        }
    }
    Ok(())
}

/// Takes back the answers to a session of those who may not come to it any more; how many.
async fn take_back(tx: &mut Tx, ctx: &Context, session: Session) -> Result<i64, StorageError> {
    let gone = invited::answered_in_vain(tx, &session.id).await?;
    if gone.is_empty() {
        return Ok(0);
    }
    let count = gone.len() as i64;
    rsvp::take_back(tx, ctx, session.clone(), &gone).await?;
    card::refresh(tx, ctx, &session.id).await?;
    Ok(count)
}
