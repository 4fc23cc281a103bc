//! A mail server of ours, in this process: it takes letters, and misbehaves as the name in the address says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use mail_parser::{Message, MessageParser, MimeHeaders};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter as it was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub to: String,
    pub bytes: Vec<u8>,
}

impl Taken {
    fn read(&self) -> Message<'_> {
        MessageParser::default()
            .parse(&self.bytes)
            .expect("a letter")
    }

    pub fn subject(&self) -> String {
        self.read().subject().unwrap_or_default().to_owned()
    }

    pub fn text(&self) -> String {
        self.read().body_text(0).expect("text").into_owned()
    }

    pub fn html(&self) -> String {
        self.read().body_html(0).expect("HTML").into_owned()
    }

    /// A header as it stands.
    pub fn header(&self, name: &str) -> Option<String> {
        let read = self.read();
        let raw = read.header_raw(name.to_owned())?;
        Some(raw.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The calendar part, with its kind.
    pub fn calendar(&self) -> Option<(String, String)> {
        let read = self.read();
        let part = read.parts.iter().find(|part| {
            let kind = part.content_type();
            kind.is_some_and(|kind| kind.subtype() == Some("calendar"))
        })?;
        let method = part.content_type()?.attribute("method")?.to_owned();
        Some((method, String::from_utf8(part.contents().to_vec()).ok()?))
    }
}

#[derive(Default)]
struct State {
    letters: Vec<Taken>,
    asked: HashMap<String, u32>,
}

/// The server.
pub struct Postbox {
    pub port: u16,
    state: Arc<Mutex<State>>,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Postbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&shared)));
            }
        });
        Self {
            port,
            state,
            serving,
        }
    }

    /// Everything that was taken.
    pub fn letters(&self) -> Vec<Taken> {
        self.state.lock().unwrap().letters.clone()
    }

    /// What was taken since the last time.
    pub fn unread(&self) -> Vec<Taken> {
        std::mem::take(&mut self.state.lock().unwrap().letters)
    }

    /// How often letters for an address were offered.
    pub fn offered(&self, to: &str) -> u32 {
        self.state
            .lock()
            .unwrap()
            .asked
            .get(to)
            .copied()
            .unwrap_or(0)
    }
}

/// What is answered to a recipient: by the name before the `@`.
fn to_recipient(name: &str, times: u32) -> Option<&'static str> {
    Some(match name {
        "gone" => "550 5.1.1 <gone@example.org> is not here\r\n",
        "nobody" => "550 no such user\r\n",
        "policy" => "550 5.7.1 not wanted\r\n",
        "full" => "552 5.2.2 mailbox full\r\n",
        "grey" if times < 2 => "451 4.7.1 try again\r\n",
        "hangs" => return None,
        _ => "250 2.1.5 ok\r\n",
    })
}

async fn talk(stream: TcpStream, state: Arc<Mutex<State>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    let mut to = String::new();
    let _ = write.write_all(b"220 test ESMTP\r\n").await;
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        let name = to.split('@').next().unwrap_or_default().to_owned();
        let answer = match verb.as_str() {
            "EHLO" => "250-test\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let times = {
                    let mut state = state.lock().unwrap();
                    let times = state.asked.entry(to.clone()).or_default();
                    *times += 1;
                    *times
                };
                match to_recipient(to.split('@').next().unwrap_or_default(), times) {
                    Some(answer) => answer,
                    None => return std::future::pending().await,
                }
            }
            "DATA" => "354 go on\r\n",
            "QUIT" => {
                let _ = write.write_all(b"221 bye\r\n").await;
                return;
            }
            _ => "250 2.0.0 ok\r\n",
        };
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
        if verb != "DATA" {
            continue;
        }
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n.\r\n") {
            if lines.read_until(b'\n', &mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let answer = match name.as_str() {
            "lost" => return,
            "silent" => return std::future::pending().await,
            "unwanted" => "554 5.6.0 not like this\r\n",
            _ => {
                let text = bytes[..bytes.len() - 3].to_vec();
                let bytes = String::from_utf8_lossy(&text)
                    .replace("\r\n..", "\r\n.")
                    .into_bytes();
                let taken = Taken {
                    to: to.clone(),
                    bytes,
                };
                state.lock().unwrap().letters.push(taken);
                "250 2.0.0 taken\r\n"
            }
        };
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
