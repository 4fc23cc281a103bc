//! One row of a report: its cells to a connection.

use chrono::TimeDelta;

use super::super::durations;
use super::super::headings::{Field, Kind};
use super::super::layout::Block;
use super::super::structure::Columns;
use super::super::times::{self, Moment, Order};
use super::super::{ReportRow, Section};
use super::{Draft, Reading, RoleWord, short};
use crate::domain::country::{Country, fold};
use crate::domain::email::Email;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::formats::cells;
use crate::formats::records::Record;

impl Reading {
    /// Whether a row is as wide as its heading, and the country that an unquoted comma cut in two.
    #[expect(clippy::option_option, reason = "the outer one is whether to go on")]
    pub(super) fn fits(
        &mut self,
        record: &Record,
        block: &Block,
        columns: &Columns,
    ) -> Option<Option<String>> {
        let filled = record.cells.iter().enumerate();
        let filled = filled.filter(|(_, cell)| !cell.trim().is_empty());
        let width = filled.last().map_or(0, |(at, _)| at + 1);
        if width <= columns.width {
            return Some(None);
        }
        if columns.ends_in(Field::Country) {
            let rest: Vec<&str> = record
                .cells
                .iter()
                .skip(columns.width - 1)
                .take(width + 1 - columns.width)
                .map(str::trim)
                .collect();
            let country = rest.join(", ");
            if Country::parse(&country).is_ok() {
                return Some(Some(country));
            }
        }
        let heading = block.heading.as_ref().map_or(0, |heading| heading.line);
        self.problems.add(
            record.line,
            format!(
                "{width} columns, but the heading of its part (line {heading}) has {}.",
                columns.width
            ),
        );
        None
    }

    pub(super) fn draft(
        &mut self,
        record: &Record,
        kind: Kind,
        columns: &Columns,
        country: Option<String>,
    ) -> Option<Draft> {
        let line = record.line;
        let (name, original_name) = self.name(record, columns)?;
        let email = self.email(record, columns);
        let one_connection = !columns.has(Field::FirstJoin) && !columns.has(Field::LastLeave);
        let join = self.time(record, columns, &[Field::Join, Field::FirstJoin]);
        let leave = self.time(record, columns, &[Field::Leave, Field::LastLeave]);
        let (join, leave) = self.in_order(record, columns, join, leave);
        let duration = columns.cell(record, Field::Duration).and_then(|cell| {
            let duration = durations::duration(cell);
            if duration.is_none() {
                self.problems
                    .add(line, format!("{} is not a duration.", short(cell)));
            }
            duration
        });
        let country = country.or_else(|| columns.cell(record, Field::Country).map(str::to_owned));
        if let Some(raw) = &country
            && self.unknown_countries.len() < 10
            && Country::parse(raw).is_err()
            && !self.unknown_countries.contains(raw)
        {
            self.unknown_countries.push(raw.clone());
        }
        let said = |field| columns.cell(record, field).and_then(cells::yes_or_no);
        let there = join.is_some() || duration.is_some_and(|it| it > TimeDelta::zero());
        let approval = columns.cell(record, Field::Approval);
        let invited = columns.cell(record, Field::Registered).is_some() || approval.is_some();
        let attended = said(Field::WaitingRoom) != Some(true)
            && said(Field::Attended).unwrap_or(there || !invited);
        let section = match kind {
            Kind::Host => Section::Host,
            Kind::Panelist => Section::Panelist,
            Kind::Other => Section::Other,
            _ => Section::Attendee,
        };
        let listed_only = section == Section::Attendee && said(Field::Attended) == Some(false);
        let role = columns.cell(record, Field::Role).and_then(role_word);
        let organisation = columns.cell(record, Field::Organisation);
        Some(Draft {
            row: ReportRow {
                line,
                section,
                name,
                original_name,
                email,
                join,
                leave,
                duration,
                one_connection,
                country,
                organisation: organisation.and_then(|it| cells::text(it).ok()?.0),
                attended,
                registered: (invited || listed_only) && !approval.is_some_and(is_turned_away),
                guest: said(Field::Guest),
            },
            kind,
            role,
        })
    }

    fn name(&mut self, record: &Record, columns: &Columns) -> Option<(UserText, Option<UserText>)> {
        let shown = columns
            .cell(record, Field::NameAndOriginal)
            .map(name_and_original)
            .or_else(|| Some((columns.cell(record, Field::Name)?, None)));
        let halves = [Field::FirstName, Field::LastName].map(|half| columns.cell(record, half));
        let halves: Vec<&str> = halves.into_iter().flatten().collect();
        // The name given on registering is the better one; the shown one may be "iPhone".
        let (name, original) = match (halves.is_empty(), shown) {
            (true, shown) => shown.map_or((String::new(), None), |(it, by)| (it.to_owned(), by)),
            (false, None) => (halves.join(" "), None),
            (false, Some((shown, _))) => (halves.join(" "), Some(shown)),
        };
        match (cells::text(&name), original.map(cells::text).transpose()) {
            (Ok((name, _)), Ok(original)) => {
                let name = name.unwrap_or_default();
                let original = original.and_then(|it| it.0).filter(|it| *it != name);
                Some((name, original))
            }
            (Err(reason), _) | (_, Err(reason)) => {
                self.problems
                    .add(record.line, format!("the name: {reason}"));
                None
            }
        }
    }

    fn email(&mut self, record: &Record, columns: &Columns) -> Option<Email> {
        let typed = [Field::Email, Field::Upn].map(|field| columns.cell(record, field));
        let email = typed.iter().flatten().find_map(|it| Email::parse(it).ok());
        if email.is_none() && typed[0].is_some() {
            self.bad_emails.push(record.line);
        }
        email
    }

    fn time(&mut self, record: &Record, columns: &Columns, fields: &[Field]) -> Option<Instant> {
        let cell = fields
            .iter()
            .find_map(|field| columns.cell(record, *field))?;
        let moment = Moment::parse(cell);
        if let Some(moment) = moment
            && moment.is_time_alone()
            && self.day.is_none()
        {
            self.undated.get_or_insert(record.line);
            return None;
        }
        let at = moment.and_then(|it| it.instant(self.order, self.day, self.asked.zone));
        if at.is_none() {
            let as_what = match (moment, self.order) {
                (None, _) => "",
                (_, Order::MonthFirst) => " with the month before the day, as other lines have it",
                (_, Order::DayFirst) => " with the day before the month, as other lines have it",
            };
            self.problems.add(
                record.line,
                format!("{} is not a time{as_what}.", short(cell)),
            );
        }
        at
    }

    fn in_order(
        &mut self,
        record: &Record,
        columns: &Columns,
        join: Option<Instant>,
        leave: Option<Instant>,
    ) -> (Option<Instant>, Option<Instant>) {
        let (Some(joined), Some(left)) = (join, leave) else {
            return (join, leave);
        };
        let fields = [Field::Leave, Field::LastLeave];
        let cell = fields.iter().find_map(|field| columns.cell(record, *field));
        let alone = cell
            .and_then(Moment::parse)
            .is_some_and(|it| it.is_time_alone());
        let left = times::behind(joined, left, alone);
        if left.is_none() {
            self.notices.push(format!(
                "Line {}: the leave lies before the join; the leave was not used.",
                record.line
            ));
        }
        (join, left)
    }

    /// Takes a row of the oldest lists, which say "joined" and "left" one after the other.
    pub(super) fn act(
        &mut self,
        record: &Record,
        columns: &Columns,
        mut draft: Draft,
        drafts: &mut Vec<Draft>,
    ) {
        let at = self.time(record, columns, &[Field::Timestamp]);
        let action = fold(columns.cell(record, Field::Action).unwrap_or_default());
        let leaves = [
            "left",
            "verlassen",
            "quitte",
            "parti",
            "sorti",
            "salio",
            "abandon",
        ];
        if leaves.iter().any(|word| action.contains(word)) {
            let open = self
                .open
                .get_mut(&(draft.row.name.clone(), draft.row.email.clone()));
            if let Some(joined) = open.and_then(Vec::pop).and_then(|at| drafts.get_mut(at)) {
                joined.row.leave = at;
                return;
            }
            draft.row.leave = at;
        } else {
            draft.row.join = at;
            let key = (draft.row.name.clone(), draft.row.email.clone());
            self.open.entry(key).or_default().push(drafts.len());
        }
        draft.row.attended = true;
        drafts.push(draft);
    }
}

/// `Ada (Ada Example)`: the shown name and the account's.
fn name_and_original(cell: &str) -> (&str, Option<&str>) {
    let parts = cell
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('));
    match parts {
        Some((name, original)) if !name.trim().is_empty() && is_a_name(original) => {
            (name.trim(), Some(original.trim()))
        }
        _ => (cell, None),
    }
}

/// Whether brackets hold a name, rather than pronouns (`she/her`) or a device's count (`2`).
fn is_a_name(text: &str) -> bool {
    !text.contains('/') && text.contains(char::is_alphabetic)
}

fn role_word(cell: &str) -> Option<RoleWord> {
    let folded = fold(cell);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if has(&["organi", "host", "hote", "gastgeber", "anfitri"]) {
        Some(RoleWord::Organiser)
    } else if has(&["present", "referent", "moderad", "panelist", "speaker"]) {
        Some(RoleWord::Presenter)
    } else if has(&["attend", "teilnehm", "particip", "asist"]) {
        Some(RoleWord::Attendee)
    } else {
        None
    }
}

fn is_turned_away(approval: &str) -> bool {
    let folded = fold(approval);
    let words = [
        "cancel",
        "denied",
        "declin",
        "reject",
        "abgelehnt",
        "storniert",
        "annul",
        "refus",
        "rechaz",
    ];
    words.iter().any(|word| folded.contains(word))
}
