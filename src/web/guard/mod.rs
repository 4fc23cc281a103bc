//! What holds for every page before it is made: from whom a request comes, how many may come, that no other site sent it,
//! and what a browser is told about its answer.

pub mod address;
pub mod cookies;
pub mod headers;
pub mod limits;
pub mod origin;
