//! Looks at rows before a statement touches them, and once more when the action is over.

use std::collections::{HashMap, HashSet};

use super::statement::{self, Brought, Does, Meets};
use super::tables::{OUTBOX, Table, find};
use super::{Change, Changes, bound};
use crate::domain::people::merging::Record;
use crate::storage::engine::{Asked, Engine};
use crate::storage::error::Failed;
use crate::storage::value::Value;

/// The most rows of one action that are kept.
const ROWS: usize = 2_000;

/// What is said to one person, and what keeps a card true, is no news that could be taken back.
const NO_NEWS: [&str; 2] = ["reply", "card-edit"];

/// What is known of the rows of a post: it is not changed once it is written.
const OF_POSTS: [&str; 3] = ["kind", "subject", "destination"];

/// What an action has touched so far.
#[derive(Debug, Default)]
pub(in crate::storage) struct Watch {
    touched: Vec<Touched>,
    known: HashSet<(&'static str, String)>,
    line: Option<String>,
    too_many: bool,
}

#[derive(Debug)]
struct Touched {
    table: &'static Table,
    key: Record,
    before: Option<Record>,
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Int(int) => (*int).into(),
        Value::Real(real) => (*real).into(),
        Value::NullText | Value::NullInt | Value::NullReal => serde_json::Value::Null,
    }
}

/// Some columns of a row, in the order in which they are asked for.
fn only(record: &Record, columns: &[&str]) -> Record {
    let kept = columns.iter().filter_map(|column| {
        let value = record.get(*column)?;
        Some(((*column).to_owned(), value.clone()))
    });
    kept.collect()
}

/// The rows that a question finds.
async fn ask(engine: &mut Engine, sql: String, params: Vec<Value>) -> Result<Vec<Record>, Failed> {
    let rows = engine.all(Asked::built(sql, params, false)).await?;
    let records = rows.iter().map(|row| match row.to_json()? {
        serde_json::Value::Object(record) => Ok(record),
        _ => Ok(Record::new()),
    });
    records.collect()
}

/// The question for a row by some of its columns.
pub(super) fn by_key(table: &str, key: &Record) -> (String, Vec<Value>) {
    let mut params = Vec::new();
    let found = condition(key, &mut params);
    (format!("SELECT * FROM {table} WHERE {found}"), params)
}

/// What tells a row by some of its columns; their values go to `params`.
pub(super) fn condition(key: &Record, params: &mut Vec<Value>) -> String {
    let told = key.iter().map(|(column, value)| match bound(Some(value)) {
        Some(value) => {
            params.push(value);
            format!("{column} = ${}", params.len())
        }
        None => format!("{column} IS NULL"),
    });
    told.collect::<Vec<_>>().join(" AND ")
}

/// How many rows are asked for at once.
const AT_ONCE: usize = 200;

/// Rows as they are now, by table and key.
async fn now(
    engine: &mut Engine,
    touched: &[Touched],
) -> Result<HashMap<(&'static str, String), Record>, Failed> {
    let mut found = HashMap::new();
    let mut tables: Vec<&'static Table> = touched.iter().map(|one| one.table).collect();
    tables.sort_unstable_by_key(|table| table.name);
    tables.dedup_by_key(|table| table.name);
    for table in tables {
        let keys: Vec<&Record> = (touched.iter())
            .filter(|one| one.table.name == table.name)
            .map(|one| &one.key)
            .collect();
        for some in keys.chunks(AT_ONCE) {
            let mut params = Vec::new();
            let any: Vec<String> = (some.iter())
                .map(|key| format!("({})", condition(key, &mut params)))
                .collect();
            let sql = format!("SELECT * FROM {} WHERE {}", table.name, any.join(" OR "));
            for row in ask(engine, sql, params).await? {
                found.insert((table.name, name(&only(&row, table.key))), row);
            }
        }
    }
    Ok(found)
}

fn name(key: &Record) -> String {
    serde_json::Value::Object(key.clone()).to_string()
}

impl Watch {
    /// A statement is about to run.
    pub async fn see(
        &mut self,
        engine: &mut Engine,
        sql: &str,
        params: &[Value],
    ) -> Result<(), Failed> {
        if self.too_many || sql.trim_start().starts_with("SELECT") {
            return Ok(());
        }
        match statement::read(sql, params) {
            Some(Does::Nothing) => Ok(()),
            Some(Does::Touch {
                table,
                ask: sql,
                params,
            }) => {
                let Some(table) = find(&table) else {
                    return Ok(());
                };
                for row in ask(engine, sql, params).await? {
                    let key = only(&row, table.key);
                    self.touch(table, key, Some(row));
                }
                Ok(())
            }
            Some(Does::Bring(brought)) => self.bring(engine, brought).await,
            None => {
                self.too_many = true;
                Ok(())
            }
        }
    }

    /// Rows are about to be inserted.
    pub async fn see_rows(
        &mut self,
        engine: &mut Engine,
        (head, tail): (&str, &str),
        rows: &[Vec<Value>],
    ) -> Result<(), Failed> {
        let head = statement::squeeze(head);
        let (Some((table, columns, _)), Some(meets)) = (
            statement::head(&head),
            statement::meets(&statement::squeeze(tail)),
        ) else {
            self.too_many = true;
            return Ok(());
        };
        if find(table).is_none() {
            return Ok(());
        }
        for row in rows {
            if self.too_many {
                return Ok(());
            }
            let values = columns.iter().zip(row);
            let brought = Brought {
                table: table.to_owned(),
                values: values
                    .map(|(column, value)| ((*column).to_owned(), Some(value.clone())))
                    .collect(),
                meets: meets.clone(),
            };
            self.bring(engine, brought).await?;
        }
        Ok(())
    }

    async fn bring(&mut self, engine: &mut Engine, brought: Brought) -> Result<(), Failed> {
        let value = |column: &str| {
            let found = brought.values.iter().find(|(name, _)| name == column);
            found.and_then(|(_, value)| value.as_ref())
        };
        if brought.table == "audit" {
            if let Some(Value::Text(id)) = value("id") {
                self.line = Some(id.clone());
            }
            return Ok(());
        }
        let Some(table) = find(&brought.table) else {
            return Ok(());
        };
        if let Some(Value::Text(kind)) = value("kind").filter(|_| table.name == OUTBOX)
            && NO_NEWS.contains(&kind.as_str())
        {
            return Ok(());
        }
        let record = |columns: &[&str]| -> Option<Record> {
            let pairs = columns
                .iter()
                .map(|column| Some(((*column).to_owned(), json(value(column)?))));
            pairs.collect()
        };
        let Some(key) = record(table.key) else {
            self.too_many = true;
            return Ok(());
        };
        let asked = match &brought.meets {
            Meets::Fails => None,
            // With an id of its own the row is another one than any that is there.
            Meets::Stays if table.key == ["id"] => None,
            Meets::Stays => Some(key.clone()),
            Meets::Changes(columns) => {
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                record(&columns)
            }
        };
        if let Some(asked) = asked {
            let (sql, params) = by_key(table.name, &asked);
            if let Some(row) = ask(engine, sql, params).await?.pop() {
                let key = only(&row, table.key);
                self.touch(table, key, Some(row));
                return Ok(());
            }
        }
        self.touch(table, key, None);
        Ok(())
    }

    fn touch(&mut self, table: &'static Table, key: Record, before: Option<Record>) {
        if !self.known.insert((table.name, name(&key))) {
            return;
        }
        self.touched.push(Touched { table, key, before });
        self.too_many |= self.touched.len() > ROWS;
    }

    /// The action is over: what differs.
    pub async fn settle(self, engine: &mut Engine) -> Result<Changes, Failed> {
        let mut changes = Changes {
            rows: Vec::new(),
            line: self.line,
            too_many: self.too_many,
        };
        if self.too_many {
            return Ok(changes);
        }
        let mut now = now(engine, &self.touched).await?;
        for Touched { table, key, before } in self.touched {
            let after = now.remove(&(table.name, name(&key)));
            changes.rows.extend(difference(table, key, before, after));
        }
        Ok(changes)
    }
}

fn difference(
    table: &Table,
    key: Record,
    before: Option<Record>,
    after: Option<Record>,
) -> Option<Change> {
    let loose = |column: &str| table.loose.contains(&column);
    let session = {
        let column = if table.name == "sessions" {
            "id"
        } else {
            "session_id"
        };
        let row = after.as_ref().or(before.as_ref())?;
        row.get(column)
            .and_then(|id| id.as_str())
            .map(str::to_owned)
    };
    let (before, after) = match (before, after) {
        (None, None) => return None,
        (None, Some(mut after)) => {
            after.retain(|column, _| {
                !loose(column) && (table.name != OUTBOX || OF_POSTS.contains(&column.as_str()))
            });
            (None, Some(after))
        }
        (Some(before), None) => (Some(before), None),
        (Some(mut before), Some(mut after)) => {
            before.retain(|column, value| !loose(column) && after.get(column) != Some(value));
            after.retain(|column, _| before.contains_key(column));
            if before.is_empty() {
                return None;
            }
            (Some(before), Some(after))
        }
    };
    Some(Change {
        table: table.name.to_owned(),
        key,
        session,
        before,
        after,
    })
}
