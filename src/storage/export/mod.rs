//! What is exported: everything that is known of the people, sessions and attendance of one community, read in
//! few statements however much there is.

mod attendance;
mod members;
mod sessions;
mod tables;

pub use attendance::{AttendanceRecord, attendance};
pub use members::{MemberRecord, members};
pub use sessions::{SessionRecord, sessions};
pub use tables::tables;
