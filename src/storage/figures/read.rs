//! Attendances, people and answers of a period: whole months from the counts, the days around them from the records.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::texts::{self, BREAK, Text, walls};
use super::{ANSWER, ATTENDANCE, sums};
use crate::domain::figures::{Facet, Month, Parts, Sums};
use crate::domain::ids::CommunityId;
use crate::storage::{StorageError, Tx};

/// What is counted for one facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where the people are counted.
    pub facet: Facet,
    /// Attendances.
    pub sums: Sums,
    /// Different people.
    pub people: i64,
}

/// The attendances of a period and the people behind them.
///
/// # Errors
/// What the database says.
pub async fn attendance(
    tx: &mut Tx,
    community: &CommunityId,
    parts: &Parts,
) -> Result<Vec<Part>, StorageError> {
    let mut by: HashMap<String, (Sums, i64)> = HashMap::new();
    if let Some((first, last)) = parts.whole {
        for (facet, sums) in monthly(tx, community, ATTENDANCE, first, last).await? {
            by.entry(facet).or_default().0 += sums;
        }
    }
    match (parts.whole, decades(tx, community, parts).await?.as_slice()) {
        (_, []) => {}
        (Some((first, last)), [decade]) if parts.edges.is_empty() => {
            let (early, late) = mask(first, last, *decade);
            for (facet, people) in people(tx, community, *decade, early, late).await? {
                by.entry(facet).or_default().1 += people;
            }
        }
        (_, decades) => {
            let mut edges = Vec::new();
            for (from, to) in &parts.edges {
                edges.extend(texts::attendance(tx, community, Some(*from), Some(*to)).await?);
            }
            let known = whereabouts(tx, community, parts, decades).await?;
            merge(&mut by, &known, &edges)?;
        }
    }
    let mut found: Vec<Part> = by
        .into_iter()
        .filter(|(_, (sums, people))| !sums.is_zero() || *people != 0)
        .map(|(facet, (sums, people))| Part {
            facet: Facet::read(&facet),
            sums,
            people,
        })
        .collect();
    found.sort_by(|a, b| a.facet.cmp(&b.facet));
    Ok(found)
}

/// Counts by month as they are kept, by facet.
async fn monthly(
    tx: &mut Tx,
    community: &CommunityId,
    kind: &str,
    first: Month,
    last: Month,
) -> Result<Vec<(String, Sums)>, StorageError> {
    let rows = tx
        .all(
            "SELECT facet, CAST(sum(n) AS BIGINT) AS n, CAST(sum(records) AS BIGINT) AS records,
                 CAST(sum(presenting) AS BIGINT) AS presenting, CAST(sum(checked_in) AS BIGINT) AS checked_in,
                 CAST(sum(listed) AS BIGINT) AS listed, CAST(sum(reported) AS BIGINT) AS reported,
                 CAST(sum(timed) AS BIGINT) AS timed, CAST(sum(minutes) AS BIGINT) AS minutes
             FROM monthly_figures WHERE community_id = $1 AND kind = $2 AND month >= $3 AND month <= $4 GROUP BY facet",
            params![community, kind, first, last],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("facet")?, sums(row)?)))
        .collect()
}

/// How many different people came in any of some months of one decade, by facet.
async fn people(
    tx: &mut Tx,
    community: &CommunityId,
    decade: i64,
    early: i64,
    late: i64,
) -> Result<Vec<(String, i64)>, StorageError> {
    let rows = tx
        .all(
            "SELECT facet, count(*) AS people FROM attended_months
             WHERE community_id = $1 AND decade = $2 AND ((early & $3) <> 0 OR (late & $4) <> 0) GROUP BY facet",
            params![community, decade, early, late],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("facet")?, row.get("people")?)))
        .collect()
}

/// The decades of a period in which anybody came.
async fn decades(
    tx: &mut Tx,
    community: &CommunityId,
    parts: &Parts,
) -> Result<Vec<i64>, StorageError> {
    let row = tx
        .one(
            "SELECT min(decade) AS first, max(decade) AS last FROM attended_months WHERE community_id = $1",
            params![community],
        )
        .await?;
    let (Some(first), Some(last)) = (
        row.get::<Option<i64>>("first")?,
        row.get::<Option<i64>>("last")?,
    ) else {
        return Ok(Vec::new());
    };
    let edges = parts.edges.iter();
    let touched = edges.map(|(from, to)| (Month::of(*from).decade(), Month::of(*to).decade()));
    let whole = parts
        .whole
        .map(|(first, last)| (first.decade(), last.decade()));
    let touched: Vec<(i64, i64)> = touched.chain(whole).collect();
    let in_period = |decade: &i64| {
        touched
            .iter()
            .any(|(from, to)| from <= decade && decade <= to)
    };
    Ok((first..=last).filter(in_period).collect())
}

/// The bits of the months from `first` to `last` within a decade.
fn mask(first: Month, last: Month, decade: i64) -> (i64, i64) {
    let from = first.0.max(decade * crate::domain::figures::period::DECADE);
    let to = last
        .0
        .min((decade + 1) * crate::domain::figures::period::DECADE - 1);
    let months = (from..=to).map(|month| Month(month).bits());
    months.fold((0, 0), |all, one| (all.0 | one.0, all.1 | one.1))
}

/// Everybody who came in a month that the period touches.
struct Whereabouts {
    groups: Vec<(String, bool, String)>,
}

/// The people of the months that a period touches, by facet, and whether they came in one of its whole months.
async fn whereabouts(
    tx: &mut Tx,
    community: &CommunityId,
    parts: &Parts,
    decades: &[i64],
) -> Result<Whereabouts, StorageError> {
    let mut groups = Vec::new();
    for decade in decades {
        let whole = parts
            .whole
            .map_or((0, 0), |(first, last)| mask(first, last, *decade));
        let edges = parts.edges.iter();
        let edges = edges.map(|(from, to)| mask(Month::of(*from), Month::of(*to), *decade));
        let all = edges.fold(whole, |all, one| (all.0 | one.0, all.1 | one.1));
        let rows = tx
            .all(
                "SELECT x.facet, x.counted, string_agg(x.person, $6) AS people FROM (
                     SELECT facet, person,
                         CASE WHEN (early & $3) <> 0 OR (late & $4) <> 0 THEN CAST(1 AS BIGINT) ELSE 0 END AS counted
                     FROM attended_months
                     WHERE community_id = $1 AND decade = $2 AND ((early & $5) <> 0 OR (late & $7) <> 0)) AS x
                 GROUP BY x.facet, x.counted",
                params![community, decade, whole.0, whole.1, all.0, BREAK, all.1],
            )
            .await?;
        for row in &rows {
            groups.push((row.get("facet")?, row.get("counted")?, row.get("people")?));
        }
    }
    Ok(Whereabouts { groups })
}

/// Adds the people of whole months, and the attendances and people of the days around them.
fn merge(
    by: &mut HashMap<String, (Sums, i64)>,
    known: &Whereabouts,
    edges: &[Text],
) -> Result<(), StorageError> {
    struct At<'t> {
        facet: &'t str,
        counted: bool,
    }
    let mut people: HashMap<&str, At<'_>> = HashMap::new();
    for (facet, counted, list) in &known.groups {
        for person in list.split('\n') {
            let at = people.entry(person).or_insert(At {
                facet,
                counted: false,
            });
            at.counted |= counted;
            // Somebody who is not known may have been seen from another country in another decade.
            if Facet::read(at.facet).country < Facet::read(facet).country {
                at.facet = facet;
            }
        }
    }
    for text in edges {
        for (person, presence) in text.presences()? {
            let sums = Sums::from(&presence);
            let own = || Facet::stranger(presence.country.clone()).to_string();
            match people.get_mut(person) {
                Some(at) => {
                    at.counted = true;
                    let facet = if presence.member {
                        at.facet.to_owned()
                    } else {
                        own()
                    };
                    by.entry(facet).or_default().0 += sums;
                }
                None => by.entry(own()).or_default().0 += sums,
            }
        }
    }
    for at in people.into_values().filter(|at| at.counted) {
        match by.get_mut(at.facet) {
            Some(found) => found.1 += 1,
            None => {
                by.insert(at.facet.to_owned(), (Sums::default(), 1));
            }
        }
    }
    Ok(())
}

/// Yes answers with a seat to sessions of a period of which it is recorded who came, by facet.
///
/// # Errors
/// What the database says.
pub async fn answers(
    tx: &mut Tx,
    community: &CommunityId,
    parts: &Parts,
) -> Result<Vec<(Facet, i64)>, StorageError> {
    let mut by: HashMap<String, i64> = HashMap::new();
    if let Some((first, last)) = parts.whole {
        for (facet, sums) in monthly(tx, community, ANSWER, first, last).await? {
            *by.entry(facet).or_default() += sums.n;
        }
    }
    for (from, to) in &parts.edges {
        for (facet, n) in answers_between(tx, community, *from, *to).await? {
            *by.entry(facet).or_default() += n;
        }
    }
    by.retain(|_, n| *n != 0);
    Ok(by
        .into_iter()
        .map(|(facet, n)| (Facet::read(&facet), n))
        .collect())
}

async fn answers_between(
    tx: &mut Tx,
    community: &CommunityId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(String, i64)>, StorageError> {
    let (from, until) = walls(Some(from), Some(to));
    let rows = tx
        .all(
            concat!(
                "SELECT x.facet, count(*) AS n FROM (SELECT ",
                facet!(),
                " AS facet FROM sessions s JOIN rsvps r ON r.session_id = s.id JOIN members m ON m.id = r.member_id
                      LEFT JOIN organisations o ON o.id = m.organisation_id
                  WHERE s.community_id = $1 AND s.wall >= $2 AND s.wall < $3 AND s.status = 'planned' AND s.kind = 'session'
                      AND s.recorded > 0 AND r.seat = 'confirmed') AS x GROUP BY x.facet"
            ),
            params![community, from, until],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("facet")?, row.get("n")?)))
        .collect()
}

/// The first and the last month in which anything is counted.
///
/// # Errors
/// What the database says.
pub async fn span(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Option<(Month, Month)>, StorageError> {
    let row = tx
        .one(
            concat!(
                "SELECT min(",
                month!(),
                ") AS first, max(",
                month!(),
                ") AS last FROM sessions s WHERE s.community_id = $1 AND s.status = 'planned' AND s.kind = 'session'"
            ),
            params![community],
        )
        .await?;
    Ok(row
        .get::<Option<Month>>("first")?
        .zip(row.get::<Option<Month>>("last")?))
}
