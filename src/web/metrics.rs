//! `/metrics`: what can be measured of the service, as text for Prometheus. What is counted while
//! it happens is registered by whoever counts it; the rest is looked up when somebody asks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus::{Counter, Gauge, GaugeVec, Opts, Registry, TEXT_FORMAT, TextEncoder};

use crate::chat::ChatPort;
use crate::domain::time::{Clock, Instant};
use crate::storage::{Db, StorageError, measures};

/// How long the database may take to be measured.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is measured.
pub struct Metrics {
    registry: Registry,
    db: Db,
    file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    ports: Vec<Arc<dyn ChatPort>>,
    started: Instant,
    gauges: Gauges,
}

struct Gauges {
    outbox: GaugeVec,
    lateness: Gauge,
    paused: Gauge,
    actions: Counter,
    commits: Counter,
    statements: Counter,
    waited: Counter,
    size: GaugeVec,
    backup: Gauge,
    connected: GaugeVec,
    uptime: Gauge,
    measured: Gauge,
}

impl Gauges {
    fn register(registry: &Registry) -> prometheus::Result<Self> {
        let many = |name: &str, help: &str, label: &str| {
            let gauge = GaugeVec::new(Opts::new(name, help), &[label])?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let one = |name: &str, help: &str| {
            let gauge = Gauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let count = |name: &str, help: &str| {
            let counter = Counter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        many("convene_build_info", "1, with the version.", "version")?
            .with_label_values(&[env!("CARGO_PKG_VERSION")])
            .set(1.0);
        Ok(Self {
            outbox: many(
                "convene_outbox_rows",
                "Rows of the outbox that are not done with, by state.",
                "state",
            )?,
            lateness: one(
                "convene_outbox_oldest_late_seconds",
                "How late the oldest row is that should be out; 0 when none is.",
            )?,
            paused: one(
                "convene_outbox_paused",
                "Communities whose posting is held by somebody.",
            )?,
            actions: count(
                "convene_writer_actions_total",
                "Actions that the database's writer ran.",
            )?,
            commits: count(
                "convene_writer_commits_total",
                "Commits; fewer than actions where several shared one.",
            )?,
            statements: count(
                "convene_writer_statements_total",
                "Statements of those actions.",
            )?,
            waited: count(
                "convene_writer_wait_seconds_total",
                "How long all actions together took from being asked for to being committed.",
            )?,
            size: many(
                "convene_database_bytes",
                "What the database takes: its data, and the log of changes beside it.",
                "part",
            )?,
            backup: one(
                "convene_last_backup_timestamp_seconds",
                "When the database was last copied by “convene backup”; 0 when never.",
            )?,
            connected: many(
                "convene_platform_connected",
                "1 while a platform can be reached.",
                "platform",
            )?,
            uptime: one("convene_uptime_seconds", "Since the service started.")?,
            measured: one(
                "convene_database_measured",
                "1 when the database answered this request.",
            )?,
        })
    }
}

impl Metrics {
    /// Everything that is measured of a service that starts now. What is in `registry` is shown too;
    /// `file` is the database's, where it is one.
    ///
    /// # Errors
    /// When something of the same name is in `registry`.
    pub fn new(
        registry: Registry,
        db: Db,
        file: Option<PathBuf>,
        clock: Arc<dyn Clock>,
        ports: Vec<Arc<dyn ChatPort>>,
    ) -> prometheus::Result<Self> {
        Ok(Self {
            gauges: Gauges::register(&registry)?,
            started: clock.now(),
            registry,
            db,
            file,
            clock,
            ports,
        })
    }

    /// The text as of now.
    pub async fn text(&self) -> String {
        let now = self.clock.now();
        let measured = tokio::time::timeout(PATIENCE, self.measure(now)).await;
        let answered = match measured {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "the database could not be measured");
                false
            }
            Err(_) => false,
        };
        self.gauges.measured.set(f64::from(u8::from(answered)));
        self.gauges.uptime.set(seconds(now - self.started));
        for port in &self.ports {
            let there = port.trouble().is_none();
            self.gauges
                .connected
                .with_label_values(&[port.platform().as_str()])
                .set(f64::from(u8::from(there)));
        }
        let encoded = TextEncoder::new().encode_to_string(&self.registry.gather());
        encoded.unwrap_or_else(|error| {
            tracing::error!(%error, "the measures could not be written");
            String::new()
        })
    }

    async fn measure(&self, now: Instant) -> Result<(), StorageError> {
        let gauges = &self.gauges;
        let written = self.db.written();
        raise(&gauges.actions, written.actions as f64);
        raise(&gauges.commits, written.groups as f64);
        raise(&gauges.statements, written.statements as f64);
        raise(&gauges.waited, written.waited.as_secs_f64());
        let size = measures::size(&self.db, self.file.as_deref()).await?;
        for (part, bytes) in [("data", size.data), ("log", size.log)] {
            gauges.size.with_label_values(&[part]).set(bytes as f64);
        }
        let found = self
            .db
            .read(move |tx| Box::pin(async move { measures::take(tx, now).await }))
            .await?;
        for (state, rows) in found.open {
            gauges
                .outbox
                .with_label_values(&[state.as_str()])
                .set(rows as f64);
        }
        let late = found.oldest_overdue.map_or(0.0, |due| seconds(now - due));
        gauges.lateness.set(late.max(0.0));
        gauges.paused.set(found.paused as f64);
        let backup = found.last_backup.map_or(0, |at| at.timestamp());
        gauges.backup.set(backup as f64);
        Ok(())
    }
}

/// Brings a counter up to what somebody else has counted.
fn raise(counter: &Counter, to: f64) {
    counter.inc_by((to - counter.get()).max(0.0));
}

fn seconds(time: chrono::Duration) -> f64 {
    time.num_milliseconds() as f64 / 1000.0
}

/// The route; it tells nothing about anybody and wants no login.
pub fn router(metrics: Metrics) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .with_state(Arc::new(metrics))
}

async fn show(State(metrics): State<Arc<Metrics>>) -> Response {
    let text = metrics.text().await;
    if text.is_empty() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, TEXT_FORMAT),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
