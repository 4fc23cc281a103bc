//! E-mail: people who never join the chat, and lists that announcements go to. Letters go out by one SMTP server
//! (`port`, `smtp`); what calendars answer and what comes back is read in a mailbox (`mailbox`, `answers`, `bounces`); what their buttons and "unsubscribe" say comes back over HTTP (`pages`), sealed so that a link can
//! say nothing else (`seal`). Nothing can be edited, and nothing can be read back: a letter of which nobody
//! knows stays listed. Imports chat and domain.

pub mod answers;
pub mod bounces;
mod check;
mod letter;
mod mailbox;
mod pages;
mod port;
mod render;
mod seal;
mod smtp;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use secrecy::SecretString;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use self::seal::Sealer;
use self::smtp::Smtp;
use crate::chat::Heard;
use crate::domain::email::Email as Address;
use crate::domain::text::UserText;
use crate::domain::time::Clock;

pub use self::check::check;
pub use self::mailbox::{MailboxServer, heard};
pub use self::seal::NoKey;

/// What the adapter is told.
pub struct EmailOptions {
    /// The server that letters are handed to.
    pub smtp: SmtpServer,
    /// What letters are sent from.
    pub from: Address,
    /// The communities' names, by slug: letters are from them.
    pub communities: HashMap<String, UserText>,
    /// Letters a minute.
    pub per_minute: u32,
    /// What links begin with.
    pub base_url: String,
    /// The file with the key that links are sealed with; made when it is not there.
    pub key_file: PathBuf,
    /// Makes that key.
    pub chance: fn() -> [u8; 32],
    /// Where calendars answer, and letters come back to.
    pub mailbox: Option<MailboxServer>,
    /// How long the server may take.
    pub patience: Patience,
}

/// The server that letters are handed to.
#[derive(Clone)]
pub struct SmtpServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// How we sign in, where we do: a name, and a password or why it cannot be read.
    pub sign_in: Option<(String, Result<SecretString, String>)>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after the greeting; without it nothing is said.
    StartTls,
    /// Not at all: only for a server on this machine.
    None,
}

/// How long the server may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From connecting to being allowed to send; until then nothing was sent.
    pub before: Duration,
    /// For the letter itself, after which nobody knows.
    pub letter: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            before: Duration::from_secs(15),
            letter: Duration::from_secs(25),
        }
    }
}

/// E-mail as a platform.
pub struct Email {
    smtp: Smtp,
    from: Address,
    communities: HashMap<String, UserText>,
    per_minute: u32,
    base_url: String,
    sealer: Sealer,
    heard: mpsc::Sender<Heard>,
    clock: Arc<dyn Clock>,
    mailbox: Option<MailboxServer>,
    trouble: Mutex<Option<String>>,
    /// Connections at a time.
    slots: Semaphore,
}

/// How many connections are open at a time: servers dislike many.
const CONNECTIONS: usize = 4;

impl Email {
    /// The platform; nothing is connected before the first letter.
    ///
    /// # Errors
    /// One line when the key of links can neither be read nor made.
    pub fn new(
        options: EmailOptions,
        heard: mpsc::Sender<Heard>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, NoKey> {
        let sealer = Sealer::open(&options.key_file, options.chance)?;
        Ok(Arc::new(Self {
            smtp: Smtp::new(options.smtp, options.patience),
            from: options.from,
            communities: options.communities,
            per_minute: options.per_minute.max(1),
            base_url: options.base_url,
            sealer,
            heard,
            clock,
            mailbox: options.mailbox,
            trouble: Mutex::new(None),
            slots: Semaphore::new(CONNECTIONS),
        }))
    }

    /// What links in letters lead to.
    pub fn routes(self: &Arc<Self>) -> Router {
        pages::router(Arc::clone(self))
    }

    /// While the service runs: reads what calendars answer, and takes leave of the server in the end.
    pub async fn run(&self, stop: CancellationToken) {
        if let Some(mailbox) = &self.mailbox {
            self.read_answers(mailbox, &stop).await;
        }
        stop.cancelled().await;
        self.smtp.close().await;
    }

    fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}
