//! The records of feeds.

use std::collections::{HashMap, HashSet};

use crate::domain::community::Community;
use crate::domain::events::session::{Appearance, Session};
use crate::domain::ids::{MemberId, SeriesId, SessionId};
use crate::domain::people::consent::{Purpose, Standing};
use crate::domain::time::Instant;
use crate::storage::casts::{self, Talk};
use crate::storage::{StorageError, Tx, consents, sessions};
use crate::words::view::SessionView;

/// Sessions with who has a part in them.
pub(in crate::web) async fn views(
    tx: &mut Tx,
    sessions: Vec<Session>,
) -> Result<Vec<SessionView>, StorageError> {
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id.clone()).collect();
    let appearances = casts::of_sessions(tx, &ids).await?;
    let talks = casts::talks_of(tx, &ids).await?;
    Ok(put_together(sessions, appearances, talks))
}

/// What everybody may know of a series' sessions that start at `since` or later, with who has a part in them; in three
/// questions, however many they are.
pub(super) async fn of_series(
    tx: &mut Tx,
    series: &SeriesId,
    since: Instant,
) -> Result<Vec<SessionView>, StorageError> {
    let sessions = sessions::public_of_series(tx, series, since).await?;
    let appearances = casts::of_series(tx, series, since).await?;
    let talks = casts::talks_of_series(tx, series, since).await?;
    Ok(put_together(sessions, appearances, talks))
}

fn put_together(
    sessions: Vec<Session>,
    mut appearances: HashMap<SessionId, Vec<Appearance>>,
    mut talks: HashMap<SessionId, Vec<Talk>>,
) -> Vec<SessionView> {
    let views = sessions.into_iter().map(|session| SessionView {
        appearances: appearances.remove(&session.id).unwrap_or_default(),
        talks: talks.remove(&session.id).unwrap_or_default(),
        agenda: None,
        prepared: None,
        session,
    });
    views.collect()
}

/// Those who have a part in `views` and want to be named where everybody can read it.
pub(in crate::web) async fn named(
    tx: &mut Tx,
    community: &Community,
    views: &[SessionView],
) -> Result<HashSet<MemberId>, StorageError> {
    let all = views.iter().flat_map(|view| &view.appearances);
    let mut members: Vec<MemberId> = all.map(|part| part.member.clone()).collect();
    members.sort();
    members.dedup();
    let said = consents::among(tx, Purpose::Listed, &members).await?;
    let text = community.settings.consent_text(Purpose::Listed);
    members.retain(|member| Standing::of(said.get(member), &text.version) == Standing::Yes);
    Ok(members.into_iter().collect())
}
