//! Who is new in the demo: somebody who joins as the visitor comes in, and a researcher who joined last week and
//! is half-way through the list.

use chrono::Days;

use super::people;
use super::seed::{Person, ZONE, local};
use crate::actions::{Actor, Context, Done, checklist};
use crate::chat::{Inbound, Said};
use crate::domain::checklist::Subject;
use crate::domain::community::Community;
use crate::domain::people::member::Permission;
use crate::domain::platform::{Platform, Room};
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::{Tx, members, roles};

/// Account and name of who joins as the visitor comes in.
const NEWCOMER: (&str, &str) = ("juno-hale", "Juno Hale");

/// What the researcher has done in the first week.
const DONE: [&str; 7] = [
    "handbook",
    "charter",
    "contract",
    "mailing-lists",
    "laptop",
    "welcome-note",
    "hello",
];

/// The visitor's first words to the bot, said for them, so that the first thing they see is what they can say.
pub(super) fn greeting(at: Instant) -> Inbound {
    let (account, name) = people::MANAGER;
    Inbound {
        event_id: "demo|greeting".to_owned(),
        from: local(account),
        display_name: UserText::trusted(name),
        room: Room {
            platform: Platform::Local,
            id: format!("dm-{account}"),
        },
        direct: true,
        space: None,
        at,
        about: None,
        said: Said::Typed("help".to_owned()),
    }
}

/// Somebody joins.
pub(super) fn joins(community: &Community, at: Instant) -> Inbound {
    let (account, name) = NEWCOMER;
    Inbound {
        event_id: "demo|newcomer".to_owned(),
        from: local(account),
        display_name: UserText::trusted(name),
        room: Room {
            platform: Platform::Local,
            id: "general".to_owned(),
        },
        direct: false,
        space: Some(community.slug.clone()),
        at,
        about: None,
        said: Said::Joined { email: None },
    }
}

/// A researcher began a week ago, with the second of the researchers as supervisor.
pub(super) async fn begin(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let today = ctx.now.with_timezone(&ZONE).date_naive();
    let mut researchers = Vec::new();
    for id in roles::members_in(tx, &ctx.community.id, "researchers", today).await? {
        let known = crowd
            .iter()
            .any(|person| person.seen.member.as_ref() == Some(&id));
        if known && let Some(member) = members::by_id(tx, &id).await? {
            researchers.push(member);
        }
    }
    let manager = members::by_account(tx, &ctx.community.id, &local(people::MANAGER.0)).await?;
    let ([supervisor, .., newcomer], Some(manager)) = (researchers.as_slice(), manager) else {
        return Ok(());
    };
    let begun = Context {
        now: ctx.now - chrono::Duration::days(7),
        ..ctx.clone()
    };
    let ada = Actor {
        member: manager,
        account: local(people::MANAGER.0),
        level: Permission::Manager,
    };
    let template = checklist::template(&begun, "researcher", Subject::Person)?;
    let day = today - Days::new(7);
    let given = [(
        crate::domain::checklist::Duty::stored("supervisor"),
        supervisor.id.clone(),
    )];
    checklist::begin_for_person(tx, &begun, &ada, newcomer, template, day, &given).await?;
    let lists = checklist::of_person(tx, &ctx.community, &newcomer.id).await?;
    for list in lists {
        for key in DONE {
            checklist::tick_for(tx, &begun, &ada, &list, key, true).await?;
        }
    }
    Ok(())
}
