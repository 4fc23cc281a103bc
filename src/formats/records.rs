//! Text to records of separated cells, each with the line it begins on.
//!
//! The `csv` crate splits the cells. Before it does, one pass over the text checks the limits, so
//! that a line of two million separators never becomes two million cells, and finds a quotation
//! mark that is never closed, which would swallow every line after it.

use csv::{ReaderBuilder, StringRecord};

use super::decode::Limits;
use super::problems::Refused;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its cells as written, quotes taken off.
    pub cells: StringRecord,
}

impl Record {
    /// Whether there is nothing but separators and spaces.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// The records of `text`, blank lines left out. Lines may end in LF, CR LF or CR.
///
/// # Errors
/// [`Refused`] when a limit is passed or a quotation mark is never closed.
pub fn split(text: &str, separator: u8, limits: &Limits) -> Result<Vec<Record>, Refused> {
    check(text.as_bytes(), separator, limits)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines::new(text.as_bytes());
    let mut records = Vec::new();
    loop {
        let mut cells = StringRecord::new();
        match reader.read_record(&mut cells) {
            Ok(true) => {}
            Ok(false) => return Ok(records),
            Err(error) => {
                return Err(Refused::whole(format!(
                    "The file could not be read: {error}."
                )));
            }
        }
        let byte = cells.position().map_or(0, csv::Position::byte);
        let line = lines.of_record_at(usize::try_from(byte).unwrap_or(usize::MAX));
        cells.set_position(None);
        let record = Record { line, cells };
        if record.is_blank() {
            continue;
        }
        // One more than rows, because the first is the heading.
        if records.len() > limits.rows {
            return Err(Refused::too_large(
                line,
                format!("Too many rows (max {}).", limits.rows),
            ));
        }
        records.push(record);
    }
}

/// The first record that is not blank, to tell the separator from.
pub fn first_line(text: &str) -> &str {
    text.split(['\r', '\n'])
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
}

fn check(bytes: &[u8], separator: u8, limits: &Limits) -> Result<(), Refused> {
    let mut lines = Lines::new(bytes);
    let (mut quoted, mut opened, mut cell, mut columns) = (false, 0, 0, 1);
    let mut closed = usize::MAX;
    for (at, &byte) in bytes.iter().enumerate() {
        let ends_cell = !quoted && (byte == separator || byte == b'\n' || byte == b'\r');
        if ends_cell {
            columns = if byte == separator { columns + 1 } else { 1 };
            if columns > limits.columns {
                return Err(Refused::too_large(
                    lines.line_of(at),
                    format!("Too large: more than {} columns.", limits.columns),
                ));
            }
            cell = at + 1;
        } else if byte == b'"' && (quoted || at == cell || closed == at - 1) {
            // A mark right after a closing one makes a pair, which stands for one inside the cell.
            quoted = !quoted;
            if !quoted {
                closed = at;
            } else if at == cell {
                opened = at;
            }
        }
        if at - cell.min(at) > limits.cell {
            return Err(Refused::too_large(
                lines.line_of(cell),
                if quoted {
                    format!(
                        "Too large: a cell of more than {} bytes (is its quotation mark closed?).",
                        limits.cell
                    )
                } else {
                    format!("Too large: a cell of more than {} bytes.", limits.cell)
                },
            ));
        }
    }
    if quoted {
        return Err(Refused::at(
            lines.line_of(opened),
            "the quotation mark that opens a cell here is never closed.",
        ));
    }
    Ok(())
}

/// Counts lines up to ever later places of a text.
struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    fn new(bytes: &'t [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            line: 1,
        }
    }

    /// The line of the byte at `to`.
    fn line_of(&mut self, to: usize) -> u64 {
        while self.at < to.min(self.bytes.len()) {
            match self.bytes[self.at] {
                b'\n' => self.line += 1,
                b'\r' if self.bytes.get(self.at + 1) != Some(&b'\n') => self.line += 1,
                _ => {}
            }
            self.at += 1;
        }
        self.line
    }

    /// The line of the record that the reader began to look for at `from`: empty lines before it
    /// are not its own.
    fn of_record_at(&mut self, from: usize) -> u64 {
        let empty = self.bytes[from.min(self.bytes.len())..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        self.line_of(from + empty)
    }
}
