//! People and the organisations they belong to.

pub mod arrival;
pub mod career;
pub mod consent;
pub mod erasure;
pub mod hours;
pub mod identity;
pub mod link_code;
pub mod mail;
pub mod member;
pub mod merging;
pub mod organisation;
pub mod privacy;
pub mod registration;
pub mod speaking;
pub mod told;
