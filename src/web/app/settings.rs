//! Who stands in for whom, what is configured, and who did what. What stands in the configuration file is shown here and
//! changed there.

use askama::Template;
use chrono::Days;

use super::acts::{button, form, showing};
use super::{MANAGER, ORGANISER};
use crate::actions::{deputy, draft};
use crate::domain::country::Country;
use crate::domain::events::reminder::Ladder;
use crate::domain::people::member::Permission;
use crate::domain::platform::Room;
use crate::domain::seen::of_terms;
use crate::storage::{ledger, roles};
use crate::web::routes::{Route, get};
use crate::web::shown::{Answer, Fragment, Frame, page};
use crate::web::visit::{Fields, Visit};
use crate::words::{time, undo};

/// How many lines of the log are shown.
const LINES: i64 = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/settings", ORGANISER, |visit| Box::pin(show(visit))),
        get("/app/log", MANAGER, |visit| Box::pin(log(visit))),
    ]
}

#[derive(Template)]
#[template(path = "app/settings.html")]
struct SettingsPage {
    frame: Frame,
    deputies: Vec<(String, String, String, Option<Fragment>)>,
    appoint: Option<Fragment>,
    sections: Vec<(&'static str, Vec<(String, String)>)>,
    drafts: Vec<String>,
    may_log: bool,
}

async fn show(visit: Visit) -> Answer {
    let ctx = visit.context();
    let today = ctx.today();
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let community = &ctx.community.id;
            let mut deputies = Vec::new();
            for (id, name, term) in roles::not_over(tx, community, deputy::GROUP, today).await? {
                let terms = roles::of(tx, &id).await?;
                deputies.push((id, name, term, terms));
            }
            let rules = draft::rules(tx, &ctx).await?;
            Ok((
                deputies,
                rules.words().map(str::to_owned).collect::<Vec<_>>(),
            ))
        })
    });
    let (found, drafts) = read.await?;
    let level = visit.signed()?.level;
    let back = visit.link("/app/settings");
    let mut deputies = Vec::new();
    for (id, name, term, terms) in found {
        let preset = Fields::default()
            .with("group", deputy::GROUP)
            .with("who", name.as_str())
            .with("member", id.as_str());
        let left = of_terms(&terms, deputy::GROUP, today).unwrap_or_default();
        let preset = showing("role-end", preset, &left);
        deputies.push((
            name.to_string(),
            term.since.format("%-d %b %Y").to_string(),
            term.until
                .map_or_else(String::new, |day| day.format("%-d %b %Y").to_string()),
            match level >= Permission::Manager && term.since <= today {
                true => Some(button(&visit, "role-end", &preset, "End today", &back)?),
                false => None,
            },
        ));
    }
    let until = (today + Days::new(14)).to_string();
    let preset = Fields::default()
        .with("from", today.to_string())
        .with("until", until);
    let appoint = match level >= Permission::Manager {
        true => Some(form(&visit, "deputy", &preset, &[], &back)?.written()?),
        false => None,
    };
    page(&SettingsPage {
        frame: visit.frame("Settings"),
        deputies,
        appoint,
        sections: configured(&visit),
        drafts,
        may_log: level >= Permission::Manager,
    })
}

/// A ladder in words: `1 day and 1 hour before`.
fn rungs(ladder: &Ladder) -> String {
    let counted = |n: i64, what: &str| match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    let before = ladder.0.iter().map(|rung| rung.0).filter(|rung| *rung > 0);
    let before: Vec<String> = before
        .map(|minutes| match minutes {
            m if m % (24 * 60) == 0 => counted(m / (24 * 60), "day"),
            m if m % 60 == 0 => counted(m / 60, "hour"),
            m => counted(m, "minute"),
        })
        .collect();
    let mut parts: Vec<String> = Vec::new();
    if let Some((last, others)) = before.split_last() {
        parts.push(match others {
            [] => format!("{last} before"),
            others => format!("{} and {last} before", others.join(", ")),
        });
    }
    if ladder.0.iter().any(|rung| rung.0 == 0) {
        parts.push("when it begins".to_owned());
    }
    match parts.is_empty() {
        true => "none".to_owned(),
        false => parts.join(", "),
    }
}

/// What stands in the configuration, in words.
fn configured(visit: &Visit) -> Vec<(&'static str, Vec<(String, String)>)> {
    let settings = &visit.community.settings;
    let room = |room: Option<&Room>| room.map_or_else(|| "none".to_owned(), ToString::to_string);
    let rooms = &settings.rooms;
    let mut posts = vec![
        (
            "Announcements".to_owned(),
            room(rooms.announcements.as_ref().map(|it| &it.0)),
        ),
        (
            "Organisers".to_owned(),
            room(rooms.organisers.as_ref().map(|it| &it.0)),
        ),
    ];
    posts.extend(
        rooms
            .mirrors
            .iter()
            .map(|it| ("Announcements too".to_owned(), it.0.to_string())),
    );
    posts.extend(
        settings
            .group_room
            .iter()
            .map(|it| (format!("Group {}", it.group), it.room.0.to_string())),
    );
    let ladders = &settings.reminders;
    let times = vec![
        ("Zone".to_owned(), visit.community.zone.name().to_owned()),
        (
            "Quiet hours".to_owned(),
            settings
                .quiet
                .map_or_else(|| "none".to_owned(), |hours| hours.to_string()),
        ),
        ("Reminders to who comes".to_owned(), rungs(&ladders.coming)),
        (
            "To who has not answered".to_owned(),
            rungs(&ladders.unanswered),
        ),
        ("To speakers".to_owned(), rungs(&ladders.speakers)),
        (
            "In the organisers’ room".to_owned(),
            rungs(&ladders.organisers),
        ),
        ("In the announcements room".to_owned(), rungs(&ladders.room)),
    ];
    let digests = settings.digest.iter();
    let digests = digests.map(|plan| {
        let rule = String::from(plan.cron.clone());
        let next = plan.cron.next(visit.now, visit.community.zone);
        let next = next.map(|at| time::short(at, visit.community.zone));
        let words = next.map_or_else(
            || rule.clone(),
            |next| format!("next on {next} (cron rule {rule})"),
        );
        (plan.slug.clone(), words)
    });
    let partners = settings.partner.iter().map(|partner| {
        let code = partner.country.as_deref();
        let country = code.and_then(|code| Country::parse(code).ok());
        let country = country.map_or("no country", Country::name);
        (
            partner.label.clone(),
            format!("{}, {}, {country}", partner.name, partner.zone.name()),
        )
    });
    vec![
        ("Where what is posted", posts),
        ("When", times),
        ("Digests", digests.collect()),
        ("Partners", partners.collect()),
    ]
}

#[derive(Template)]
#[template(path = "app/log.html")]
struct LogPage {
    frame: Frame,
    lines: Vec<(String, String, String, String, String)>,
}

async fn log(visit: Visit) -> Answer {
    let community = visit.community.id.clone();
    let read = visit.read(move |tx| {
        Box::pin(async move { ledger::acts(tx, &community, None, None, LINES).await })
    });
    let lines = read.await?.into_iter().map(|act| {
        (
            time::short(act.at, visit.community.zone),
            act.name
                .map_or_else(|| "not named".to_owned(), |name| name.to_string()),
            undo::named(&act.act, &act.subject),
            match act.via.as_str() {
                "cli" => "the command line".to_owned(),
                via => via.to_owned(),
            },
            match act.outcome.as_str() {
                "done" => String::new(),
                other => other.to_owned(),
            },
        )
    });
    page(&LogPage {
        frame: visit.frame("Who did what"),
        lines: lines.collect(),
    })
}
