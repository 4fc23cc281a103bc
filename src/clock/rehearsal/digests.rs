//! Digests, as they would be written at their times: to a room, or to each of a role group in their own time.

use super::{Fate, How, Planned, is_own, reader_alone, reader_of, why};
use crate::actions::{Context, digest, reminder};
use crate::chat::plain;
use crate::clock::wording::{load, place};
use crate::domain::events::post::Post;
use crate::domain::outbox::Destination;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, members};
use crate::words::digest as words;

/// The most instants of one rule.
const MOST: usize = 500;

/// The digests up to `until`.
pub(super) async fn plan(
    tx: &mut Tx,
    ctx: &Context,
    until: Instant,
    how: &How<'_>,
    found: &mut Vec<Planned>,
) -> Result<(), StorageError> {
    let community = &ctx.community;
    for plan in &community.settings.digest {
        for due in plan.cron.between(ctx.now, until, community.zone, MOST) {
            let contents = load::contents(tx, community, plan, due).await?;
            for to in digest::recipients(tx, ctx, plan, due).await? {
                let kind = Post::Digest.kind();
                let waits = match how.drafting.fate(kind, &plan.slug, 0, &to, due) {
                    Fate::Goes => None,
                    Fate::Dropped => continue,
                    Fate::Waits(waits) => Some(waits),
                };
                let mut at = due;
                let (destination, recipient, reader) = match &to {
                    Destination::Room(room) => (
                        format!("room:{}", room.id),
                        String::new(),
                        reader_of(community, due, how),
                    ),
                    to => {
                        let name = place(tx, to).await?;
                        let member = match to {
                            Destination::Member(id) => members::by_id(tx, id).await?,
                            _ => None,
                        };
                        let left_alone = (member.as_ref())
                            .and_then(|member| reminder::when_left_alone(ctx, member, due));
                        at = left_alone
                            .filter(|end| *end < due + digest::WORTH)
                            .unwrap_or(due);
                        let zone = member.and_then(|member| member.zone);
                        let zone = zone.unwrap_or(community.zone);
                        let recipient = name.as_str().to_owned();
                        let reader = reader_alone(zone, name, due, how);
                        ("direct".to_owned(), recipient, reader)
                    }
                };
                let Some(message) = words::digest(&community.name, &contents, &reader) else {
                    continue;
                };
                found.push(Planned {
                    due: at,
                    kind: kind.to_owned(),
                    destination,
                    recipient,
                    subject: plan.slug.clone(),
                    reason: why(&Post::Digest, &how.words),
                    own: is_own(&Post::Digest, &how.words),
                    text: plain::message(&message),
                    waits,
                    needs: None,
                });
            }
        }
    }
    Ok(())
}
