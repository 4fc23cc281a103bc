//! What a message has besides where it goes by mail.

use crate::chat::{Block, Line, Message};
use crate::clock::delivery::To;
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::ids::SessionId;
use crate::domain::people::registration::{closed, is_public};
use crate::domain::people::told::{PeoplePost, PeopleReply};
use crate::domain::platform::Platform;
use crate::storage::outbox::Claimed;
use crate::storage::{StorageError, Tx, sessions};

/// With a link to the public page instead of its buttons, where a list of readers gets it by mail: nobody knows who of them
/// would press one.
pub(super) async fn answerable(
    tx: &mut Tx,
    message: Message,
    row: &Claimed,
    to: &To,
    community: &Community,
) -> Result<Message, StorageError> {
    let To::Room(room) = to else {
        return Ok(message);
    };
    let asks = |block: &Block| match block {
        Block::Buttons(buttons) => buttons.iter().any(|it| it.command.starts_with("rsvp yes")),
        _ => false,
    };
    if room.platform != Platform::Email || !message.blocks.iter().any(asks) {
        return Ok(message);
    }
    let session = sessions::by_id(tx, &SessionId::new(row.subject.clone())).await?;
    let Some(session) = session.filter(|it| is_public(it) && closed(it, row.due_at).is_none())
    else {
        return Ok(message);
    };
    let (site, slug, number) = (&community.settings.site, &community.slug, session.number);
    let page = format!("{site}/c/{slug}/session/{number}");
    Ok(message.and(Line::new().link("Register", page)))
}

/// By which command somebody gets no more letters like this; none where each of them is asked for, as a link to sign in, or
/// where it is the only one, to a stranger.
pub(super) fn unsubscribe(post: &Post) -> Option<String> {
    match post {
        Post::People {
            people: PeoplePost::Registered,
        } => return None,
        Post::Reply { reply } => {
            if let Reply::People {
                people: PeopleReply::SignIn { .. },
            } = **reply
            {
                return None;
            }
        }
        _ => {}
    }
    Some(match post.spared_as() {
        Some(kind) => format!("mute {kind}"),
        None => "consent mail no".to_owned(),
    })
}

/// What a message has besides, where it goes by mail.
pub(super) fn letter(
    mut message: Message,
    to: &To,
    community: &Community,
    unsubscribe: Option<String>,
) -> Message {
    let (platform, personal) = match to {
        To::Room(room) => (room.platform, false),
        To::Direct(account) => (account.platform, true),
    };
    if platform == Platform::Email {
        let letter = message.letter.get_or_insert_default();
        letter.community.clone_from(&community.slug);
        letter.personal = personal;
        letter.unsubscribe = unsubscribe;
    }
    message
}
