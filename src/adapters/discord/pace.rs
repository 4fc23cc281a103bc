//! How fast Discord may be spoken to. It counts requests in buckets, which it names in the headers of each answer together
//! with what is left of them, each for itself per channel or guild, and all requests of a bot as a whole. So whoever finds
//! a bucket empty waits for its next filling, and who would wait long is told how long.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// Requests a second that Discord takes of one bot are 50; a few are left for what is not counted here.
const PER_SECOND: u32 = 45;
/// So many of them may come at once.
const AT_ONCE: u32 = 10;
/// Nobody waits here longer for their turn; they are told when to come back.
const TURN: Duration = Duration::from_millis(1_200);
/// So many buckets are remembered before those that are full again are forgotten.
const REMEMBERED: usize = 4_096;
/// No longer wait is believed.
const LONGEST: f64 = 3_600.0;

/// What is counted for itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Counted {
    /// The method and the path without its ids.
    pub route: String,
    /// The channel, guild or webhook, which have buckets of their own.
    pub major: String,
    /// Whether it counts for the bot as a whole: answers to interactions do not.
    pub globally: bool,
}

/// How long to wait, and whether with everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub time: Duration,
    pub all: bool,
}

/// The buckets.
#[derive(Debug)]
pub(super) struct Pace(Mutex<Buckets>);

#[derive(Debug)]
struct Buckets {
    /// From when on the next request of all is within the rate.
    next: Instant,
    /// Discord asked for silence until then, of everything.
    silent_until: Instant,
    /// What Discord calls the bucket of a route.
    names: HashMap<String, String>,
    filled: HashMap<(String, String), Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: u32,
    /// When it is full again.
    full_at: Instant,
}

/// What an answer says of its bucket.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Told {
    name: Option<String>,
    left: Option<u32>,
    full_in: Option<f64>,
    /// After how many seconds to come back, of an answer that asks for it.
    pub retry_after: Option<f64>,
    /// Whether that is for everything.
    pub all: bool,
}

impl Told {
    /// Reads the headers of an answer.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| text(name).and_then(|value| value.trim().parse::<f64>().ok());
        Self {
            name: text("x-ratelimit-bucket").map(str::to_owned),
            left: text("x-ratelimit-remaining").and_then(|value| value.trim().parse().ok()),
            full_in: number("x-ratelimit-reset-after"),
            retry_after: number("retry-after"),
            all: text("x-ratelimit-global").is_some()
                || text("x-ratelimit-scope") == Some("global"),
        }
    }
}

/// Seconds as they are told; a part of a millisecond is one more.
pub(super) fn seconds(told: f64) -> Duration {
    let millis = (told.clamp(0.0, LONGEST) * 1_000.0).ceil();
    Duration::from_secs_f64(millis / 1_000.0)
}

impl Pace {
    pub fn new() -> Self {
        let now = Instant::now();
        Self(Mutex::new(Buckets {
            next: now,
            silent_until: now,
            names: HashMap::new(),
            filled: HashMap::new(),
        }))
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn of a request.
    ///
    /// # Errors
    /// How long it would be, where that is too long to wait for here; nothing is counted then.
    pub async fn turn(&self, counted: &Counted) -> Result<(), Wait> {
        let until = Instant::now() + TURN;
        loop {
            let now = Instant::now();
            let reserved = self.buckets().reserve(counted, now);
            match reserved {
                Ok(()) => return Ok(()),
                Err(wait) if now + wait.time > until => return Err(wait),
                Err(wait) => tokio::time::sleep(wait.time.max(Duration::from_millis(1))).await,
            }
        }
    }

    /// Notes what an answer says of its bucket.
    pub fn told(&self, counted: &Counted, told: &Told, now: Instant) {
        let mut buckets = self.buckets();
        if let (Some(name), Some(left), Some(full_in)) = (&told.name, told.left, told.full_in) {
            let known = buckets.names.insert(counted.route.clone(), name.clone());
            let full_at = now + seconds(full_in);
            let key = (name.clone(), counted.major.clone());
            let is_new = known.as_ref() != Some(name);
            let bucket = buckets
                .filled
                .entry(key)
                .or_insert(Bucket { left, full_at });
            // Of answers that overtake each other within one filling the lowest counts.
            let same_filling =
                full_at < bucket.full_at + Duration::from_millis(50) && now < bucket.full_at;
            bucket.left = if same_filling && !is_new {
                bucket.left.min(left)
            } else {
                left
            };
            bucket.full_at = bucket.full_at.max(full_at);
        }
    }

    /// Discord refused a request because it came too early; answers how long to wait.
    pub fn silence(&self, counted: &Counted, told: &Told, now: Instant) -> Wait {
        let wait = Wait {
            time: seconds(told.retry_after.unwrap_or(5.0)).max(Duration::from_millis(50)),
            all: told.all,
        };
        let mut buckets = self.buckets();
        let until = now + wait.time;
        if wait.all {
            buckets.silent_until = buckets.silent_until.max(until);
            return wait;
        }
        let name = buckets.name_of(counted);
        let bucket = Bucket {
            left: 0,
            full_at: until,
        };
        buckets.filled.insert((name, counted.major.clone()), bucket);
        wait
    }
}

impl Buckets {
    /// What the bucket is called: until Discord says so, by its route.
    fn name_of(&self, counted: &Counted) -> String {
        let known = self.names.get(&counted.route);
        known.unwrap_or(&counted.route).clone()
    }

    fn reserve(&mut self, counted: &Counted, now: Instant) -> Result<(), Wait> {
        if self.filled.len() > REMEMBERED {
            self.filled.retain(|_, bucket| bucket.full_at > now);
        }
        let all = |until: Instant| Wait {
            time: until.saturating_duration_since(now),
            all: true,
        };
        if counted.globally && self.silent_until > now {
            return Err(all(self.silent_until));
        }
        let key = (self.name_of(counted), counted.major.clone());
        if let Some(bucket) = self.filled.get(&key)
            && bucket.left == 0
            && bucket.full_at > now
        {
            return Err(Wait {
                time: bucket.full_at.saturating_duration_since(now),
                all: false,
            });
        }
        if counted.globally {
            let interval = Duration::from_secs(1) / PER_SECOND;
            let opens = self
                .next
                .checked_sub(interval * (AT_ONCE - 1))
                .unwrap_or(now);
            if opens > now {
                return Err(all(opens));
            }
            self.next = self.next.max(now) + interval;
        }
        if let Some(bucket) = self.filled.get_mut(&key)
            && bucket.full_at > now
        {
            bucket.left = bucket.left.saturating_sub(1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(route: &str, major: &str) -> Counted {
        Counted {
            route: route.to_owned(),
            major: major.to_owned(),
            globally: true,
        }
    }

    fn told(left: u32, full_in: f64) -> Told {
        Told {
            name: Some("b1".to_owned()),
            left: Some(left),
            full_in: Some(full_in),
            ..Told::default()
        }
    }

    #[test]
    fn an_empty_bucket_is_waited_for_and_others_are_not() {
        let (pace, now) = (Pace::new(), Instant::now());
        let (here, there) = (counted("POST /c", "1"), counted("POST /c", "2"));
        let reserve = |counted: &Counted, at| pace.buckets().reserve(counted, at);
        assert_eq!(reserve(&here, now), Ok(()));
        pace.told(&here, &told(1, 2.0), now);
        assert_eq!(reserve(&here, now), Ok(()));
        let wait = Wait {
            time: Duration::from_secs(2),
            all: false,
        };
        assert_eq!(reserve(&here, now), Err(wait));
        assert_eq!(reserve(&there, now), Ok(()));
        assert_eq!(reserve(&here, now + wait.time), Ok(()));
    }

    #[test]
    fn of_answers_that_overtake_each_other_the_lowest_counts() {
        let (pace, now) = (Pace::new(), Instant::now());
        let here = counted("POST /c", "1");
        pace.told(&here, &told(0, 2.0), now);
        pace.told(&here, &told(1, 2.0), now);
        assert!(pace.buckets().reserve(&here, now).is_err());
        pace.told(&here, &told(4, 2.0), now + Duration::from_secs(3));
        assert_eq!(
            pace.buckets().reserve(&here, now + Duration::from_secs(3)),
            Ok(())
        );
    }

    #[test]
    fn a_global_silence_is_for_everything_and_one_of_a_bucket_for_it_alone() {
        let (pace, now) = (Pace::new(), Instant::now());
        let (here, there) = (counted("POST /c", "1"), counted("GET /g", "7"));
        let mut late = Told {
            retry_after: Some(1.5),
            ..Told::default()
        };
        let wait = pace.silence(&here, &late, now);
        assert_eq!(wait.time, Duration::from_millis(1_500));
        assert!(pace.buckets().reserve(&here, now).is_err());
        assert_eq!(pace.buckets().reserve(&there, now), Ok(()));
        late.all = true;
        pace.silence(&here, &late, now);
        let refused = pace.buckets().reserve(&there, now).unwrap_err();
        assert!(refused.all);
        let mut answer = counted("POST /i", "9");
        answer.globally = false;
        assert_eq!(pace.buckets().reserve(&answer, now), Ok(()));
    }

    #[test]
    fn all_requests_together_keep_below_fifty_a_second() {
        let (pace, now) = (Pace::new(), Instant::now());
        let mut at = now;
        let mut sent = 0;
        while at < now + Duration::from_secs(1) {
            let other = counted("GET /c", &sent.to_string());
            match pace.buckets().reserve(&other, at) {
                Ok(()) => sent += 1,
                Err(wait) => at += wait.time,
            }
        }
        assert!((45..=55).contains(&sent), "{sent}");
    }
}
