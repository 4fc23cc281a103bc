//! The pages, as a browser asks for them.

mod acts;
mod changed;
mod guarded;
mod kept;
mod naughty;
mod people;
mod routes;
mod sign_in;
pub mod stage;
