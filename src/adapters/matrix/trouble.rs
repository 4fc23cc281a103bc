//! What goes wrong between the bot and its homeserver, told apart by what is known afterwards.

use std::path::PathBuf;
use std::time::Duration;

use matrix_sdk::HttpError;
use matrix_sdk::ruma::api::error::{ErrorKind, FromHttpResponseError, RetryAfter};

use crate::chat::Sent;

/// Why the bot is not connected. Each is one line that says what to do; none holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// The account's name is none.
    #[error("the account {0}")]
    Account(String),
    /// The folder or a file of the device cannot be used.
    #[error("cannot use {}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A secret cannot be read.
    #[error("{0}")]
    Secret(String),
    /// The homeserver does not let the bot in.
    #[error("the homeserver refuses: {0}")]
    Refused(String),
    /// Another device would take the place of one that is known.
    #[error("{0}")]
    NewDevice(String),
    /// The session ended over there.
    #[error(
        "the homeserver has ended the bot's session: if that was on purpose, set allow_new_login and start again"
    )]
    SignedOut,
    /// It cannot be reached, or fails.
    #[error("{0}")]
    Away(String),
    /// The library could not do something, mostly with its files.
    #[error("{0}")]
    Library(String),
}

impl MatrixError {
    /// Whether trying again soon is of no use.
    pub(super) fn is_lasting(&self) -> bool {
        !matches!(self, Self::Away(_) | Self::Library(_))
    }

    /// Whether the device has to be opened anew.
    pub(super) fn signs_out(&self) -> bool {
        matches!(self, Self::SignedOut)
    }
}

impl From<matrix_sdk::Error> for MatrixError {
    fn from(error: matrix_sdk::Error) -> Self {
        match error {
            matrix_sdk::Error::Http(error) => Self::from(*error),
            other => Self::Library(other.to_string()),
        }
    }
}

impl From<HttpError> for MatrixError {
    fn from(error: HttpError) -> Self {
        match error.client_api_error_kind() {
            Some(ErrorKind::UnknownToken(_) | ErrorKind::MissingToken) => return Self::SignedOut,
            Some(ErrorKind::Forbidden | ErrorKind::UserDeactivated) => {
                return Self::Refused(said(&error));
            }
            _ => {}
        }
        match status(&error) {
            Some(status) => Self::Away(format!("the homeserver answers with {status}")),
            None => Self::Away("the homeserver cannot be reached".to_owned()),
        }
    }
}

/// The HTTP status of an answer that was one.
pub(super) fn status(error: &HttpError) -> Option<u16> {
    if let Some(error) = error.as_client_api_error() {
        return Some(error.status_code.as_u16());
    }
    match error {
        HttpError::Api(error) => match error.as_ref() {
            FromHttpResponseError::Server(_) => Some(401),
            // An answer without the form of one, as a proxy in between gives.
            _ => Some(502),
        },
        HttpError::Cached(error) => status(error),
        _ => None,
    }
}

/// What the homeserver says about it: words of a program, not of a person.
pub(super) fn said(error: &HttpError) -> String {
    match error.as_client_api_error() {
        Some(error) => error.to_string(),
        None => "it gave no reason".to_owned(),
    }
}

/// How long the homeserver asks to wait, where it does.
pub(super) fn asked_to_wait(error: &HttpError) -> Option<Duration> {
    match error.client_api_error_kind()? {
        ErrorKind::LimitExceeded(limit) => Some(match limit.retry_after {
            Some(RetryAfter::Delay(time)) => time,
            _ => Duration::from_secs(5),
        }),
        _ => None,
    }
}

/// Whether a request certainly did not reach the homeserver.
pub(super) fn never_left(error: &HttpError) -> bool {
    match error {
        HttpError::Reqwest(error) => error.is_connect() || error.is_builder(),
        HttpError::Cached(error) => never_left(error),
        HttpError::IntoHttp(_) => true,
        _ => false,
    }
}

/// How long to wait for a homeserver that is not there.
pub(super) const AWAY: Duration = Duration::from_secs(2);

/// What is known of a posting after an error.
pub(super) fn sent(error: matrix_sdk::Error) -> Sent {
    let error = match error {
        matrix_sdk::Error::Http(error) => *error,
        matrix_sdk::Error::WrongRoomState(_) => {
            return Sent::Refused("the bot is not in that room (any more)".to_owned());
        }
        // The device's files could not be used: nothing was sent yet.
        other => {
            tracing::warn!(error = %other, "a posting could not be made ready");
            return Sent::RetryAfter(AWAY);
        }
    };
    if let Some(time) = asked_to_wait(&error) {
        return Sent::RetryAfter(time);
    }
    if never_left(&error) {
        return Sent::RetryAfter(AWAY);
    }
    match status(&error) {
        Some(status @ 400..500) if status != 408 => match MatrixError::from(error) {
            MatrixError::SignedOut => Sent::RetryAfter(AWAY),
            other => Sent::Refused(other.to_string()),
        },
        Some(status) => Sent::Unclear(format!("the homeserver answers with {status}")),
        None => Sent::Unclear("the connection broke".to_owned()),
    }
}
