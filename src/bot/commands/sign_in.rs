//! The link to the pages of those who run the community.

use super::Call;
use crate::actions::{Actor, Done, sign_in as action};
use crate::domain::events::reply::Reply;
use crate::storage::Tx;

pub(super) async fn sign_in(tx: &mut Tx, actor: &Actor, call: Call<'_>) -> Done<Reply> {
    if !call.args.is_empty() {
        return call.usage("Nothing else is needed.");
    }
    action::ask_in_chat(tx, call.ctx, actor).await
}
