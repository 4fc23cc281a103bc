//! A duty on a list is handed to somebody; a list is given up.

use super::super::{Context, Done, Draft, refused, to_member};
use crate::domain::checklist::{ChecklistPost, ChecklistReply, Duty, List};
use crate::domain::events::post::Post;
use crate::domain::people::member::Member;
use crate::storage::{Tx, checklists};

/// Gives a duty on a list to somebody and tells them.
///
/// # Errors
/// Refused when the list has no such duty.
pub async fn give(
    tx: &mut Tx,
    ctx: &Context,
    list: &List,
    duty: Duty,
    member: &Member,
) -> Done<ChecklistReply> {
    let duties = list.duties();
    if !duties.contains(&&duty) {
        let known: Vec<String> = duties.iter().map(|duty| duty.words()).collect();
        return refused(format!(
            "Nobody on this list is “{}”. There is: {}.",
            duty.words(),
            known.join(", ")
        ));
    }
    let id = &list.checklist.id;
    let given = (id.clone(), duty.clone(), member.id.clone());
    checklists::give_duties(tx, &ctx.community.id, &[given]).await?;
    let told = Draft {
        extra: format!("{id} {}", duty.as_str()),
        ..ctx.at_once(
            id.as_str(),
            to_member(&member.id),
            Post::Checklist(ChecklistPost::Begun { list: id.clone() }),
        )
    };
    ctx.post(tx, vec![told]).await?;
    Ok(ChecklistReply::Given {
        list: id.clone(),
        duty,
        member: member.id.clone(),
    })
}

/// Gives a list up: nobody is asked for what is left on it. Begun again, it goes on where it was.
///
/// # Errors
/// What the database says.
pub async fn stop(tx: &mut Tx, ctx: &Context, list: &List) -> Done<ChecklistReply> {
    checklists::close(tx, ctx.now, &list.checklist.id).await?;
    Ok(ChecklistReply::Stopped {
        list: list.checklist.id.clone(),
    })
}
