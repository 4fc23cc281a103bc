//! `/`: the community's public page.

use std::sync::Arc;

use askama::Template;
use chrono::Duration;

use super::load::{self, Shown};
use super::told::{self, Told, told};
use crate::domain::events::session::Status;
use crate::domain::time::Instant;
use crate::web::kept::Made;
use crate::web::shown::{Answer, Problem};
use crate::web::visit::Visit;
use crate::words::calendar::{news, summary};
use crate::words::time;
use crate::words::view::SessionView;

/// For how long a page is true at most, if nothing is committed.
const HOLDS: Duration = Duration::minutes(1);

/// What stands around a page that everybody may read.
pub(super) struct Head {
    pub(super) title: String,
    pub(super) community: String,
    pub(super) base: String,
    pub(super) style: String,
    /// What the page is about, in a sentence.
    pub(super) about: String,
    /// Its whole address.
    pub(super) address: String,
    /// What it says to programs; written for a script.
    pub(super) data: String,
    /// Whether search engines may list it.
    pub(super) listed: bool,
}

impl Head {
    pub(super) fn of(visit: &Visit, title: &str, path: &str) -> Self {
        let community = &visit.community;
        Self {
            title: title.to_owned(),
            community: community.name.to_string(),
            base: visit.base.clone(),
            style: crate::web::assets::style(),
            about: about(community),
            address: format!("{}{path}", community.settings.site),
            data: String::new(),
            listed: false,
        }
    }
}

/// A sentence on the community.
fn about(community: &crate::domain::community::Community) -> String {
    let own = community.settings.page.about.as_str();
    if !own.is_empty() {
        return own.to_owned();
    }
    let partners: Vec<&str> = (community.settings.partner.iter())
        .map(|partner| partner.name.as_str())
        .collect();
    match partners.split_last() {
        None => "Sessions that are open to everybody.".to_owned(),
        Some((only, [])) => format!("Sessions of {only} that are open to everybody."),
        Some((last, others)) => format!(
            "Sessions of {} and {last} that are open to everybody.",
            others.join(", ")
        ),
    }
}

/// A piece of news.
struct News {
    day: String,
    at: String,
    title: String,
    text: Vec<String>,
}

/// A partner.
struct Partner {
    name: String,
    label: String,
    country: &'static str,
}

/// A bar: what it is of, how long it is of a hundred, and how many it stands for.
struct Bar {
    name: &'static str,
    length: i64,
    people: i64,
}

#[derive(Template)]
#[template(path = "open/home.html")]
struct Home {
    head: Head,
    next: Option<Told>,
    to_come: Vec<Told>,
    held: Vec<Told>,
    news: Vec<News>,
    tiles: Vec<(String, &'static str)>,
    bars: Vec<Bar>,
    series: Vec<(String, String)>,
    partners: Vec<Partner>,
    letters: bool,
}

/// The page.
pub(super) async fn page(visit: Visit) -> Answer {
    let site = Arc::clone(&visit.site);
    let name = format!("{}|{}", visit.community.slug, visit.base);
    let made = site
        .kept
        .page(&name, &site.parts.db, visit.now, || make(&visit))
        .await?;
    Ok(made.answer(&visit.headers))
}

async fn make(visit: &Visit) -> Result<Made, Problem> {
    let (community, now) = (Arc::clone(&visit.community), visit.now);
    let shown =
        visit.read(move |tx| Box::pin(async move { load::shown(tx, &community, now).await }));
    let shown = shown.await?;
    let until = changes_at(&shown, now);
    let text = home(visit, shown).render()?;
    Ok(Made { text, until })
}

/// When something of the page changes by the mere passing of time.
fn changes_at(shown: &Shown, now: Instant) -> Instant {
    let sessions = shown.to_come.iter().map(|view| &view.session);
    let instants = sessions.flat_map(|session| [session.starts_at, session.ends_at]);
    let next = instants.filter(|at| *at > now).min();
    next.map_or(now + HOLDS, |next| next.min(now + HOLDS))
}

fn home(visit: &Visit, shown: Shown) -> Home {
    let (community, now) = (&visit.community, visit.now);
    let tell = |view: &_| told(view, &shown.public, community, now);
    let mut to_come: Vec<Told> = shown.to_come.iter().map(tell).collect();
    let next = to_come.iter().position(|one| !one.cancelled);
    let events = shown.to_come.iter();
    let events = events.map(|view| told::event(view, &shown.public, community));
    let mut head = Head::of(visit, community.name.as_str(), "/");
    head.data = told::for_script(&serde_json::Value::Array(events.collect()));
    head.listed = true;
    let zone = community.zone;
    // The next one stands on top, and what is over below "Past sessions": that they were announced is no news any more.
    let first = next.and_then(|at| shown.to_come.get(at));
    let first = first.map(|view| view.session.id.clone());
    let fresh = |view: &&SessionView| {
        view.session.ends_at > now && first.as_ref() != Some(&view.session.id)
    };
    let news = shown.news.iter().filter(fresh).map(|view| {
        let session = &view.session;
        let changed = session.known.changed_at;
        let word = match session.status {
            Status::Planned => "",
            _ => "Called off: ",
        };
        News {
            day: time::day(changed, zone),
            at: changed.to_rfc3339(),
            title: format!("{word}{}", summary(view)),
            text: news(view, &shown.public.named, &community.zones())
                .lines()
                .take(2)
                .map(str::to_owned)
                .collect(),
        }
    });
    let most = shown
        .figures
        .countries
        .iter()
        .map(|(_, people)| *people)
        .max();
    let bars = shown.figures.countries.iter().map(|(name, people)| Bar {
        name: name.unwrap_or("Elsewhere, or not known"),
        length: (people * 100 / most.unwrap_or(1).max(1)).max(1),
        people: *people,
    });
    let partners = community.settings.partner.iter().map(|partner| Partner {
        name: partner.name.clone(),
        label: partner.label.clone(),
        country: partner
            .country
            .as_deref()
            .and_then(|code| crate::domain::country::Country::parse(code).ok())
            .map_or("", |country| country.name()),
    });
    Home {
        head,
        next: next.map(|at| to_come.remove(at)),
        held: shown.held.iter().map(tell).collect(),
        to_come,
        news: news.collect(),
        tiles: (shown.figures.tiles.iter())
            .map(|(count, what)| (thousands(*count), *what))
            .collect(),
        bars: bars.collect(),
        series: shown.series,
        partners: partners.collect(),
        letters: community.settings.mail_from.is_some(),
    }
}

/// `1 234`, with a space that no line ends at.
fn thousands(count: i64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202F}');
        }
        out.push(digit);
    }
    out
}
