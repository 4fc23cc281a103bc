//! Figures: every headline with its definition, charts beside tables that say the same, and each figure explained down to the
//! records it rests on.

use askama::Template;
use chrono::NaiveDate;

use super::acts::form;
use super::charts::{Chart, charts, named};
use super::{ORGANISER, chart};
use crate::actions::figures::reported::compare;
use crate::actions::figures::{AsOf, all, figure};
use crate::domain::figures::{Held, Name, Period};
use crate::storage::figures::{records, snapshots};
use crate::web::routes::{Route, get};
use crate::web::said::{line, shown};
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::figures::{self as words, Seen, number, reported, snapshot};

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

/// A figure as a card tells it.
struct Headline {
    name: &'static str,
    title: &'static str,
    value: String,
    /// `1,129 attendances by 239 people.`
    said: String,
    /// Whose: a partner, how many, and of how many people where that is counted.
    shares: Vec<(String, String, String)>,
    /// Whether people are counted beside it.
    of_people: bool,
    evidence: String,
}

#[derive(Template)]
#[template(path = "app/figures.html")]
struct FiguresPage {
    frame: Frame,
    days: Days,
    figures: Vec<Headline>,
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
            .map_or(line.as_str(), |(_, said)| said);
        // Whose they are stands below, in a line each.
        let said = match figure.split.is_empty() {
            true => said.to_owned(),
            false => said.split_inclusive(". ").take(1).collect(),
        };
        let shares = figure.split.iter().map(|share| {
            let people = share.people.map(|n| match n {
                1 => "1 person".to_owned(),
                n => format!("{} people", number(n)),
            });
            (
                share.group.label().to_owned(),
                number(share.value),
                people.unwrap_or_default(),
            )
        });
        Headline {
            name: figure.name.as_str(),
            title: figure.name.title(),
            value: number(figure.value),
            said,
            shares: shares.collect(),
            of_people: figure.split.iter().any(|share| share.people.is_some()),
            evidence: words::counted(figure.evidence, figure.name.evidence()),
        }
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
                one.day.format("%-d %b %Y").to_string(),
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
                let how = [
                    (one.stated, "stated"),
                    (one.organisation, "by organisation"),
                    (one.connection, "by connection"),
                ];
                let how = how.iter().filter(|(people, _)| *people > 0);
                let how: Vec<String> = how.map(|(n, how)| format!("{n} {how}")).collect();
                let how = how.join(", ");
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
