//! A clock that only goes forward and that nobody moves: leases, rates and time-outs run on it,
//! while postings fall due by the movable [`crate::domain::time::Clock`].

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Duration;

use crate::domain::time::{Clock, Instant};

/// Starts at the wall's time, so that several processes roughly agree, and counts from there.
#[derive(Debug)]
pub struct Steady {
    origin: Instant,
    running: Option<std::time::Instant>,
    added_ms: AtomicI64,
}

impl Steady {
    /// A clock that starts at `wall` and runs.
    pub fn running_from(wall: Instant) -> Self {
        Self {
            origin: wall,
            running: Some(std::time::Instant::now()),
            added_ms: AtomicI64::new(0),
        }
    }

    /// A clock that shows `at` and goes forward only by [`Steady::advance`], for tests.
    pub fn still(at: Instant) -> Self {
        Self {
            origin: at,
            running: None,
            added_ms: AtomicI64::new(0),
        }
    }

    /// Now.
    pub fn now(&self) -> Instant {
        let run = self.running.map_or(Duration::zero(), |since| {
            Duration::from_std(since.elapsed()).unwrap_or(Duration::MAX)
        });
        self.origin + run + Duration::milliseconds(self.added_ms.load(Ordering::SeqCst))
    }

    /// Goes forward by `time`.
    pub fn advance(&self, time: std::time::Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.added_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Steady {
    fn now(&self) -> Instant {
        Self::now(self)
    }
}
