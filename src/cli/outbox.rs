//! `convene outbox`: what waits to be posted, what failed, what nobody knows, and what to do.

use clap::Subcommand;
use serde_json::json;

use super::Answer;
use super::place::Place;
use crate::actions::{Context, Failure, outbox as acts};
use crate::domain::ids::OutboxId;
use crate::domain::outbox::OutboxState;
use crate::storage::outbox::{self, Listed};
use crate::storage::{StorageError, Tx, ledger};

/// What to do with the outbox.
#[derive(Clone, Debug, Subcommand)]
pub enum Act {
    /// List what has not been posted
    List {
        /// Only rows in this state: ready, leased, unknown, missed or dead
        #[arg(long, value_name = "STATE")]
        state: Option<OutboxState>,
    },
    /// Post a row now that was missed, failed or is unknown, however late it is
    Retry {
        /// The row's id, from the list; or `held` for all that were due before a restore
        #[arg(value_name = "ROW|held")]
        id: String,
    },
    /// Forget a row that was not posted
    Drop {
        /// The row's id, from the list; `missed` for all that were missed; or `held` for all that were due before
        /// a restore
        #[arg(value_name = "ROW|missed|held")]
        id: String,
    },
    /// Hold everything that would be posted unasked; answers still go out
    Pause,
    /// Post again
    Resume,
    /// After the database was put back by other means than `restore`, and before the service starts: decide
    /// yourself on everything that was due until now
    Hold,
}

/// Every state in which somebody may want to know of a row.
const OPEN: [OutboxState; 6] = [
    OutboxState::Dead,
    OutboxState::Unknown,
    OutboxState::Missed,
    OutboxState::Leased,
    OutboxState::Drafted,
    OutboxState::Ready,
];

/// Does `act` in `place`.
///
/// # Errors
/// One line when there is no such row.
pub async fn run(act: &Act, place: &Place) -> anyhow::Result<Answer> {
    match act {
        Act::List { state } => list(place, *state).await,
        Act::Retry { id } if id == "held" => {
            let ctx = place.ctx.clone();
            let done = place.db.write(move |tx| {
                Box::pin(async move {
                    let rows = outbox::retry_held(tx, &ctx.community.id, ctx.now).await?;
                    note(tx, &ctx, "outbox retry", "held").await?;
                    Ok::<_, Failure>(rows)
                })
            });
            Ok(all_said(done.await?, "will be posted"))
        }
        Act::Drop { id } if id == "held" || id == "missed" => {
            let (ctx, held) = (place.ctx.clone(), id == "held");
            let done = place.db.write(move |tx| {
                Box::pin(async move {
                    let rows = if held {
                        outbox::drop_held(tx, &ctx.community.id).await?
                    } else {
                        outbox::drop_missed(tx, &ctx.community.id).await?
                    };
                    let which = if held { "held" } else { "missed" };
                    note(tx, &ctx, "outbox drop", which).await?;
                    Ok::<_, Failure>(rows)
                })
            });
            Ok(all_said(done.await?, "dropped"))
        }
        Act::Retry { id } => {
            let row = OutboxId::new(id);
            let ctx = place.ctx.clone();
            let done = place.db.write(move |tx| {
                Box::pin(async move {
                    acts::retry(tx, &ctx, &row).await?;
                    note(tx, &ctx, "outbox retry", row.as_str()).await
                })
            });
            done.await?;
            Ok(said(id, "will be posted again"))
        }
        Act::Drop { id } => {
            let row = OutboxId::new(id);
            let ctx = place.ctx.clone();
            let done = place.db.write(move |tx| {
                Box::pin(async move {
                    acts::forget(tx, &ctx, &row).await?;
                    note(tx, &ctx, "outbox drop", row.as_str()).await
                })
            });
            done.await?;
            Ok(said(id, "is dropped"))
        }
        Act::Pause => hold(place, true).await,
        Act::Resume => hold(place, false).await,
        Act::Hold => hold_due(place).await,
    }
}

fn said(id: &str, what: &str) -> Answer {
    Answer::done(
        format!("{id} {what}.\n"),
        json!({ "id": id, "result": what }),
    )
}

fn all_said(rows: u64, what: &str) -> Answer {
    let s = if rows == 1 { "" } else { "s" };
    Answer::done(
        format!("{rows} message{s} {what}.\n"),
        json!({ "rows": rows, "result": what }),
    )
}

/// Leaves what is due to the operator, in every community of the database: they were all put back.
async fn hold_due(place: &Place) -> anyhow::Result<Answer> {
    let ctx = place.ctx.clone();
    let done = place.db.write(move |tx| {
        Box::pin(async move {
            outbox::hold_until(tx, ctx.now).await?;
            note(tx, &ctx, "outbox hold", "outbox").await?;
            Ok::<_, Failure>(outbox::count_held(tx, &ctx.community.id).await?)
        })
    });
    let rows = done.await?;
    Ok(Answer::done(
        format!(
            "Whatever was due until now is not posted without you: {rows} so far, and what the service finds when it starts.\n"
        ),
        json!({ "held": rows }),
    ))
}

async fn hold(place: &Place, paused: bool) -> anyhow::Result<Answer> {
    let ctx = place.ctx.clone();
    let done = place.db.write(move |tx| {
        Box::pin(async move {
            acts::set_paused(tx, &ctx, paused).await?;
            let act = if paused {
                "outbox pause"
            } else {
                "outbox resume"
            };
            note(tx, &ctx, act, "outbox").await
        })
    });
    done.await?;
    let text = if paused {
        "Held: nothing is posted unasked until “convene outbox resume”. Answers still go out.\n"
    } else {
        "Posting again. What became useless meanwhile is listed as missed.\n"
    };
    Ok(Answer::done(text, json!({ "paused": paused })))
}

/// Whoever sits at the command line leaves a trace like everybody else.
async fn note(tx: &mut Tx, ctx: &Context, act: &str, subject: &str) -> Result<(), Failure> {
    let line = ledger::Audit {
        member: None,
        account: "cli",
        via: "cli",
        act,
        subject,
        outcome: "done",
    };
    ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, line).await?;
    Ok(())
}

async fn list(place: &Place, state: Option<OutboxState>) -> anyhow::Result<Answer> {
    let states = state.map_or(OPEN.to_vec(), |state| vec![state]);
    let (id, asked) = (place.ctx.community.id.clone(), states.clone());
    let found = place.db.read(|tx| {
        Box::pin(async move {
            let rows = outbox::list(tx, &id, &asked).await?;
            let paused = outbox::paused_since(tx, &id).await?;
            Ok::<_, StorageError>((rows, paused))
        })
    });
    let (rows, paused) = found.await?;
    let mut text = String::new();
    if let Some(since) = paused {
        let local = since.with_timezone(&place.ctx.community.zone);
        text.push_str(&format!(
            "Held since {}; “convene outbox resume” lets it go on.\n",
            local.format("%a %-d %b %Y %H:%M %Z")
        ));
    }
    for state in states {
        let mine: Vec<&Listed> = rows.iter().filter(|row| row.state == state).collect();
        if mine.is_empty() {
            continue;
        }
        text.push_str(&format!("{}: {}\n", heading(state), mine.len()));
        for row in mine {
            text.push_str(&line(row, place));
        }
    }
    if rows.is_empty() {
        text.push_str("Nothing waits.\n");
    }
    let json = rows.iter().map(|row| {
        json!({
            "id": row.id,
            "kind": row.kind.as_str(),
            "subject": row.subject,
            "destination": row.destination,
            "due": row.due_at,
            "state": row.state,
            "attempts": row.attempts,
            "next_try": row.next_try_at,
            "note": row.note,
        })
    });
    let json = json!({ "paused_since": paused, "rows": json.collect::<Vec<_>>() });
    Ok(Answer::done(text, json))
}

fn line(row: &Listed, place: &Place) -> String {
    let local = row.due_at.with_timezone(&place.ctx.community.zone);
    let note = row
        .note
        .as_ref()
        .map_or(String::new(), |note| format!(" ({note})"));
    format!(
        "  {}  {}  {} to {}{note}\n",
        row.id,
        local.format("%a %-d %b %Y %H:%M %Z"),
        row.kind,
        row.destination
    )
}

/// What a state means, and what can be done.
fn heading(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Ready => "Waiting for their time (drop)",
        OutboxState::Drafted => "Waiting for an organiser (drop; let go in chat)",
        OutboxState::Leased => "Being posted just now",
        OutboxState::Unknown => "Perhaps posted, nobody knows (look, then retry or drop)",
        OutboxState::Missed => "Not posted in time (retry or drop)",
        OutboxState::Dead => "Failed (retry or drop)",
        OutboxState::Sent => "Posted",
        OutboxState::Cancelled => "Taken back",
    }
}
