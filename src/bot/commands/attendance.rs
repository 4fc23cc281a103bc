//! Who came, as organisers write it down.

use super::Call;
use crate::actions::{Actor, Done, attendance, refused, review as action};
use crate::bot::reference;
use crate::chat::command::Verb;
use crate::domain::events::attendance::Decision;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::Session;
use crate::domain::refusal::refuse;
use crate::domain::text::UserText;
use crate::storage::Tx;

pub(super) async fn count(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let two = call.args.peek_second().is_some();
    let session = if two {
        reference::session(tx, call.ctx, &mut call.args, call.inbound).await?
    } else {
        return call.usage("Say the session and how many came.");
    };
    let Ok(heads) = call.args.rest().replace([',', ' '], "").parse::<i64>() else {
        return call.usage("Say how many came, as a number.");
    };
    let reply = attendance::estimate(tx, call.ctx, &session, heads).await?;
    call.ctx
        .audit(
            tx,
            actor,
            "attendance count",
            &format!("session {}", session.number),
        )
        .await?;
    Ok(reply)
}

/// The session that was named, else the last of this month.
async fn held(tx: &mut Tx, call: &mut Call<'_>) -> Done<Session> {
    let month = chrono::Duration::days(31);
    reference::held_session(tx, call.ctx, &mut call.args, call.inbound, month).await
}

pub(super) async fn list(tx: &mut Tx, actor: &Actor, mut call: Call<'_>) -> Done<Reply> {
    let session = held(tx, &mut call).await?;
    let rest = call.args.rest();
    let mut names = Vec::new();
    for name in rest
        .split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        names.push(UserText::line(name, 200).map_err(refuse)?.0);
    }
    if names.is_empty() {
        return call.usage("Say who came, with ; between the names.");
    }
    let reply = attendance::list(tx, call.ctx, &session, &names).await?;
    call.ctx
        .audit(
            tx,
            actor,
            "attendance list",
            &format!("session {}", session.number),
        )
        .await?;
    Ok(reply)
}

pub(super) async fn review(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let session = held(tx, &mut call).await?;
    Ok(Reply::Review {
        session: session.id,
    })
}

pub(super) async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    verb: Verb,
    mut call: Call<'_>,
) -> Done<Reply> {
    let Some(row) = call.args.word() else {
        return call.usage("Say which name of the report; the buttons of “attendance review” do.");
    };
    if verb == Verb::AttendanceGuest && !row.quoted && row.text.eq_ignore_ascii_case("all") {
        let session = held(tx, &mut call).await?;
        return action::decide_guests(tx, call.ctx, actor, &session).await;
    }
    let row = action::called(tx, call.ctx, &row.text).await?;
    let name = call.args.rest();
    let decision = match verb {
        Verb::AttendanceMatch => Decision::Matched,
        Verb::AttendanceGuest => Decision::Guest,
        _ => Decision::Ignored,
    };
    let name = (!name.is_empty()).then_some(name);
    action::decide(tx, call.ctx, actor, &row, decision, name.as_deref()).await
}

pub(super) async fn summary(tx: &mut Tx, mut call: Call<'_>) -> Done<Reply> {
    let session = held(tx, &mut call).await?;
    if !session.has_begun(call.ctx.now) {
        return refused(format!(
            "Session {n} has not begun yet. “session answers {n}” shows who answered.",
            n = session.number
        ));
    }
    Ok(Reply::Summary {
        session: session.id,
    })
}
