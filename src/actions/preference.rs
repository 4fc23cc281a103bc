//! What people prefer: their zone, quiet hours, ladder, and the kinds of messages they are spared.

use super::{Actor, Context, Done, reminder};
use crate::domain::events::reminder::{Audience, Ladder};
use crate::domain::events::reply::{Preference, Reply};
use crate::domain::people::hours::Hours;
use crate::domain::people::member::{Member, MessageKind};
use crate::domain::time::Zone;
use crate::storage::{Tx, preferences, sessions};

/// Sets the zone somebody is told times in; their quiet hours are of that zone from now on.
///
/// # Errors
/// What the database says.
pub async fn set_zone(tx: &mut Tx, ctx: &Context, actor: &Actor, zone: Zone) -> Done<Reply> {
    preferences::set_zone(tx, &actor.member.id, zone).await?;
    let zone = Some(zone);
    reminder::time_again(
        tx,
        ctx,
        &Member {
            zone,
            ..actor.member.clone()
        },
    )
    .await?;
    Ok(Reply::Preferences {
        about: Preference::Zone,
    })
}

/// Sets somebody's quiet hours; `None` means none at all. What waits for them already keeps to them.
///
/// # Errors
/// What the database says.
pub async fn set_quiet(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    hours: Option<Hours>,
) -> Done<Reply> {
    let none = Hours {
        from: chrono::NaiveTime::MIN,
        until: chrono::NaiveTime::MIN,
    };
    let hours = hours.unwrap_or(none);
    preferences::set_quiet(tx, &actor.member.id, hours).await?;
    let quiet = Some(hours);
    reminder::time_again(
        tx,
        ctx,
        &Member {
            quiet,
            ..actor.member.clone()
        },
    )
    .await?;
    Ok(Reply::Preferences {
        about: Preference::Quiet,
    })
}

/// Sets somebody's own ladder, or gives them the community's again, and writes the reminders that follow from it
/// for the sessions they come to soon.
///
/// # Errors
/// What the database says.
pub async fn set_ladder(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    ladder: Option<Ladder>,
) -> Done<Reply> {
    preferences::set_ladder(tx, &actor.member.id, ladder.as_ref()).await?;
    preferences::set_opt_out(tx, ctx.now, &actor.member.id, MessageKind::Reminders, false).await?;
    let member = Member {
        ladder,
        ..actor.member.clone()
    };
    arm(tx, ctx, &member).await?;
    Ok(Reply::Preferences {
        about: Preference::Remind,
    })
}

/// Writes the reminders of somebody for the sessions they come to soon.
pub(super) async fn arm(tx: &mut Tx, ctx: &Context, member: &Member) -> Done<()> {
    let until = reminder::latest_start(ctx.now);
    for session in sessions::answered_yes(tx, &ctx.community.id, &member.id, ctx.now, until).await?
    {
        reminder::arm_for(tx, ctx, &session, member, Audience::Coming).await?;
    }
    Ok(())
}

/// Spares somebody a kind of message, or not any more.
///
/// # Errors
/// What the database says.
pub async fn set_mute(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    kind: MessageKind,
    mute: bool,
) -> Done<Reply> {
    preferences::set_opt_out(tx, ctx.now, &actor.member.id, kind, mute).await?;
    if kind == MessageKind::Reminders && !mute {
        arm(tx, ctx, &actor.member).await?;
    }
    Ok(Reply::Preferences {
        about: Preference::Mute(kind),
    })
}
