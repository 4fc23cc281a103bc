//! Floor 6. HTTP as a way in: whether the service lives and is ready, what is measured of it, what people follow, the
//! demo's clock, and pages: those of the public in `open`, those of who runs a community in `app`.
//!
//! Every page is a row of one table ([`routes`]), which says who may ask for it; `gate` asks that, and whatever else holds
//! for all of them, before a page is made. A page is handed a [`visit::Visit`] and makes an answer of it.

pub mod app;
pub mod assets;
pub mod demo;
pub mod follow;
pub mod forms;
mod gate;
pub mod guard;
pub mod health;
pub mod kept;
pub mod metrics;
pub mod open;
pub mod routes;
pub mod said;
pub mod shown;
pub mod site;
pub mod visit;
