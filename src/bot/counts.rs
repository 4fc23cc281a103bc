//! What the bot heard and did, counted for whoever watches the service. Labels are names of
//! commands and platforms, of which there are few; nothing tells of a person or a room.

use prometheus::{IntCounterVec, Opts, Registry};

/// The counters; clones count together.
#[derive(Clone)]
pub struct Counts {
    acts: IntCounterVec,
    repeats: IntCounterVec,
}

/// How something heard ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Done,
    Refused,
    Failed,
    Slowed,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            acts: family(
                "convene_actions_total",
                "Commands heard, by what they asked and how that ended.",
                &["action", "outcome"],
            ),
            repeats: family(
                "convene_inbound_repeats_total",
                "Events that a platform delivered again and that were dropped.",
                &["platform"],
            ),
        }
    }
}

fn family(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    // Only a malformed name is refused, and these are constants that the tests go through.
    IntCounterVec::new(Opts::new(name, help), labels).expect("a well-formed name")
}

impl Counts {
    /// Shows the counters in `registry`.
    ///
    /// # Errors
    /// When they are in it already.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.acts.clone()))?;
        registry.register(Box::new(self.repeats.clone()))
    }

    pub(super) fn ended(&self, action: &str, ended: Ended) {
        let outcome = match ended {
            Ended::Done => "done",
            Ended::Refused => "refused",
            Ended::Failed => "failed",
            Ended::Slowed => "slowed",
        };
        self.acts.with_label_values(&[action, outcome]).inc();
    }

    pub(super) fn repeated(&self, platform: &str) {
        self.repeats.with_label_values(&[platform]).inc();
    }
}
