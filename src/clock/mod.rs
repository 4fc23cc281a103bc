//! Floor 6. Time as a way in: the scheduler that writes ahead what falls due, and the delivery
//! loop that sends it. Imports actions, words, chat, storage and domain.

pub mod agenda;
pub mod bucket;
pub mod delivery;
pub mod forgetting;
mod meetings;
pub mod passage;
pub mod rehearsal;
pub mod retention;
pub mod scheduler;
pub mod steady;
pub mod wording;
