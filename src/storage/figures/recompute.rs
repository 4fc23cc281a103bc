//! Everything that is kept counted once more, from the records and by code that shares nothing with what keeps it;
//! where the two differ, the records are right.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Datelike, NaiveDateTime};

use super::{ANSWER, ATTENDANCE, attended, sums, texts};
use crate::domain::figures::period::{Attended, last_day};
use crate::domain::figures::{Facet, Month, Sums};
use crate::domain::ids::CommunityId;
use crate::storage::{StorageError, Tx};

/// A count that differs from the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The counts of a month.
    Counts {
        /// `attendance` or `answer`.
        kind: &'static str,
        /// The month.
        month: Month,
        /// Where it is counted, as stored.
        facet: String,
        /// What is kept.
        kept: Sums,
        /// What the records say.
        records: Sums,
    },
    /// The months of a person.
    Person {
        /// Who, as stored.
        person: String,
        /// Of which forty years.
        span: i64,
        /// Facet and months as they are kept; none when nothing is.
        kept: Option<(String, Attended)>,
        /// What the records say.
        records: Option<(String, Attended)>,
    },
}

/// What was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Attendance records that were read.
    pub records: i64,
    /// Counts that were compared.
    pub counts: usize,
    /// People whose months were compared.
    pub people: usize,
    /// Where the two differ.
    pub differences: Vec<Difference>,
}

type Cells = BTreeMap<(&'static str, Month, String), Sums>;
type People = HashMap<(String, i64), (String, Attended)>;

/// Compares what is kept of a community with its records.
///
/// # Errors
/// What the database says.
pub async fn compare(tx: &mut Tx, community: &CommunityId) -> Result<Compared, StorageError> {
    let mut compared = Compared::default();
    let (mut cells, mut people) = count(tx, community, &mut compared).await?;
    let distinct: HashSet<&str> = people.keys().map(|(person, _)| person.as_str()).collect();
    (compared.counts, compared.people) = (cells.len(), distinct.len());
    let rows = tx
        .all(
            "SELECT kind, month, facet, n, records, presenting, checked_in, listed, reported, timed, minutes
             FROM monthly_figures WHERE community_id = $1 ORDER BY kind, month, facet",
            params![community],
        )
        .await?;
    for row in &rows {
        let kind = match row.get::<String>("kind")?.as_str() {
            ANSWER => ANSWER,
            _ => ATTENDANCE,
        };
        let (month, facet): (Month, String) = (row.get("month")?, row.get("facet")?);
        let (kept, key) = (sums(row)?, (kind, month, facet));
        let records = cells.remove(&key).unwrap_or_default();
        if kept != records {
            compared.differences.push(counts(key, kept, records));
        }
    }
    let missing = cells.into_iter();
    let missing = missing.map(|(key, records)| counts(key, Sums::default(), records));
    compared.differences.extend(missing);
    let rows = tx
        .all(
            "SELECT person, span, facet, w0, w1, w2, w3, w4, w5, w6, w7 FROM attended_spans WHERE community_id = $1",
            params![community],
        )
        .await?;
    for row in &rows {
        let (person, span): (String, i64) = (row.get("person")?, row.get("span")?);
        let kept = (row.get("facet")?, attended(row)?);
        let key = (person, span);
        let records = people.remove(&key);
        if records.as_ref() != Some(&kept) {
            let (person, span) = key;
            compared.differences.push(Difference::Person {
                person,
                span,
                kept: Some(kept),
                records,
            });
        }
    }
    let missing = people
        .into_iter()
        .map(|((person, span), records)| Difference::Person {
            person,
            span,
            kept: None,
            records: Some(records),
        });
    compared.differences.extend(missing);
    Ok(compared)
}

fn counts(
    (kind, month, facet): (&'static str, Month, String),
    kept: Sums,
    records: Sums,
) -> Difference {
    Difference::Counts {
        kind,
        month,
        facet,
        kept,
        records,
    }
}

/// Writes down what the records say wherever something else is kept; what differed.
///
/// # Errors
/// What the database says.
pub async fn repair(tx: &mut Tx, community: &CommunityId) -> Result<Compared, StorageError> {
    let compared = compare(tx, community).await?;
    let (mut cells, mut people) = (Vec::new(), BTreeSet::new());
    for difference in &compared.differences {
        match difference {
            Difference::Counts {
                kind,
                month,
                facet,
                kept,
                records,
            } => {
                let mut by = -*kept;
                by += *records;
                cells.push((*kind, *month, facet.clone(), by));
            }
            Difference::Person { person, .. } => {
                people.insert(person.clone());
            }
        }
    }
    for (kind, month, facet, by) in cells {
        super::keep::add(tx, community, kind, BTreeMap::from([((month, facet), by)])).await?;
    }
    super::people::again(tx, community, people).await?;
    Ok(compared)
}

/// A person while they are counted.
struct Person {
    facet: usize,
    member: bool,
    months: Vec<(i64, Attended, Option<String>)>,
}

async fn count(
    tx: &mut Tx,
    community: &CommunityId,
    compared: &mut Compared,
) -> Result<(Cells, People), StorageError> {
    let mut facets = Facets::default();
    let mut people = members(tx, community, &mut facets).await?;
    let mut sums: HashMap<(&'static str, Month, usize), Sums> = HashMap::new();
    for month in months(tx, community).await? {
        let Some(first) = month.first_day() else {
            continue;
        };
        let (from, to) = (Some(first), Some(last_day(first)));
        for text in texts::attendance(tx, community, from, to).await? {
            for (name, presence) in text.presences()? {
                compared.records += presence.records;
                if !people.contains_key(name) {
                    let stranger = Person {
                        facet: 0,
                        member: false,
                        months: Vec::new(),
                    };
                    people.insert(name.to_owned(), stranger);
                }
                let Some(person) = people.get_mut(name) else {
                    continue;
                };
                let facet = match person.member {
                    true => person.facet,
                    false => facets.place(Facet::stranger(presence.country.clone()).to_string()),
                };
                *sums.entry((ATTENDANCE, text.month, facet)).or_default() += Sums::from(&presence);
                person.came(text.month, presence.country);
            }
        }
        for text in texts::answers(tx, community, from, to).await? {
            for name in text.lines.split('\n') {
                if let Some(person) = people.get(name) {
                    let one = Sums {
                        n: 1,
                        records: 1,
                        ..Sums::default()
                    };
                    *sums.entry((ANSWER, text.month, person.facet)).or_default() += one;
                }
            }
        }
    }
    let cells = sums.into_iter();
    let cells =
        cells.map(|((kind, month, facet), sums)| ((kind, month, facets.list[facet].clone()), sums));
    let mut by_span = People::with_capacity(people.len());
    for (name, person) in people {
        for (span, months, country) in person.months {
            let facet = match person.member {
                true => facets.list[person.facet].clone(),
                false => Facet::stranger(country).to_string(),
            };
            by_span.insert((name.clone(), span), (facet, months));
        }
    }
    Ok((cells.collect(), by_span))
}

impl Person {
    fn came(&mut self, month: Month, country: Option<String>) {
        let (span, month) = (month.span(), month.bit());
        match self.months.iter_mut().find(|(of, ..)| *of == span) {
            Some((_, months, from)) => {
                *months = months.with(month);
                if country > *from {
                    *from = country;
                }
            }
            None => self.months.push((span, month, country)),
        }
    }
}

/// Facets by number, so that counting compares numbers.
#[derive(Default)]
struct Facets {
    list: Vec<String>,
    places: HashMap<String, usize>,
}

impl Facets {
    fn place(&mut self, facet: String) -> usize {
        if let Some(place) = self.places.get(&facet) {
            return *place;
        }
        let place = self.list.len();
        self.list.push(facet.clone());
        self.places.insert(facet, place);
        place
    }
}

async fn members(
    tx: &mut Tx,
    community: &CommunityId,
    facets: &mut Facets,
) -> Result<HashMap<String, Person>, StorageError> {
    let rows = tx
        .all(
            "SELECT m.id, m.organisation_id, m.country, m.country_source, o.country AS of_organisation FROM members m
                 LEFT JOIN organisations o ON o.id = m.organisation_id WHERE m.community_id = $1",
            params![community],
        )
        .await?;
    let mut people = HashMap::with_capacity(rows.len());
    for row in &rows {
        let facet = Facet::member(
            row.get("organisation_id")?,
            row.get("country")?,
            row.get("country_source")?,
            row.get("of_organisation")?,
        );
        let person = Person {
            facet: facets.place(facet.to_string()),
            member: true,
            months: Vec::new(),
        };
        people.insert(row.get("id")?, person);
    }
    Ok(people)
}

/// The months that have sessions.
async fn months(tx: &mut Tx, community: &CommunityId) -> Result<Vec<Month>, StorageError> {
    let rows = tx
        .all(
            "SELECT min(s.wall) AS wall FROM sessions s WHERE s.community_id = $1 GROUP BY substr(s.wall, 1, 7)",
            params![community],
        )
        .await?;
    let months = rows.iter().map(|row| {
        let wall: NaiveDateTime = row.get("wall")?;
        Ok(Month::of(wall.date().with_day(1).unwrap_or(wall.date())))
    });
    months.collect()
}
