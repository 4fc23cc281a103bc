//! Handing a letter to the SMTP server (RFC 5321), step by step, so that it is known how far it came: before its text
//! was sent it certainly did not go, afterwards only the server's answer tells.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::{Address, address::Envelope};
use secrecy::ExposeSecret;

use super::{Patience, Security, SmtpServer};

/// How long a connection that is not used is kept.
const IDLE: Duration = Duration::from_secs(20);

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Handed {
    /// The server has it.
    Over,
    /// Nobody is there under that address.
    Nobody(String),
    /// The server will not take this letter.
    Refused(String),
    /// The server does not take this letter now.
    NotNow(String),
    /// The server takes no letters now, or not from us.
    Away(String),
    /// It was sent, and the server did not say what became of it.
    Unclear(String),
}

/// The server, with the connections to it that rest.
pub(super) struct Smtp {
    server: SmtpServer,
    patience: Patience,
    resting: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl Smtp {
    pub(super) fn new(server: SmtpServer, patience: Patience) -> Self {
        Self {
            server,
            patience,
            resting: Mutex::default(),
        }
    }

    /// Hands one letter over.
    pub(super) async fn hand(&self, envelope: &Envelope, letter: &[u8]) -> Handed {
        let before = tokio::time::timeout(self.patience.before, self.begin(envelope, letter)).await;
        let mut connection = match before {
            Ok(Ok(connection)) => connection,
            Ok(Err(handed)) => return handed,
            Err(_) => return Handed::Away("the mail server did not answer in time".to_owned()),
        };
        let sent = tokio::time::timeout(self.patience.letter, connection.message(letter)).await;
        match sent {
            Ok(Ok(_)) => {
                self.rest(connection);
                Handed::Over
            }
            Ok(Err(error)) if error.is_permanent() => {
                self.rest(connection);
                Handed::Refused(refusal("letter", &error))
            }
            Ok(Err(error)) if error.is_transient() => {
                self.rest(connection);
                Handed::NotNow(refusal("letter", &error))
            }
            Ok(Err(_)) => Handed::Unclear("the connection broke after the letter".to_owned()),
            Err(_) => Handed::Unclear("the mail server did not say whether it has it".to_owned()),
        }
    }

    /// A connection on which the text of the letter may follow.
    async fn begin(
        &self,
        envelope: &Envelope,
        letter: &[u8],
    ) -> Result<AsyncSmtpConnection, Handed> {
        // A connection that rested may have been closed meanwhile, which is no answer.
        if let Some(mut rested) = self.rested() {
            match introduce(&mut rested, envelope, letter).await {
                Ok(()) => return Ok(rested),
                Err(Refusal {
                    error: Some(error), ..
                }) if !has_code(&error) => {}
                Err(refusal) => {
                    self.after(rested, &refusal);
                    return Err(refusal.handed());
                }
            }
        }
        let mut connection = self.connect().await.map_err(Handed::Away)?;
        match introduce(&mut connection, envelope, letter).await {
            Ok(()) => Ok(connection),
            Err(refusal) => {
                self.after(connection, &refusal);
                Err(refusal.handed())
            }
        }
    }

    /// A connection that was refused something is as good as before, once the server forgot the letter; simplest is
    /// another one.
    fn after(&self, connection: AsyncSmtpConnection, _refusal: &Refusal) {
        tokio::spawn(async move {
            let mut connection = connection;
            let leave = connection.quit();
            drop(tokio::time::timeout(Duration::from_secs(2), leave).await);
        });
    }

    /// Connects and signs in.
    ///
    /// # Errors
    /// What keeps us from it, in words that name nobody.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let SmtpServer { host, port, .. } = &self.server;
        let tls = || TlsParameters::new_rustls(host.clone()).map_err(|error| plain(&error));
        let at_once = match self.server.security {
            Security::Tls => Some(tls()?),
            Security::StartTls | Security::None => None,
        };
        let hello = ClientId::default();
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (host.as_str(), *port),
            Some(self.patience.before),
            &hello,
            at_once,
            None,
        )
        .await
        .map_err(|error| format!("the mail server cannot be reached: {}", plain(&error)))?;
        if self.server.security == Security::StartTls {
            let started = connection.starttls(tls()?, &hello).await;
            started
                .map_err(|error| format!("the mail server does not do TLS: {}", plain(&error)))?;
        }
        if let Some((user, password)) = &self.server.sign_in {
            let password = password.as_ref().map_err(Clone::clone)?;
            let who = Credentials::new(user.clone(), password.expose_secret().to_owned());
            let ways = [Mechanism::Plain, Mechanism::Login];
            let signed_in = connection.auth(&ways, &who).await;
            signed_in.map_err(|error| {
                format!("signing in to the mail server failed: {}", plain(&error))
            })?;
        }
        Ok(connection)
    }

    fn resting(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        (self.resting.lock()).unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn rested(&self) -> Option<AsyncSmtpConnection> {
        let mut resting = self.resting();
        resting.retain(|(_, since)| since.elapsed() < IDLE);
        resting.pop().map(|(connection, _)| connection)
    }

    fn rest(&self, connection: AsyncSmtpConnection) {
        if !connection.has_broken() {
            self.resting().push((connection, Instant::now()));
        }
    }

    /// Takes leave.
    pub(super) async fn close(&self) {
        let resting: Vec<_> = std::mem::take(&mut *self.resting());
        for (mut connection, _) in resting {
            let leave = connection.quit();
            drop(tokio::time::timeout(Duration::from_secs(1), leave).await);
        }
    }
}

/// Where the server stopped us before the text.
struct Refusal {
    at: Step,
    /// None: the server lacks what the letter needs.
    error: Option<Error>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Sender,
    Recipient,
    Data,
}

impl Refusal {
    fn handed(&self) -> Handed {
        let Some(error) = &self.error else {
            return Handed::Refused("the mail server cannot send to such an address".to_owned());
        };
        let gone = || is_gone(error);
        match self.at {
            _ if !has_code(error) => {
                Handed::Away("the connection to the mail server broke".to_owned())
            }
            Step::Sender => Handed::Away(refusal("sender", error)),
            Step::Recipient if error.is_transient() => Handed::NotNow(refusal("recipient", error)),
            Step::Recipient if gone() => Handed::Nobody(refusal("recipient", error)),
            Step::Recipient => Handed::Refused(refusal("recipient", error)),
            Step::Data if error.is_transient() => Handed::NotNow(refusal("letter", error)),
            Step::Data => Handed::Refused(refusal("letter", error)),
        }
    }
}

/// Everything before the text.
async fn introduce(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    letter: &[u8],
) -> Result<(), Refusal> {
    let at = |at: Step| {
        move |error: Error| Refusal {
            at,
            error: Some(error),
        }
    };
    let mut parameters = Vec::new();
    let addresses: Vec<&Address> = envelope.from().into_iter().chain(envelope.to()).collect();
    let ascii = |address: &&Address| {
        let text: &str = (*address).as_ref();
        text.is_ascii()
    };
    if !addresses.iter().all(ascii) {
        if !connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
        {
            return Err(Refusal {
                at: Step::Recipient,
                error: None,
            });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !letter.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let sender = Mail::new(envelope.from().cloned(), parameters);
    connection.command(sender).await.map_err(at(Step::Sender))?;
    for to in envelope.to() {
        let recipient = Rcpt::new(to.clone(), Vec::new());
        connection
            .command(recipient)
            .await
            .map_err(at(Step::Recipient))?;
    }
    connection.command(Data).await.map_err(at(Step::Data))?;
    Ok(())
}

/// Whether the server said something, rather than going away.
fn has_code(error: &Error) -> bool {
    error.is_transient() || error.is_permanent()
}

/// The enhanced status code (RFC 3463) that an answer begins with: `5.1.1`.
fn enhanced(error: &Error) -> Option<String> {
    let said = std::error::Error::source(error)?.to_string();
    let first = said.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let numbers = parts
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    (parts.len() == 3 && numbers).then(|| first.to_owned())
}

/// Whether a status says that nobody is at an address, which is so for every other letter too.
pub(super) fn says_nobody(status: &str) -> bool {
    matches!(
        status,
        "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" | "5.2.1"
    )
}

/// Whether a permanent refusal of a recipient says that nobody is there (RFC 3463, X.1.1 to X.1.3, X.1.6, X.1.10, X.2.1), and
/// not that the letter was not wanted.
fn is_gone(error: &Error) -> bool {
    let code = error.status().map(|code| code.to_string());
    match enhanced(error) {
        Some(status) => says_nobody(&status),
        None => matches!(code.as_deref(), Some("550" | "551" | "553")),
    }
}

/// `the mail server refused the recipient (550 5.1.1)`: the rest of what servers say often holds the address.
fn refusal(what: &str, error: &Error) -> String {
    let code = error.status().map(|code| code.to_string());
    let codes: Vec<String> = code.into_iter().chain(enhanced(error)).collect();
    format!("the mail server refused the {what} ({})", codes.join(" "))
}

/// An error without what the server said.
fn plain(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("it says {code}"),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None if error.is_tls() => "its certificate is not accepted".to_owned(),
        None => {
            std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
        }
    }
}
