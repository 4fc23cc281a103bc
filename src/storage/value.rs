//! How the domain's types look inside the database: instants are milliseconds, truth is 0 or 1,
//! ids, zones and states are text. No call site sees those integers.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::error::StorageError;
use crate::domain::ids;
use crate::domain::platform::{Account, Platform, Room};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Zone, instant_from_millis};

/// One bound parameter. Nulls carry the column's type because PostgreSQL wants to know it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// No text.
    NullText,
    /// An integer, an instant in milliseconds, or truth as 0 and 1.
    Int(i64),
    /// No integer.
    NullInt,
    /// A real number.
    Real(f64),
    /// No real number.
    NullReal,
}

/// Goes into a column.
pub trait ToValue {
    /// The value as it is bound.
    fn to_value(&self) -> Value;

    /// What is bound for an absent value of this type.
    fn null() -> Value {
        Value::NullText
    }
}

/// Comes out of a column.
pub trait FromValue: Sized {
    /// Reads the value of `cell`.
    ///
    /// # Errors
    /// [`StorageError::Decode`] naming the column when it holds something else.
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError>;
}

/// One column of one row, as it came from the database.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'r> {
    pub(super) column: &'r str,
    pub(super) held: Held<'r>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Held<'r> {
    Null,
    Text(&'r str),
    Int(i64),
    Real(f64),
}

impl<'r> Cell<'r> {
    /// The text held.
    ///
    /// # Errors
    /// [`StorageError::Decode`] when it is no text.
    pub fn text(&self) -> Result<&'r str, StorageError> {
        match self.held {
            Held::Text(text) => Ok(text),
            _ => Err(self.wrong("text")),
        }
    }

    /// The integer held.
    ///
    /// # Errors
    /// [`StorageError::Decode`] when it is no integer.
    pub fn int(&self) -> Result<i64, StorageError> {
        match self.held {
            Held::Int(int) => Ok(int),
            _ => Err(self.wrong("an integer")),
        }
    }

    /// Whether nothing is held.
    pub fn is_null(&self) -> bool {
        matches!(self.held, Held::Null)
    }

    /// The error that says `expected` is not what this column holds. It tells the kind of what
    /// is there and never the content, which may be about people.
    pub fn wrong(&self, expected: &str) -> StorageError {
        let kind = match self.held {
            Held::Null => "nothing",
            Held::Text(_) => "text",
            Held::Int(_) => "an integer",
            Held::Real(_) => "a real number",
        };
        StorageError::Decode {
            column: self.column.to_owned(),
            reason: format!("expected {expected}, found {kind}"),
        }
    }
}

/// Binds a list of values of any storable types: `params![id, now, name]`.
#[macro_export]
macro_rules! params {
    ($($e:expr),* $(,)?) => { vec![$($crate::storage::ToValue::to_value(&$e)),*] }
}

/// Makes domain types storable as text that have `as_str(&self) -> &str` and `FromStr`.
macro_rules! stored_text {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::storage::ToValue for $type {
            fn to_value(&self) -> $crate::storage::Value {
                $crate::storage::Value::Text(self.as_str().to_owned())
            }
        }
        impl $crate::storage::FromValue for $type {
            fn from_value(
                cell: $crate::storage::Cell<'_>,
            ) -> Result<Self, $crate::storage::StorageError> {
                cell.text()?.parse().map_err(|_| cell.wrong(stringify!($type)))
            }
        }
    )*};
}

stored_text!(
    Platform,
    crate::domain::checklist::Fact,
    crate::domain::events::attendance::Decision,
    crate::domain::events::attendance::Role,
    crate::domain::events::attendance::Source,
    crate::domain::events::meeting::EventKind,
    crate::domain::events::rsvp::PartStat,
    crate::domain::events::rsvp::Seat,
    crate::domain::events::rsvp::Way,
    crate::domain::events::session::Mode,
    crate::domain::events::session::Part,
    crate::domain::events::session::Presence,
    crate::domain::events::session::Status,
    crate::domain::people::arrival::Welcome,
    crate::domain::people::career::CareerStage,
    crate::domain::people::identity::Alike,
    crate::domain::people::identity::IdentifierKind,
    crate::domain::people::identity::MergeWay,
    crate::domain::people::member::CountrySource,
    crate::domain::people::member::MessageKind,
    crate::domain::people::consent::Purpose,
    crate::domain::people::member::Permission,
    crate::domain::people::member::Standing,
);

macro_rules! stored_addresses {
    ($($type:ty),* $(,)?) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Text(self.to_string())
            }
        }
        impl FromValue for $type {
            fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
                cell.text()?.parse().map_err(|_| cell.wrong(stringify!($type)))
            }
        }
    )*};
}

stored_addresses!(Account, Room);

macro_rules! stored_ids {
    ($($type:ident),* $(,)?) => {$(
        impl ToValue for ids::$type {
            fn to_value(&self) -> Value {
                Value::Text(self.as_str().to_owned())
            }
        }
        impl FromValue for ids::$type {
            fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
                Ok(Self::new(cell.text()?))
            }
        }
    )*};
}

stored_ids!(
    CommunityId,
    OrganisationId,
    MemberId,
    SeriesId,
    SessionId,
    TalkId,
    AppearanceId,
    ReviewId,
    OutboxId,
    ProposalId,
    ChecklistId,
    ItemId,
    DraftId,
    WordingId,
    LikenessId,
    TermId,
    RegistrationId,
);

macro_rules! stored_ints {
    ($($type:ty),*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
            }
            fn null() -> Value {
                Value::NullInt
            }
        }
        impl FromValue for $type {
            fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
                Self::try_from(cell.int()?).map_err(|_| cell.wrong(stringify!($type)))
            }
        }
    )*};
}

stored_ints!(i64, i32, u8, u16, u32, u64, usize);

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn null() -> Value {
        Value::NullInt
    }
}

impl FromValue for bool {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        Ok(cell.int()? != 0)
    }
}

impl ToValue for f64 {
    fn to_value(&self) -> Value {
        Value::Real(*self)
    }
    fn null() -> Value {
        Value::NullReal
    }
}

impl FromValue for f64 {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        match cell.held {
            Held::Real(real) => Ok(real),
            _ => Err(cell.wrong("a real number")),
        }
    }
}

impl ToValue for Instant {
    fn to_value(&self) -> Value {
        Value::Int(self.timestamp_millis())
    }
    fn null() -> Value {
        Value::NullInt
    }
}

impl FromValue for Instant {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        cell.int().map(instant_from_millis)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl FromValue for String {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        cell.text().map(str::to_owned)
    }
}

impl ToValue for UserText {
    fn to_value(&self) -> Value {
        Value::Text(self.as_str().to_owned())
    }
}

impl FromValue for UserText {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        cell.text().map(Self::trusted)
    }
}

impl ToValue for Zone {
    fn to_value(&self) -> Value {
        Value::Text(self.name().to_owned())
    }
}

impl FromValue for Zone {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        cell.text()?.parse().map_err(|_| cell.wrong("a time zone"))
    }
}

impl ToValue for serde_json::Value {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for serde_json::Value {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        serde_json::from_str(cell.text()?).map_err(|_| cell.wrong("JSON"))
    }
}

macro_rules! stored_wall_times {
    ($($type:ty, $format:literal, $what:literal;)*) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Value {
                Value::Text(self.format($format).to_string())
            }
        }
        impl FromValue for $type {
            fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
                cell.text()?.parse().map_err(|_| cell.wrong($what))
            }
        }
    )*};
}

// ISO 8601, which sorts as text in the order of time.
stored_wall_times! {
    NaiveDate, "%Y-%m-%d", "a date";
    NaiveDateTime, "%Y-%m-%dT%H:%M:%S", "a wall time";
    NaiveTime, "%H:%M:%S", "a time of day";
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or_else(T::null, ToValue::to_value)
    }
    fn null() -> Value {
        T::null()
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(cell: Cell<'_>) -> Result<Self, StorageError> {
        if cell.is_null() {
            return Ok(None);
        }
        T::from_value(cell).map(Some)
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
    fn null() -> Value {
        T::null()
    }
}
