//! What a phrase says about days, as gathered and before it is a rule.

use chrono::{NaiveDate, Weekday};

use crate::domain::time::Zone;

/// A unit of repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Everything gathered from a phrase.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    /// "every 2 weeks".
    pub every: Option<(u16, Unit)>,
    /// "of the month", "of each quarter": what positions count in.
    pub within: Option<Unit>,
    /// "first Monday".
    pub nth_days: Vec<(i8, Weekday)>,
    /// "Mondays".
    pub days: Vec<Weekday>,
    /// "first working day".
    pub nth_workdays: Vec<i32>,
    /// "10th", "last day".
    pub month_days: Vec<i8>,
    /// "10 March".
    pub dates: Vec<(i8, u8)>,
    /// "June, December".
    pub months: Vec<u8>,
    /// "except August".
    pub except: Vec<u8>,
    /// "except Friday".
    pub except_days: Vec<Weekday>,
    /// How many times in a unit were asked for: "twice a month".
    pub times_per: Option<(usize, Unit)>,
    /// "every 2nd Tuesday": the words.
    pub every_nth: Option<(i8, Weekday)>,
    /// "10 times".
    pub count: Option<u32>,
    /// "for 10 weeks".
    pub lasting: Option<(u32, Unit)>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub zone: Option<Zone>,
    pub notes: Vec<String>,
}

/// Adds what is not there yet.
pub(super) fn add<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}
