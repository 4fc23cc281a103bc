//! Tables that people bring: CSV with a heading, read leniently and never by position.
//!
//! Headings come in any order and case, separated by comma, semicolon or tab; a heading that is
//! missing, doubled or unknown is named with the list of those expected. A row whose number of
//! cells differs from the heading's is refused by line, because reading it would shift columns.

use std::io::Read;

use super::decode::{self, Limits};
use super::people_csv;
use super::problems::{Problems, Refused};
use super::records::{self, Record};

/// A column that a table may have.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading, lower case, words joined by `_`.
    pub name: &'static str,
    /// Other headings for the same column.
    pub also: &'static [&'static str],
    /// Whether a table without it is refused.
    pub needed: bool,
}

impl Column {
    /// A column that must be there.
    pub const fn needed(name: &'static str) -> Self {
        Self {
            name,
            also: &[],
            needed: true,
        }
    }

    /// A column that may be there.
    pub const fn optional(name: &'static str) -> Self {
        Self {
            name,
            also: &[],
            needed: false,
        }
    }

    /// The same column, found under other headings too.
    pub const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    fn is_headed(&self, heading: &str) -> bool {
        let heading = key(heading);
        self.name == heading || self.also.contains(&heading.as_str())
    }
}

/// A table that was read: rows of the right width, and what was wrong with the others.
#[derive(Clone, Debug)]
pub struct Table {
    /// For each known column, which cell of a row it is.
    places: Vec<Option<usize>>,
    columns: &'static [Column],
    rows: Vec<Record>,
    /// What the person who brought the table should know about how it was read.
    pub notices: Vec<String>,
    /// Rows that could not be read. The reader of the rows adds its own and finishes.
    pub problems: Problems,
}

/// One row of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    record: &'t Record,
}

impl<'t> Row<'t> {
    /// The line of the file on which the row begins.
    pub fn line(&self) -> u64 {
        self.record.line
    }

    /// The cell under the heading `name`, empty when the table has no such column. The `'` that
    /// guards it from being run as a formula is [taken off](people_csv::unguard).
    pub fn cell(&self, name: &str) -> &'t str {
        let mut columns = self.table.columns.iter().zip(&self.table.places);
        columns
            .find(|(column, _)| column.name == name)
            .and_then(|(_, place)| self.record.cells.get((*place)?))
            .map_or("", people_csv::unguard)
    }
}

impl Table {
    /// Reads a table that has some of `columns`.
    ///
    /// # Errors
    /// [`Refused`] when the file as a whole cannot be read: its size, its encoding, its heading.
    /// Single bad rows are in [`Table::problems`].
    pub fn read(
        reader: impl Read,
        columns: &'static [Column],
        limits: &Limits,
    ) -> Result<Self, Refused> {
        let decode::Text { text, mut notices } = decode::read(reader, limits)?;
        let (text, separator) = match named_separator(&text) {
            // The line is emptied rather than cut off, so that line numbers stay those of the file.
            Some((separator, rest)) => (rest, separator),
            None => (
                text.as_str(),
                separator_of(records::first_line(&text), columns),
            ),
        };
        if separator != b',' {
            notices.push(format!("Cells are separated by {}.", spoken(separator)));
        }
        let mut records = records::split(text, separator, limits)?.into_iter();
        let Some(heading) = records.next() else {
            return Err(Refused::whole(format!(
                "The file is empty. Expected a first line with these headings: {}.",
                listed(columns)
            )));
        };
        let places = place(&heading, columns)?;
        let width = heading.cells.len();
        let named = named_width(&heading);
        let mut problems = Problems::default();
        let mut rows = Vec::new();
        for record in records {
            let beyond = record
                .cells
                .iter()
                .skip(named)
                .any(|it| !it.trim().is_empty());
            match record.cells.len() {
                cells if cells < named || cells > width || beyond => problems.add(
                    record.line,
                    format!(
                        "{cells} column{}, but the heading has {named}.",
                        if cells == 1 { "" } else { "s" }
                    ),
                ),
                _ => rows.push(record),
            }
        }
        Ok(Self {
            places,
            columns,
            rows,
            notices,
            problems,
        })
    }

    /// The rows of the right width.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row {
            table: self,
            record,
        })
    }

    /// Whether the heading has the column `name`.
    pub fn has(&self, name: &str) -> bool {
        let mut columns = self.columns.iter().zip(&self.places);
        columns.any(|(column, place)| column.name == name && place.is_some())
    }
}

fn place(heading: &Record, columns: &'static [Column]) -> Result<Vec<Option<usize>>, Refused> {
    let mut problems = Problems::default();
    let mut places = vec![None; columns.len()];
    for (at, cell) in heading.cells.iter().enumerate().take(named_width(heading)) {
        let shown: String = cell.trim().chars().take(60).collect();
        match columns.iter().position(|column| column.is_headed(cell)) {
            Some(column) if places[column].is_some() => problems.add(
                heading.line,
                format!("the heading {} is there twice.", columns[column].name),
            ),
            Some(column) => places[column] = Some(at),
            None if shown.is_empty() => {
                problems.add(heading.line, format!("column {} has no heading.", at + 1));
            }
            None => {
                let near = nearest(&key(cell), columns.iter().map(|column| column.name));
                problems.add(
                    heading.line,
                    match near {
                        Some(near) => format!("unknown heading {shown}; did you mean {near}?"),
                        None => format!("unknown heading {shown}."),
                    },
                );
            }
        }
    }
    for (column, place) in columns.iter().zip(&places) {
        if column.needed && place.is_none() {
            problems.add(
                heading.line,
                format!("the heading {} is missing.", column.name),
            );
        }
    }
    if problems.any() {
        problems.add(
            heading.line,
            format!("Expected headings: {}.", listed(columns)),
        );
    }
    problems.finish(places)
}

/// The cells of a heading less the empty ones at its end, which spreadsheets leave there.
fn named_width(heading: &Record) -> usize {
    let cells = heading.cells.iter().enumerate();
    let named = cells.filter(|(_, cell)| !cell.trim().is_empty());
    named.last().map_or(0, |(at, _)| at + 1)
}

/// The nearest of `known` to a mistyped word, if one is near enough to be meant.
pub(super) fn nearest<'k>(typed: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let lower = typed.to_lowercase();
    let allowed = 1 + typed.chars().count() / 4;
    known
        .map(|word| {
            (
                strsim::damerau_levenshtein(&word.to_lowercase(), &lower),
                word,
            )
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, word)| word)
}

fn listed(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name).collect();
    names.join(", ")
}

/// A heading without case, and with `_` for whatever joins its words.
fn key(heading: &str) -> String {
    let words = heading.trim().to_lowercase();
    let words = words.split(|c: char| c.is_whitespace() || c == '-' || c == '_');
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

/// The separator under which most headings are known ones, else the one that is there most often.
fn separator_of(heading: &str, columns: &[Column]) -> u8 {
    let known = |separator: u8| {
        let cells = heading.split(char::from(separator));
        let cells = cells.map(|cell| cell.trim().trim_matches('"'));
        let known = cells.filter(|cell| columns.iter().any(|column| column.is_headed(cell)));
        (
            known.count(),
            heading.matches(char::from(separator)).count(),
        )
    };
    let best = [b'\t', b';', b','].into_iter().max_by_key(|it| known(*it));
    best.unwrap_or(b',')
}

/// A first line `sep=;`, which spreadsheets write to name the separator.
fn named_separator(text: &str) -> Option<(u8, &str)> {
    let line = text.split(['\r', '\n']).next()?;
    match line.as_bytes() {
        [
            b's' | b'S',
            b'e' | b'E',
            b'p' | b'P',
            b'=',
            separator @ (b',' | b';' | b'\t'),
        ] => Some((*separator, &text[line.len()..])),
        _ => None,
    }
}

fn spoken(separator: u8) -> &'static str {
    match separator {
        b';' => "semicolons",
        b'\t' => "tabs",
        _ => "commas",
    }
}
