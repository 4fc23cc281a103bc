//! Small records around the others: previewed acts, deadlines, the audit log, and how far reminders
//! have been written ahead.

use chrono::NaiveDate;

use super::{StorageError, Tx};
use crate::domain::ids::{CommunityId, MemberId, Mint, ProposalId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A previewed act that waits for its button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Who saw the preview; nobody else can confirm it.
    pub member: MemberId,
    /// The act, as JSON of the action's own type.
    pub act: String,
    /// Until when it can be confirmed.
    pub expires_at: Instant,
    /// Whether it was confirmed or dismissed.
    pub done: bool,
}

/// Writes down a previewed act.
///
/// # Errors
/// What the database says.
pub async fn propose(
    tx: &mut Tx,
    community: &CommunityId,
    proposal: &Proposal,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO proposals (id, community_id, member_id, act, expires_at) VALUES ($1, $2, $3, $4, $5)",
        params![
            proposal.id,
            community,
            proposal.member,
            proposal.act,
            proposal.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// A previewed act.
///
/// # Errors
/// What the database says.
pub async fn proposal(
    tx: &mut Tx,
    community: &CommunityId,
    id: &ProposalId,
) -> Result<Option<Proposal>, StorageError> {
    let row = tx
        .opt(
            "SELECT id, member_id, act, expires_at, done_at FROM proposals WHERE community_id = $1 AND id = $2",
            params![community, id],
        )
        .await?;
    row.map(|row| {
        Ok(Proposal {
            id: row.get("id")?,
            member: row.get("member_id")?,
            act: row.get("act")?,
            expires_at: row.get("expires_at")?,
            done: row.get::<Option<Instant>>("done_at")?.is_some(),
        })
    })
    .transpose()
}

/// Marks a previewed act as done with; false when it was so before.
///
/// # Errors
/// What the database says.
pub async fn finish_proposal(
    tx: &mut Tx,
    now: Instant,
    id: &ProposalId,
) -> Result<bool, StorageError> {
    let changed = tx
        .run(
            "UPDATE proposals SET done_at = $2 WHERE id = $1 AND done_at IS NULL",
            params![id, now],
        )
        .await?;
    Ok(changed == 1)
}

/// Adds a deadline.
///
/// # Errors
/// What the database says.
pub async fn add_deadline(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    due_on: NaiveDate,
    title: &UserText,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO deadlines (id, community_id, due_on, title, created_at) VALUES ($1, $2, $3, $4, $5)",
        params![mint.ulid(now), community, due_on, title, now],
    )
    .await?;
    Ok(())
}

/// The deadlines from one day to another, both included.
///
/// # Errors
/// What the database says.
pub async fn deadlines(
    tx: &mut Tx,
    community: &CommunityId,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(NaiveDate, UserText)>, StorageError> {
    let rows = tx
        .all(
            "SELECT due_on, title FROM deadlines WHERE community_id = $1 AND due_on >= $2 AND due_on <= $3
             ORDER BY due_on, title LIMIT 50",
            params![community, from, until],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("due_on")?, row.get("title")?)))
        .collect()
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit<'a> {
    /// Who, where they are known.
    pub member: Option<&'a MemberId>,
    /// The account they used, or the command line's user.
    pub account: &'a str,
    /// The way in: a platform, or `cli`.
    pub via: &'a str,
    /// What: the command's name.
    pub act: &'a str,
    /// On what, by id or number.
    pub subject: &'a str,
    /// `done`, `refused`, or `undone` later.
    pub outcome: &'a str,
}

/// Writes a line of the audit log.
///
/// # Errors
/// What the database says.
pub async fn audit(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    line: Audit<'_>,
) -> Result<(), StorageError> {
    audit_as(tx, &mint.ulid(now), now, community, line).await
}

/// The same under an id that is known.
///
/// # Errors
/// What the database says.
pub async fn audit_as(
    tx: &mut Tx,
    id: &str,
    now: Instant,
    community: &CommunityId,
    line: Audit<'_>,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO audit (id, community_id, at, member_id, account, via, act, subject, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            id,
            community,
            now,
            line.member,
            line.account,
            line.via,
            line.act,
            line.subject,
            line.outcome
        ],
    )
    .await?;
    Ok(())
}

/// A line of the audit log as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// When.
    pub at: Instant,
    /// Who: a member's name.
    pub name: Option<UserText>,
    /// The way in: a platform, or `cli`.
    pub via: String,
    /// What: the command's name.
    pub act: String,
    /// On what.
    pub subject: String,
    /// `done`, `refused`, or `undone`.
    pub outcome: String,
}

/// The latest lines of the audit log, at most `limit`: of one person, on one subject, or all.
///
/// # Errors
/// What the database says.
pub async fn acts(
    tx: &mut Tx,
    community: &CommunityId,
    whose: Option<&MemberId>,
    subject: Option<&str>,
    limit: i64,
) -> Result<Vec<Shown>, StorageError> {
    let (whose, subject) = (whose.map_or("", MemberId::as_str), subject.unwrap_or(""));
    let rows = tx
        .all(
            "SELECT a.at, m.name, a.via, a.act, a.subject, a.outcome FROM audit a
                 LEFT JOIN members m ON m.id = a.member_id
             WHERE a.community_id = $1 AND ($2 = '' OR a.member_id = $2) AND ($3 = '' OR a.subject = $3)
             ORDER BY a.at DESC, a.id DESC LIMIT $4",
            params![community, whose, subject, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Shown {
                at: row.get("at")?,
                name: row.get("name")?,
                via: row.get("via")?,
                act: row.get("act")?,
                subject: row.get("subject")?,
                outcome: row.get("outcome")?,
            })
        })
        .collect()
}

/// How far a rung of a subject has been written ahead: after which member, and whether it is complete.
///
/// # Errors
/// What the database says.
pub async fn progress(
    tx: &mut Tx,
    subject: &str,
    revision: i64,
    rung: &str,
) -> Result<(String, bool), StorageError> {
    let row = tx
        .opt(
            "SELECT after_member, done FROM materialised WHERE subject = $1 AND revision = $2 AND rung = $3",
            params![subject, revision, rung],
        )
        .await?;
    row.map_or(Ok((String::new(), false)), |row| {
        Ok((row.get("after_member")?, row.get("done")?))
    })
}

/// Writes down how far a rung has been written ahead.
///
/// # Errors
/// What the database says.
pub async fn set_progress(
    tx: &mut Tx,
    community: &CommunityId,
    subject: &str,
    revision: i64,
    rung: &str,
    after_member: &str,
    done: bool,
) -> Result<(), StorageError> {
    tx.run(
        "INSERT INTO materialised (subject, revision, rung, community_id, after_member, done)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (subject, revision, rung) DO UPDATE SET after_member = excluded.after_member, done = excluded.done",
        params![subject, revision, rung, community, after_member, done],
    )
    .await?;
    Ok(())
}

/// The rungs of a subject that are complete.
///
/// # Errors
/// What the database says.
pub async fn complete_rungs(
    tx: &mut Tx,
    subject: &str,
    revision: i64,
) -> Result<Vec<String>, StorageError> {
    let rows = tx
        .all(
            "SELECT rung FROM materialised WHERE subject = $1 AND revision = $2 AND done <> 0",
            params![subject, revision],
        )
        .await?;
    rows.iter().map(|row| row.get("rung")).collect()
}
