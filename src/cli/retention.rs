//! `convene retention`: what is older than it is kept, told or taken away.

use serde_json::json;

use super::Answer;
use super::place::Place;
use crate::actions::retention::{Old, look};
use crate::domain::retention::Kept;

/// Whether only to look.
#[derive(Clone, Debug, clap::Args)]
pub struct RetentionArgs {
    /// Only say what would go
    #[arg(long)]
    pub dry_run: bool,
}

/// What is older than it is kept in `place`.
///
/// # Errors
/// What the database says.
pub async fn old(place: &Place) -> anyhow::Result<Vec<Old>> {
    let ctx = place.ctx.clone();
    let found = place
        .db
        .read(move |tx| Box::pin(async move { look(tx, &ctx).await }));
    Ok(found.await?)
}

fn what(old: &Old) -> &'static str {
    match (old.kept, old.table) {
        (Kept::Events, _) => "events that no platform delivers again: deleted",
        (Kept::Posts, "materialised") => "notes of how far reminders were written: deleted",
        (Kept::Posts, "drafts") => "drafts that were decided or missed: deleted",
        (Kept::Posts, _) => "posts that are settled: deleted",
        (Kept::Previews, _) => "previews that nobody can confirm any more: deleted",
        (Kept::Audit, _) => "lines of the audit log: deleted",
        (Kept::Consents, _) => "consents that another answer replaced: deleted",
        (Kept::Registrations, "speaker_links") => {
            "links to speakers' pages of sessions that are over: deleted"
        }
        (Kept::Registrations, _) => {
            "registrations that nobody confirmed, and links to those of sessions that are over: deleted"
        }
        (Kept::Guests, "members") => {
            "people who registered and have not come since: forgotten, still counted"
        }
        (Kept::Guests, _) => {
            "names and addresses in reports, of people who have not come since: taken off, still counted"
        }
        (Kept::Left, _) => "people who left: forgotten, still counted",
    }
}

/// Tells what would go, or what went.
pub fn answer(found: &[Old], place: &Place, dry_run: bool) -> Answer {
    let community = &place.ctx.community;
    let mut text = match dry_run {
        true => format!(
            "Nothing was changed. What is older than {} keeps it:\n",
            community.name
        ),
        false => format!("What was older than {} keeps it:\n", community.name),
    };
    for old in found {
        let day = old
            .before
            .with_timezone(&community.zone)
            .format("%-d %b %Y");
        text.push_str(&format!(
            "{:>8}  {:<13} {} ({} days, before {day})\n",
            old.rows,
            old.table,
            what(old),
            old.days
        ));
    }
    let rules = community.settings.retention;
    let for_ever: Vec<&str> = Kept::ALL
        .iter()
        .filter(|kept| rules.days(**kept) == 0)
        .map(|kept| kept.as_str())
        .collect();
    if !for_ever.is_empty() {
        text.push_str(&format!("Kept for ever: {}.\n", for_ever.join(", ")));
    }
    let tables = found.iter().map(|old| {
        json!({
            "kept": old.kept,
            "table": old.table,
            "days": old.days,
            "before": old.before,
            "rows": old.rows,
        })
    });
    let json = json!({
        "community": community.slug,
        "dry_run": dry_run,
        "tables": tables.collect::<Vec<_>>(),
        "rows": found.iter().map(|old| old.rows).sum::<i64>(),
        "kept_for_ever": for_ever,
    });
    Answer::done(text, json)
}
