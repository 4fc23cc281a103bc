//! Who is told of a change to a session, and what, seen from what they have heard so far: a notice that has not gone
//! out yet is taken back by the next change, and its reader knows nothing of it.

use super::super::{Context, Draft, to_member};
use crate::domain::events::post::Post;
use crate::domain::events::session::Session;
use crate::domain::ids::SessionId;
use crate::domain::outbox::Destination;
use crate::storage::{StorageError, Tx, appearances, members, outbox, rsvps};

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

/// Tells everybody who was told when and where: each person once, or the room where they are many; `post` says
/// what is told where, if anything. `session` is as it is now. How many are told.
pub(super) async fn notify(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
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
    let room = ctx.room_for_many(session).filter(|_| many);
    let mut people = match &room {
        Some(_) => Vec::new(),
        None => rsvps::concerned(tx, &session.id).await?,
    };
    for appearance in appearances::of_session(tx, &session.id).await? {
        let reachable = !members::accounts_of(tx, &appearance.member)
            .await?
            .is_empty();
        if reachable && !people.contains(&appearance.member) {
            people.push(appearance.member);
        }
    }
    let in_room: Option<Draft> = room.and_then(draft);
    let direct: Vec<Draft> = people.iter().map(to_member).filter_map(draft).collect();
    let told = direct.len() as i64 + if in_room.is_some() { concerned } else { 0 };
    ctx.post(tx, in_room.into_iter().chain(direct).collect())
        .await?;
    Ok(told)
}
