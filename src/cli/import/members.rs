//! `convene import members`.

use std::fmt;

use super::{ImportError, Imported, Report, TableArgs, bad_file, counted, open, settle};
use crate::actions::Context;
use crate::actions::import::members::{MemberLine, MembersReport, import};
use crate::actions::import::{left_out, run as import_all};
use crate::domain::platform::{Account, Platform};
use crate::formats::decode::Limits;
use crate::formats::members::{self, MemberRow};
use crate::storage::Db;

pub(super) async fn run(args: &TableArgs, db: &Db, ctx: &Context) -> Result<Imported, ImportError> {
    let (table, problems) =
        members::examine(open(&args.file, args.brought.as_ref())?, &Limits::default())
            .map_err(bad_file(&args.file))?;
    let lines: Vec<MemberLine> = table.rows.into_iter().map(line).collect();
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
        report: Report::Members(settle(&args.file, problems, ended)?),
    })
}

fn line(row: MemberRow) -> MemberLine {
    let accounts = [
        (Platform::Email, row.email.map(String::from)),
        (Platform::Matrix, row.matrix),
        (Platform::Slack, row.slack),
        (Platform::Discord, row.discord),
        (Platform::Local, row.local),
    ];
    let accounts = accounts
        .into_iter()
        .filter_map(|(platform, id)| id.map(|id| Account { platform, id }));
    MemberLine {
        line: row.line,
        name: row.name,
        accounts: accounts.collect(),
        organisation: row.organisation,
        sector: row.sector,
        country: row.country,
        country_source: row.country_source,
        discipline: row.discipline,
        career_stage: row.career_stage,
        role_groups: row.role_groups,
        zone: row.zone,
        onboarded: row.onboarded,
    }
}

pub(super) fn show(f: &mut fmt::Formatter<'_>, report: &MembersReport) -> fmt::Result {
    writeln!(
        f,
        "{} added, {} updated, {} unchanged.",
        counted(report.added, "member"),
        report.updated,
        report.unchanged
    )?;
    if report.joined > 0 {
        let became = if report.joined == 1 {
            "became a member"
        } else {
            "became members"
        };
        writeln!(f, "{} {became}.", counted(report.joined, "contact"))?;
    }
    if report.organisations_added > 0 {
        let added = counted(report.organisations_added, "organisation");
        writeln!(f, "{added} added.")?;
    }
    if report.welcomed > 0 {
        let welcomed = counted(report.welcomed, "newcomer");
        writeln!(f, "{welcomed} welcomed by direct message.")?;
    }
    if report.to_welcome > 0 {
        writeln!(
            f,
            "{} not welcomed yet: “onboarding welcome” in chat shows what they would read and asks; \
             “onboarding welcome nobody” spares them.",
            counted(report.to_welcome, "newcomer"),
        )?;
    }
    if report.forgotten > 0 {
        writeln!(f, "{}", left_out(report.forgotten))?;
    }
    Ok(())
}
