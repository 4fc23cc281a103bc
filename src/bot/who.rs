//! Who speaks, and what they may do: by the account's stable id alone.

use super::{Line, joined};
use crate::actions::{Failure, onboarding};
use crate::chat::Inbound;
use crate::chat::command::Spec;
use crate::domain::people::member::{Member, Permission};
use crate::domain::refusal::Refused;
use crate::storage::{StorageError, Tx, arrivals};

pub(super) use crate::actions::level::level_of;

pub(super) fn not_allowed(spec: &Spec, known: bool) -> String {
    let role = match spec.level {
        Permission::Guest | Permission::Member | Permission::Speaker if !known => {
            return "I don't know you here yet. Join the community's rooms first, then ask again."
                .to_owned();
        }
        Permission::Speaker => "a speaker or host",
        Permission::Organiser => "an organiser",
        Permission::Deputy | Permission::Manager => "a manager",
        _ => "a member",
    };
    format!(
        "You are not {role} here, and “{}” needs one. “help” shows what you can do.",
        spec.name()
    )
}

/// Somebody who speaks up in the community's space for the first time belongs to it.
pub(super) async fn newcomer(tx: &mut Tx, line: &Line) -> Result<Member, Failure> {
    if line.inbound.space.is_none() {
        return Err(Refused::new(not_allowed_unknown()).into());
    }
    let name = joined::called(&line.inbound);
    onboarding::arrive(tx, &line.ctx, &line.inbound.from, &name, None).await
}

pub(super) fn not_allowed_unknown() -> String {
    "I don't know you here yet. Join the community's rooms first, then ask again.".to_owned()
}

/// Somebody who is known, called as they call themselves where only their account was known so far, as of a first
/// manager.
pub(super) async fn by_name(
    tx: &mut Tx,
    mut known: Member,
    inbound: &Inbound,
) -> Result<Member, StorageError> {
    let called = &inbound.display_name;
    if !called.is_empty() && known.name.as_str() == inbound.from.id && known.name != *called {
        arrivals::rename(tx, &known.id, &known.name, called).await?;
        known.name = called.clone();
    }
    Ok(known)
}
