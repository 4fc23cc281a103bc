//! The forms that stand on a session's page: those that change what it is, folded away, and small ones with a button only.

use super::{about, back};
use crate::domain::events::session::Session;
use crate::domain::seen;
use crate::web::app::acts;
use crate::web::shown::{Fragment, Problem};
use crate::web::visit::{Fields, Visit};

/// A form that is folded away under a label.
pub(super) struct Folded {
    pub label: &'static str,
    pub form: Fragment,
}

/// An act about a session, folded away.
pub(super) fn folded(
    visit: &Visit,
    number: i64,
    label: &'static str,
    act: &str,
    preset: &[(&str, &str)],
) -> Result<Folded, Problem> {
    let preset = preset.iter().fold(about(number), |fields, (name, value)| {
        fields.with(name, *value)
    });
    folded_with(visit, number, label, act, &preset)
}

/// An act that changes what there is of a session, folded away, showing `values` of it; `fields` say of which.
pub(super) fn folded_showing(
    visit: &Visit,
    number: i64,
    label: &'static str,
    act: &str,
    fields: Fields,
    values: &[String],
) -> Result<Folded, Problem> {
    let preset = acts::showing(act, fields, values);
    folded_with(visit, number, label, act, &preset)
}

fn folded_with(
    visit: &Visit,
    number: i64,
    label: &'static str,
    act: &str,
    preset: &Fields,
) -> Result<Folded, Problem> {
    let form = acts::form(visit, act, preset, &[], &back(visit, number))?;
    Ok(Folded {
        label,
        form: form.written()?,
    })
}

/// An act that changes the session itself, folded away with how that is now.
pub(super) fn of_itself(
    visit: &Visit,
    session: &Session,
    label: &'static str,
    act: &str,
) -> Result<Folded, Problem> {
    let thing = acts::changes_of(act).map(|changes| changes.thing);
    let values = thing.and_then(|thing| seen::of_session(thing, session));
    let (number, values) = (session.number, values.unwrap_or_default());
    folded_showing(visit, number, label, act, about(number), &values)
}

/// What a session is, each thing with a form to change it.
pub(super) fn of_details(visit: &Visit, session: &Session) -> Result<Vec<Folded>, Problem> {
    let mut forms = match session.is_meeting() {
        true => vec![
            ("Whom it is for", "meeting-for"),
            ("Notes", "meeting-notes"),
        ],
        false => vec![("Theme", "session-theme")],
    };
    forms.extend([
        ("Title", "session-title"),
        ("Where people take part", "session-mode"),
        ("Video link", "session-link"),
        ("Room", "session-place"),
        ("Seats", "session-capacity"),
    ]);
    if session.has_begun(visit.now) {
        forms.push(("Recording", "session-recording"));
    }
    let forms = forms.into_iter();
    forms
        .map(|(label, act)| of_itself(visit, session, label, act))
        .collect()
}

/// A form with nothing but its button; `preset` has all that it needs.
pub(super) fn button(
    visit: &Visit,
    act: &str,
    preset: &Fields,
    label: &str,
    number: i64,
    fragment: &str,
) -> Result<Fragment, Problem> {
    let back = format!("{}{fragment}", back(visit, number));
    acts::button(visit, act, preset, label, &back)
}
