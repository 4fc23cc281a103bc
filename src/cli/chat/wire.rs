//! The chat's HTTP routes from the client's side.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use futures_util::StreamExt;
use reqwest::{Client, RequestBuilder, Response, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Longer than the server itself waits for the bot.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often a lost stream of events is asked for again, and how long apart.
const TRIES: u32 = 5;
const APART: Duration = Duration::from_millis(500);

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Person {
    pub id: String,
    pub name: String,
    pub note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Room {
    pub id: String,
    pub title: String,
    pub direct: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct State {
    pub title: String,
    pub zone_shown: String,
    pub rooms: Vec<Room>,
    pub posts: Vec<Post>,
    pub cursor: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Post {
    pub id: String,
    pub room: String,
    pub thread: Option<String>,
    pub author: Author,
    pub day: String,
    pub clock: String,
    pub blocks: Vec<Block>,
}

impl Post {
    /// Ids rise with time; one that is no number sorts first.
    pub fn number(&self) -> u64 {
        self.id.parse().unwrap_or(0)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Author {
    pub name: String,
    pub bot: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Block {
    Heading { spans: Vec<Span> },
    Text { spans: Vec<Span> },
    Quiet { spans: Vec<Span> },
    Bullets { items: Vec<Vec<Span>> },
    Buttons { buttons: Vec<Button> },
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Span {
    pub text: String,
    pub url: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Button {
    pub label: String,
    pub command: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Taken {
    pub message: Option<String>,
    pub heard: bool,
}

/// What the stream of events tells.
#[derive(Debug)]
pub(super) enum News {
    Posted(Post),
    Edited(Post),
    /// The server was restarted: everything has to be fetched again.
    Reset,
    /// The server is gone.
    Lost,
}

#[derive(Clone)]
pub(super) struct Server {
    client: Client,
    base: Url,
    token: String,
}

impl Server {
    pub fn new(base_url: &str, token: &str) -> anyhow::Result<Self> {
        Ok(Self {
            client: Client::builder().no_proxy().build()?,
            base: Url::parse(base_url).with_context(|| format!("“{base_url}” is no address"))?,
            token: token.to_owned(),
        })
    }

    pub async fn people(&self) -> anyhow::Result<Vec<Person>> {
        #[derive(Deserialize)]
        struct Answer {
            people: Vec<Person>,
        }
        let answer: Answer = self.ask(self.get("/chat/people", &[])?).await?;
        Ok(answer.people)
    }

    pub async fn state(&self, who: &str) -> anyhow::Result<State> {
        self.ask(self.get("/chat/state", &[("as", who)])?).await
    }

    pub async fn say(&self, line: &Value) -> anyhow::Result<Taken> {
        self.ask(self.post("/chat/say", line)?).await
    }

    pub async fn press(&self, press: &Value) -> anyhow::Result<Taken> {
        self.ask(self.post("/chat/press", press)?).await
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Url> {
        let mut url = self.base.join(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<RequestBuilder> {
        Ok(self.client.get(self.url(path, query)?).timeout(PATIENCE))
    }

    fn post(&self, path: &str, body: &Value) -> anyhow::Result<RequestBuilder> {
        let request = self.client.post(self.url(path, &[])?).json(body);
        Ok(request.timeout(PATIENCE))
    }

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let request = match self.token.as_str() {
            "" => request,
            token => request.bearer_auth(token),
        };
        let response = request
            .send()
            .await
            .map_err(|error| anyhow!("The chat does not answer: {}.", error.without_url()))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        let answer: Value = response.json().await.unwrap_or_else(|_| json!({}));
        match answer["error"].as_str() {
            Some(text) => bail!("{text}"),
            None => Err(anyhow!("The chat answered {status}.")),
        }
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> anyhow::Result<T> {
        Ok(self.send(request).await?.json().await?)
    }

    /// Tells `news` what happens after `cursor`, until nobody listens or the server stays away.
    pub async fn follow(self, who: String, mut cursor: String, news: mpsc::Sender<News>) {
        let mut failures = 0;
        while failures < TRIES && !news.is_closed() {
            if failures > 0 {
                tokio::time::sleep(APART).await;
            }
            failures += 1;
            let query = [("as", who.as_str()), ("after", cursor.as_str())];
            // No time-out: a quiet room is no failure.
            let Ok(url) = self.url("/chat/events", &query) else {
                break;
            };
            let Ok(response) = self.send(self.client.get(url)).await else {
                continue;
            };
            let mut body = response.bytes_stream();
            let mut text = Vec::new();
            while let Some(Ok(chunk)) = body.next().await {
                failures = 0;
                text.extend_from_slice(&chunk);
                while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
                    let event: Vec<u8> = text.drain(..end + 2).collect();
                    let event = String::from_utf8_lossy(&event);
                    if let Some(id) = field(&event, "id:") {
                        cursor = id.to_owned();
                    }
                    if let Some(item) = parse(&event)
                        && news.send(item).await.is_err()
                    {
                        return;
                    }
                }
            }
        }
        let _nobody_listens = news.send(News::Lost).await;
    }
}

fn field<'a>(event: &'a str, name: &str) -> Option<&'a str> {
    let value = event.lines().find_map(|line| line.strip_prefix(name))?;
    Some(value.strip_prefix(' ').unwrap_or(value))
}

fn parse(event: &str) -> Option<News> {
    let post = || serde_json::from_str(field(event, "data:")?).ok();
    match field(event, "event:")? {
        "post" => Some(News::Posted(post()?)),
        "edit" => Some(News::Edited(post()?)),
        "reset" => Some(News::Reset),
        _ => None,
    }
}
