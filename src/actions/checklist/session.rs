//! The list of a session, its run-book: begun some weeks before the session from what is its series' template then,
//! shown in the organisers' room in one post that is kept true, given up or moved with the session.

use chrono::{Duration, NaiveTime};

use super::super::{Context, Done, Draft, refused};
use super::{begin, nudge, read};
use crate::domain::checklist::{
    About, Checklist, ChecklistPost, ChecklistReply, List, Owners, Subject, Template,
};
use crate::domain::community::Community;
use crate::domain::events::meeting::EventKind;
use crate::domain::events::post::Post;
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::{ChecklistId, ItemId, SessionId};
use crate::domain::time::{Instant, Plan};
use crate::storage::cards::{self, CardKind};
use crate::storage::series::Series;
use crate::storage::{StorageError, Tx, checklists, series, sessions};

/// How long after a session its list is still open: what is left then nobody will do.
const KEPT_OPEN: Duration = Duration::days(28);

/// The template for sessions whose series says this of it; none where they have no list.
fn template_said<'a>(community: &'a Community, said: Option<&str>) -> Option<&'a Template> {
    let settings = &community.settings;
    let name = said.unwrap_or(&settings.run_book.list);
    settings
        .template(name)
        .filter(|template| template.about == Subject::Session)
}

/// The template for the sessions of a series; none where they have no list.
pub fn template_of_series<'a>(community: &'a Community, series: &Series) -> Option<&'a Template> {
    let said = series.checklist.as_deref();
    if said.is_none() && series.gathering.kind == EventKind::Meeting {
        return None;
    }
    template_said(community, said)
}

/// The template for a session; none where it is to have no list.
async fn template_of<'a>(
    tx: &mut Tx,
    community: &'a Community,
    session: &Session,
) -> Result<Option<&'a Template>, StorageError> {
    let of = match &session.series {
        Some(id) => series::by_id(tx, id).await?,
        None => None,
    };
    Ok(match of {
        Some(series) => template_of_series(community, &series),
        None if session.is_meeting() => None,
        None => template_said(community, None),
    })
}

/// When the list of a session that starts then begins: in the morning before the first item may be due.
fn begins_at(community: &Community, template: &Template, starts_at: Instant) -> Instant {
    let first = starts_at - template.lead();
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or(NaiveTime::MIN);
    let zone = community.zone;
    let wall = first.with_timezone(&zone).date_naive().and_time(nine);
    (Plan { wall, zone }).instant().unwrap_or(first)
}

/// A session whose list is still to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Which.
    pub session: SessionId,
    /// When.
    pub at: Instant,
}

/// The sessions whose lists begin up to `until`, those that should have begun first.
///
/// # Errors
/// What the database says.
pub async fn beginnings(
    tx: &mut Tx,
    ctx: &Context,
    until: Instant,
) -> Result<Vec<Beginning>, StorageError> {
    let community = &ctx.community;
    let templates = community.settings.templates();
    let templates = templates.filter(|template| template.about == Subject::Session);
    let Some(longest) = templates.map(Template::lead).max() else {
        return Ok(Vec::new());
    };
    let far = until + longest + Duration::days(1);
    let mut found = Vec::new();
    for one in checklists::without(tx, &community.id, ctx.now, far).await? {
        let Some(template) = template_said(community, one.said.as_deref()) else {
            continue;
        };
        let at = begins_at(community, template, one.starts_at);
        if at <= until {
            found.push(Beginning {
                session: one.session,
                at: at.max(ctx.now),
            });
        }
    }
    found.sort_by_key(|one| one.at);
    Ok(found)
}

/// Begins the list of a session, if it is to have one and has none, and shows it in the organisers' room.
///
/// # Errors
/// What the database says.
pub async fn begin_for_session(
    tx: &mut Tx,
    ctx: &Context,
    id: &SessionId,
) -> Result<(), StorageError> {
    let Some(session) = sessions::by_id(tx, id).await? else {
        return Ok(());
    };
    let known = checklists::of_session(tx, id).await?.is_some();
    if known || session.status != Status::Planned {
        return Ok(());
    }
    if let Some(template) = template_of(tx, &ctx.community, &session).await? {
        begin_of(tx, ctx, &session, template).await?;
    }
    Ok(())
}

async fn begin_of(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    template: &Template,
) -> Result<Option<Checklist>, StorageError> {
    let about = About::Session(session.id.clone());
    let anchor = read::anchor(&ctx.community, session);
    let begun = begin::begin(tx, ctx, vec![(about, template, anchor)], &[]).await?;
    show(tx, ctx, session).await?;
    Ok(begun.into_iter().next())
}

/// Shows the list of a session to the organisers, once.
async fn show(tx: &mut Tx, ctx: &Context, session: &Session) -> Result<(), StorageError> {
    let Some(room) = ctx.organisers() else {
        return Ok(());
    };
    let (id, community) = (&session.id, &ctx.community.id);
    cards::expect(tx, community, id, CardKind::RunBook, &room.to_string()).await?;
    let post = Post::Checklist(ChecklistPost::RunBook {
        session: id.clone(),
    });
    let draft = Draft {
        not_after: Some(session.ends_at),
        ..ctx.at_once(id.as_str(), room, post)
    };
    ctx.post(tx, vec![draft]).await?;
    Ok(())
}

/// The list of a session as it stands, or as it would begin now; none where it is to have none.
///
/// # Errors
/// What the database says.
pub async fn look(
    tx: &mut Tx,
    community: &Community,
    session: &Session,
) -> Result<Option<List>, StorageError> {
    if let Some(list) = read::of_session(tx, community, &session.id).await? {
        return Ok(Some(list));
    }
    let Some(template) = template_of(tx, community, session).await? else {
        return Ok(None);
    };
    unwritten(tx, community, session, template).await.map(Some)
}

/// A list that is not written down, as it would begin.
async fn unwritten(
    tx: &mut Tx,
    community: &Community,
    session: &Session,
    template: &Template,
) -> Result<List, StorageError> {
    let about = About::Session(session.id.clone());
    let anchor = read::anchor(community, session);
    let id = ChecklistId::new("");
    // Nothing refers to them; the short name tells them apart as well as an id.
    let mut keys = template.item.iter().map(|item| item.key.as_str());
    let mut next = || ItemId::new(keys.next().unwrap_or_default());
    let items = begin::copied(&id, template, &anchor, &mut next);
    let given = begin::known_duties(tx, community, &[template]).await?;
    let mut list = List {
        items,
        facts: Vec::new(),
        owners: Owners {
            given,
            parts: Vec::new(),
        },
        checklist: begin::drawn_up(id, about, template, &anchor, session.starts_at),
    };
    read::follow(tx, community, session, &mut list).await?;
    Ok(list)
}

/// The list of a session, begun now if it has none yet.
///
/// # Errors
/// Refused when it is to have none, or is over or called off without one.
pub async fn of_session_or_begun(tx: &mut Tx, ctx: &Context, session: &Session) -> Done<List> {
    if let Some(list) = read::of_session(tx, &ctx.community, &session.id).await? {
        return Ok(list);
    }
    let template = check_listable(tx, ctx, session).await?;
    let begun = begin_of(tx, ctx, session, template).await?;
    let loaded = read::load(tx, &ctx.community, begun.into_iter().collect()).await?;
    match loaded.into_iter().next() {
        Some(list) => Ok(list),
        None => Err(StorageError::NotFound.into()),
    }
}

/// Whether a session that has no list can have one.
///
/// # Errors
/// Refused with what would have to be different.
pub async fn check_listable<'a>(
    tx: &mut Tx,
    ctx: &'a Context,
    session: &Session,
) -> Done<&'a Template> {
    let number = session.number;
    if session.status != Status::Planned {
        return refused(format!(
            "Session {number} does not take place; nothing is to be done for it."
        ));
    }
    if session.ends_at <= ctx.now {
        return refused(format!(
            "Session {number} is over, and no list was kept of what had to be done for it."
        ));
    }
    if let Some(template) = template_of(tx, &ctx.community, session).await? {
        return Ok(template);
    }
    match session.series_slug.as_str() {
        "" => refused(
            "Sessions of no series have no list of what is to be done. “run_book” in the configuration gives them one.",
        ),
        slug => refused(format!(
            "What belongs to {slug} has no list of what is to be done. To have one: series set {slug} checklist=session"
        )),
    }
}

/// The list of a session follows its new date: what is due, and when people are told of what is late.
///
/// # Errors
/// What the database says.
pub async fn follow_date(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
) -> Result<(), StorageError> {
    let Some(list) = read::of_session(tx, &ctx.community, &session.id).await? else {
        return Ok(());
    };
    // Read by the session as it is now, its items have the dates that are to be stored.
    let (starts_at, ends_at) = (session.starts_at, session.ends_at);
    checklists::shift(tx, &list.checklist.id, starts_at, ends_at, &list.items).await?;
    nudge::arm_lists(tx, ctx, &[list.checklist]).await
}

/// Has the post about a session's list edited, once for all that changes within the next seconds.
///
/// # Errors
/// What the database says.
pub async fn refresh(tx: &mut Tx, ctx: &Context, id: &SessionId) -> Result<(), StorageError> {
    let edits = edits(tx, ctx, id).await?;
    ctx.post(tx, edits).await?;
    Ok(())
}

/// The edit that is needed and not on its way, to be posted.
async fn edits(tx: &mut Tx, ctx: &Context, id: &SessionId) -> Result<Vec<Draft>, StorageError> {
    super::super::card::edits_of(tx, ctx, id, CardKind::RunBook).await
}

/// The open lists of sessions that were long ago: nobody does any more what is left on them.
///
/// # Errors
/// What the database says.
pub async fn old(tx: &mut Tx, ctx: &Context) -> Result<Vec<ChecklistId>, StorageError> {
    let before = ctx.now - KEPT_OPEN;
    checklists::open_of_sessions_before(tx, &ctx.community.id, before).await
}

/// Closes lists.
///
/// # Errors
/// What the database says.
pub async fn close_all(
    tx: &mut Tx,
    now: Instant,
    lists: &[ChecklistId],
) -> Result<(), StorageError> {
    for id in lists {
        checklists::close(tx, now, id).await?;
    }
    Ok(())
}

/// Gives the list of a session up: nobody is asked for what is left on it.
///
/// # Errors
/// Refused when there is nothing to give up.
pub async fn give_up(tx: &mut Tx, ctx: &Context, session: &Session) -> Done<ChecklistReply> {
    let list = of_session_or_begun(tx, ctx, session).await?;
    if list.checklist.closed_at.is_some() || list.open().is_empty() {
        return refused(format!(
            "Nobody is asked for anything for session {} any more.",
            session.number
        ));
    }
    checklists::close(tx, ctx.now, &list.checklist.id).await?;
    refresh(tx, ctx, &session.id).await?;
    Ok(ChecklistReply::Stopped {
        list: list.checklist.id,
    })
}

/// Says which list the sessions of a series have; those to come that have begun theirs give it up, or go on with it.
///
/// # Errors
/// What the database says.
pub async fn set_for_series(
    tx: &mut Tx,
    ctx: &Context,
    before: &Series,
    after: Series,
) -> Done<ChecklistReply> {
    series::put(tx, ctx.now, &ctx.community.id, &after).await?;
    let has = |series: &Series| template_of_series(&ctx.community, series).is_some();
    let changed = (has(before), has(&after));
    for list in checklists::of_series_after(tx, &after.id, ctx.now).await? {
        match (changed, list.closed_at) {
            ((_, false), None) => checklists::close(tx, ctx.now, &list.id).await?,
            ((false, true), Some(_)) => checklists::reopen(tx, &list.id).await?,
            _ => continue,
        }
        if let About::Session(id) = &list.about {
            refresh(tx, ctx, id).await?;
        }
    }
    Ok(ChecklistReply::OfSeries { series: after.id })
}
