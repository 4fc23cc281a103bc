//! Lists: sessions to come, series, the outbox.

use super::super::Desk;
use super::place;
use crate::chat::Message;
use crate::chat::command::TABLE;
use crate::domain::ids::{SeriesId, SessionId};
use crate::domain::outbox::{Kind, OutboxState};
use crate::domain::people::member::{Member, Permission};
use crate::domain::recurrence::{Schedule, describe_schedule};
use crate::domain::undo::Asked;
use crate::storage::{StorageError, Tx, ledger, outbox, rsvps, series, sessions};
use crate::words::{outbox as outbox_words, undo, view};

/// How many sessions to come are listed.
const LISTED: i64 = 12;

pub(super) async fn upcoming(
    tx: &mut Tx,
    desk: &Desk<'_>,
    of: Option<&SeriesId>,
    person: Option<&Member>,
) -> Result<Vec<view::Upcoming>, StorageError> {
    let far = desk.now + chrono::Duration::days(370);
    // Meetings of others are nobody's business.
    let member = person.map(|member| &member.id);
    let (id, span) = (&desk.community.id, (desk.now, far));
    let list = sessions::planned_for(tx, id, of, member, span, LISTED).await?;
    let ids: Vec<SessionId> = list.iter().map(|session| session.id.clone()).collect();
    let answers = match person {
        Some(member) => rsvps::of_member(tx, &member.id, &ids).await?,
        None => Vec::new(),
    };
    let answer = |id: &SessionId| {
        answers
            .iter()
            .find(|(of, _)| of == id)
            .map(|(_, answer)| *answer)
    };
    Ok(list
        .into_iter()
        .map(|session| view::Upcoming {
            answer: answer(&session.id),
            session,
        })
        .collect())
}

/// The rule of a schedule in words: the one in force, and the one to come.
pub(in super::super) fn rule(schedule: &Schedule, desk: &Desk<'_>) -> String {
    let today = desk.now.with_timezone(&desk.community.zone).date_naive();
    describe_schedule(schedule, today)
}

pub(super) async fn series_list(tx: &mut Tx, desk: &Desk<'_>) -> Result<Message, StorageError> {
    let mut list = Vec::new();
    for found in series::all(tx, &desk.community.id).await? {
        list.push(crate::words::series::Listed {
            rule: rule(&found.schedule, desk),
            next: sessions::next(tx, &desk.community.id, Some(&found.id), desk.now).await?,
            groups: found.gathering.groups,
            slug: found.slug,
            title: found.title,
        });
    }
    Ok(crate::words::series::list(&list, &desk.reader))
}

pub(super) async fn outbox_list(tx: &mut Tx, desk: &Desk<'_>) -> Result<Message, StorageError> {
    let id = &desk.community.id;
    let paused = outbox::paused_since(tx, id).await?.is_some();
    let waiting = outbox::list(tx, id, &[OutboxState::Ready]).await?;
    // The answer to somebody who asks is not what they ask about.
    let waiting = waiting.iter().filter(|row| row.kind != Kind::REPLY);
    let states = [OutboxState::Unknown, OutboxState::Missed, OutboxState::Dead];
    let all = outbox::list(tx, id, &states).await?;
    let missed = all.iter().filter(|row| row.state == OutboxState::Missed);
    let (missed, more) = (missed.count(), all.len().saturating_sub(SHOWN));
    let held = outbox::count_held(tx, id).await?;
    let mut troubled = Vec::new();
    for row in all.into_iter().take(SHOWN) {
        let session = sessions::by_id(tx, &SessionId::new(row.subject)).await?;
        troubled.push(outbox_words::Waiting {
            id: row.id.to_string(),
            kind: row.kind.to_string(),
            session: session.map(|session| session.number),
            destination: place(tx, &row.destination).await?,
            due_at: row.due_at,
            state: row.state,
            note: row.note,
        });
    }
    let overview = outbox_words::Overview {
        paused,
        waiting: waiting.clone().count(),
        next: waiting.map(|row| row.due_at).min(),
        troubled,
        more,
        missed,
        held,
    };
    Ok(outbox_words::list(&overview, &desk.reader))
}

/// How many rows are shown at a time.
const SHOWN: usize = 10;

/// How many lines of the audit log are read for those that are shown.
const ACTS_READ: i64 = 1_000;
/// How many of them are shown.
const ACTS: usize = 15;

/// Whether a line of the audit log is about running the community. What members do for themselves is theirs; that
/// something was undone is said of the line itself.
fn is_of_those_who_run(act: &str) -> bool {
    let own = ["accepted", "declined", "tentative", "none", "undo"];
    let spec = TABLE.iter().find(|spec| spec.name() == act);
    !own.contains(&act) && spec.is_none_or(|spec| spec.level >= Permission::Organiser)
}

/// Who did what.
pub(super) async fn acts(
    tx: &mut Tx,
    desk: &Desk<'_>,
    asked: &Asked,
) -> Result<Message, StorageError> {
    let subject = match asked {
        Asked::Session(number) => Some(format!("session {number}")),
        _ => None,
    };
    let whose = match asked {
        Asked::Of(member) => Some(member),
        _ => None,
    };
    let id = &desk.community.id;
    let lines = ledger::acts(tx, id, whose, subject.as_deref(), ACTS_READ).await?;
    let lines = lines
        .into_iter()
        .filter(|line| is_of_those_who_run(&line.act));
    let lines: Vec<_> = lines
        .take(ACTS)
        .map(|line| undo::Act {
            at: line.at,
            name: line.name,
            via: line.via,
            what: undo::named(&line.act, &line.subject),
            outcome: line.outcome,
        })
        .collect();
    Ok(undo::acts(&lines, &desk.reader))
}
