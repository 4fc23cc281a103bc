//! What a manager brings in files: members, a series, answers. All of a file is taken or nothing, and every bad
//! line is named.

mod members;
mod rsvps;
mod series;
mod told;
pub mod world;
