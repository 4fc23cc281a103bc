//! A connection to PostgreSQL, through sqlx.

use std::borrow::Cow;
use std::sync::Arc;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::{
    Arguments, AssertSqlSafe, Column, ConnectOptions, Connection, Executor, PgConnection,
    Postgres as Driver, Row as _, SqlSafeStr, SqlStr, Transaction, TypeInfo, ValueRef,
};

use super::Asked;
use crate::storage::error::{Failed, StorageError};
use crate::storage::row::{Columns, Row, Stored};
use crate::storage::value::Value;

/// A connection, or a transaction on one that a pool lent.
pub(in crate::storage) enum Postgres {
    Own(PgConnection),
    Lent(Transaction<'static, Driver>),
}

impl Postgres {
    /// What sqlx wants to know. Statements are not logged: their texts say nothing new and
    /// logging them costs more than running some.
    pub fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
        let options: PgConnectOptions = url.parse()?;
        Ok(options.disable_statement_logging())
    }

    /// A connection that may write.
    pub async fn connect(options: &PgConnectOptions) -> Result<Self, sqlx::Error> {
        Ok(Self::Own(options.connect().await?))
    }

    /// The driver's connection.
    pub fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Own(connection) => connection,
            Self::Lent(transaction) => transaction,
        }
    }

    /// All rows of a query.
    pub async fn all(&mut self, asked: Asked) -> Result<Vec<Row>, Failed> {
        let (sql, bound, again) = taken(asked)?;
        let query = sqlx::query_with(sql, bound).persistent(again);
        let found = self.connection().fetch_all(query).await?;
        let Some(first) = found.first() else {
            return Ok(Vec::new());
        };
        let columns = names(first);
        found.iter().map(|row| read(&columns, row)).collect()
    }

    /// The first row of a query.
    pub async fn first(&mut self, asked: Asked) -> Result<Option<Row>, Failed> {
        let (sql, bound, again) = taken(asked)?;
        let query = sqlx::query_with(sql, bound).persistent(again);
        let found = self.connection().fetch_optional(query).await?;
        found.map(|row| read(&names(&row), &row)).transpose()
    }

    /// Runs a statement to its end; how many rows it changed.
    pub async fn run(&mut self, asked: Asked) -> Result<u64, Failed> {
        let (sql, bound, again) = taken(asked)?;
        let query = sqlx::query_with(sql, bound).persistent(again);
        Ok(self.connection().execute(query).await?.rows_affected())
    }

    /// Runs commands without values, in one round trip.
    pub async fn command(&mut self, sql: &'static str) -> Result<(), Failed> {
        self.connection().execute(sqlx::raw_sql(sql)).await?;
        Ok(())
    }

    /// Closes the connection, or gives it back.
    pub async fn close(self) -> Result<(), Failed> {
        match self {
            Self::Own(connection) => connection.close().await?,
            Self::Lent(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }
}

/// The statement as sqlx takes it.
fn taken(asked: Asked) -> Result<(SqlStr, PgArguments, bool), Failed> {
    let sql = match asked.sql {
        Cow::Borrowed(sql) => sql.into_sql_str(),
        Cow::Owned(sql) => AssertSqlSafe(sql).into_sql_str(),
    };
    let mut bound = PgArguments::default();
    for value in asked.params {
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
    Ok((sql, bound, asked.again))
}

fn names(row: &PgRow) -> Arc<Columns> {
    let names = row.columns().iter();
    let names = names.map(|column| Box::from(column.name())).collect();
    Arc::new(Columns::new(names))
}

fn read(columns: &Arc<Columns>, row: &PgRow) -> Result<Row, Failed> {
    let cells = (0..row.len()).map(|place| cell(row, place));
    let cells = cells.collect::<Result<_, sqlx::Error>>()?;
    Ok(Row::new(Arc::clone(columns), cells))
}

fn cell(row: &PgRow, place: usize) -> Result<Stored, sqlx::Error> {
    let raw = row.try_get_raw(place)?;
    if raw.is_null() {
        return Ok(Stored::Null);
    }
    let info = raw.type_info();
    Ok(match info.name() {
        "TEXT" | "VARCHAR" => Stored::Text(row.try_get(place)?),
        "INT2" => Stored::Int(row.try_get::<i16, _>(place)?.into()),
        "INT4" => Stored::Int(row.try_get::<i32, _>(place)?.into()),
        "INT8" => Stored::Int(row.try_get(place)?),
        "FLOAT4" => Stored::Real(row.try_get::<f32, _>(place)?.into()),
        "FLOAT8" => Stored::Real(row.try_get(place)?),
        other => Stored::Other(other.to_owned()),
    })
}
