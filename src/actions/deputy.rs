//! Deputies: for a period somebody may do what a manager may, by a dated term in a role group. It ends by itself;
//! those who run the community and the deputy are told when it begins and when it is over.

use chrono::{Days, Duration, NaiveDate};

use super::{Actor, Context, Done, Draft, people, refused, to_member};
use crate::domain::events::post::Post;
use crate::domain::events::reminder::outside_quiet;
use crate::domain::events::reply::Reply;
use crate::domain::ids::{MemberId, TermId};
use crate::domain::outbox::{Destination, Kind};
use crate::domain::people::member::{Member, Permission, RoleTerm};
use crate::domain::people::told::{PeoplePost, PeopleReply};
use crate::domain::platform::Platform;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, members, outbox};

/// The role group of deputies.
pub const GROUP: &str = "deputies";

/// Has somebody stand in for the managers from a day to another, both included.
///
/// # Errors
/// Refused when they stand in then already, may do as much anyway, or the days do not fit.
pub async fn appoint(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    member: &Member,
    since: NaiveDate,
    until: NaiveDate,
) -> Done<Reply> {
    let today = ctx.today();
    if until < since {
        return refused("The last day lies before the first. Check from= and until=.");
    }
    if until < today {
        return refused("Those days are past.");
    }
    if member.permission >= Permission::Deputy {
        return refused(format!(
            "{} may do that anyway, as a {} here.",
            member.name,
            member.permission.as_str()
        ));
    }
    let accounts = members::accounts_of(tx, &member.id).await?;
    if (accounts.iter()).all(|(account, _)| account.platform == Platform::Email) {
        return refused(format!(
            "{} has no account in a chat here and could do nothing. Ask again when they have joined.",
            member.name
        ));
    }
    let term = RoleTerm {
        group: GROUP.to_owned(),
        since,
        until: Some(until),
    };
    if let Some(known) = people::in_the_way(tx, member, &term).await? {
        return refused(format!(
            "{} is a deputy then already, {}. For other days end that first: “role end deputies {}”.",
            member.name,
            known.days(),
            member.name
        ));
    }
    people::begin_role(tx, ctx, member, &term).await?;
    ctx.audit(tx, actor, "deputy", &format!("{since} {until}"))
        .await?;
    Ok(super::identity::answer(PeopleReply::Deputy {
        member: member.id.clone(),
        since,
        until,
    }))
}

/// Writes the notices of a deputy's term; those of an earlier end are taken back. `begins` says that the term is new.
///
/// # Errors
/// What the database says.
pub(super) async fn arm(
    tx: &mut Tx,
    ctx: &Context,
    member: &Member,
    id: &TermId,
    term: &RoleTerm,
    begins: bool,
) -> Result<(), StorageError> {
    let ends = Kind::new(PeoplePost::DeputyEnds.kind());
    outbox::cancel_unsent(tx, &ctx.community.id, id.as_str(), &[ends]).await?;
    let mut drafts = Vec::new();
    let today = ctx.today();
    let rooms = those_who_run_it(tx, ctx, &member.id).await?;
    let mut tell = |due: Instant, to: &Destination, last: Option<Instant>, people: PeoplePost| {
        let draft = ctx.at_once(id.as_str(), to.clone(), Post::People { people });
        let due = due.max(ctx.now);
        drafts.push(Draft {
            due,
            slot: due,
            not_after: last,
            ..draft
        });
    };
    let quiet = |due: Instant| {
        let hours = member.quiet.or(ctx.community.settings.quiet);
        let zone = member.zone.unwrap_or(ctx.community.zone);
        outside_quiet(due, due + Duration::days(1), hours, zone)
    };
    let deputy = to_member(&member.id);
    if begins {
        let due = ctx.morning(term.since).max(ctx.now);
        let last = term.until.map(|until| ctx.morning(until + Days::new(1)));
        tell(quiet(due), &deputy, last, PeoplePost::DeputyBegins);
        // What begins today was said to whoever appointed them.
        for room in rooms.iter().filter(|_| term.since > today) {
            tell(due, room, last, PeoplePost::DeputyBegins);
        }
    }
    if let Some(until) = term.until {
        let due = ctx.morning(until + Days::new(1));
        let last = Some(due + Duration::days(7));
        tell(quiet(due), &deputy, last, PeoplePost::DeputyEnds);
        for room in &rooms {
            tell(due, room, last, PeoplePost::DeputyEnds);
        }
    }
    ctx.post(tx, drafts).await?;
    Ok(())
}

/// The organisers' room, else each manager.
async fn those_who_run_it(
    tx: &mut Tx,
    ctx: &Context,
    but: &MemberId,
) -> Result<Vec<Destination>, StorageError> {
    if let Some(room) = ctx.organisers() {
        return Ok(vec![room]);
    }
    let managers = members::permitted(tx, &ctx.community.id, Permission::Manager).await?;
    let managers = managers.into_iter().filter(|id| id != but);
    Ok(managers.map(|id| to_member(&id)).collect())
}
