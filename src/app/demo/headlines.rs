//! Two numbers that the demo's community has told the world, of which nobody knows any more what they count. The
//! records can say: one is attendances up to the end of May, rounded, the other adds up who said that they would come.

use super::held::numbered;
use super::seed::local;
use super::{names, people};
use crate::actions::{Actor, Context, Done, figures, refused};
use crate::domain::figures::{Period, Reported};
use crate::domain::people::member::Permission;
use crate::domain::text::UserText;
use crate::storage::{Tx, members};

/// How many sessions there had been when somebody counted for the annual report.
const BY_REPORT: usize = 9;

/// Both are written down.
pub(super) async fn report(tx: &mut Tx, ctx: &Context) -> Done<()> {
    let account = local(people::MANAGER.0);
    let Some(member) = members::by_account(tx, &ctx.community.id, &account).await? else {
        return refused("nobody to write a number down in the story");
    };
    let ada = Actor {
        member,
        account,
        level: Permission::Manager,
    };
    let (mut came, mut yes) = (0, 0);
    for number in 1..=names::HELD.len() {
        let session = numbered(tx, ctx, number).await?;
        if number <= BY_REPORT {
            came += session.recorded;
        }
        yes += session.tally.yes();
    }
    for (name, value, source) in [
        (
            "Attended our knowledge shares",
            came / 100 * 100,
            "annual report 2026, page 4",
        ),
        (
            "Reached across all events",
            yes,
            "slide 7 for the steering committee",
        ),
    ] {
        let number = Reported {
            number: 0,
            name: UserText::trusted(name),
            value,
            of: None,
            series: None,
            period: Period {
                from: None,
                to: None,
            },
            source: UserText::trusted(source),
            recorded_at: ctx.now - chrono::Duration::days(5),
        };
        figures::reported::add(tx, ctx, &ada, &number).await?;
    }
    Ok(())
}
