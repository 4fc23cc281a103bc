//! A secret: in a file of its own that the configuration names as `KEY_file`, or in the environment as `KEY`.
//! It is read when it is needed and not with the configuration, since most commands do without it.

use std::path::PathBuf;

use secrecy::SecretString;

use super::layers::{Layers, Origin, Step};
use super::problem::{self, ConfigError};
use super::rules::beside;

/// Where a secret is.
#[derive(Clone, Debug)]
pub enum Secret {
    /// It came from the environment.
    Given(SecretString),
    /// In this file, without the white space around it.
    File(PathBuf),
}

impl Secret {
    /// The secret.
    ///
    /// # Errors
    /// [`ConfigError`] when its file cannot be read or is empty.
    pub fn read(&self) -> Result<SecretString, ConfigError> {
        let file = match self {
            Self::Given(secret) => return Ok(secret.clone()),
            Self::File(file) => file,
        };
        let unreadable = |reason: String| ConfigError::Unreadable {
            file: file.clone(),
            reason,
        };
        let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
        match text.trim() {
            "" => Err(unreadable("it is empty".to_owned())),
            secret => Ok(SecretString::from(secret.to_owned())),
        }
    }
}

/// The secret `key` of the section at `section`, as its two keys have it; none where both are left out.
///
/// # Errors
/// [`ConfigError`] when both are set, or when the secret itself stands in the configuration file.
pub fn secret(
    layers: &Layers,
    section: &[Step],
    key: &str,
    given: Option<&SecretString>,
    file: Option<&PathBuf>,
) -> Result<Option<Secret>, ConfigError> {
    let at = |key: String| {
        let mut path = section.to_vec();
        path.push(Step::Key(key));
        path
    };
    let (own, named) = (at(key.to_owned()), at(format!("{key}_file")));
    match (given, file) {
        (Some(_), _) if matches!(layers.origin(&own), Origin::Line(_)) => Err(problem::wrong(
            layers,
            &own,
            format!(
                "a secret does not belong into this file; put it into one of its own and name that in “{key}_file”"
            ),
        )),
        (Some(_), Some(_)) => Err(problem::wrong(
            layers,
            &named,
            format!("“{key}” is set as well; leave one of them out"),
        )),
        (Some(given), None) => Ok(Some(Secret::Given(given.clone()))),
        (None, Some(file)) => Ok(Some(Secret::File(beside(layers, &named, file)))),
        (None, None) => Ok(None),
    }
}
