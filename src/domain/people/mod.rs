//! People and the organisations they belong to.

pub mod career;
pub mod hours;
pub mod member;
pub mod organisation;
