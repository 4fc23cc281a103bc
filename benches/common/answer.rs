//! What everybody answers.

use convene::domain::events::rsvp::{Answer, PartStat, Seat, Way};

/// A plain yes with a seat.
pub const YES: Answer = Answer {
    partstat: PartStat::Accepted,
    seat: Seat::Confirmed,
    way: Way::Online,
    place: None,
};
