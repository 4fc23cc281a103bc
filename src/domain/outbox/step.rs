//! Which state follows. Nothing here reads a clock or a die: the instant and the jitter come in.

use std::time::Duration;

use super::OutboxState;
use crate::domain::platform::MessageRef;
use crate::domain::time::Instant;

/// How often a row is sent before it is given up. Counted when it is claimed, so that a posting
/// that takes the process down with it is given up too.
pub const ATTEMPTS: u32 = 8;

/// How often a platform is asked whether it has a posting before the operator is.
pub const READS: u32 = 8;

/// The longest wait between two such questions.
const LONGEST_WAIT: Duration = Duration::from_secs(30 * 60);

/// What a claim finds out about a row that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on: to be sent, or to be looked for.
    Go,
    /// It is no longer worth sending.
    Missed,
    /// It was tried too often: given up, or left to the operator.
    GiveUp,
}

/// Whether a row that is due is to be sent. `superseded` says that a later one of a kind of which
/// only the latest counts is due as well.
pub fn judge(attempts: u32, not_after: Option<Instant>, superseded: bool, now: Instant) -> Verdict {
    if superseded || not_after.is_some_and(|last| now > last) {
        Verdict::Missed
    } else if attempts >= ATTEMPTS {
        Verdict::GiveUp
    } else {
        Verdict::Go
    }
}

/// Whether a row of which nobody knows is to be looked for once more.
pub fn judge_reading(reads: u32) -> Verdict {
    if reads >= READS {
        Verdict::GiveUp
    } else {
        Verdict::Go
    }
}

/// How often a row was claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// To be sent.
    pub attempts: u32,
    /// To be looked for, since it was last sent.
    pub reads: u32,
}

/// What became of a claimed row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there, under this reference; `None` when the platform gives none.
    Sent(Option<MessageRef>),
    /// There was nothing to say any more: nothing was posted and nothing is missing.
    Unneeded,
    /// It was refused for good, for a reason that names nobody.
    Refused(String),
    /// It was not posted, and is to be tried again so much later; no attempt is used.
    Wait(Duration),
    /// It was certainly not posted, for a reason that names nobody; it is tried again, each time after a longer while.
    NotYet(String),
    /// It is due later than planned, because its reader is left alone until then; no attempt is used, and what is
    /// due for them meanwhile goes ahead of it.
    Later(Instant),
    /// Nobody knows, for a reason that names nobody.
    Unclear(String),
    /// Nobody knows, but doing it twice is the same as doing it once, as with an edit.
    Again(String),
    /// It was looked for and is not there.
    Absent,
    /// It cannot be looked for: the operator decides.
    CannotTell,
}

/// What a row is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Its state.
    pub state: OutboxState,
    /// When it is tried next; `None` when it is settled or left to the operator.
    pub next_try_at: Option<Instant>,
    /// How often it counts as claimed.
    pub tries: Tries,
    /// What is noted about it, naming nobody.
    pub note: Option<String>,
}

/// What follows from `outcome` for a row claimed with `tries` (this claim included). `jitter`, from
/// 0 to 1, spreads the waits; `reading` says that it was claimed to be looked for.
pub fn step(tries: Tries, reading: bool, outcome: &Outcome, now: Instant, jitter: f64) -> After {
    let after = |state, next_try_at, note: Option<&str>| After {
        state,
        next_try_at,
        tries,
        note: note.map(str::to_owned),
    };
    match outcome {
        Outcome::Sent(_) => after(OutboxState::Sent, None, None),
        Outcome::Unneeded => after(
            OutboxState::Cancelled,
            None,
            Some("nothing to say any more"),
        ),
        // A platform that refuses to be read has not refused the posting.
        Outcome::Refused(reason) if reading => after(OutboxState::Unknown, None, Some(reason)),
        Outcome::Refused(reason) => after(OutboxState::Dead, None, Some(reason)),
        Outcome::Wait(time) => {
            let next = Some(later(now, *time));
            if reading {
                let tries = Tries {
                    reads: tries.reads.saturating_sub(1),
                    ..tries
                };
                return After {
                    tries,
                    ..after(OutboxState::Unknown, next, None)
                };
            }
            let tries = Tries {
                attempts: tries.attempts.saturating_sub(1),
                ..tries
            };
            After {
                tries,
                ..after(OutboxState::Ready, next, None)
            }
        }
        Outcome::NotYet(reason) => {
            let next = later(now, wait_before_trying(tries.attempts, jitter));
            after(OutboxState::Ready, Some(next), Some(reason))
        }
        Outcome::Later(at) => After {
            tries: Tries {
                attempts: tries.attempts.saturating_sub(1),
                ..tries
            },
            ..after(OutboxState::Ready, Some(*at), None)
        },
        Outcome::Unclear(reason) => {
            let next = later(now, wait_before_reading(tries.reads, jitter));
            after(OutboxState::Unknown, Some(next), Some(reason))
        }
        Outcome::Again(reason) => {
            let next = later(now, wait_before_reading(0, jitter));
            after(OutboxState::Ready, Some(next), Some(reason))
        }
        Outcome::Absent => After {
            tries: Tries { reads: 0, ..tries },
            ..after(OutboxState::Ready, Some(now), None)
        },
        Outcome::CannotTell => after(
            OutboxState::Unknown,
            None,
            Some("the platform cannot tell whether it was posted"),
        ),
    }
}

/// How long to wait before a posting of which nobody knows is looked for: 30 to 60 seconds, since a
/// platform may show it late; twice as long after each time that this did not settle it.
pub fn wait_before_reading(reads: u32, jitter: f64) -> Duration {
    let first = Duration::from_secs(30).mul_f64(1.0 + jitter.clamp(0.0, 1.0));
    first.saturating_mul(1 << reads.min(10)).min(LONGEST_WAIT)
}

/// How long to wait before a posting that was not taken is tried again: a minute after the first time, four times as long
/// each time, up to eight hours. With [`ATTEMPTS`] that is more than a day.
pub fn wait_before_trying(attempts: u32, jitter: f64) -> Duration {
    let first = Duration::from_secs(60).mul_f64(1.0 + jitter.clamp(0.0, 1.0));
    let times = 1_u32 << (2 * attempts.saturating_sub(1)).min(10);
    first
        .saturating_mul(times)
        .min(Duration::from_secs(8 * 60 * 60))
}

fn later(now: Instant, wait: Duration) -> Instant {
    chrono::Duration::from_std(wait)
        .ok()
        .and_then(|wait| now.checked_add_signed(wait))
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::instant_from_millis;

    const ONCE: Tries = Tries {
        attempts: 1,
        reads: 0,
    };

    fn now() -> Instant {
        instant_from_millis(1_790_000_000_000)
    }

    #[test]
    fn being_asked_to_wait_costs_no_attempt() {
        let after = step(
            ONCE,
            false,
            &Outcome::Wait(Duration::from_secs(7)),
            now(),
            0.5,
        );
        assert_eq!(after.state, OutboxState::Ready);
        assert_eq!(after.tries, Tries::default());
        assert_eq!(
            after.next_try_at,
            Some(now() + chrono::Duration::seconds(7))
        );
    }

    #[test]
    fn what_nobody_knows_is_looked_for_after_30_to_60_seconds_and_then_ever_later() {
        for (jitter, seconds) in [(0.0, 30), (0.5, 45), (1.0, 60), (7.0, 60)] {
            let after = step(
                ONCE,
                false,
                &Outcome::Unclear("time-out".into()),
                now(),
                jitter,
            );
            assert_eq!(after.state, OutboxState::Unknown);
            assert_eq!(
                after.next_try_at,
                Some(now() + chrono::Duration::seconds(seconds))
            );
        }
        assert_eq!(wait_before_reading(2, 0.0), Duration::from_secs(120));
        assert_eq!(wait_before_reading(40, 1.0), LONGEST_WAIT);
    }

    #[test]
    fn what_is_not_taken_now_is_tried_ever_later_and_given_up_after_a_day() {
        let mut all = Duration::ZERO;
        for attempts in 1..ATTEMPTS {
            all += wait_before_trying(attempts, 0.0);
        }
        assert_eq!(wait_before_trying(1, 0.0), Duration::from_secs(60));
        assert!(all > Duration::from_secs(20 * 60 * 60), "{all:?}");
        let refused = Outcome::NotYet("greylisted".into());
        let after = step(ONCE, false, &refused, now(), 0.0);
        assert_eq!(after.state, OutboxState::Ready);
        assert_eq!(after.tries, ONCE);
    }

    #[test]
    fn a_posting_that_cannot_be_read_back_is_never_sent_blindly() {
        for outcome in [
            Outcome::CannotTell,
            Outcome::Refused("no such room".into()),
            Outcome::Unclear("time-out".into()),
            Outcome::Wait(Duration::from_secs(1)),
        ] {
            let after = step(ONCE, true, &outcome, now(), 0.5);
            assert_eq!(after.state, OutboxState::Unknown, "{outcome:?}");
        }
    }

    #[test]
    fn late_is_better_than_never_until_it_is_not() {
        let due = now();
        assert_eq!(judge(0, Some(due), false, due), Verdict::Go);
        let after = due + chrono::Duration::milliseconds(1);
        assert_eq!(judge(0, Some(due), false, after), Verdict::Missed);
        assert_eq!(judge(0, None, false, after), Verdict::Go);
        assert_eq!(judge(0, None, true, after), Verdict::Missed);
        assert_eq!(judge(ATTEMPTS, None, false, after), Verdict::GiveUp);
    }
}
