//! Floor 4. What the bot says: pure functions from records to [`Message`]. Nothing here reads a database
//! or a clock; whoever calls says what is known and who reads it. May import chat and domain.

pub mod agenda;
pub mod attendance;
pub mod calendar;
pub mod card;
pub mod checklist;
pub mod consent;
pub mod deputy;
pub mod digest;
pub mod draft;
pub mod figures;
pub mod help;
pub mod identity;
pub mod joint;
pub mod meeting;
pub mod notice;
pub mod onboarding;
pub mod outbox;
pub mod preference;
pub mod preview;
pub mod privacy;
pub mod question;
pub mod reach;
pub mod registration;
pub mod reminder;
pub mod rsvp;
pub mod series;
pub mod session;
pub mod speaking;
pub mod time;
pub mod undo;
pub mod unreached;
pub mod view;
pub mod warning;
pub mod wording;

use crate::chat::Message;
use crate::domain::text::quoting;

/// A refusal, in the words it came with. They often quote what was typed, whatever that was.
pub fn refused(words: &str) -> Message {
    Message {
        refusal: true,
        ..Message::text(quoting(words))
    }
}
