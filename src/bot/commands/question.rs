//! Questions for meetings.

use super::Call;
use super::meeting::meeting;
use crate::actions::meeting as action;
use crate::actions::{Actor, Done, refused};
use crate::bot::typed;
use crate::chat::command::means_anonymous;
use crate::domain::events::meeting::MeetingReply;
use crate::domain::events::reply::Reply;
use crate::domain::refusal::refuse;
use crate::domain::text::UserText;
use crate::storage::Tx;

/// The longest answer, in characters.
const ANSWER_MAX: usize = 1_000;

pub(super) async fn ask(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = meeting(tx, actor, &mut call).await?;
    let anonymous = match call
        .args
        .option("anonymous")
        .map(str::to_lowercase)
        .as_deref()
    {
        None | Some("no" | "n") => false,
        Some("yes" | "y" | "true" | "1") => true,
        Some(_) => return call.usage("Write anonymous=yes, or leave it out to ask by name."),
    };
    let named = call.args.option("anonymous").is_none();
    if named
        && let Some(word) = call.args.peek().filter(|word| !word.quoted)
        && means_anonymous(&word.text)
    {
        let n = session.number;
        return refused(format!(
            "Nothing is asked yet. So that nobody knows who asks: ask {n} anonymous=yes TEXT. By name, put the question in quotes: ask {n} \"TEXT\""
        ));
    }
    let (text, _) = typed::text(&mut call.args, "question", call.example)?;
    action::ask(tx, call.ctx, actor, &session, text, anonymous).await
}

pub(super) async fn list(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = meeting(tx, actor, &mut call).await?;
    if !call.args.is_empty() {
        return call.usage("Name one meeting.");
    }
    Ok(Reply::Meeting {
        meeting: MeetingReply::Questions {
            session: session.id,
        },
    })
}

/// The number of a question: `q7`, `Q7` or `7`.
fn number(call: &mut Call<'_>) -> Done<i64> {
    let typed = call.args.word().map(|word| word.text.to_lowercase());
    let number = typed
        .as_deref()
        .map(|typed| typed.trim_start_matches('q').parse::<i64>());
    match number {
        Some(Ok(number)) => Ok(number),
        _ => call.usage("Say which question, by its number."),
    }
}

pub(super) async fn answer(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let number = number(&mut call)?;
    let text = UserText::line(&call.args.rest(), ANSWER_MAX)
        .map_err(refuse)?
        .0;
    if text.is_empty() {
        return refused(format!("Say the answer too, for example: {}", call.example));
    }
    action::answer(tx, call.ctx, actor, number, &text).await
}

pub(super) async fn remove(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let number = number(&mut call)?;
    if !call.args.is_empty() {
        return call.usage("Name one question.");
    }
    action::drop_question(tx, call.ctx, actor, number).await
}
