//! Slack's Web API: one call, and what is known after it.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

use super::pace::{Pace, Rate, Take};

/// How long one request may take; less than the outbox waits for a post.
const ANSWER: Duration = Duration::from_secs(8);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(4);
/// How long to wait for a Slack that is not reached.
pub(super) const AWAY: Duration = Duration::from_secs(5);
/// How long to wait where the token is not accepted: somebody has to do something.
pub(super) const LOCKED_OUT: Duration = Duration::from_secs(60);
/// No longer wait is believed.
const LONGEST_WAIT: u64 = 3_600;
/// The largest answer that is read, in bytes: a page of people.
const LARGEST: usize = 8 << 20;

/// A method: its name, how fast it may be called, and how its values are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub name: &'static str,
    pub rate: Rate,
    /// Whether its values go as a form: what reads does not take JSON.
    form: bool,
}

const fn method(name: &'static str, rate: Rate, form: bool) -> Method {
    Method { name, rate, form }
}

/// How many posts of a workspace may go at once after a pause, and no more: one that was put off and comes back a moment late
/// finds its turn, and of what is waiting here nobody would know after a crash whether it was sent.
pub(super) const POSTS_AT_ONCE: u32 = 3;

/// Tier 2 is 20 calls a minute, tier 3 50, tier 4 100 (docs.slack.dev, rate limits).
pub(super) const AUTH_TEST: Method = method("auth.test", Rate::documented(100, 10), false);
pub(super) const POST: Method = method(
    "chat.postMessage",
    Rate::documented(300, POSTS_AT_ONCE),
    false,
);
pub(super) const UPDATE: Method = method("chat.update", Rate::documented(50, 10), false);
pub(super) const OPEN: Method = method(
    "conversations.open",
    // Tier 3; a first message to everybody needs as many of these as messages. Nobody waits for one: a message that is
    // posted to the person opens the room as well.
    Rate {
        per_minute: 50,
        tried: 300,
        burst: POSTS_AT_ONCE,
        patience: Duration::ZERO,
    },
    false,
);
pub(super) const HISTORY: Method = method("conversations.history", Rate::documented(50, 10), true);
pub(super) const USERS: Method = method("users.list", Rate::documented(20, 5), true);
pub(super) const TEAMS: Method = method("auth.teams.list", Rate::documented(20, 5), true);
pub(super) const PUBLISH: Method = method("views.publish", Rate::documented(100, 20), false);
pub(super) const VIEW: Method = method("views.open", Rate::documented(100, 20), false);
pub(super) const ACCESS: Method = method("oauth.v2.access", Rate::documented(100, 20), true);
pub(super) const CONNECTION: Method =
    method("apps.connections.open", Rate::documented(60, 10), true);

/// A channel takes one message a second, and some at once after a pause.
const CHANNEL: Rate = Rate::documented(60, 3);

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failed {
    /// Certainly not done; it may be tried after this long.
    #[error("it asks to wait {} s", .0.as_secs())]
    Wait(Duration),
    /// Certainly not done: Slack is not reached, or does not know the token.
    #[error("{1}")]
    Away(Duration, String),
    /// Certainly not done and never will be: Slack's word for why.
    #[error("{0}")]
    Refused(String),
    /// Nobody knows.
    #[error("{0}")]
    Unclear(String),
}

/// How Slack is called.
pub(super) struct Api {
    http: Client,
    base: Url,
    pace: Pace,
    posts_per_minute: u32,
}

/// Whose call it is.
#[derive(Clone)]
pub(super) struct Caller<'a> {
    /// The workspace, by which calls are counted.
    pub team: &'a str,
    /// None for what is asked without one.
    pub token: Option<SecretString>,
}

impl Api {
    /// Calls at `base`, which ends in a slash.
    ///
    /// # Errors
    /// When the machine has no trusted certificates.
    pub fn new(base: Url, posts_per_minute: u32) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .timeout(ANSWER)
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("convene/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            base,
            pace: Pace::default(),
            posts_per_minute,
        })
    }

    /// Where it calls.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// How many posts a minute a workspace takes.
    pub fn posts_per_minute(&self) -> u32 {
        self.posts_per_minute
    }

    /// Calls `method` with `values`, an object; `channel` is the one that a post is for.
    ///
    /// # Errors
    /// [`Failed`]
    pub async fn call(
        &self,
        method: Method,
        caller: Caller<'_>,
        channel: Option<&str>,
        values: &Value,
    ) -> Result<Value, Failed> {
        let mut rate = method.rate;
        if method.name == POST.name {
            rate = Rate::documented(self.posts_per_minute, POSTS_AT_ONCE);
        }
        let counted = |what, rate| Take {
            team: caller.team,
            what,
            rate,
        };
        let mut takes = vec![counted(method.name, rate)];
        takes.extend(channel.map(|channel| counted(channel, CHANNEL)));
        self.pace.turn(&takes).await.map_err(Failed::Wait)?;
        let url = self.base.join(method.name).map_err(|error| {
            Failed::Refused(format!("the address {} is none: {error}", method.name))
        })?;
        let mut request = self.http.post(url);
        if let Some(token) = &caller.token {
            request = request.bearer_auth(token.expose_secret());
        }
        let request = match method.form {
            true => request
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form(values)),
            false => request
                .header(CONTENT_TYPE, "application/json; charset=utf-8")
                .body(values.to_string()),
        };
        let Said {
            status,
            wait,
            scopes,
            body,
        } = self.answer(request).await?;
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = wait.unwrap_or(AWAY);
            self.pace.silence(&takes, wait, Instant::now());
            return Err(Failed::Wait(wait));
        }
        if status.is_server_error() {
            return Err(Failed::Unclear(format!("Slack answered {status}")));
        }
        let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else {
            return Err(match status.is_success() {
                true => Failed::Unclear("Slack's answer cannot be read".to_owned()),
                false => Failed::Refused(format!("Slack answered {status}")),
            });
        };
        if answer["ok"] == true {
            if let Some(scopes) = scopes {
                answer[SCOPES] = Value::String(scopes);
            }
            return Ok(answer);
        }
        let word = answer["error"].as_str().unwrap_or("unknown_error");
        Err(match word {
            "ratelimited" | "rate_limited" => {
                let wait = wait.unwrap_or(AWAY);
                self.pace.silence(&takes, wait, Instant::now());
                Failed::Wait(wait)
            }
            "internal_error"
            | "fatal_error"
            | "request_timeout"
            | "service_unavailable"
            | "team_added_to_org" => Failed::Unclear(format!("Slack answered {word}")),
            "invalid_auth"
            | "not_authed"
            | "account_inactive"
            | "token_revoked"
            | "token_expired"
            | "not_allowed_token_type"
            | "org_login_required" => Failed::Away(
                LOCKED_OUT,
                format!("Slack does not accept the token ({word})"),
            ),
            word => Failed::Refused(word.to_owned()),
        })
    }

    /// Posts `values` to an address that Slack gave for the answer; answers the status.
    ///
    /// # Errors
    /// [`Failed`], never [`Failed::Refused`].
    pub async fn respond(&self, url: Url, said: &impl Serialize) -> Result<StatusCode, Failed> {
        let request = self.http.post(url).json(said);
        Ok(self.answer(request).await?.status)
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Said, Failed> {
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(Failed::Away(AWAY, "Slack is not reached".to_owned()));
            }
            Err(error) => return Err(Failed::Unclear(why(&error).to_owned())),
        };
        let scopes = response.headers().get("x-oauth-scopes");
        let scopes = scopes.and_then(|value| value.to_str().ok());
        Ok(Said {
            status: response.status(),
            wait: wait_of(&response),
            scopes: scopes.map(str::to_owned),
            body: bounded(response).await?,
        })
    }
}

/// What was answered.
struct Said {
    status: StatusCode,
    wait: Option<Duration>,
    /// What the token is allowed, where that is said.
    scopes: Option<String>,
    body: Vec<u8>,
}

/// Where an answer has what its token is allowed, with commas between.
pub(super) const SCOPES: &str = "convene.scopes";

/// The wait that an answer asks for.
fn wait_of(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds: u64 = seconds.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.clamp(1, LONGEST_WAIT)))
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, Failed> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend(chunk),
            Ok(Some(_)) => return Err(Failed::Unclear("Slack's answer is too large".to_owned())),
            Ok(None) => return Ok(body),
            Err(error) => return Err(Failed::Unclear(why(&error).to_owned())),
        }
    }
}

/// What happened, without the address, which may be a secret.
fn why(error: &reqwest::Error) -> &'static str {
    match error.is_timeout() {
        true => "Slack did not answer in time",
        false => "the connection to Slack broke",
    }
}

/// An object as a form; what is no text is written as JSON.
fn form(values: &Value) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (key, value) in values.as_object().into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::String(text) => {
                form.append_pair(key, text);
            }
            other => {
                form.append_pair(key, &other.to_string());
            }
        }
    }
    form.finish()
}
