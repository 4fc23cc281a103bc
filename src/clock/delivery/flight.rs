//! One row in flight: worded, held to its platform's rate, sent, and told apart by what is known
//! of it afterwards.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::chat::{ChatPort, Direct, Found, Message, Sent, Waiting};
use crate::domain::outbox::{Destination, Outcome};
use crate::domain::platform::{Account, MessageRef, Platform, Room};
use crate::domain::time::Instant;
use crate::storage::outbox::{self, Claimed};
use crate::storage::{StorageError, members};

use super::answer::Asker;
use super::{Delivery, To, Worded};

/// How much earlier than by our clock a posting may carry by the platform's.
const SKEW: chrono::Duration = chrono::Duration::minutes(5);

/// How long a row waits for a platform that is not there; it uses no attempt, since nothing was tried.
const UNREACHED: Duration = Duration::from_secs(60);

pub(super) const NO_ANSWER: &str = "the platform did not answer in time";

impl Delivery {
    /// Sends a row, or looks for it; `None` when the claim was lost on the way and nothing must be
    /// done about it any more.
    pub(super) async fn fly(
        &self,
        row: &Claimed,
        begun: &AtomicBool,
        asker: Option<Asker>,
    ) -> Option<Outcome> {
        if row.reading {
            return Some(self.look_for(row).await);
        }
        let (waiting, worded) = match asker {
            Some(Asker { waiting, worded }) => (Some(waiting), worded),
            None => (None, None),
        };
        let worded = match worded {
            Some(worded) => Ok(worded),
            None => self.word(row).await,
        };
        let worded = match worded {
            Ok(worded) => worded,
            Err(error) => {
                tracing::error!(%error, outbox.kind = %row.kind, "a row could not be worded");
                return Some(Outcome::Again("it could not be worded".to_owned()));
            }
        };
        match worded {
            Worded::Nothing => Some(Outcome::Unneeded),
            Worded::Later(at) => Some(Outcome::Later(at)),
            Worded::Nowhere(reason) => Some(Outcome::Refused(reason)),
            Worded::Edit {
                target,
                mut message,
            } => match self.upsert_event(&target.room, &mut message).await {
                Some(outcome) => Some(outcome),
                None => Some(self.edit(row, &target, &message, begun).await),
            },
            Worded::Post {
                to,
                thread,
                mut message,
            } => {
                if let To::Room(room) = &to
                    && let Some(outcome) = self.upsert_event(room, &mut message).await
                {
                    return Some(outcome);
                }
                if let (Some(waiting), To::Direct(account)) = (waiting, &to) {
                    let answered = self.hand_over(account.platform, waiting, &message, begun);
                    if let Some(outcome) = answered.await {
                        return Some(outcome);
                    }
                }
                self.post(row, to, thread.as_ref(), &message, begun).await
            }
        }
    }

    async fn word(&self, row: &Claimed) -> Result<Worded, StorageError> {
        let (row, now, word) = (row.clone(), self.clock.now(), self.wording.word.clone());
        if row.kind.policy().repeatable {
            let worded = self
                .db
                .write(move |tx| Box::pin(async move { word(tx, &row, now).await }));
            return worded.await;
        }
        self.db
            .read(move |tx| Box::pin(async move { word(tx, &row, now).await }))
            .await
    }

    async fn post(
        &self,
        row: &Claimed,
        to: To,
        thread: Option<&MessageRef>,
        message: &Message,
        begun: &AtomicBool,
    ) -> Option<Outcome> {
        let platform = match &to {
            To::Room(room) => room.platform,
            To::Direct(account) => account.platform,
        };
        let port = match self.clear(platform).await {
            Ok(port) => port,
            Err(outcome) => return Some(outcome),
        };
        let (room, opened, reader) = match to {
            To::Room(room) => (room, None, None),
            To::Direct(account) => match self.open(&*port, &account).await {
                Ok(room) => (room, Some(account.clone()), Some(account)),
                Err(outcome) => return Some(outcome),
            },
        };
        // A posting to a room is looked for in that room; for others the room is noted first.
        if !matches!(&row.destination, Destination::Room(known) if *known == room)
            && let Err(lost) = self.note_room(row, &room, opened).await
        {
            return lost;
        }
        if self.stopping.is_cancelled() {
            return Some(Outcome::Wait(Duration::ZERO));
        }
        begun.store(true, Ordering::SeqCst);
        let posting = port.post(&room, thread, message, &row.token);
        let patience = port.patience().unwrap_or(self.pace.send);
        let asked = self.ask_for(patience, platform, "post", sent_word, posting);
        let sent = asked.await;
        match (&sent, &reader) {
            (Some(Sent::Gone(_)), _) => self.note_gone(&room).await,
            (Some(Sent::Closed(_)), Some(reader)) => self.say_instead(row, reader).await,
            _ => {}
        }
        Some(self.outcome(platform, sent, Outcome::Unclear))
    }

    /// Says something to who waits; `None` when nobody does any more, and it is to be posted.
    async fn hand_over(
        &self,
        platform: Platform,
        waiting: Waiting,
        message: &Message,
        begun: &AtomicBool,
    ) -> Option<Outcome> {
        begun.store(true, Ordering::SeqCst);
        let handing = waiting.answer(message.clone());
        let told = self.ask(platform, "answer", answered_word, handing).await;
        if told == Some(None) {
            begun.store(false, Ordering::SeqCst);
            return None;
        }
        Some(self.outcome(platform, told.flatten(), Outcome::Unclear))
    }

    async fn edit(
        &self,
        row: &Claimed,
        target: &MessageRef,
        message: &Message,
        begun: &AtomicBool,
    ) -> Outcome {
        let platform = target.room.platform;
        let port = match self.clear(platform).await {
            Ok(port) => port,
            Err(outcome) => return outcome,
        };
        begun.store(true, Ordering::SeqCst);
        let editing = port.edit(target, message, &row.token);
        let sent = self.ask(platform, "edit", sent_word, editing).await;
        self.outcome(platform, sent, Outcome::Again)
    }

    /// What is known after a request; `unclear` says what follows when nothing is.
    fn outcome(
        &self,
        platform: Platform,
        sent: Option<Sent>,
        unclear: fn(String) -> Outcome,
    ) -> Outcome {
        match sent {
            Some(Sent::Done(reference)) => Outcome::Sent(Some(reference)),
            Some(Sent::Refused(reason) | Sent::Gone(reason) | Sent::Closed(reason)) => {
                Outcome::Refused(reason)
            }
            Some(Sent::NotYet(reason)) => Outcome::NotYet(reason),
            Some(Sent::RetryAfter(time)) => self.silenced(platform, time),
            Some(Sent::Busy(time)) => Outcome::Wait(time),
            Some(Sent::Unclear(reason)) => unclear(reason),
            None => unclear(NO_ANSWER.to_owned()),
        }
    }

    /// The port of a platform once its rate lets another request through; else what becomes of
    /// the row.
    async fn clear(&self, platform: Platform) -> Result<Arc<dyn ChatPort>, Outcome> {
        let Some(port) = self.ports.get(&platform) else {
            return Err(Outcome::Wait(UNREACHED));
        };
        loop {
            let taken = match self.buckets().get_mut(&platform) {
                Some(bucket) => bucket.take(self.steady.now()),
                None => Ok(()),
            };
            match taken {
                _ if self.stopping.is_cancelled() => return Err(Outcome::Wait(Duration::ZERO)),
                Ok(()) => return Ok(Arc::clone(port)),
                Err(wait) => {
                    self.counts.waits(platform, "own", wait);
                    if wait > self.pace.hold {
                        return Err(Outcome::Wait(wait));
                    }
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    pub(super) fn silenced(&self, platform: Platform, time: Duration) -> Outcome {
        self.counts.waits(platform, "asked", time);
        if let Some(bucket) = self.buckets().get_mut(&platform) {
            bucket.silence(self.steady.now(), time);
        }
        Outcome::Wait(time)
    }

    async fn open(&self, port: &dyn ChatPort, account: &Account) -> Result<Room, Outcome> {
        let opening = port.open_direct(&account.id);
        match self
            .ask(account.platform, "open", direct_word, opening)
            .await
        {
            Some(Direct::Room(room)) => Ok(room),
            Some(Direct::Refused(reason)) => Err(Outcome::Refused(reason)),
            Some(Direct::RetryAfter(time)) => Err(self.silenced(account.platform, time)),
            Some(Direct::Busy(time)) => Err(Outcome::Wait(time)),
            Some(Direct::Unreachable(_)) => Err(Outcome::Wait(UNREACHED)),
            None => Err(Outcome::Again(NO_ANSWER.to_owned())),
        }
    }

    /// Notes the room before the request begins, also as the direct room of the account that it was
    /// opened for; else what becomes of the row, `None` when it is no longer ours.
    async fn note_room(
        &self,
        row: &Claimed,
        room: &Room,
        opened: Option<Account>,
    ) -> Result<(), Option<Outcome>> {
        let (row, room) = (row.clone(), room.clone());
        let noted = self.db.write(move |tx| {
            Box::pin(async move {
                if let Some(account) = opened {
                    members::set_direct_room(tx, &account, &room.id).await?;
                }
                outbox::begin(tx, &row, &room).await
            })
        });
        match noted.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(None),
            Err(StorageError::Full | StorageError::Busy) => {
                Err(Some(Outcome::Wait(Duration::from_secs(5))))
            }
            Err(error) => {
                tracing::error!(%error, "a row's room could not be noted");
                Err(Some(Outcome::Again(
                    "its room could not be noted".to_owned(),
                )))
            }
        }
    }

    async fn look_for(&self, row: &Claimed) -> Outcome {
        if row.kind.policy().repeatable {
            return Outcome::Absent;
        }
        let room = match (&row.tried_in, &row.destination) {
            (Some(room), _) if outbox::is_request(room) => return Outcome::CannotTell,
            (Some(room), _) | (None, Destination::Room(room)) => room,
            // The room is noted before the request begins, so it never did.
            (None, _) => return Outcome::Absent,
        };
        let Some(port) = self.ports.get(&room.platform) else {
            return Outcome::Unclear(format!("{} is not connected", room.platform));
        };
        if !port.capabilities().finds {
            return Outcome::CannotTell;
        }
        let since: Instant = row.tried_at.unwrap_or(row.due_at) - SKEW;
        let finding = port.find_by_token(room, &row.token, since);
        match self.ask(room.platform, "find", found_word, finding).await {
            Some(Found::Reference(reference)) => Outcome::Sent(Some(reference)),
            Some(Found::Absent) => Outcome::Absent,
            Some(Found::Unclear(reason)) => Outcome::Unclear(reason),
            Some(Found::RetryAfter(time)) => Outcome::Wait(time),
            Some(Found::Cannot) => Outcome::CannotTell,
            None => Outcome::Unclear(NO_ANSWER.to_owned()),
        }
    }

    /// Notes that nobody is under an account any more, so that nothing more is sent there.
    async fn note_gone(&self, room: &Room) {
        let (now, account) = (
            self.clock.now(),
            Account {
                platform: room.platform,
                id: room.id.clone(),
            },
        );
        let gone = self.wording.gone.clone();
        let noted =
            (self.db).write(move |tx| Box::pin(async move { gone(tx, &account, now).await }));
        if let Err(error) = noted.await {
            tracing::error!(%error, "an account could not be marked as gone");
        }
    }

    /// Waits for a platform no longer than is usual.
    pub(super) async fn ask<T>(
        &self,
        platform: Platform,
        request: &'static str,
        word: fn(&T) -> &'static str,
        asked: impl Future<Output = T>,
    ) -> Option<T> {
        self.ask_for(self.pace.send, platform, request, word, asked)
            .await
    }

    /// Waits for a platform no longer than it may take, and counts what came of it, said by `word`;
    /// `None` when it did not answer in time.
    async fn ask_for<T>(
        &self,
        patience: Duration,
        platform: Platform,
        request: &'static str,
        word: fn(&T) -> &'static str,
        asked: impl Future<Output = T>,
    ) -> Option<T> {
        let began = std::time::Instant::now();
        let answer = tokio::time::timeout(patience, asked).await.ok();
        let outcome = answer.as_ref().map_or("silent", word);
        (self.counts).requested(platform, request, outcome, began.elapsed());
        answer
    }
}

pub(super) fn sent_word(sent: &Sent) -> &'static str {
    match sent {
        Sent::Done(_) => "done",
        Sent::Refused(_) => "refused",
        Sent::RetryAfter(_) | Sent::Busy(_) => "wait",
        Sent::Gone(_) => "gone",
        Sent::Closed(_) => "closed",
        Sent::NotYet(_) => "later",
        Sent::Unclear(_) => "unclear",
    }
}

fn answered_word(told: &Option<Sent>) -> &'static str {
    told.as_ref().map_or("late", sent_word)
}

fn direct_word(direct: &Direct) -> &'static str {
    match direct {
        Direct::Room(_) => "done",
        Direct::Refused(_) => "refused",
        Direct::RetryAfter(_) | Direct::Busy(_) => "wait",
        Direct::Unreachable(_) => "unclear",
    }
}

fn found_word(found: &Found) -> &'static str {
    match found {
        Found::Reference(_) => "done",
        Found::Absent => "absent",
        Found::Unclear(_) => "unclear",
        Found::RetryAfter(_) => "wait",
        Found::Cannot => "refused",
    }
}
