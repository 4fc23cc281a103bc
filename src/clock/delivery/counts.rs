//! What was sent and what that took, counted for whoever watches the service. Labels are names of
//! platforms and kinds, of which there are few; nothing tells of a person or a room.

use std::time::Duration;

use prometheus::{CounterVec, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};

use crate::domain::outbox::{Kind, OutboxState};
use crate::domain::platform::Platform;

/// The counters; clones count together.
#[derive(Clone)]
pub struct Counts {
    requests: HistogramVec,
    settled: IntCounterVec,
    waits: IntCounterVec,
    waited: CounterVec,
}

/// Seconds; a platform that takes longer than ten is not waited for.
const BUCKETS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

impl Default for Counts {
    fn default() -> Self {
        // Only a malformed name is refused, and these are constants that the tests go through.
        let sound = "a well-formed name";
        let requests = HistogramOpts::new(
            "convene_platform_request_seconds",
            "Requests to a platform, by what they asked and what is known afterwards.",
        );
        let settled = Opts::new(
            "convene_outbox_settled_total",
            "Rows of the outbox that came back from being sent or looked for, by what became of them.",
        );
        let waits = Opts::new(
            "convene_rate_limit_waits_total",
            "Times that a row waited for a platform's rate; `asked` when the platform said so.",
        );
        let waited = Opts::new(
            "convene_rate_limit_wait_seconds_total",
            "How long those waits were to be.",
        );
        let by_wait = ["platform", "why"];
        Self {
            requests: HistogramVec::new(
                requests.buckets(BUCKETS.to_vec()),
                &["platform", "request", "outcome"],
            )
            .expect(sound),
            settled: IntCounterVec::new(settled, &["kind", "state"]).expect(sound),
            waits: IntCounterVec::new(waits, &by_wait).expect(sound),
            waited: CounterVec::new(waited, &by_wait).expect(sound),
        }
    }
}

impl Counts {
    /// Shows the counters in `registry`.
    ///
    /// # Errors
    /// When they are in it already.
    pub fn register(&self, registry: &Registry) -> prometheus::Result<()> {
        registry.register(Box::new(self.requests.clone()))?;
        registry.register(Box::new(self.settled.clone()))?;
        registry.register(Box::new(self.waits.clone()))?;
        registry.register(Box::new(self.waited.clone()))
    }

    pub(super) fn requested(&self, on: Platform, request: &str, outcome: &str, took: Duration) {
        self.requests
            .with_label_values(&[on.as_str(), request, outcome])
            .observe(took.as_secs_f64());
    }

    pub(super) fn settled(&self, kind: &Kind, state: OutboxState) {
        self.settled
            .with_label_values(&[kind.as_str(), state.as_str()])
            .inc();
    }

    pub(super) fn waits(&self, platform: Platform, why: &str, wait: Duration) {
        let labels = [platform.as_str(), why];
        self.waits.with_label_values(&labels).inc();
        self.waited
            .with_label_values(&labels)
            .inc_by(wait.as_secs_f64());
    }
}
