//! What those who run the community would be asked about people who look alike.

use super::Planned;
use crate::actions::Context;
use crate::chat::plain;
use crate::clock::wording::next_question;
use crate::domain::outbox::Destination;
use crate::domain::people::told::PeoplePost;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};
use crate::words::view::Reader;

/// The question of the next look, when that is up to `until` and there is something to ask.
///
/// # Errors
/// What the database says.
pub(super) async fn question(
    tx: &mut Tx,
    ctx: &Context,
    reader: Reader,
    until: Instant,
) -> Result<Option<Planned>, StorageError> {
    let Some(Destination::Room(room)) = ctx.organisers() else {
        return Ok(None);
    };
    let asked = PeoplePost::Alike {
        pairs: Vec::new(),
        more: 0,
    };
    let next = next_question(tx, ctx, reader).await?;
    let next = next.filter(|(due, _)| *due <= until);
    Ok(next.map(|(due, message)| Planned {
        due,
        kind: asked.kind().to_owned(),
        destination: format!("room:{}", room.id),
        recipient: String::new(),
        subject: "people".to_owned(),
        reason: asked.reason().to_owned(),
        own: false,
        waits: None,
        text: plain::message(&message),
        needs: None,
    }))
}
