//! What is held on somebody, who asked to be forgotten, and what grows old.

pub mod forget;
pub mod held;
