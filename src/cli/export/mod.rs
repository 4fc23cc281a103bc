//! `convene export`: CSV for people, safe in a spreadsheet and taken back by `import`; JSON for programs,
//! with everything that is known.

mod attendance;
mod members;
mod sessions;

use clap::ValueEnum;
use serde_json::json;

use super::Answer;
use super::place::Place;
use crate::storage::export;

/// What to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// People, in the columns that “import members” takes
    Members,
    /// Sessions, in the columns that “import series” takes
    Sessions,
    /// Who came to which session, one line for each person and source
    Attendance,
    /// Every row of every table of the community, as JSON
    Everything,
}

/// Exports `what` of the community of `place`.
///
/// # Errors
/// What the database says.
pub async fn run(what: What, place: &Place) -> anyhow::Result<Answer> {
    let id = place.ctx.community.id.clone();
    match what {
        What::Members => {
            let read = place
                .db
                .read(|tx| Box::pin(async move { export::members(tx, &id).await }));
            let found = read.await?;
            Ok(members::answer(&found, place.ctx.community.zone))
        }
        What::Sessions => {
            let read = place
                .db
                .read(|tx| Box::pin(async move { export::sessions(tx, &id).await }));
            let found = read.await?;
            Ok(sessions::answer(&found))
        }
        What::Attendance => {
            let read = place
                .db
                .read(|tx| Box::pin(async move { export::attendance(tx, &id).await }));
            let found = read.await?;
            Ok(attendance::answer(&found, place.ctx.community.zone))
        }
        What::Everything => {
            let read = place
                .db
                .read(|tx| Box::pin(async move { export::tables(tx, &id).await }));
            let tables = read.await?;
            let json = json!({
                "format": "convene-export",
                "version": env!("CARGO_PKG_VERSION"),
                "community": place.ctx.community.slug,
                "at": place.ctx.now,
                "tables": tables,
            });
            // There is no table of everything, so people get what programs get.
            Ok(Answer::done(format!("{json:#}\n"), json))
        }
    }
}
