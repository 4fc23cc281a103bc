//! Who came in which months, and where each person is counted.

use std::collections::{BTreeSet, HashMap};

use super::{answers, attended};
use crate::domain::figures::period::Attended;
use crate::domain::ids::{CommunityId, MemberId, OrganisationId};
use crate::domain::people::member::CountrySource;
use crate::storage::{StorageError, ToValue, Tx, Value};

fn values(list: &[&str]) -> Vec<Value> {
    list.iter().map(ToValue::to_value).collect()
}

fn ids(list: &[MemberId]) -> Vec<Value> {
    list.iter().map(ToValue::to_value).collect()
}

/// The facets of members, made of their records.
pub(super) async fn facets(
    tx: &mut Tx,
    community: &CommunityId,
    members: &[&str],
) -> Result<HashMap<String, String>, StorageError> {
    let mut found = HashMap::with_capacity(members.len());
    let rows = tx
        .all_in(
            concat!(
                "SELECT m.id, ",
                facet!(),
                " AS facet FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id
                 WHERE m.community_id = $1 AND m.id IN (?list)"
            ),
            params![community],
            values(members),
        )
        .await?;
    for row in &rows {
        found.insert(row.get("id")?, row.get("facet")?);
    }
    Ok(found)
}

/// What is kept of people: their months by span, and where they are counted.
#[derive(Default)]
pub(super) struct Kept {
    /// By person and span: the facet and the months.
    pub(super) months: HashMap<(String, i64), (String, Attended)>,
    /// By person: the facet, which is the same in all spans for a member.
    pub(super) facets: HashMap<String, String>,
}

/// What is kept of these people.
pub(super) async fn kept(
    tx: &mut Tx,
    community: &CommunityId,
    people: &[&str],
) -> Result<Kept, StorageError> {
    let rows = tx
        .all_in(
            "SELECT person, span, facet, w0, w1, w2, w3, w4, w5, w6, w7 FROM attended_spans
             WHERE community_id = $1 AND person IN (?list)",
            params![community],
            values(people),
        )
        .await?;
    let mut kept = Kept::default();
    for row in &rows {
        let (person, facet): (String, String) = (row.get("person")?, row.get("facet")?);
        kept.facets.insert(person.clone(), facet.clone());
        let months = (facet, attended(row)?);
        kept.months.insert((person, row.get("span")?), months);
    }
    Ok(kept)
}

macro_rules! into_spans {
    () => {
        "INSERT INTO attended_spans (community_id, person, span, facet, w0, w1, w2, w3, w4, w5, w6, w7) "
    };
}

/// A person's months of one span, to be added to what is kept of them.
pub(super) struct Mark<'a> {
    pub(super) person: &'a str,
    pub(super) span: i64,
    pub(super) facet: String,
    pub(super) months: Attended,
}

/// Adds months to people.
pub(super) async fn mark(
    tx: &mut Tx,
    community: &CommunityId,
    marks: Vec<Mark<'_>>,
) -> Result<(), StorageError> {
    let rows = marks.into_iter().map(|mark| {
        let mut row = params![community, mark.person, mark.span, mark.facet];
        row.extend(mark.months.0.iter().map(ToValue::to_value));
        row
    });
    tx.insert_many(
        concat!(into_spans!(), "VALUES"),
        "ON CONFLICT (person, community_id, span) DO UPDATE SET facet = excluded.facet,
             w0 = attended_spans.w0 | excluded.w0, w1 = attended_spans.w1 | excluded.w1,
             w2 = attended_spans.w2 | excluded.w2, w3 = attended_spans.w3 | excluded.w3,
             w4 = attended_spans.w4 | excluded.w4, w5 = attended_spans.w5 | excluded.w5,
             w6 = attended_spans.w6 | excluded.w6, w7 = attended_spans.w7 | excluded.w7",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// The months of records, 60 to a number.
macro_rules! word {
    ($number:literal) => {
        concat!(
            ", CAST(sum(CASE WHEN x.month % 480 / 60 = ",
            $number,
            " THEN CAST(1 AS BIGINT) << CAST(x.month % 60 AS INTEGER) ELSE 0 END) AS BIGINT)"
        )
    };
}

macro_rules! months_from_records {
    ($facet:expr, $whose:literal) => {
        concat!(
            into_spans!(),
            "SELECT x.community_id, x.person, x.month / 480, ",
            $facet,
            word!("0"),
            word!("1"),
            word!("2"),
            word!("3"),
            word!("4"),
            word!("5"),
            word!("6"),
            word!("7"),
            " FROM (SELECT s.community_id, COALESCE(a.member_id, a.identity) AS person, max(",
            facet!(),
            ") AS facet, max(a.country) AS country, ",
            month!(),
            " AS month
                 FROM attendance a JOIN sessions s ON s.id = a.session_id LEFT JOIN members m ON m.id = a.member_id
                     LEFT JOIN organisations o ON o.id = m.organisation_id
                 WHERE s.status = 'planned' AND s.kind = 'session' AND s.community_id = $1 AND ",
            $whose,
            " IN (?list)
                 GROUP BY s.community_id, COALESCE(a.member_id, a.identity), ",
            month!(),
            ") AS x GROUP BY x.community_id, x.person, x.month / 480 RETURNING person"
        )
    };
}

const OF_MEMBERS: &str = months_from_records!("max(x.facet)", "a.member_id");
const OF_STRANGERS: &str = months_from_records!(
    "CASE WHEN max(x.country) IS NULL THEN '||unknown' ELSE '|' || max(x.country) || '|connection' END",
    "a.community_id = $1 AND a.member_id IS NULL AND a.identity"
);

/// Writes the months of these people anew from the records. A set, since the list is asked for in pieces, and who was in two of
/// them would be written twice.
pub(super) async fn again(
    tx: &mut Tx,
    community: &CommunityId,
    people: BTreeSet<String>,
) -> Result<(), StorageError> {
    let list: Vec<Value> = people.iter().map(ToValue::to_value).collect();
    for sql in [
        "DELETE FROM attended_spans WHERE community_id = $1 AND person IN (?list) RETURNING person",
        OF_MEMBERS,
        OF_STRANGERS,
    ] {
        tx.all_in(sql, params![community], list.clone()).await?;
    }
    Ok(())
}

/// One row for each session that a member came to, as sums see it.
macro_rules! came {
    ($members:literal) => {
        concat!(
            "(SELECT a.session_id, a.member_id, count(*) AS records,
                 max(CASE WHEN a.part = 'attendee' THEN 0 ELSE 1 END) AS presenting,
                 max(CASE WHEN a.source = 'check-in' THEN 1 ELSE 0 END) AS checked_in,
                 max(CASE WHEN a.source = 'host list' THEN 1 ELSE 0 END) AS listed,
                 max(CASE WHEN a.source = 'report' THEN 1 ELSE 0 END) AS reported,
                 max(a.minutes) AS minutes
             FROM attendance a WHERE a.member_id IN (",
            $members,
            ") GROUP BY a.session_id, a.member_id)"
        )
    };
}

/// The sums of rows, by the facet in which they count and each of them times its sign.
macro_rules! signed {
    () => {
        "CAST(sum(x.sign * x.n) AS BIGINT), CAST(sum(x.sign * x.records) AS BIGINT),
             CAST(sum(x.sign * x.presenting) AS BIGINT), CAST(sum(x.sign * x.checked_in) AS BIGINT),
             CAST(sum(x.sign * x.listed) AS BIGINT), CAST(sum(x.sign * x.reported) AS BIGINT),
             CAST(sum(x.sign * x.timed) AS BIGINT), CAST(sum(x.sign * x.minutes) AS BIGINT)"
    };
}

const CELLS: &str = concat!(
    into_monthly!(),
    "SELECT x.community_id, 'attendance', x.month, x.facet, ",
    signed!(),
    " FROM (SELECT s.community_id, ",
    month!(),
    " AS month, ",
    facet!(),
    " AS facet, CAST($1 AS BIGINT) AS sign, 1 AS n, c.records, c.presenting, c.checked_in, c.listed, c.reported,
             CASE WHEN c.minutes IS NULL THEN 0 ELSE 1 END AS timed, COALESCE(c.minutes, 0) AS minutes
         FROM ",
    came!("?list"),
    " AS c JOIN sessions s ON s.id = c.session_id JOIN members m ON m.id = c.member_id
             LEFT JOIN organisations o ON o.id = m.organisation_id
         WHERE s.status = 'planned' AND s.kind = 'session' AND s.community_id = $2) AS x
     GROUP BY x.community_id, x.month, x.facet ",
    adding!(),
    " RETURNING month"
);

/// What members count in their months goes from the facet that is kept of them to the one of their records now. What they
/// came to, which lies anywhere in the file, is read once, and who they are once for each of them. By `CROSS JOIN` SQLite
/// looks up these sessions and does not go through all of the community.
const MOVED: &str = concat!(
    into_monthly!(),
    "WITH who AS MATERIALIZED (SELECT m.id, ",
    facet!(),
    " AS facet, (SELECT max(p.facet) FROM attended_spans p WHERE p.person = m.id AND p.community_id = $1) AS was
         FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id WHERE m.id IN (?list)),
     moved AS MATERIALIZED (SELECT s.community_id, ",
    month!(),
    " AS month, who.was, who.facet, count(*) AS n, sum(c.records) AS records, sum(c.presenting) AS presenting,
             sum(c.checked_in) AS checked_in, sum(c.listed) AS listed, sum(c.reported) AS reported,
             count(c.minutes) AS timed, COALESCE(sum(c.minutes), 0) AS minutes
         FROM ",
    came!("SELECT id FROM who"),
    " AS c JOIN who ON who.id = c.member_id CROSS JOIN sessions s
         WHERE s.id = c.session_id AND s.status = 'planned' AND s.kind = 'session' AND s.community_id = $1
         GROUP BY s.community_id, ",
    month!(),
    ", who.was, who.facet)
     SELECT x.community_id, 'attendance', x.month, x.facet, ",
    signed!(),
    " FROM (SELECT -1 AS sign, community_id, month, was AS facet, n, records, presenting, checked_in, listed, reported,
             timed, minutes FROM moved
         UNION ALL SELECT 1, community_id, month, facet, n, records, presenting, checked_in, listed, reported,
             timed, minutes FROM moved) AS x
     GROUP BY x.community_id, x.month, x.facet ",
    adding!(),
    " RETURNING month"
);

const FACETS: &str = concat!(
    "UPDATE attended_spans SET facet = (SELECT ",
    facet!(),
    " FROM members m LEFT JOIN organisations o ON o.id = m.organisation_id WHERE m.id = attended_spans.person)
     WHERE community_id = $1 AND person IN (?list) RETURNING person"
);

/// Before members move to another organisation or country, and nothing else changes of them; [`after_move`] counts them
/// where they are then. Both stand in one transaction.
///
/// # Errors
/// What the database says.
pub async fn before_move(
    tx: &mut Tx,
    community: &CommunityId,
    members: &[MemberId],
) -> Result<(), StorageError> {
    answers::of_members(tx, community, members, -1).await
}

/// Counts members where they are now; see [`before_move`].
///
/// # Errors
/// What the database says.
pub async fn after_move(
    tx: &mut Tx,
    community: &CommunityId,
    members: &[MemberId],
) -> Result<(), StorageError> {
    for sql in [MOVED, FACETS] {
        tx.all_in(sql, params![community], ids(members)).await?;
    }
    answers::of_members(tx, community, members, 1).await
}

/// Takes members out of all counts, before it changes whose records theirs are. [`enter`] puts them back as they are then; both stand in one transaction.
///
/// # Errors
/// What the database says.
pub async fn leave(
    tx: &mut Tx,
    community: &CommunityId,
    members: &[MemberId],
) -> Result<(), StorageError> {
    tx.all_in(CELLS, params![-1, community], ids(members))
        .await?;
    answers::of_members(tx, community, members, -1).await
}

/// Counts members in again after [`leave`] and the change.
///
/// # Errors
/// What the database says.
pub async fn enter(
    tx: &mut Tx,
    community: &CommunityId,
    members: &[MemberId],
) -> Result<(), StorageError> {
    tx.all_in(CELLS, params![1, community], ids(members))
        .await?;
    answers::of_members(tx, community, members, 1).await?;
    again(
        tx,
        community,
        members.iter().map(MemberId::to_string).collect(),
    )
    .await
}

/// What the counts of a member are split by: organisation, country, and where that is known from.
pub(in crate::storage) type Facts = (Option<OrganisationId>, Option<String>, CountrySource);

/// What is on record of these members; people who are not there yet are left out.
pub(in crate::storage) async fn facts(
    tx: &mut Tx,
    community: &CommunityId,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Facts>, StorageError> {
    let rows = tx
        .all_in(
            "SELECT id, organisation_id, country, country_source FROM members
             WHERE community_id = $1 AND id IN (?list)",
            params![community],
            ids(members),
        )
        .await?;
    let facts = rows.iter().map(|row| {
        let country = (row.get("country")?, row.get("country_source")?);
        Ok((
            row.get("id")?,
            (row.get("organisation_id")?, country.0, country.1),
        ))
    });
    facts.collect()
}

/// The members of an organisation.
pub(in crate::storage) async fn of_organisation(
    tx: &mut Tx,
    organisation: &OrganisationId,
) -> Result<Vec<MemberId>, StorageError> {
    let rows = tx
        .all(
            "SELECT id FROM members WHERE organisation_id = $1",
            params![organisation],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}
