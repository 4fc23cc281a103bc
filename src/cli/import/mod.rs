//! `convene import`: reads a table or a report that somebody brought, has the action take all of it or nothing,
//! and says what was done or every line that stands in the way.

mod attendance;
mod members;
mod rsvps;
mod series;

use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

pub use attendance::{Attended, ReportArgs};
pub use series::SeriesArgs;

use super::Answer;
use super::place::Place;
use crate::actions::Context;
use crate::actions::import::Stopped;
use crate::actions::import::members::MembersReport;
use crate::actions::import::rsvps::RsvpsReport;
use crate::actions::import::series::SeriesReport;
use crate::domain::refusal::Refused;
use crate::formats::problems::{self, Problems};
use crate::storage::{Db, StorageError};

/// What to import.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Import {
    /// A table of members: name, email, organisation, sector, country, discipline, role_groups, zone, matrix,
    /// slack, discord, onboarded
    Members(TableArgs),
    /// A table of sessions: series, date or month, start, zone, theme, speakers, link, capacity, mode
    Series(SeriesArgs),
    /// A table of answers: session, email, answer, at
    Rsvps(TableArgs),
    /// The attendance report of a webinar or a meeting, as the video platform gives it
    Attendance(ReportArgs),
}

/// A table.
#[derive(Clone, Debug, clap::Args)]
pub struct TableArgs {
    /// The table, as CSV with headings in any order
    pub file: PathBuf,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What was brought on a page; then the file is only its name.
    #[arg(skip)]
    pub brought: Option<Brought>,
}

/// The bytes of a file that was brought on a page.
pub type Brought = Arc<[u8]>;

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The file.
    pub file: PathBuf,
    /// Whether it was only tried.
    pub dry_run: bool,
    /// How the file was read, where that is not plain, and what else its owner should know.
    pub notices: Vec<String>,
    /// What was done.
    pub report: Report,
}

/// What was done, by kind of import.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// Of members.
    Members(MembersReport),
    /// Of sessions.
    Series(Box<SeriesReport>),
    /// Of answers.
    Rsvps(RsvpsReport),
    /// Of who came.
    Attendance(Box<Attended>),
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be opened.
    #[error("Cannot read {}: {reason}. Check the path.", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file was refused, with every bad line.
    #[error("{problems}")]
    BadFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problems: problems::Refused,
    },
    /// It was refused for another reason.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Imports what `import` says.
///
/// # Errors
/// [`ImportError`]; nothing was changed then.
pub async fn run(import: &Import, db: &Db, ctx: &Context) -> Result<Imported, ImportError> {
    match import {
        Import::Members(args) => members::run(args, db, ctx).await,
        Import::Series(args) => series::run(args, db, ctx).await,
        Import::Rsvps(args) => rsvps::run(args, db, ctx).await,
        Import::Attendance(args) => attendance::run(args, db, ctx).await,
    }
}

/// How long one import may take. It is one transaction; whoever waits for the database meanwhile waits.
pub const LIMIT: Duration = Duration::from_secs(120);

/// Imports what `import` says in `place`, and says what came of it.
///
/// # Errors
/// One line, when nothing was imported for a reason that is not in the file.
pub async fn answer(import: &Import, place: &Place) -> anyhow::Result<Answer> {
    match run(import, &place.db, &place.ctx).await {
        Ok(imported) => Ok(Answer {
            notes: imported.notices.clone(),
            ..Answer::done(imported.to_string(), imported.to_json())
        }),
        Err(ImportError::BadFile { file, problems }) => Ok(Answer {
            text: format!("{problems}\n"),
            json: bad_lines(&problems),
            notes: Vec::new(),
            trouble: Some(format!(
                "{} was not imported: {}. Nothing was changed.",
                file.display(),
                counted(problems.total as u64, "bad line")
            )),
        }),
        Err(other) => Err(other.into()),
    }
}

fn open(path: &Path, brought: Option<&Brought>) -> Result<Box<dyn Read + Send>, ImportError> {
    if let Some(bytes) = brought {
        return Ok(Box::new(Cursor::new(Arc::clone(bytes))));
    }
    let file = File::open(path).map_err(|error| ImportError::Unreadable {
        file: path.to_owned(),
        reason: error.kind().to_string(),
    })?;
    Ok(Box::new(file))
}

fn bad_file(path: &Path) -> impl FnOnce(problems::Refused) -> ImportError {
    let file = path.to_owned();
    |problems| ImportError::BadFile { file, problems }
}

/// Joins what reading the file found with what the action found, so that every bad line is named at once. The
/// action must have been rehearsed only when `problems` has any.
fn settle<R>(
    path: &Path,
    mut problems: Problems,
    ended: Result<R, Stopped>,
) -> Result<R, ImportError> {
    let report = match ended {
        Ok(report) => Some(report),
        Err(Stopped::BadLines(bad)) => {
            // One reason for a line is enough: the second is often a consequence of the first.
            let unnamed = bad.0.into_iter().filter(|bad| !problems.names(bad.line));
            for bad in unnamed.collect::<Vec<_>>() {
                problems.add(bad.line, bad.reason);
            }
            None
        }
        Err(Stopped::Refused(refused)) if !problems.any() => return Err(refused.into()),
        Err(Stopped::Refused(refused)) => {
            problems.add(None, refused.0);
            None
        }
        Err(Stopped::Storage(error)) => return Err(error.into()),
    };
    let report = problems.finish(report).map_err(bad_file(path))?;
    report.ok_or_else(|| StorageError::NotFound.into())
}

impl Imported {
    /// The same for programs.
    pub fn to_json(&self) -> Value {
        let mut object = match &self.report {
            Report::Members(report) => json!(report),
            Report::Series(report) => json!(report),
            Report::Rsvps(report) => json!(report),
            Report::Attendance(attended) => return attendance::to_json(attended),
        };
        object["dry_run"] = json!(self.dry_run);
        object
    }
}

/// What is wrong with a file, for programs.
fn bad_lines(problems: &problems::Refused) -> Value {
    let lines = problems.problems.iter().map(|problem| {
        json!({ "line": problem.line, "column": problem.column, "reason": problem.reason })
    });
    json!({ "bad_lines": lines.collect::<Vec<_>>(), "total": problems.total })
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.report {
            Report::Members(report) => members::show(f, report)?,
            Report::Series(report) => series::show(f, report)?,
            Report::Rsvps(report) => rsvps::show(f, report)?,
            Report::Attendance(attended) => attendance::show(f, attended)?,
        }
        if self.dry_run {
            writeln!(f, "This was a dry run: nothing was changed.")?;
        }
        Ok(())
    }
}

/// `1 session`, `2 sessions`.
fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
