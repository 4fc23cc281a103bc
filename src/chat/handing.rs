//! How an adapter hands over what it heard, and gathers answers while somebody waits.

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::inbound::{Heard, Inbound, Waiting};
use super::message::Message;
use super::port::Sent;
use crate::domain::platform::MessageRef;

/// What is said to somebody who waits where what they asked could not be done.
pub const LATER: &str =
    "I could not do that just now. Please try again in a moment; it will not count twice.";
/// What is said below answers where others do not come in time.
pub const MORE_LATER: &str = "I am on it; the rest of the answer comes as a message.";

/// Hands something over; none where nobody took it by `deadline`, else what is told once it is committed.
pub async fn hand_over(
    to: &mpsc::Sender<Heard>,
    inbound: Inbound,
    waiting: Option<Waiting>,
    deadline: Instant,
) -> Option<oneshot::Receiver<()>> {
    let (done, committed) = oneshot::channel();
    let heard = Heard {
        inbound,
        done,
        waiting,
    };
    match timeout_at(deadline, to.send(heard)).await {
        Ok(Ok(())) => Some(committed),
        Ok(Err(_)) | Err(_) => None,
    }
}

/// Asks the bot several things and gathers the answers in their order, none for one that does not come by `deadline`:
/// that one is a message then.
pub async fn gather(
    to: &mpsc::Sender<Heard>,
    asked: Vec<Inbound>,
    deadline: Instant,
) -> Vec<Option<Message>> {
    let mut waiting = Vec::new();
    for inbound in asked {
        let reference = MessageRef {
            room: inbound.room.clone(),
            id: inbound.event_id.clone(),
        };
        let (waits, answer) = Waiting::new();
        let taken = hand_over(to, inbound, Some(waits), deadline).await;
        waiting.push((taken.map(|_| answer), reference));
    }
    let mut answers = Vec::new();
    for (answer, reference) in waiting {
        let answer = match answer {
            Some(answer) => timeout_at(deadline, answer).await.ok(),
            None => None,
        };
        answers.push(answer.and_then(Result::ok).map(|answer| {
            let message = answer.message.clone();
            answer.told(Some(Sent::Done(reference)));
            message
        }));
    }
    answers
}

/// Hands over all of it, and waits until it is committed; whether it is by `deadline`.
pub async fn all_taken(to: &mpsc::Sender<Heard>, all: Vec<Inbound>, deadline: Instant) -> bool {
    let mut taken = Vec::new();
    for inbound in all {
        match hand_over(to, inbound, None, deadline).await {
            Some(committed) => taken.push(committed),
            None => return false,
        }
    }
    for committed in taken {
        if !matches!(timeout_at(deadline, committed).await, Ok(Ok(()))) {
            return false;
        }
    }
    true
}
