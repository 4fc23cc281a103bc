//! What a card announces, in its platform's own list of what takes place. It is made so before the card is posted or edited,
//! by the same row: doing it twice is the same as doing it once, so it needs none of its own.

use super::Delivery;
use super::flight::{NO_ANSWER, sent_word};
use crate::chat::{Message, Sent};
use crate::domain::outbox::Outcome;
use crate::domain::platform::Room;

impl Delivery {
    /// Makes what a message announces so in the platform's list, where it has one, before it is posted. What becomes of
    /// the row where that has to be waited for, or was not answered; a list that refuses it keeps no card back.
    pub(super) async fn upsert_event(&self, room: &Room, message: &mut Message) -> Option<Outcome> {
        let event = message.event.as_deref()?;
        let port = self.ports.get(&room.platform);
        let Some(port) = port.filter(|port| port.capabilities().events) else {
            message.event = None;
            return None;
        };
        let platform = room.platform;
        let making = port.upsert_event(room, event);
        match self.ask(platform, "event", sent_word, making).await {
            Some(Sent::Done(_)) => None,
            Some(Sent::RetryAfter(time)) => Some(self.silenced(platform, time)),
            Some(Sent::Busy(time)) => Some(Outcome::Wait(time)),
            Some(Sent::Unclear(reason)) => Some(Outcome::Again(reason)),
            None => Some(Outcome::Again(NO_ANSWER.to_owned())),
            Some(Sent::Refused(why) | Sent::Gone(why) | Sent::Closed(why) | Sent::NotYet(why)) => {
                tracing::warn!(platform = %platform, reason = %why, "an event could not be made");
                None
            }
        }
    }
}
