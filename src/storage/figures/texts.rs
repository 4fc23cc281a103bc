//! All records of a session as one text, a line each: a row of the database for each of millions of records would take
//! longer to hand over than to count.

use chrono::{Days, NaiveDate};

use crate::domain::events::attendance::{Role, Source};
use crate::domain::figures::{Month, Presence};
use crate::domain::ids::CommunityId;
use crate::storage::{StorageError, Tx};

/// What stands between two lines; no name has it, since a name is one line.
pub(super) const BREAK: &str = "\n";

/// What is recorded of a session that took place.
pub(super) struct Text {
    /// The month it counts in.
    pub(super) month: Month,
    /// Its records, or those who said yes.
    pub(super) lines: String,
}

/// The days from one to another, both included, as the sessions' walls are compared.
pub(super) fn walls(from: Option<NaiveDate>, to: Option<NaiveDate>) -> (String, String) {
    let from = from.map_or(String::new(), |day| day.to_string());
    let until = to.and_then(|day| day.checked_add_days(Days::new(1)));
    (from, until.map_or("9999".to_owned(), |day| day.to_string()))
}

/// The attendance of each session within these days.
pub(super) async fn attendance(
    tx: &mut Tx,
    community: &CommunityId,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Vec<Text>, StorageError> {
    const SQL: &str = concat!(
        "SELECT ",
        month!(),
        " AS month, (SELECT string_agg(substr(a.source, 1, 1) || CASE WHEN a.part = 'attendee' THEN 'a' ELSE 'p' END ||
                 CASE WHEN a.member_id IS NULL THEN 's' ELSE 'm' END || COALESCE(CAST(a.minutes AS TEXT), '') || '|' ||
                 COALESCE(a.country, '') || '|' || COALESCE(a.member_id, a.identity), $4)
             FROM attendance a WHERE a.session_id = s.id) AS lines
         FROM sessions s WHERE s.community_id = $1 AND s.wall >= $2 AND s.wall < $3 AND s.status = 'planned' AND s.kind = 'session'"
    );
    of(tx, SQL, community, from, to).await
}

/// Who said yes and has a seat at each session within these days of which it is recorded who came.
pub(super) async fn answers(
    tx: &mut Tx,
    community: &CommunityId,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Vec<Text>, StorageError> {
    const SQL: &str = concat!(
        "SELECT ",
        month!(),
        " AS month, (SELECT string_agg(r.member_id, $4) FROM rsvps r
             WHERE r.session_id = s.id AND r.seat = 'confirmed') AS lines
         FROM sessions s WHERE s.community_id = $1 AND s.wall >= $2 AND s.wall < $3 AND s.status = 'planned' AND s.kind = 'session'
             AND s.recorded > 0"
    );
    of(tx, SQL, community, from, to).await
}

async fn of(
    tx: &mut Tx,
    sql: &'static str,
    community: &CommunityId,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Vec<Text>, StorageError> {
    let (from, until) = walls(from, to);
    let rows = tx.all(sql, params![community, from, until, BREAK]).await?;
    let mut texts = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(lines) = row.get::<Option<String>>("lines")? {
            texts.push(Text {
                month: row.get("month")?,
                lines,
            });
        }
    }
    Ok(texts)
}

impl Text {
    /// Everybody who was there, each once.
    pub(super) fn presences(&self) -> Result<Vec<(&str, Presence)>, StorageError> {
        let mut all: Vec<(&str, Presence)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for line in self.lines.split('\n') {
            let (person, record) = read(line).ok_or_else(|| {
                StorageError::Internal("an attendance record cannot be read".to_owned())
            })?;
            let place = *places.entry(person).or_insert_with(|| {
                all.push((person, Presence::default()));
                all.len() - 1
            });
            let presence = &mut all[place].1;
            presence.member |= record.member;
            presence.add(record.source, record.role, record.minutes, record.country);
        }
        Ok(all)
    }
}

struct Record<'t> {
    source: Source,
    role: Role,
    member: bool,
    minutes: Option<i64>,
    country: Option<&'t str>,
}

fn read(line: &str) -> Option<(&str, Record<'_>)> {
    let mut parts = line.splitn(3, '|');
    let (kind, country, person) = (parts.next()?, parts.next()?, parts.next()?);
    let (flags, minutes) = kind.split_at_checked(3)?;
    let record = Record {
        source: match flags.as_bytes()[0] {
            b'c' => Source::CheckIn,
            b'h' => Source::HostList,
            b'r' => Source::Report,
            _ => return None,
        },
        role: match flags.as_bytes()[1] {
            b'a' => Role::Attendee,
            _ => Role::Panelist,
        },
        member: flags.as_bytes()[2] == b'm',
        minutes: match minutes {
            "" => None,
            digits => Some(digits.parse().ok()?),
        },
        country: Some(country).filter(|code| !code.is_empty()),
    };
    Some((person, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_in_two_records_is_one() {
        let text = Text {
            month: Month(24_320),
            lines: "ram40|GB|01M\nrps|KE|guest:Jo | Field\nhpm55||01M".to_owned(),
        };
        let found = text.presences().unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].0, "guest:Jo | Field");
        let (person, presence) = &found[0];
        assert_eq!(*person, "01M");
        assert_eq!((presence.records, presence.minutes), (2, Some(55)));
        assert!(presence.member && presence.presenting && presence.listed && presence.reported);
        assert_eq!(presence.country.as_deref(), Some("GB"));
    }
}
