//! What was planned and what would be: series with their dates, sessions with what they lack, previews.

use super::super::{Desk, load, meeting};
use super::lists::rule;
use super::{gone, load_session, numbered, programme};
use crate::actions::session as session_action;
use crate::chat::Message;
use crate::domain::events::act::{Act, Deed};
use crate::domain::events::reply::{Reply, SessionDone};
use crate::domain::events::session::Session;
use crate::domain::ids::{ProposalId, SeriesId};
use crate::storage::{StorageError, Tx, series};
use crate::words::{preview, series as words, view};

/// A series was planned: its sessions, and what there is to know of their dates.
pub(super) async fn planned(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: &SeriesId,
    added: std::ops::Range<i64>,
    notes: &[String],
    reader: &view::Reader,
) -> Result<Message, StorageError> {
    let Some(found) = series::by_id(tx, id).await? else {
        return Ok(gone());
    };
    let sessions = numbered(tx, desk, added).await?;
    let looked = programme::looked(tx, desk, &sessions).await?;
    let rule = rule(&found.schedule, desk);
    Ok(words::planned(
        &found.title,
        &rule,
        &sessions,
        &looked,
        notes,
        reader,
    ))
}

/// A series' rule or breaks changed.
pub(super) async fn changed(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: &SeriesId,
    reply: &Reply,
    reader: &view::Reader,
) -> Result<Message, StorageError> {
    let Reply::SeriesChanged {
        moved,
        added,
        skipped,
        told,
        notes,
        ..
    } = reply
    else {
        return Ok(gone());
    };
    let Some(found) = series::by_id(tx, id).await? else {
        return Ok(gone());
    };
    let moved = numbered(tx, desk, moved.iter().copied()).await?;
    let added = numbered(tx, desk, added.iter().copied()).await?;
    let fresh: Vec<Session> = moved.iter().chain(&added).cloned().collect();
    let changed = words::Changed {
        looked: programme::looked(tx, desk, &fresh).await?,
        moved,
        added,
        skipped: numbered(tx, desk, skipped.iter().copied()).await?,
        told: *told,
        notes: notes.clone(),
    };
    let rule = rule(&found.schedule, desk);
    Ok(words::changed(&found.title, &rule, &changed, reader))
}

/// A session with what belongs into the answer to what was done to it.
pub(super) async fn prepared(
    tx: &mut Tx,
    desk: &Desk<'_>,
    found: view::SessionView,
    done: &SessionDone,
) -> Result<view::SessionView, StorageError> {
    match done {
        SessionDone::Shown { inside: false }
        | SessionDone::Announced
        | SessionDone::Skipped
        | SessionDone::Cancelled { .. }
        | SessionDone::Restored { .. }
        | SessionDone::Chased { .. } => Ok(found),
        SessionDone::Cast { .. } => load::prepare(tx, desk.community, desk.now, found, true).await,
        _ => load::prepare(tx, desk.community, desk.now, found, false).await,
    }
}

pub(super) async fn preview_of(
    tx: &mut Tx,
    desk: &Desk<'_>,
    act: &Act,
    id: &ProposalId,
) -> Result<Message, StorageError> {
    let Some(mut found) = load_session(tx, &act.session).await? else {
        return Ok(gone());
    };
    let told = meeting::told(tx, desk, &found.session).await?;
    let heard_by = session_action::heard_by(tx, &found.session).await?;
    let reader = view::Reader {
        zones: desk.community.zones(),
        ..desk.reader.clone()
    };
    let draft = match act.deed {
        Deed::AnnounceAll => meeting::invitation(tx, desk, &found, (true, false), &reader).await?,
        Deed::Announce if told.room.is_none() => {
            meeting::invitation(tx, desk, &found, (false, false), &reader).await?
        }
        _ => None,
    };
    match &act.deed {
        Deed::Announce | Deed::AnnounceAll => {
            found = load::prepare(tx, desk.community, desk.now, found, false).await?;
        }
        Deed::Move {
            plan,
            starts_at,
            ends_at,
        } => {
            // What is to be known of the date that it would have.
            let there = Session {
                plan: *plan,
                starts_at: *starts_at,
                ends_at: *ends_at,
                ..found.session.clone()
            };
            let dates = load::dates(tx, desk.community, desk.now, &there).await?;
            found.prepared = Some(Box::new(dates));
        }
        _ => {}
    }
    Ok(preview::preview(
        &found,
        act,
        id,
        &told.words,
        draft,
        heard_by,
        &reader,
    ))
}
