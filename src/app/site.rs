//! A listener with routes, and how it ends.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::bail;
use axum::Router;
use axum::middleware::from_fn;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::web::guard::headers::harden;

/// How long requests under way may take when the listener closes.
const GRACE: Duration = Duration::from_secs(2);

/// Listens at `address`; `otherwise` says what to do when somebody else does.
///
/// # Errors
/// One line that names the address.
pub async fn listen(address: SocketAddr, otherwise: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("another program listens at {address} already: {otherwise}")
        }
        Err(error) => bail!("cannot listen at {address} ({error}): {otherwise}"),
    }
}

/// Routes being served.
pub struct Site {
    stopping: CancellationToken,
    serving: JoinHandle<()>,
}

impl Site {
    /// Serves `routes`.
    pub fn serve(listener: TcpListener, routes: Router) -> Self {
        let stopping = CancellationToken::new();
        let stopped = stopping.clone().cancelled_owned();
        let serving = tokio::spawn(async move {
            let routes = routes.layer(from_fn(harden));
            let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
            let served = axum::serve(listener, routes).with_graceful_shutdown(stopped);
            if let Err(error) = served.await {
                tracing::error!(%error, "the listener failed");
            }
        });
        Self { stopping, serving }
    }

    /// Takes no more requests and lets those under way finish.
    pub async fn stop(mut self) {
        self.stopping.cancel();
        if tokio::time::timeout(GRACE, &mut self.serving)
            .await
            .is_err()
        {
            self.serving.abort();
        }
    }
}

/// Waits until the service is asked to stop: SIGTERM, or Ctrl-C. A second time ends the process at once.
///
/// # Errors
/// When the system does not let us listen for signals.
pub fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    let mut signals = Signals::new()?;
    Ok(async move {
        signals.next().await;
        tracing::info!("asked to stop: finishing what is under way");
        tokio::spawn(async move {
            signals.next().await;
            std::process::exit(1);
        });
    })
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
