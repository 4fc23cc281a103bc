//! Checklists: begun from a template, read as they stand, ticked, and handed to people.

mod begin;
mod give;
mod nudge;
mod read;
mod session;
mod tick;
mod todo;

pub use begin::{begin, begin_for_person, morning_of, template};
pub use give::{give, stop};
pub use nudge::{Nudge, Round, SUBJECT, arm, arm_lists, for_room, of_round, rounds, told_at};
pub use read::{load, of_person, of_session};
pub use session::{
    Beginning, begin_for_session, beginnings, check_listable, close_all, follow_date, give_up,
    look, of_session_or_begun, old, refresh, set_for_series, template_of_series,
};
pub use tick::{tick, tick_for};
pub use todo::{entries, mine, number};
