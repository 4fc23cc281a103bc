//! SQLite itself. Everything here happens on the calling thread and is over when it answers, which
//! is a thread that may wait: the writer's own, or a reader's.

mod open;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

use super::Asked;
use crate::storage::error::{Failed, StorageError};
use crate::storage::row::{Columns, Row, Stored};
use crate::storage::value::Value;

pub(in crate::storage) use open::{Can, SETTINGS, sort};

/// How many statements a connection keeps ready. All that a busy service says again and again are
/// fewer than this; one costs a few kilobytes.
const KEPT_READY: usize = 256;
/// How many steps of SQLite's machine lie between two looks at the clock, under a millisecond.
const STEPS: i32 = 20_000;

/// A connection to an SQLite file.
pub(in crate::storage) struct Sqlite {
    connection: Connection,
    deadline: Option<Instant>,
    watch: Arc<Watch>,
    /// Whether more of the file is kept in memory than usual.
    spread: bool,
    /// What is known of texts of the source, by where they stand in memory.
    shapes: RefCell<HashMap<(usize, usize), Arc<Shape>>>,
}

/// What SQLite tells of a statement, letter by letter, and what stays as it is while the text does.
struct Shape {
    /// Of each parameter in turn, which value is meant.
    numbers: Box<[Option<usize>]>,
    /// The columns of its rows, once there was one.
    columns: OnceLock<Arc<Columns>>,
}

impl Shape {
    /// SQLite itself numbers `$2` by where it first appears. A `?` has no name and takes its place in order, a `?2` the
    /// second.
    fn of(statement: &Statement<'_>, params: usize) -> Self {
        let number = |place| match statement.parameter_name(place).filter(|_| params < MANY) {
            Some(name) => name.strip_prefix('$').and_then(|name| name.parse().ok()),
            None => Some(place),
        };
        Self {
            numbers: (1..=statement.parameter_count()).map(number).collect(),
            columns: OnceLock::new(),
        }
    }

    /// The columns of a row. They are looked at anew where somebody gave a table another column.
    fn columns(&self, statement: &Statement<'_>) -> Arc<Columns> {
        let read = || {
            let names = statement.column_names();
            Arc::new(Columns::new(names.into_iter().map(Box::from).collect()))
        };
        let known = self.columns.get_or_init(read);
        match known.len() == statement.column_count() {
            true => Arc::clone(known),
            false => read(),
        }
    }
}

/// When the statement that runs is to be given up, as SQLite's progress handler sees it.
struct Watch {
    began: Instant,
    /// In microseconds since then; the maximum for never.
    ends: AtomicU64,
}

impl Watch {
    fn set(&self, deadline: Option<Instant>) {
        let us = deadline.map_or(u64::MAX, |deadline| {
            let left = deadline.saturating_duration_since(self.began);
            u64::try_from(left.as_micros()).unwrap_or(u64::MAX)
        });
        self.ends.store(us, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        let ends = self.ends.load(Ordering::Relaxed);
        ends != u64::MAX && self.began.elapsed().as_micros() > u128::from(ends)
    }
}

impl Sqlite {
    fn over(connection: Connection) -> Self {
        let watch = Arc::new(Watch {
            began: Instant::now(),
            ends: AtomicU64::new(u64::MAX),
        });
        let seen = Arc::clone(&watch);
        connection.progress_handler(STEPS, Some(move || seen.is_over()));
        connection.set_prepared_statement_cache_capacity(KEPT_READY);
        Self {
            connection,
            deadline: None,
            watch,
            spread: false,
            shapes: RefCell::default(),
        }
    }

    /// Statements that only ask are given up after `deadline`. One that changes something is let
    /// finish, since SQLite undoes the whole transaction of one that is cut off, and with it what
    /// others did.
    pub fn limit(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// All rows of a query.
    pub fn all(&self, asked: &Asked) -> Result<Vec<Row>, Failed> {
        self.ready(asked, |statement, shape| rows(statement, shape, usize::MAX))
    }

    /// The first row of a query.
    pub fn first(&self, asked: &Asked) -> Result<Option<Row>, Failed> {
        let first = self.ready(asked, |statement, shape| rows(statement, shape, 1));
        Ok(first?.pop())
    }

    /// Runs a statement to its end; how many rows it changed.
    pub fn run(&self, asked: &Asked) -> Result<u64, Failed> {
        self.ready(asked, |statement, _| {
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
            drop(rows);
            Ok(if statement.readonly() {
                0
            } else {
                self.connection.changes()
            })
        })
    }

    /// Runs commands without values and rows, divided by `; `.
    pub fn command(&self, sql: &'static str) -> Result<(), Failed> {
        self.watch.set(None);
        for command in sql.split("; ") {
            self.connection.prepare_cached(command)?.raw_execute()?;
        }
        Ok(())
    }

    /// Whether no transaction is open.
    pub fn is_idle(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// Closes the file.
    pub fn close(self) -> Result<(), Failed> {
        Ok(self.connection.close().map_err(|(_, error)| error)?)
    }

    /// What is another once somebody else committed something; on this connection alone.
    pub fn data_version(&self) -> Result<i64, Failed> {
        let version = self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0));
        Ok(version?)
    }

    /// What SQLite's own checks find; empty is good.
    pub fn integrity(&self) -> Result<Vec<String>, Failed> {
        self.watch.set(None);
        let mut found = Vec::new();
        let mut check = self.connection.prepare("PRAGMA integrity_check")?;
        let mut rows = check.query([])?;
        while let Some(row) = rows.next()? {
            let line: String = row.get(0)?;
            if line != "ok" {
                found.push(line);
            }
        }
        let mut check = self.connection.prepare("PRAGMA foreign_key_check")?;
        let mut rows = check.query([])?;
        while let Some(row) = rows.next()? {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            found.push(format!("a row of {table} points at nothing in {parent}"));
        }
        Ok(found)
    }

    /// Writes the file anew, and the log back, which it cuts to nothing; false while somebody reads what is older. What is
    /// deleted is wiped at once, but rows that move from one page to another leave their bytes behind between those that stay.
    pub fn cut_log(&self) -> Result<bool, Failed> {
        self.watch.set(None);
        // By a connection that only asks otherwise, so that the writer is kept waiting by SQLite alone.
        let anew = "PRAGMA query_only=OFF; VACUUM";
        let written = self.connection.execute_batch(anew);
        self.connection.execute_batch("PRAGMA query_only=ON")?;
        match written.map_err(Failed::from) {
            Err(failed) if matches!(failed.error, StorageError::Busy) => return Ok(false),
            written => written?,
        }
        let cut = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.connection.query_row(cut, [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Keeps more of the file in memory, 16 MB and not 2, until [`Sqlite::rest`]: a report of a thousand people changes a
    /// few thousand pages, and what does not fit is written, read and written again.
    pub fn spread(&mut self) -> Result<(), Failed> {
        if !self.spread {
            self.connection.execute_batch("PRAGMA cache_size=-16384")?;
            self.spread = true;
        }
        Ok(())
    }

    /// Keeps no more of the file in memory than is usual.
    pub fn rest(&mut self) -> Result<(), Failed> {
        if self.spread {
            self.connection
                .execute_batch("PRAGMA cache_size=-2000; PRAGMA shrink_memory")?;
            self.spread = false;
        }
        Ok(())
    }

    /// Writes the log back as far as nobody reads what is older; where that is all of it, it begins anew and needs no
    /// more room.
    pub fn write_back(&self) -> Result<(), Failed> {
        self.watch.set(None);
        let back = "PRAGMA wal_checkpoint(PASSIVE)";
        Ok(self.connection.query_row(back, [], |_| Ok(()))?)
    }

    /// Hands `act` the statement, prepared and with its values.
    fn ready<T>(
        &self,
        asked: &Asked,
        act: impl FnOnce(&mut Statement<'_>, &Shape) -> rusqlite::Result<T>,
    ) -> Result<T, Failed> {
        let sql = numbered(asked);
        let act = |statement: &mut Statement<'_>| {
            let shape = self.shape(asked, statement);
            bind(statement, &shape, &asked.params)?;
            self.watch
                .set(self.deadline.filter(|_| statement.readonly()));
            Ok(act(statement, &shape)?)
        };
        if asked.again {
            act(&mut *self.connection.prepare_cached(&sql)?)
        } else {
            act(&mut self.connection.prepare(&sql)?)
        }
    }

    /// What is known of a statement.
    fn shape(&self, asked: &Asked, statement: &Statement<'_>) -> Arc<Shape> {
        let made = || Arc::new(Shape::of(statement, asked.params.len()));
        match asked.sql {
            Cow::Borrowed(text) => {
                let place = (text.as_ptr().addr(), text.len());
                let mut shapes = self.shapes.borrow_mut();
                Arc::clone(shapes.entry(place).or_insert_with(made))
            }
            Cow::Owned(_) => made(),
        }
    }
}

/// From so many parameters on they go by number. SQLite knows `$1` by its name alone and goes through all names before it
/// for each it reads, so that a thousand of them take milliseconds; `?1` is a place.
const MANY: usize = 40;

/// The text with `?1` for `$1` where there are many. No statement of ours has a dollar before a digit in a literal.
fn numbered(asked: &Asked) -> Cow<'_, str> {
    if asked.params.len() < MANY {
        return Cow::Borrowed(&asked.sql);
    }
    let mut text = String::with_capacity(asked.sql.len());
    let mut parts = asked.sql.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let is_parameter = part.starts_with(|first: char| first.is_ascii_digit());
        text.push(if is_parameter { '?' } else { '$' });
        text.push_str(part);
    }
    Cow::Owned(text)
}

/// Binds each parameter to the value that is meant.
fn bind(statement: &mut Statement<'_>, shape: &Shape, params: &[Value]) -> Result<(), Failed> {
    for (place, number) in (1..).zip(&shape.numbers) {
        let value = number.and_then(|number: usize| params.get(number.checked_sub(1)?));
        match value {
            Some(Value::Text(text)) => statement.raw_bind_parameter(place, text.as_str())?,
            Some(Value::Int(int)) => statement.raw_bind_parameter(place, int)?,
            Some(Value::Real(real)) => statement.raw_bind_parameter(place, real)?,
            Some(Value::NullText | Value::NullInt | Value::NullReal) => {
                statement.raw_bind_parameter(place, rusqlite::types::Null)?;
            }
            None => {
                let reason = format!("parameter {place} of a statement has no value");
                return Err(StorageError::Internal(reason).into());
            }
        }
    }
    Ok(())
}

/// The first `most` rows.
fn rows(statement: &mut Statement<'_>, shape: &Shape, most: usize) -> rusqlite::Result<Vec<Row>> {
    let mut found = Vec::new();
    let mut named: Option<Arc<Columns>> = None;
    let mut rows = statement.raw_query();
    while found.len() < most
        && let Some(row) = rows.next()?
    {
        let columns = named.get_or_insert_with(|| shape.columns(row.as_ref()));
        let cells = (0..columns.len()).map(|place| row.get_ref(place).map(stored));
        found.push(Row::new(
            Arc::clone(columns),
            cells.collect::<Result<_, _>>()?,
        ));
    }
    Ok(found)
}

fn stored(value: ValueRef<'_>) -> Stored {
    match value {
        ValueRef::Null => Stored::Null,
        ValueRef::Integer(int) => Stored::Int(int),
        ValueRef::Real(real) => Stored::Real(real),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Stored::Text(text.to_owned()),
            Err(_) => Stored::Other("text that is not UTF-8".to_owned()),
        },
        ValueRef::Blob(_) => Stored::Other("BLOB".to_owned()),
    }
}
