//! Answers about wordings.

use super::super::{Desk, load};
use super::{gone, person, wide};
use crate::chat::Message;
use crate::domain::events::wording::WordingReply;
use crate::domain::text::UserText;
use crate::storage::outbox::Claimed;
use crate::storage::wordings::{self, Version};
use crate::storage::{StorageError, Tx, sessions};
use crate::words::view::Reader;
use crate::words::wording::told::{self, Given};
use crate::words::wording::{example, named, places};

/// How many versions are shown.
const SHOWN: i64 = 5;

pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
    what: &WordingReply,
) -> Result<Message, StorageError> {
    let (community, reader) = (&desk.community.id, &desk.reader);
    Ok(match what {
        WordingReply::List { like } => told::list(like, reader),
        WordingReply::Shown { name } => match named(name) {
            Ok(wording) => {
                let own = wordings::current(tx, community, name).await?.map(given);
                told::shown(wording, own.as_ref(), reader)
            }
            Err(_) => gone(),
        },
        WordingReply::Preview { id, cleaned } => {
            let Some(version) = wordings::by_id(tx, community, id).await? else {
                return Ok(gone());
            };
            let Ok(wording) = named(&version.name) else {
                return Ok(gone());
            };
            let view = match sessions::next(tx, community, None, desk.now).await? {
                Some(session) => Some(load::view(tx, session).await?),
                None => None,
            };
            let name = match person(tx, desk, row).await? {
                Some(member) => member.name,
                None => UserText::trusted(places::YOU.example),
            };
            let reader = Reader {
                name: Some(name),
                wordings: reader.wordings.but(&version.name, &version.text),
                ..wide(desk)
            };
            let example = example::example(wording, view.as_ref(), &reader);
            let about = view.map(|view| view.session.number);
            told::preview(wording.name, example, id, *cleaned, about)
        }
        WordingReply::Used { name } => told::used(name, reader),
        WordingReply::Dismissed => Message::text("All right, it stays as it is."),
        WordingReply::Reset { name } => told::reset(name),
        WordingReply::History { name } => {
            let versions = wordings::history(tx, community, name, SHOWN).await?;
            let versions: Vec<_> = versions.into_iter().map(given).collect();
            told::history(name, &versions, reader)
        }
    })
}

fn given(version: Version) -> Given {
    Given {
        text: version.text,
        by: version.typed_by,
        since: version.since.unwrap_or(version.typed_at),
        until: version.until,
    }
}
