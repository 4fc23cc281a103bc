//! Answers about checklists and about those who join.

use super::super::Desk;
use super::{about, view_of, views};
use crate::actions::checklist;
use crate::chat::Message;
use crate::domain::checklist::{About, ChecklistAct, ChecklistReply};
use crate::domain::events::session::Session;
use crate::domain::ids::{MemberId, ProposalId};
use crate::domain::text::UserText;
use crate::storage::acknowledgements::{self, CONDUCT};
use crate::storage::{StorageError, Tx, checklists, members, series, sessions};
use crate::words::checklist as words;
use crate::words::onboarding;
use crate::words::view::Reader;

/// How many open lists are shown at a time.
const LISTS: i64 = 200;

/// An answer about checklists to `person`; `None` when what it is about is gone.
pub(in super::super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    reply: &ChecklistReply,
    person: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let reader = &desk.reader;
    Ok(match reply {
        ChecklistReply::Todo => match person {
            Some(me) => Some(todo(tx, desk, me).await?),
            None => None,
        },
        ChecklistReply::Ticked { item, done } => {
            let item = checklists::item_by_id(tx, &desk.community.id, item).await?;
            match (person, item) {
                (Some(me), Some(item)) => {
                    let left = checklist::mine(tx, desk.community, me).await?;
                    let zone = desk.community.zone;
                    Some(words::ticked(&item.text, *done, &left, zone, reader))
                }
                _ => None,
            }
        }
        ChecklistReply::TickedFor { item, done } => {
            let item = checklists::item_by_id(tx, &desk.community.id, item).await?;
            match item {
                Some(item) => view_of(tx, desk, &item.list)
                    .await?
                    .map(|view| words::ticked_for(&view, &item, *done, reader)),
                None => None,
            }
        }
        ChecklistReply::Begun { list, told } => view_of(tx, desk, list)
            .await?
            .map(|view| words::begun(&view, *told, reader)),
        ChecklistReply::Session { session } => match sessions::by_id(tx, session).await? {
            Some(session) => of_session(tx, desk, &session).await?,
            None => None,
        },
        ChecklistReply::OfSeries { series: id } => match series::by_id(tx, id).await? {
            Some(series) => {
                let template = checklist::template_of_series(desk.community, &series);
                let title = template.map(|template| UserText::trusted(&template.title));
                Some(words::of_series(
                    &series.title,
                    title.as_ref(),
                    reader,
                    &series.slug,
                ))
            }
            None => None,
        },
        ChecklistReply::Person { member } => match members::by_id(tx, member).await? {
            Some(member) => {
                let lists = checklist::of_person(tx, desk.community, &member.id).await?;
                let views = views(tx, desk.community, lists).await?;
                Some(words::person(&member.name, &views, reader))
            }
            None => None,
        },
        ChecklistReply::Newcomers => {
            let found = checklists::open_of_people(tx, &desk.community.id, LISTS).await?;
            let lists = checklist::load(tx, desk.community, found).await?;
            let views = views(tx, desk.community, lists).await?;
            Some(words::newcomers(&views, reader))
        }
        ChecklistReply::Given { list, duty, member } => {
            let name = members::by_id(tx, member).await?.map(|member| member.name);
            match (view_of(tx, desk, list).await?, name) {
                (Some(view), Some(name)) => Some(words::given(&view, duty, &name)),
                _ => None,
            }
        }
        ChecklistReply::Conduct => {
            let agreed = match person {
                Some(me) => acknowledgements::latest(tx, me, CONDUCT).await?,
                None => None,
            };
            let conduct = desk.community.settings.conduct.as_ref();
            Some(onboarding::conduct(conduct, agreed.as_ref(), reader))
        }
        ChecklistReply::Agreed { again } => match person {
            Some(me) => acknowledgements::latest(tx, me, CONDUCT)
                .await?
                .map(|(version, at)| onboarding::agreed(&version, at, *again, reader)),
            None => None,
        },
        ChecklistReply::NobodyWaits => Some(onboarding::spared(0)),
        ChecklistReply::Welcomed { people } => Some(onboarding::welcomed(*people)),
        ChecklistReply::Spared { people } => Some(onboarding::spared(*people)),
        ChecklistReply::Stopped { list } => view_of(tx, desk, list)
            .await?
            .map(|view| words::stopped(&view, reader)),
    })
}

async fn of_session(
    tx: &mut Tx,
    desk: &Desk<'_>,
    session: &Session,
) -> Result<Option<Message>, StorageError> {
    let Some(list) = checklist::look(tx, desk.community, session).await? else {
        return Ok(None);
    };
    let view = views(tx, desk.community, vec![list]).await?.pop();
    Ok(view.map(|view| words::of_session(session.number, &view, &desk.reader)))
}

async fn todo(tx: &mut Tx, desk: &Desk<'_>, me: &MemberId) -> Result<Message, StorageError> {
    let entries = checklist::mine(tx, desk.community, me).await?;
    let about = about(tx, &entries).await?;
    let names = |what: &About| about.line(what);
    let zone = desk.community.zone;
    Ok(words::todo(&entries, me, &names, zone, &desk.reader))
}

/// What would be done about people who join, before it is.
pub(in super::super) fn preview(desk: &Desk<'_>, act: &ChecklistAct, id: &ProposalId) -> Message {
    let ChecklistAct::Welcome { people } = act;
    let nobody = MemberId::new("");
    let newcomer = onboarding::Newcomer {
        community: &desk.community.name,
        conduct: desk.community.settings.conduct.as_ref(),
        list: None,
        member: &nobody,
    };
    let reader = Reader {
        name: None,
        ..desk.reader.clone()
    };
    onboarding::preview(*people, onboarding::welcome(&newcomer, &reader), id)
}
