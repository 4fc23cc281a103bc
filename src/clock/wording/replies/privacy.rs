//! What is held on the reader.

use super::{Desk, person};
use crate::actions::Failure;
use crate::actions::privacy::{forget, held};
use crate::chat::Message;
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
    let reader = person(tx, desk, row).await?.map(|member| member.id);
    if let PrivacyReply::Consent { about } = reply {
        return super::consent::reply(tx, desk, about, reader.as_ref()).await;
    }
    let Some(member) = reader else {
        return Ok(privacy::nothing());
    };
    let ctx = super::consent::context(desk);
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
        PrivacyReply::Nothing | PrivacyReply::Consent { .. } => privacy::nothing(),
    })
}
