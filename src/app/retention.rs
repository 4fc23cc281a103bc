//! `convene retention`. Forgetting people who left goes through what the built-in chat keeps, as `convene member` does.

use super::member;
use crate::cli::Answer;
use crate::cli::config::Config;
use crate::cli::place::Place;
use crate::cli::retention::{RetentionArgs, answer, old};
use crate::clock::retention;

/// Tells what is older than it is kept; without `--dry-run` it goes.
///
/// # Errors
/// What the database says.
pub async fn run(args: &RetentionArgs, config: &Config, place: &Place) -> anyhow::Result<Answer> {
    let found = old(place).await?;
    if !args.dry_run {
        retention::of(&place.db, &place.ctx).await?;
        member::let_go(config, &place.db).await?;
    }
    Ok(answer(&found, place, args.dry_run))
}
