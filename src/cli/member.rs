//! `convene member`: what is held on one person, and forgetting them.

use clap::Subcommand;
use serde_json::json;

use super::Answer;
use super::place::Place;
use crate::actions::Failure;
use crate::actions::privacy::forget::{self, By};
use crate::actions::privacy::held;
use crate::chat::plain;
use crate::domain::people::erasure::Forgets;
use crate::domain::text::UserText;
use crate::words::privacy;
use crate::words::view::Reader;
use crate::words::wording::Wordings;

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Act {
    /// Print everything that is held on one person; all of it as JSON with --json
    Export {
        /// A member's id, an account as platform:id, or an e-mail address
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Take one person out of everything; what they did stays counted, under no name
    Forget {
        /// A member's id, an account as platform:id, or an e-mail address
        #[arg(value_name = "ID")]
        id: String,
        /// Only say what would go and what would stay
        #[arg(long)]
        dry_run: bool,
    },
}

/// Prints what is held on a person.
///
/// # Errors
/// One line when there is no such person.
pub async fn export(id: &str, place: &Place) -> anyhow::Result<Answer> {
    let (ctx, typed) = (place.ctx.clone(), id.to_owned());
    let found = place.db.read(move |tx| {
        Box::pin(async move {
            let member = forget::meant(tx, &ctx.community.id, &typed).await?;
            Ok::<_, Failure>(held::of(tx, &ctx, &member).await?)
        })
    });
    let Some(found) = found.await? else {
        anyhow::bail!("that person is not there any more");
    };
    let name = UserText::trusted(found.traces.word("name"));
    let read = held::to_read(&found, &place.ctx);
    let message = privacy::held(&read, Some(&name), &reader(place));
    let text = format!("{}\n", plain::message(&message));
    Ok(Answer::done(text, held::to_json(&found, &place.ctx)))
}

fn reader(place: &Place) -> Reader {
    Reader {
        zones: vec![place.ctx.community.zone],
        prefix: "".into(),
        now: place.ctx.now,
        name: None,
        wordings: Wordings::default(),
    }
}

/// Says what would go and what would stay.
///
/// # Errors
/// One line when there is no such person, or they manage by the configuration.
pub async fn would_forget(id: &str, place: &Place) -> anyhow::Result<Answer> {
    let (ctx, typed) = (place.ctx.clone(), id.to_owned());
    let found = place.db.read(move |tx| {
        Box::pin(async move {
            let member = forget::meant(tx, &ctx.community.id, &typed).await?;
            forget::preview(tx, &ctx, &member).await
        })
    });
    let found: Forgets = found.await?;
    let mut text = String::from("Nothing was changed. Forgetting this person would do this:\n");
    text.push_str(&told(&found, false));
    Ok(Answer::done(text, json_of(&found, true)))
}

/// Forgets a person.
///
/// # Errors
/// One line when there is no such person, or they manage by the configuration.
pub async fn forget(id: &str, place: &Place) -> anyhow::Result<Answer> {
    let (ctx, typed) = (place.ctx.clone(), id.to_owned());
    let done = place.db.write(move |tx| {
        Box::pin(async move {
            let member = forget::meant(tx, &ctx.community.id, &typed).await?;
            let by = By {
                member: None,
                account: "command line",
                via: "cli",
            };
            forget::forget(tx, &ctx, &member, &by).await
        })
    });
    let done: Forgets = done.await?;
    let text = format!("Forgotten.\n{}", told(&done, true));
    Ok(Answer::done(text, json_of(&done, false)))
}

fn told(forgets: &Forgets, done: bool) -> String {
    let mut text = plain::message(&privacy::for_managers(forgets, done));
    text.push('\n');
    text
}

fn json_of(forgets: &Forgets, dry_run: bool) -> serde_json::Value {
    let counts = |list: &[(i64, [String; 2])]| -> serde_json::Value {
        list.iter()
            .map(|(count, [one, _])| (one.clone(), json!(count)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let texts = forgets.texts.iter();
    let texts = texts.map(|(table, after)| json!({ "table": table, "without": after }));
    json!({
        "dry_run": dry_run,
        "goes": counts(&forgets.goes),
        "stays": counts(&forgets.stays),
        "seats_given_back": forgets.seats,
        "parts_given_up": forgets.parts,
        "texts": texts.collect::<Vec<_>>(),
    })
}
