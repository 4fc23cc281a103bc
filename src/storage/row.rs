//! One row of an answer, the same from either database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::error::StorageError;
use super::value::{Cell, FromValue, Held};

/// The names of an answer's columns, in their order; its rows share them.
#[derive(Debug)]
pub(super) struct Columns {
    names: Box<[Box<str>]>,
    /// Whether no two have one name.
    distinct: bool,
}

impl Columns {
    pub(super) fn new(names: Box<[Box<str>]>) -> Self {
        let distinct = (1..names.len()).all(|at| !names[..at].contains(&names[at]));
        Self { names, distinct }
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Where a column is; it may well be the `expected` one.
    fn place(&self, column: &str, expected: usize) -> Option<usize> {
        let next = self.names.get(expected);
        if self.distinct && next.is_some_and(|name| **name == *column) {
            return Some(expected);
        }
        // Of two columns with one name the last is meant.
        self.names.iter().rposition(|name| **name == *column)
    }
}

/// One row of an answer.
#[derive(Debug)]
pub struct Row {
    columns: Arc<Columns>,
    cells: Box<[Stored]>,
    /// The column behind the one that was read last: most are read in their order.
    next: AtomicUsize,
}

/// What one column of one row holds.
#[derive(Debug)]
pub(super) enum Stored {
    Null,
    Text(String),
    Int(i64),
    Real(f64),
    /// Something that no column of ours has, by the name of its type.
    Other(String),
}

impl Row {
    /// A row with as many cells as there are columns.
    pub(super) fn new(columns: Arc<Columns>, cells: Box<[Stored]>) -> Self {
        Self {
            columns,
            cells,
            next: AtomicUsize::new(0),
        }
    }

    /// The value of `column`.
    ///
    /// # Errors
    /// [`StorageError::Decode`] when there is no such column or it holds something else.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StorageError> {
        let place = self
            .columns
            .place(column, self.next.load(Ordering::Relaxed));
        if let Some(place) = place {
            self.next.store(place + 1, Ordering::Relaxed);
        }
        let stored = place.and_then(|place| self.cells.get(place));
        T::from_value(Cell {
            column,
            held: held(column, stored)?,
        })
    }

    /// All columns by name, as they are stored.
    pub(super) fn to_json(&self) -> Result<serde_json::Value, StorageError> {
        let mut record = serde_json::Map::new();
        for (column, stored) in self.columns.names.iter().zip(&self.cells) {
            let held = match held(column, Some(stored))? {
                Held::Null => serde_json::Value::Null,
                Held::Text(text) => text.into(),
                Held::Int(int) => int.into(),
                Held::Real(real) => real.into(),
            };
            record.insert(column.to_string(), held);
        }
        Ok(serde_json::Value::Object(record))
    }
}

fn held<'r>(column: &str, stored: Option<&'r Stored>) -> Result<Held<'r>, StorageError> {
    let wrong = |reason: &str| StorageError::Decode {
        column: column.to_owned(),
        reason: reason.to_owned(),
    };
    Ok(match stored {
        Some(Stored::Null) => Held::Null,
        Some(Stored::Text(text)) => Held::Text(text),
        Some(Stored::Int(int)) => Held::Int(*int),
        Some(Stored::Real(real)) => Held::Real(*real),
        Some(Stored::Other(kind)) => return Err(wrong(kind)),
        None => return Err(wrong("is not in the answer")),
    })
}
