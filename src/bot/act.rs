//! One transaction for what was heard: the event is taken, what it asks is done, and the answer is queued. Where it
//! is refused, a second one notes that after the first was undone.

use super::who::{by_name, level_of, newcomer, not_allowed, not_allowed_unknown};
use super::{Line, Look, Ready, apart, commands, said_of, undoing};
use crate::actions::{Actor, Failure, seen, undo};
use crate::chat::Message;
use crate::chat::command::{Verb, parse};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::outbox::Destination;
use crate::domain::people::member::Permission;
use crate::domain::refusal::Refused;
use crate::storage::{StorageError, Tx, inbox, ledger, members};

/// What came of something heard.
pub(super) enum Acted {
    /// It was done, and the reply is queued: claimed already, and here, where somebody waits for it.
    Done(Option<Ready>),
    /// It had been dealt with.
    Before,
    /// Nothing was done, because what a form showed is not so any more.
    Changed,
    /// It was done, and this is to be whispered.
    Apart(Box<Message>),
}

/// Takes the event, does what it asks and queues the reply; one transaction.
pub(super) async fn act(tx: &mut Tx, line: &Line, look: &Look) -> Result<Acted, Failure> {
    let (ctx, inbound) = (&line.ctx, &line.inbound);
    if !apart::take(tx, line).await? {
        return Ok(Acted::Before);
    }
    if let Some(words) = &line.refusal {
        return Err(Refused::new(words.clone()).into());
    }
    let known = members::by_account(tx, &ctx.community.id, &inbound.from).await?;
    let Some(command) = &line.command else {
        let level = level_of(tx, ctx, known.as_ref(), Permission::Manager).await?;
        return match parse(said_of(inbound), level) {
            Err(error) => Err(Refused::new(error.to_string()).into()),
            Ok(_) => Ok(Acted::Done(None)),
        };
    };
    let needed = match command.spec.verb {
        Verb::Help | Verb::Undo => Permission::Manager,
        _ => command.spec.level,
    };
    let level = level_of(tx, ctx, known.as_ref(), needed).await?;
    if command.spec.level > level {
        return Err(Refused::new(not_allowed(command.spec, known.is_some())).into());
    }
    if let Some(seen) = &line.seen
        && !seen::is_so(tx, &ctx.community, ctx.now, seen).await?
    {
        // Sent again as it is, it is told of the same and not taken for done.
        inbox::give_back(tx, inbound.from.platform, &inbound.event_id).await?;
        return Ok(Acted::Changed);
    }
    // A code says who somebody is whom nobody knows by this account.
    let open = commands::is_for_strangers(command);
    if known.is_none() && inbound.space.is_none() && !open {
        // Nothing of a community is shown to somebody who is neither in its rooms nor known to it.
        return Err(Refused::new(not_allowed_unknown()).into());
    }
    let member = match known {
        Some(member) if line.apart => Some(member),
        Some(member) => Some(by_name(tx, member, inbound).await?),
        None if commands::needs_person(command) => Some(newcomer(tx, line).await?),
        None => None,
    };
    let actor = member.map(|member| Actor {
        member,
        account: inbound.from.clone(),
        level,
    });
    let in_room = match command.spec.verb {
        Verb::Undo => level >= Permission::Organiser,
        // A link that lets its reader in is for nobody else.
        Verb::SignIn => false,
        _ => command.spec.level >= Permission::Organiser,
    };
    let (command, act) = (command.clone(), command.spec.name());
    // What is said apart leaves no trace of who said it.
    let watched = actor
        .as_ref()
        .filter(|_| !line.apart && undoing::keeps_rows(&command));
    if watched.is_some() {
        tx.watch();
    }
    let reply = commands::dispatch(tx, ctx, actor.as_ref(), level, command, inbound, look).await?;
    if let Some(actor) = watched {
        undo::keep(tx, ctx, actor, act).await?;
    }
    if line.apart
        && let Some(answer) = apart::whispered(tx, line, &reply).await?
    {
        return Ok(Acted::Apart(Box::new(answer)));
    }
    Ok(Acted::Done(queue(tx, line, reply, in_room).await?))
}

/// Queues a refusal, after what led to it was undone.
pub(super) async fn refuse(
    tx: &mut Tx,
    line: &Line,
    words: String,
) -> Result<Option<Ready>, StorageError> {
    let (ctx, inbound) = (&line.ctx, &line.inbound);
    if !inbox::take(tx, inbound.from.platform, &inbound.event_id, ctx.now).await? {
        return Ok(None);
    }
    let spec = line.command.as_ref().map(|command| command.spec);
    if let Some(spec) = spec.filter(|spec| spec.level >= Permission::Organiser) {
        let known = members::by_account(tx, &ctx.community.id, &inbound.from).await?;
        let account = inbound.from.to_string();
        let refused = ledger::Audit {
            member: known.as_ref().map(|member| &member.id),
            account: &account,
            via: inbound.from.platform.as_str(),
            act: spec.name(),
            subject: "",
            outcome: "refused",
        };
        ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, refused).await?;
    }
    let in_room = spec.is_some_and(|spec| spec.level >= Permission::Organiser);
    queue(tx, line, Reply::Refused { words }, in_room).await
}

/// Queues a reply: in the organisers' room where it concerns those who run the community, else to the person alone,
/// so that no room reads what is not meant for it. What goes to somebody who waits is claimed at once.
async fn queue(
    tx: &mut Tx,
    line: &Line,
    reply: Reply,
    in_room: bool,
) -> Result<Option<Ready>, StorageError> {
    let inbound = &line.inbound;
    let organisers = line.ctx.organisers();
    let to = match Destination::Room(inbound.room.clone()) {
        room if in_room && organisers.as_ref() == Some(&room) => room,
        _ => Destination::Account(inbound.from.clone()),
    };
    // The event's id may name the account.
    let event = inbox::known_as(&inbound.event_id);
    // The time comes first, so that the answers of one moment are written to one place of the database.
    let subject = format!(
        "{}:{}:{event}",
        line.ctx.now.timestamp_millis(),
        inbound.from.platform
    );
    let brief = is_brief(&reply);
    let reply = Post::Reply {
        reply: Box::new(reply),
    };
    let draft = line.ctx.at_once(subject, to, reply);
    if let (Some(answering), Destination::Account(account)) = (&line.answering, &draft.to) {
        let (platform, terms) = (account.platform, (answering.terms)());
        let claimed = line.ctx.answer(tx, draft, platform, &terms).await?;
        return Ok(match claimed {
            Some(row) if brief => Some((answering.word)(tx, row).await),
            Some(row) => Some((answering.word_later)(row)),
            None => None,
        });
    }
    line.ctx.post(tx, vec![draft]).await?;
    Ok(None)
}

/// Whether the words of a reply need no more than the record of one session, however large the community is.
fn is_brief(reply: &Reply) -> bool {
    matches!(
        reply,
        Reply::Refused { .. }
            | Reply::Answered { .. }
            | Reply::Retracted { .. }
            | Reply::CheckedIn { .. }
            | Reply::Estimated { .. }
    )
}
