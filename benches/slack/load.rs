//! The load: requests made and signed beforehand, sent through connections that stay open, each connection waiting for
//! the text of one answer before it sends the next.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use convene::domain::time::{Clock as _, SystemClock};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::slack::{ANNOUNCEMENTS, Slack, account};
use super::{ANSWERED, CONNECTIONS, PEOPLE, SECRET, TEAM};

/// A request as it goes over the wire, and the name its answer comes under if it does not come at once.
pub struct Request {
    bytes: Vec<u8>,
    hook: String,
}

/// A round that is ready to run.
pub struct Load {
    requests: Arc<Vec<Request>>,
    port: u16,
}

/// A round that has run.
pub struct Round {
    /// From the first request to the last text.
    pub took: Duration,
    /// How long each one waited for its text.
    pub each: Vec<Duration>,
}

impl Load {
    /// Everybody answers once, and otherwise than in the round before: half by a command, half by a button.
    pub fn signed(round: usize, slack: &Slack, port: u16) -> Self {
        let answer = ["yes", "maybe", "no"][round % 3];
        let requests = (0..PEOPLE)
            .map(|n| {
                let (person, says) = (account(ANSWERED + n), format!("rsvp {answer} 1"));
                let name = format!("{port}/{round}/{n}");
                if n % 2 == 0 {
                    command(slack, &person, &says, &name)
                } else {
                    press(slack, &person, &says, &name)
                }
            })
            .collect();
        Self {
            requests: Arc::new(requests),
            port,
        }
    }

    pub async fn run(self, slack: &Slack) -> anyhow::Result<Round> {
        let next = AtomicUsize::new(0);
        let began = Instant::now();
        let connections = (0..CONNECTIONS).map(|_| async {
            let mut connection = Connection::open(self.port).await?;
            let mut each = Vec::new();
            while let Some(request) = self.requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let began = Instant::now();
                let said = connection.ask(slack, request).await?;
                ensure!(says_something(&said), "no answer: {said}");
                each.push(began.elapsed());
            }
            anyhow::Ok(each)
        });
        let each = futures_util::future::try_join_all(connections)
            .await?
            .concat();
        Ok(Round {
            took: began.elapsed(),
            each,
        })
    }
}

fn says_something(said: &Value) -> bool {
    let text = said["text"].as_str().or(said.as_str()).unwrap_or_default();
    ["You're in", "Noted", "aybe", "Full"]
        .iter()
        .any(|known| text.contains(known))
}

/// A slash command of `person`.
pub fn command(slack: &Slack, person: &str, text: &str, name: &str) -> Request {
    let response_url = format!("{}{name}", slack.hooks);
    let form = [
        ("token", "old"),
        ("team_id", TEAM),
        ("team_domain", "bench"),
        ("channel_id", ANNOUNCEMENTS),
        ("channel_name", "announcements"),
        ("user_id", person),
        ("user_name", person),
        ("command", "/convene"),
        ("text", text),
        ("api_app_id", "A0BENCH00"),
        ("is_enterprise_install", "false"),
        ("response_url", &response_url),
        ("trigger_id", name),
    ];
    signed("commands", &form, name)
}

/// A button that says `value`, pressed by `person`.
pub fn press(slack: &Slack, person: &str, value: &str, name: &str) -> Request {
    let payload = json!({
        "type": "block_actions", "api_app_id": "A0BENCH00", "token": "old", "trigger_id": name,
        "team": {"id": TEAM, "domain": "bench"},
        "user": {"id": person, "username": person, "name": person, "team_id": TEAM},
        "channel": {"id": ANNOUNCEMENTS, "name": "announcements"},
        "container": {"type": "message", "message_ts": slack.card(), "channel_id": ANNOUNCEMENTS, "is_ephemeral": false},
        "message": {"type": "message", "ts": slack.card(), "user": "U0BOT0000", "text": "A card"},
        "response_url": format!("{}{name}", slack.hooks), "state": {"values": {}},
        "actions": [{"type": "button", "action_id": "say.0", "block_id": "b", "action_ts": format!("{}.000002", SystemClock::new().now().timestamp()),
            "text": {"type": "plain_text", "text": "Yes"}, "value": value}],
    });
    signed("interactivity", &[("payload", &payload.to_string())], name)
}

fn signed(path: &str, form: &[(&str, &str)], name: &str) -> Request {
    let pairs: Vec<_> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let body = pairs.join("&");
    let at = SystemClock::new().now().timestamp();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(format!("v0:{at}:{body}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let bytes = format!(
        "POST /slack/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         X-Slack-Request-Timestamp: {at}\r\nX-Slack-Signature: v0={signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Request {
        bytes: bytes.into_bytes(),
        hook: name.to_owned(),
    }
}

fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                out.push(char::from(byte))
            }
            other => write!(out, "%{other:02X}").expect("a string"),
        }
    }
    out
}

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: Vec::with_capacity(8 * 1024),
        })
    }

    /// Sends a request and waits for its text, wherever it comes.
    pub async fn ask(&mut self, slack: &Slack, request: &Request) -> anyhow::Result<Value> {
        let tells = slack.expect(&request.hook);
        self.stream.write_all(&request.bytes).await?;
        let (status, body) = self.answer().await?;
        ensure!(
            status == 200,
            "{status}: {}",
            String::from_utf8_lossy(&body)
        );
        if body.is_empty() {
            return slack.hear(&request.hook, tells).await;
        }
        slack.forget(&request.hook);
        Ok(serde_json::from_slice(&body).unwrap_or_else(|_| json!(String::from_utf8_lossy(&body))))
    }

    async fn answer(&mut self) -> anyhow::Result<(u16, Vec<u8>)> {
        self.read.clear();
        let head = loop {
            if let Some(at) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.read[..head])?.to_ascii_lowercase();
        let status = text.get(9..12).context("a status")?.parse()?;
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        if let Some(length) = length {
            let end = head + length.trim().parse::<usize>()?;
            while self.read.len() < end {
                self.more().await?;
            }
            return Ok((status, self.read[head..end].to_vec()));
        }
        ensure!(
            text.contains("transfer-encoding: chunked"),
            "an answer without length"
        );
        while !self.read.ends_with(b"0\r\n\r\n") {
            self.more().await?;
        }
        Ok((status, unchunked(&self.read[head..])?))
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn unchunked(mut rest: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = rest
            .windows(2)
            .position(|two| two == b"\r\n")
            .context("a chunk")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end])?, 16)?;
        if length == 0 {
            return Ok(out);
        }
        out.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
}
