//! Somebody who is there twice: they came to two sessions by an invitation to their address at home, before they
//! joined. A manager is asked whether they are one.

use super::held::numbered;
use super::seed::Person;
use crate::actions::{Context, Done};
use crate::domain::events::attendance::{Role, Source};
use crate::domain::people::member::{Permission, Standing};
use crate::domain::platform::{Account, Platform};
use crate::storage::attendance::{self, Seen};
use crate::storage::members::{self, NewMember};
use crate::storage::{Tx, sessions};

/// Whose twin it is, by their place among the people.
const WHOSE: usize = 20;
/// The sessions they came to.
const CAME_TO: [usize; 2] = [3, 5];

pub(super) async fn add(tx: &mut Tx, ctx: &Context, crowd: &[Person]) -> Done<()> {
    let Some(person) = crowd.get(WHOSE) else {
        return Ok(());
    };
    let community = &ctx.community.id;
    let new = NewMember {
        name: person.seen.name.clone(),
        standing: Standing::Contact,
        permission: Permission::Guest,
        organisation: None,
        joined_at: None,
    };
    let id = members::insert(tx, &ctx.mint, ctx.now, community, &new).await?;
    let address = Account {
        platform: Platform::Email,
        id: format!("{}@home.example", person.account.replace('-', ".")),
    };
    members::add_account(tx, ctx.now, community, &id, &address).await?;
    for number in CAME_TO {
        let session = numbered(tx, ctx, number).await?;
        let seen = Seen {
            identity: format!("email:{}", address.id),
            member: Some(id.clone()),
            role: Role::Attendee,
            minutes: Some(45),
            ..person.seen.clone()
        };
        let at = session.ends_at + chrono::Duration::hours(2);
        attendance::put_many(
            tx,
            &ctx.mint,
            at,
            community,
            &session.id,
            Source::Report,
            &[seen],
        )
        .await?;
        let people = attendance::count(tx, &session.id).await?;
        sessions::set_recorded(tx, &session.id, people).await?;
    }
    Ok(())
}
