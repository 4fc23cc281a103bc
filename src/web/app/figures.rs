//! Figures: every headline with its definition, charts beside tables that say the same, and each figure explained down to the
//! records it rests on.

use askama::Template;
use chrono::NaiveDate;

use super::acts::form;
use super::{ORGANISER, chart};
use crate::actions::figures::reported::compare;
use crate::actions::figures::{AsOf, all, figure};
use crate::domain::country::Country;
use crate::domain::figures::{Figure, Held, Name, Period};
use crate::storage::figures::{records, snapshots};
use crate::web::routes::{Route, get};
use crate::web::said::{line, shown};
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::figures::{self as words, Seen, number, reported, snapshot};

/// How many sessions the chart over time shows, the latest.
const CHARTED: usize = 36;
/// How many countries.
const COUNTRIES: usize = 12;
/// How many snapshots are listed.
const SNAPSHOTS: i64 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/figures", ORGANISER, |visit| {
            Box::pin(headlines(visit))
        }),
        get("/app/figures/{name}", ORGANISER, |visit| {
            Box::pin(one(visit))
        }),
    ]
}

/// The days that are asked for, as typed and as meant.
struct Days {
    from: String,
    to: String,
    period: Period,
    words: String,
}

fn days(visit: &Visit) -> Days {
    let day = |name: &str| visit.query.get(name).parse::<NaiveDate>().ok();
    let period = Period {
        from: day("from"),
        to: day("to"),
    };
    let typed = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    Days {
        from: typed(period.from),
        to: typed(period.to),
        words: words::period(&period),
        period,
    }
}

/// A chart with the table that says the same.
struct Chart {
    id: &'static str,
    title: &'static str,
    svg: String,
    headings: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

#[derive(Template)]
#[template(path = "app/figures.html")]
struct FiguresPage {
    frame: Frame,
    days: Days,
    figures: Vec<(&'static str, String, &'static str, String, String)>,
    charts: Vec<Chart>,
    snapshots: Fragment,
    reported: Fragment,
    forms: Vec<(&'static str, Fragment)>,
    wrong: bool,
}

fn reader(visit: &Visit) -> crate::words::view::Reader {
    crate::words::view::Reader {
        zones: visit.community.zones(),
        prefix: "".into(),
        now: visit.now,
        name: None,
        wordings: Default::default(),
    }
}

async fn headlines(visit: Visit) -> Answer {
    let days = days(&visit);
    let (community, now, period) = (visit.community.clone(), visit.now, days.period);
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let of = AsOf {
                community: &community,
                now,
            };
            let figures = all(tx, of, period).await?;
            let held = records::held(tx, &community.id, &period, now).await?;
            let snapshots = snapshots::newest(tx, &community.id, SNAPSHOTS + 1).await?;
            let reported = compare(tx, of, None).await?;
            Ok((figures, held, snapshots, reported))
        })
    });
    let (figures, held, found, compared) = read.await?;
    let seen = Seen {
        now,
        zone: visit.community.zone,
    };
    let back = visit.link("/app/figures");
    let preset = Fields::default()
        .with("from", days.from.as_str())
        .with("to", days.to.as_str());
    let forms = vec![
        (
            "Freeze these figures",
            form(&visit, "figures-freeze", &preset, &[], &back)?.written()?,
        ),
        (
            "Write down a number that was reported",
            form(
                &visit,
                "figures-reported-add",
                &Fields::default(),
                &[],
                &back,
            )?
            .written()?,
        ),
    ];
    let told = figures.iter().map(|figure| {
        let line = crate::chat::plain::line(&words::headline(figure));
        let said = line
            .split_once(": ")
            .map_or(line.clone(), |(_, said)| said.to_owned());
        (
            figure.name.title(),
            number(figure.value),
            figure.name.as_str(),
            said,
            words::counted(figure.evidence, figure.name.evidence()),
        )
    });
    let typed = |name: &str| !visit.query.get(name).is_empty();
    let reader = reader(&visit);
    page(&FiguresPage {
        frame: visit.frame("Figures"),
        wrong: (typed("from") && days.period.from.is_none())
            || (typed("to") && days.period.to.is_none()),
        figures: told.collect(),
        charts: charts(&figures, &held),
        snapshots: shown(&snapshot::list(&found, SNAPSHOTS as usize, &reader).without_buttons())?,
        reported: shown(&reported::list(&compared, seen, &reader).without_buttons())?,
        days,
        forms,
    })
}

fn charts(figures: &[Figure], held: &[Held]) -> Vec<Chart> {
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
fn named(code: &str) -> String {
    Country::parse(code).map_or_else(|_| code.to_owned(), |country| country.name().to_owned())
}

#[derive(Template)]
#[template(path = "app/figure.html")]
struct FigurePage {
    frame: Frame,
    days: Days,
    value: Fragment,
    definition: String,
    evidence: String,
    split: Vec<(String, String, String)>,
    countries: Vec<(String, String, String, String)>,
    beside: Vec<(String, String)>,
    unknown: Vec<(String, String)>,
    months: Option<Chart>,
    records: Vec<(i64, String, String, String)>,
    of_session: Option<&'static str>,
    sum: String,
    agrees: bool,
}

/// What is added, and how much of it by a session.
type Adds = (&'static str, fn(&Held) -> i64);

/// What a session adds to a figure, where its parts are those of sessions.
fn adds(name: Name) -> Option<Adds> {
    let adds: Adds = match name {
        Name::Sessions => ("Sessions", |_| 1),
        Name::Attendances | Name::Countries => ("Attendances", |one| one.attendances),
        Name::Appearances => ("Speakers", |one| one.appearances),
        Name::Answers => ("Yes", |one| if one.attendances > 0 { one.yes } else { 0 }),
        Name::HeadCount => ("Heads", |one| one.heads.unwrap_or(0)),
        Name::Minutes | Name::Members | Name::NewMembers => return None,
    };
    Some(adds)
}

async fn one(visit: Visit) -> Answer {
    let name: Name = visit.part("name").parse().map_err(|_| Problem::Nothing)?;
    let days = days(&visit);
    let (community, now, period) = (visit.community.clone(), visit.now, days.period);
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let of = AsOf {
                community: &community,
                now,
            };
            let found = figure(tx, of, name, period, true).await?;
            let held = records::held(tx, &community.id, &period, now).await?;
            Ok((found, held))
        })
    });
    let (found, held) = read.await?;
    let adding = adds(name);
    let mut sum = 0;
    let mut rows = Vec::new();
    if let Some((_, of)) = adding {
        for one in held.iter().rev().filter(|one| of(one) != 0) {
            sum += of(one);
            rows.push((
                one.number,
                words::day(one.day),
                one.series.clone(),
                number(of(one)),
            ));
        }
    }
    let months: Vec<(String, i64)> = found
        .months
        .iter()
        .map(|one| (one.month.to_string(), one.value))
        .collect();
    let recent = &months[months.len().saturating_sub(24)..];
    let chart = chart::bars(recent, "by-month").map(|svg| Chart {
        id: "by-month",
        title: "By month",
        svg,
        headings: vec!["Month", "Number"],
        rows: recent
            .iter()
            .map(|(month, n)| vec![month.clone(), number(*n)])
            .collect(),
    });
    let details = |list: &[crate::domain::figures::Detail]| {
        list.iter()
            .map(|one| (one.what.clone(), number(one.count)))
            .collect::<Vec<_>>()
    };
    let people = |n: Option<i64>| n.map_or_else(String::new, number);
    page(&FigurePage {
        frame: visit.frame(name.title()),
        value: line(&words::headline(&found))?,
        definition: found.definition.clone(),
        evidence: words::counted(found.evidence, name.evidence()),
        split: found
            .split
            .iter()
            .map(|share| {
                (
                    share.group.label().to_owned(),
                    number(share.value),
                    people(share.people),
                )
            })
            .collect(),
        countries: found
            .countries
            .iter()
            .map(|one| {
                let how = format!(
                    "{} stated, {} by organisation, {} by connection",
                    one.stated, one.organisation, one.connection
                );
                (
                    named(&one.country),
                    number(one.value),
                    number(one.people),
                    how,
                )
            })
            .collect(),
        beside: details(&found.beside),
        unknown: details(&found.unknown),
        months: chart,
        of_session: adding.map(|(what, _)| what),
        records: rows,
        agrees: name != Name::Countries && sum == found.value,
        sum: number(sum),
        days,
    })
}
