//! `convene import rsvps`.

use std::fmt;

use super::{ImportError, Imported, Report, TableArgs, bad_file, counted, open, settle};
use crate::actions::Context;
use crate::actions::import::rsvps::{AnswerLine, RsvpsReport, import};
use crate::actions::import::{left_out, run as import_all};
use crate::formats::decode::Limits;
use crate::formats::rsvps;
use crate::storage::Db;

pub(super) async fn run(args: &TableArgs, db: &Db, ctx: &Context) -> Result<Imported, ImportError> {
    let (table, problems) = rsvps::examine(
        open(&args.file, args.brought.as_ref())?,
        ctx.community.zone,
        &Limits::default(),
    )
    .map_err(bad_file(&args.file))?;
    let lines = table.rows.into_iter().map(|row| AnswerLine {
        line: row.line,
        session: row.session,
        email: row.email,
        answer: row.answer,
        at: row.at,
    });
    let lines: Vec<AnswerLine> = lines.collect();
    let rehearse = args.dry_run || problems.any();
    let ctx = ctx.clone();
    let ended = import_all(db, rehearse, move |tx| {
        Box::pin(async move { import(tx, &ctx, &lines).await })
    })
    .await;
    Ok(Imported {
        file: args.file.clone(),
        dry_run: args.dry_run,
        notices: table.notices,
        report: Report::Rsvps(settle(&args.file, problems, ended)?),
    })
}

pub(super) fn show(f: &mut fmt::Formatter<'_>, report: &RsvpsReport) -> fmt::Result {
    writeln!(
        f,
        "{} taken, {} known before, {} older than what the same person said later.",
        counted(report.taken, "answer"),
        report.unchanged,
        report.older
    )?;
    let people = if report.people == 1 {
        "1 person".to_owned()
    } else {
        format!("{} people", report.people)
    };
    let sessions = counted(report.sessions, "session");
    writeln!(
        f,
        "{people}, {sessions}; {} for a seat.",
        if report.waiting == 1 {
            "1 waits".to_owned()
        } else {
            format!("{} wait", report.waiting)
        }
    )?;
    if report.forgotten > 0 {
        writeln!(f, "{}", left_out(report.forgotten))?;
    }
    Ok(())
}
