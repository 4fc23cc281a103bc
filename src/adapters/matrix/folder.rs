//! The encrypted folder of the bot's device, and the key that it is opened with.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::Path;

use matrix_sdk::config::StoreConfig;
use matrix_sdk::cross_process_lock::CrossProcessLockConfig;
use matrix_sdk::{
    ClientBuildError, SqliteCryptoStore, SqliteEventCacheStore, SqliteMediaStore, SqliteStateStore,
    SqliteStoreConfig,
};

use super::key_store::KeyStore;
use super::{MatrixError, MatrixOptions};

/// Opens the library's own stores in the folder, which is made where it is new, with ours around its keys.
pub(super) async fn open(options: &MatrixOptions) -> Result<StoreConfig, MatrixError> {
    let folder = &options.state_dir;
    let is_new = !folder.join("matrix-sdk-crypto.sqlite3").exists();
    make_private(folder).map_err(|error| unusable(folder, &error))?;
    let key = key(is_new, options)?;
    let files = SqliteStoreConfig::with_low_memory_config(folder).key(Some(&key));
    let open = async {
        Ok(StoreConfig::new(CrossProcessLockConfig::SingleProcess)
            .state_store(SqliteStateStore::open_with_config(&files).await?)
            .event_cache_store(SqliteEventCacheStore::open_with_config(&files).await?)
            .media_store(SqliteMediaStore::open_with_config(&files).await?)
            .crypto_store(KeyStore::new(
                SqliteCryptoStore::open_with_config(&files).await?,
            )))
    };
    let opened: Result<_, ClientBuildError> = open.await;
    opened.map_err(|error| unusable(folder, &error))
}

pub(super) fn unusable(path: &Path, error: &impl Display) -> MatrixError {
    MatrixError::File {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes `text` into a new file that nobody else may read.
pub(super) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The key of the folder: 64 hexadecimal digits. Made for a folder that is new, and for no other.
pub(super) fn key(is_new: bool, options: &MatrixOptions) -> Result<[u8; 32], MatrixError> {
    let path = &options.key_file;
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && is_new => {
            let digits = hex::encode((options.chance)());
            write_private(path, &format!("{digits}\n")).map_err(|error| unusable(path, &error))?;
            digits
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = options.state_dir.display();
            let reason =
                format!("it is not there, and {folder} cannot be opened without it: put it back");
            return Err(unusable(path, &reason));
        }
        Err(error) => return Err(unusable(path, &error)),
    };
    let mut key = [0; 32];
    match hex::decode_to_slice(text.trim(), &mut key) {
        Ok(()) => Ok(key),
        Err(_) => Err(unusable(
            path,
            &"it does not hold a key of 64 hexadecimal digits",
        )),
    }
}
