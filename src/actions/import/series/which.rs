//! Which series the lines of a table belong to, and how one that is not there is made.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::place::{end_of_month, first_day};
use super::{Asked, SessionLine, seats};
use crate::actions::Context;
use crate::actions::import::Stopped;
use crate::domain::events::meeting::Gathering;
use crate::domain::events::session::{Capacity, Mode};
use crate::domain::events::short_name;
use crate::domain::ids::SeriesId;
use crate::domain::people::organisation::fold;
use crate::domain::phrase::{self, Frame};
use crate::domain::recurrence::{Schedule, Segment};
use crate::domain::refusal::{Refused, refuse};
use crate::domain::text::UserText;
use crate::domain::when::{self, DateOrMonth, TimeRange};
use crate::storage::Tx;
use crate::storage::series::{self, Series};

/// Minutes of a session when nothing says how long it lasts.
const USUAL_MINUTES: u32 = 60;

/// Each series of the table with its lines, in the order in which the table names them; one that is new is
/// written.
pub(super) async fn series<'l>(
    tx: &mut Tx,
    ctx: &Context,
    asked: &Asked,
    lines: &'l [SessionLine],
    notices: &mut Vec<String>,
) -> Result<Vec<(Series, Vec<&'l SessionLine>)>, Stopped> {
    let all = series::all(tx, &ctx.community.id).await?;
    let mut groups: Vec<(Name, Vec<&SessionLine>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in lines {
        let name = match &line.series {
            Some(typed) => named(&all, typed)?,
            None => unnamed(&all, asked, notices)?,
        };
        let place = *places.entry(name.slug.clone()).or_insert_with(|| {
            groups.push((name, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, lines)) = groups.get_mut(place) {
            lines.push(line);
        }
    }
    let mut found = Vec::new();
    for (name, lines) in groups {
        let known = all.iter().find(|series| series.slug == name.slug).cloned();
        let series = match known {
            Some(series) => {
                if asked.rule.is_some() {
                    notices.push(format!(
                        "The series {slug} is there and keeps its rule; “series change {slug} RULE from=DATE” changes it.",
                        slug = series.slug
                    ));
                }
                series
            }
            None => {
                let new = make(ctx, asked, &name, &lines, notices)?;
                series::put(tx, ctx.now, &ctx.community.id, &new).await?;
                new
            }
        };
        found.push((series, lines));
    }
    Ok(found)
}

struct Name {
    slug: String,
    title: Option<UserText>,
}

/// The series that a cell names, by its short name or its title.
fn named(all: &[Series], typed: &UserText) -> Result<Name, Refused> {
    let text = typed.as_str();
    let known = all.iter().find(|series| {
        series.slug.eq_ignore_ascii_case(text) || fold(series.title.as_str()) == fold(text)
    });
    Ok(match known {
        Some(series) => Name {
            slug: series.slug.clone(),
            title: None,
        },
        None => Name {
            slug: short_name::make(text),
            title: Some(typed.clone()),
        },
    })
}

/// The series of a table that names none: the one that was asked for, else the only one there is, else one named
/// after the file.
fn unnamed(all: &[Series], asked: &Asked, notices: &mut Vec<String>) -> Result<Name, Refused> {
    if let Some(slug) = &asked.slug {
        let slug = short_name::read(slug).map_err(refuse)?;
        return Ok(Name { slug, title: None });
    }
    let mut say = |words: String| {
        if !notices.contains(&words) {
            notices.push(words);
        }
    };
    if let ([only], None, None) = (all, &asked.rule, &asked.title) {
        say(format!(
            "The table names no series, so {} is meant, the only one. A column “series” names another.",
            only.slug
        ));
        return Ok(Name {
            slug: only.slug.clone(),
            title: None,
        });
    }
    let (slug, after) = match &asked.title {
        Some(title) => (short_name::make(title.as_str()), "its title"),
        None => (short_name::make(&asked.file), "the name of the file"),
    };
    say(format!(
        "The table names no series, so {slug} is meant, after {after}. A column “series” names another."
    ));
    let words = asked.file.replace(['-', '_'], " ");
    Ok(Name {
        slug,
        title: Some(UserText::trusted(words.trim())),
    })
}

/// Makes a series that is not there, from its rule or from the dates of the table.
fn make(
    ctx: &Context,
    asked: &Asked,
    name: &Name,
    lines: &[&SessionLine],
    notices: &mut Vec<String>,
) -> Result<Series, Stopped> {
    let zone = asked.zone.or(lines.iter().find_map(|line| line.zone));
    let zone = zone.unwrap_or(ctx.community.zone);
    let days = || lines.iter().map(|line| first_day(line.when));
    let from = days().min().unwrap_or_default();
    let segment = match &asked.rule {
        Some(rule) => {
            let start = lines.iter().find_map(|line| line.start);
            let frame = Frame {
                zone,
                from,
                until: None,
                time: start.map(|start| TimeRange {
                    start,
                    minutes: USUAL_MINUTES,
                }),
                minutes: USUAL_MINUTES,
            };
            let reading = phrase::parse(rule, &frame).map_err(refuse)?;
            notices.extend(reading.notes);
            notices.push(format!(
                "The series {} is new: {}.",
                name.slug, reading.description
            ));
            reading.segment
        }
        None => match of_dates(lines) {
            Some(walls) => Segment::dates(walls, USUAL_MINUTES, zone).map_err(refuse)?,
            None => {
                return Err(Refused::new(format!(
                    "There is no series “{slug}” yet. Say its rule, as in --series {slug} --rule \"last Monday of every \
                     month 14:00-15:00\", or write a date and a start on every line.",
                    slug = name.slug
                ))
                .into());
            }
        },
    };
    let first = lines.first();
    let mode = first.and_then(|line| line.mode).unwrap_or(Mode::Online);
    let title = asked.title.clone().or_else(|| name.title.clone());
    let ends_on = segment.until();
    // The table says everything of the months that are in it.
    let last = lines.iter().map(|line| end_of_month(line.when)).max();
    let planned_until = last
        .unwrap_or(from)
        .max(when::today(ctx.now, segment.zone()));
    if goes_on(ends_on, planned_until) && asked.rule.is_some() {
        notices.push(format!(
            "After {planned_until} its sessions are planned by the rule. To end it, add until and a date to the rule."
        ));
    }
    Ok(Series {
        id: SeriesId::new(ctx.mint.ulid(ctx.now)),
        slug: name.slug.clone(),
        title: title.unwrap_or_else(|| UserText::trusted(name.slug.as_str())),
        zone: segment.zone(),
        schedule: Schedule::new(segment),
        planned_until,
        ends_on,
        capacity: first.map_or_else(Capacity::default, |line| {
            seats(line, mode, Capacity::default())
        }),
        mode,
        link: String::new(),
        place: UserText::default(),
        gathering: Gathering::default(),
        agenda_days: None,
        announced_at: None,
        joint: None,
        checklist: None,
    })
}

fn goes_on(ends_on: Option<NaiveDate>, planned_until: NaiveDate) -> bool {
    ends_on.is_none_or(|end| end > planned_until)
}

/// The wall times of lines that all say one.
fn of_dates(lines: &[&SessionLine]) -> Option<Vec<chrono::NaiveDateTime>> {
    lines
        .iter()
        .map(|line| match (line.when, line.start) {
            (DateOrMonth::Date(day), Some(start)) => Some(day.and_time(start)),
            _ => None,
        })
        .collect()
}
