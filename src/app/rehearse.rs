//! `convene rehearse`: every message that would be posted in the coming days, without posting.

use serde_json::json;

use crate::cli::place::Place;
use crate::cli::{Answer, RehearseArgs};
use crate::clock::rehearsal::{Planned, counted, rehearse};
use crate::domain::platform::Platform;

/// Lists what would be posted on the platforms in `connected`.
///
/// # Errors
/// What the database says.
pub async fn run(
    args: &RehearseArgs,
    place: &Place,
    connected: &[Platform],
) -> anyhow::Result<Answer> {
    let (ctx, days, connected) = (place.ctx.clone(), i64::from(args.days), connected.to_vec());
    let found = place.db.read(move |tx| {
        Box::pin(async move { rehearse(tx, &ctx.community, ctx.now, days, &connected).await })
    });
    let found = found.await?;
    let mut text = String::new();
    for planned in &found {
        text.push_str(&shown(planned, place));
    }
    let counted = counted(&found);
    let several = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    text.push_str(&format!(
        "{} in {}",
        several(counted.messages, "message"),
        several(args.days as usize, "day")
    ));
    let kinds = counted.by_kind.iter();
    let kinds: Vec<String> = kinds.map(|(kind, n)| format!("{kind} {n}")).collect();
    if kinds.is_empty() {
        text.push_str(".\n");
    } else {
        text.push_str(&format!(": {}.\n", kinds.join(", ")));
    }
    for need in &counted.needs {
        text.push_str(&format!("Needs you: {need}\n"));
    }
    Ok(Answer::done(text, json!(found)))
}

fn shown(planned: &Planned, place: &Place) -> String {
    let local = planned.due.with_timezone(&place.ctx.community.zone);
    let to = if planned.recipient.is_empty() {
        &planned.destination
    } else {
        &planned.recipient
    };
    let mut text = format!(
        "{}  {to}: {} ({})\n",
        local.format("%a %-d %b %Y %H:%M %Z"),
        planned.subject,
        planned.reason
    );
    for line in planned.text.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    text
}
