//! The mailbox in which answers of calendars come, and what comes back of our letters (IMAP4rev1, RFC 3501). What was dealt with is marked as read and stays;
//! what cannot be handed over stays unread. Letters that are no answers are left where they are, read by nobody.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_imap::{Client, Session};
use futures_util::TryStreamExt;
use rustls_platform_verifier::ConfigVerifierExt;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_util::sync::CancellationToken;

use super::answers::read_reply;
use super::bounces::read_bounce;
use super::{Email, Security};
use crate::chat::{Heard, Inbound, Said};
use crate::domain::platform::{Account, Platform, Room};
use crate::domain::text::UserText;

/// Where answers come.
#[derive(Clone)]
pub struct MailboxServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in.
    pub user: String,
    /// The password, or why it cannot be read.
    pub password: Result<SecretString, String>,
    /// The folder.
    pub folder: String,
    /// How often it is looked at.
    pub every: Duration,
}

/// How long the server may take for one step.
const STEP: Duration = Duration::from_secs(20);
/// The longest wait after it could not be reached.
const LONGEST: Duration = Duration::from_secs(300);

trait Wire: AsyncRead + AsyncWrite + Unpin + Debug + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Debug + Send> Wire for T {}

type Open = Session<Box<dyn Wire>>;

impl Email {
    /// Looks into the mailbox again and again until `stop`.
    pub(super) async fn read_answers(&self, server: &MailboxServer, stop: &CancellationToken) {
        let mut wait = server.every;
        loop {
            let looked = tokio::select! {
                looked = self.look(server) => looked,
                () = stop.cancelled() => return,
            };
            wait = match looked {
                Ok(()) => server.every,
                Err(why) => {
                    tracing::warn!(
                        "the mailbox for answers of calendars and letters that come back: {why}"
                    );
                    (wait * 2).min(LONGEST)
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// Deals with what is unread.
    async fn look(&self, server: &MailboxServer) -> Result<(), String> {
        let mut session = open(server).await?;
        in_time(session.select(&server.folder)).await?;
        let unread = in_time(session.uid_search("UNSEEN SMALLER 1000000")).await?;
        let mut unread: Vec<u32> = unread.into_iter().collect();
        unread.sort_unstable();
        for uid in unread {
            let uid = uid.to_string();
            let letters: Vec<_> = in_time(async {
                session
                    .uid_fetch(&uid, "BODY.PEEK[]")
                    .await?
                    .try_collect()
                    .await
            })
            .await?;
            let heard = letters.first().and_then(|letter| heard(letter.body()?));
            if let Some((event_id, from, said)) = heard
                && !self.hear_from(event_id, from, said).await
            {
                return Err("a letter could not be dealt with; it stays unread".to_owned());
            }
            let _marked: Vec<_> = in_time(async {
                session
                    .uid_store(&uid, "+FLAGS.SILENT (\\Seen)")
                    .await?
                    .try_collect()
                    .await
            })
            .await?;
        }
        drop(in_time(session.logout()).await);
        Ok(())
    }

    /// Hands over what was read; whether it is dealt with.
    async fn hear_from(&self, event_id: String, from: String, said: Said) -> bool {
        let place = |id: String| Room {
            platform: Platform::Email,
            id,
        };
        let inbound = Inbound {
            event_id,
            from: Account {
                platform: Platform::Email,
                id: from.clone(),
            },
            display_name: UserText::default(),
            room: place(from),
            direct: true,
            space: None,
            at: self.clock.now(),
            about: None,
            said,
        };
        let (done, committed) = oneshot::channel();
        let heard = Heard {
            inbound,
            done,
            waiting: None,
        };
        self.heard.send(heard).await.is_ok() && committed.await.is_ok()
    }
}

/// What a letter says: which event it is, whose, and what. Most say nothing to us.
pub fn heard(letter: &[u8]) -> Option<(String, String, Said)> {
    if let Some(reply) = read_reply(letter) {
        return Some((reply.id, reply.from, Said::Answered(reply.answered)));
    }
    let bounce = read_bounce(letter)?;
    let said = Said::CameBack {
        token: bounce.token,
        status: bounce.status,
        nobody: bounce.nobody,
    };
    Some((bounce.id, bounce.to, said))
}

/// What keeps us from the mailbox.
///
/// # Errors
/// One line that names nobody.
pub(super) async fn try_open(server: &MailboxServer) -> Result<(), String> {
    let mut session = open(server).await?;
    in_time(session.select(&server.folder)).await?;
    drop(in_time(session.logout()).await);
    Ok(())
}

async fn in_time<T>(
    step: impl Future<Output = Result<T, async_imap::error::Error>>,
) -> Result<T, String> {
    match tokio::time::timeout(STEP, step).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

async fn open(server: &MailboxServer) -> Result<Open, String> {
    let password = server.password.as_ref().map_err(Clone::clone)?;
    let address = (server.host.as_str(), server.port);
    let connected = tokio::time::timeout(STEP, TcpStream::connect(address)).await;
    let stream = match connected {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(format!("it cannot be reached: {error}")),
        Err(_) => return Err("it does not answer".to_owned()),
    };
    let stream: Box<dyn Wire> = match server.security {
        Security::None => Box::new(stream),
        Security::Tls => encrypted(server, stream).await?,
        Security::StartTls => {
            let mut client = Client::new(stream);
            greeting(&mut client).await?;
            in_time(client.run_command_and_check_ok("STARTTLS", None)).await?;
            encrypted(server, client.into_inner()).await?
        }
    };
    let mut client = Client::new(stream);
    if server.security != Security::StartTls {
        greeting(&mut client).await?;
    }
    let login = client.login(&server.user, password.expose_secret());
    match tokio::time::timeout(STEP, login).await {
        Ok(Ok(session)) => Ok(session),
        Ok(Err(_)) => Err("signing in failed".to_owned()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

async fn greeting<T: Wire>(client: &mut Client<T>) -> Result<(), String> {
    match tokio::time::timeout(STEP, client.read_response()).await {
        Ok(Ok(Some(_))) => Ok(()),
        _ => Err("it does not greet".to_owned()),
    }
}

async fn encrypted(server: &MailboxServer, stream: TcpStream) -> Result<Box<dyn Wire>, String> {
    let config = ClientConfig::with_platform_verifier();
    let config = config.map_err(|error| error.to_string())?;
    let name = ServerName::try_from(server.host.clone()).map_err(|error| error.to_string())?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    match tokio::time::timeout(STEP, connecting).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}
