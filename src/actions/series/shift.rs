//! Sessions get the dates that another rule gives them, and people hear of it.

use super::super::session::{move_to, move_with_rule};
use super::super::{Context, Done, meeting};
use crate::domain::events::session::Session;
use crate::domain::recurrence::Occurrence;
use crate::storage::series::Series;
use crate::storage::{Tx, sessions};

/// Gives sessions the dates beside them: the numbers of those that move, and how many people are told.
pub(super) async fn shift(
    tx: &mut Tx,
    ctx: &Context,
    series: &Series,
    moving: &[(Session, Occurrence)],
) -> Done<(Vec<i64>, i64)> {
    let (mut moved, mut told) = (Vec::new(), 0);
    for (session, occurrence) in moving {
        let session = Session {
            recurrence_id: Some(occurrence.recurrence_id),
            ..session.clone()
        };
        sessions::set_recurrence(tx, &session.id, session.recurrence_id).await?;
        if same_time(occurrence, &session) {
            continue;
        }
        let (start, end) = (occurrence.start, occurrence.end);
        let plan = occurrence.plan;
        let done = match series.announced_at {
            Some(_) => move_with_rule(tx, ctx, &session, plan, start, end).await?,
            None => move_to(tx, ctx, &session, plan, start, end).await?,
        };
        told += done.told;
        moved.push(session.number);
    }
    if !moved.is_empty() {
        told += meeting::heard_of_rule(tx, ctx, series).await?;
        meeting::tell_rule(tx, ctx, series).await?;
    }
    Ok((moved, told))
}

/// Whether a session is at the time of a date.
pub(super) fn same_time(occurrence: &Occurrence, session: &Session) -> bool {
    (occurrence.start, occurrence.end) == (session.starts_at, session.ends_at)
}
