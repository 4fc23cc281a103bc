//! What is older than it is kept goes, a little at a time: each step is a transaction of its own, and whatever is left
//! after one is found by the next.

use chrono::Duration;

use super::privacy::forget;
use super::{Context, Done};
use crate::domain::ids::MemberId;
use crate::domain::retention::{Kept, Retention};
use crate::domain::time::Instant;
use crate::storage::retention::{self, NAMES, Names, ROWS};
use crate::storage::{StorageError, Tx, inbox, settings};

/// How many rows a step takes.
const CHUNK: i64 = 200;
/// How many people of reports a step takes, whose rows are found and renamed one by one.
const PEOPLE: i64 = 50;
/// The day on which a pass was complete.
const PASSED: &str = "retention-day";

/// What of one table is older than it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Old {
    /// As what it is kept.
    pub kept: Kept,
    /// The table.
    pub table: &'static str,
    /// For how many days it is kept.
    pub days: u32,
    /// What is older than this goes.
    pub before: Instant,
    /// How many rows.
    pub rows: i64,
}

/// What is older than it is kept, table by table, also where that is nothing; `kept_events` says how long events are
/// remembered, which are not one community's.
///
/// # Errors
/// What the database says.
pub async fn look(tx: &mut Tx, ctx: &Context) -> Result<Vec<Old>, StorageError> {
    let (rules, community) = (ctx.community.settings.retention, &ctx.community.id);
    let mut found = Vec::new();
    for kept in Kept::ALL {
        let Some(before) = rules.before(*kept, ctx.now) else {
            continue;
        };
        let mut add = |table, rows| {
            found.push(Old {
                kept: *kept,
                table,
                days: rules.days(*kept),
                before,
                rows,
            });
        };
        for rows in ROWS.iter().filter(|rows| rows.kept == *kept) {
            add(rows.table, rows.count(tx, community, before).await?);
        }
        match kept {
            Kept::Events => add("inbox", retention::count_events(tx, before).await?),
            Kept::Posts => {
                add(
                    "materialised",
                    retention::count_marks(tx, community, before).await?,
                );
            }
            Kept::Guests => {
                for names in NAMES {
                    add(names.table, names.count(tx, community, before).await?);
                }
                add(
                    "members",
                    retention::count_registrants(tx, community, before).await?,
                );
            }
            Kept::Left => add(
                "members",
                retention::count_left(tx, community, before).await?,
            ),
            Kept::Previews | Kept::Audit | Kept::Consents | Kept::Registrations => {}
        }
    }
    Ok(found)
}

/// How far a pass has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    part: usize,
    after: String,
    /// Rows so far.
    pub rows: u64,
}

/// One step of a pass: a few rows of one table. Answers how far it has come, or how many rows there were in all when
/// nothing is left.
///
/// # Errors
/// What the database says.
pub async fn step(
    tx: &mut Tx,
    ctx: &Context,
    mut progress: Progress,
) -> Done<Result<Progress, u64>> {
    let (rules, community) = (ctx.community.settings.retention, &ctx.community.id);
    let before = |kept| rules.before(kept, ctx.now);
    if let Some(rows) = ROWS.get(progress.part) {
        let next = match before(rows.kept) {
            Some(before) => {
                let after = &progress.after;
                let (gone, next) = rows.delete(tx, community, before, after, CHUNK).await?;
                progress.rows += gone;
                next
            }
            None => None,
        };
        progress.part += usize::from(next.is_none());
        progress.after = next.unwrap_or_default();
        return Ok(Ok(progress));
    }
    let gone = match progress.part - ROWS.len() {
        0 => match before(Kept::Posts) {
            Some(before) => retention::delete_marks(tx, community, before, CHUNK).await?,
            None => 0,
        },
        1 => match before(Kept::Guests) {
            Some(before) => Names::take_off(tx, &ctx.mint, community, before, PEOPLE).await?,
            None => 0,
        },
        2 => match before(Kept::Guests) {
            Some(before) => {
                let found = retention::registrants(tx, community, before, 1).await?;
                forget_all(tx, ctx, &found, "somebody who registered").await?
            }
            None => 0,
        },
        3 => match before(Kept::Left) {
            Some(before) => {
                let found = retention::left(tx, community, before, 1).await?;
                forget_all(tx, ctx, &found, "somebody who left").await?
            }
            None => 0,
        },
        _ => {
            let today = ctx.today().to_string();
            settings::set(tx, Some(community), PASSED, &today).await?;
            return Ok(Err(progress.rows));
        }
    };
    progress.rows += gone;
    progress.part += usize::from(gone == 0);
    Ok(Ok(progress))
}

/// Forgets people; answers how many that were.
async fn forget_all(tx: &mut Tx, ctx: &Context, found: &[MemberId], who: &str) -> Done<u64> {
    for member in found {
        forget::grown_old(tx, ctx, member, who).await?;
    }
    Ok(found.len() as u64)
}

/// Whether today's pass is still to be made.
///
/// # Errors
/// What the database says.
pub async fn is_due(tx: &mut Tx, ctx: &Context) -> Result<bool, StorageError> {
    let passed = settings::get(tx, Some(&ctx.community.id), PASSED).await?;
    Ok(passed.as_deref() != Some(ctx.today().to_string().as_str()))
}

/// Forgets events that no platform delivers again. They are the whole service's, so `rules` are those of all its
/// communities, and the longest time counts.
///
/// # Errors
/// What the database says.
pub async fn forget_events(
    tx: &mut Tx,
    now: Instant,
    rules: &[Retention],
) -> Result<u64, StorageError> {
    match rules.iter().map(|rules| rules.events_days).max() {
        None | Some(0) => Ok(0),
        Some(days) => inbox::forget_before(tx, now - Duration::days(i64::from(days))).await,
    }
}
