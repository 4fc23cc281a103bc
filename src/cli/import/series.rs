//! `convene import series`.

use std::fmt;
use std::path::PathBuf;

use super::{Brought, ImportError, Imported, Report, bad_file, counted, open, settle};
use crate::actions::Context;
use crate::actions::import::run as import_all;
use crate::actions::import::series::{Asked, SeriesReport, SessionLine, import};
use crate::domain::refusal::refuse;
use crate::domain::text::{LINE_MAX, UserText};
use crate::domain::when::parse_zone;
use crate::formats::decode::Limits;
use crate::formats::series::{self, SeriesRow};
use crate::storage::Db;

/// A table of sessions, and what it does not say of their series.
#[derive(Clone, Debug, clap::Args)]
pub struct SeriesArgs {
    /// The table, as CSV with headings in any order
    pub file: PathBuf,
    /// The short name of the series, for a table without a column for it. Left out, the only series is meant, or one
    /// named after the file
    #[arg(long, value_name = "SLUG")]
    pub series: Option<String>,
    /// The title of a new series
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The zone of a new series; the community's if left out
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// The rule of a new series, by which a month becomes a date: "last Monday of every month 14:00-15:00"
    #[arg(long, value_name = "PHRASE")]
    pub rule: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What was brought on a page; then the file is only its name.
    #[arg(skip)]
    pub brought: Option<Brought>,
}

pub(super) async fn run(
    args: &SeriesArgs,
    db: &Db,
    ctx: &Context,
) -> Result<Imported, ImportError> {
    let zone = args.zone.as_deref().map(parse_zone).transpose();
    let title = args.title.as_deref();
    let title = title.map(|title| UserText::line(title, LINE_MAX));
    let stem = args.file.file_stem().unwrap_or_default();
    let asked = Asked {
        slug: args.series.clone(),
        title: title.transpose().map_err(refuse)?.map(|(title, _)| title),
        zone: zone.map_err(refuse)?,
        rule: args.rule.clone(),
        file: stem.to_string_lossy().into_owned(),
    };
    let (table, problems) =
        series::examine(open(&args.file, args.brought.as_ref())?, &Limits::default())
            .map_err(bad_file(&args.file))?;
    let lines: Vec<SessionLine> = table.rows.into_iter().map(line).collect();
    let rehearse = args.dry_run || problems.any();
    let ctx = ctx.clone();
    let ended = import_all(db, rehearse, move |tx| {
        Box::pin(async move { import(tx, &ctx, &asked, &lines).await })
    })
    .await;
    let report = settle(&args.file, problems, ended)?;
    let mut notices = table.notices;
    notices.extend(report.notices.iter().cloned());
    Ok(Imported {
        file: args.file.clone(),
        dry_run: args.dry_run,
        notices,
        report: Report::Series(Box::new(report)),
    })
}

fn line(row: SeriesRow) -> SessionLine {
    let speakers = row.speakers.into_iter();
    SessionLine {
        line: row.line,
        series: row.series,
        when: row.when,
        start: row.start,
        zone: row.zone,
        theme: row.theme,
        speakers: speakers.map(|it| (it.name, it.organisation)).collect(),
        link: row.link,
        capacity: row.capacity.map(i64::from),
        mode: row.mode,
    }
}

pub(super) fn show(f: &mut fmt::Formatter<'_>, report: &SeriesReport) -> fmt::Result {
    write!(f, "{} added", counted(report.added, "session"))?;
    let numbers = || report.sessions.iter().map(|session| session.number);
    if let (Some(first), Some(last), 0, 0) = (
        numbers().min(),
        numbers().max(),
        report.updated,
        report.unchanged,
    ) {
        write!(f, " (numbers {first} to {last})")?;
    }
    writeln!(
        f,
        ", {} updated, {} unchanged, in {}.",
        report.updated,
        report.unchanged,
        report.series.join(", ")
    )?;
    writeln!(
        f,
        "{} of {}.",
        counted(report.appearances, "appearance"),
        if report.people == 1 {
            "1 speaker".to_owned()
        } else {
            format!("{} speakers", report.people)
        }
    )
}
