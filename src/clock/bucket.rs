//! How fast a platform is spoken to: a bucket of tokens that fills at the platform's rate. Who
//! finds it empty is told when to come back, each a little later than the one before.

use std::time::Duration;

use crate::domain::time::Instant;

/// The bucket of one platform.
#[derive(Debug)]
pub struct Bucket {
    per_second: f64,
    burst: f64,
    tokens: f64,
    filled_at: Instant,
    /// Up to when those who were turned away have been told to come back.
    promised: Instant,
    /// The platform itself asked for silence until then.
    silent_until: Instant,
}

impl Bucket {
    /// A full bucket.
    pub fn new(per_second: f64, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self {
            per_second: per_second.max(0.001),
            burst,
            tokens: burst,
            filled_at: now,
            promised: now,
            silent_until: now,
        }
    }

    /// Takes a token; else says how long to wait before asking again.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = (now - self.filled_at).to_std().unwrap_or_default();
        self.tokens = (self.tokens + passed.as_secs_f64() * self.per_second).min(self.burst);
        self.filled_at = self.filled_at.max(now);
        if now >= self.silent_until && self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let one = chrono::Duration::from_std(Duration::from_secs_f64(1.0 / self.per_second))
            .unwrap_or(chrono::Duration::hours(1));
        self.promised = self.promised.max(now).max(self.silent_until) + one;
        Err((self.promised - now).to_std().unwrap_or_default())
    }

    /// The platform asked for silence for `time`.
    pub fn silence(&mut self, now: Instant, time: Duration) {
        let time = chrono::Duration::from_std(time).unwrap_or(chrono::Duration::hours(1));
        self.silent_until = self.silent_until.max(now + time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::instant_from_millis;

    fn at(ms: i64) -> Instant {
        instant_from_millis(1_790_000_000_000 + ms)
    }

    #[test]
    fn a_burst_then_the_rate_and_nobody_comes_back_at_the_same_time() {
        let mut bucket = Bucket::new(2.0, 3, at(0));
        assert_eq!([(); 3].map(|()| bucket.take(at(0))), [Ok(()); 3]);
        assert_eq!(bucket.take(at(0)), Err(Duration::from_millis(500)));
        assert_eq!(bucket.take(at(0)), Err(Duration::from_millis(1000)));
        assert_eq!(bucket.take(at(500)), Ok(()));
        assert_eq!(bucket.take(at(1000)), Ok(()));
        assert_eq!([(); 3].map(|()| bucket.take(at(9000))), [Ok(()); 3]);
        assert!(bucket.take(at(9000)).is_err());
    }

    #[test]
    fn a_platform_that_asks_for_silence_gets_it() {
        let mut bucket = Bucket::new(10.0, 10, at(0));
        bucket.silence(at(0), Duration::from_secs(7));
        assert_eq!(bucket.take(at(6_900)), Err(Duration::from_millis(200)));
        assert_eq!(bucket.take(at(7_000)), Ok(()));
    }
}
