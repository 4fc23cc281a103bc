//! Several sessions planned in one form: dates, themes and speakers, line by line. They go the way of a table that is brought,
//! so that all or none are planned, and are shown first.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;

use super::DEPUTY;
use super::acts::series_of;
use super::import::rehearse;
use crate::web::routes::{Route, get, post};
use crate::web::shown::{Answer, Frame, with_status};
use crate::web::site::{Brought, What};
use crate::web::visit::{Fields, Visit};

/// How many lines there are to begin with, and at most.
const USUAL: usize = 6;
const MOST: usize = 60;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/plan", DEPUTY, |visit| Box::pin(ask(visit))),
        post("/app/plan", DEPUTY, |visit| Box::pin(plan(visit))),
    ]
}

/// A line of the form.
struct Row {
    number: usize,
    date: String,
    start: String,
    theme: String,
    speakers: String,
}

impl Row {
    fn is_empty(&self) -> bool {
        self.date.is_empty() && self.theme.is_empty() && self.speakers.is_empty()
    }
}

#[derive(Template)]
#[template(path = "app/plan.html")]
struct PlanPage {
    frame: Frame,
    seal: String,
    once: String,
    series: Vec<(String, String)>,
    chosen: String,
    title: String,
    slug: String,
    rule: String,
    link: String,
    capacity: String,
    rows: Vec<Row>,
    more: usize,
    mistakes: Vec<String>,
}

fn rows_of(form: &Fields) -> Vec<Row> {
    let count = form
        .get("rows")
        .parse::<usize>()
        .unwrap_or(USUAL)
        .clamp(1, MOST);
    let row = |number: usize| {
        let get = |name: &str| form.get(&format!("{name}-{number}")).to_owned();
        Row {
            number,
            date: get("date"),
            start: get("start"),
            theme: get("theme"),
            speakers: get("speakers"),
        }
    };
    (1..=count).map(row).collect()
}

async fn shown(visit: &Visit, form: &Fields, mistakes: Vec<String>) -> Answer {
    let rows = rows_of(form);
    let status = match mistakes.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let signed = visit.signed()?;
    let plan_page = PlanPage {
        frame: visit.frame("Plan sessions"),
        seal: signed.seal(),
        once: visit.once(),
        series: series_of(visit).await?,
        chosen: form.get("series").to_owned(),
        title: form.get("title").to_owned(),
        slug: form.get("slug").to_owned(),
        rule: form.get("rule").to_owned(),
        link: form.get("link").to_owned(),
        capacity: form.get("capacity").to_owned(),
        more: (rows.len() + USUAL).min(MOST),
        rows,
        mistakes,
    };
    with_status(status, &plan_page)
}

async fn ask(visit: Visit) -> Answer {
    shown(&visit, &visit.query, Vec::new()).await
}

async fn plan(visit: Visit) -> Answer {
    let form = &visit.form;
    let rows: Vec<Row> = rows_of(form)
        .into_iter()
        .filter(|row| !row.is_empty())
        .collect();
    let mut mistakes: Vec<String> = rows
        .iter()
        .filter(|row| row.date.is_empty())
        .map(|row| format!("Line {}: say on which day.", row.number))
        .collect();
    if rows.is_empty() {
        mistakes.push("Fill in at least one line.".to_owned());
    }
    if form.get("series").is_empty()
        && (form.get("title").is_empty() || form.get("slug").is_empty())
    {
        mistakes.push("Choose a series, or give a new one a title and a short name.".to_owned());
    }
    if !mistakes.is_empty() {
        return shown(&visit, form, mistakes).await;
    }
    let mut table = csv::Writer::from_writer(Vec::new());
    let heading = ["date", "start", "theme", "speakers", "link", "capacity"];
    let lines = rows.iter().map(|row| {
        [
            row.date.as_str(),
            &row.start,
            &row.theme,
            &row.speakers,
            form.get("link"),
            form.get("capacity"),
        ]
    });
    let written = std::iter::once(heading)
        .chain(lines)
        .try_for_each(|line| table.write_record(line));
    let bytes = match (written, table.into_inner()) {
        (Ok(()), Ok(bytes)) => bytes,
        _ => {
            return shown(
                &visit,
                form,
                vec!["That could not be written as a table.".to_owned()],
            )
            .await;
        }
    };
    let new = form.get("series").is_empty();
    let brought = Brought {
        community: Arc::clone(&visit.community),
        what: What::Series,
        name: "Your sessions".to_owned(),
        bytes: bytes.into(),
        session: String::new(),
        series: form.get(if new { "slug" } else { "series" }).to_owned(),
        title: if new {
            form.get("title").to_owned()
        } else {
            String::new()
        },
        rule: if new {
            form.get("rule").to_owned()
        } else {
            String::new()
        },
        zone: String::new(),
    };
    let report = (visit.site.parts.take_in)(brought.clone(), true).await?;
    if report.bad.is_empty() {
        return rehearse(&visit, brought, "/app/plan").await;
    }
    // Lines of the table are those of the form that are not empty, behind its heading.
    let said = report.bad.into_iter().map(|(line, reason)| {
        let row = line.and_then(|line| rows.get(usize::try_from(line).ok()?.checked_sub(2)?));
        row.map_or_else(
            || reason.clone(),
            |row| format!("Line {}: {reason}", row.number),
        )
    });
    shown(&visit, form, said.collect()).await
}
