//! Where a meeting's notes are.

use super::super::{Actor, Context, Done, refused};
use super::question::hosts;
use crate::domain::events::meeting::MeetingReply;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Session, Status};
use crate::domain::people::member::Permission;
use crate::storage::{Tx, sessions};

fn check_meeting(session: &Session) -> Done<()> {
    if session.is_meeting() {
        return Ok(());
    }
    refused(format!(
        "{n} is a session; notes are for meetings. Where its recording is: “session recording {n} URL”.",
        n = session.number
    ))
}

/// Answers where the notes of a meeting are.
///
/// # Errors
/// Refused when it is no meeting.
pub fn show_notes(session: &Session) -> Done<Reply> {
    check_meeting(session)?;
    Ok(Reply::Meeting {
        meeting: MeetingReply::Notes {
            session: session.id.clone(),
            set: false,
        },
    })
}

/// Sets where the notes of a meeting are, before it or after; an empty `link` says that there are none.
///
/// # Errors
/// Refused when it is no meeting, does not take place, or is not theirs to keep notes of.
pub async fn set_notes(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: Session,
    link: String,
) -> Done<Reply> {
    check_meeting(&session)?;
    let number = session.number;
    if actor.level < Permission::Organiser && !hosts(tx, actor, &session).await? {
        return refused(format!(
            "Where the notes of meeting {number} are is said by its host, its chair and organisers."
        ));
    }
    if session.status != Status::Planned {
        return refused(format!("Meeting {number} does not take place."));
    }
    let described = Session {
        notes: link,
        ..session
    };
    sessions::set_details(tx, ctx.now, &described).await?;
    ctx.audit(tx, actor, "meeting notes", &format!("session {number}"))
        .await?;
    Ok(Reply::Meeting {
        meeting: MeetingReply::Notes {
            session: described.id,
            set: true,
        },
    })
}
