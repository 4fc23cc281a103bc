//! Settles what only the whole list decides: connections that repeat a list of people, and
//! what a role means.

use std::collections::{HashMap, HashSet};

use super::{Draft, RoleWord};
use crate::domain::email::Email;
use crate::domain::text::UserText;
use crate::formats::attendance::headings::Kind;
use crate::formats::attendance::{ReportRow, Section};

/// The host whom a meeting's summary names by address.
pub(super) fn mark_host(drafts: &mut [Draft], host: &Email) {
    for draft in drafts {
        let in_a_meeting = matches!(draft.kind, Kind::Participants | Kind::Activities);
        if in_a_meeting && draft.row.email.as_ref() == Some(host) {
            draft.role = Some(RoleWord::Organiser);
        }
    }
}

/// The rows, each connection once.
pub(super) fn rows(mut drafts: Vec<Draft>, notices: &mut Vec<String>) -> Vec<ReportRow> {
    if drafts.iter().any(|draft| draft.kind == Kind::Activities) {
        join_lists(&mut drafts);
    }
    let has = |role| drafts.iter().any(|draft| draft.role == Some(role));
    // Meetings make everybody a presenter unless told otherwise, and then the word says nothing.
    let presenters_mean_something = has(RoleWord::Attendee);
    if has(RoleWord::Presenter) && !presenters_mean_something {
        notices.push(
            "Nobody is listed as a plain attendee, so presenters were counted as attendees."
                .to_owned(),
        );
    }
    drafts
        .into_iter()
        .map(|Draft { mut row, role, .. }| {
            match role {
                Some(RoleWord::Organiser) => row.section = Section::Host,
                Some(RoleWord::Presenter) if presenters_mean_something => {
                    row.section = Section::Panelist;
                }
                _ => {}
            }
            row
        })
        .collect()
}

/// A list of people and a list of their connections: the connections stay, with the address and
/// the role that the list of people gives; of the people only those without any connection.
fn join_lists(drafts: &mut Vec<Draft>) {
    let (mut by_name, mut by_email) = (HashMap::new(), HashMap::new());
    for draft in drafts
        .iter()
        .filter(|draft| draft.kind == Kind::Participants)
    {
        let person = (draft.row.email.clone(), draft.role);
        by_name
            .entry(draft.row.name.clone())
            .or_insert_with(Vec::new)
            .push(person.clone());
        if let (Some(email), role) = person {
            by_email.insert(email, role);
        }
    }
    let mut connected = HashSet::new();
    for draft in drafts
        .iter_mut()
        .filter(|draft| draft.kind == Kind::Activities)
    {
        // A name that the list has once is that person's: one platform wrote both lists.
        if draft.row.email.is_none()
            && let Some([(email, role)]) = by_name.get(&draft.row.name).map(Vec::as_slice)
        {
            draft.row.email.clone_from(email);
            draft.role = draft.role.or(*role);
        }
        if let Some(role) = draft
            .row
            .email
            .as_ref()
            .and_then(|email| by_email.get(email))
        {
            draft.role = draft.role.or(*role);
        }
        connected.insert(who(draft));
    }
    drafts.retain(|draft| draft.kind != Kind::Participants || !connected.contains(&who(draft)));
}

/// What tells people of one report apart: the address, else the name.
fn who(draft: &Draft) -> (Option<Email>, Option<UserText>) {
    match &draft.row.email {
        Some(email) => (Some(email.clone()), None),
        None => (None, Some(draft.row.name.clone())),
    }
}
