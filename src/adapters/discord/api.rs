//! Discord's HTTP API: one request, and what is known after it. Requests are made here and not by the library that holds
//! the gateway, since its errors leave out the headers by which Discord says how long to wait.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use reqwest::{Client, Method, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use super::pace::{Counted, Pace, Told};

/// How long one request may take; less than the outbox waits for a post.
const ANSWER: Duration = Duration::from_secs(8);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(4);
/// How long to wait for a Discord that is not reached.
pub(super) const AWAY: Duration = Duration::from_secs(5);
/// How long to wait where the token is not accepted: somebody has to do something.
pub(super) const LOCKED_OUT: Duration = Duration::from_secs(60);
/// The largest answer that is read, in bytes: a page of people.
const LARGEST: usize = 8 << 20;

/// Discord's number for: somebody takes no direct messages from the bot.
pub(super) const NO_DIRECT: u64 = 50_007;
/// Discord's number for: no such message.
pub(super) const NO_MESSAGE: u64 = 10_008;

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failed {
    /// Certainly not done; it may be tried after this long, and nothing else before where it says so.
    #[error("it asks to wait {} s", .0.as_secs())]
    Wait(Duration, bool),
    /// Certainly not done: Discord is not reached, or does not know the token.
    #[error("{1}")]
    Away(Duration, String),
    /// Certainly not done and never will be: Discord's number and words for why.
    #[error("{1} ({0})")]
    Refused(u64, String),
    /// Nobody knows.
    #[error("{0}")]
    Unclear(String),
}

/// One request, before its values.
#[derive(Clone, Debug)]
pub(super) struct Route {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    counted: Counted,
}

impl Route {
    /// A request to `template`, in which each `{}` is the next of `ids`.
    pub fn new(method: Method, template: &'static str, ids: &[&str]) -> Self {
        let mut path = String::new();
        let mut next = ids.iter();
        let mut parts = template.split("{}");
        path.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let id = next.next().copied().unwrap_or_default();
            path.extend(
                id.chars()
                    .filter(|c| c.is_ascii_alphanumeric() || "-_@~".contains(*c)),
            );
            path.push_str(part);
        }
        let answers = template.starts_with("interactions/") || template.starts_with("webhooks/");
        let majors = ["channels/{}", "guilds/{}", "webhooks/{}", "interactions/{}"];
        let has_major = majors.iter().any(|major| template.starts_with(major));
        let major = ids.first().filter(|_| has_major).copied();
        Self {
            counted: Counted {
                route: format!("{method} {template}"),
                major: major.unwrap_or_default().to_owned(),
                globally: !answers,
            },
            method,
            path,
            query: Vec::new(),
        }
    }

    pub fn get(template: &'static str, ids: &[&str]) -> Self {
        Self::new(Method::GET, template, ids)
    }

    pub fn post(template: &'static str, ids: &[&str]) -> Self {
        Self::new(Method::POST, template, ids)
    }

    pub fn patch(template: &'static str, ids: &[&str]) -> Self {
        Self::new(Method::PATCH, template, ids)
    }

    pub fn put(template: &'static str, ids: &[&str]) -> Self {
        Self::new(Method::PUT, template, ids)
    }

    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.query.push((key, value.to_string()));
        self
    }
}

/// How Discord is called.
pub(super) struct Api {
    http: Client,
    base: Url,
    token: SecretString,
    pace: Pace,
}

impl Api {
    /// Calls at `base`, which ends in a slash.
    ///
    /// # Errors
    /// When the machine has no trusted certificates.
    pub fn new(base: Url, token: SecretString) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .timeout(ANSWER)
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            // Discord asks for this form.
            .user_agent(concat!(
                "DiscordBot (https://convene.invalid, ",
                env!("CARGO_PKG_VERSION"),
                ")"
            ))
            .build()?;
        Ok(Self {
            http,
            base,
            token,
            pace: Pace::new(),
        })
    }

    /// Where it calls.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The bot's token.
    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// Makes a request; the answer is null where there is none.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn call(&self, route: &Route, values: Option<&Value>) -> Result<Value, Failed> {
        let counted = &route.counted;
        let turn = self.pace.turn(counted).await;
        turn.map_err(|wait| Failed::Wait(wait.time, wait.all))?;
        let mut url = self.base.join(&route.path).map_err(|error| {
            Failed::Refused(0, format!("the address {} is none: {error}", counted.route))
        })?;
        for (key, value) in &route.query {
            url.query_pairs_mut().append_pair(key, value);
        }
        let token = format!("Bot {}", self.token.expose_secret());
        let mut request = self.http.request(route.method.clone(), url);
        if counted.globally {
            request = request.header(AUTHORIZATION, token);
        }
        if let Some(values) = values {
            request = request.json(values);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(Failed::Away(AWAY, "Discord is not reached".to_owned()));
            }
            Err(error) => return Err(Failed::Unclear(why(&error).to_owned())),
        };
        let (status, mut told) = (response.status(), Told::of(response.headers()));
        self.pace.told(counted, &told, Instant::now());
        let body = match bounded(response).await {
            Err(_) if !status.is_success() => Vec::new(),
            body => body?,
        };
        let answer = serde_json::from_slice::<Value>(&body);
        if status.is_success() {
            return match answer {
                Ok(answer) => Ok(answer),
                Err(_) if body.is_empty() => Ok(Value::Null),
                Err(_) => Err(Failed::Unclear(
                    "Discord's answer cannot be read".to_owned(),
                )),
            };
        }
        let answer = answer.unwrap_or_default();
        if status == StatusCode::TOO_MANY_REQUESTS {
            told.retry_after = answer["retry_after"].as_f64().or(told.retry_after);
            // Who stands before Discord says so for everything, and without its headers.
            told.all |= answer["global"] == true || answer.is_null();
            let wait = self.pace.silence(counted, &told, Instant::now());
            return Err(Failed::Wait(wait.time, wait.all));
        }
        Err(failed(status, &answer))
    }
}

/// What is known after an answer that is none.
fn failed(status: StatusCode, answer: &Value) -> Failed {
    let words = answer["message"].as_str().unwrap_or("no reason given");
    match status {
        StatusCode::UNAUTHORIZED => Failed::Away(
            LOCKED_OUT,
            "Discord does not accept the bot's token".to_owned(),
        ),
        status if status.is_server_error() => Failed::Unclear(format!("Discord answered {status}")),
        _ => Failed::Refused(answer["code"].as_u64().unwrap_or(0), words.to_owned()),
    }
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend(chunk),
            Ok(Some(_)) => return Err(Failed::Unclear("Discord's answer is too large".to_owned())),
            Ok(None) => return Ok(body),
            Err(error) => return Err(Failed::Unclear(why(&error).to_owned())),
        }
    }
}

/// What happened, without the address, which may be a secret.
fn why(error: &reqwest::Error) -> &'static str {
    match error.is_timeout() {
        true => "Discord did not answer in time",
        false => "the connection to Discord broke",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_their_places_and_cannot_leave_them() {
        let route = Route::post("channels/{}/messages/{}/threads", &["12", "34/../../x?y"]);
        assert_eq!(route.path, "channels/12/messages/34xy/threads");
        assert_eq!(route.counted.major, "12");
        assert_eq!(route.counted.route, "POST channels/{}/messages/{}/threads");
        assert!(route.counted.globally);
        let answer = Route::post("interactions/{}/{}/callback", &["1", "aW-_"]);
        assert!(!answer.counted.globally);
    }
}
