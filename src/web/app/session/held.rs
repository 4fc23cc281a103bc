//! Who came to a session, and the names of a report that wait for a decision.

use askama::Template;

use super::about;
use super::forms::{Folded, button, folded, of_itself};
use super::read::Whole;
use crate::web::said::shown;
use crate::web::shown::{Fragment, Problem};
use crate::web::visit::{Fields, Visit};
use crate::words::view::Reader;
use crate::words::wording::Wordings;
use crate::words::{attendance as words, time};

/// A name that waits for a decision.
struct Unmatched {
    name: String,
    email: String,
    stay: String,
    suggested: Option<(String, Fragment)>,
    member: Folded,
    guest: Fragment,
    nobody: Fragment,
}

#[derive(Template)]
#[template(path = "app/session/attendance.html")]
struct Attendance {
    summary: Fragment,
    number: i64,
    base: String,
    unmatched: Vec<Unmatched>,
    waiting: i64,
    all_guests: Option<Fragment>,
    forms: Vec<Folded>,
}

pub(super) fn attendance(visit: &Visit, whole: &Whole) -> Result<Fragment, Problem> {
    let session = &whole.view.session;
    let number = session.number;
    let reader = Reader {
        zones: visit.community.zones(),
        prefix: "".into(),
        now: whole.now,
        name: None,
        wordings: Wordings::default(),
    };
    let summary = match &whole.turnout {
        Some(turnout) => words::summary(&whole.view, turnout, &reader).without_buttons(),
        None => Default::default(),
    };
    let mut unmatched = Vec::new();
    for (review, suggested) in &whole.reviews {
        let id = Fields::default().with("name", review.id.as_str());
        let back = "#review";
        unmatched.push(Unmatched {
            name: review.name.to_string(),
            email: review.email.clone(),
            stay: review.minutes.map_or_else(String::new, time::length),
            suggested: match suggested {
                Some(name) => Some((
                    name.to_string(),
                    button(
                        visit,
                        "attendance-match",
                        &id,
                        &format!("It is {name}"),
                        number,
                        back,
                    )?,
                )),
                None => None,
            },
            member: folded(
                visit,
                number,
                "Another member",
                "attendance-match",
                &[("name", review.id.as_str())],
            )?,
            guest: button(visit, "attendance-guest", &id, "A guest", number, back)?,
            nobody: button(visit, "attendance-ignore", &id, "Nobody", number, back)?,
        });
    }
    let all = about(number).with("all", "all");
    Fragment::of(&Attendance {
        summary: shown(&summary)?,
        number,
        base: visit.base.clone(),
        unmatched,
        waiting: whole.to_review,
        all_guests: match whole.addressed > 1 {
            true => {
                let label = format!("All {} with an address are guests", whole.addressed);
                Some(button(
                    visit,
                    "attendance-guests",
                    &all,
                    &label,
                    number,
                    "#review",
                )?)
            }
            false => None,
        },
        forms: vec![
            of_itself(visit, session, "Write down an estimate", "attendance-count")?,
            folded(visit, number, "Write down who came", "attendance-list", &[])?,
        ],
    })
}
