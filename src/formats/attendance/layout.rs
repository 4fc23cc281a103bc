//! Takes a report apart: titles, headings, rows.

use csv::StringRecord;

use super::durations;
use super::headings::{self, Kind};
use super::times::Moment;
use crate::formats::decode::Limits;
use crate::formats::problems::Refused;
use crate::formats::records::{self, Record};

/// One part of a report.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The title in the file, with its line.
    pub(super) title: Option<(u64, String)>,
    /// The heading of its columns; none where the rows are pairs of a key and a value.
    pub(super) heading: Option<Record>,
    pub(super) rows: Vec<Record>,
}

/// The parts of a report, in order.
///
/// # Errors
/// [`Refused`] where the text cannot be split into cells within the limits.
pub(super) fn blocks(text: &str, limits: &Limits) -> Result<Vec<Block>, Refused> {
    let records = records::split(text, separator(text), limits)?;
    let mut records = records.into_iter().peekable();
    let mut blocks: Vec<Block> = Vec::new();
    while let Some(record) = records.next() {
        match what_is(&record, records.peek(), blocks.last()) {
            Is::Title(title) => blocks.push(Block {
                kind: headings::kind(&title),
                title: Some((record.line, title)),
                heading: None,
                rows: Vec::new(),
            }),
            Is::Heading => match blocks.last_mut() {
                // A title and its heading belong together.
                Some(block)
                    if block.title.is_some()
                        && is_new(block)
                        && !starts_summary(block, &record) =>
                {
                    block.heading = Some(record);
                }
                _ => blocks.push(Block {
                    kind: if is_summary(&record.cells) {
                        Kind::Summary
                    } else {
                        Kind::Participants
                    },
                    title: None,
                    heading: Some(record),
                    rows: Vec::new(),
                }),
            },
            Is::Row => match blocks.last_mut() {
                Some(block) => block.rows.push(record),
                None => blocks.push(Block {
                    kind: Kind::Summary,
                    title: None,
                    heading: None,
                    rows: vec![record],
                }),
            },
        }
    }
    Ok(blocks)
}

enum Is {
    Title(String),
    Heading,
    Row,
}

fn what_is(record: &Record, following: Option<&Record>, current: Option<&Block>) -> Is {
    let cells: Vec<&str> = record
        .cells
        .iter()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect();
    if let [only] = cells[..] {
        let known = headings::number(only).is_some()
            || (headings::kind(only) != Kind::Unknown
                && record.cells.get(0).is_some_and(|it| it.trim() == only));
        let before_heading = following.is_some_and(is_heading) && Moment::parse(only).is_none();
        if (known && headings::field(only).is_none()) || before_heading {
            return Is::Title(only.to_owned());
        }
        return Is::Row;
    }
    // What stands right under the title of a list is its heading, in whatever language.
    let under_title = current.is_some_and(|block| {
        block.title.is_some()
            && is_new(block)
            && block.kind != Kind::Summary
            && block.kind != Kind::Unknown
    });
    let first_table =
        current.is_none_or(|block| block.heading.is_none() && block.kind == Kind::Summary);
    if is_heading(record) || under_title || (first_table && looks_like_heading(record, following)) {
        Is::Heading
    } else {
        Is::Row
    }
}

fn is_new(block: &Block) -> bool {
    block.heading.is_none() && block.rows.is_empty()
}

/// Whether the columns of a summary begin here, under a title that is no summary's.
fn starts_summary(block: &Block, record: &Record) -> bool {
    block.kind == Kind::Summary && !is_summary(&record.cells)
}

/// Whether two cells are headings that we know, and none is data.
fn is_heading(record: &Record) -> bool {
    let known = record
        .cells
        .iter()
        .filter(|cell| headings::field(cell).is_some());
    known.count() >= 2 && !record.cells.iter().any(is_data)
}

/// Whether a record without data stands over one with data, in three columns or more.
fn looks_like_heading(record: &Record, following: Option<&Record>) -> bool {
    let filled = record.cells.iter().filter(|cell| !cell.trim().is_empty());
    filled.count() >= 3
        && !record.cells.iter().any(is_data)
        && following.is_some_and(|next| next.cells.iter().filter(|cell| is_data(cell)).count() >= 2)
}

fn is_data(cell: &str) -> bool {
    cell.contains('@') || Moment::parse(cell).is_some() || durations::duration(cell).is_some()
}

fn is_summary(heading: &StringRecord) -> bool {
    use headings::Field::{MeetingId, Topic};
    heading
        .iter()
        .any(|cell| matches!(headings::field(cell), Some(Topic | MeetingId)))
}

/// The separator under which most headings are known; failing that, tabs before semicolons before
/// commas, because times hold commas and names hold none of the others.
fn separator(text: &str) -> u8 {
    let lines = || text.split(['\r', '\n']).take(200);
    let known = |separator: char| {
        let cells = lines().flat_map(|line| line.split(separator));
        let cells = cells.map(|cell| cell.trim().trim_matches('"'));
        cells.filter(|cell| headings::field(cell).is_some()).count()
    };
    let there = |separator: char| {
        lines()
            .filter(|line| line.matches(separator).count() >= 2)
            .count()
    };
    let best = [',', ';', '\t']
        .into_iter()
        .max_by_key(|it| (known(*it), there(*it) > 0));
    best.and_then(|it| u8::try_from(it).ok()).unwrap_or(b',')
}
