//! `/healthz`: the process answers. `/readyz`: it can do its work, else 503 with the reasons.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::chat::ChatPort;
use crate::domain::time::Clock;
use crate::storage::{Db, StorageError, outbox, settings};

/// How late the oldest due posting may be.
const LATE_MINUTES: i64 = 5;
/// How long the database may take to keep something.
const PATIENCE: Duration = Duration::from_secs(3);

/// What readiness depends on.
#[derive(Clone)]
pub struct Health {
    /// The database.
    pub db: Db,
    /// Tells how late a posting is.
    pub clock: Arc<dyn Clock>,
    /// The platforms that it speaks to.
    pub ports: Vec<Arc<dyn ChatPort>>,
}

/// The two routes; they tell nothing about anybody and want no login.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(live))
        .route("/readyz", get(ready))
        .with_state(health)
}

async fn live() -> Response {
    answer(StatusCode::OK, &json!({ "status": "alive" }))
}

async fn ready(State(health): State<Health>) -> Response {
    let reasons = health.reasons().await;
    if reasons.is_empty() {
        return answer(StatusCode::OK, &json!({ "status": "ready" }));
    }
    let body = json!({ "status": "not ready", "reasons": reasons });
    answer(StatusCode::SERVICE_UNAVAILABLE, &body)
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    (status, no_store, Json(body.clone())).into_response()
}

impl Health {
    /// Why the service is not ready; empty when it is.
    pub async fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        let now = self.clock.now();
        let kept = self.db.write(move |tx| {
            Box::pin(async move {
                let at = now.timestamp_millis().to_string();
                settings::set(tx, None, "readiness.asked", &at).await
            })
        });
        match tokio::time::timeout(PATIENCE, kept).await {
            Ok(Ok(())) => {}
            Ok(Err(StorageError::Full)) => {
                reasons.push("the database or its disk is full: free some space".to_owned());
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the database could not keep a change");
                reasons.push("the database cannot be written: see the log".to_owned());
            }
            Err(_) => reasons.push("the database does not answer in time".to_owned()),
        }
        let oldest = self
            .db
            .read(move |tx| Box::pin(async move { outbox::oldest_overdue(tx, now).await }));
        match oldest.await {
            Ok(Some(due)) if (now - due).num_minutes() >= LATE_MINUTES => reasons.push(format!(
                "the oldest posting is {} minutes late",
                (now - due).num_minutes()
            )),
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the outbox could not be read");
                reasons.push("the outbox cannot be read: see the log".to_owned());
            }
        }
        for port in &self.ports {
            if let Some(trouble) = port.trouble() {
                reasons.push(format!("{} is not connected: {trouble}", port.platform()));
            }
        }
        reasons
    }
}
