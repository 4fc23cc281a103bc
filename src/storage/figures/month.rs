//! How months look in the database.

use crate::domain::figures::Month;
use crate::storage::{Cell, FromValue, StorageError, ToValue, Value};

impl ToValue for Month {
    fn to_value(&self) -> Value {
        Value::Int(self.0)
    }
    fn null() -> Value {
        Value::NullInt
    }
}

impl FromValue for Month {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        cell.int().map(Self)
    }
}
