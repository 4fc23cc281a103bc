//! Reads the rows of a report's parts.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::headings::{Field, Kind};
use super::layout::Block;
use super::structure::{self, Columns};
use super::times::{Moment, Order};
use super::{Asked, Report, ReportRow, Stated};
use crate::domain::email::Email;
use crate::domain::text::UserText;
use crate::formats::cells;
use crate::formats::problems::{Problems, Refused};

mod draft;
mod merge;

/// Reads the parts of a report.
///
/// # Errors
/// [`Refused`] when no part lists people, or with every line that cannot be read.
pub(super) fn read(
    blocks: Vec<Block>,
    asked: Asked,
    mut notices: Vec<String>,
) -> Result<Report, Refused> {
    let mut parts: Vec<(Block, Columns)> = Vec::new();
    for block in blocks {
        if let (Kind::Foreign, Some((line, title))) = (block.kind, &block.title) {
            notices.push(format!("Line {line}: the part {title} was not used."));
            continue;
        }
        let columns = structure::columns(&block, &mut notices);
        parts.push((block, columns));
    }
    let lists = |part: &&(Block, Columns)| part.0.kind != Kind::Summary && part.1.name_people();
    if !parts.iter().any(|part| lists(&part)) {
        return Err(Refused::whole(
            "No list of people was found. Expected a webinar's or meeting's report, with headings \
             such as Name, Email, Join Time, Leave Time.",
        ));
    }
    let mut reading = Reading {
        asked,
        order: order(&parts, asked, &mut notices),
        day: None,
        problems: Problems::default(),
        notices,
        bad_emails: Vec::new(),
        undated: None,
        unknown_countries: Vec::new(),
        open: HashMap::new(),
    };
    let (stated, host) = reading.summary(&parts);
    let mut drafts = Vec::new();
    for (block, columns) in parts.iter().filter(lists) {
        reading.list(block, columns, &mut drafts);
    }
    if let Some(host) = host {
        merge::mark_host(&mut drafts, &host);
    }
    let rows = merge::rows(drafts, &mut reading.notices);
    reading.say_what_was_odd(&parts);
    reading.problems.finish(Report {
        rows,
        stated,
        notices: reading.notices,
    })
}

/// A row on its way, with what only the whole list decides.
#[derive(Clone, Debug)]
struct Draft {
    row: ReportRow,
    kind: Kind,
    /// The role the row gives, where there is a column for it.
    role: Option<RoleWord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RoleWord {
    Organiser,
    Presenter,
    Attendee,
}

struct Reading {
    asked: Asked,
    order: Order,
    /// The day of times without a date.
    day: Option<NaiveDate>,
    problems: Problems,
    notices: Vec<String>,
    bad_emails: Vec<u64>,
    undated: Option<u64>,
    unknown_countries: Vec<String>,
    /// For the lists of joining and leaving, which rows wait for somebody's leave.
    open: HashMap<(UserText, Option<Email>), Vec<usize>>,
}

impl Reading {
    /// What the platform says of the whole, and the address of the host.
    fn summary(&mut self, parts: &[(Block, Columns)]) -> (Stated, Option<Email>) {
        let (mut stated, mut host) = (Stated::default(), None);
        let mut start = None;
        for (block, columns) in parts
            .iter()
            .filter(|(block, _)| block.kind == Kind::Summary)
        {
            let first = block.rows.first().filter(|_| block.heading.is_some());
            if let Some(record) = first {
                let number = |field| columns.cell(record, field)?.parse().ok();
                let topic = columns.cell(record, Field::Topic);
                stated.topic = topic
                    .and_then(|it| cells::text(it).ok()?.0)
                    .or(stated.topic);
                stated.registered = number(Field::RegisteredCount).or(stated.registered);
                stated.unique_viewers = number(Field::UniqueViewers).or(stated.unique_viewers);
                stated.total_users = number(Field::TotalUsers).or(stated.total_users);
                start = columns
                    .cell(record, Field::Start)
                    .and_then(Moment::parse)
                    .or(start);
                let email = columns.cell(record, Field::Email);
                host = email.and_then(|it| Email::parse(it).ok()).or(host);
                continue;
            }
            for record in &block.rows {
                let (Some(key), Some(value)) = (record.cells.get(0), record.cells.get(1)) else {
                    continue;
                };
                match super::headings::field(key) {
                    Some(Field::Topic) => {
                        stated.topic = cells::text(value).ok().and_then(|it| it.0);
                    }
                    Some(Field::Start) => start = Moment::parse(value).or(start),
                    // In a language we do not know, the start is the first time of the summary.
                    None if block
                        .title
                        .as_ref()
                        .is_some_and(|(_, it)| super::headings::number(it).is_some()) =>
                    {
                        start = start.or_else(|| Moment::parse(value));
                    }
                    _ => {}
                }
            }
        }
        self.day = start
            .and_then(|it| it.date_in(self.order))
            .or(self.asked.day);
        stated.start = start.and_then(|it| it.instant(self.order, self.day, self.asked.zone));
        (stated, host)
    }

    fn list(&mut self, block: &Block, columns: &Columns, drafts: &mut Vec<Draft>) {
        if let (Kind::Unknown, Some((line, title))) = (block.kind, &block.title) {
            self.notices.push(format!(
                "Line {line}: the title {title} was not understood; its people were taken as \
                 attendees."
            ));
        }
        for record in &block.rows {
            let Some(country) = self.fits(record, block, columns) else {
                continue;
            };
            let Some(draft) = self.draft(record, block.kind, columns, country) else {
                continue;
            };
            if columns.has(Field::Action) && columns.has(Field::Timestamp) {
                self.act(record, columns, draft, drafts);
            } else {
                drafts.push(draft);
            }
        }
    }

    fn say_what_was_odd(&mut self, parts: &[(Block, Columns)]) {
        if let Some(first) = self.bad_emails.first() {
            self.notices.push(format!(
                "{} rows hold something that is no address (the first on line {first}); they identify nobody.",
                self.bad_emails.len()
            ));
        }
        if let Some(line) = self.undated {
            self.notices.push(format!(
                "Line {line}: a time without a date, and the day is not known; only durations were \
                 used. Say the day of the session to have the times too."
            ));
        }
        if !self.unknown_countries.is_empty() {
            let listed: Vec<String> = self
                .unknown_countries
                .iter()
                .take(10)
                .map(|it| short(it))
                .collect();
            self.notices
                .push(format!("Unknown countries: {}.", listed.join("; ")));
        }
        let mut unused: Vec<&str> = Vec::new();
        let lists = parts
            .iter()
            .filter(|(block, _)| block.kind != Kind::Summary);
        for heading in lists.flat_map(|(_, columns)| &columns.unused) {
            if !unused.contains(&heading.as_str()) {
                unused.push(heading);
            }
        }
        if !unused.is_empty() {
            let listed: Vec<String> = unused.iter().take(20).map(|it| short(it)).collect();
            self.notices.push(format!(
                "Columns that were not used: {}.",
                listed.join("; ")
            ));
        }
    }
}

/// The order of day and month: by a date that has only one, else by the day asked for, else as the
/// report's language has it, which is then said.
fn order(parts: &[(Block, Columns)], asked: Asked, notices: &mut Vec<String>) -> Order {
    use Field::{FirstJoin, Join, LastLeave, Leave, Registered, Start, Timestamp};
    let fields = [
        Join, Leave, FirstJoin, LastLeave, Registered, Timestamp, Start,
    ];
    let mut moments = Vec::new();
    for (block, columns) in parts {
        for record in &block.rows {
            if block.heading.is_none() {
                moments.extend(record.cells.iter().filter_map(Moment::parse));
            } else {
                let cells = fields
                    .iter()
                    .filter_map(|field| columns.cell(record, *field));
                moments.extend(cells.filter_map(Moment::parse));
            }
        }
    }
    if let Some(order) = moments.iter().find_map(Moment::order) {
        return order;
    }
    let Some(open) = moments.iter().find(|moment| moment.is_open()) else {
        return Order::MonthFirst;
    };
    for order in [Order::MonthFirst, Order::DayFirst] {
        if asked.day.is_some()
            && moments
                .iter()
                .any(|it| it.is_open() && it.date_in(order) == asked.day)
        {
            return order;
        }
    }
    let english = parts.iter().all(|(_, columns)| columns.english);
    let order = if open.halves || english {
        Order::MonthFirst
    } else {
        Order::DayFirst
    };
    if let Some(date) = open.date_in(order) {
        notices.push(format!(
            "Dates can be read two ways; they were taken as {}. Say the day of the session if that \
             is wrong.",
            date.format("%-d %B %Y")
        ));
    }
    order
}

fn short(cell: &str) -> String {
    cell.chars().take(60).collect()
}
