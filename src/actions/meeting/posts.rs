//! What goes out about a meeting of itself: its agenda when that closes. Written ahead like reminders.

use super::super::Context;
use super::super::reminder::AHEAD;
use super::drafts;
use crate::domain::events::meeting::MeetingPost;
use crate::domain::events::session::{Session, Status};
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx, ledger};

/// A post about a meeting that is due soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePost {
    /// What it is.
    pub post: MeetingPost,
    /// When.
    pub due: Instant,
    /// Until when it is worth sending.
    pub not_after: Instant,
}

impl DuePost {
    /// What it is remembered by.
    pub fn name(&self) -> &'static str {
        self.post.kind()
    }
}

/// The posts about a meeting that are due up to `until`; what fell due after `written` is found even if it is useless
/// now, so that it is listed as missed.
pub fn due_posts(
    ctx: &Context,
    session: &Session,
    written: Instant,
    until: Instant,
) -> Vec<DuePost> {
    let Some(announced) = session.announced_at else {
        return Vec::new();
    };
    if !session.is_meeting() || session.status != Status::Planned {
        return Vec::new();
    }
    let since = announced.max(session.planned_at);
    let closes = session.agenda_closes();
    let agenda = (closes < session.starts_at).then_some(DuePost {
        post: MeetingPost::Agenda,
        due: closes,
        not_after: session.starts_at,
    });
    let mut found: Vec<DuePost> = agenda.into_iter().collect();
    found.retain(|post| {
        let in_time = post.not_after > ctx.now || post.due > written;
        post.due >= since && post.due <= until && in_time
    });
    found
}

/// Writes a post that is due soon; once.
///
/// # Errors
/// What the database says.
pub async fn write(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    due: &DuePost,
) -> Result<(), StorageError> {
    let (subject, revision) = (session.id.as_str(), session.revision);
    let (_, done) = ledger::progress(tx, subject, revision, due.name()).await?;
    if done {
        return Ok(());
    }
    let drafts = drafts(tx, ctx, session, &due.post, due.due, due.not_after).await?;
    ctx.post(tx, drafts).await?;
    ledger::set_progress(
        tx,
        &ctx.community.id,
        subject,
        revision,
        due.name(),
        "",
        true,
    )
    .await
}

/// Writes what is due soon of a meeting that was just given its date or announced.
///
/// # Errors
/// What the database says.
pub async fn arm(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<(), StorageError> {
    for due in due_posts(ctx, session, ctx.now, ctx.now + AHEAD) {
        write(tx, ctx, session, &due).await?;
    }
    Ok(())
}
