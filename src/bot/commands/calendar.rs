//! Links to one's own calendar.

use super::Call;
use crate::actions::{Actor, Done, calendar as action};
use crate::domain::events::reply::Reply;
use crate::storage::Tx;

pub(super) async fn calendar(
    tx: &mut Tx,
    actor: &Actor,
    call: Call<'_>,
    ends: bool,
) -> Done<Reply> {
    match (ends, call.args.is_empty()) {
        (_, false) => call.usage("Nothing else is needed."),
        (true, _) => action::end_links(tx, call.ctx, actor).await,
        (false, _) => action::give_link(tx, call.ctx, actor).await,
    }
}
