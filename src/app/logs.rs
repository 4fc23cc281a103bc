//! Log lines: a readable sentence with dotted fields, on standard error, for people or for programs.

use tracing_subscriber::EnvFilter;

use crate::cli::config::{Log, LogFormat};

/// What the libraries of chat platforms say names people, rooms and tokens; what it means for the service the adapter says.
const QUIET: &str = "matrix_sdk=off,matrix_sdk_base=off,matrix_sdk_crypto=off,matrix_sdk_sqlite=off,\
                     serenity=off,tungstenite=off,tokio_tungstenite=off";

/// Writes log lines as configured from here on; a second call changes nothing.
pub fn begin(log: &Log) {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", log.level))
        .unwrap_or_else(|_| EnvFilter::new(QUIET));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let begun = match log.format {
        LogFormat::Text => lines.with_target(false).with_ansi(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    // Somebody else's lines, in a test for example, are as good.
    drop(begun);
}
