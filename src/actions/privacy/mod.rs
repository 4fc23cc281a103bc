//! What people allow, what is held on somebody, who asked to be forgotten, and what grows old.

pub mod consent;
pub mod forget;
pub mod held;
