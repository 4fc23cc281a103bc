//! `[mail]`: the server that letters are handed to, for all communities, and the mailbox in which answers of calendars come.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::layers::{Layers, Step};
use super::problem::{self, ConfigError};
use super::rules::beside;
use super::secret::{Secret, secret};
use crate::domain::email::Email;
use crate::words_enum;

words_enum! {
    /// How a connection is protected.
    Security {
        /// TLS from the first byte.
        Tls = "tls",
        /// TLS after the greeting, or nothing.
        StartTls = "starttls",
        /// Not at all.
        None = "none",
    }
}

/// `[mail]` as it is written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MailSection {
    server: Option<String>,
    port: Option<u16>,
    #[serde(default = "usual")]
    security: Security,
    user: Option<String>,
    #[serde(skip_serializing)]
    password: Option<SecretString>,
    password_file: Option<PathBuf>,
    from: Option<String>,
    #[serde(default = "a_minute")]
    per_minute: u32,
    key_file: Option<PathBuf>,
    imap_server: Option<String>,
    imap_port: Option<u16>,
    #[serde(default = "usual")]
    imap_security: Security,
    imap_user: Option<String>,
    #[serde(skip_serializing)]
    imap_password: Option<SecretString>,
    imap_password_file: Option<PathBuf>,
    #[serde(default = "inbox")]
    imap_folder: String,
}

fn usual() -> Security {
    Security::Tls
}

fn a_minute() -> u32 {
    60
}

fn inbox() -> String {
    "INBOX".to_owned()
}

/// A server, and how it is signed in to.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// A name and a password.
    pub sign_in: Option<(String, Secret)>,
}

/// Mail, checked.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Where letters are handed over.
    pub smtp: Server,
    /// What they are sent from.
    pub from: Email,
    /// How many go out a minute.
    pub per_minute: u32,
    /// The key that their links are sealed with.
    pub key_file: PathBuf,
    /// Where answers of calendars come, and the folder.
    pub imap: Option<(Server, String)>,
}

fn path(key: &str) -> Vec<Step> {
    let mut path = vec![Step::Key("mail".to_owned())];
    path.extend((!key.is_empty()).then(|| Step::Key(key.to_owned())));
    path
}

/// The mail of a configuration; its section is put into its final form.
///
/// # Errors
/// [`ConfigError`] when it lacks something.
pub fn check(section: &mut MailSection, layers: &Layers) -> Result<Mail, ConfigError> {
    let wrong = |key: &str, what: &str| problem::wrong(layers, &path(key), what);
    let Some(host) = section.server.clone() else {
        return Err(wrong(
            "",
            "this lacks “server”, the name of the mail server, like smtp.example.org",
        ));
    };
    let Some(from) = &section.from else {
        return Err(wrong(
            "",
            "this lacks “from”, the address that letters come from",
        ));
    };
    let from = Email::parse(from).map_err(|error| wrong("from", &error.to_string()))?;
    if section.per_minute == 0 || section.per_minute > 6000 {
        return Err(wrong("per_minute", "write a number from 1 to 6000"));
    }
    let password = secret(
        layers,
        &path(""),
        "password",
        section.password.as_ref(),
        section.password_file.as_ref(),
    )?;
    let sign_in = match (section.user.clone(), password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) => {
            return Err(wrong(
                "user",
                "a user signs in with a password: set password_file",
            ));
        }
        (None, Some(_)) => return Err(wrong("", "this lacks “user”, whose password that is")),
    };
    if section.security == Security::None && sign_in.is_some() {
        return Err(wrong(
            "security",
            "a password is never sent unprotected; use tls or starttls",
        ));
    }
    let port = *section.port.get_or_insert(match section.security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    });
    let imap = imap(section, layers)?;
    let key = section.key_file.as_deref().unwrap_or(Path::new("mail.key"));
    let key_file = beside(layers, &path("key_file"), key);
    section.key_file = Some(key_file.clone());
    Ok(Mail {
        smtp: Server {
            host,
            port,
            security: section.security,
            sign_in,
        },
        from,
        per_minute: section.per_minute,
        key_file,
        imap,
    })
}

fn imap(
    section: &mut MailSection,
    layers: &Layers,
) -> Result<Option<(Server, String)>, ConfigError> {
    let wrong = |key: &str, what: &str| problem::wrong(layers, &path(key), what);
    let Some(host) = section.imap_server.clone() else {
        return Ok(None);
    };
    let password = secret(
        layers,
        &path(""),
        "imap_password",
        section.imap_password.as_ref(),
        section.imap_password_file.as_ref(),
    )?;
    let (Some(user), Some(password)) = (section.imap_user.clone(), password) else {
        return Err(wrong(
            "imap_server",
            "a mailbox is opened with imap_user and imap_password_file",
        ));
    };
    let local = ["127.0.0.1", "::1", "localhost"].contains(&host.as_str());
    if section.imap_security == Security::None && !local {
        return Err(wrong(
            "imap_security",
            "a password is never sent unprotected; use tls or starttls",
        ));
    }
    let port = *section
        .imap_port
        .get_or_insert(match section.imap_security {
            Security::Tls => 993,
            Security::StartTls | Security::None => 143,
        });
    let server = Server {
        host,
        port,
        security: section.imap_security,
        sign_in: Some((user, password)),
    };
    Ok(Some((server, section.imap_folder.clone())))
}
