//! Slack's requests over Socket Mode: connections that the service opens, so that no address of it has to be reachable.
//!
//! Slack sends each request over one of the connections and closes each of them now and then. It says so before, and the
//! next one is open before the old one is let go; what was asked over the old one is still acknowledged there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Url;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

use super::answer::Taken;
use super::api::{CONNECTION, Caller, Failed};
use super::payload::{print, text};
use super::take::Ask;
use super::{LONGEST_PAUSE, PAUSE, Slack};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long a connection may take until Slack greets.
const GREETING: Duration = Duration::from_secs(10);
/// How often Slack is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);
/// After so long without a word the connection is taken to be dead.
const SILENCE: Duration = Duration::from_secs(60);
/// How long an old connection is listened to after the next one is open.
const DRAIN: Duration = Duration::from_secs(60);
/// A connection that held so long was a good one: the next failure is the first again.
const GOOD: Duration = Duration::from_secs(30);

/// How many connections are open, for what is said of the platform.
#[derive(Default)]
struct Open(AtomicUsize);

/// Why a connection ended.
enum Ended {
    /// Slack is about to close it: the next one first.
    Refresh,
    /// It broke, or Slack closed it.
    Broken(String),
}

/// Holds `connections` connections until `stop`.
pub(super) async fn hold(
    slack: &Arc<Slack>,
    token: &SecretString,
    connections: usize,
    stop: CancellationToken,
) {
    let open = Arc::new(Open::default());
    let mut held = JoinSet::new();
    for _ in 0..connections.max(1) {
        let (slack, token) = (Arc::clone(slack), token.clone());
        let (open, stop) = (Arc::clone(&open), stop.clone());
        held.spawn(async move { keep(&slack, &token, &open, &stop).await });
    }
    while held.join_next().await.is_some() {}
}

/// Holds one connection until `stop`: when it ends the next is opened, after a pause where it broke.
async fn keep(
    slack: &Arc<Slack>,
    token: &SecretString,
    open: &Arc<Open>,
    stop: &CancellationToken,
) {
    let mut pause = PAUSE;
    while !stop.is_cancelled() {
        let began = Instant::now();
        let mut wait = None;
        let broken = match connect(slack, token).await {
            Ok(socket) => {
                open.opened(slack);
                match listen(slack, open, socket, stop).await {
                    Ended::Refresh => {
                        pause = PAUSE;
                        continue;
                    }
                    Ended::Broken(why) => why,
                }
            }
            Err(Failed::Wait(time) | Failed::Away(time, _)) => {
                wait = Some(time);
                "Slack opens no connection".to_owned()
            }
            Err(failed) => failed.to_string(),
        };
        if stop.is_cancelled() {
            return;
        }
        tracing::warn!(reason = %broken, "a connection to Slack ended; opening another");
        open.say(slack, &broken);
        if began.elapsed() > GOOD {
            pause = PAUSE;
        }
        tokio::select! {
            () = tokio::time::sleep(wait.unwrap_or(pause).max(pause)) => {}
            () = stop.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Opens a connection and waits until Slack greets.
async fn connect(slack: &Slack, token: &SecretString) -> Result<Socket, Failed> {
    let caller = Caller {
        team: "",
        token: Some(token.clone()),
    };
    let answer = slack.api.call(CONNECTION, caller, None, &json!({})).await?;
    let url = text(&answer, "/url");
    if !is_slack(url, slack.api.base()) {
        return Err(Failed::Refused(
            "Slack named an address that is not its own".to_owned(),
        ));
    }
    let broke = |why: String| Failed::Unclear(format!("no connection to Slack: {why}"));
    let greeted = timeout(GREETING, async {
        let (mut socket, _) = connect_async(url)
            .await
            .map_err(|error| broke(error.to_string()))?;
        loop {
            let frame = socket.next().await;
            let frame = frame.ok_or_else(|| broke("it was closed at once".to_owned()))?;
            let frame = frame.map_err(|error| broke(error.to_string()))?;
            let greeting = frame.to_text().ok().and_then(read);
            match greeting.as_ref().map(|it| text(it, "/type")) {
                Some("hello") => return Ok(socket),
                Some("disconnect") => return Err(broke("Slack refused it".to_owned())),
                _ => {}
            }
        }
    });
    greeted
        .await
        .unwrap_or_else(|_| Err(broke("Slack did not greet".to_owned())))
}

/// Listens until the connection ends. Where Slack announces that, it is still listened to beside the next one.
async fn listen(
    slack: &Arc<Slack>,
    open: &Arc<Open>,
    socket: Socket,
    stop: &CancellationToken,
) -> Ended {
    let (announce, mut announced) = mpsc::channel(1);
    let (slack, open, stop) = (Arc::clone(slack), Arc::clone(open), stop.clone());
    let mut listening = tokio::spawn(async move {
        let ended = serve(&slack, socket, &announce, &stop).await;
        open.closed(&slack);
        ended
    });
    tokio::select! {
        ended = &mut listening => match ended {
            Ok(why) => Ended::Broken(why),
            Err(_) => Ended::Broken("it failed unexpectedly".to_owned()),
        },
        Some(()) = announced.recv() => Ended::Refresh,
    }
}

/// Takes what comes over a connection, and acknowledges it there; says why it ended.
async fn serve(
    slack: &Arc<Slack>,
    socket: Socket,
    announce: &mpsc::Sender<()>,
    stop: &CancellationToken,
) -> String {
    let (mut out, mut incoming) = socket.split();
    let (acknowledge, mut acknowledged) = mpsc::channel::<Value>(64);
    let mut ping = tokio::time::interval(PING);
    let (mut heard_at, mut last_by) = (Instant::now(), None::<Instant>);
    loop {
        let until = last_by.unwrap_or(heard_at + SILENCE);
        let sent = tokio::select! {
            frame = incoming.next() => {
                heard_at = Instant::now();
                let frame = match frame {
                    Some(Ok(frame)) => frame,
                    Some(Err(error)) => return error.to_string(),
                    None => return "Slack closed it".to_owned(),
                };
                match frame {
                    Frame::Text(said) => {
                        if let Some(reason) = take(slack, &said, &acknowledge) {
                            last_by.get_or_insert(Instant::now() + DRAIN);
                            tracing::debug!(%reason, "Slack is about to close a connection");
                            let _ = announce.try_send(());
                        }
                        Ok(())
                    }
                    Frame::Close(_) => return "Slack closed it".to_owned(),
                    _ => Ok(()),
                }
            }
            Some(done) = acknowledged.recv() => out.send(Frame::text(done.to_string())).await,
            _ = ping.tick() => out.send(Frame::Ping(Vec::new().into())).await,
            () = tokio::time::sleep_until(until) => return "nothing was heard of Slack".to_owned(),
            () = stop.cancelled() => {
                let _ = out.close().await;
                return "the service stops".to_owned();
            }
        };
        if let Err(error) = sent {
            return error.to_string();
        }
    }
}

/// Takes one frame; answers why Slack is about to close the connection, where it says so.
fn take(slack: &Arc<Slack>, said: &str, acknowledge: &mpsc::Sender<Value>) -> Option<String> {
    let envelope = read(said)?;
    let payload = envelope["payload"].clone();
    let ask = match text(&envelope, "/type") {
        "disconnect" => return Some(text(&envelope, "/reason").to_owned()),
        "slash_commands" => Ask::Command(payload),
        "interactive" => Ask::Interaction(payload),
        "events_api" => Ask::Event(payload),
        _ => return None,
    };
    let (slack, acknowledge) = (Arc::clone(slack), acknowledge.clone());
    tokio::spawn(async move {
        let print = print(envelope["payload"].to_string().as_bytes());
        let taken = slack.take(ask, slack.clock.now(), print).await;
        let mut done = json!({ "envelope_id": envelope["envelope_id"] });
        match taken {
            Taken::Done(body) => {
                if let Some(body) = body.filter(|_| envelope["accepts_response_payload"] == true) {
                    done["payload"] = json!(body);
                }
                // Where the connection is gone Slack sends it again.
                let _ = acknowledge.send(done).await;
            }
            Taken::Again => {}
        }
    });
    None
}

fn read(said: &str) -> Option<Value> {
    serde_json::from_str(said).ok()
}

/// Whether a connection may go there: to Slack, or to a stand-in beside that of the Web API.
fn is_slack(url: &str, api: &Url) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let host = url.host_str().unwrap_or("");
    match (url.scheme(), api.scheme()) {
        ("wss", "https") => host.ends_with(".slack.com") || api.host_str() == Some(host),
        ("ws", "http") => api.host_str() == Some(host),
        _ => false,
    }
}

impl Open {
    fn opened(&self, slack: &Slack) {
        self.0.fetch_add(1, Ordering::SeqCst);
        slack.set_trouble(None);
    }

    fn closed(&self, slack: &Slack) {
        if self.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            slack.set_trouble(Some(super::CONNECTING.to_owned()));
        }
    }

    /// Says what is wrong, while no connection is open.
    fn say(&self, slack: &Slack, why: &str) {
        if self.0.load(Ordering::SeqCst) == 0 {
            slack.set_trouble(Some(why.to_owned()));
        }
    }
}
