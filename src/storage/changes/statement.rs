//! What a statement of ours changes, read from its text: which rows an `UPDATE` or `DELETE` is about to touch, as the
//! question that finds them, and which keys an `INSERT` brings. Only as much SQL as this house writes.

use std::fmt::Write as _;

use crate::storage::Value;

/// What a statement is about to do.
#[derive(Debug, PartialEq)]
pub(super) enum Does {
    /// Change or take away rows of a table: those that this question with these values finds.
    Touch {
        table: String,
        ask: String,
        params: Vec<Value>,
    },
    /// Bring a row.
    Bring(Brought),
    /// Nothing.
    Nothing,
}

/// A new row, as far as its statement says.
#[derive(Debug, PartialEq)]
pub(super) struct Brought {
    pub table: String,
    /// Columns with their values; `None` where the database works them out.
    pub values: Vec<(String, Option<Value>)>,
    pub meets: Meets,
}

/// What becomes of a row that is there already.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meets {
    /// The statement fails.
    Fails,
    /// It stays as it is.
    Stays,
    /// It is changed; found by these columns.
    Changes(Vec<String>),
}

/// A text with one blank between words, but for what stands in quotes.
pub(super) fn squeeze(sql: &str) -> String {
    let (mut out, mut quoted, mut blank) = (String::with_capacity(sql.len()), false, false);
    for c in sql.trim().chars() {
        if c == '\'' {
            quoted = !quoted;
        }
        if c.is_whitespace() && !quoted {
            blank = true;
            continue;
        }
        if blank {
            out.push(' ');
            blank = false;
        }
        out.push(c);
    }
    out
}

/// Where `word` stands outside of quotes and brackets.
fn at_top(sql: &str, word: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, c) in sql.char_indices() {
        if depth == 0 && !quoted && sql[at..].starts_with(word) {
            return Some(at);
        }
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The parts of a list that commas divide at its top.
fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), list);
    while let Some(at) = at_top(rest, ",") {
        parts.push(rest[..at].trim());
        rest = &rest[at + 1..];
    }
    parts.push(rest.trim());
    parts
}

/// What stands between the first bracket and its partner, and what follows.
fn bracketed(sql: &str) -> Option<(&str, &str)> {
    let inner = sql.trim_start().strip_prefix('(')?;
    let end = at_top(inner, ")")?;
    Some((&inner[..end], &inner[end + 1..]))
}

/// The condition with its parameters numbered anew, and their values: PostgreSQL wants each to be used.
fn renumber(sql: &str, params: &[Value]) -> Option<(String, Vec<Value>)> {
    let (mut out, mut used, mut quoted) = (String::with_capacity(sql.len()), Vec::new(), false);
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\'' {
            quoted = !quoted;
        }
        if c != '$' || quoted {
            out.push(c);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let (digits, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        let number: usize = digits.parse().ok()?;
        let place = match used.iter().position(|one| *one == number) {
            Some(place) => place,
            None => {
                used.push(number);
                used.len() - 1
            }
        };
        // Writing to a String cannot fail.
        let _ = write!(out, "${}", place + 1);
    }
    let values = used.iter().map(|number| params.get(number.checked_sub(1)?));
    let values: Option<Vec<Value>> = values.map(|value| value.cloned()).collect();
    Some((out, values?))
}

/// What a statement does; `None` when its text is not of the kinds that are known.
pub(super) fn read(sql: &str, params: &[Value]) -> Option<Does> {
    let sql = squeeze(sql);
    if let Some(rest) = sql.strip_prefix("UPDATE ") {
        let (table, rest) = rest.split_once(' ')?;
        return touch(table, rest, params);
    }
    if let Some(rest) = sql.strip_prefix("DELETE FROM ") {
        let (table, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        return touch(table, &format!(" {rest}"), params);
    }
    if sql.starts_with("INSERT INTO ") {
        return bring(&sql, params).map(Does::Bring);
    }
    let asks = sql.starts_with("SELECT ") || sql.starts_with("WITH ");
    asks.then_some(Does::Nothing)
}

fn touch(table: &str, rest: &str, params: &[Value]) -> Option<Does> {
    let found = at_top(rest, " WHERE ").map_or("1 = 1", |at| &rest[at + " WHERE ".len()..]);
    let found = at_top(found, " RETURNING ").map_or(found, |at| &found[..at]);
    let (found, params) = renumber(found, params)?;
    Some(Does::Touch {
        table: table.to_owned(),
        ask: format!("SELECT * FROM {table} WHERE {found}"),
        params,
    })
}

/// The table and columns of an `INSERT`, and what follows them.
pub(super) fn head(sql: &str) -> Option<(&str, Vec<&str>, &str)> {
    let rest = sql.strip_prefix("INSERT INTO ")?;
    let (table, rest) = rest.split_once(' ')?;
    let (columns, rest) = bracketed(rest)?;
    Some((table, split(columns), rest.trim_start()))
}

/// What an `INSERT` does about rows that are there, from what follows its rows.
pub(super) fn meets(tail: &str) -> Option<Meets> {
    let Some(at) = at_top(tail, "ON CONFLICT") else {
        return Some(Meets::Fails);
    };
    let rest = tail[at + "ON CONFLICT".len()..].trim_start();
    let (columns, rest) = bracketed(rest).unwrap_or(("", rest));
    let rest = rest.trim_start();
    if rest.starts_with("DO NOTHING") {
        return Some(Meets::Stays);
    }
    let columns = split(columns).into_iter().map(str::to_owned);
    rest.starts_with("DO UPDATE")
        .then(|| Meets::Changes(columns.collect()))
}

fn bring(sql: &str, params: &[Value]) -> Option<Brought> {
    let (table, columns, rest) = head(sql)?;
    let (values, tail) = match rest.strip_prefix("VALUES") {
        Some(rest) => bracketed(rest)?,
        None => {
            let rest = rest.strip_prefix("SELECT ")?;
            at_top(rest, " FROM ").map_or((rest, ""), |at| (&rest[..at], ""))
        }
    };
    let values = split(values);
    if values.len() != columns.len() {
        return None;
    }
    let values = columns.iter().zip(values);
    Some(Brought {
        table: table.to_owned(),
        values: values
            .map(|(column, value)| ((*column).to_owned(), literal(value, params)))
            .collect(),
        meets: meets(tail)?,
    })
}

/// What a value's text stands for, where that needs no database.
fn literal(text: &str, params: &[Value]) -> Option<Value> {
    if let Some(number) = text.strip_prefix('$') {
        let number: usize = number.parse().ok()?;
        return params.get(number.checked_sub(1)?).cloned();
    }
    if let Some(inner) = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')) {
        return Some(Value::Text(inner.replace("''", "'")));
    }
    text.parse().ok().map(Value::Int)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn the_rows_that_a_change_touches_are_asked_for_with_the_values_it_needs() {
        let sql =
            "UPDATE talks SET title = $2,\n place = (SELECT max(place) FROM talks WHERE id = $2)
             WHERE id = $1 AND (title = ' WHERE ' OR $1 = '') RETURNING id";
        assert_eq!(
            read(sql, &[text("a"), text("b")]),
            Some(Does::Touch {
                table: "talks".to_owned(),
                ask: "SELECT * FROM talks WHERE id = $1 AND (title = ' WHERE ' OR $1 = '')"
                    .to_owned(),
                params: vec![text("a")],
            })
        );
        let sql = "UPDATE outbox SET state = $2 WHERE community = $1 AND id IN ($3, $4)";
        let values = ["c", "s", "x", "y"].map(text);
        let Some(Does::Touch { ask, params, .. }) = read(sql, &values) else {
            panic!("it touches rows");
        };
        assert!(
            ask.ends_with("WHERE community = $1 AND id IN ($2, $3)"),
            "{ask}"
        );
        assert_eq!(params, ["c", "x", "y"].map(text));
        let all = read("DELETE FROM talks", &[]);
        assert!(matches!(all, Some(Does::Touch { ask, .. }) if ask.ends_with("WHERE 1 = 1")));
    }

    #[test]
    fn the_values_of_a_new_row_are_known_where_its_statement_says_them() {
        let sql = "INSERT INTO talks (id, session_id, place, title) SELECT $1, $2, COALESCE(max(place), 0) + 1, $3
             FROM talks WHERE session_id = $4";
        let Some(Does::Bring(brought)) = read(sql, &["t", "s", "x", "s"].map(text)) else {
            panic!("it brings a row");
        };
        assert_eq!(brought.values[0], ("id".to_owned(), Some(text("t"))));
        assert_eq!(brought.values[2].1, None);
        assert_eq!(brought.meets, Meets::Fails);
        let sql = "INSERT INTO waivers (session_id, state, n) VALUES ($1, 'open', 1) ON CONFLICT (session_id)
             DO UPDATE SET n = excluded.n";
        let Some(Does::Bring(brought)) = read(sql, &[text("s")]) else {
            panic!("it brings a row");
        };
        let known: Vec<_> = brought.values.into_iter().map(|(_, value)| value).collect();
        assert_eq!(
            known,
            [Some(text("s")), Some(text("open")), Some(Value::Int(1))]
        );
        assert_eq!(brought.meets, Meets::Changes(vec!["session_id".to_owned()]));
        assert_eq!(meets("ON CONFLICT DO NOTHING"), Some(Meets::Stays));
    }

    #[test]
    fn what_only_asks_does_nothing_and_what_is_strange_is_not_guessed() {
        assert_eq!(read(" SELECT 1", &[]), Some(Does::Nothing));
        assert_eq!(read("REPLACE INTO talks VALUES (1)", &[]), None);
        assert_eq!(read("UPDATE talks SET title = '' WHERE id = $3", &[]), None);
    }
}
