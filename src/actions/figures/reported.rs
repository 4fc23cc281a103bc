//! Numbers that were reported without evidence: written down, compared with the records, and never added to them.

use chrono::NaiveDate;

use super::{AsOf, figure};
use crate::actions::{Actor, Context, Done, refused};
use crate::domain::figures::reported::{Compared, Measure, Reading};
use crate::domain::figures::{FiguresReply, Held, Period, Reported};
use crate::domain::ids::SeriesId;
use crate::domain::text::UserText;
use crate::storage::figures::{records, reported};
use crate::storage::{StorageError, Tx, series};

/// Writes a reported number down.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    number: &Reported,
) -> Done<FiguresReply> {
    let (community, by) = (&ctx.community.id, &actor.member.id);
    let number = reported::add(tx, community, by, number).await?;
    Ok(FiguresReply::Reported {
        number,
        added: true,
    })
}

/// Takes a number out of the list.
///
/// # Errors
/// Refused when there is none of it.
pub async fn withdraw(tx: &mut Tx, ctx: &Context, number: i64) -> Done<FiguresReply> {
    if !reported::withdraw(tx, &ctx.community.id, number, ctx.now).await? {
        return refused(format!(
            "There is no reported number {number}. “figures reported” lists them."
        ));
    }
    Ok(FiguresReply::Withdrawn { number })
}

/// Every reported number, or one of them, beside what the records say.
///
/// # Errors
/// What the database says.
pub async fn compare(
    tx: &mut Tx,
    of: AsOf<'_>,
    only: Option<i64>,
) -> Result<Vec<Compared>, StorageError> {
    let community = &of.community.id;
    let mut all = reported::all(tx, community).await?;
    all.retain(|one| only.is_none_or(|number| number == one.number));
    let every: Vec<Scope> = std::iter::once(Scope::all())
        .chain(
            series::all(tx, community)
                .await?
                .into_iter()
                .map(|one| Scope {
                    id: Some(one.id),
                    slug: one.slug,
                    title: Some(one.title),
                }),
        )
        .collect();
    let mut compared = Vec::with_capacity(all.len());
    for one in all {
        let candidates = Measure::candidates(one.of);
        let counted = match (candidates.is_empty(), one.of) {
            (true, Some(name)) => Some(figure(tx, of, name, one.period, false).await?.value),
            _ => None,
        };
        let mut readings: Vec<Reading> = Vec::new();
        if !candidates.is_empty() {
            let period = Period {
                to: None,
                ..one.period
            };
            let held = records::held(tx, community, &period, of.now).await?;
            for scope in every.iter().filter(|scope| scope.may_be(&one)) {
                let days = Days::read(tx, of, scope, &period, &held, candidates).await?;
                readings.extend(candidates.iter().filter_map(|measure| {
                    let added = days.of(*measure);
                    let title = scope.title.clone();
                    Reading::new(*measure, title, one.value, one.period.to, &added)
                }));
            }
        }
        tidy(&mut readings, &one);
        let title = every
            .iter()
            .find(|scope| scope.id.is_some() && scope.id == one.series);
        compared.push(Compared {
            series: title.and_then(|scope| scope.title.clone()),
            reported: one,
            readings,
            counted,
        });
    }
    Ok(compared)
}

/// Which sessions a number may be of.
struct Scope {
    id: Option<SeriesId>,
    slug: String,
    title: Option<UserText>,
}

impl Scope {
    fn all() -> Self {
        Self {
            id: None,
            slug: String::new(),
            title: None,
        }
    }

    /// A number that is said to be of a series may be of that one, or of everything after all.
    fn may_be(&self, reported: &Reported) -> bool {
        self.id.is_none() || reported.series.is_none() || reported.series == self.id
    }

    fn holds(&self, held: &Held) -> bool {
        self.id.is_none() || held.series == self.slug
    }
}

/// What each day adds.
struct Days<'h> {
    held: Vec<&'h Held>,
    people: Vec<(NaiveDate, i64)>,
    speakers: Vec<(NaiveDate, i64)>,
}

impl<'h> Days<'h> {
    async fn read(
        tx: &mut Tx,
        of: AsOf<'_>,
        scope: &Scope,
        period: &Period,
        held: &'h [Held],
        wanted: &[Measure],
    ) -> Result<Self, StorageError> {
        let (id, series, from) = (&of.community.id, scope.id.as_ref(), period.from);
        let mut days = Self {
            held: held.iter().filter(|held| scope.holds(held)).collect(),
            people: Vec::new(),
            speakers: Vec::new(),
        };
        if wanted.contains(&Measure::People) {
            days.people = reported::first_attendances(tx, id, series, from, of.now).await?;
        }
        if wanted.contains(&Measure::Speakers) {
            days.speakers = reported::first_appearances(tx, id, series, from, of.now).await?;
        }
        Ok(days)
    }

    fn of(&self, measure: Measure) -> Vec<(NaiveDate, i64)> {
        let each = |count: fn(&Held) -> i64| {
            let days = self.held.iter();
            days.map(|held| (held.day, count(held))).collect()
        };
        match measure {
            Measure::Attendances => each(|held| held.attendances),
            Measure::Heads => each(|held| held.heads.unwrap_or(0)),
            Measure::HeadsOrIdentified => each(|held| held.heads.unwrap_or(held.attendances)),
            Measure::Answers => each(|held| held.yes),
            Measure::Appearances => each(|held| held.appearances),
            Measure::Sessions => each(|_| 1),
            Measure::People => self.people.clone(),
            Measure::Speakers => self.speakers.clone(),
        }
    }
}

/// Leaves out what is the same under another name, and puts first what fits best.
fn tidy(readings: &mut Vec<Reading>, reported: &Reported) {
    let mut kept: Vec<Reading> = Vec::with_capacity(readings.len());
    // A series that is all there is says the same as all sessions.
    let every: Vec<Reading> = readings
        .iter()
        .filter(|it| it.series.is_none())
        .cloned()
        .collect();
    let only = readings.iter().filter_map(|it| it.series.clone());
    let same = |title: &UserText| {
        let own: Vec<_> = readings
            .iter()
            .filter(|it| it.series.as_ref() == Some(title))
            .collect();
        own.len() == every.len()
            && own
                .iter()
                .zip(&every)
                .all(|(a, b)| (a.measure, a.at, a.course) == (b.measure, b.at, b.course))
    };
    let twins: Vec<UserText> = only.filter(|title| same(title)).collect();
    for reading in readings.drain(..) {
        let twin = reading
            .series
            .as_ref()
            .is_some_and(|title| twins.contains(title));
        // Estimates that no session has, or that every session has, are no reading of their own.
        let doubled = reading.measure == Measure::HeadsOrIdentified
            && kept.iter().any(|it| {
                it.series == reading.series
                    && matches!(it.measure, Measure::Attendances | Measure::Heads)
                    && (it.at, it.course) == (reading.at, reading.course)
            });
        if !twin && !doubled {
            kept.push(reading);
        }
    }
    let elsewhere = |it: &Reading| reported.series.is_some() && it.series.is_none();
    kept.sort_by_key(|it| (it.fit(reported.value), elsewhere(it)));
    *readings = kept;
}
