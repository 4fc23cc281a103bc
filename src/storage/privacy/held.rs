//! Everything that is held on one person, table by table. Which columns name a member is said by [`references`], so a
//! table that is added there is shown; the others that lead to somebody are asked for by name.

use super::texts;
use super::traces::{self, Traces};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::people::merging::Record;
use crate::storage::identities::references::{self, REFERENCES};
use crate::storage::{Row, StorageError, Tx, Value};

/// Rows of one table that are about somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// As what they stand in it: the column that names them.
    pub column: &'static str,
    /// What a manager calls the rows, one and several.
    pub noun: Option<[&'static str; 2]>,
    /// The rows.
    pub rows: Vec<Record>,
}

/// Everything that is held on somebody.
#[derive(Clone, Debug)]
pub struct Held {
    /// What they are known by.
    pub traces: Traces,
    /// Where they work, by name; empty when not known.
    pub organisation: String,
    /// Rows by table.
    pub tables: Vec<Rows>,
    /// Number and title of each session named in them, by id.
    pub sessions: Vec<(String, i64, String)>,
    /// Texts that others wrote with their name or an account in it: the table, and the text.
    pub mentions: Vec<(&'static str, String)>,
}

/// What somebody did for the community (a decision, a text) is named by its key and its time: the rest of such a row is
/// about others.
fn own(reference: &references::Reference, row: Record) -> Record {
    if reference.column == "member_id" {
        return row;
    }
    let told = |column: &str| {
        reference.key.contains(&column) || column.ends_with("_at") || column == "session_id"
    };
    row.into_iter().filter(|(column, _)| told(column)).collect()
}

/// What else leads to somebody, by their id.
const BY_ID: &[(&str, &str, &str)] = &[
    (
        "likenesses",
        "one or other",
        "SELECT id, reason, decision, found_at FROM likenesses WHERE one = $1 OR other = $1",
    ),
    (
        "merges",
        "kept or gone",
        "SELECT number, way, merged_at, undone_at FROM merges WHERE kept = $1 OR gone = $1",
    ),
    (
        "outbox",
        "destination",
        "SELECT kind, subject, due_at, state, sent_at FROM outbox WHERE destination = 'member:' || $1 ORDER BY due_at",
    ),
];

/// What else leads to somebody, by one of their accounts as `platform:id`.
const BY_ACCOUNT: &[(&str, &str, &str)] = &[
    (
        "outbox",
        "destination",
        "SELECT kind, due_at, state, sent_at FROM outbox WHERE destination = 'account:' || $1 AND community = $2
             ORDER BY due_at",
    ),
    (
        "audit",
        "account",
        "SELECT at, via, act, subject, outcome FROM audit WHERE account = $1 AND community_id = $2
             AND member_id IS NULL ORDER BY at",
    ),
    (
        "link_codes",
        "account",
        "SELECT expires_at FROM link_codes WHERE platform || ':' || account = $1 AND community_id = $2",
    ),
    (
        "registrations",
        "address",
        "SELECT session_id, address, name, organisation, country, asked_at, expires_at FROM registrations
             WHERE 'email:' || address = $1 AND community_id = $2 ORDER BY asked_at",
    ),
    (
        "link_tries",
        "account",
        "SELECT since, tries FROM link_tries WHERE platform || ':' || account = $1 AND community_id = $2",
    ),
    (
        "attendance",
        "identity",
        "SELECT id, session_id, source, name, part, minutes, country, recorded_at FROM attendance
             WHERE identity = $1 AND community_id = $2 AND member_id IS NULL ORDER BY id",
    ),
    (
        "reviews",
        "identity",
        "SELECT id, session_id, name, email, part, minutes, country, decision, created_at FROM reviews
             WHERE identity = $1 AND community_id = $2 AND suggested_member IS NULL ORDER BY id",
    ),
];

/// Everything that is held on a member; none when there is no such member.
///
/// # Errors
/// What the database says.
pub async fn held(
    tx: &mut Tx,
    community: &CommunityId,
    member: &MemberId,
) -> Result<Option<Held>, StorageError> {
    let Some(traces) = traces::traces(tx, community, member).await? else {
        return Ok(None);
    };
    let mut tables: Vec<Rows> = Vec::new();
    for reference in REFERENCES {
        let rows = reference.whole(tx, member).await?;
        let rows: Vec<Record> = rows.into_iter().map(|row| own(reference, row)).collect();
        if !rows.is_empty() {
            tables.push(Rows {
                table: reference.table,
                column: reference.column,
                noun: reference.noun,
                rows,
            });
        }
    }
    let mut asked = Vec::new();
    for (table, column, sql) in BY_ID {
        asked.push((*table, *column, *sql, params![member]));
    }
    for account in &traces.who.accounts {
        for (table, column, sql) in BY_ACCOUNT {
            asked.push((
                *table,
                *column,
                *sql,
                params![account.to_string(), community],
            ));
        }
    }
    for (table, column, sql, params) in asked {
        more(tx, &mut tables, (table, column), sql, params).await?;
    }
    let organisation = tx
        .opt(
            "SELECT o.name FROM members m JOIN organisations o ON o.id = m.organisation_id WHERE m.id = $1",
            params![member],
        )
        .await?;
    let sessions = named(tx, &tables).await?;
    let found = texts::find(tx, community, &traces.who.needles()).await?;
    let others = found.into_iter().filter(texts::is_of_people);
    let mentions = others.map(|found| (found.table, found.before)).collect();
    Ok(Some(Held {
        organisation: organisation.map_or(Ok(String::new()), |row| row.get("name"))?,
        traces,
        tables,
        sessions,
        mentions,
    }))
}

async fn more(
    tx: &mut Tx,
    tables: &mut Vec<Rows>,
    (table, column): (&'static str, &'static str),
    sql: &'static str,
    params: Vec<Value>,
) -> Result<(), StorageError> {
    let rows = tx.all(sql, params).await?;
    let rows: Vec<Record> = rows
        .iter()
        .map(references::record)
        .collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    match tables
        .iter_mut()
        .find(|known| (known.table, known.column) == (table, column))
    {
        Some(known) => known.rows.extend(rows),
        None => tables.push(Rows {
            table,
            column,
            noun: None,
            rows,
        }),
    }
    Ok(())
}

/// The sessions that rows name.
async fn named(tx: &mut Tx, tables: &[Rows]) -> Result<Vec<(String, i64, String)>, StorageError> {
    let rows = tables.iter().flat_map(|table| &table.rows);
    let ids = rows.filter_map(|row| row.get("session_id")?.as_str());
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    let list = ids.into_iter().map(|id| Value::Text(id.to_owned()));
    let found = tx
        .all_in(
            "SELECT id, number, title, substr(wall, 1, 10) AS day FROM sessions WHERE id IN (?list)",
            params![],
            list.collect(),
        )
        .await?;
    let told = |row: &Row| {
        let (title, day): (String, String) = (row.get("title")?, row.get("day")?);
        Ok((
            row.get("id")?,
            row.get("number")?,
            format!("{title}, {day}"),
        ))
    };
    found.iter().map(told).collect()
}
