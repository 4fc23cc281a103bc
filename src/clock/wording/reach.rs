//! Where a row goes: the room, or the platform on which its reader is best reached, as long as they want it there.

use crate::chat::command::prefix;
use crate::clock::delivery::To;
use crate::domain::community::Community;
use crate::domain::ids::MemberId;
use crate::domain::outbox::Destination;
use crate::domain::people::consent::{Purpose, Standing};
use crate::domain::people::mail::Why;
use crate::domain::people::member::Member;
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, accounts, consents, members};
use crate::words::view::Reader;
use crate::words::wording::Wordings;

/// Where a row goes.
pub(super) enum Reached {
    /// There, to who reads it.
    At(To, Reader),
    /// To somebody who has only mail and does not want this by it.
    Spared,
    /// Nobody can be reached.
    Nowhere,
}

/// Where a row goes and who reads it there.
pub(super) async fn address(
    tx: &mut Tx,
    community: &Community,
    destination: &Destination,
    why: Why,
    now: Instant,
    connected: &[Platform],
) -> Result<Reached, StorageError> {
    let direct = |account: Account, member: Option<Member>| {
        let (zone, name) = member.map_or((None, None), |one| (one.zone, Some(one.name)));
        let reader = Reader {
            zones: vec![zone.unwrap_or(community.zone)],
            prefix: prefix(account.platform, true).into(),
            now,
            name,
            wordings: Wordings::default(),
        };
        Reached::At(To::Direct(account), reader)
    };
    Ok(match destination {
        Destination::Room(room) => {
            let reader = Reader {
                zones: community.zones(),
                prefix: prefix(room.platform, false).into(),
                now,
                name: None,
                wordings: Wordings::default(),
            };
            Reached::At(To::Room(room.clone()), reader)
        }
        Destination::Account(account) => {
            let member = members::by_account(tx, &community.id, account).await?;
            direct(account.clone(), member)
        }
        Destination::Member(id) => {
            let member = members::by_id(tx, id).await?;
            let accounts = accounts::alive(tx, id).await?;
            let reached = connected.iter().find_map(|platform| {
                accounts
                    .iter()
                    .find(|account| account.platform == *platform)
            });
            match reached {
                Some(account)
                    if account.platform == Platform::Email
                        && !mail_allowed(tx, community, id, why).await? =>
                {
                    Reached::Spared
                }
                Some(account) => direct(account.clone(), member),
                None => Reached::Nowhere,
            }
        }
    })
}

/// Whether something may go to a member by mail.
pub(super) async fn mail_allowed(
    tx: &mut Tx,
    community: &Community,
    member: &MemberId,
    why: Why,
) -> Result<bool, StorageError> {
    let said = consents::of(tx, member).await?;
    let text = community.settings.consent_text(Purpose::Mail);
    let standing = Standing::of(said.get(&Purpose::Mail), &text.version);
    Ok(why.allows(standing))
}
