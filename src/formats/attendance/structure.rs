//! Which column of a part holds what: by its heading where that is known, else by what stands
//! below it.

use std::collections::BTreeMap;

use super::durations;
use super::headings::{self, Field, Kind};
use super::layout::Block;
use super::times::{self, Moment};
use crate::domain::email::Email;
use crate::formats::records::Record;

/// The columns of one part.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    places: BTreeMap<Field, usize>,
    /// How many columns the heading has, empty ones at its end left out.
    pub(super) width: usize,
    /// Headings whose columns are not used.
    pub(super) unused: Vec<String>,
    /// Whether every known heading is in English.
    pub(super) english: bool,
}

impl Columns {
    /// Whether there is a column for `field`.
    pub(super) fn has(&self, field: Field) -> bool {
        self.places.contains_key(&field)
    }

    /// The cell for `field`, none where there is no column or the cell says that it is missing.
    pub(super) fn cell<'r>(&self, record: &'r Record, field: Field) -> Option<&'r str> {
        let cell = record.cells.get(*self.places.get(&field)?)?.trim();
        (!times::is_missing(cell)).then_some(cell)
    }

    /// Whether the last column holds `field`.
    pub(super) fn ends_in(&self, field: Field) -> bool {
        self.places
            .get(&field)
            .is_some_and(|at| at + 1 == self.width)
    }

    /// Whether people can be told from these columns.
    pub(super) fn name_people(&self) -> bool {
        use Field::{Email, FirstName, LastName, Name, NameAndOriginal, Upn};
        let naming = [Name, NameAndOriginal, FirstName, LastName, Email, Upn];
        naming.iter().any(|field| self.has(*field))
    }
}

/// Finds the columns of `block`, and says in `notices` which headings were not understood.
pub(super) fn columns(block: &Block, notices: &mut Vec<String>) -> Columns {
    let mut columns = Columns {
        english: true,
        ..Columns::default()
    };
    let Some(heading) = &block.heading else {
        return columns;
    };
    let mut unknown = Vec::new();
    for (at, cell) in heading.cells.iter().enumerate() {
        if cell.trim().is_empty() {
            continue;
        }
        columns.width = at + 1;
        match headings::field(cell) {
            Some(field) if !columns.has(field) => {
                columns.places.insert(field, at);
                columns.english &= headings::is_english(cell);
            }
            _ => unknown.push(at),
        }
    }
    if block.kind != Kind::Summary {
        for (field, at) in told_by_rows(&columns, &unknown, block) {
            columns.places.insert(field, at);
            columns.english = false;
            unknown.retain(|it| *it != at);
            let shown = heading.cells.get(at).unwrap_or_default().trim();
            notices.push(format!(
                "Line {}: the heading {shown} was not understood; it was taken as {}, going by what \
                 stands below it.",
                heading.line,
                field.spoken()
            ));
        }
    }
    tell_names_apart(&mut columns);
    columns.unused = unknown
        .into_iter()
        .filter_map(|at| Some(heading.cells.get(at)?.trim().to_owned()))
        .collect();
    columns
}

/// "Nom" beside "Prénom", and "Nombre" beside "Apellidos", are halves of a name.
fn tell_names_apart(columns: &mut Columns) {
    let halves = (columns.has(Field::FirstName), columns.has(Field::LastName));
    let half = match halves {
        (true, false) => Field::LastName,
        (false, true) => Field::FirstName,
        _ => return,
    };
    if let Some(at) = columns.places.remove(&Field::Name) {
        columns.places.insert(half, at);
    }
}

fn told_by_rows(columns: &Columns, unknown: &[usize], block: &Block) -> Vec<(Field, usize)> {
    let mostly = |at: usize, is: &dyn Fn(&str) -> bool| {
        let cells = block.rows.iter().filter_map(|row| row.cells.get(at));
        let cells: Vec<&str> = cells
            .map(str::trim)
            .filter(|it| !times::is_missing(it))
            .collect();
        let fitting = cells.iter().filter(|cell| is(cell)).count();
        fitting > 0 && fitting * 5 >= cells.len() * 4
    };
    let (mut left, mut told) = (unknown.to_vec(), Vec::new());
    let is_time = |cell: &str| Moment::parse(cell).is_some();
    let is_email = |cell: &str| Email::parse(cell).is_ok();
    // First joins and last leaves of a numbered list are not one connection.
    let numbered = block.kind == Kind::Participants && block.title.is_some();
    let (join, leave) = if numbered {
        (Field::FirstJoin, Field::LastLeave)
    } else {
        (Field::Join, Field::Leave)
    };
    let mut missing = Vec::new();
    if !columns.has(Field::Timestamp) {
        missing
            .extend((!columns.has(Field::Join) && !columns.has(Field::FirstJoin)).then_some(join));
        missing.extend(
            (!columns.has(Field::Leave) && !columns.has(Field::LastLeave)).then_some(leave),
        );
    }
    // A time of registration stands before both, so the last columns of times are taken.
    let times: Vec<usize> = left
        .iter()
        .copied()
        .filter(|at| mostly(*at, &is_time))
        .collect();
    let first = times.len().saturating_sub(missing.len());
    told.extend(missing.into_iter().zip(times[first..].iter().copied()));
    left.retain(|at| !times.contains(at));
    if !columns.has(Field::Email)
        && let Some(at) = left.iter().copied().find(|at| mostly(*at, &is_email))
    {
        told.push((Field::Email, at));
    }
    left.retain(|at| !mostly(*at, &is_email));
    let is_span = |cell: &str| durations::duration(cell).is_some();
    if !columns.has(Field::Duration)
        && let Some(at) = left.iter().copied().find(|at| mostly(*at, &is_span))
        // A number under an unknown heading may be anything where times are known.
        && (mostly(at, &|cell| cell.contains(char::is_alphabetic)) || told.is_empty() && !columns.has(Field::Join))
    {
        told.push((Field::Duration, at));
    }
    left.retain(|at| !mostly(*at, &is_span));
    let named = [
        Field::Name,
        Field::NameAndOriginal,
        Field::FirstName,
        Field::LastName,
    ];
    if !named.iter().any(|field| columns.has(*field))
        && let Some(at) = left.first()
    {
        told.push((Field::Name, *at));
    }
    told
}
