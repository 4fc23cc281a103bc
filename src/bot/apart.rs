//! What is said anonymously, and must not lead back to who said it. Such a line goes another way than the rest:
//! its event is remembered by a hash and by the day, and what is answered is whispered at once and never queued,
//! since a row of the outbox would keep who was answered and when. If the process ends in between, the answer is lost;
//! the question is not.

use std::sync::Arc;

use super::Line;
use crate::chat::command::prefix;
use crate::chat::{Message, Waiting};
use crate::domain::events::meeting::MeetingReply;
use crate::domain::events::reply::Reply;
use crate::domain::people::privacy::PrivacyReply;
use crate::domain::platform::Account;
use crate::storage::{BoxFuture, StorageError, Tx, inbox, members, sessions};
use crate::words::view::Reader;
use crate::words::wording::Wordings;
use crate::words::{privacy, question};

/// Says something to somebody without keeping it anywhere; where they wait for an answer, as that.
pub type Whisper =
    Arc<dyn Fn(Account, Option<Waiting>, Message) -> BoxFuture<'static, ()> + Send + Sync>;

/// Notes that an event is dealt with; false when it was before.
pub(super) async fn take(tx: &mut Tx, line: &Line) -> Result<bool, StorageError> {
    let (platform, event) = (line.inbound.from.platform, &line.inbound.event_id);
    if line.apart {
        inbox::take_apart(tx, platform, event, line.ctx.now).await
    } else {
        inbox::take(tx, platform, event, line.ctx.now).await
    }
}

/// What is whispered instead of being queued: the answer to a question that was asked anonymously, and to whoever was
/// forgotten.
pub(super) async fn whispered(
    tx: &mut Tx,
    line: &Line,
    reply: &Reply,
) -> Result<Option<Message>, StorageError> {
    if let Reply::Privacy(PrivacyReply::Forgotten { forgets }) = reply {
        return Ok(Some(privacy::forgotten(forgets)));
    }
    let Reply::Meeting {
        meeting:
            MeetingReply::Asked {
                question: number,
                session,
                anonymous: true,
            },
    } = reply
    else {
        return Ok(None);
    };
    let (ctx, inbound) = (&line.ctx, &line.inbound);
    let member = members::by_account(tx, &ctx.community.id, &inbound.from).await?;
    let zone = member.and_then(|member| member.zone);
    let several = members::communities_of(tx, &inbound.from).await?.len() > 1;
    let switch = match several {
        true => format!("in {} ", ctx.community.slug),
        false => String::new(),
    };
    let reader = Reader {
        zones: vec![zone.unwrap_or(ctx.community.zone)],
        prefix: format!("{}{switch}", prefix(inbound.from.platform, true)).into(),
        now: ctx.now,
        name: None,
        wordings: Wordings::default(),
    };
    let session = sessions::by_id(tx, session).await?;
    let session = session.ok_or(StorageError::NotFound)?;
    let seen = !inbound.direct;
    Ok(Some(question::asked_anonymously(
        *number, &session, seen, &reader,
    )))
}
