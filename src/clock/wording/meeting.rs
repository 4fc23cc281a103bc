//! Meetings: records read, and said.

use super::replies::{gone, numbered, rule};
use super::{Desk, load};
use crate::actions::{Context, meeting as action};
use crate::chat::Message;
use crate::domain::events::meeting::{MeetingPost, MeetingReply, QuestionStatus};
use crate::domain::events::session::{Session, Status};
use crate::domain::ids::{MemberId, Mint};
use crate::domain::outbox::Destination;
use crate::domain::recurrence::Pattern;
use crate::storage::series::{self, Series};
use crate::storage::{StorageError, Tx, invited, questions, sessions};
use crate::words::agenda;
use crate::words::meeting as words;
use crate::words::question as question_words;
use crate::words::view::{Reader, SessionView};
use crate::words::wording::places::people;

/// A post about a meeting; `None` when there is nothing to say any more.
pub(super) async fn post(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &MeetingPost,
    session: Session,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    // Whoever left the groups meanwhile is told nothing more.
    if !matches!(post, MeetingPost::Answered { .. })
        && let Some(member) = member
        && !invited::is_invited(tx, &session.id, member).await?
    {
        return Ok(None);
    }
    let ahead = session.status == Status::Planned && !session.has_begun(desk.now);
    match post {
        MeetingPost::Invitation { all, changed } if ahead => {
            let view = load::view(tx, session).await?;
            invitation(tx, desk, &view, (*all, *changed), &desk.reader).await
        }
        MeetingPost::Agenda if ahead => Ok(words::agenda_out(
            &load::view(tx, session).await?,
            &desk.reader,
        )),
        MeetingPost::Answered { question } => {
            let found = questions::by_number(tx, &desk.community.id, *question).await?;
            // Only whoever asked, as long as it is answered.
            let found = found.filter(|found| {
                found.status == QuestionStatus::Answered && found.by.as_ref() == member
            });
            let view = load::view(tx, session).await?;
            Ok(found.map(|found| question_words::told(&view, &found, &desk.reader)))
        }
        MeetingPost::Invitation { .. } | MeetingPost::Agenda => Ok(None),
    }
}

/// The invitation to a meeting, or with `all` to its whole series, of which it says that its rule is `changed`.
pub(super) async fn invitation(
    tx: &mut Tx,
    desk: &Desk<'_>,
    view: &SessionView,
    (all, changed): (bool, bool),
    reader: &Reader,
) -> Result<Option<Message>, StorageError> {
    if !all {
        return Ok(Some(words::invitation(view, reader)));
    }
    let series = match &view.session.series {
        Some(id) => series::by_id(tx, id).await?,
        None => None,
    };
    Ok(series.map(|series| {
        let rule = rule(&series.schedule, desk);
        words::invitation_to_all(view, &series.title, &rule, changed, reader)
    }))
}

/// Where the announcement of an event goes.
pub(super) struct Told {
    /// In words: `posted in #hall`, `sent to 64 people`.
    pub(super) words: String,
    /// The room, where it goes to one.
    pub(super) room: Option<Destination>,
}

/// Where the announcement of an event goes.
pub(super) async fn told(
    tx: &mut Tx,
    desk: &Desk<'_>,
    session: &Session,
) -> Result<Told, StorageError> {
    let ctx = context(desk);
    let room = action::room_for(tx, &ctx, session).await?;
    let words = match &room {
        Some(Destination::Room(room)) => {
            format!("posted in {}", desk.community.settings.called(room))
        }
        None if !session.is_for_everybody() => {
            let count = action::count_invited(tx, &ctx, session).await?;
            format!("sent to {}", people(count))
        }
        _ => "posted".to_owned(),
    };
    Ok(Told { words, room })
}

fn context(desk: &Desk<'_>) -> Context {
    Context {
        // Reading mints nothing.
        mint: Mint::seeded(0).into(),
        now: desk.now,
        community: desk.community.clone().into(),
    }
}

/// An answer about meetings. `many` reads times in everybody's zones.
pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    reply: &MeetingReply,
    many: &Reader,
) -> Result<Message, StorageError> {
    Ok(match reply {
        MeetingReply::Planned {
            series: id,
            numbers,
            people,
            notes,
        } => match series::by_id(tx, id).await? {
            Some(found) => {
                let list = numbered(tx, desk, numbers.iter().copied()).await?;
                let rule = has_rule(&found).then(|| rule(&found.schedule, desk));
                words::planned(&found.title, rule.as_deref(), &list, *people, notes, many)
            }
            None => gone(),
        },
        MeetingReply::For {
            numbers,
            groups,
            people,
            taken_back,
        } => words::given(numbers, groups, *people, *taken_back),
        MeetingReply::Notes { session, set } => match sessions::by_id(tx, session).await? {
            Some(session) => words::notes(&load::view(tx, session).await?, *set, many),
            None => gone(),
        },
        MeetingReply::Asked {
            question, session, ..
        } => match sessions::by_id(tx, session).await? {
            Some(session) => question_words::asked(*question, &session, many),
            None => gone(),
        },
        MeetingReply::Questions { session } => match sessions::by_id(tx, session).await? {
            Some(session) => {
                let view = load::view(tx, session).await?;
                question_words::list(&view, &desk.reader)
            }
            None => gone(),
        },
        MeetingReply::QuestionAnswered { question } => {
            match questions::by_number(tx, &desk.community.id, *question).await? {
                Some(found) => question_words::answered(&found),
                None => gone(),
            }
        }
        MeetingReply::QuestionDropped { question } => {
            Message::text(format!("q{question} is taken away."))
        }
        MeetingReply::Agenda { session, done } => match sessions::by_id(tx, session).await? {
            Some(session) => {
                let view = load::view(tx, session).await?;
                agenda::done(&view, done, many)
            }
            None => gone(),
        },
    })
}

fn has_rule(series: &Series) -> bool {
    let mut segments = series.schedule.segments().iter();
    segments.any(|segment| matches!(segment.pattern(), Pattern::Rule(_)))
}
