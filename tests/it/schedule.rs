//! What people type for dates and rules, and the dates that come out.

mod any;
mod command;
mod phrases;
mod series;

pub use phrases::frame;
