//! A newtype for every id, so that a session can never be asked for by a member's.
//!
//! Ids are ULIDs in text: sortable by creation, made by us (never by a database), safe in
//! any URL. They are minted by [`Mint`], which takes its time and chance from outside.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes an id as it was stored or minted.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as it is stored.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A partnership with its own people, series and rooms.
    CommunityId,
    /// An organisation that people belong to.
    OrganisationId,
    /// A person: a member, or a contact who never joined the chat.
    MemberId,
    /// A series of sessions.
    SeriesId,
    /// One session.
    SessionId,
    /// One talk of a session.
    TalkId,
    /// One person's part in one session (speaker, host, chair).
    AppearanceId,
    /// One row of an imported attendance report that awaits a decision.
    ReviewId,
    /// One thing to post.
    OutboxId,
    /// One previewed act that waits for its button.
    ProposalId,
    /// One checklist of a person or a session.
    ChecklistId,
    /// One item of a checklist.
    ItemId,
    /// What waits for an organiser before it is posted.
    DraftId,
    /// One version of a wording's text.
    WordingId,
    /// Two people who may be one.
    LikenessId,
    /// One term of somebody in a role group.
    TermId,
    /// Somebody who registers on the public page.
    RegistrationId,
}

/// The first id that could have been made at `at`: whatever was made before sorts before it.
pub fn earliest_ulid(at: super::time::Instant) -> String {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    ulid::Ulid::from_parts(millis, 0).to_string()
}

/// Makes ids, each sorting behind the one before. One per process, seeded in `app.rs`; tests seed it with a
/// constant.
#[derive(Debug)]
pub struct Mint {
    state: std::sync::Mutex<State>,
}

#[derive(Debug)]
struct State {
    rng: rand::rngs::StdRng,
    last: ulid::Ulid,
}

impl Mint {
    /// A mint whose ids depend on `seed` and the instants it is given, and nothing else.
    pub fn seeded(seed: u64) -> Self {
        use rand::SeedableRng;
        Self::with(rand::rngs::StdRng::seed_from_u64(seed))
    }

    /// A mint whose tokens nobody can guess who does not know `chance`.
    pub fn of_chance(chance: [u8; 32]) -> Self {
        use rand::SeedableRng;
        Self::with(rand::rngs::StdRng::from_seed(chance))
    }

    fn with(rng: rand::rngs::StdRng) -> Self {
        let state = State {
            rng,
            last: ulid::Ulid::nil(),
        };
        Self {
            state: std::sync::Mutex::new(state),
        }
    }

    /// A new ULID for the instant `now`. Within a millisecond, and while a clock that was set back has not
    /// caught up, ids count on from the last one, so that they keep the order in which they were made.
    pub fn ulid(&self, now: super::time::Instant) -> String {
        use rand::RngExt;
        let mut state = self.lock();
        let ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let next = if ms > state.last.timestamp_ms() {
            ulid::Ulid::from_parts(ms, state.rng.random())
        } else {
            ulid::Ulid(state.last.0.wrapping_add(1))
        };
        state.last = next;
        next.to_string()
    }

    /// 128 random bits, for tokens and idempotency keys.
    pub fn random(&self) -> u128 {
        use rand::RngExt;
        self.lock().rng.random()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic elsewhere leaves a random generator as good as it was.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_order_within_a_millisecond_and_when_the_clock_is_set_back() {
        let mint = Mint::seeded(1);
        let at = super::super::time::instant_from_millis;
        let ids = [
            mint.ulid(at(5)),
            mint.ulid(at(5)),
            mint.ulid(at(3)),
            mint.ulid(at(6)),
        ];
        assert!(ids.is_sorted());
        assert_ne!(ids[0], ids[1]);
    }
}
