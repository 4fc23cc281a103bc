//! What an action sees of the database: statements with `$n` parameters, rows with named
//! columns. The driver behind it can be changed without touching an action.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::changes::{Changes, Watch};
use super::engine::{Asked, Engine, Sqlite};
use super::error::{Failed, StorageError};
use super::row::Row;
use super::value::Value;

/// The most parameters of one `IN` list that we build, those before it included. SQLite looks every
/// `$n` up among all before it, so that eight thousand take longer than eight times one thousand.
const LISTED: usize = 1_000;
/// The most parameters of one `INSERT` that we build.
const PARAMETERS: usize = 2_000;
/// So many rows are worth some memory.
const MANY: usize = 500;
/// The most rows of one `INSERT` that we build.
const ROWS: usize = 100;

/// One action's part of the group transaction, or one read transaction.
///
/// Dropping it is never needed: the writer keeps or undoes the action by its result.
pub struct Tx {
    engine: Engine,
    statements: u64,
    /// When this action is given up.
    deadline: Option<Instant>,
    /// The first error after which SQLite may have left the transaction: statements are refused
    /// from there, since they would be committed one by one.
    broken: Option<StorageError>,
    /// What is touched, while somebody wants to know it.
    watch: Option<Box<Watch>>,
}

impl Tx {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            statements: 0,
            deadline: None,
            broken: None,
            watch: None,
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
        self.look(sql, &params).await?;
        let rows = self.engine.all(Asked::fixed(sql, params)).await;
        self.kept(rows)
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
        self.look(sql, &params).await?;
        let row = self.engine.first(Asked::fixed(sql, params)).await;
        self.kept(row)
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
        self.look(sql, &params).await?;
        let done = self.engine.run(Asked::fixed(sql, params)).await;
        self.kept(done)
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
        if rows.len() >= MANY {
            self.engine.spread()?;
        }
        if let Some(mut watch) = self.watch.take() {
            let seen = watch.see_rows(&mut self.engine, (head, tail), &rows).await;
            self.watch = Some(watch);
            self.kept(seen)?;
        }
        let most = (PARAMETERS / width.max(1)).clamp(1, ROWS);
        let (mut left, mut rows, mut changed) = (rows.len(), rows.into_iter(), 0);
        while left > 0 {
            let count = left.min(most);
            left -= count;
            // Texts that come again are kept ready; a remainder's length may never do.
            let again = count == most || count == 1;
            let sql = insert(head, tail, count, width, self.engine.is_sqlite());
            let params = rows.by_ref().take(count).flatten().collect();
            self.count()?;
            let done = self.engine.run(Asked::built(sql, params, again)).await;
            changed += self.kept(done)?;
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
            let params: Vec<Value> = before.iter().chain(piece).cloned().collect();
            self.count()?;
            self.look(&sql, &params).await?;
            let rows = self.engine.all(Asked::built(sql, params, false)).await;
            found.extend(self.kept(rows)?);
        }
        Ok(found)
    }

    /// From now on, remembers how every row was that this action touches.
    pub fn watch(&mut self) {
        self.watch = Some(Box::default());
    }

    /// What this action changed since [`Tx::watch`], which ends here.
    ///
    /// # Errors
    /// What the database says; see [`StorageError`].
    pub async fn watched(&mut self) -> Result<Changes, StorageError> {
        let Some(watch) = self.watch.take() else {
            return Ok(Changes::default());
        };
        let changes = watch.settle(&mut self.engine).await;
        self.kept(changes)
    }

    async fn look(&mut self, sql: &str, params: &[Value]) -> Result<(), StorageError> {
        let Some(mut watch) = self.watch.take() else {
            return Ok(());
        };
        let seen = watch.see(&mut self.engine, sql, params).await;
        self.watch = Some(watch);
        self.kept(seen)
    }

    /// All rows of a question that was put together.
    pub(super) async fn all_built(
        &mut self,
        sql: String,
        params: Vec<Value>,
    ) -> Result<Vec<Row>, StorageError> {
        self.count()?;
        let rows = self.engine.all(Asked::built(sql, params, false)).await;
        self.kept(rows)
    }

    /// Runs a statement that was put together; how many rows it changed.
    pub(super) async fn run_built(
        &mut self,
        sql: String,
        params: Vec<Value>,
    ) -> Result<u64, StorageError> {
        self.count()?;
        let done = self.engine.run(Asked::built(sql, params, false)).await;
        self.kept(done)
    }

    /// How many statements this action has run so far.
    pub fn statements(&self) -> u64 {
        self.statements
    }

    fn count(&mut self) -> Result<(), StorageError> {
        self.statements += 1;
        // SQLite answers at once, so between two statements nobody else gets to look at the clock.
        if self.is_late() {
            return Err(StorageError::TimedOut);
        }
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn kept<T>(&mut self, result: Result<T, Failed>) -> Result<T, StorageError> {
        result.map_err(|Failed { error, breaks }| {
            if breaks && self.broken.is_none() {
                self.broken = Some(error.clone());
            }
            error
        })
    }

    /// Starts counting for the next action, which may take so long.
    pub(super) fn start(&mut self, limit: Duration) {
        self.statements = 0;
        self.broken = None;
        self.watch = None;
        self.deadline = Instant::now().checked_add(limit);
        self.engine.limit(self.deadline);
    }

    /// Whether this action has taken longer than it may.
    pub(super) fn is_late(&self) -> bool {
        (self.deadline).is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// The error that may have ended the whole transaction, if there was one.
    pub(super) fn broken(&self) -> Option<StorageError> {
        self.broken.clone()
    }

    /// Runs one of our own commands, which may be several statements divided by `; `.
    pub(super) async fn command(&mut self, sql: &'static str) -> Result<(), StorageError> {
        Ok(self.engine.command(sql).await?)
    }

    /// Gives back memory that was taken for many rows.
    pub(super) fn rest(&mut self) -> Result<(), StorageError> {
        Ok(self.engine.rest()?)
    }

    /// After a disk was full: makes what room can be made in what the database itself takes.
    pub(super) fn make_room(&self) -> Result<(), StorageError> {
        Ok(self.engine.make_room()?)
    }

    /// Closes the connection, or ends the transaction on one that was lent.
    pub(super) async fn finish(self) -> Result<(), StorageError> {
        Ok(self.engine.close().await?)
    }

    /// The connection itself, where it is to a file.
    pub(super) fn into_sqlite(self) -> Option<Sqlite> {
        match self.engine {
            Engine::Sqlite(sqlite) => Some(sqlite),
            Engine::Postgres(_) => None,
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
