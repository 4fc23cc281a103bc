//! What an action sees of the database: statements with `$n` parameters, rows with named
//! columns. The driver behind it can be changed without touching an action.

use std::fmt::Write as _;

use sqlx::any::{AnyArguments, AnyRow, AnyTypeInfoKind};
use sqlx::{Any, AnyConnection, Arguments, AssertSqlSafe, Column, Connection, Executor, Row as _};
use sqlx::{Transaction, TypeInfo, ValueRef};

use super::error::StorageError;
use super::value::{Cell, FromValue, Held, Value};

/// The most parameters of one `IN` list that we build, those before it included. SQLite looks every
/// `$n` up among all before it, so that eight thousand take longer than eight times one thousand.
const LISTED: usize = 1_000;
/// The most parameters of one `INSERT` that we build.
const PARAMETERS: usize = 2_000;
/// The most rows of one `INSERT` that we build.
const ROWS: usize = 100;

/// One action's part of the group transaction, or one read transaction.
///
/// Dropping it is never needed: the writer keeps or undoes the action by its result.
pub struct Tx {
    held: Connected,
    /// Whether it is SQLite's, which takes `?` for the next parameter and finds it without looking.
    sqlite: bool,
    statements: u64,
    /// The first error after which SQLite may have left the transaction: statements are refused
    /// from there, since they would be committed one by one.
    broken: Option<StorageError>,
}

enum Connected {
    Writer(AnyConnection),
    Reader(Transaction<'static, Any>),
}

impl Tx {
    pub(super) fn writer(connection: AnyConnection, sqlite: bool) -> Self {
        Self::over(Connected::Writer(connection), sqlite)
    }

    pub(super) fn reader(transaction: Transaction<'static, Any>, sqlite: bool) -> Self {
        Self::over(Connected::Reader(transaction), sqlite)
    }

    fn over(held: Connected, sqlite: bool) -> Self {
        Self {
            held,
            sqlite,
            statements: 0,
            broken: None,
        }
    }

    fn connection(&mut self) -> &mut AnyConnection {
        match &mut self.held {
            Connected::Writer(connection) => connection,
            Connected::Reader(transaction) => transaction,
        }
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// What the database says; see [`StorageError`].
    pub async fn all(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StorageError> {
        self.count()?;
        let query = sqlx::query_with(sql, bind(params)?);
        let rows = self.connection().fetch_all(query).await;
        Ok(self.kept(rows)?.into_iter().map(Row).collect())
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// What the database says; see [`StorageError`].
    pub async fn opt(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Option<Row>, StorageError> {
        self.count()?;
        let query = sqlx::query_with(sql, bind(params)?);
        let row = self.connection().fetch_optional(query).await;
        Ok(self.kept(row)?.map(Row))
    }

    /// The first row of a query that must have one.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] without a row, else what the database says.
    pub async fn one(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Row, StorageError> {
        self.opt(sql, params).await?.ok_or(StorageError::NotFound)
    }

    /// Runs a statement; answers how many rows it changed.
    ///
    /// # Errors
    /// What the database says; see [`StorageError`].
    pub async fn run(
        &mut self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<u64, StorageError> {
        self.count()?;
        let query = sqlx::query_with(sql, bind(params)?);
        let done = self.connection().execute(query).await;
        Ok(self.kept(done)?.rows_affected())
    }

    /// Inserts many rows with few statements: `head` is `INSERT INTO t (a, b) VALUES`, `tail` is
    /// what follows the rows, such as `ON CONFLICT DO NOTHING`. Answers how many rows it changed.
    ///
    /// # Errors
    /// [`StorageError::Internal`] when the rows differ in length, else what the database says.
    pub async fn insert_many(
        &mut self,
        head: &'static str,
        tail: &'static str,
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, StorageError> {
        let width = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|row| row.len() != width) {
            let reason = format!("rows of different lengths for {head}");
            return Err(StorageError::Internal(reason));
        }
        let most = (PARAMETERS / width.max(1)).clamp(1, ROWS);
        let (mut left, mut rows, mut changed) = (rows.len(), rows.into_iter(), 0);
        while left > 0 {
            let count = left.min(most);
            left -= count;
            // Texts that come again are kept ready; a remainder's length may never do.
            let again = count == most || count == 1;
            let sql = insert(head, tail, count, width, self.sqlite);
            let params = rows.by_ref().take(count).flatten().collect();
            self.count()?;
            let query = sqlx::query_with(AssertSqlSafe(sql), bind(params)?).persistent(again);
            let done = self.connection().execute(query).await;
            changed += self.kept(done)?.rows_affected();
        }
        Ok(changed)
    }

    /// Runs a query whose text holds `IN (?list)` once, with the list's values behind those of
    /// `before`. A long list is asked for in pieces, so an `ORDER BY` or a `LIMIT` holds for a
    /// piece only and `NOT IN` must not be used; an empty list gives no rows.
    ///
    /// # Errors
    /// [`StorageError::Internal`] without the marker, else what the database says.
    pub async fn all_in(
        &mut self,
        sql_with_marker: &'static str,
        before: Vec<Value>,
        list: Vec<Value>,
    ) -> Result<Vec<Row>, StorageError> {
        let Some((head, tail)) = sql_with_marker.split_once("?list") else {
            let reason = format!("no ?list in {sql_with_marker}");
            return Err(StorageError::Internal(reason));
        };
        let most = LISTED.saturating_sub(before.len()).max(1);
        let mut found = Vec::new();
        for piece in list.chunks(most) {
            let mut sql = head.to_owned();
            for index in 0..piece.len() {
                let comma = if index == 0 { "" } else { ", " };
                // Writing to a String cannot fail.
                let _ = write!(sql, "{comma}${}", before.len() + index + 1);
            }
            sql.push_str(tail);
            let params = before.iter().chain(piece).cloned().collect();
            self.count()?;
            let query = sqlx::query_with(AssertSqlSafe(sql), bind(params)?).persistent(false);
            let rows = self.connection().fetch_all(query).await;
            found.extend(self.kept(rows)?.into_iter().map(Row));
        }
        Ok(found)
    }

    /// How many statements this action has run so far.
    pub fn statements(&self) -> u64 {
        self.statements
    }

    fn count(&mut self) -> Result<(), StorageError> {
        self.statements += 1;
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn kept<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StorageError> {
        result.map_err(|error| {
            let (error, breaks) = StorageError::from_driver(&error);
            if breaks && self.broken.is_none() {
                self.broken = Some(error.clone());
            }
            error
        })
    }

    /// Starts counting for the next action.
    pub(super) fn start(&mut self) {
        self.statements = 0;
        self.broken = None;
    }

    /// The error that may have ended the whole transaction, if there was one.
    pub(super) fn broken(&self) -> Option<StorageError> {
        self.broken.clone()
    }

    /// Runs one of the writer's own commands, which may be several statements.
    pub(super) async fn command(&mut self, sql: &'static str) -> Result<(), StorageError> {
        let done = self.connection().execute(sqlx::raw_sql(sql)).await;
        done.map(drop).map_err(StorageError::from)
    }

    /// Ends a read transaction.
    pub(super) async fn finish(self) -> Result<(), StorageError> {
        match self.held {
            Connected::Reader(transaction) => Ok(transaction.rollback().await?),
            Connected::Writer(connection) => Ok(connection.close().await?),
        }
    }
}

/// The text of an `INSERT` of `count` rows of `width` columns.
fn insert(head: &str, tail: &str, count: usize, width: usize, sqlite: bool) -> String {
    let mut sql = head.to_owned();
    for row in 0..count {
        sql.push_str(if row == 0 { " (" } else { ", (" });
        for column in 0..width {
            sql.push_str(if column == 0 { "" } else { ", " });
            if sqlite {
                sql.push('?');
            } else {
                // Writing to a String cannot fail.
                let _ = write!(sql, "${}", row * width + column + 1);
            }
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

fn bind(params: Vec<Value>) -> Result<AnyArguments, StorageError> {
    let mut bound = AnyArguments::default();
    for value in params {
        match value {
            Value::Text(text) => bound.add(text),
            Value::NullText => bound.add(None::<String>),
            Value::Int(int) => bound.add(int),
            Value::NullInt => bound.add(None::<i64>),
            Value::Real(real) => bound.add(real),
            Value::NullReal => bound.add(None::<f64>),
        }
        .map_err(|error| StorageError::Internal(error.to_string()))?;
    }
    Ok(bound)
}

/// One row of an answer.
pub struct Row(AnyRow);

impl Row {
    /// The value of `column`.
    ///
    /// # Errors
    /// [`StorageError::Decode`] when there is no such column or it holds something else.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, StorageError> {
        T::from_value(self.cell(column)?)
    }

    /// All columns by name, as they are stored.
    pub(super) fn to_json(&self) -> Result<serde_json::Value, StorageError> {
        let mut record = serde_json::Map::new();
        for column in self.0.columns() {
            let held = match self.cell(column.name())?.held {
                Held::Null => serde_json::Value::Null,
                Held::Text(text) => text.into(),
                Held::Int(int) => int.into(),
                Held::Real(real) => real.into(),
            };
            record.insert(column.name().to_owned(), held);
        }
        Ok(serde_json::Value::Object(record))
    }

    fn cell<'r>(&'r self, column: &'r str) -> Result<Cell<'r>, StorageError> {
        let wrong = |reason: &str| StorageError::Decode {
            column: column.to_owned(),
            reason: reason.to_owned(),
        };
        let raw = (self.0.try_get_raw(column)).map_err(|_| wrong("is not in the answer"))?;
        let decoded = if raw.is_null() {
            Ok(Held::Null)
        } else {
            match raw.type_info().kind() {
                AnyTypeInfoKind::Text => self.0.try_get(column).map(Held::Text),
                AnyTypeInfoKind::Real => {
                    let real = self.0.try_get::<f32, _>(column);
                    real.map(|real| Held::Real(f64::from(real)))
                }
                AnyTypeInfoKind::Double => self.0.try_get(column).map(Held::Real),
                kind if kind.is_integer() => self.0.try_get(column).map(Held::Int),
                _ => return Err(wrong(raw.type_info().name())),
            }
        };
        let held = decoded.map_err(|_| wrong("cannot be read"))?;
        Ok(Cell { column, held })
    }
}
