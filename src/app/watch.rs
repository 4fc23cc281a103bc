//! What is read of the running whole from outside: `/healthz`, `/readyz` and `/metrics`, and what people follow.

use std::path::PathBuf;

use axum::Router;
use prometheus::Registry;

use super::whole::App;
use crate::web::follow;
use crate::web::health::{self, Health};
use crate::web::metrics::{self, Metrics};

/// The routes; `file` is the database's, where it is one.
///
/// # Errors
/// When two parts measure something under one name.
pub fn routes(app: &App, file: Option<PathBuf>) -> prometheus::Result<Router> {
    let parts = app.parts();
    let registry = Registry::new();
    app.register(&registry)?;
    let metrics = Metrics::new(
        registry,
        parts.db.clone(),
        file,
        parts.clock.clone(),
        parts.ports.clone(),
    )?;
    let health = Health {
        db: parts.db.clone(),
        clock: parts.clock.clone(),
        ports: parts.ports.clone(),
    };
    let follow = follow::router(
        parts.db.clone(),
        parts.clock.clone(),
        parts.steady.clone(),
        parts.communities.clone(),
    );
    Ok(health::router(health)
        .merge(metrics::router(metrics))
        .merge(follow))
}
