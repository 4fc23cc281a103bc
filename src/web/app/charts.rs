//! Which charts stand beside the figures, each with the table that says the same.

use super::chart;
use crate::domain::country::Country;
use crate::domain::figures::{Figure, Held, Name};
use crate::words::figures::{self as words, number};

/// How many sessions the chart over time shows, the latest.
const CHARTED: usize = 36;
/// How many countries.
const COUNTRIES: usize = 12;

/// A chart with the table that says the same.
pub(super) struct Chart {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) svg: String,
    pub(super) headings: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// The charts beside the headlines: over time, by partner, by country.
pub(super) fn charts(figures: &[Figure], held: &[Held]) -> Vec<Chart> {
    let mut charts = Vec::new();
    let known: Vec<&Held> = held.iter().filter(|one| one.attendances > 0).collect();
    let latest = &known[known.len().saturating_sub(CHARTED)..];
    let points: Vec<(String, i64, i64)> = latest
        .iter()
        .map(|one| {
            (
                one.day.format("%-d %b %y").to_string(),
                one.attendances,
                one.yes,
            )
        })
        .collect();
    if let Some(svg) = chart::lines(&points, "over-time") {
        let rows = latest.iter().map(|one| {
            vec![
                one.number.to_string(),
                words::day(one.day),
                number(one.attendances),
                number(one.yes),
            ]
        });
        charts.push(Chart {
            id: "over-time",
            title: "Who came, beside who said yes",
            svg,
            headings: vec!["Session", "Day", "Came", "Said yes"],
            rows: rows.collect(),
        });
    }
    let attended = figures
        .iter()
        .find(|figure| figure.name == Name::Attendances);
    let Some(attended) = attended else {
        return charts;
    };
    let shares: Vec<(String, i64)> = attended
        .split
        .iter()
        .map(|share| (share.group.label().to_owned(), share.value))
        .collect();
    if let Some(svg) = chart::bars(&shares, "by-partner") {
        let people = attended
            .split
            .iter()
            .map(|share| share.people.map_or_else(String::new, number));
        charts.push(Chart {
            id: "by-partner",
            title: "Attendances by partner",
            svg,
            headings: vec!["Partner", "Attendances", "People"],
            rows: shares
                .iter()
                .zip(people)
                .map(|((label, n), people)| vec![label.clone(), number(*n), people])
                .collect(),
        });
    }
    let countries = attended.countries.iter().take(COUNTRIES);
    let countries: Vec<(String, i64, i64)> = countries
        .map(|one| (named(&one.country), one.value, one.people))
        .collect();
    let bars: Vec<(String, i64)> = countries
        .iter()
        .map(|(name, n, _)| (name.clone(), *n))
        .collect();
    if let Some(svg) = chart::bars(&bars, "by-country") {
        charts.push(Chart {
            id: "by-country",
            title: "Attendances by country",
            svg,
            headings: vec!["Country", "Attendances", "People"],
            rows: countries
                .iter()
                .map(|(name, n, people)| vec![name.clone(), number(*n), number(*people)])
                .collect(),
        });
    }
    charts
}

/// A country by its name; its code where it has none.
pub(super) fn named(code: &str) -> String {
    Country::parse(code).map_or_else(|_| code.to_owned(), |country| country.name().to_owned())
}
