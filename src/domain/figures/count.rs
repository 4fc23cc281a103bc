//! What one person at one session adds to the counts.

use std::ops::{AddAssign, Neg};

use crate::domain::events::attendance::{Role, Source};

/// One person at one session, over all sources that saw them there: one attendance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Whether it is a member or contact; else somebody known by a report's address or name only.
    pub member: bool,
    /// How many records say so.
    pub records: i64,
    /// Whether they spoke or ran it, as a report says.
    pub presenting: bool,
    /// They checked in.
    pub checked_in: bool,
    /// The host wrote them down.
    pub listed: bool,
    /// A report saw them.
    pub reported: bool,
    /// How long they were there, where that is known.
    pub minutes: Option<i64>,
    /// Where their connection came from.
    pub country: Option<String>,
}

impl Presence {
    /// Takes in one more record of the same person at the same session. Of several lengths of stay the longest
    /// counts: each source has united its own intervals.
    pub fn add(&mut self, source: Source, role: Role, minutes: Option<i64>, country: Option<&str>) {
        self.records += 1;
        self.presenting |= role != Role::Attendee;
        match source {
            Source::CheckIn => self.checked_in = true,
            Source::HostList => self.listed = true,
            Source::Report => self.reported = true,
        }
        self.minutes = self.minutes.max(minutes);
        if country > self.country.as_deref() {
            self.country = country.map(str::to_owned);
        }
    }
}

/// Counts that are kept for a month and a facet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Attendances: people, each once for each session.
    pub n: i64,
    /// The records they rest on.
    pub records: i64,
    /// Of the attendances, those as speaker or host.
    pub presenting: i64,
    /// Those that were checked in.
    pub checked_in: i64,
    /// Those that the host wrote down.
    pub listed: i64,
    /// Those that a report saw.
    pub reported: i64,
    /// Those of which it is known how long.
    pub timed: i64,
    /// How long these were in all, in minutes.
    pub minutes: i64,
}

impl Sums {
    /// Whether there is nothing in it.
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&Presence> for Sums {
    fn from(presence: &Presence) -> Self {
        Self {
            n: 1,
            records: presence.records,
            presenting: presence.presenting.into(),
            checked_in: presence.checked_in.into(),
            listed: presence.listed.into(),
            reported: presence.reported.into(),
            timed: presence.minutes.is_some().into(),
            minutes: presence.minutes.unwrap_or(0),
        }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.n += other.n;
        self.records += other.records;
        self.presenting += other.presenting;
        self.checked_in += other.checked_in;
        self.listed += other.listed;
        self.reported += other.reported;
        self.timed += other.timed;
        self.minutes += other.minutes;
    }
}

impl Neg for Sums {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            n: -self.n,
            records: -self.records,
            presenting: -self.presenting,
            checked_in: -self.checked_in,
            listed: -self.listed,
            reported: -self.reported,
            timed: -self.timed,
            minutes: -self.minutes,
        }
    }
}
