//! Questions for meetings.

use super::{Row, StorageError, Tx};
use crate::domain::events::meeting::{Question, QuestionStatus};
use crate::domain::ids::{CommunityId, SessionId};
use crate::domain::text::UserText;

stored_text!(QuestionStatus);

macro_rules! select_questions {
    ($rest:literal) => {
        concat!(
            "SELECT q.number, q.session_id, q.text, q.member_id, m.name, q.anonymous, q.status, q.answer, q.asked_on,
                 q.carried_from FROM questions q LEFT JOIN members m ON m.id = q.member_id ",
            $rest
        )
    };
}

fn question(row: &Row) -> Result<Question, StorageError> {
    Ok(Question {
        number: row.get("number")?,
        session: row.get("session_id")?,
        text: row.get("text")?,
        by: row.get("member_id")?,
        name: row.get("name")?,
        anonymous: row.get("anonymous")?,
        status: row.get("status")?,
        answer: row.get("answer")?,
        asked_on: row.get("asked_on")?,
        carried_from: row.get("carried_from")?,
    })
}

/// The next number of a question.
///
/// # Errors
/// What the database says.
pub async fn take_number(tx: &mut Tx, community: &CommunityId) -> Result<i64, StorageError> {
    let row = tx
        .one(
            "UPDATE communities SET next_question = next_question + 1 WHERE id = $1 RETURNING next_question",
            params![community],
        )
        .await?;
    Ok(row.get::<i64>("next_question")? - 1)
}

/// Writes a question down.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    community: &CommunityId,
    question: &Question,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO questions (community_id, number, session_id, text, member_id, anonymous, status, answer, asked_on,
             carried_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            community,
            question.number,
            question.session,
            question.text,
            question.by,
            question.anonymous,
            question.status,
            question.answer,
            question.asked_on,
            question.carried_from
        ],
    )
    .await?;
    Ok(())
}

/// The question of a number.
///
/// # Errors
/// What the database says.
pub async fn by_number(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
) -> Result<Option<Question>, StorageError> {
    let row = tx
        .opt(
            select_questions!("WHERE q.community_id = $1 AND q.number = $2"),
            params![community, number],
        )
        .await?;
    row.as_ref().map(question).transpose()
}

/// The questions of a meeting, in order.
///
/// # Errors
/// What the database says.
pub async fn of_session(tx: &mut Tx, session: &SessionId) -> Result<Vec<Question>, StorageError> {
    let rows = tx
        .all(
            select_questions!("WHERE q.session_id = $1 ORDER BY q.number"),
            params![session],
        )
        .await?;
    rows.iter().map(question).collect()
}

/// Writes the answer to a question.
///
/// # Errors
/// What the database says.
pub async fn set_answer(
    tx: &mut Tx,
    community: &CommunityId,
    number: i64,
    answer: &UserText,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE questions SET answer = $3, status = $4 WHERE community_id = $1 AND number = $2",
        params![community, number, answer, QuestionStatus::Answered],
    )
    .await?;
    Ok(())
}

/// Takes a question away.
///
/// # Errors
/// What the database says.
pub async fn remove(tx: &mut Tx, community: &CommunityId, number: i64) -> Result<(), StorageError> {
    tx.run(
        "DELETE FROM questions WHERE community_id = $1 AND number = $2",
        params![community, number],
    )
    .await?;
    Ok(())
}

/// Takes the open questions of one meeting over to another; they remember the number of the first.
///
/// # Errors
/// What the database says.
pub async fn carry(
    tx: &mut Tx,
    from: &SessionId,
    to: &SessionId,
    number: i64,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE questions SET session_id = $2, carried_from = COALESCE(carried_from, $3)
         WHERE session_id = $1 AND status = 'open'",
        params![from, to, number],
    )
    .await?;
    Ok(())
}
