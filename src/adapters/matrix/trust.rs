//! That the bot's device is trusted and can be recovered: it is signed by the account's own identity, which the
//! library makes at the first sign-in, and the recovery key is kept in a file of its own. With it a new device gets
//! identity and keys back.

use matrix_sdk::Client;
use matrix_sdk::encryption::recovery::RecoveryState;

use super::Matrix;
use super::folder::write_private;

impl Matrix {
    /// Sets up recovery where it is not, and brings the identity back where it is lost. What fails is logged: the bot
    /// works without, and `check` tells.
    pub(super) async fn make_trusted(&self, client: &Client) {
        let encryption = client.encryption();
        encryption.wait_for_e2ee_initialization_tasks().await;
        let file = &self.options.recovery_key_file;
        let recovery = encryption.recovery();
        let done = match (recovery.state(), std::fs::read_to_string(file)) {
            (RecoveryState::Enabled, _) => return,
            (RecoveryState::Incomplete, Ok(key)) => recovery.recover(key.trim()).await,
            (RecoveryState::Incomplete, Err(_)) => {
                tracing::warn!(
                    file = %file.display(),
                    "the account can be recovered, but not by the bot: put its recovery key into this file"
                );
                return;
            }
            (_, Ok(_)) => {
                tracing::warn!(
                    file = %file.display(),
                    "there is a recovery key, but nothing on the homeserver that it opens; move it away for a new one"
                );
                return;
            }
            (_, Err(_)) => match recovery.enable().await {
                Ok(key) => {
                    if let Err(error) = write_private(file, &format!("{key}\n")) {
                        tracing::error!(%error, file = %file.display(), "the recovery key could not be kept");
                    }
                    Ok(())
                }
                Err(error) => Err(error),
            },
        };
        match done {
            Ok(()) => tracing::info!("the bot's identity can be recovered"),
            Err(error) => tracing::warn!(%error, "recovery could not be set up"),
        }
    }
}
