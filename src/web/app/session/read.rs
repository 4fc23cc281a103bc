//! Everything that is known of one session, as of one instant.

use crate::actions::checklist;
use crate::actions::{Context, attendance, joint, seen, warning};
use crate::domain::checklist::List;
use crate::domain::community::Community;
use crate::domain::events::attendance::Turnout;
use crate::domain::events::clash::Clash;
use crate::domain::events::completeness::{Missing, Waiver};
use crate::domain::events::meeting::Agenda;
use crate::domain::events::rsvp::Answer;
use crate::domain::events::session::Status;
use crate::domain::events::warning::Warning;
use crate::domain::ids::{MemberId, Mint};
use crate::domain::seen::Thing;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::outbox::history::{self, Alike};
use crate::storage::reviews::Review;
use crate::storage::{
    StorageError, Tx, agenda, appearances, questions, reviews, rsvps, sessions, who,
};
use crate::words::view::SessionView;

/// Most answers that are listed.
pub(super) const ANSWERS: i64 = 500;
/// Most names of a report that are shown at a time.
const REVIEWED: i64 = 25;

/// Everything that is known of one session.
pub(super) struct Whole {
    pub view: SessionView,
    pub missing: Vec<Missing>,
    pub waived: Vec<Waiver>,
    pub partners: Vec<String>,
    pub warnings: Vec<Warning>,
    pub clashes: Vec<Clash>,
    pub answers: Vec<(UserText, Answer)>,
    pub list: Option<List>,
    pub names: Vec<(MemberId, UserText)>,
    /// Who has which duty, as a form shows it.
    pub duties: Vec<String>,
    pub turnout: Option<Turnout>,
    pub reviews: Vec<(Review, Option<UserText>)>,
    pub to_review: i64,
    pub addressed: i64,
    pub posts: Vec<Alike>,
    pub now: Instant,
}

pub(super) async fn whole(
    tx: &mut Tx,
    community: &Community,
    number: i64,
    now: Instant,
) -> Result<Option<Whole>, StorageError> {
    let Some(session) = sessions::by_number(tx, &community.id, number).await? else {
        return Ok(None);
    };
    let id = session.id.clone();
    let lineup = joint::lineup(tx, community, &session).await?;
    let to_come = session.status == Status::Planned && session.ends_at > now;
    let begun = session.status == Status::Planned && session.starts_at <= now;
    let mut missing = Vec::new();
    let (mut warnings, mut clashes) = (Vec::new(), Vec::new());
    let agenda = match session.is_meeting() {
        true => Some(Agenda {
            closes: session.agenda_closes(),
            items: agenda::items(tx, &id).await?,
            updates: agenda::updates(tx, &id).await?,
            questions: questions::of_session(tx, &id).await?,
            last_notes: match &session.series {
                Some(series) => sessions::notes_before(tx, series, session.starts_at).await?,
                None => None,
            },
        }),
        false => None,
    };
    if to_come {
        missing = lineup.missing(&session);
        if agenda
            .as_ref()
            .is_some_and(|agenda| agenda.items.is_empty())
        {
            missing.insert(0, Missing::Agenda);
        }
        warnings = warning::of_session(community, &session);
        let these = std::slice::from_ref(&session);
        clashes = warning::clashes_of(tx, community, these, now).await?;
    }
    let list = checklist::look(tx, community, &session).await?;
    let mut doers: Vec<MemberId> = Vec::new();
    if let Some(list) = &list {
        doers.extend(list.items.iter().flat_map(|item| list.doers(item)));
        doers.sort();
        doers.dedup();
    }
    let names = who::names_of(tx, &doers).await?.into_iter().collect();
    let duties = match &list {
        Some(_) => seen::beside(tx, Thing::Duties, &session, None).await?,
        None => None,
    };
    let turnout = match begun {
        true => {
            let ctx = Context {
                // Reading mints nothing.
                mint: Mint::seeded(0).into(),
                now: session.ends_at,
                community: community.clone().into(),
            };
            Some(attendance::turnout(tx, &ctx, &session).await?)
        }
        false => None,
    };
    let mut found = Vec::new();
    for review in reviews::open(tx, &id, REVIEWED).await? {
        found.push(review);
    }
    let suggested: Vec<MemberId> = found
        .iter()
        .filter_map(|one| one.suggested.clone())
        .collect();
    let called = who::names_of(tx, &suggested).await?;
    let reviews_shown = found
        .into_iter()
        .map(|review| {
            let name = review
                .suggested
                .as_ref()
                .and_then(|id| called.get(id).cloned());
            (review, name)
        })
        .collect();
    Ok(Some(Whole {
        missing,
        waived: lineup.waived,
        partners: lineup
            .partners
            .iter()
            .map(|one| one.label.clone())
            .collect(),
        warnings,
        clashes,
        answers: rsvps::listed(tx, &id, ANSWERS).await?,
        list,
        names,
        duties: duties.unwrap_or_default(),
        turnout,
        reviews: reviews_shown,
        to_review: reviews::count_open(tx, &id).await?,
        addressed: reviews::count_addressed(tx, &id).await?,
        posts: history::about(tx, &community.id, id.as_str(), 200).await?,
        view: SessionView {
            appearances: lineup.appearances,
            talks: appearances::talks(tx, &id).await?,
            agenda,
            session,
            prepared: None,
        },
        now,
    }))
}
