//! Series and meetings: their rules, and what is set for all of their sessions; each with its next dates.

use askama::Template;

use super::acts::{form, showing};
use super::{ORGANISER, labels};
use crate::actions::{joint, seen};
use crate::domain::events::meeting::EventKind;
use crate::domain::people::member::Permission;
use crate::domain::recurrence::describe_schedule;
use crate::domain::seen::Thing;
use crate::storage::{series, sessions};
use crate::web::routes::{Route, get};
use crate::web::said::shown;
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::{joint as words, time};

/// How many dates of a series are listed.
const SHOWN: usize = 40;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/series", ORGANISER, |visit| Box::pin(list(visit))),
        get("/app/series/{slug}", ORGANISER, |visit| {
            Box::pin(one(visit))
        }),
    ]
}

/// Short name, title, rule, for whom.
type Told = (String, String, String, String);

#[derive(Template)]
#[template(path = "app/series.html")]
struct SeriesPage {
    frame: Frame,
    kinds: Vec<(&'static str, Vec<Told>)>,
    may_plan: bool,
}

async fn list(visit: Visit) -> Answer {
    let community = visit.community.id.clone();
    let all = visit
        .read(move |tx| Box::pin(async move { series::all(tx, &community).await }))
        .await?;
    let today = visit.context().today();
    let of = |kind: EventKind| {
        let these = all.iter().filter(|one| one.gathering.kind == kind);
        let told = these.map(|one| {
            let groups = match one.gathering.groups.is_everybody() {
                true => String::new(),
                false => one.gathering.groups.words(),
            };
            (
                one.slug.clone(),
                one.title.to_string(),
                describe_schedule(&one.schedule, today),
                groups,
            )
        });
        told.collect::<Vec<_>>()
    };
    page(&SeriesPage {
        frame: visit.frame("Series and meetings"),
        kinds: vec![
            ("Series", of(EventKind::Session)),
            ("Meetings", of(EventKind::Meeting)),
        ],
        may_plan: visit.signed()?.level >= Permission::Deputy,
    })
}

#[derive(Template)]
#[template(path = "app/one_series.html")]
struct OneSeriesPage {
    frame: Frame,
    slug: String,
    title: String,
    rule: String,
    groups: String,
    lines: Vec<(&'static str, String)>,
    dates: Vec<(i64, String, String, (&'static str, &'static str))>,
    balance: Fragment,
    forms: Vec<(&'static str, Fragment)>,
}

async fn one(visit: Visit) -> Answer {
    let (community, slug, now) = (
        visit.community.clone(),
        visit.part("slug").to_owned(),
        visit.now,
    );
    let today = visit.context().today();
    let (from, to) = joint::year_of(today);
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let Some(found) = series::by_slug(tx, &community.id, &slug).await? else {
                return Ok(None);
            };
            let coming = sessions::of_series_after(tx, &found.id, now).await?;
            let balance = joint::balance_of(tx, &community, &found.id, from, to, now).await?;
            Ok(Some((found, coming, balance)))
        })
    });
    let (found, coming, balance) = read.await?.ok_or(Problem::Nothing)?;
    let back = visit.link(&format!("/app/series/{}", found.slug));
    let mut forms = Vec::new();
    if visit.signed()?.level >= Permission::Deputy {
        let about = || Fields::default().with("slug", found.slug.as_str());
        let choices = vec![(found.slug.clone(), found.title.to_string())];
        let in_series = Fields::default().with("series", found.slug.as_str());
        let shown = |act, thing| {
            let values = seen::of_series(thing, &found, &visit.community, now);
            showing(act, about(), &values)
        };
        for (label, act, preset) in [
            ("Add a date", "session-new", in_series),
            ("Leave days out", "series-break", about()),
            (
                "Another rule from a day on",
                "series-change",
                shown("series-change", Thing::Rule),
            ),
            (
                "Set what its sessions have in common",
                "series-set",
                shown("series-set", Thing::Common),
            ),
        ] {
            forms.push((
                label,
                form(&visit, act, &preset, &choices, &back)?.written()?,
            ));
        }
    }
    let seats = found.capacity.online.or(found.capacity.in_person);
    let lines = vec![
        ("Where", found.mode.words().to_owned()),
        (
            "Seats",
            seats.map_or_else(|| "as many as come".to_owned(), |seats| seats.to_string()),
        ),
        ("Video link", found.link.clone()),
        ("Room", found.place.to_string()),
        ("Zone", found.zone.name().to_owned()),
        (
            "Ends",
            found
                .ends_on
                .map_or_else(String::new, |day| day.format("%-d %b %Y").to_string()),
        ),
    ];
    let dates = coming.iter().take(SHOWN).map(|session| {
        (
            session.number,
            time::short(session.starts_at, visit.community.zone),
            session.name().to_string(),
            labels::state(session, now),
        )
    });
    page(&OneSeriesPage {
        frame: visit.frame(found.title.to_string()),
        slug: found.slug.clone(),
        title: found.title.to_string(),
        rule: describe_schedule(&found.schedule, today),
        groups: match found.gathering.groups.is_everybody() {
            true => String::new(),
            false => found.gathering.groups.words(),
        },
        lines: lines
            .into_iter()
            .filter(|(_, how)| !how.is_empty())
            .collect(),
        dates: dates.collect(),
        balance: shown(&words::balance(&found.title, from, to, &balance))?,
        forms,
    })
}
