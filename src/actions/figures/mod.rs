//! The figures of a community: each with its definition, its value, its split, what it rests on and what is not known.
//! Attendances, people and answers come from the counts that are kept by month, everything else from its records.

mod compute;
mod freeze;
mod made;
mod months;
pub mod reported;

pub use compute::{all, figure};
pub use freeze::freeze;

use chrono::NaiveDate;

use crate::domain::community::Community;
use crate::domain::figures::Period;
use crate::domain::time::{Instant, Plan};

/// Whose figures, as known when.
#[derive(Clone, Copy, Debug)]
pub struct AsOf<'a> {
    /// The community.
    pub community: &'a Community,
    /// Now.
    pub now: Instant,
}

/// Today in the community's zone.
fn today(of: AsOf<'_>) -> NaiveDate {
    of.now.with_timezone(&of.community.zone).date_naive()
}

/// The instant with which a day begins in the community's zone.
fn beginning(of: AsOf<'_>, day: NaiveDate) -> Instant {
    let (wall, zone) = (day.and_time(chrono::NaiveTime::MIN), of.community.zone);
    (Plan { wall, zone })
        .instant()
        .unwrap_or_else(|| wall.and_utc())
}

/// The instant with which a period ends in the community's zone, now at the latest.
fn end(of: AsOf<'_>, period: &Period) -> Instant {
    let next = period.to.and_then(|day| day.succ_opt());
    let soon = of.now + chrono::Duration::milliseconds(1);
    next.map_or(soon, |day| beginning(of, day).min(soon))
}
