//! What a link in a letter says, sealed with a key of ours: who reads the link by chance learns nothing, and nobody can make
//! one that says something else.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What following a link means: the same as typing a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    /// The address that the letter went to.
    #[serde(rename = "a")]
    pub(super) address: String,
    /// The command, with the community it is meant in.
    #[serde(rename = "c")]
    pub(super) command: String,
    /// What stands on the button.
    #[serde(rename = "l")]
    pub(super) label: String,
}

/// The key of links in letters cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the key of links in letters, {}: {reason}", file.display())]
pub struct NoKey {
    file: PathBuf,
    reason: String,
}

/// Seals links and opens them.
pub(super) struct Sealer {
    key: [u8; 32],
}

/// The length of a nonce.
const NONCE: usize = 24;

impl Sealer {
    /// With the key in `file`, which is made by `chance` when it is not there.
    ///
    /// # Errors
    /// One line that names the file.
    pub(super) fn open(file: &Path, chance: fn() -> [u8; 32]) -> Result<Self, NoKey> {
        let no = |reason: String| NoKey {
            file: file.to_owned(),
            reason,
        };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let text = hex::encode(chance());
                write_private(file, &text).map_err(|error| no(error.to_string()))?;
                text
            }
            Err(error) => return Err(no(error.to_string())),
        };
        let mut key = [0; 32];
        hex::decode_to_slice(text.trim(), &mut key).map_err(|_| no("it is no key".to_owned()))?;
        Ok(Self { key })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.key))
    }

    /// The text of a link. The same says the same again, so that a letter that is written twice is one.
    pub(super) fn seal(&self, what: &Sealed) -> Option<String> {
        let plain = serde_json::to_vec(what).ok()?;
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(&plain);
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&hash.finalize()[..NONCE]);
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), plain.as_slice())
            .ok()?;
        Some(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What a link says; `None` when it is none of ours.
    pub(super) fn unseal(&self, text: &str) -> Option<Sealed> {
        let bytes = BASE64.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let plain = self.cipher().decrypt(&XNonce::from(nonce), sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

/// Writes a file that only its owner reads.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file)?;
    opened.write_all(text.as_bytes())?;
    opened.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_what_it_was_made_to_say_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mail.key");
        let one = Sealer::open(&file, || [7; 32]).unwrap();
        let again = Sealer::open(&file, || [8; 32]).unwrap();
        let other = Sealer { key: [9; 32] };
        let what = Sealed {
            address: "mei@example.org".to_owned(),
            command: "rsvp yes 21".to_owned(),
            label: "Yes".to_owned(),
        };
        let text = one.seal(&what).unwrap();
        assert_eq!(again.unseal(&text), Some(what.clone()));
        assert_eq!(other.unseal(&text), None);
        assert!(!text.contains("mei"));
        for wrong in ["", "x", "!!", &text[1..], &format!("{text}A")] {
            assert_eq!(one.unseal(wrong), None, "{wrong}");
        }
    }
}
