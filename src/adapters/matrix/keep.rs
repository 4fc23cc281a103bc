//! What the adapter itself keeps, in the encrypted store of its device, so that device, session and place in the
//! timeline are saved, moved and lost together.

use matrix_sdk::Client;
use matrix_sdk::ruma::RoomId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::MatrixError;

const SESSION: &str = "convene.session";
const DEVICE: &str = "convene.device";
const THROUGH: &str = "convene.through";

/// The messages whose key has not come yet.
pub(super) const LATE: &str = "convene.late";

/// The session of the device.
pub(super) const fn session() -> &'static str {
    SESSION
}

/// The id that the device was given.
pub(super) const fn device() -> &'static str {
    DEVICE
}

/// Up to where everything that was heard is dealt with, as a place of the sync.
pub(super) const fn through() -> &'static str {
    THROUGH
}

/// The last event of a room that is dealt with.
pub(super) fn mark(room: &RoomId) -> String {
    format!("convene.mark|{room}")
}

/// Reads what is kept under `key`.
pub(super) async fn get<T: DeserializeOwned>(
    client: &Client,
    key: &str,
) -> Result<Option<T>, MatrixError> {
    let kept = client.state_store().get_custom_value(key.as_bytes()).await;
    let Some(kept) = kept.map_err(failed)? else {
        return Ok(None);
    };
    serde_json::from_slice(&kept).map(Some).map_err(failed)
}

/// Keeps `value` under `key`.
pub(super) async fn set<T: Serialize>(
    client: &Client,
    key: &str,
    value: &T,
) -> Result<(), MatrixError> {
    let value = serde_json::to_vec(value).map_err(failed)?;
    let kept = client
        .state_store()
        .set_custom_value_no_read(key.as_bytes(), value);
    kept.await.map_err(failed)
}

/// Keeps nothing under `key` any more.
pub(super) async fn forget(client: &Client, key: &str) -> Result<(), MatrixError> {
    let kept = client.state_store().remove_custom_value(key.as_bytes());
    kept.await.map(drop).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> MatrixError {
    MatrixError::Library(format!("the device's store: {error}"))
}
