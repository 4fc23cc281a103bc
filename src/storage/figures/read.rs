//! Attendances, people and answers of a period: whole months from the counts, the days around them from the records.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::texts::{self, BREAK, Text, walls};
use super::{ANSWER, ATTENDANCE, attended, sums};
use crate::domain::figures::period::Attended;
use crate::domain::figures::{Facet, Month, Parts, Sums};
use crate::domain::ids::CommunityId;
use crate::storage::{StorageError, ToValue, Tx};

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
    match (parts.whole, spans(tx, community, parts).await?.as_slice()) {
        (_, []) => {}
        (Some((first, last)), [span]) if parts.edges.is_empty() => {
            let months = Attended::between(first, last, *span);
            for (facet, people) in people(tx, community, *span, months).await? {
                by.entry(facet).or_default().1 += people;
            }
        }
        (_, spans) => {
            let mut edges = Vec::new();
            for (from, to) in &parts.edges {
                edges.extend(texts::attendance(tx, community, Some(*from), Some(*to)).await?);
            }
            let known = whereabouts(tx, community, parts, spans).await?;
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

/// Attendances and the different people behind them, for each whole month from `first` to `last` in which anybody
/// came: all of them in one pass over the people.
///
/// # Errors
/// What the database says.
pub async fn by_month(
    tx: &mut Tx,
    community: &CommunityId,
    first: Month,
    last: Month,
) -> Result<BTreeMap<Month, (Sums, i64)>, StorageError> {
    let mut months: BTreeMap<Month, (Sums, i64)> = BTreeMap::new();
    let rows = tx
        .all(
            "SELECT month, n, records, presenting, checked_in, listed, reported, timed, minutes FROM monthly_figures
             WHERE community_id = $1 AND kind = $2 AND month >= $3 AND month <= $4",
            params![community, ATTENDANCE, first, last],
        )
        .await?;
    for row in &rows {
        months.entry(row.get("month")?).or_default().0 += sums(row)?;
    }
    let rows = tx
        .all(
            "SELECT span, w0, w1, w2, w3, w4, w5, w6, w7 FROM attended_spans
             WHERE community_id = $1 AND span >= $2 AND span <= $3",
            params![community, first.span(), last.span()],
        )
        .await?;
    for row in &rows {
        let span = row.get("span")?;
        for month in attended(row)?.months(span) {
            if let Some(found) = months.get_mut(&month) {
                found.1 += 1;
            }
        }
    }
    months.retain(|_, (sums, people)| !sums.is_zero() || *people != 0);
    Ok(months)
}

/// How many different people came in any of some months of one span, by facet. The table is read from end to end,
/// which its key is made for: see its migration. SQLite would sort the people to group them, which takes longer than
/// reading them; so it hands over where each is counted, in one text.
async fn people(
    tx: &mut Tx,
    community: &CommunityId,
    span: i64,
    months: Attended,
) -> Result<HashMap<String, i64>, StorageError> {
    let mut params = params![community, span, BREAK];
    params.extend(months.0.iter().map(ToValue::to_value));
    let row = tx
        .one(
            "SELECT string_agg(facet, $3) AS facets FROM attended_spans
             WHERE community_id = $1 AND span = $2 AND ((w0 & $4) <> 0 OR (w1 & $5) <> 0 OR (w2 & $6) <> 0 OR (w3 & $7) <> 0
                 OR (w4 & $8) <> 0 OR (w5 & $9) <> 0 OR (w6 & $10) <> 0 OR (w7 & $11) <> 0)",
            params,
        )
        .await?;
    let facets: Option<String> = row.get("facets")?;
    let mut people: HashMap<&str, i64> = HashMap::new();
    for facet in facets.iter().flat_map(|facets| facets.split(BREAK)) {
        *people.entry(facet).or_default() += 1;
    }
    Ok(people
        .into_iter()
        .map(|(facet, people)| (facet.to_owned(), people))
        .collect())
}

/// The spans of a period in which anybody came.
async fn spans(
    tx: &mut Tx,
    community: &CommunityId,
    parts: &Parts,
) -> Result<Vec<i64>, StorageError> {
    let row = tx
        .one(
            "SELECT min(month) AS first, max(month) AS last FROM monthly_figures WHERE community_id = $1 AND kind = $2",
            params![community, ATTENDANCE],
        )
        .await?;
    let (Some(first), Some(last)) = (
        row.get::<Option<Month>>("first")?,
        row.get::<Option<Month>>("last")?,
    ) else {
        return Ok(Vec::new());
    };
    let edges = parts.edges.iter();
    let touched = edges.map(|(from, to)| (Month::of(*from).span(), Month::of(*to).span()));
    let whole = parts.whole.map(|(first, last)| (first.span(), last.span()));
    let touched: Vec<(i64, i64)> = touched.chain(whole).collect();
    let in_period = |span: &i64| touched.iter().any(|(from, to)| from <= span && span <= to);
    Ok((first.span()..=last.span()).filter(in_period).collect())
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
    spans: &[i64],
) -> Result<Whereabouts, StorageError> {
    let mut groups = Vec::new();
    for span in spans {
        let within = |(first, last): (Month, Month)| Attended::between(first, last, *span);
        let whole = parts.whole.map(within).unwrap_or_default();
        let edges = parts.edges.iter();
        let edges = edges.map(|(from, to)| within((Month::of(*from), Month::of(*to))));
        let all = edges.fold(whole, Attended::with);
        let mut params = params![community, span, BREAK];
        params.extend(whole.0.iter().chain(&all.0).map(ToValue::to_value));
        let rows = tx
            .all(
                "SELECT x.facet, x.counted, string_agg(x.person, $3) AS people FROM (
                     SELECT facet, person,
                         CASE WHEN (w0 & $4) <> 0 OR (w1 & $5) <> 0 OR (w2 & $6) <> 0 OR (w3 & $7) <> 0
                             OR (w4 & $8) <> 0 OR (w5 & $9) <> 0 OR (w6 & $10) <> 0 OR (w7 & $11) <> 0
                             THEN CAST(1 AS BIGINT) ELSE 0 END AS counted
                     FROM attended_spans
                     WHERE community_id = $1 AND span = $2 AND ((w0 & $12) <> 0 OR (w1 & $13) <> 0
                         OR (w2 & $14) <> 0 OR (w3 & $15) <> 0 OR (w4 & $16) <> 0 OR (w5 & $17) <> 0
                         OR (w6 & $18) <> 0 OR (w7 & $19) <> 0)) AS x
                 GROUP BY x.facet, x.counted",
                params,
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
            // Somebody who is not known may have been seen from another country in another span.
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
