//! Which acts change something that their form shows, and how it is compared: what was seen goes with the form, and where
//! somebody else changed it meanwhile nothing is overwritten and both are shown.

use askama::Template;
use axum::http::StatusCode;

use super::pages::{choices, form};
use super::{Act, Kind};
use crate::actions::seen;
use crate::domain::seen::{Seen, Thing};
use crate::web::shown::{Answer, Fragment, Frame, Problem, with_status};
use crate::web::visit::{Fields, Visit};

/// What an act changes.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    /// What it is.
    pub thing: Thing,
    /// The fields that say which.
    pub by: &'static [&'static str],
    /// The fields that hold its values, in their order; nothing for one that no field holds.
    pub shows: &'static [&'static str],
    /// Whether a field that is left empty leaves its value as it is.
    pub partly: bool,
}

const fn of_session(
    name: &'static str,
    thing: Thing,
    shows: &'static [&'static str],
) -> (&'static str, Changes) {
    changes(name, thing, &["session"], shows)
}

const fn changes(
    name: &'static str,
    thing: Thing,
    by: &'static [&'static str],
    shows: &'static [&'static str],
) -> (&'static str, Changes) {
    let changes = Changes {
        thing,
        by,
        shows,
        partly: false,
    };
    (name, changes)
}

const COMMON: Changes = Changes {
    thing: Thing::Common,
    by: &["slug"],
    shows: &["title", "capacity", "mode", "link", "place", "joint"],
    partly: true,
};

/// Every act that changes what there is. The others add something, decide what can be decided once, or are looked at before
/// they are done.
pub const CHANGES: &[(&str, Changes)] = &[
    of_session("session-title", Thing::Title, &["title"]),
    of_session("session-theme", Thing::Theme, &["theme"]),
    of_session("session-link", Thing::Link, &["link"]),
    of_session("session-place", Thing::Place, &["place"]),
    of_session("session-recording", Thing::Recording, &["link"]),
    of_session("session-mode", Thing::Mode, &["mode"]),
    of_session("session-capacity", Thing::Seats, &["seats"]),
    of_session("session-move", Thing::Date, &["date", "start", "end"]),
    of_session("session-skip", Thing::Date, &[]),
    of_session("session-restore", Thing::Date, &[]),
    of_session("session-host", Thing::Hosts, &["who"]),
    of_session("session-assign", Thing::Duties, &[]),
    of_session("attendance-count", Thing::Estimate, &["heads"]),
    of_session("meeting-for", Thing::Groups, &["groups"]),
    of_session("meeting-notes", Thing::Notes, &["link"]),
    of_session("agenda-order", Thing::Agenda, &[]),
    changes(
        "session-talk-remove",
        Thing::Talk,
        &["session", "place"],
        &[],
    ),
    changes("agenda-remove", Thing::Item, &["session", "item"], &[]),
    changes("agenda-later", Thing::Item, &["session", "item"], &[]),
    changes("answer", Thing::Question, &["question"], &["", "text"]),
    changes("question-drop", Thing::Question, &["question"], &[]),
    ("series-set", COMMON),
    changes("series-change", Thing::Rule, &["slug"], &[]),
    changes("wording-set", Thing::Wording, &["name"], &["text"]),
    changes("wording-reset", Thing::Wording, &["name"], &[]),
    changes("career", Thing::Career, &["member"], &["stage"]),
    changes("role-end", Thing::Terms, &["member", "group"], &[]),
];

/// What the act of this name changes.
pub fn of(act: &str) -> Option<Changes> {
    let found = CHANGES.iter().find(|(name, _)| *name == act)?;
    Some(found.1)
}

fn written(values: &[String]) -> String {
    // Texts are always JSON.
    serde_json::to_string(values).unwrap_or_default()
}

/// The values of a form of an act, which show what it changes.
pub(in crate::web::app) fn showing(act: &str, fields: Fields, values: &[String]) -> Fields {
    let fields = fields.with("seen", written(values));
    let Some(changes) = of(act).filter(|changes| !changes.partly) else {
        return fields;
    };
    let held = changes.shows.iter().zip(values);
    let held = held.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    held.fold(fields, |fields, (name, value)| {
        fields.with(name, value.as_str())
    })
}

/// What a form that was sent had shown; nothing where it showed nothing.
pub(super) fn seen_in(act: &Act, form: &Fields) -> Option<Seen> {
    let (changes, text) = (of(act.name)?, form.raw("seen"));
    if text.is_empty() {
        return None;
    }
    // What cannot be read is like nothing that is there, and is answered like it.
    let values: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    let values = values.into_iter().enumerate().map(|(at, value)| {
        let field = changes.shows.get(at).copied().unwrap_or("");
        let left = changes.partly && form.get(field).is_empty();
        (!left).then_some(value)
    });
    Some(Seen {
        thing: changes.thing,
        of: which(changes, form),
        values: values.collect(),
    })
}

fn which(changes: Changes, form: &Fields) -> Vec<String> {
    let names = changes.by.iter();
    names.map(|name| form.get(name).to_owned()).collect()
}

async fn look(visit: &Visit, act: &Act, form: &Fields) -> Result<Option<Vec<String>>, Problem> {
    let Some(changes) = of(act.name) else {
        return Ok(None);
    };
    let (community, now, of) = (visit.community.clone(), visit.now, which(changes, form));
    let read = visit.read(move |tx| {
        Box::pin(async move { seen::look(tx, &community, now, changes.thing, &of).await })
    });
    read.await
}

/// What the address brings to the page of an act, with what it changes as it is now.
pub(super) async fn opened(visit: &Visit, act: &Act) -> Result<Fields, Problem> {
    let now = match visit.query.raw("seen").is_empty() {
        true => look(visit, act, &visit.query).await?,
        false => None,
    };
    let shown = now.map_or_else(Fields::default, |now| {
        showing(act.name, Fields::default(), &now)
    });
    Ok(visit
        .query
        .iter()
        .fold(shown, |fields, (name, value)| fields.with(name, value)))
}

/// One value in its versions: what it is called, as it was shown, as it is, as it was to become.
struct Version {
    label: &'static str,
    then: String,
    now: String,
    mine: String,
}

#[derive(Template)]
#[template(path = "app/changed.html")]
struct ChangedPage {
    frame: Frame,
    gone: bool,
    versions: Vec<Version>,
    form: Option<Fragment>,
    back: String,
}

/// Somebody else changed it meanwhile: every version is shown, and what was typed stands in the form still.
pub(super) async fn changed(visit: &Visit, act: &Act, back: &str) -> Answer {
    let changes = of(act.name).ok_or(Problem::Nothing)?;
    let now = look(visit, act, &visit.form).await?;
    let then: Vec<String> = serde_json::from_str(visit.form.raw("seen")).unwrap_or_default();
    let labels = changes.thing.labels().iter().enumerate();
    let versions = labels.filter(|(_, label)| !label.is_empty());
    let versions = versions.map(|(at, label)| {
        let of = |values: &[String]| values.get(at).cloned().unwrap_or_default();
        Version {
            label,
            then: of(&then),
            now: now.as_deref().map_or_else(String::new, of),
            mine: mine(
                act,
                changes.shows.get(at).copied().unwrap_or(""),
                &visit.form,
            ),
        }
    });
    let form = match &now {
        Some(now) if !changes.thing.is_by_place() => {
            let again = Fields::default().with("seen", written(now));
            let again = visit
                .form
                .iter()
                .fold(again, |fields, (name, value)| fields.with(name, value));
            let series = choices(visit, act).await?;
            Some(form(visit, act.name, &again, &series, back)?.written()?)
        }
        _ => None,
    };
    with_status(
        StatusCode::CONFLICT,
        &ChangedPage {
            frame: visit.frame("Changed meanwhile"),
            gone: now.is_none(),
            versions: versions.collect(),
            form,
            back: back.to_owned(),
        },
    )
}

/// What somebody typed into a field, as they saw it there.
fn mine(act: &Act, field: &str, form: &Fields) -> String {
    let typed = form.get(field);
    let ask = act.asks.iter().find(|ask| ask.name == field);
    match ask.map(|ask| ask.kind) {
        Some(Kind::Choice(options)) => {
            let chosen = options.iter().find(|(value, _)| *value == typed);
            chosen.map_or(typed, |(_, label)| *label).to_owned()
        }
        _ => typed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::app::acts::ACTS;

    /// What adds something, decides what can be decided once, is of no harm done twice, or is looked at before it is done.
    const OTHERS: &[&str] = &[
        "series-new",
        "series-break",
        "session-new",
        "session-alone",
        "session-talk",
        "session-speaker",
        "session-speaker-remove",
        "session-waive",
        "session-announce",
        "session-cancel",
        "session-chase",
        "session-done",
        "session-undone",
        "attendance-list",
        "attendance-match",
        "attendance-guest",
        "attendance-guests",
        "attendance-ignore",
        "meeting-new",
        "meeting-announce",
        "agenda-add",
        "update-add",
        "role-add",
        "deputy",
        "merge",
        "merge-undo",
        "consent-note",
        "onboarding-start",
        "onboarding-stop",
        "onboarding-done",
        "onboarding-undone",
        "onboarding-welcome",
        "deadline-add",
        "outbox-pause",
        "outbox-resume",
        "outbox-retry",
        "outbox-drop",
        "draft-show",
        "draft-on",
        "draft-off",
        "figures-freeze",
        "figures-reported-add",
        "figures-reported-remove",
        "undo",
    ];

    #[test]
    fn every_act_that_changes_something_shows_it() {
        for act in ACTS {
            let found = CHANGES.iter().filter(|(name, _)| *name == act.name).count();
            let others = OTHERS.iter().filter(|name| **name == act.name).count();
            assert_eq!(
                found + others,
                1,
                "is {} one that changes what there is?",
                act.name
            );
        }
        assert_eq!(CHANGES.len() + OTHERS.len(), ACTS.len());
    }

    #[test]
    fn what_is_shown_has_fields_of_its_act_and_labels() {
        for (name, changes) in CHANGES {
            let act = Act::named(name).expect("an act");
            assert!(
                changes.shows.len() <= changes.thing.labels().len(),
                "{name}"
            );
            for field in changes.shows.iter().filter(|field| !field.is_empty()) {
                let asked = act.asks.iter().any(|ask| ask.name == *field);
                assert!(asked, "{name} asks for {field}");
            }
        }
    }

    #[test]
    fn a_field_left_empty_is_not_compared_where_it_changes_nothing() {
        let act = Act::named("series-set").expect("an act");
        let form = showing(
            act.name,
            Fields::default(),
            &["Title", "none", "online", "", "", "usual"].map(str::to_owned),
        );
        let form = form
            .with("slug", "ks")
            .with("link", "https://example.org/v");
        let seen = seen_in(act, &form).expect("what was seen");
        assert_eq!(seen.of, ["ks"]);
        let link = String::new();
        assert_eq!(seen.values, [None, None, None, Some(link), None, None]);
    }
}
