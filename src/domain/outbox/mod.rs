//! Posting exactly once, or saying so: what a row of the outbox is called, when it is still worth
//! sending, and which state follows from which outcome. The rows are kept by `storage/outbox`,
//! sent by `clock/delivery`.
//!
//! ```text
//!                 claim                    posted
//!      ready ─────────────▶ leased ───────────────────▶ sent
//!        ▲  ▲                │ │ └─ refused for good ──▶ dead
//!        │  └─ asked to wait ┘ └─── nobody knows ─────▶ unknown ──▶ (the operator, when it
//!        └───────── read back, and not there ───────────┘ │           cannot be read back)
//!                                                         └──────▶ sent, when it was there
//!      drafted ─▶ ready (an organiser lets it go), missed, cancelled
//!      ready ─▶ missed (no longer worth it), dead (tried too often), cancelled (planned anew,
//!              or nothing to say any more)
//! ```

mod destination;
mod kind;
mod step;

pub use destination::{Destination, NotADestination};
pub use kind::{Kind, Lateness, Policy};
pub use step::{
    ATTEMPTS, After, Outcome, READS, Tries, Verdict, judge, judge_reading, step,
    wait_before_reading, wait_before_trying,
};

use sha2::{Digest, Sha256};

use super::time::Instant;
use crate::words_enum;

words_enum! {
    /// Where a row stands.
    OutboxState {
        /// Waits for its time.
        Ready = "ready",
        /// Waits for an organiser to let it go.
        Drafted = "drafted",
        /// Somebody is sending it, or looking whether it was sent.
        Leased = "leased",
        /// It was posted.
        Sent = "sent",
        /// Nobody knows whether it was posted.
        Unknown = "unknown",
        /// Its time passed while it could not be sent.
        Missed = "missed",
        /// It was refused for good, or tried too often.
        Dead = "dead",
        /// It was taken back before it was sent.
        Cancelled = "cancelled",
    }
}

/// The name of one posting: the same posting always gets the same, so that it is queued once
/// however often it is planned. Without the instant a later post would be swallowed, without the
/// revision of the subject's schedule a session moved there and back again would be. An edit ends in
/// a counter, in `extra`; the subject of a reply ends in the event's id.
pub fn key(
    kind: &Kind,
    subject: &str,
    revision: i64,
    destination: &Destination,
    due: Instant,
    extra: &str,
) -> String {
    let part = |text: &str| text.replace('%', "%25").replace('|', "%7C");
    format!(
        "{}|{}|{revision}|{}|{}|{}",
        part(kind.as_str()),
        part(subject),
        part(&destination.to_string()),
        due.timestamp_millis(),
        part(extra),
    )
}

/// A key without who reads the posting, where that is a person: what many people are told at once is one thing to
/// decide about. A room stays in it.
pub fn without_reader(key: &str) -> String {
    let mut parts: Vec<&str> = key.split('|').collect();
    if let Some(reader) = parts.get_mut(3)
        && !reader.starts_with("room:")
    {
        *reader = "people";
    }
    parts.join("|")
}

/// What a platform is given to recognise a repeat by, and what is looked for when nobody knows: 32
/// hexadecimal digits of the key's SHA-256.
pub fn token(key: &str) -> String {
    hex::encode(&Sha256::digest(key.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::platform::Platform;
    use crate::domain::time::instant_from_millis;

    #[test]
    fn a_key_tells_apart_what_differs_and_nothing_else() {
        let hall = Destination::room(Platform::Matrix, "!hall:example.org");
        let due = instant_from_millis(1_790_000_000_000);
        let one = key(&Kind::CARD_EDIT, "S1", 2, &hall, due, "");
        assert_eq!(
            one,
            "card-edit|S1|2|room:matrix:!hall:example.org|1790000000000|"
        );
        assert_eq!(one, key(&Kind::CARD_EDIT, "S1", 2, &hall, due, ""));
        assert_ne!(one, key(&Kind::CARD_EDIT, "S1", 3, &hall, due, ""));
        assert_ne!(
            key(&Kind::REPLY, "a|b", 0, &hall, due, ""),
            key(&Kind::REPLY, "a", 0, &hall, due, "b"),
        );
        let ada = Destination::Member(crate::domain::ids::MemberId::new("M1"));
        let to_ada = key(&Kind::CARD_EDIT, "S|1", 2, &ada, due, "");
        assert_eq!(without_reader(&one), one);
        assert_eq!(
            without_reader(&to_ada),
            "card-edit|S%7C1|2|people|1790000000000|"
        );
        assert_eq!(token(&one).len(), 32);
        assert_ne!(token(&one), token("reminder"));
    }
}
