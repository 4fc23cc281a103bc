//! CSV that people open in a spreadsheet.
//!
//! A spreadsheet runs a cell that begins with `= + - @`, a tab or a carriage return as a formula,
//! so such a cell is written with a guarding `'` in front, which [`unguard`] takes off again when
//! the file is imported. So that a text which itself begins with `'=` comes back whole, a cell is
//! guarded when one of those characters follows any number of `'`, and exactly one `'` is taken
//! off under the same condition: each undoes the other for every text.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter;

const RUN_AS_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn is_dangerous(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(RUN_AS_FORMULA)
}

/// `cell` with a `'` in front if a spreadsheet would run it.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if is_dangerous(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The text that [`guard`] wrote as `cell`.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest) => rest,
        _ => cell,
    }
}

/// Writes a table for people: UTF-8, commas, CR LF (RFC 4180), cells [guarded](guard). Rows
/// shorter than the headings are filled with empty cells, longer ones are cut.
///
/// # Errors
/// Those of `out`.
pub fn write<'a, R>(
    out: impl Write,
    headings: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> io::Result<()>
where
    R: IntoIterator<Item = Cow<'a, str>>,
{
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    writer.write_record(headings)?;
    for row in rows {
        let filled = row.into_iter().chain(iter::repeat(Cow::Borrowed("")));
        for cell in filled.take(headings.len()) {
            writer.write_field(guard(&cell).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

/// [`write()`] to a text.
pub fn to_text<'a, R>(headings: &[&str], rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item = Cow<'a, str>>,
{
    let mut bytes = Vec::new();
    // Memory takes every write, and cells are text, so neither step can fail.
    let _ = write(&mut bytes, headings, rows);
    String::from_utf8(bytes).unwrap_or_default()
}
