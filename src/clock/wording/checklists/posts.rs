//! What is posted unasked about checklists, to those who join, and about the code of conduct: whether it is still
//! wanted is asked once more, and it is said.

use super::super::{Desk, load};
use super::{about, view_of, views};
use crate::actions::checklist::{self, Round};
use crate::chat::{Line, Message};
use crate::domain::checklist::{About, ChecklistPost, Entry, Item, List};
use crate::domain::community::Community;
use crate::domain::events::session::Session;
use crate::domain::ids::MemberId;
use crate::domain::people::member::{MessageKind, Standing};
use crate::storage::acknowledgements::{self, CONDUCT};
use crate::storage::{StorageError, Tx, arrivals, checklists, members, preferences, sessions};
use crate::words::checklist as words;
use crate::words::onboarding;
use crate::words::view::Reader;

/// A post about checklists to `member`, or to a room; `None` when there is nothing to say any more.
pub(in super::super) async fn post(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &ChecklistPost,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let reader = &desk.reader;
    Ok(match (post, member) {
        (ChecklistPost::Begun { list }, Some(me)) => view_of(tx, desk, list)
            .await?
            .filter(|view| view.list.checklist.closed_at.is_none())
            .and_then(|view| words::begun_post(&view, me, reader)),
        (ChecklistPost::Welcome { .. } | ChecklistPost::Linked, Some(me)) => {
            greeting(tx, desk, post, me).await?
        }
        (ChecklistPost::RunBook { session }, None) => match sessions::by_id(tx, session).await? {
            Some(session) => run_book(tx, desk, session).await?,
            None => None,
        },
        (ChecklistPost::Nudge { after, until }, Some(me)) => {
            let spared = preferences::opt_outs(tx, me).await?;
            if spared.contains(&MessageKind::Tasks) {
                return Ok(None);
            }
            let round = Round {
                after: *after,
                at: *until,
            };
            let all = checklist::mine(tx, desk.community, me).await?;
            nudge(tx, desk.community, me, all, round, reader).await?
        }
        (ChecklistPost::Late { after, until }, None) => {
            let round = Round {
                after: *after,
                at: *until,
            };
            let found =
                checklists::due_between(tx, &desk.community.id, round.after, round.at).await?;
            let lists = checklist::load(tx, desk.community, found).await?;
            late(tx, desk.community, lists, round, reader).await?
        }
        (ChecklistPost::Conduct { version }, None) => {
            let conduct = desk.community.settings.conduct.as_ref();
            let conduct = conduct.filter(|conduct| conduct.version == *version);
            conduct
                .map(|conduct| onboarding::conduct_changed(&desk.community.name, conduct, reader))
        }
        (ChecklistPost::Waiting, None) => {
            let waiting = arrivals::waiting(tx, &desk.community.id).await?;
            (!waiting.is_empty()).then(|| onboarding::waiting(waiting.len() as i64))
        }
        _ => None,
    })
}

/// What is left to do for a session, to organisers.
pub(in super::super) async fn run_book(
    tx: &mut Tx,
    desk: &Desk<'_>,
    session: Session,
) -> Result<Option<Message>, StorageError> {
    run_book_of(tx, desk.community, session, &desk.reader).await
}

/// The same for a rehearsal, of a list that may not have begun.
///
/// # Errors
/// What the database says.
pub async fn run_book_of(
    tx: &mut Tx,
    community: &Community,
    session: Session,
    reader: &Reader,
) -> Result<Option<Message>, StorageError> {
    let Some(list) = checklist::look(tx, community, &session).await? else {
        return Ok(None);
    };
    let view = load::view(tx, session).await?;
    let list = views(tx, community, vec![list]).await?.pop();
    Ok(list.map(|list| words::run_book(&view, &list, reader)))
}

async fn greeting(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &ChecklistPost,
    me: &MemberId,
) -> Result<Option<Message>, StorageError> {
    let member = members::by_id(tx, me).await?;
    if member.is_none_or(|member| member.standing != Standing::Member) {
        return Ok(None);
    }
    let conduct = match desk.community.settings.conduct.as_ref() {
        Some(conduct) => {
            let agreed = acknowledgements::of_version(tx, me, CONDUCT, &conduct.version);
            agreed.await?.is_none().then_some(conduct)
        }
        None => None,
    };
    let mut lists = checklist::of_person(tx, desk.community, me).await?;
    lists.retain(|list| list.checklist.closed_at.is_none());
    // Of several the last is the particular one.
    let views = views(tx, desk.community, lists).await?;
    let newcomer = onboarding::Newcomer {
        community: &desk.community.name,
        conduct,
        list: views.last(),
        member: me,
    };
    Ok(Some(match post {
        ChecklistPost::Linked => onboarding::linked(&newcomer, &desk.reader),
        _ => onboarding::welcome(&newcomer, &desk.reader),
    }))
}

/// What became late of somebody's in a round, of `all` that is left for them.
///
/// # Errors
/// What the database says.
pub async fn nudge(
    tx: &mut Tx,
    community: &Community,
    me: &MemberId,
    all: Vec<Entry>,
    round: Round,
    reader: &Reader,
) -> Result<Option<Message>, StorageError> {
    let left = all.len();
    let mut late = all;
    late.retain(|entry| round.holds(entry.item.due_at));
    let about = about(tx, &late).await?;
    let late: Vec<(Entry, Line)> = late
        .into_iter()
        .map(|entry| {
            let own = matches!(&entry.about, About::Person(member) if member == me);
            let line = about.line(&entry.about).filter(|_| !own);
            (entry, line.unwrap_or_default())
        })
        .collect();
    Ok(words::nudge(&late, left, community.zone, reader))
}

/// What became late in a round of what nobody has, and on the lists of newcomers.
///
/// # Errors
/// What the database says.
pub async fn late(
    tx: &mut Tx,
    community: &Community,
    lists: Vec<List>,
    round: Round,
    reader: &Reader,
) -> Result<Option<Message>, StorageError> {
    let mut found = Vec::new();
    for view in views(tx, community, lists).await? {
        let late: Vec<Item> = checklist::for_room(&view.list, round)
            .into_iter()
            .cloned()
            .collect();
        if !late.is_empty() {
            found.push((view, late));
        }
    }
    Ok(words::late(&found, reader))
}
