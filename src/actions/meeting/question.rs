//! Questions for meetings: asked by those invited, answered by who runs the community or hosts the meeting.

use super::super::{Actor, Context, Done, refused, to_member};
use super::agenda::check_takes_place;
use super::check_invited;
use crate::domain::events::meeting::{
    MeetingPost, MeetingReply, QUESTIONS_MAX, Question, QuestionStatus,
};
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Part, Session};
use crate::domain::people::member::Permission;
use crate::domain::text::UserText;
use crate::domain::when;
use crate::storage::{Tx, appearances, questions, sessions};

/// Asks a question for a meeting. Anonymously, nothing about the person is written anywhere; see
/// [`Question`].
///
/// # Errors
/// Refused when somebody is not invited, or the meeting is over.
pub async fn ask(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    text: UserText,
    anonymous: bool,
) -> Done<Reply> {
    check_invited(tx, Some(&actor.member.id), actor.level, session).await?;
    check_takes_place(ctx, session)?;
    if questions::of_session(tx, &session.id).await?.len() >= QUESTIONS_MAX {
        return refused(format!(
            "Meeting {} has {QUESTIONS_MAX} questions already.",
            session.number
        ));
    }
    let question = Question {
        number: questions::take_number(tx, &ctx.community.id).await?,
        session: session.id.clone(),
        text,
        by: (!anonymous).then(|| actor.member.id.clone()),
        name: None,
        anonymous,
        status: QuestionStatus::Open,
        answer: UserText::default(),
        asked_on: when::today(ctx.now, ctx.community.zone),
        carried_from: None,
    };
    questions::add(tx, &ctx.community.id, &question).await?;
    Ok(Reply::Meeting {
        meeting: MeetingReply::Asked {
            question: question.number,
            session: session.id.clone(),
            anonymous,
        },
    })
}

/// Whether somebody hosts or chairs a meeting.
pub(super) async fn hosts(tx: &mut Tx, actor: &Actor, session: &Session) -> Done<bool> {
    let runs = appearances::of_session(tx, &session.id).await?;
    Ok(runs
        .iter()
        .any(|it| it.member == actor.member.id && matches!(it.part, Part::Host | Part::Chair)))
}

/// A question and its meeting, for somebody who may decide about it.
async fn decided_by(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    number: i64,
) -> Done<(Question, Session)> {
    let question = questions::by_number(tx, &ctx.community.id, number).await?;
    let session = match &question {
        Some(question) => sessions::by_id(tx, &question.session).await?,
        None => None,
    };
    let (Some(question), Some(session)) = (question, session) else {
        return refused(format!(
            "There is no question q{number}. “questions” shows those of a meeting."
        ));
    };
    if actor.level >= Permission::Organiser {
        return Ok((question, session));
    }
    if hosts(tx, actor, &session).await? {
        return Ok((question, session));
    }
    refused(format!(
        "Questions of meeting {} are answered by its host and by organisers.",
        session.number
    ))
}

/// Answers a question; whoever asked it by name is told.
///
/// # Errors
/// Refused when there is no such question, or it is not theirs to answer.
pub async fn answer(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    number: i64,
    text: &UserText,
) -> Done<Reply> {
    let (question, session) = decided_by(tx, ctx, actor, number).await?;
    questions::set_answer(tx, &ctx.community.id, number, text).await?;
    if let Some(asker) = question.by.filter(|asker| *asker != actor.member.id) {
        let told = super::super::Draft {
            revision: session.revision,
            extra: format!("q{number}"),
            ..ctx.at_once(
                session.id.as_str(),
                to_member(&asker),
                Post::Meeting {
                    meeting: MeetingPost::Answered { question: number },
                },
            )
        };
        ctx.post(tx, vec![told]).await?;
    }
    ctx.audit(tx, actor, "answer", &format!("q{number}"))
        .await?;
    Ok(Reply::Meeting {
        meeting: MeetingReply::QuestionAnswered { question: number },
    })
}

/// Takes a question away, unanswered or not.
///
/// # Errors
/// Those of [`answer`].
pub async fn drop_question(tx: &mut Tx, ctx: &Context, actor: &Actor, number: i64) -> Done<Reply> {
    decided_by(tx, ctx, actor, number).await?;
    questions::remove(tx, &ctx.community.id, number).await?;
    ctx.audit(tx, actor, "question drop", &format!("q{number}"))
        .await?;
    Ok(Reply::Meeting {
        meeting: MeetingReply::QuestionDropped { question: number },
    })
}
