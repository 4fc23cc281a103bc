//! What is handed over to the bot, in order, and how far each room is dealt with. A room's mark moves on only when
//! the bot has committed to everything before it, so that whatever a crash cuts off is read from the room again; the
//! bot knows repeats by the event's id.

use std::collections::HashMap;
use std::time::Duration;

use matrix_sdk::Client;
use matrix_sdk::ruma::OwnedRoomId;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{MatrixError, keep};
use crate::chat::{Heard, Inbound};

/// How much may be on its way at once; beyond it the homeserver is read no further.
const UNDER_WAY: usize = 1024;
/// How long to wait before something that could not be committed is handed over again.
const AGAIN: Duration = Duration::from_secs(2);

/// The last event of a room that is dealt with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Its id.
    pub event: String,
    /// When it was made, in milliseconds.
    pub at: i64,
}

/// One step of the way through what happened.
enum Step {
    /// An event, with what the bot is told of it.
    Event {
        room: OwnedRoomId,
        mark: Option<Mark>,
        inbound: Option<(Box<Inbound>, oneshot::Receiver<()>)>,
    },
    /// Everything up to this place of the sync was handed over.
    Through(String),
}

/// The way to the bot.
pub(super) struct Inbox {
    heard: mpsc::Sender<Heard>,
    steps: mpsc::Sender<Step>,
    settling: JoinHandle<()>,
}

impl Inbox {
    /// An inbox whose marks are kept with the device of `client`.
    pub(super) fn open(client: Client, heard: mpsc::Sender<Heard>) -> Self {
        let (steps, waiting) = mpsc::channel(UNDER_WAY);
        Self {
            heard: heard.clone(),
            steps,
            settling: tokio::spawn(settle(client, heard, waiting)),
        }
    }

    /// Hands over what an event means to the bot, if anything, and notes that the event was read; one that was read
    /// before and only now is understood has no mark.
    pub(super) async fn pass(
        &self,
        room: OwnedRoomId,
        mark: Option<Mark>,
        inbound: Option<Inbound>,
    ) {
        let inbound = match inbound {
            Some(inbound) => {
                let (done, committed) = oneshot::channel();
                let kept = Box::new(inbound.clone());
                // When the bot has ended the mark stays where it is.
                let _ = self
                    .heard
                    .send(Heard {
                        inbound,
                        done,
                        waiting: None,
                    })
                    .await;
                Some((kept, committed))
            }
            None => None,
        };
        let step = Step::Event {
            room,
            mark,
            inbound,
        };
        let _ = self.steps.send(step).await;
    }

    /// Notes that everything up to `token` was handed over.
    pub(super) async fn through(&self, token: String) {
        let _ = self.steps.send(Step::Through(token)).await;
    }

    /// Waits a moment for what was handed over, and lets the rest be read again next time.
    pub(super) async fn close(self) {
        drop(self.steps);
        let mut settling = self.settling;
        if tokio::time::timeout(AGAIN, &mut settling).await.is_err() {
            settling.abort();
        }
    }
}

/// Moves the marks on behind what is committed.
async fn settle(client: Client, heard: mpsc::Sender<Heard>, mut steps: mpsc::Receiver<Step>) {
    let mut some = Vec::new();
    while steps.recv_many(&mut some, UNDER_WAY).await > 0 {
        let (mut marks, mut through) = (HashMap::new(), None);
        for step in some.drain(..) {
            match step {
                Step::Event {
                    room,
                    mark,
                    inbound,
                } => {
                    if let Some((inbound, committed)) = inbound
                        && !commit(&heard, *inbound, committed).await
                    {
                        return;
                    }
                    if let Some(mark) = mark {
                        marks.insert(room, mark);
                    }
                }
                Step::Through(token) => through = Some(token),
            }
        }
        if let Err(error) = note(&client, &marks, through).await {
            tracing::error!(%error, "how far the rooms were read could not be kept");
        }
    }
}

async fn note(
    client: &Client,
    marks: &HashMap<OwnedRoomId, Mark>,
    through: Option<String>,
) -> Result<(), MatrixError> {
    for (room, mark) in marks {
        keep::set(client, &keep::mark(room), mark).await?;
    }
    match through {
        Some(token) => keep::set(client, keep::through(), &token).await,
        None => Ok(()),
    }
}

/// Waits until the bot has committed to `inbound`, and hands it over again as often as that fails; false when the
/// bot has ended.
async fn commit(
    heard: &mpsc::Sender<Heard>,
    inbound: Inbound,
    mut committed: oneshot::Receiver<()>,
) -> bool {
    while committed.await.is_err() {
        if heard.is_closed() {
            return false;
        }
        tokio::time::sleep(AGAIN).await;
        let (done, again) = oneshot::channel();
        committed = again;
        let inbound = inbound.clone();
        if heard
            .send(Heard {
                inbound,
                done,
                waiting: None,
            })
            .await
            .is_err()
        {
            return false;
        }
    }
    true
}
