//! What is held on somebody: for programs with every column, for people in their words.

use serde_json::{Map, Value, json};

use crate::actions::Context;
use crate::domain::ids::MemberId;
use crate::domain::people::consent::NOTED;
use crate::domain::people::merging::Record;
use crate::domain::people::privacy::{HeldLine, MyData};
use crate::domain::text::UserText;
use crate::domain::time::instant_from_millis;
use crate::storage::privacy::held::{self, Held, Rows};
use crate::storage::{StorageError, Tx};

/// Everything that is held on a member; none when there is no such member.
///
/// # Errors
/// What the database says.
pub async fn of(
    tx: &mut Tx,
    ctx: &Context,
    member: &MemberId,
) -> Result<Option<Held>, StorageError> {
    held::held(tx, &ctx.community.id, member).await
}

/// Everything that is held, for programs: instants as RFC 3339, sessions by their number as well.
pub fn to_json(held: &Held, ctx: &Context) -> Value {
    let mut tables = Map::new();
    for table in &held.tables {
        let rows = table.rows.iter().map(|row| {
            let mut told = readable_row(row, held);
            if table.column != "member_id" {
                told.insert("as".to_owned(), table.column.into());
            }
            Value::Object(told)
        });
        let list = tables
            .entry(table.table)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(list) = list {
            list.extend(rows);
        }
    }
    let mentions = held.mentions.iter();
    let mentions = mentions.map(|(table, text)| json!({ "table": table, "text": text }));
    json!({
        "community": ctx.community.slug,
        "exported_at": ctx.now,
        "member": readable_row(&held.traces.record, held),
        "organisation": held.organisation,
        "former_ids": held.traces.former,
        "held": tables,
        "mentions": mentions.collect::<Vec<_>>(),
    })
}

fn is_instant(column: &str) -> bool {
    column.ends_with("_at") || column.ends_with("until") || matches!(column, "at" | "since")
}

fn readable_row(row: &Record, held: &Held) -> Record {
    let mut told = Record::new();
    for (column, value) in row {
        let value = match value.as_i64() {
            Some(millis) if is_instant(column) => json!(instant_from_millis(millis)),
            _ => value.clone(),
        };
        told.insert(column.clone(), value);
    }
    if let Some(session) = session_of(row, held) {
        told.insert("session".to_owned(), session.into());
    }
    told
}

fn session_of(row: &Record, held: &Held) -> Option<String> {
    let id = row.get("session_id")?.as_str()?;
    let found = held.sessions.iter().find(|(known, ..)| known == id)?;
    Some(format!("{} {}", found.1, found.2))
}

/// The same to be read by people.
pub fn to_read(held: &Held, ctx: &Context) -> MyData {
    let mut data = MyData::default();
    let word = |column: &str| held.traces.word(column).to_owned();
    let day = |column: &str| match held.traces.record.get(column).and_then(Value::as_i64) {
        Some(millis) => on_day(millis, ctx),
        None => String::new(),
    };
    let country = match word("country") {
        country if country.is_empty() => country,
        country => format!("{country} ({})", word("country_source")),
    };
    let quiet = match word("quiet_from") {
        from if from.is_empty() => from,
        from => format!("{from}-{}", word("quiet_until")),
    };
    let accounts = held.traces.who.accounts.iter().map(ToString::to_string);
    for (what, value) in [
        ("Name", word("name")),
        ("Known by", accounts.collect::<Vec<_>>().join(", ")),
        ("ORCID iD", held.traces.orcids.join(", ")),
        ("Works at", held.organisation.clone()),
        ("Sector", word("sector")),
        ("Discipline", word("discipline")),
        ("Career", word("career_stage")),
        ("Country", country),
        ("Zone", word("zone")),
        ("Quiet hours", quiet),
        ("Reminded", word("ladder")),
        (
            "Belongs as",
            match (word("standing"), word("permission")) {
                (standing, permission) if standing == permission => standing,
                (standing, permission) => format!("{standing}, {permission}"),
            },
        ),
        ("Joined", day("joined_at")),
        ("Welcomed", day("onboarded_at")),
        ("Known since", day("created_at")),
    ] {
        if !value.is_empty() {
            data.facts.push((what, UserText::trusted(value)));
        }
    }
    let mut quiet: Vec<String> = Vec::new();
    for table in &held.tables {
        match (table.noun, table.table) {
            (_, "accounts") => {}
            (Some([one, several]), _) => data.lines.push(HeldLine {
                what: counted(table.rows.len(), one, several),
                details: table
                    .rows
                    .iter()
                    .filter_map(|row| detail(table, row, held, ctx))
                    .collect(),
            }),
            (None, name) => quiet.push(counted(table.rows.len(), name, name)),
        }
    }
    if !quiet.is_empty() {
        data.lines.push(HeldLine {
            what: format!("Rows that name you in other tables: {}", quiet.join(", ")),
            details: Vec::new(),
        });
    }
    let mentions = held.mentions.iter();
    data.mentions = mentions
        .map(|(_, text)| UserText::trusted(text.clone()))
        .collect();
    data
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

fn on_day(millis: i64, ctx: &Context) -> String {
    let at = instant_from_millis(millis).with_timezone(&ctx.community.zone);
    at.format("%-d %b %Y").to_string()
}

/// What a row says, in a few words.
fn detail(table: &Rows, row: &Record, held: &Held, ctx: &Context) -> Option<UserText> {
    let word = |column: &str| row.get(column).and_then(Value::as_str).unwrap_or_default();
    let session = session_of(row, held).unwrap_or_default();
    let text = match table.table {
        "rsvps" => format!("{session}: {}, {}", word("partstat"), word("seat")),
        "appearances" => format!("{session}: {}", word("part")),
        "attendance" => match row.get("minutes").and_then(Value::as_i64) {
            Some(minutes) => format!("{session}: {}, {minutes} minutes", word("source")),
            None => format!("{session}: {}", word("source")),
        },
        "role_terms" => match word("until") {
            "" => format!("{} since {}", word("role_group"), word("since")),
            until => format!("{} from {} to {until}", word("role_group"), word("since")),
        },
        "opt_outs" => format!("no {}", word("kind")),
        "consents" => {
            let said = row.get("answer").and_then(Value::as_i64) == Some(1);
            let replaced = row.get("replaced_at").is_some_and(|at| !at.is_null());
            let day = row.get("given_at").and_then(Value::as_i64);
            format!(
                "{}: {} to version {}, {}, {}{}",
                word("purpose"),
                if said { "yes" } else { "no" },
                word("version"),
                match word("via") {
                    NOTED => "written down by an organiser".to_owned(),
                    via => format!("typed on {via}"),
                },
                day.map_or(String::new(), |day| on_day(day, ctx)),
                if replaced { ", replaced since" } else { "" }
            )
        }
        "standing_answers" => format!("{} from {}", word("partstat"), word("from_wall")),
        "agenda_items" | "questions" | "updates" => word("text").to_owned(),
        "checklists" => word("title").to_owned(),
        "checklist_duties" => word("duty").to_owned(),
        _ => return None,
    };
    Some(UserText::trusted(text))
}
