//! What stands behind [`Tx`](super::Tx): SQLite itself, on the thread that asks, or a connection to
//! PostgreSQL. Each takes the same text and values, gives the same rows, and says in the same words
//! what went wrong.

mod postgres;
mod sqlite;

use std::borrow::Cow;
use std::time::Instant;

use super::error::Failed;
use super::row::Row;
use super::value::Value;

pub(super) use postgres::Postgres;
pub(super) use sqlite::{Can, SETTINGS, Sqlite, sort};

/// A statement with its values.
pub(super) struct Asked {
    pub sql: Cow<'static, str>,
    pub params: Vec<Value>,
    /// Whether this very text comes again, so that it is worth being kept ready.
    pub again: bool,
}

impl Asked {
    /// A text of the source.
    pub fn fixed(sql: &'static str, params: Vec<Value>) -> Self {
        Self {
            sql: Cow::Borrowed(sql),
            params,
            again: true,
        }
    }

    /// A text that was put together.
    pub fn built(sql: String, params: Vec<Value>, again: bool) -> Self {
        Self {
            sql: Cow::Owned(sql),
            params,
            again,
        }
    }
}

/// One connection.
#[expect(
    clippy::large_enum_variant,
    reason = "there are a handful of connections, and each stays where it is"
)]
pub(super) enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

// PostgreSQL's futures are large and every statement of every action would carry one; boxed, those
// who run on a file carry none.
impl Engine {
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// From now on nothing is waited for longer than until `deadline`.
    pub fn limit(&mut self, deadline: Option<Instant>) {
        if let Self::Sqlite(sqlite) = self {
            sqlite.limit(deadline);
        }
    }

    /// All rows of a query.
    pub async fn all(&mut self, asked: Asked) -> Result<Vec<Row>, Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.all(&asked),
            Self::Postgres(postgres) => Box::pin(postgres.all(asked)).await,
        }
    }

    /// The first row of a query.
    pub async fn first(&mut self, asked: Asked) -> Result<Option<Row>, Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.first(&asked),
            Self::Postgres(postgres) => Box::pin(postgres.first(asked)).await,
        }
    }

    /// Runs a statement to its end; how many rows it changed.
    pub async fn run(&mut self, asked: Asked) -> Result<u64, Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.run(&asked),
            Self::Postgres(postgres) => Box::pin(postgres.run(asked)).await,
        }
    }

    /// Runs commands without values and rows, divided by `; `.
    pub async fn command(&mut self, sql: &'static str) -> Result<(), Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.command(sql),
            Self::Postgres(postgres) => Box::pin(postgres.command(sql)).await,
        }
    }

    /// Many rows are to be changed: takes the memory that makes it fast.
    pub fn spread(&mut self) -> Result<(), Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.spread(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Gives that memory back.
    pub fn rest(&mut self) -> Result<(), Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.rest(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// After a disk was full: makes what room can be made in what the database itself takes.
    pub fn make_room(&self) -> Result<(), Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write_back(),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Closes the connection, or gives it back.
    pub async fn close(self) -> Result<(), Failed> {
        match self {
            Self::Sqlite(sqlite) => sqlite.close(),
            Self::Postgres(postgres) => Box::pin(postgres.close()).await,
        }
    }
}
