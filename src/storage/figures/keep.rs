//! The counts of one session's attendance: what counts before a change and what counts after it, and the difference
//! written down.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDateTime;

use super::ATTENDANCE;
use super::people::{self, Mark};
use crate::domain::events::attendance::{Role, Source};
use crate::domain::events::meeting::EventKind;
use crate::domain::events::session::Status;
use crate::domain::figures::{Facet, Month, Presence, Sums};
use crate::domain::ids::{CommunityId, MemberId, SessionId};
use crate::storage::attendance::Seen;
use crate::storage::{StorageError, ToValue, Tx, Value};

/// What counts of a session's attendance.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    community: Option<CommunityId>,
    /// The month it counts in; none when it does not take place or is a meeting.
    month: Option<Month>,
    records: HashMap<(Source, String), Record>,
}

#[derive(Clone, Debug)]
struct Record {
    person: String,
    member: bool,
    role: Role,
    minutes: Option<i64>,
    country: Option<String>,
}

/// The person of a record, as counts tell them apart: a member by id, others by what the source has of them.
fn person<'a>(member: Option<&'a MemberId>, identity: &'a str) -> &'a str {
    member.map_or(identity, MemberId::as_str)
}

const OF_SESSION: &str =
    "SELECT s.community_id, s.wall, s.status, s.kind, a.source, a.identity, a.member_id, a.part, a.minutes,
         a.country
     FROM sessions s LEFT JOIN attendance a ON a.session_id = s.id WHERE s.id = $1";

const OF_PEOPLE: &str = "SELECT s.community_id, s.wall, s.status, s.kind, a.source, a.identity, a.member_id, a.part, a.minutes,
         a.country
     FROM sessions s LEFT JOIN attendance a ON a.session_id = s.id AND COALESCE(a.member_id, a.identity) IN (?list)
     WHERE s.id = $1";

impl Counted {
    /// All that counts of a session now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn of_session(tx: &mut Tx, session: &SessionId) -> Result<Self, StorageError> {
        let rows = tx.all(OF_SESSION, params![session]).await?;
        Self::read(&rows)
    }

    /// What counts of a session now for the people of `seen`, when these are few members under their own names, as
    /// somebody who checks in; else all that counts.
    ///
    /// # Errors
    /// What the database says.
    pub async fn of(tx: &mut Tx, session: &SessionId, seen: &[Seen]) -> Result<Self, StorageError> {
        let own = |one: &Seen| {
            let member = one.member.as_ref();
            member.is_some_and(|id| one.identity.strip_prefix("member:") == Some(id.as_str()))
        };
        if seen.is_empty() || seen.len() > FEW || !seen.iter().all(own) {
            return Self::of_session(tx, session).await;
        }
        let list = seen.iter().filter_map(|one| one.member.as_ref());
        let list = list.map(ToValue::to_value).collect();
        let rows = tx.all_in(OF_PEOPLE, params![session], list).await?;
        Self::read(&rows)
    }

    fn read(rows: &[crate::storage::Row]) -> Result<Self, StorageError> {
        let mut counted = Self::default();
        for row in rows {
            if counted.community.is_none() {
                counted.community = Some(row.get("community_id")?);
                let wall: NaiveDateTime = row.get("wall")?;
                let planned = row.get::<Status>("status")? == Status::Planned;
                let counts = planned && row.get::<EventKind>("kind")? == EventKind::Session;
                counted.month = counts.then_some(Month::of(wall.date()));
            }
            let Some(source) = row.get::<Option<Source>>("source")? else {
                continue;
            };
            let (identity, member): (String, Option<MemberId>) =
                (row.get("identity")?, row.get("member_id")?);
            let record = Record {
                person: person(member.as_ref(), &identity).to_owned(),
                member: member.is_some(),
                role: row.get("part")?,
                minutes: row.get("minutes")?,
                country: row.get("country")?,
            };
            counted.records.insert((source, identity), record);
        }
        Ok(counted)
    }

    /// Whether nobody is recorded.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The same after people were written down.
    pub fn with(mut self, source: Source, seen: &[Seen]) -> Self {
        for one in seen {
            let record = Record {
                person: person(one.member.as_ref(), &one.identity).to_owned(),
                member: one.member.is_some(),
                role: one.role,
                minutes: one.minutes,
                country: one.country.clone(),
            };
            self.records.insert((source, one.identity.clone()), record);
        }
        self
    }

    /// The same after a source was forgotten.
    pub fn without_source(mut self, source: Source) -> Self {
        self.records.retain(|(of, _), _| *of != source);
        self
    }

    /// The same after one identity of a source was forgotten.
    pub fn without(mut self, source: Source, identity: &str) -> Self {
        self.records.remove(&(source, identity.to_owned()));
        self
    }

    fn presences(&self) -> HashMap<&str, Presence> {
        let mut all: HashMap<&str, Presence> = HashMap::with_capacity(self.records.len());
        if self.month.is_none() {
            return all;
        }
        for ((source, _), record) in &self.records {
            let presence = all.entry(&record.person).or_default();
            presence.member |= record.member;
            presence.add(
                *source,
                record.role,
                record.minutes,
                record.country.as_deref(),
            );
        }
        all
    }

    /// Writes down what `after` differs by; the records are as `after` says already. Answers which members it came upon
    /// that are counted in a country.
    ///
    /// # Errors
    /// What the database says.
    pub async fn settle(
        &self,
        tx: &mut Tx,
        after: &Self,
    ) -> Result<HashSet<MemberId>, StorageError> {
        let Some(community) = &after.community else {
            return Ok(HashSet::new());
        };
        let (was, is) = (self.presences(), after.presences());
        let same_month = self.month == after.month;
        let people: HashSet<&str> = was.keys().chain(is.keys()).copied().collect();
        let changed: Vec<&str> = people
            .into_iter()
            .filter(|person| !same_month || was.get(person) != is.get(person))
            .collect();
        if changed.is_empty() {
            return Ok(HashSet::new());
        }
        let kept = people::kept(tx, community, &changed).await?;
        let member = |person: &&str| {
            is.get(person)
                .or_else(|| was.get(person))
                .is_some_and(|it| it.member)
        };
        let new = changed
            .iter()
            .copied()
            .filter(|person| member(person) && !kept.facets.contains_key(*person));
        let facets = people::facets(tx, community, &new.collect::<Vec<_>>()).await?;
        let mut of_a_country = HashSet::new();
        let mut cells: BTreeMap<(Month, String), Sums> = BTreeMap::new();
        let (mut marks, mut again) = (Vec::new(), BTreeSet::new());
        for person in changed {
            let own = kept
                .facets
                .get(person)
                .or_else(|| facets.get(person))
                .filter(|_| member(&person));
            if own.is_some_and(|facet| Facet::read(facet).country.is_some()) {
                of_a_country.insert(MemberId::new(person));
            }
            let facet = |presence: &Presence| match own {
                Some(facet) => facet.clone(),
                None => Facet::stranger(presence.country.clone()).to_string(),
            };
            let (before, now) = (was.get(person), is.get(person));
            if let (Some(month), Some(presence)) = (self.month, before) {
                *cells.entry((month, facet(presence))).or_default() += -Sums::from(presence);
            }
            let (Some(month), Some(presence)) = (after.month, now) else {
                again.insert(person.to_owned());
                continue;
            };
            *cells.entry((month, facet(presence))).or_default() += Sums::from(presence);
            let seen_from = before.map(|before| &before.country);
            let elsewhere =
                own.is_none() && seen_from.is_some_and(|country| *country != presence.country);
            if (before.is_some() && !same_month) || elsewhere {
                again.insert(person.to_owned());
                continue;
            }
            let (span, months) = (month.span(), month.bit());
            let mut place = facet(presence);
            if let Some((there, known)) = kept.months.get(&(person.to_owned(), span)) {
                // Of somebody who is not known the country that is the last by its code counts.
                if Facet::read(there).country > presence.country {
                    place = there.clone();
                }
                if known.holds(months) && *there == place {
                    continue;
                }
            }
            marks.push(Mark {
                person,
                span,
                facet: place,
                months,
            });
        }
        add(tx, community, ATTENDANCE, cells).await?;
        people::mark(tx, community, marks).await?;
        people::again(tx, community, again).await?;
        Ok(of_a_country)
    }
}

/// Up to so many people are asked for by name.
const FEW: usize = 20;

/// Adds to the counts of months.
pub(super) async fn add(
    tx: &mut Tx,
    community: &CommunityId,
    kind: &str,
    cells: BTreeMap<(Month, String), Sums>,
) -> Result<(), StorageError> {
    let cells = cells.into_iter().filter(|(_, sums)| !sums.is_zero());
    let rows: Vec<Vec<Value>> = cells
        .map(|((month, facet), sums)| {
            params![
                community,
                kind,
                month,
                facet,
                sums.n,
                sums.records,
                sums.presenting,
                sums.checked_in,
                sums.listed,
                sums.reported,
                sums.timed,
                sums.minutes
            ]
        })
        .collect();
    tx.insert_many(concat!(into_monthly!(), "VALUES"), adding!(), rows)
        .await?;
    Ok(())
}
