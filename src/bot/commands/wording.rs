//! Wordings: listed, shown, given other words, and taken back.

use super::Call;
use crate::actions::{Actor, Done, refused, wording};
use crate::domain::events::reply::Reply;
use crate::domain::events::wording::WordingReply;
use crate::domain::ids::WordingId;
use crate::storage::Tx;
use crate::words::wording::{Wording, check, clean, named};

fn say(what: WordingReply) -> Reply {
    Reply::Wording(what)
}

pub(super) fn list(mut call: Call<'_>) -> Reply {
    let like = call.args.rest().to_lowercase();
    say(WordingReply::List {
        like: like.chars().take(40).collect(),
    })
}

/// Takes the name of a wording.
fn name(call: &mut Call<'_>) -> Done<&'static Wording> {
    let Some(word) = call.args.word() else {
        return call.usage("Say which; “wording list” shows them.");
    };
    match named(&word.text) {
        Ok(wording) => Ok(wording),
        Err(nearest) => {
            let typed: String = word.text.chars().take(40).collect();
            let mean = nearest.map_or(String::new(), |name| format!(" Did you mean “{name}”?"));
            refused(format!(
                "Nothing is called “{typed}”.{mean} “wording list” shows what there is."
            ))
        }
    }
}

pub(super) fn show(mut call: Call<'_>) -> Done<Reply> {
    let name = name(&mut call)?.name.to_owned();
    Ok(say(WordingReply::Shown { name }))
}

pub(super) fn history(mut call: Call<'_>) -> Done<Reply> {
    let name = name(&mut call)?.name.to_owned();
    Ok(say(WordingReply::History { name }))
}

pub(super) async fn set(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let wording = name(&mut call)?;
    let checked = clean(wording, &call.args.rest()).and_then(|(text, cleaned)| {
        check(wording, &text)?;
        Ok((text, cleaned))
    });
    match checked {
        Err(fault) => refused(fault.to_string()),
        Ok((text, _)) if text == wording.text => refused(format!(
            "Those are the usual words. To go back to them: wording reset {}",
            wording.name
        )),
        Ok((text, cleaned)) => {
            let cleaned = cleaned.into();
            let reply = wording::propose(tx, call.ctx, actor, wording.name, text, cleaned);
            Ok(say(reply.await?))
        }
    }
}

pub(super) async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    mut call: Call<'_>,
    yes: bool,
) -> Done<Reply> {
    let id = WordingId::new(call.preview()?);
    Ok(say(if yes {
        wording::accept(tx, call.ctx, actor, &id).await?
    } else {
        wording::dismiss(tx, call.ctx, &id).await?
    }))
}

pub(super) async fn reset(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let wording = name(&mut call)?;
    Ok(say(wording::reset(tx, call.ctx, actor, wording.name).await?))
}
