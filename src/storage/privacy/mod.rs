//! Who was erased, what is held on somebody, and what becomes of every table when a person goes or a row grows old.

pub mod columns;
pub mod erase;
pub mod erasures;
pub mod forgettings;
pub mod held;
pub mod texts;
pub mod traces;
