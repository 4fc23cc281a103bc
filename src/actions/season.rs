//! A season at a glance: its sessions, each with what it lacks, who has a part in it, how far its list is and what waits.
//! Reads only; a few questions for all of them.

use std::collections::HashMap;

use crate::domain::checklist::Fact;
use crate::domain::community::Community;
use crate::domain::events::completeness::{Missing, is_joint, missing};
use crate::domain::events::session::{Appearance, Part, Presence, Session, Status};
use crate::domain::events::warning::Warning;
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::time::Instant;
use crate::storage::season::{Progress, agendas, progress, to_review, waived};
use crate::storage::{StorageError, Tx, casts, communities, series, sessions};

use super::warning;

/// Most sessions that are read.
pub const MOST: i64 = 1_000;

/// One session as a season shows it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The session.
    pub session: Session,
    /// Who has a part in it.
    pub cast: Vec<Appearance>,
    /// What it lacks; nothing where it does not take place any more.
    pub missing: Vec<Missing>,
    /// What there is to know of its date, while it is to come.
    pub warnings: Vec<Warning>,
    /// How far its list is: done, late, all; none where it has not begun.
    pub list: Option<(i64, i64, i64)>,
    /// How many names in its reports wait.
    pub to_review: i64,
}

/// The sessions of a community that start from `from` up to `until`, in order.
///
/// # Errors
/// What the database says.
pub async fn between(
    tx: &mut Tx,
    community: &Community,
    from: Instant,
    until: Instant,
    now: Instant,
) -> Result<Vec<Row>, StorageError> {
    let found = sessions::all_between(tx, &community.id, from, until, MOST).await?;
    let ids: Vec<SessionId> = found.iter().map(|session| session.id.clone()).collect();
    let mut cast = casts::of_sessions(tx, &ids).await?;
    let mut waivers = waived(tx, &ids).await?;
    let mut lists = progress(tx, &ids, now).await?;
    let agendas = agendas(tx, &ids).await?;
    let reviews = to_review(tx, &community.id).await?;
    let partners = communities::partners(tx, &community.id).await?;
    let joint: HashMap<SeriesId, bool> = series::all(tx, &community.id)
        .await?
        .into_iter()
        .map(|one| (one.id, is_joint(one.joint, partners.len())))
        .collect();
    let rows = found.into_iter().map(|session| {
        let cast = cast.remove(&session.id).unwrap_or_default();
        let waived = waivers.remove(&session.id).unwrap_or_default();
        let together = session.series.as_ref().and_then(|id| joint.get(id));
        let presenting = match together {
            Some(true) => partners.as_slice(),
            _ => &[],
        };
        let lacks = missing(&session, &cast, presenting, &waived);
        let to_come = session.status == Status::Planned && session.ends_at > now;
        let list = lists.remove(&session.id).map(|parts| {
            let speaks = confirmed(&cast, Part::Speaker);
            let gap =
                |one: &Missing| matches!(one, Missing::Speakers { .. } | Missing::SpeakerOf(_));
            let speakers = speaks && !lacks.iter().any(gap);
            let facts = Fact::of_session(&session, speakers, confirmed(&cast, Part::Host));
            count(&parts, &facts)
        });
        let mut missing = if to_come { lacks } else { Vec::new() };
        if to_come && session.is_meeting() && !agendas.contains_key(&session.id) {
            missing.insert(0, Missing::Agenda);
        }
        Row {
            warnings: match to_come {
                true => warning::of_session(community, &session),
                false => Vec::new(),
            },
            to_review: reviews.get(&session.id).copied().unwrap_or(0),
            session,
            cast,
            missing,
            list,
        }
    });
    Ok(rows.collect())
}

fn confirmed(cast: &[Appearance], part: Part) -> bool {
    cast.iter()
        .any(|one| one.part == part && one.presence == Presence::Confirmed)
}

/// Done, late and all of a list, with what the records tick by themselves.
fn count(parts: &[Progress], facts: &[Fact]) -> (i64, i64, i64) {
    parts.iter().fold((0, 0, 0), |(done, late, all), part| {
        let known = part.ticks.is_some_and(|fact| facts.contains(&fact));
        match known {
            true => (done + part.all, late, all + part.all),
            false => (done + part.done, late + part.late, all + part.all),
        }
    })
}
