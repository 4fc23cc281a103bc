//! Installing the app in a workspace by its owner's consent (OAuth v2), and keeping its tokens good. A token that runs out is
//! exchanged some time before; the new one is kept before it is used, so that no crash loses both.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;

use super::api::{ACCESS, Caller, Failed, LOCKED_OUT};
use super::manifest::SCOPES;
use super::payload::{form, text};
use super::teams::Team;
use super::{LONGEST_PAUSE, PAUSE, Slack, people};
use crate::domain::time::Instant;

/// How the app is installed by consent.
pub struct Consent {
    /// The app's id for this.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// What the service's addresses begin with.
    pub base_url: String,
    /// Chance, so that nobody answers for another's browser.
    pub chance: fn() -> u64,
}

/// A token that was got in a workspace.
#[derive(Clone)]
pub struct Installed {
    /// The workspace, or the organisation that installed the app as a whole.
    pub team: String,
    /// The bot's token.
    pub token: SecretString,
    /// What it is exchanged with.
    pub refresh: Option<SecretString>,
    /// When it runs out.
    pub expires_at: Option<Instant>,
}

/// What comes of keeping something.
pub type Kept<T> = BoxFuture<'static, Result<T, String>>;

/// Where tokens are kept, and direct rooms are known.
pub struct Keep {
    /// All that are kept.
    pub load: Box<dyn Fn() -> Kept<Vec<Installed>> + Send + Sync>,
    /// Keeps one.
    pub save: Box<dyn Fn(Installed) -> Kept<()> + Send + Sync>,
    /// Lets go of one.
    pub remove: Box<dyn Fn(String) -> Kept<()> + Send + Sync>,
    /// The direct room with an account, where one was used before.
    pub direct: Box<dyn Fn(String) -> Kept<Option<String>> + Send + Sync>,
}

/// How long somebody may take to consent, in seconds.
const WITHIN: i64 = 600;
/// A token is exchanged when it has this long left.
const EARLY: chrono::Duration = chrono::Duration::minutes(60);
/// How often it is looked whether one has to be.
const LOOK: Duration = Duration::from_secs(60);
/// What holds a browser to its own consent.
const COOKIE: &str = "convene_slack_install";

/// `GET /slack/oauth`: on to Slack, or back from it.
pub(super) async fn oauth(
    State(slack): State<Arc<Slack>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Some(consent) = &slack.consent else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let asked = form(query.unwrap_or_default().as_bytes());
    match (text(&asked, "/code"), text(&asked, "/error")) {
        ("", "") => consent.ask(slack.clock.now(), slack.api.base()),
        ("", _) => say(StatusCode::OK, "Nothing was installed."),
        (code, _) => {
            let cookies = headers.get_all(header::COOKIE).into_iter();
            let cookies = cookies.filter_map(|it| it.to_str().ok());
            let theirs = cookies.flat_map(|it| it.split(';')).find_map(|it| {
                let (name, value) = it.trim().split_once('=')?;
                (name == COOKIE).then(|| value.to_owned())
            });
            if !consent.is_theirs(text(&asked, "/state"), theirs, slack.clock.now()) {
                let again = "This did not begin here, or too long ago. Open /slack/oauth again to install the app.";
                return say(StatusCode::BAD_REQUEST, again);
            }
            slack.install(consent, code).await
        }
    }
}

fn say(status: StatusCode, words: &str) -> Response {
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, plain, format!("{words}\n")).into_response()
}

impl Consent {
    fn address(&self) -> String {
        format!("{}/slack/oauth", self.base_url.trim_end_matches('/'))
    }

    fn ask(&self, now: Instant, api: &Url) -> Response {
        let nonce = format!("{:016x}{:016x}", (self.chance)(), (self.chance)());
        let state = self.state(now.timestamp(), &nonce);
        let Ok(mut url) = api.join("../oauth/v2/authorize") else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &SCOPES.join(","))
            .append_pair("redirect_uri", &self.address())
            .append_pair("state", &state);
        let secure = match self.base_url.starts_with("https://") {
            true => "; Secure",
            false => "",
        };
        let cookie = format!(
            "{COOKIE}={nonce}; Path=/slack/oauth; Max-Age={WITHIN}; HttpOnly; SameSite=Lax{secure}"
        );
        let headers = [
            (header::LOCATION, url.to_string()),
            (header::SET_COOKIE, cookie),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        (StatusCode::FOUND, headers).into_response()
    }

    /// What comes back from Slack: when it began, and that it was here and in this browser.
    fn state(&self, at: i64, nonce: &str) -> String {
        let secret = self.client_secret.expose_secret().as_bytes();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
            return String::new();
        };
        mac.update(format!("install:{at}:{nonce}").as_bytes());
        format!("{at}.{}", hex::encode(mac.finalize().into_bytes()))
    }

    fn is_theirs(&self, state: &str, cookie: Option<String>, now: Instant) -> bool {
        let at = state.split('.').next().and_then(|at| at.parse().ok());
        let (Some(at), Some(nonce)) = (at, cookie) else {
            return false;
        };
        let wanted = self.state(at, &nonce);
        let fresh = (0..=WITHIN).contains(&(now.timestamp() - at));
        fresh && bool::from(wanted.as_bytes().ct_eq(state.as_bytes()))
    }
}

impl Slack {
    async fn install(self: &Arc<Self>, consent: &Consent, code: &str) -> Response {
        let got = self
            .access(json!({
                "client_id": consent.client_id,
                "client_secret": consent.client_secret.expose_secret(),
                "code": code,
                "redirect_uri": consent.address(),
            }))
            .await;
        let (installed, answer) = match got {
            Ok(got) => got,
            Err(error) => {
                tracing::warn!(%error, "the app could not be installed");
                let again =
                    "Slack did not confirm the installation. Open /slack/oauth to try again.";
                return say(StatusCode::BAD_GATEWAY, again);
            }
        };
        let name = match text(&answer, "/team/name") {
            "" => text(&answer, "/enterprise/name"),
            name => name,
        };
        let Some(team) = self.teams.by_id(&installed.team, None) else {
            tracing::warn!(slack.team = %installed.team, "installed where no community is");
            let words = format!(
                "No community here has the workspace {}. Whoever runs Convene writes team = \"{}\" into [community.slack]; then install the app again.",
                installed.team, installed.team
            );
            return say(StatusCode::FORBIDDEN, &words);
        };
        if let Err(error) = (self.keep.save)(installed.clone()).await {
            tracing::error!(%error, "an installation could not be kept");
            let again =
                "The installation could not be kept just now. Open /slack/oauth to try again.";
            return say(StatusCode::SERVICE_UNAVAILABLE, again);
        }
        self.takes(&team, installed).await;
        tracing::info!(community.slug = %team.slug, "the app was installed");
        say(
            StatusCode::OK,
            &format!("Convene is installed in {name}. Type /convene help there."),
        )
    }

    /// Asks for a token.
    async fn access(&self, values: Value) -> Result<(Installed, Value), Failed> {
        let caller = Caller {
            team: "",
            token: None,
        };
        let answer = self.api.call(ACCESS, caller, None, &values).await?;
        let team = match text(&answer, "/team/id") {
            "" => text(&answer, "/enterprise/id"),
            id => id,
        };
        let token = text(&answer, "/access_token");
        if team.is_empty() || token.is_empty() {
            return Err(Failed::Unclear("Slack named no token".to_owned()));
        }
        let lasts = answer["expires_in"].as_i64();
        let refresh = text(&answer, "/refresh_token");
        let installed = Installed {
            team: team.to_owned(),
            token: SecretString::from(token.to_owned()),
            refresh: (!refresh.is_empty()).then(|| SecretString::from(refresh.to_owned())),
            expires_at: lasts.map(|lasts| self.clock.now() + chrono::Duration::seconds(lasts)),
        };
        Ok((installed, answer))
    }

    /// Uses a token from now on.
    async fn takes(self: &Arc<Self>, team: &Arc<Team>, installed: Installed) {
        team.hold(Some(installed));
        team.set_lost(false);
        self.meet(team).await;
    }

    /// Reads what is kept, and keeps it good until `stop`.
    pub(super) async fn follow_tokens(self: Arc<Self>, stop: CancellationToken) {
        let mut again = PAUSE;
        while !stop.is_cancelled() {
            let mut pause = LOOK;
            match self.look_after_tokens().await {
                true => again = PAUSE,
                false => {
                    pause = again;
                    again = (again * 2).min(LOOK);
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Exchanges what runs out, then asks whose a token is where that is not known or it did not work. No workspace
    /// holds up another. Answers whether all is well.
    async fn look_after_tokens(self: &Arc<Self>) -> bool {
        // Another process may have installed or exchanged one.
        let kept = match (self.keep.load)().await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::warn!(%error, "the tokens for Slack could not be read");
                return false;
            }
        };
        let mut taken = Vec::new();
        for installed in kept {
            let Some(team) = self.teams.by_id(&installed.team, None) else {
                continue;
            };
            if !team.holds(&installed) {
                team.hold(Some(installed));
                team.set_lost(false);
                taken.push(team.slug.clone());
            }
        }
        let mut well = true;
        for team in self.teams.all() {
            team.set_looked();
            let Some(held) = team.held() else { continue };
            let ends_in = held.expires_at.map(|at| at - self.clock.now());
            let mut ended = false;
            // First of all: with one that has ended nothing can be asked.
            if ends_in.is_some_and(|left| left <= EARLY)
                && let Some(refresh) = held.refresh
                && let Err(error) = self.exchange(&team, refresh).await
            {
                tracing::warn!(%error, community.slug = %team.slug, "the token for Slack could not be exchanged");
                ended = ends_in.is_some_and(|left| left <= chrono::Duration::zero());
                well = false;
            }
            let unknown = taken.contains(&team.slug) || team.met().is_none();
            if unknown || ended || team.in_trouble().is_some() {
                well &= self.meet(&team).await;
            }
        }
        well
    }

    async fn exchange(
        self: &Arc<Self>,
        team: &Arc<Team>,
        refresh: SecretString,
    ) -> Result<(), String> {
        let Some(consent) = &self.consent else {
            return Ok(());
        };
        let got = self
            .access(json!({
                "client_id": consent.client_id,
                "client_secret": consent.client_secret.expose_secret(),
                "grant_type": "refresh_token",
                "refresh_token": refresh.expose_secret(),
            }))
            .await;
        let (installed, _) = got.map_err(|error| error.to_string())?;
        // The old one is good no more, so this is tried until it is kept.
        while let Err(error) = (self.keep.save)(installed.clone()).await {
            tracing::error!(%error, "a token that Slack gave could not be kept");
            team.hold(Some(installed.clone()));
            tokio::time::sleep(PAUSE).await;
        }
        team.hold(Some(installed));
        tracing::info!(community.slug = %team.slug, "the token for Slack was exchanged");
        Ok(())
    }

    /// Asks whose a token is, and reads who is there. Answers whether the app can be used.
    pub(super) async fn meet(self: &Arc<Self>, team: &Arc<Team>) -> bool {
        match super::teams::ask_who(&self.api, team).await {
            Ok(met) => {
                tracing::info!(community.slug = %team.slug, "connected to Slack");
                team.meet(met);
                team.set_lost(false);
                if team.begin_following() {
                    let stop = self.stop.child_token();
                    tokio::spawn(people::follow(Arc::clone(self), Arc::clone(team), stop));
                }
                true
            }
            Err(error) => {
                tracing::warn!(%error, community.slug = %team.slug, "Slack cannot be used");
                let again = match (&error, team.held()) {
                    (Failed::Away(LOCKED_OUT, _), Some(_)) => {
                        ": to install the app again, open /slack/oauth of this service"
                    }
                    _ => "",
                };
                let slug = &team.slug;
                team.trouble(format!("the workspace of “{slug}”: {error}{again}"));
                false
            }
        }
    }

    /// The app was taken out of a workspace: a token that was got there is let go of, and posts wait for another.
    pub(super) fn lose(&self, team: Arc<Team>) {
        if team.set_lost(true) {
            return;
        }
        tracing::warn!(community.slug = %team.slug, "the app was taken out of its workspace on Slack");
        let Some(slack) = self.itself.upgrade() else {
            return;
        };
        tokio::spawn(async move {
            if let Some(held) = team.held() {
                if let Err(error) = (slack.keep.remove)(held.team).await {
                    tracing::error!(%error, "an installation could not be let go of");
                }
                team.hold(None);
                return;
            }
            // A token of the configuration may be good again.
            while team.is_lost() && !slack.stop.is_cancelled() {
                tokio::time::sleep(LONGEST_PAUSE).await;
                slack.meet(&team).await;
            }
        });
    }
}
