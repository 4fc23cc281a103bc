//! Sessions at the same time: who would have to be in two places.

use super::session::Session;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A session that takes place while another does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The number of the session that was looked at.
    pub number: i64,
    /// The other one's number.
    pub other: i64,
    /// What the other one is called.
    pub title: UserText,
    /// Who would be in both.
    pub both: Both,
}

/// People of two sessions at one time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both {
    /// Those who said yes to both, or have a part in them.
    pub yes: i64,
    /// Those besides who said maybe to one of them, or to both.
    pub maybe: i64,
    /// Those who said yes to sessions of both series within the last year, whatever they say to these.
    pub regulars: i64,
}

/// From when to when something lasts.
type Span = (Instant, Instant);

/// Whether two spans overlap: one that begins when the other ends does not.
pub fn overlap(one: Span, other: Span) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// The pairs of `sessions` and `others`, as places in the two, that overlap and do not belong to one series.
pub fn pairs(sessions: &[Session], others: &[Session]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, session) in sessions.iter().enumerate() {
        for (there, other) in others.iter().enumerate() {
            let same = session.id == other.id
                || (session.series.is_some() && session.series == other.series);
            let spans = (
                (session.starts_at, session.ends_at),
                (other.starts_at, other.ends_at),
            );
            if !same && overlap(spans.0, spans.1) {
                found.push((at, there));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::time::instant_from_millis;

    proptest! {
        #[test]
        fn spans_overlap_when_they_share_a_minute(a in 0i64..50, b in 0i64..50, long in 1i64..20, short in 1i64..20) {
            let span = |from: i64, minutes: i64| {
                (instant_from_millis(from * 60_000), instant_from_millis((from + minutes) * 60_000))
            };
            let shared = (a..a + long).any(|minute| (b..b + short).contains(&minute));
            prop_assert_eq!(overlap(span(a, long), span(b, short)), shared);
            prop_assert_eq!(overlap(span(b, short), span(a, long)), shared);
        }
    }
}
