//! When the sessions of a series take place.
//!
//! A [`Schedule`] is what one series is: rules in force from a date onward ([`Segment`]), single
//! dates added (RDATE) and taken out (EXDATE), and breaks. It is kept as wall time plus zone and
//! expanded to instants when asked for. One session that was moved or skipped is held on the row
//! of that session, not here. Imports the domain only.
//!
//! Clocks: an instance inside a clock gap is left out (RFC 5545 section 3.3.10), of a wall time
//! that comes twice the first is meant, and no instant is given twice.

mod calendar;
mod describe;
mod rule;
mod schedule;
mod segment;
mod text;

pub use describe::{describe, describe_schedule, describe_segment, long_date, weekday_name};
pub use rule::{ByDay, COUNT_MAX, Freq, PER_DAY_MAX, RRule, RuleError, Until};
pub use schedule::{Break, Occurrence, Schedule};
pub use segment::{MINUTES_MAX, Pattern, Segment};
