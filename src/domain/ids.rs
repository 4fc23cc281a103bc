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
}

/// Makes ids. One per process, seeded in `app.rs`; tests seed it with a constant.
#[derive(Debug)]
pub struct Mint {
    rng: std::sync::Mutex<rand::rngs::StdRng>,
}

impl Mint {
    /// A mint whose ids depend on `seed` and the instants it is given, and nothing else.
    pub fn seeded(seed: u64) -> Self {
        use rand::SeedableRng;
        Self {
            rng: std::sync::Mutex::new(rand::rngs::StdRng::seed_from_u64(seed)),
        }
    }

    /// A new ULID for the instant `now`.
    pub fn ulid(&self, now: super::time::Instant) -> String {
        let random = self.random();
        let ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        ulid::Ulid::from_parts(ms, random).to_string()
    }

    /// 128 random bits, for ids, tokens and idempotency keys.
    pub fn random(&self) -> u128 {
        use rand::RngExt;
        match self.rng.lock() {
            Ok(mut rng) => rng.random(),
            Err(poisoned) => poisoned.into_inner().random(),
        }
    }
}
