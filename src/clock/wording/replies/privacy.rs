//! What is held on the reader.

use super::{Desk, person};
use crate::actions::Context;
use crate::actions::Failure;
use crate::actions::privacy::{forget, held};
use crate::chat::Message;
use crate::domain::ids::Mint;
use crate::domain::people::privacy::PrivacyReply;
use crate::storage::outbox::Claimed;
use crate::storage::{StorageError, Tx};
use crate::words::{privacy, refused};

/// The answer.
pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
    reply: &PrivacyReply,
) -> Result<Message, StorageError> {
    let Some(member) = person(tx, desk, row).await?.map(|member| member.id) else {
        return Ok(privacy::nothing());
    };
    let ctx = Context {
        // Reading mints nothing.
        mint: Mint::seeded(0).into(),
        now: desk.now,
        community: desk.community.clone().into(),
    };
    Ok(match reply {
        PrivacyReply::MyData => match held::of(tx, &ctx, &member).await? {
            Some(found) => privacy::held(&held::to_read(&found, &ctx), None, &desk.reader),
            None => privacy::nothing(),
        },
        PrivacyReply::ForgetAsked { code } => match forget::preview(tx, &ctx, &member).await {
            Ok(forgets) => privacy::asked(&forgets, code, &desk.reader),
            Err(Failure::Refused(why)) => refused(&why.0),
            Err(Failure::Storage(error)) => return Err(error),
        },
        PrivacyReply::Forgotten { forgets } => privacy::forgotten(forgets),
        PrivacyReply::Nothing => privacy::nothing(),
    })
}
