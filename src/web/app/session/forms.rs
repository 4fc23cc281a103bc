//! The forms that stand on a session's page: those that change what it is, folded away, and small ones with a button only.

use super::{about, back};
use crate::domain::events::session::Session;
use crate::web::app::acts;
use crate::web::shown::{Fragment, Problem};
use crate::web::visit::{Fields, Visit};

/// A form that is folded away under a label.
pub(super) struct Folded {
    pub label: &'static str,
    pub form: Fragment,
}

/// An act about a session, folded away, with some values filled in.
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
    let form = acts::form(visit, act, &preset, &[], &back(visit, number))?;
    Ok(Folded {
        label,
        form: form.written()?,
    })
}

/// What a session is, each thing with a form to change it.
pub(super) fn of_details(visit: &Visit, session: &Session) -> Result<Vec<Folded>, Problem> {
    let number = session.number;
    let one = |label, act, name: &'static str, value: &str| {
        folded(visit, number, label, act, &[(name, value)])
    };
    let seats = match (session.capacity.online, session.capacity.in_person) {
        (Some(seats), _) | (None, Some(seats)) => seats.to_string(),
        (None, None) => "none".to_owned(),
    };
    let mut forms = Vec::new();
    if session.is_meeting() {
        forms.push(one(
            "Whom it is for",
            "meeting-for",
            "groups",
            &session.gathering.groups.names().join(","),
        )?);
        forms.push(one("Notes", "meeting-notes", "link", &session.notes)?);
    } else {
        forms.push(one(
            "Theme",
            "session-theme",
            "theme",
            session.theme.as_str(),
        )?);
    }
    forms.push(one(
        "Title",
        "session-title",
        "title",
        session.title.as_str(),
    )?);
    forms.push(one(
        "Where people take part",
        "session-mode",
        "mode",
        session.mode.as_str(),
    )?);
    forms.push(one("Video link", "session-link", "link", &session.link)?);
    forms.push(one(
        "Room",
        "session-place",
        "place",
        session.place.as_str(),
    )?);
    forms.push(one("Seats", "session-capacity", "seats", &seats)?);
    if session.has_begun(visit.now) {
        forms.push(one(
            "Recording",
            "session-recording",
            "link",
            &session.recording,
        )?);
    }
    Ok(forms)
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
