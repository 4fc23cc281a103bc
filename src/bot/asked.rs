//! What is asked on a page: the same command by the same way as in chat, and its answer handed back to the page. A form
//! that is sent twice has the same id and is acted on once.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::act::{Acted, act, refuse};
use super::counts::Ended;
use super::limiter::Pass;
use super::{Bot, Line, Ready, TOO_FAST};
use crate::actions::{Context, Failure};
use crate::chat::{Asked, Inbound, Message, Outcome, Said, Sent, Waiting};
use crate::domain::platform::{MessageRef, Room};
use crate::domain::refusal::Refused;
use crate::storage::StorageError;
use crate::words::refused;

/// How long the words of an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

impl Bot {
    /// Does what is asked on a page; when this returns, what follows from it is committed.
    ///
    /// # Errors
    /// What the database says; nothing was done then.
    pub async fn ask(&self, asked: Asked) -> Result<Outcome, StorageError> {
        let line = Arc::new(self.line_of(asked));
        let place = MessageRef {
            room: line.inbound.room.clone(),
            id: line.inbound.event_id.clone(),
        };
        let name = line.command.as_ref().map_or("unknown", |it| it.spec.name());
        let (attempt, look) = (Arc::clone(&line), Arc::clone(&self.parts.look));
        let done = self.parts.db.write_repeatable(move |tx| {
            let (attempt, look) = (Arc::clone(&attempt), Arc::clone(&look));
            Box::pin(async move { act(tx, &attempt, &look).await })
        });
        let outcome = match done.await {
            Ok(Acted::Done(answer)) => {
                self.counts.ended(name, Ended::Done);
                (words(answer, place).await).map_or(Outcome::Elsewhere, Outcome::Done)
            }
            Ok(Acted::Apart(answer)) => {
                self.counts.ended(name, Ended::Done);
                Outcome::Done(*answer)
            }
            Ok(Acted::Before) => Outcome::Before,
            Ok(Acted::Changed) => {
                self.counts.ended(name, Ended::Refused);
                Outcome::Changed
            }
            Err(Failure::Storage(error)) => {
                self.counts.ended(name, Ended::Failed);
                return Err(error);
            }
            Err(Failure::Refused(Refused(said))) => {
                self.counts.ended(name, Ended::Refused);
                let shown = refused(&said);
                let noted = (self.parts.db)
                    .write(move |tx| Box::pin(async move { refuse(tx, &line, said).await }));
                Outcome::Refused(words(noted.await?, place).await.unwrap_or(shown))
            }
        };
        (self.parts.wake)();
        Ok(outcome)
    }

    fn line_of(&self, asked: Asked) -> Line {
        let now = self.parts.clock.now();
        let inbound = Inbound {
            event_id: format!("page|{}", asked.once),
            room: Room {
                platform: asked.account.platform,
                id: "page".to_owned(),
            },
            from: asked.account,
            display_name: asked.name,
            direct: true,
            space: None,
            at: now,
            about: None,
            said: Said::Typed(asked.command.spec.name().to_owned()),
        };
        let pass = self
            .limiter
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pass(&inbound.from, &inbound.event_id, now, now);
        Line {
            ctx: Context {
                mint: Arc::clone(&self.parts.mint),
                now,
                community: asked.community,
            },
            inbound,
            command: Some(asked.command),
            refusal: (pass != Pass::Go).then(|| TOO_FAST.to_owned()),
            apart: false,
            seen: asked.seen,
            answering: self.parts.answering.clone(),
        }
    }
}

/// The words of an answer that is committed, which stand at `place` then; none where they go another way.
async fn words(ready: Option<Ready>, place: MessageRef) -> Option<Message> {
    let (waiting, answer) = Waiting::new();
    ready?(waiting);
    let answer = tokio::time::timeout(PATIENCE, answer).await.ok()?.ok()?;
    let message = answer.message.clone();
    answer.told(Some(Sent::Done(place)));
    Some(message)
}
