//! Answers to an invitation: what was said ([`PartStat`], RFC 5545 section 3.2.12), what was granted
//! ([`Seat`]), and how a freed seat is passed on.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::session::{Capacity, Mode};
use crate::domain::community::Waitlist;
use crate::domain::time::Instant;
use crate::words_enum;

words_enum! {
    /// What a person said.
    PartStat {
        /// Nothing yet.
        NeedsAction = "needs-action",
        /// Yes.
        Accepted = "accepted",
        /// Maybe.
        Tentative = "tentative",
        /// No.
        Declined = "declined",
    }
}

words_enum! {
    /// What a person was granted.
    Seat {
        /// No seat is asked for: they said maybe or no.
        NotAsked = "not-asked",
        /// They are in.
        Confirmed = "confirmed",
        /// They wait for a seat.
        Waitlisted = "waitlisted",
        /// A seat is held for them until they say yes or their time is up.
        Offered = "offered",
    }
}

words_enum! {
    /// How a person takes part.
    Way {
        /// By video.
        Online = "online",
        /// In the room.
        InPerson = "in person",
    }
}

/// One person's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What they said.
    pub partstat: PartStat,
    /// What they were granted.
    pub seat: Seat,
    /// How they take part.
    pub way: Way,
    /// Their place in line while they wait: smaller is earlier.
    pub place: Option<i64>,
}

impl Answer {
    /// Whether they are among those who come: with a seat, or perhaps.
    pub fn is_coming(self) -> bool {
        self.seat == Seat::Confirmed || self.partstat == PartStat::Tentative
    }
}

/// How many people gave which answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Seats granted by video.
    pub yes_online: i64,
    /// Seats granted in the room.
    pub yes_in_person: i64,
    /// Seats held for people who were offered one by video.
    pub offered_online: i64,
    /// Seats held for people who were offered one in the room.
    pub offered_in_person: i64,
    /// People in line by video, those with an offer included.
    pub waiting_online: i64,
    /// People in line for the room, those with an offer included.
    pub waiting_in_person: i64,
    /// Maybe.
    pub maybe: i64,
    /// No.
    pub declined: i64,
}

impl Tally {
    /// Everybody who has a seat.
    pub fn yes(&self) -> i64 {
        self.yes_online + self.yes_in_person
    }

    /// Everybody in line.
    pub fn waiting(&self) -> i64 {
        self.waiting_online + self.waiting_in_person
    }

    /// Everybody who was told when and where, and so must hear of a change.
    pub fn concerned(&self) -> i64 {
        self.yes() + self.maybe + self.waiting()
    }

    /// With `answer` counted `by` times (1 to add it, -1 to take it away).
    pub fn with(mut self, answer: Answer, by: i64) -> Self {
        match (answer.partstat, answer.seat, answer.way) {
            (PartStat::Tentative, ..) => self.maybe += by,
            (PartStat::Declined, ..) => self.declined += by,
            (_, Seat::Confirmed, Way::Online) => self.yes_online += by,
            (_, Seat::Confirmed, Way::InPerson) => self.yes_in_person += by,
            (_, Seat::Waitlisted, Way::Online) => self.waiting_online += by,
            (_, Seat::Waitlisted, Way::InPerson) => self.waiting_in_person += by,
            (_, Seat::Offered, Way::Online) => {
                self.waiting_online += by;
                self.offered_online += by;
            }
            (_, Seat::Offered, Way::InPerson) => {
                self.waiting_in_person += by;
                self.offered_in_person += by;
            }
            (_, Seat::NotAsked, _) => {}
        }
        self
    }

    /// Seats left for `way`; none when there is no limit.
    pub fn free(&self, capacity: Capacity, way: Way) -> Option<i64> {
        let (limit, taken) = match way {
            Way::Online => (capacity.online, self.yes_online + self.offered_online),
            Way::InPerson => (
                capacity.in_person,
                self.yes_in_person + self.offered_in_person,
            ),
        };
        limit.map(|limit| (limit - taken).max(0))
    }
}

/// The ways of taking part that a mode allows; the first is meant when none is said.
pub fn ways(mode: Mode) -> &'static [Way] {
    match mode {
        Mode::Online => &[Way::Online],
        Mode::InPerson => &[Way::InPerson],
        Mode::Both => &[Way::Online, Way::InPerson],
    }
}

/// Decides the seat of somebody who says `partstat`. `tally` is without their earlier answer
/// `before`. Nobody jumps the queue: a new yes waits while others of the same way wait, and a
/// confirmed seat is kept.
pub fn decide(
    partstat: PartStat,
    way: Way,
    before: Option<Answer>,
    tally: Tally,
    capacity: Capacity,
) -> Seat {
    if partstat != PartStat::Accepted {
        return Seat::NotAsked;
    }
    if let Some(before) = before
        && before.way == way
        && matches!(before.seat, Seat::Confirmed | Seat::Offered)
    {
        return Seat::Confirmed;
    }
    let waiting = match way {
        Way::Online => tally.waiting_online - tally.offered_online,
        Way::InPerson => tally.waiting_in_person - tally.offered_in_person,
    };
    match tally.free(capacity, way) {
        None => Seat::Confirmed,
        Some(free) if free > waiting => Seat::Confirmed,
        Some(_) => Seat::Waitlisted,
    }
}

/// How a freed seat goes to the next in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// They are in, and told so.
    Given,
    /// They are asked, and keep the seat until then.
    OfferedUntil(Instant),
    /// The session has begun: nobody moves up any more.
    TooLate,
}

/// How a seat that is freed at `now` is passed on.
pub fn promotion(now: Instant, starts_at: Instant, rules: Waitlist) -> Promotion {
    let left = starts_at - now;
    if left <= Duration::zero() {
        Promotion::TooLate
    } else if left > Duration::hours(i64::from(rules.ask_within_hours)) {
        Promotion::Given
    } else {
        let until = now + Duration::minutes(i64::from(rules.offer_minutes));
        Promotion::OfferedUntil(until.min(starts_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_SEAT: Capacity = Capacity {
        online: Some(1),
        in_person: None,
    };

    fn with_one_waiting() -> Tally {
        Tally {
            waiting_online: 1,
            ..Tally::default()
        }
    }

    #[test]
    fn a_new_yes_waits_behind_those_who_wait() {
        let seat = decide(
            PartStat::Accepted,
            Way::Online,
            None,
            with_one_waiting(),
            ONE_SEAT,
        );
        assert_eq!(seat, Seat::Waitlisted);
    }

    #[test]
    fn a_seat_that_is_held_is_kept_when_yes_is_said_again() {
        let before = Answer {
            partstat: PartStat::Accepted,
            seat: Seat::Confirmed,
            way: Way::Online,
            place: None,
        };
        let seat = decide(
            PartStat::Accepted,
            Way::Online,
            Some(before),
            with_one_waiting(),
            ONE_SEAT,
        );
        assert_eq!(seat, Seat::Confirmed);
    }

    #[test]
    fn an_offer_ends_at_the_start_at_the_latest() {
        let start: Instant = "2026-09-28T13:00:00Z".parse().unwrap();
        let rules = Waitlist::default();
        assert_eq!(
            promotion(start - Duration::days(2), start, rules),
            Promotion::Given
        );
        assert_eq!(
            promotion(start - Duration::minutes(10), start, rules),
            Promotion::OfferedUntil(start)
        );
        assert_eq!(promotion(start, start, rules), Promotion::TooLate);
    }
}
