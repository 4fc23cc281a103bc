//! Figures frozen for good.

use super::{AsOf, all, today};
use crate::actions::{Actor, Context, Done};
use crate::domain::figures::{Figure, FiguresReply, Frozen, Period, Snapshot};
use crate::domain::text::UserText;
use crate::storage::Tx;
use crate::storage::figures::{records, snapshots};

/// Freezes every figure of a period under a name, as the records are now.
///
/// # Errors
/// What the database says.
pub async fn freeze(
    tx: &mut Tx,
    ctx: &Context,
    actor: Option<&Actor>,
    name: UserText,
    period: Period,
) -> Done<FiguresReply> {
    let (community, of) = (
        &ctx.community.id,
        AsOf {
            community: &ctx.community,
            now: ctx.now,
        },
    );
    let figures = all(tx, of, period).await?;
    let frozen = Frozen {
        zone: ctx.community.zone,
        figures: figures.into_iter().map(Figure::frozen).collect(),
        sessions: records::held(tx, community, &period, ctx.now).await?,
    };
    let number = snapshots::next_number(tx, community).await?;
    let snapshot = Snapshot {
        number,
        name,
        taken_at: ctx.now,
        period: Period {
            to: period.to.or(Some(today(of))),
            ..period
        },
        frozen,
    };
    let by = actor.map(|actor| &actor.member.id);
    snapshots::add(tx, community, by, &snapshot).await?;
    Ok(FiguresReply::Frozen { number })
}
