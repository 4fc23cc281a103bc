//! Figures made of what was counted: pure, without a question to the database.

use std::collections::{BTreeMap, HashMap};

use super::compute::Ground;
use crate::domain::figures::{Countries, Facet, Figure, Group, Name, Partners, Share, Sums};
use crate::storage::figures::read::Part;
use crate::storage::figures::records::{Sessions, Spoke};

pub(super) fn sessions(sessions: &Sessions) -> Figure {
    Figure::new(Name::Sessions, sessions.held, sessions.held)
        .beside("with people identified", sessions.recorded)
        .beside("with a head count", sessions.estimated)
        .beside("called off", sessions.called_off)
        .beside("meetings held, not counted", sessions.meetings)
        .unknown("sessions of which nothing is recorded", sessions.silent)
}

pub(super) fn total(parts: &[Part]) -> (Sums, i64) {
    let mut all = (Sums::default(), 0);
    for part in parts {
        all.0 += part.sums;
        all.1 += part.people;
    }
    all
}

pub(super) fn attendances(on: &Ground) -> Figure {
    let (sums, people) = total(&on.attendance);
    let s = &on.sessions;
    let unnamed = on
        .attendance
        .iter()
        .filter(|part| part.facet.organisation.is_none());
    let unnamed: i64 = unnamed.map(|part| part.sums.n).sum();
    let mut figure = Figure::new(Name::Attendances, sums.n, sums.records)
        .beside(
            "of these as speaker or host, as a report says",
            sums.presenting,
        )
        .beside("checked in", sums.checked_in)
        .beside("on a host's list", sums.listed)
        .beside("in a video platform's report", sums.reported);
    if s.estimated > 0 {
        figure = figure
            .beside(
                format!(
                    "heads estimated at {}, not added",
                    counted(s.estimated, "session", "sessions")
                ),
                s.heads,
            )
            .beside("identified at the same sessions", s.identified);
    }
    figure.people = Some(people);
    figure.split = split(
        &on.partners,
        on.attendance
            .iter()
            .map(|part| (&part.facet, part.sums.n, part.people)),
    );
    figure.countries = by_country(&on.attendance);
    figure
        .unknown(
            "attendances of people whose organisation is not known",
            unnamed,
        )
        .unknown(
            "names in reports that wait for a decision, not counted",
            s.open_names,
        )
        .unknown(
            "sessions held of which nobody is identified",
            s.held - s.recorded,
        )
}

fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A split whose people are told apart from its value.
fn split<'a>(
    partners: &Partners,
    parts: impl Iterator<Item = (&'a Facet, i64, i64)>,
) -> Vec<Share> {
    let mut by: BTreeMap<Group, (i64, i64)> = BTreeMap::new();
    for (facet, value, people) in parts {
        let sum = by
            .entry(partners.group(facet.organisation.as_ref()))
            .or_default();
        *sum = (sum.0 + value, sum.1 + people);
    }
    shares(partners, &by, true)
}

fn shares(partners: &Partners, by: &BTreeMap<Group, (i64, i64)>, with_people: bool) -> Vec<Share> {
    let groups = partners.groups().into_iter();
    groups
        .map(|group| {
            let (value, people) = by.get(&group).copied().unwrap_or_default();
            Share {
                group,
                value,
                people: with_people.then_some(people),
            }
        })
        .collect()
}

/// Every country with what is counted for it, the most people first.
fn by_country(parts: &[Part]) -> Vec<Countries> {
    let mut by: HashMap<&str, Countries> = HashMap::new();
    for part in parts {
        let Some(code) = part.facet.country.as_deref() else {
            continue;
        };
        let country = by.entry(code).or_insert_with(|| Countries {
            country: code.to_owned(),
            ..Countries::default()
        });
        country.value += part.sums.n;
        country.add_people(part.facet.source, part.people);
    }
    let mut all: Vec<Countries> = by.into_values().collect();
    all.sort_by(|a, b| (b.people, &a.country).cmp(&(a.people, &b.country)));
    all
}

pub(super) fn countries(on: &Ground) -> Figure {
    // Whoever is seen from another country in another session leaves attendances there, and is one person in one.
    let mut countries = by_country(&on.attendance);
    countries.retain(|country| country.people > 0);
    let (sums, people) = total(&on.attendance);
    let sum = |of: fn(&Countries) -> i64| countries.iter().map(of).sum::<i64>();
    let (stated, organisation) = (sum(|it| it.stated), sum(|it| it.organisation));
    let connection = sum(|it| it.connection);
    let mut figure = Figure::new(Name::Countries, countries.len() as i64, sums.records)
        .beside("people whose country is stated", stated)
        .beside("people whose country is their organisation's", organisation)
        .beside("people whose country is their connection's", connection)
        .unknown(
            "people whose country is not known",
            people - stated - organisation - connection,
        );
    figure.people = Some(people);
    figure.countries = countries;
    figure
}

pub(super) fn appearances(on: &Ground, spoke: &[Spoke]) -> Figure {
    let mut by: BTreeMap<Group, (i64, i64)> = BTreeMap::new();
    let mut latest: HashMap<&str, &Spoke> = HashMap::new();
    for one in spoke {
        by.entry(on.partners.group(one.organisation.as_ref()))
            .or_default()
            .0 += one.times;
        let last = latest.entry(one.member.as_str()).or_insert(one);
        if one.last > last.last {
            *last = one;
        }
    }
    for one in latest.values() {
        by.entry(on.partners.group(one.organisation.as_ref()))
            .or_default()
            .1 += 1;
    }
    let value = spoke.iter().map(|one| one.times).sum();
    let mut figure = Figure::new(Name::Appearances, value, value).unknown(
        "sessions held without a speaker on record",
        on.sessions.speechless,
    );
    figure.people = Some(latest.len() as i64);
    figure.split = shares(&on.partners, &by, true);
    figure
}

pub(super) fn answers(on: &Ground, yes: &[(Facet, i64)]) -> Figure {
    let value = yes.iter().map(|(_, n)| n).sum();
    let (came, _) = total(&on.attendance);
    let mut by: BTreeMap<Group, (i64, i64)> = BTreeMap::new();
    for (facet, n) in yes {
        by.entry(on.partners.group(facet.organisation.as_ref()))
            .or_default()
            .0 += n;
    }
    let s = &on.sessions;
    let mut figure = Figure::new(Name::Answers, value, value)
        .beside("sessions compared", s.recorded)
        .beside(
            "attendances at these, whether or not they had answered",
            came.n,
        )
        .unknown(
            "yes to sessions of which nobody is identified, not counted",
            s.yes_unrecorded,
        );
    figure.split = shares(&on.partners, &by, false);
    figure
}

pub(super) fn head_count(s: &Sessions) -> Figure {
    Figure::new(Name::HeadCount, s.heads, s.estimated)
        .beside("sessions with a head count", s.estimated)
        .beside("people identified at these", s.identified)
        .unknown(
            "heads beyond those identified",
            (s.heads - s.identified).max(0),
        )
        .unknown("sessions held without a head count", s.held - s.estimated)
}

pub(super) fn minutes(on: &Ground) -> Figure {
    let (sums, _) = total(&on.attendance);
    Figure::new(Name::Minutes, sums.minutes, sums.timed)
        .beside("attendances with a length", sums.timed)
        .unknown("attendances without a length", sums.n - sums.timed)
}

pub(super) fn people_figure(on: &Ground, name: Name, parts: &[(Facet, i64)]) -> Figure {
    let value = parts.iter().map(|(_, n)| n).sum();
    let mut by: BTreeMap<Group, (i64, i64)> = BTreeMap::new();
    let mut countries: HashMap<&str, Countries> = HashMap::new();
    for (facet, n) in parts {
        by.entry(on.partners.group(facet.organisation.as_ref()))
            .or_default()
            .0 += n;
        if let Some(code) = facet.country.as_deref() {
            let country = countries.entry(code).or_insert_with(|| Countries {
                country: code.to_owned(),
                ..Countries::default()
            });
            country.value += n;
            country.add_people(facet.source, *n);
        }
    }
    let nowhere = parts
        .iter()
        .filter(|(facet, _)| facet.organisation.is_none());
    let nowhere: i64 = nowhere.map(|(_, n)| n).sum();
    let mut figure =
        Figure::new(name, value, value).unknown("members whose organisation is not known", nowhere);
    figure.split = shares(&on.partners, &by, false);
    figure.countries = countries.into_values().collect();
    figure
        .countries
        .sort_by(|a, b| (b.people, &a.country).cmp(&(a.people, &b.country)));
    figure
}
