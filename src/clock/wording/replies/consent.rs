//! What is answered about consents: records read, and said.

use super::{Desk, gone};
use crate::actions::Context;
use crate::actions::privacy::consent;
use crate::chat::Message;
use crate::domain::ids::{MemberId, Mint};
use crate::domain::people::consent::{ConsentReply, Purpose};
use crate::storage::{StorageError, Tx, consents, members, sessions};
use crate::words::consent as words;

/// How many people are looked at.
const LOOKED_AT: i64 = 1_000;

/// The answer; `member` is who reads it, where it is one person.
pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    about: &ConsentReply,
    member: Option<&MemberId>,
) -> Result<Message, StorageError> {
    let (settings, reader) = (&desk.community.settings, &desk.reader);
    let said = match member {
        Some(member) => consents::of(tx, member).await?,
        None => Default::default(),
    };
    Ok(match about {
        ConsentReply::All => {
            let all = Purpose::ALL.iter();
            let asked = all.filter(|one| one.is_for_members() || said.contains_key(one));
            let answers = asked.map(|purpose| {
                let answer = said.get(purpose).cloned();
                (settings.consent_text(*purpose), answer)
            });
            words::all(&answers.collect::<Vec<_>>(), reader)
        }
        ConsentReply::One { purpose } => {
            words::one(&settings.consent_text(*purpose), said.get(purpose), reader)
        }
        ConsentReply::Said { purpose, again } => match said.get(purpose) {
            Some(answer) => {
                words::answered(&settings.consent_text(*purpose), answer, *again, reader)
            }
            None => gone(),
        },
        ConsentReply::People { purpose, session } => {
            let session = match session {
                Some(id) => sessions::by_id(tx, id).await?,
                None => None,
            };
            let people = match &session {
                Some(session) => consents::present(tx, &session.id, LOOKED_AT).await?,
                None => consents::said(tx, &desk.community.id, *purpose, LOOKED_AT).await?,
            };
            let found = consent::standings(tx, &context(desk), *purpose, &people).await?;
            let of = session.as_ref().map(|it| (it.number, it.name()));
            words::people(*purpose, &found, of)
        }
        ConsentReply::Noted {
            member,
            purpose,
            yes,
        } => match members::by_id(tx, member).await? {
            Some(member) => words::noted(&member.name, *purpose, *yes),
            None => gone(),
        },
    })
}

/// Reading mints nothing.
pub(super) fn context(desk: &Desk<'_>) -> Context {
    Context {
        mint: Mint::seeded(0).into(),
        now: desk.now,
        community: desk.community.clone().into(),
    }
}
