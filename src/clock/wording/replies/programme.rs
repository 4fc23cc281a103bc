//! Joint presenting, balances, and dates that need a second look: records read, and said.

use super::super::{Desk, load};
use super::{gone, load_session, numbered};
use crate::actions::{joint, warning};
use crate::chat::{Line, Message};
use crate::domain::events::programme::{ProgrammePost, ProgrammeReply};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::SeriesId;
use crate::storage::{StorageError, Tx, members, series};
use crate::words::view::Reader;
use crate::words::{joint as words, series as series_words, warning as warning_words};

pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    reply: &ProgrammeReply,
    reader: &Reader,
) -> Result<Message, StorageError> {
    Ok(match reply {
        ProgrammeReply::Waived {
            session,
            partners,
            back,
        } => match load_session(tx, session).await? {
            Some(found) => {
                let found = load::prepare(tx, desk.community, desk.now, found, false).await?;
                words::waived(&found, partners, *back, reader)
            }
            None => gone(),
        },
        ProgrammeReply::Balance {
            series: id,
            from,
            to,
        } => match series::by_id(tx, id).await? {
            Some(found) => {
                let balance =
                    joint::balance_of(tx, desk.community, id, *from, *to, desk.now).await?;
                words::balance(&found.title, *from, *to, &balance)
            }
            None => gone(),
        },
        ProgrammeReply::Joint { series: id } => match series::by_id(tx, id).await? {
            Some(found) => {
                let partners = joint::presenting(tx, desk.community, Some(id)).await?;
                let labels: Vec<String> = partners.into_iter().map(|it| it.label).collect();
                words::joint(&found.title, &labels, found.joint)
            }
            None => gone(),
        },
        ProgrammeReply::Career { member, stage } => match members::by_id(tx, member).await? {
            Some(found) => words::career(&found.name, *stage),
            None => gone(),
        },
    })
}

/// A post that nobody asked for; `None` when there is nothing to say.
pub(in crate::clock::wording) async fn post(
    tx: &mut Tx,
    desk: &Desk<'_>,
    subject: &str,
    post: &ProgrammePost,
) -> Result<Option<Message>, StorageError> {
    let ProgrammePost::PlannedFurther { sessions } = post;
    let Some(of) = series::by_id(tx, &SeriesId::new(subject)).await? else {
        return Ok(None);
    };
    let found = numbered(tx, desk, sessions.iter().copied()).await?;
    let looked = looked(tx, desk, &found).await?;
    Ok((!looked.is_empty()).then(|| series_words::planned_further(&of.title, &found, &looked)))
}

/// What there is to know of the dates of sessions to come, a line of each kind.
pub(super) async fn looked(
    tx: &mut Tx,
    desk: &Desk<'_>,
    sessions: &[Session],
) -> Result<Vec<Line>, StorageError> {
    let mut to_come: Vec<Session> = sessions
        .iter()
        .filter(|session| session.status == Status::Planned && session.starts_at > desk.now)
        .cloned()
        .collect();
    to_come.sort_by_key(|session| (session.starts_at, session.number));
    let clashes = warning::clashes_of(tx, desk.community, &to_come, desk.now).await?;
    let found: Vec<_> = to_come
        .into_iter()
        .map(|session| {
            let warnings = warning::of_session(desk.community, &session);
            (session, warnings)
        })
        .collect();
    Ok(warning_words::of_series(&found, &clashes))
}
