//! `convene export`: CSV for people, safe in a spreadsheet, of which members and sessions are taken back by
//! `import`; JSON for programs, with everything that is known.

mod attendance;
mod members;
mod sessions;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::json;

use super::Answer;
use super::place::Place;
use crate::storage::export;

/// What to export, and where to.
#[derive(Clone, Debug, clap::Args)]
pub struct ExportArgs {
    /// What to export
    pub what: What,
    /// The file to write, in place of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

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

/// Exports what `args` say of the community of `place`, for people or (`json`) for programs; into a file when one
/// is named.
///
/// # Errors
/// What the database says, or one line when the file cannot be written.
pub async fn run(args: &ExportArgs, json: bool, place: &Place) -> anyhow::Result<Answer> {
    let answer = read(args.what, place).await?;
    let Some(out) = &args.out else {
        return Ok(answer);
    };
    let text = if json {
        format!("{:#}\n", answer.json)
    } else {
        answer.text
    };
    write(out, &text).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(Answer {
        notes: answer.notes,
        ..Answer::done(
            format!("Written to {}.\n", out.display()),
            json!({ "file": out }),
        )
    })
}

/// Writes a file whole or not at all. Nobody but its owner may read it, since it is about people.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Reads `what` of the community of `place`.
///
/// # Errors
/// What the database says.
pub async fn read(what: What, place: &Place) -> anyhow::Result<Answer> {
    let id = place.ctx.community.id.clone();
    match what {
        What::Members => {
            let read = place
                .db
                .read(|tx| Box::pin(async move { export::members(tx, &id).await }));
            let found = read.await?;
            Ok(members::answer(
                &found,
                place.ctx.community.zone,
                place.ctx.now,
            ))
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
