//! What leads to pages that need no account: the letter to somebody who registered, the links to speakers' pages.

use super::{Desk, load};
use crate::actions::speaking::page_of;
use crate::chat::Message;
use crate::domain::ids::{RegistrationId, SessionId};
use crate::domain::people::registration::closed;
use crate::domain::people::told::PeoplePost;
use crate::storage::outbox::Claimed;
use crate::storage::{StorageError, Tx, members, registrations, sessions, speaking};
use crate::words::{registration, speaking as words};

/// The letter to somebody who registered; none when its link was posted once, or the session takes nobody any more.
pub(super) async fn registered(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
) -> Result<Option<Message>, StorageError> {
    let id = RegistrationId::new(row.subject.clone());
    let Some((asked, token)) = registrations::unsent(tx, &id).await? else {
        return Ok(None);
    };
    let session = sessions::by_id(tx, &asked.session).await?;
    let open = session.filter(|session| closed(session, desk.now).is_none());
    let Some(session) = open.filter(|_| desk.now < asked.expires_at) else {
        return Ok(None);
    };
    let link = format!("{}/registration/{token}", desk.community.settings.site);
    let view = load::view(tx, session).await?;
    Ok(Some(registration::confirm(
        &view,
        &link,
        asked.expires_at,
        &desk.reader,
    )))
}

/// The link to a speaker's page; none when it was posted once, or they do not speak there any more.
pub(super) async fn speaker_page(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
) -> Result<Option<Message>, StorageError> {
    let Some((session, member, token)) = speaking::unsent(tx, &row.subject).await? else {
        return Ok(None);
    };
    let found = page_of(tx, desk.community, session, member).await?;
    let open = found.filter(|page| !token.is_empty() && closed(&page.session, desk.now).is_none());
    let Some(page) = open else {
        return Ok(None);
    };
    let missing: Vec<_> = page.missing().into_iter().map(|it| it.words()).collect();
    let link = link(desk, &token);
    let view = load::view(tx, page.session).await?;
    Ok(Some(words::page(&view, &link, &missing, &desk.reader)))
}

fn link(desk: &Desk<'_>, token: &str) -> String {
    format!("{}/speaker/{token}", desk.community.settings.site)
}

/// The links to the pages of a session's speakers.
pub(super) async fn speaker_pages(
    tx: &mut Tx,
    desk: &Desk<'_>,
    session: &SessionId,
    hashes: &[String],
) -> Result<Message, StorageError> {
    let mut links = Vec::new();
    for hash in hashes {
        let Some((_, member, token)) = speaking::unsent(tx, hash).await? else {
            continue;
        };
        if let Some(member) = members::by_id(tx, &member).await? {
            let link = (!token.is_empty()).then(|| link(desk, &token));
            links.push((member.name, link));
        }
    }
    Ok(match sessions::by_id(tx, session).await? {
        Some(session) => {
            let view = load::view(tx, session).await?;
            words::pages(&view, &links, &desk.reader)
        }
        None => crate::words::refused("That session is not there any more."),
    })
}

/// Forgets a link once it was posted.
pub(super) async fn posted(
    tx: &mut Tx,
    row: &Claimed,
    people: &PeoplePost,
) -> Result<(), StorageError> {
    match people {
        PeoplePost::Registered => {
            let id = RegistrationId::new(row.subject.clone());
            registrations::forget_text(tx, &id).await
        }
        PeoplePost::SpeakerPage => speaking::forget_text(tx, &row.subject).await,
        _ => Ok(()),
    }
}
