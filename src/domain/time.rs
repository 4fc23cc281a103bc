//! Instants, plans and the clock.
//!
//! An [`Instant`] is UTC with millisecond precision; a [`Plan`] is wall time plus IANA zone, which
//! is what people mean when they say "Monday at two". Plans are stored and instants computed
//! from them, so that a change of a zone's rules moves the instant and not the plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
pub use chrono_tz::Tz as Zone;
use serde::{Deserialize, Serialize};

/// A point in time, in UTC.
pub type Instant = DateTime<Utc>;

/// The instant of `ms` milliseconds since the Unix epoch; out-of-range values are clamped.
pub fn instant_from_millis(ms: i64) -> Instant {
    DateTime::from_timestamp_millis(ms).unwrap_or(if ms < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// Wall time in a zone: what was agreed between people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Plan {
    /// The time on the wall.
    pub wall: NaiveDateTime,
    /// The IANA zone of that wall.
    pub zone: Zone,
}

/// How a plan became an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// The wall time exists once.
    Once(Instant),
    /// Clocks go back and the wall time comes twice; this is the first.
    FirstOfTwo(Instant, Instant),
    /// Clocks go forward over the wall time: it does not exist. `before` is the last instant
    /// ahead of the gap, `after` the first one behind it.
    Gap {
        /// The last millisecond before the jump.
        before: Instant,
        /// The first instant after the jump.
        after: Instant,
    },
}

impl Plan {
    /// Where the wall time lies in UTC.
    pub fn place(&self) -> Placed {
        match self.zone.from_local_datetime(&self.wall) {
            chrono::LocalResult::Single(at) => Placed::Once(at.to_utc()),
            chrono::LocalResult::Ambiguous(first, second) => {
                let (first, second) = (first.to_utc(), second.to_utc());
                Placed::FirstOfTwo(first.min(second), first.max(second))
            }
            chrono::LocalResult::None => {
                let after = end_of_gap(self.zone, self.wall);
                Placed::Gap {
                    before: after - chrono::Duration::milliseconds(1),
                    after,
                }
            }
        }
    }

    /// The instant meant: the first of two, and none inside a clock gap (RFC 5545 section 3.3.10
    /// has such instances ignored).
    pub fn instant(&self) -> Option<Instant> {
        match self.place() {
            Placed::Once(at) | Placed::FirstOfTwo(at, _) => Some(at),
            Placed::Gap { .. } => None,
        }
    }
}

/// The first instant after the clock gap that swallows `wall`.
fn end_of_gap(zone: Zone, wall: NaiveDateTime) -> Instant {
    // Offsets lie within +-26 hours of each other even where a whole day was skipped
    // (Pacific/Apia, 30 December 2011), so the jump is inside this window.
    let naive = wall.and_utc().timestamp_millis();
    let window = chrono::Duration::hours(38).num_milliseconds();
    let (mut low, mut high) = (naive - window, naive + window);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let local = instant_from_millis(middle).with_timezone(&zone);
        if local.naive_local() > wall {
            high = middle;
        } else {
            low = middle;
        }
    }
    instant_from_millis(high)
}

/// Tells the time. The real one is [`SystemClock`]; the demo and the tests move theirs.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Instant;
}

/// The machine's clock plus an offset, which the demo's visitor moves and `serve` leaves at zero.
#[derive(Debug, Default)]
pub struct SystemClock {
    offset_ms: AtomicI64,
}

impl SystemClock {
    /// The machine's clock as it is.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Moves the clock so that it shows `at` now and goes on from there.
    pub fn set(&self, at: Instant) {
        let offset = at.timestamp_millis() - machine_now().timestamp_millis();
        self.offset_ms.store(offset, Ordering::SeqCst);
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        instant_from_millis(
            machine_now().timestamp_millis() + self.offset_ms.load(Ordering::SeqCst),
        )
    }
}

/// A clock that stands still until it is told otherwise, for tests and for `rehearse`.
#[derive(Debug)]
pub struct StillClock {
    now_ms: AtomicI64,
}

impl StillClock {
    /// A clock that shows `at`.
    pub fn at(at: Instant) -> Arc<Self> {
        Arc::new(Self {
            now_ms: AtomicI64::new(at.timestamp_millis()),
        })
    }

    /// Shows `at` from now on.
    pub fn set(&self, at: Instant) {
        self.now_ms.store(at.timestamp_millis(), Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn now(&self) -> Instant {
        instant_from_millis(self.now_ms.load(Ordering::SeqCst))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock"
)]
fn machine_now() -> Instant {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str, zone: Zone) -> Plan {
        Plan {
            wall: text.parse().unwrap(),
            zone,
        }
    }

    #[test]
    fn a_wall_time_in_the_spring_gap_names_both_sides() {
        let Placed::Gap { after, .. } = plan("2027-03-28T01:30:00", Zone::Europe__London).place()
        else {
            panic!("01:30 does not exist on that day");
        };
        assert_eq!(after.to_rfc3339(), "2027-03-28T01:00:00+00:00");
    }

    #[test]
    fn the_first_of_two_is_taken_in_autumn() {
        let plan = plan("2026-10-25T01:30:00", Zone::Europe__London);
        assert_eq!(
            plan.instant().unwrap().to_rfc3339(),
            "2026-10-25T00:30:00+00:00"
        );
    }

    #[test]
    fn a_day_that_was_never_there_ends_in_the_next() {
        let plan = plan("2011-12-30T12:00:00", Zone::Pacific__Apia);
        assert_eq!(plan.instant(), None);
        let Placed::Gap { after, .. } = plan.place() else {
            panic!("that day was skipped");
        };
        assert_eq!(after.to_rfc3339(), "2011-12-30T10:00:00+00:00");
    }
}
