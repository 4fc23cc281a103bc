//! Floor 6. HTTP as a way in: whether the service lives and is ready, what is measured of it, what people follow, and the
//! demo's clock.

pub mod demo;
pub mod follow;
pub mod health;
pub mod metrics;
