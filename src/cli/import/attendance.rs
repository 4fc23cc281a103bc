//! `convene import attendance`.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Brought, ImportError, Imported, Report, bad_file, counted, open, settle};
use crate::actions::import::attendance::{AttendanceReport, Present, import};
use crate::actions::import::{Stopped, reference, run as import_all};
use crate::actions::{Context, Failure};
use crate::domain::events::attendance::Role;
use crate::domain::refusal::refuse;
use crate::domain::when::parse_zone;
use crate::formats::attendance::{self as format, Asked, People, ReportCounts};
use crate::formats::decode::Limits;
use crate::formats::problems::Problems;
use crate::storage::{Db, StorageError, sessions};

/// The attendance report of a webinar or a meeting.
#[derive(Clone, Debug, clap::Args)]
pub struct ReportArgs {
    /// The report, as the video platform gives it
    pub file: PathBuf,
    /// Whose report it is: a session's number, or its series and date as in "ks 2026-10-26"
    #[arg(long, value_name = "REF")]
    pub session: String,
    /// The zone of the account that made the report, which no report names; the community's if left out
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What was brought on a page; then the file is only its name.
    #[arg(skip)]
    pub brought: Option<Brought>,
}

/// What the report says, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    /// The session's number.
    pub number: i64,
    /// The session, by number and date.
    pub session: String,
    /// What the report counts.
    pub counts: ReportCounts,
    /// Who of it is known, and who is not.
    pub settled: AttendanceReport,
}

pub(super) async fn run(
    args: &ReportArgs,
    db: &Db,
    ctx: &Context,
) -> Result<Imported, ImportError> {
    let (asking, typed) = (ctx.clone(), args.session.clone());
    let found = db
        .read(|tx| Box::pin(async move { reference::session(tx, &asking, &typed).await }))
        .await;
    let session = found.map_err(|failure| match failure {
        Failure::Refused(refused) => ImportError::Refused(refused),
        Failure::Storage(error) => ImportError::Storage(error),
    })?;
    let zone = args.zone.as_deref().map(parse_zone).transpose();
    let zone = zone.map_err(refuse)?;
    let asked = Asked {
        zone: zone.unwrap_or(ctx.community.zone),
        day: None,
    };
    let asked = Asked {
        day: Some(session.starts_at.with_timezone(&asked.zone).date_naive()),
        ..asked
    };
    let report = format::read(
        open(&args.file, args.brought.as_ref())?,
        asked,
        &Limits::default(),
    )
    .map_err(bad_file(&args.file))?;
    let mut notices = report.notices.clone();
    if zone.is_none() {
        notices.push(format!(
            "Times were read as those of {}. If the account is set to another zone, say --zone.",
            asked.zone
        ));
    }
    let people = report.people();
    let began = report.rows.iter().filter_map(|row| row.join).min();
    let present = present(&report, &people);
    let (ctx, id) = (ctx.clone(), session.id.clone());
    let ended = import_all(db, args.dry_run, move |tx| {
        Box::pin(async move {
            let session = sessions::by_id(tx, &id).await?;
            let session = session.ok_or(Stopped::Storage(StorageError::NotFound))?;
            import(tx, &ctx, &session, &present, began).await
        })
    })
    .await;
    let settled = settle(&args.file, Problems::default(), ended)?;
    notices.extend(settled.notices.iter().cloned());
    Ok(Imported {
        file: args.file.clone(),
        dry_run: args.dry_run,
        notices,
        report: Report::Attendance(Box::new(Attended {
            number: session.number,
            session: reference::called(&session),
            counts: people.counts,
            settled,
        })),
    })
}

fn present(report: &format::Report, people: &People) -> Vec<Present> {
    let minutes = |time: chrono::TimeDelta| (time.num_seconds() + 30) / 60;
    let roles: HashMap<u64, Role> = report
        .rows
        .iter()
        .map(|row| (row.line, row.section.role()))
        .collect();
    let identified = people.identified.iter().filter(|it| it.came);
    let identified = identified.map(|person| Present {
        email: Some(person.email.clone()),
        name: person.name.clone(),
        role: person.role(),
        minutes: minutes(person.time),
        country: person.country,
    });
    let unnamed = people.unnamed.iter().map(|name| {
        let roles = name.lines.iter().filter_map(|line| roles.get(line));
        Present {
            email: None,
            name: name.name.clone(),
            role: roles.max().copied().unwrap_or(Role::Attendee),
            minutes: minutes(name.time),
            country: name.country,
        }
    });
    identified.chain(unnamed).collect()
}

/// The names that programs rely on, and no others.
pub(super) fn to_json(attended: &Attended) -> Value {
    let mut object = json!(attended.counts);
    object["matched"] = json!(attended.settled.matched);
    object["for_review"] = json!(attended.settled.for_review);
    object
}

pub(super) fn show(f: &mut fmt::Formatter<'_>, attended: &Attended) -> fmt::Result {
    let Attended {
        number,
        session,
        counts,
        settled,
    } = attended;
    writeln!(
        f,
        "Session {session}: {} came ({}, {}, {}), from {}.",
        people(counts.people),
        counted(counts.attendees, "attendee"),
        counted(counts.panelists, "panelist"),
        counted(counts.hosts, "host"),
        if counts.countries == 1 {
            "1 country".to_owned()
        } else {
            format!("{} countries", counts.countries)
        }
    )?;
    writeln!(
        f,
        "{}, {} in all; {} registered and did not come; {} without identity.",
        counted(counts.connections, "connection"),
        counted(counts.minutes_united, "minute"),
        counts.no_shows,
        counted(counts.unidentified, "connection")
    )?;
    writeln!(f, "{} known here.", people(settled.matched))?;
    if settled.for_review > 0 {
        writeln!(
            f,
            "{} to decide on: type “attendance review {number}” in the chat.",
            counted(settled.for_review, "name")
        )?;
    }
    Ok(())
}

fn people(count: u64) -> String {
    if count == 1 {
        "1 person".to_owned()
    } else {
        format!("{count} people")
    }
}
