//! Somebody takes no direct messages from the bot. Where they agreed to it, they are mentioned in the announcements room of the
//! same platform, once a day, without what the message says.

use super::Desk;
use crate::chat::Message;
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::ids::{MemberId, Mint};
use crate::domain::outbox::{Destination, Kind};
use crate::domain::people::consent::{Purpose, Standing};
use crate::domain::people::told::PeoplePost;
use crate::domain::platform::{Account, Platform, Room};
use crate::domain::time::Instant;
use crate::storage::outbox::{Claimed, NewRow, enqueue_many};
use crate::storage::{StorageError, Tx, consents, members};
use crate::words::unreached as words;

/// How long it is worth saying.
const USEFUL: chrono::Duration = chrono::Duration::hours(24);

/// Queues the mention of who did not take `row`, where they agreed to it.
pub(super) async fn queue(
    tx: &mut Tx,
    mint: &Mint,
    community: &Community,
    row: &Claimed,
    reader: &Account,
    now: Instant,
) -> Result<(), StorageError> {
    let Some(member) = members::by_account(tx, &community.id, reader).await? else {
        return Ok(());
    };
    // Who asks in chat reads the answer there; only what comes unasked would be missed.
    if row.kind == Kind::REPLY || !agrees(tx, community, &member.id).await? {
        return Ok(());
    }
    let Some(room) = room_on(community, reader.platform) else {
        return Ok(());
    };
    let post = Post::People {
        people: PeoplePost::Unreached {
            member: member.id.clone(),
        },
    };
    let midnight = now
        .with_timezone(&community.zone)
        .date_naive()
        .and_time(chrono::NaiveTime::MIN);
    let row = NewRow {
        community: community.id.clone(),
        kind: Kind::new(post.kind()),
        subject: member.id.as_str().to_owned(),
        subject_revision: 0,
        destination: Destination::Room(room),
        due_at: now,
        // One a day, however many messages there are.
        slot: midnight.and_utc(),
        not_after: Some(now + USEFUL),
        extra: String::new(),
        payload: serde_json::to_value(&post)
            .map_err(|error| StorageError::Internal(format!("a post: {error}")))?,
    };
    enqueue_many(tx, mint, now, &[row]).await?;
    Ok(())
}

/// The mention, if it is still wanted.
pub(super) async fn say(
    tx: &mut Tx,
    desk: &Desk<'_>,
    member: &MemberId,
    room: &Destination,
) -> Result<Option<Message>, StorageError> {
    if !agrees(tx, desk.community, member).await? {
        return Ok(None);
    }
    let Some(known) = members::by_id(tx, member).await? else {
        return Ok(None);
    };
    let accounts = members::accounts_of(tx, member).await?;
    let mut there = accounts.into_iter().map(|(account, _)| account);
    let account = there.find(|account| Some(account.platform) == room.platform());
    Ok(account.map(|account| words::unreached(&known.name, account, &desk.reader)))
}

async fn agrees(
    tx: &mut Tx,
    community: &Community,
    member: &MemberId,
) -> Result<bool, StorageError> {
    let said = consents::of(tx, member).await?;
    let text = community.settings.consent_text(Purpose::Mention);
    Ok(Standing::of(said.get(&Purpose::Mention), &text.version) == Standing::Yes)
}

/// The announcements room on a platform, or the mirror of it that is there.
fn room_on(community: &Community, platform: Platform) -> Option<Room> {
    let rooms = &community.settings.rooms;
    let all = rooms.announcements.iter().chain(&rooms.mirrors);
    let mut there = all
        .map(|room| &room.0)
        .filter(|room| room.platform == platform);
    there.next().cloned()
}
