//! One row of an answer, the same from either database.

use std::sync::Arc;

use super::error::StorageError;
use super::value::{Cell, FromValue, Held};

/// The names of an answer's columns, in their order; its rows share them.
pub(super) type Columns = Arc<[Box<str>]>;

/// One row of an answer.
#[derive(Debug)]
pub struct Row {
    columns: Columns,
    cells: Box<[Stored]>,
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
    pub(super) fn new(columns: Columns, cells: Box<[Stored]>) -> Self {
        Self { columns, cells }
    }

    /// The value of `column`.
    ///
    /// # Errors
    /// [`StorageError::Decode`] when there is no such column or it holds something else.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StorageError> {
        // Of two columns with one name the last is meant.
        let place = self.columns.iter().rposition(|name| **name == *column);
        let stored = place.and_then(|place| self.cells.get(place));
        T::from_value(Cell {
            column,
            held: held(column, stored)?,
        })
    }

    /// All columns by name, as they are stored.
    pub(super) fn to_json(&self) -> Result<serde_json::Value, StorageError> {
        let mut record = serde_json::Map::new();
        for (column, stored) in self.columns.iter().zip(&self.cells) {
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
