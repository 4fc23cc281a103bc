//! Who is told of a change to a session, and what, seen from what they have heard so far: a notice that has not gone
//! out yet is taken back by the next change, and its reader knows nothing of it.

use super::super::{Context, Draft, invitation, meeting, to_member};
use crate::domain::events::post::Post;
use crate::domain::events::session::Session;
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::outbox::Destination;
use crate::domain::people::member::MessageKind;
use crate::storage::{StorageError, Tx, appearances, cards, invited, members, outbox, rsvps};

/// Notices about a session that have not gone out, and where they were to go.
pub(super) struct Untold(Vec<(Destination, Post)>);

impl Untold {
    /// Those of the kind of `post`. To be asked before they are taken back.
    pub(super) async fn of(
        tx: &mut Tx,
        ctx: &Context,
        session: &SessionId,
        post: &Post,
    ) -> Result<Self, StorageError> {
        let (community, subject) = (&ctx.community.id, session.as_str());
        let rows = outbox::history::untold(tx, community, subject, post.kind()).await?;
        let posts = rows
            .into_iter()
            .filter_map(|(to, post)| Some((to, serde_json::from_value(post).ok()?)));
        Ok(Self(posts.collect()))
    }

    fn to(&self, to: &Destination) -> Option<&Post> {
        let found = self.0.iter().find(|(there, _)| there == to);
        found.map(|(_, post)| post)
    }

    /// What is told there of a move: the date that they know and the new one, nothing where these are the same.
    pub(super) fn moved(
        &self,
        to: &Destination,
        before: &Session,
        after: &Session,
    ) -> Option<Post> {
        let Some(Post::Moved { from }) = self.to(to) else {
            return Some(Post::Moved { from: before.plan });
        };
        let same = *from == after.plan && before.minutes == after.minutes;
        (!same).then_some(Post::Moved { from: *from })
    }

    /// What is told there when a session is on again: nothing where nobody heard that it was off.
    pub(super) fn restored(&self, to: &Destination) -> Option<Post> {
        self.to(to).is_none().then_some(Post::Restored)
    }
}

/// Whether those invited to a meeting heard of it by posts that stay as they are: no card follows it.
async fn is_told_by_hand(tx: &mut Tx, session: &Session) -> Result<bool, StorageError> {
    let announced = session.is_meeting() && session.announced_at.is_some();
    Ok(announced && !cards::any(tx, &session.id).await?)
}

/// Most people invited to one meeting.
const MOST: i64 = 100_000;

/// Those invited to a meeting who have not said no, and those who said yes or maybe.
async fn invited_to(tx: &mut Tx, session: &Session) -> Result<Vec<MemberId>, StorageError> {
    let kind = MessageKind::Invitations;
    let invited = invited::recipients(tx, &session.id, kind, MOST).await?;
    let mut people = rsvps::concerned(tx, &session.id).await?;
    people.extend(invited.into_iter().map(|person| person.member));
    people.sort();
    people.dedup();
    Ok(people)
}

/// How many people hear of it when a session is moved, called off or put back.
///
/// # Errors
/// What the database says.
pub async fn heard_by(tx: &mut Tx, session: &Session) -> Result<i64, StorageError> {
    if is_told_by_hand(tx, session).await? {
        return Ok(invited_to(tx, session).await?.len() as i64);
    }
    Ok(session.tally.concerned())
}

/// Whom a notice goes to besides those who said yes or maybe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Besides {
    /// Those invited to a meeting who have not answered and see no card of it.
    Invited,
    /// Nobody: they hear of it in another way.
    Nobody,
}

/// Tells everybody who was told when and where: each person once, or the room where they are many; `post` says
/// what is told where, if anything. `session` is as it is now. How many are told.
pub(super) async fn notify(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    besides: Besides,
    post: impl Fn(&Destination) -> Option<Post>,
) -> Result<i64, StorageError> {
    let concerned = session.tally.concerned();
    let many = concerned > i64::from(ctx.community.settings.reminders.direct_max);
    let draft = |to: Destination| {
        let post = post(&to)?;
        let not_after = match &post {
            Post::Cancelled => session.ends_at,
            _ => session.starts_at,
        };
        Some(Draft {
            revision: session.revision,
            not_after: Some(not_after),
            ..ctx.at_once(session.id.as_str(), to, post)
        })
    };
    let mut room = ctx.room_for_many(session).filter(|_| many);
    let mut people = match &room {
        Some(_) => Vec::new(),
        None => rsvps::concerned(tx, &session.id).await?,
    };
    let mut heard = concerned;
    if besides == Besides::Invited && is_told_by_hand(tx, session).await? {
        let unaware = uninvited(tx, ctx, session).await?;
        let invited = invited_to(tx, session).await?;
        heard = invited.len() as i64;
        match meeting::room_for(tx, ctx, session).await? {
            Some(groups) => room = room.or(Some(groups).filter(|to| !unaware.contains(to))),
            None => {
                let others = invited.into_iter().filter(|member| {
                    !unaware.contains(&to_member(member)) && !people.contains(member)
                });
                let others: Vec<_> = others.collect();
                people.extend(others);
            }
        }
    }
    let by_entry = invitation::told_by_entry(tx, &session.id).await?;
    people.retain(|member| !by_entry.contains(member));
    for appearance in appearances::of_session(tx, &session.id).await? {
        let reachable = !members::accounts_of(tx, &appearance.member)
            .await?
            .is_empty();
        let told = people.contains(&appearance.member) || by_entry.contains(&appearance.member);
        if reachable && !told {
            people.push(appearance.member);
        }
    }
    let in_room: Option<Draft> = room.and_then(draft);
    let direct: Vec<Draft> = people.iter().map(to_member).filter_map(draft).collect();
    let told = match (&in_room, many) {
        (Some(_), true) => direct.len() as i64 + heard,
        (Some(_), false) => heard.max(direct.len() as i64),
        (None, _) => direct.len() as i64,
    };
    ctx.post(tx, in_room.into_iter().chain(direct).collect())
        .await?;
    Ok(told)
}

/// Where an invitation to a meeting still waits: it will tell of it as it is then.
async fn uninvited(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
) -> Result<Vec<Destination>, StorageError> {
    let mut found = Vec::new();
    let (community, subject) = (&ctx.community.id, session.id.as_str());
    for kind in ["invitation", "invitation-all"] {
        let waiting = outbox::history::untold(tx, community, subject, kind).await?;
        found.extend(waiting.into_iter().map(|(to, _)| to));
    }
    Ok(found)
}
