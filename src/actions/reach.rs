//! Who cannot be reached any more: nobody has an address, as far as a mail server knows. Nothing more goes there, and
//! those who run the community hear of it once; until the person has another address, or somebody says that they can
//! be reached after all.

use super::{Actor, Context, Done, Draft, refused};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::people::member::Member;
use crate::domain::people::told::{PeoplePost, PeopleReply};
use crate::domain::platform::Account;
use crate::storage::{StorageError, Tx, accounts, members};

/// Notes in each of these communities that nobody has this account any more, and tells those who run it if that is
/// news.
///
/// # Errors
/// What the database says.
pub async fn gone(
    tx: &mut Tx,
    communities: &[Context],
    account: &Account,
) -> Result<(), StorageError> {
    for ctx in communities {
        let community = &ctx.community.id;
        let Some(member) = members::by_account(tx, community, account).await? else {
            continue;
        };
        if !accounts::lose(tx, community, account, ctx.now).await? {
            continue;
        }
        if let Some(room) = ctx.organisers() {
            let people = PeoplePost::Unreachable {
                member: member.id.clone(),
            };
            let told = Draft {
                extra: format!("{:032x}", ctx.mint.random()),
                ..ctx.at_once("people", room, Post::People { people })
            };
            ctx.post(tx, vec![told]).await?;
        }
    }
    Ok(())
}

/// Writes to somebody again whose letters came back.
///
/// # Errors
/// Refused when none did.
pub async fn again(tx: &mut Tx, ctx: &Context, actor: &Actor, member: &Member) -> Done<Reply> {
    if accounts::find_again(tx, &member.id).await? == 0 {
        return refused(format!(
            "Nothing that was sent to {} came back; there is nothing to do.",
            member.name
        ));
    }
    ctx.audit(tx, actor, "reachable", member.id.as_str())
        .await?;
    let people = PeopleReply::Reachable {
        member: member.id.clone(),
    };
    Ok(Reply::People { people })
}
