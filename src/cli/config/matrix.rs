//! `[community.matrix]`: the bot's account there, and the space that belongs to the community.
//!
//! The service has one account for all its communities: rooms of other homeservers are reached by federation, and
//! a device, its keys and its connection are better held once. So the keys of the account stand in the first section
//! that there is, and each further one says only what is its community's own.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::layers::Layers;
use super::problem::{self, ConfigError, of_community};
use super::rules::beside;
use super::secret::{Secret, secret};
use super::{Config, Section};
use crate::domain::platform::Platform;

/// `[community.matrix]` as it is written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MatrixSection {
    homeserver: Option<String>,
    user: Option<String>,
    #[serde(skip_serializing)]
    password: Option<SecretString>,
    password_file: Option<PathBuf>,
    #[serde(skip_serializing)]
    access_token: Option<SecretString>,
    access_token_file: Option<PathBuf>,
    #[serde(skip_serializing)]
    registration_secret: Option<SecretString>,
    registration_secret_file: Option<PathBuf>,
    state_dir: Option<PathBuf>,
    key_file: Option<PathBuf>,
    recovery_key_file: Option<PathBuf>,
    device_name: Option<String>,
    allow_new_login: Option<bool>,
    /// The community's space, by id or alias.
    pub space: Option<String>,
    /// Whose people may invite the bot, besides managers.
    pub allowed_servers: Vec<String>,
    /// Whether cards are answered by a poll rather than by reactions.
    pub polls: bool,
}

/// The bot's account, checked.
#[derive(Clone, Debug)]
pub struct MatrixAccount {
    /// The homeserver's address.
    pub homeserver: String,
    /// The full user id.
    pub user: String,
    /// How it signs in.
    pub sign_in: SignIn,
    /// Where its device is kept: keys, session, place in the timeline.
    pub state_dir: PathBuf,
    /// The key that the device is encrypted with.
    pub key_file: PathBuf,
    /// The key that brings its identity back when the device is lost.
    pub recovery_key_file: PathBuf,
    /// What the device is called.
    pub device_name: String,
    /// Whether a new device may take the place of one that is gone.
    pub allow_new_login: bool,
}

/// How the bot signs in.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// By its password.
    Password(Secret),
    /// With the token of a device that was made for it.
    AccessToken(Secret),
    /// Registered with the secret that the homeserver shares with its operator.
    Registration(Secret),
}

/// The account of a configuration, where it has one; sections are put into their final form.
///
/// # Errors
/// [`ConfigError`] when one lacks something, or says what another one says.
pub fn check(config: &mut Config, layers: &Layers) -> Result<Option<MatrixAccount>, ConfigError> {
    let (mut account, mut spaces) = (None, Vec::new());
    for (index, section) in config.communities.iter_mut().enumerate() {
        check_addresses(section, index, layers)?;
        let Some(matrix) = &mut section.matrix else {
            continue;
        };
        let at = |key: &str| of_community(index, &format!("matrix.{key}"));
        let wrong = |key: &str, what: &str| Err(problem::wrong(layers, &at(key), what));
        if let Some(space) = &matrix.space {
            if !space.starts_with(['!', '#']) {
                return wrong(
                    "space",
                    "write the space's id, which begins with !, or its alias, which begins with #",
                );
            }
            if spaces.contains(space) {
                return wrong("space", "this space belongs to another community already");
            }
            spaces.push(space.clone());
        }
        if account.is_none() {
            account = Some(of_section(matrix, index, layers)?);
        } else if let Some(key) = matrix.account_key() {
            return wrong(
                key,
                "the account is the one of the first [community.matrix], for all communities; leave this out",
            );
        }
    }
    Ok(account)
}

fn of_section(
    matrix: &mut MatrixSection,
    index: usize,
    layers: &Layers,
) -> Result<MatrixAccount, ConfigError> {
    let at = |key: &str| of_community(index, &format!("matrix.{key}"));
    let wrong = |key: &str, what: &str| problem::wrong(layers, &at(key), what);
    let file = |key: &str, set: &mut Option<PathBuf>, usual: &str| {
        let whole = beside(layers, &at(key), set.as_deref().unwrap_or(Path::new(usual)));
        *set = Some(whole.clone());
        whole
    };
    let Some(homeserver) = matrix.homeserver.clone() else {
        return Err(wrong(
            "",
            "this lacks “homeserver”, the address of the homeserver, like https://matrix.example.org",
        ));
    };
    if !["https://", "http://"]
        .iter()
        .any(|scheme| homeserver.starts_with(scheme))
    {
        let what = "this is no web address; write it like https://matrix.example.org";
        return Err(wrong("homeserver", what));
    }
    let Some(user) = matrix.user.clone() else {
        let what = "this lacks “user”, the bot's full user id, like @convene:example.org";
        return Err(wrong("", what));
    };
    if !is_user(&user) {
        let what = "this is no full user id; write it like @convene:example.org";
        return Err(wrong("user", what));
    }
    let secret = |key: &str, given: &Option<SecretString>, file: &Option<PathBuf>| {
        secret(
            layers,
            &of_community(index, "matrix"),
            key,
            given.as_ref(),
            file.as_ref(),
        )
    };
    let ways = [
        secret("password", &matrix.password, &matrix.password_file)?.map(SignIn::Password),
        secret(
            "access_token",
            &matrix.access_token,
            &matrix.access_token_file,
        )?
        .map(SignIn::AccessToken),
        secret(
            "registration_secret",
            &matrix.registration_secret,
            &matrix.registration_secret_file,
        )?
        .map(SignIn::Registration),
    ];
    let mut ways = ways.into_iter().flatten();
    let (Some(sign_in), None) = (ways.next(), ways.next()) else {
        let what =
            "say one way to sign in: password_file, access_token_file or registration_secret_file";
        return Err(wrong("", what));
    };
    let device_name = matrix.device_name.get_or_insert("Convene".to_owned());
    Ok(MatrixAccount {
        homeserver,
        user,
        sign_in,
        device_name: device_name.clone(),
        allow_new_login: *matrix.allow_new_login.get_or_insert(false),
        state_dir: file("state_dir", &mut matrix.state_dir, "matrix"),
        key_file: file("key_file", &mut matrix.key_file, "matrix.key"),
        recovery_key_file: file(
            "recovery_key_file",
            &mut matrix.recovery_key_file,
            "matrix.recovery",
        ),
    })
}

fn is_user(text: &str) -> bool {
    let parts = text.strip_prefix('@').and_then(|rest| rest.split_once(':'));
    parts.is_some_and(|(name, server)| !name.is_empty() && !server.is_empty())
}

impl MatrixSection {
    /// A key of the account that is set here.
    fn account_key(&self) -> Option<&'static str> {
        let set = [
            ("homeserver", self.homeserver.is_some()),
            ("user", self.user.is_some()),
            ("password", self.password.is_some()),
            ("password_file", self.password_file.is_some()),
            ("access_token", self.access_token.is_some()),
            ("access_token_file", self.access_token_file.is_some()),
            ("registration_secret", self.registration_secret.is_some()),
            (
                "registration_secret_file",
                self.registration_secret_file.is_some(),
            ),
            ("state_dir", self.state_dir.is_some()),
            ("key_file", self.key_file.is_some()),
            ("recovery_key_file", self.recovery_key_file.is_some()),
            ("device_name", self.device_name.is_some()),
            ("allow_new_login", self.allow_new_login.is_some()),
        ];
        set.iter().find(|(_, set)| *set).map(|(key, _)| *key)
    }
}

/// Rooms and people there are named by what never changes of them, or by an alias.
fn check_addresses(section: &Section, index: usize, layers: &Layers) -> Result<(), ConfigError> {
    let at = |key: &str| of_community(index, key);
    for (key, room) in section.named_rooms() {
        if room.platform == Platform::Matrix && !room.id.starts_with(['!', '#']) {
            let what = "write the room's id, which begins with !, or its alias, which begins with #: matrix:#organisers:example.org";
            return Err(problem::wrong(layers, &at(&key), what));
        }
    }
    for (place, manager) in section.managers.iter().enumerate() {
        if manager.0.platform == Platform::Matrix && !is_user(&manager.0.id) {
            let what = "write the manager's full user id: matrix:@ada:example.org";
            return Err(problem::wrong(
                layers,
                &at(&format!("managers.{place}")),
                what,
            ));
        }
    }
    Ok(())
}
