//! What people allow, said by themselves; and what organisers ask about it.

use super::Call;
use crate::actions::privacy::consent;
use crate::actions::{Actor, Done, people, refused};
use crate::bot::{reference, typed};
use crate::domain::events::reply::Reply;
use crate::domain::people::consent::{ConsentReply, Purpose};
use crate::domain::people::privacy::PrivacyReply;
use crate::domain::refusal::refuse;
use crate::storage::Tx;

fn answer(consent: ConsentReply) -> Reply {
    Reply::Privacy(PrivacyReply::Consent { about: consent })
}

fn yes_or_no(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "yes" | "y" | "on" | "agree" => Some(true),
        "no" | "n" | "off" | "withdraw" => Some(false),
        _ => None,
    }
}

pub(super) async fn own(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let Some(word) = call.args.word() else {
        return Ok(answer(ConsentReply::All));
    };
    let purpose: Purpose = word.text.to_lowercase().parse().map_err(refuse)?;
    let Some(said) = call.args.word() else {
        return Ok(answer(ConsentReply::One { purpose }));
    };
    let Some(yes) = yes_or_no(&said.text) else {
        return call.usage("Say yes or no.");
    };
    let version = call.args.rest();
    let reply = consent::say(tx, call.ctx, actor, purpose, yes, &version).await?;
    Ok(answer(reply))
}

pub(super) async fn list(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let Some(word) = call.args.word() else {
        let purposes: Vec<&str> = Purpose::ALL.iter().map(|one| one.as_str()).collect();
        return refused(format!(
            "Say for what: {}. For example: {}",
            purposes.join(", "),
            call.example
        ));
    };
    let purpose: Purpose = word.text.to_lowercase().parse().map_err(refuse)?;
    let session = match call.args.is_empty() {
        true => None,
        false => Some(reference::session(tx, call.ctx, &mut call.args, call.inbound).await?),
    };
    Ok(answer(ConsentReply::People {
        purpose,
        session: session.map(|session| session.id),
    }))
}

pub(super) async fn note(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let (Some(who), Some(purpose), Some(said)) =
        (call.args.word(), call.args.word(), call.args.word())
    else {
        return call.usage("Say who, for what, yes or no, and how they said it.");
    };
    let purpose: Purpose = purpose.text.to_lowercase().parse().map_err(refuse)?;
    let Some(yes) = yes_or_no(&said.text) else {
        return call
            .usage("Say yes or no behind the purpose; a name of several words stands in quotes.");
    };
    let member = people::named(tx, call.ctx, &who.text).await?;
    let (how, _) = match call.args.is_empty() {
        true => Default::default(),
        false => typed::text(&mut call.args, "how", call.example)?,
    };
    let reply = consent::note(tx, call.ctx, actor, &member, purpose, yes, &how).await?;
    Ok(answer(reply))
}
