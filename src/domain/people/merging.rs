//! Two records of one person put together. Records are rows as they are stored, so that columns which
//! other parts of the house add are kept without a word here: what the one who stays does not have is
//! taken from the other.

use serde_json::{Map, Value};

use super::member::{CountrySource, Permission, Standing};
use crate::domain::events::rsvp::{PartStat, Seat};

/// A row as it is stored: instants are milliseconds, truth is 0 or 1.
pub type Record = Map<String, Value>;

fn word<'r>(record: &'r Record, column: &str) -> &'r str {
    record.get(column).and_then(Value::as_str).unwrap_or("")
}

fn number(record: &Record, column: &str) -> Option<i64> {
    record.get(column).and_then(Value::as_i64)
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

fn read<T: std::str::FromStr>(record: &Record, column: &str) -> Option<T> {
    word(record, column).parse().ok()
}

/// The record of a member who was `kept` and `gone` and is one from now on.
pub fn together(kept: &Record, gone: &Record) -> Record {
    let mut one = kept.clone();
    for (column, value) in gone {
        if is_empty(one.get(column)) {
            one.insert(column.clone(), value.clone());
        }
    }
    let mut take = |columns: &[&str], from: &Record| {
        for column in columns {
            if let Some(value) = from.get(*column) {
                one.insert((*column).to_owned(), value.clone());
            }
        }
    };
    // What belongs together comes from one of the two.
    for pair in [["quiet_from", "quiet_until"], ["country", "country_source"]] {
        let from = if is_empty(kept.get(pair[0])) {
            gone
        } else {
            kept
        };
        take(&pair, from);
    }
    let source = |record| read::<CountrySource>(record, "country_source");
    if !is_empty(gone.get("country")) && source(gone) < source(kept) {
        take(&["country", "country_source"], gone);
    }
    if read::<Permission>(gone, "permission") > read(kept, "permission") {
        take(&["permission"], gone);
    }
    let standing = |record| read::<Standing>(record, "standing");
    if standing(gone) < standing(kept) {
        take(&["standing"], gone);
    }
    for column in ["joined_at", "onboarded_at", "created_at"] {
        let earlier = match (number(kept, column), number(gone, column)) {
            (Some(a), Some(b)) => b < a,
            (None, Some(_)) => true,
            _ => false,
        };
        if earlier {
            take(&[column], gone);
        }
    }
    if word(&one, "standing") != Standing::Left.as_str() {
        one.insert("left_at".to_owned(), Value::Null);
    }
    one
}

/// Whether of two rows of which one person can have only one that of `gone` stays.
pub fn gone_stays(table: &str, kept: &Record, gone: &Record) -> bool {
    let later = number(gone, "answered_at") > number(kept, "answered_at");
    match table {
        "rsvps" => gone_answer_stays(kept, gone, later),
        "standing_answers" => later,
        // Whoever was welcomed as one of the two is not welcomed again.
        "arrivals" => word(kept, "welcome") == "waiting",
        // Who agreed and what they talk about is more than that they were asked.
        "appearances" => {
            let told = |row| {
                (
                    word(row, "presence") == "confirmed",
                    !is_empty(row.get("talk_id")),
                )
            };
            told(gone) > told(kept)
        }
        _ => false,
    }
}

/// Of two answers the later stays; of two that say yes the one that was granted more.
fn gone_answer_stays(kept: &Record, gone: &Record, later: bool) -> bool {
    let yes = |record| read(record, "partstat") == Some(PartStat::Accepted);
    if !(yes(kept) && yes(gone)) {
        return later;
    }
    let rank = |record| {
        let granted = match read(record, "seat") {
            Some(Seat::Confirmed) => 0,
            Some(Seat::Offered) => 1,
            _ => 2,
        };
        (granted, number(record, "place").unwrap_or(i64::MAX))
    };
    rank(gone) < rank(kept)
}

/// What the one who stayed has when the two are two again: each column as it was, unless it was changed since they
/// became one.
pub fn apart(now: &Record, merged: &Record, before: &Record) -> Record {
    let mut again = now.clone();
    for (column, value) in before {
        if now.get(column) == merged.get(column) {
            again.insert(column.clone(), value.clone());
        }
    }
    again
}

/// The record of the one who was taken in, when the two are two again. Who manages is said by the configuration:
/// whoever was struck there meanwhile does not manage again.
pub fn back_again(gone: &Record, now: &Record, merged: &Record) -> Record {
    let mut again = gone.clone();
    let manages = |record| read(record, "permission") == Some(Permission::Manager);
    if manages(gone) && manages(merged) && !manages(now) {
        again.insert("permission".to_owned(), Permission::Member.as_str().into());
    }
    // Columns that are newer than the merge.
    for (column, value) in now {
        again.entry(column.clone()).or_insert_with(|| value.clone());
    }
    again
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(value: Value) -> Record {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn the_one_who_stays_keeps_what_they_said_and_takes_what_they_lacked() {
        let kept = record(
            json!({"id": "A", "name": "Mei Tanaka", "standing": "contact", "permission": "guest",
            "country": "JP", "country_source": "connection", "zone": null, "sector": "", "joined_at": null, "created_at": 5,
            "left_at": null, "quiet_from": null, "quiet_until": null}),
        );
        let gone = record(
            json!({"id": "B", "name": "M. Tanaka", "standing": "member", "permission": "organiser",
            "country": "GB", "country_source": "stated", "zone": "Asia/Tokyo", "sector": "academia", "joined_at": 7,
            "created_at": 7, "left_at": null, "quiet_from": "20:00", "quiet_until": "08:00"}),
        );
        let one = together(&kept, &gone);
        let wanted = record(
            json!({"id": "A", "name": "Mei Tanaka", "standing": "member", "permission": "organiser",
            "country": "GB", "country_source": "stated", "zone": "Asia/Tokyo", "sector": "academia", "joined_at": 7,
            "created_at": 5, "left_at": null, "quiet_from": "20:00", "quiet_until": "08:00"}),
        );
        assert_eq!(one, wanted);
        assert_eq!(apart(&one, &one, &kept), kept);
        let mut changed = one.clone();
        changed.insert("sector".to_owned(), "industry".into());
        assert_eq!(word(&apart(&changed, &one, &kept), "sector"), "industry");
    }

    #[test]
    fn the_later_answer_stays_and_a_seat_is_not_lost() {
        let answer = |partstat, seat, place: Option<i64>, at| {
            record(json!({"partstat": partstat, "seat": seat, "place": place, "answered_at": at}))
        };
        let yes = answer("accepted", "confirmed", None, 1);
        let line = answer("accepted", "waitlisted", Some(3), 2);
        let no = answer("declined", "not-asked", None, 3);
        assert!(!gone_stays("rsvps", &yes, &line));
        assert!(gone_stays("rsvps", &line, &yes));
        assert!(gone_stays("rsvps", &yes, &no));
        assert!(!gone_stays("rsvps", &no, &yes));
    }

    #[test]
    fn whoever_was_struck_from_the_configuration_does_not_manage_again() {
        let manager = record(json!({"permission": "manager"}));
        let member = record(json!({"permission": "member"}));
        assert_eq!(back_again(&manager, &member, &manager), member);
        assert_eq!(back_again(&manager, &manager, &manager), manager);
    }
}
