//! `[community.slack]`: the app there, and the workspace that belongs to the community.
//!
//! The service is one app for all its communities, which Slack reaches by one address. So the keys of the app stand in the
//! first section that there is, and each further one says only what is its community's own.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::layers::Layers;
use super::problem::{self, ConfigError, of_community};
use super::secret::{Secret, secret};
use super::{Config, Section};
use crate::domain::platform::Platform;

/// Where Slack's Web API is.
const API: &str = "https://slack.com/api/";
/// The most connections that Slack allows one app.
const CONNECTIONS: usize = 10;

/// `[community.slack]` as it is written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SlackSection {
    api: Option<String>,
    mode: Option<Mode>,
    #[serde(skip_serializing)]
    signing_secret: Option<SecretString>,
    signing_secret_file: Option<PathBuf>,
    #[serde(skip_serializing)]
    app_token: Option<SecretString>,
    app_token_file: Option<PathBuf>,
    connections: Option<usize>,
    client_id: Option<String>,
    #[serde(skip_serializing)]
    client_secret: Option<SecretString>,
    client_secret_file: Option<PathBuf>,
    messages_per_minute: Option<u32>,
    /// The community's own, by id.
    pub team: Option<String>,
    #[serde(skip_serializing)]
    token: Option<SecretString>,
    token_file: Option<PathBuf>,
}

crate::words_enum! {
    /// How Slack reaches the service.
    Mode {
        /// By signed requests.
        Http = "http",
        /// Over connections that the service opens.
        Socket = "socket",
    }
}

/// The app, checked.
#[derive(Clone, Debug)]
pub struct SlackApp {
    /// Where the Web API is, with a slash at the end.
    pub api: String,
    /// How Slack reaches the service.
    pub reached: Reached,
    /// How many messages a minute may go to one community.
    pub messages_per_minute: u32,
    /// The app's id and secret, where it is installed by consent.
    pub consent: Option<(String, Secret)>,
    /// The bot's tokens, by the community's slug.
    pub tokens: Vec<(String, Secret)>,
}

/// How Slack reaches the service, with the secret it takes.
#[derive(Clone, Debug)]
pub enum Reached {
    /// By requests that are signed with this.
    Http(Secret),
    /// Over so many connections, opened with this token.
    Socket(Secret, usize),
}

/// The app of a configuration, where it has one; sections are put into their final form.
///
/// # Errors
/// [`ConfigError`] when one lacks something, or says what another one says.
pub fn check(config: &mut Config, layers: &Layers) -> Result<Option<SlackApp>, ConfigError> {
    let (mut app, mut teams) = (None::<SlackApp>, Vec::new());
    for (index, section) in config.communities.iter_mut().enumerate() {
        check_addresses(section, index, layers)?;
        let slug = section.slug.clone();
        let Some(slack) = &mut section.slack else {
            continue;
        };
        let wrong = |key: &str, what: &str| {
            problem::wrong(layers, &of_community(index, &format!("slack.{key}")), what)
        };
        if let Some(team) = &slack.team {
            if !is_id(team, &['T', 'E']) {
                let what = "write the id, which begins with T: T0123ABCD";
                return Err(wrong("team", what));
            }
            if teams.contains(team) {
                let what = "this belongs to another community already";
                return Err(wrong("team", what));
            }
            teams.push(team.clone());
        }
        match &mut app {
            None => app = Some(of_section(slack, index, layers)?),
            Some(_) => {
                if let Some(key) = slack.app_key() {
                    let what = "the app is the one of the first [community.slack], for all communities; leave this out";
                    return Err(wrong(key, what));
                }
            }
        }
        let token = secret(
            layers,
            &of_community(index, "slack"),
            "token",
            slack.token.as_ref(),
            slack.token_file.as_ref(),
        )?;
        let consents = app.as_ref().is_some_and(|app| app.consent.is_some());
        let lacking = match (consents, token.is_some(), slack.team.is_some()) {
            (true, true, _) => {
                Some("with “client_id” tokens come by installing the app; leave out “token_file”")
            }
            (true, _, false) => Some(
                "this lacks “team”, the id of where the app may be installed for this community",
            ),
            (false, false, _) => Some("this lacks “token_file”, the file with the bot's token"),
            _ => None,
        };
        if let Some(what) = lacking {
            return Err(wrong("", what));
        }
        if let (Some(app), Some(token)) = (&mut app, token) {
            app.tokens.push((slug, token));
        }
    }
    Ok(app)
}

fn of_section(
    slack: &mut SlackSection,
    index: usize,
    layers: &Layers,
) -> Result<SlackApp, ConfigError> {
    let wrong = |key: &str, what: &str| {
        problem::wrong(layers, &of_community(index, &format!("slack.{key}")), what)
    };
    let api = slack.api.get_or_insert(API.to_owned()).clone();
    if !is_api(&api) {
        let what = "write an address that begins with https:// (http:// only for this machine) and ends with a slash";
        return Err(wrong("api", what));
    }
    let connections = *slack.connections.get_or_insert(2);
    if !(1..=CONNECTIONS).contains(&connections) {
        return Err(wrong("connections", "this is a number from 1 to 10"));
    }
    let messages_per_minute = *slack.messages_per_minute.get_or_insert(300);
    if !(1..=6_000).contains(&messages_per_minute) {
        return Err(wrong(
            "messages_per_minute",
            "this is a number from 1 to 6000",
        ));
    }
    let signing = secret(
        layers,
        &of_community(index, "slack"),
        "signing_secret",
        slack.signing_secret.as_ref(),
        slack.signing_secret_file.as_ref(),
    )?;
    let token = secret(
        layers,
        &of_community(index, "slack"),
        "app_token",
        slack.app_token.as_ref(),
        slack.app_token_file.as_ref(),
    )?;
    let reached = match (*slack.mode.get_or_insert(Mode::Http), signing, token) {
        (Mode::Http, Some(secret), _) => Reached::Http(secret),
        (Mode::Socket, _, Some(token)) => Reached::Socket(token, connections),
        (Mode::Http, None, _) => {
            let what = "this lacks “signing_secret_file”, the file with the app's signing secret";
            return Err(wrong("", what));
        }
        (Mode::Socket, _, None) => {
            let what = "this lacks “app_token_file”, the file with the app's token for Socket Mode";
            return Err(wrong("", what));
        }
    };
    let client = secret(
        layers,
        &of_community(index, "slack"),
        "client_secret",
        slack.client_secret.as_ref(),
        slack.client_secret_file.as_ref(),
    )?;
    let consent = match (slack.client_id.clone(), client) {
        (Some(id), Some(secret)) => Some((id, secret)),
        (None, None) => None,
        _ => {
            let what = "“client_id” and “client_secret_file” belong together: set both or none";
            return Err(wrong("", what));
        }
    };
    Ok(SlackApp {
        api,
        reached,
        consent,
        messages_per_minute,
        tokens: Vec::new(),
    })
}

/// Whether the Web API may be there: encrypted, or on this machine.
fn is_api(text: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(text) else {
        return false;
    };
    let host = url.host_str().unwrap_or("");
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let fine = url.scheme() == "https" || (url.scheme() == "http" && here);
    let plain = url.query().is_none() && url.username().is_empty() && url.password().is_none();
    fine && plain && !host.is_empty() && text.ends_with('/')
}

/// Whether this is an id of Slack's: a letter that says what it is of, then capitals and digits.
fn is_id(text: &str, kinds: &[char]) -> bool {
    let letters = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    text.starts_with(kinds) && text.len() > 1 && text.len() <= 32 && text.chars().all(letters)
}

impl SlackSection {
    /// A key of the app that is set here.
    fn app_key(&self) -> Option<&'static str> {
        let set = [
            ("api", self.api.is_some()),
            ("mode", self.mode.is_some()),
            ("signing_secret", self.signing_secret.is_some()),
            ("signing_secret_file", self.signing_secret_file.is_some()),
            ("app_token", self.app_token.is_some()),
            ("app_token_file", self.app_token_file.is_some()),
            ("connections", self.connections.is_some()),
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
            ("client_secret_file", self.client_secret_file.is_some()),
            ("messages_per_minute", self.messages_per_minute.is_some()),
        ];
        set.iter().find(|(_, set)| *set).map(|(key, _)| *key)
    }
}

/// Rooms and people there are named by their ids, which never change.
fn check_addresses(section: &Section, index: usize, layers: &Layers) -> Result<(), ConfigError> {
    let at = |key: &str| of_community(index, key);
    for (key, room) in section.named_rooms() {
        if room.platform == Platform::Slack && !is_id(&room.id, &['C', 'G']) {
            let what = "write the channel's id, which begins with C (below “About” in its details): slack:C0123ABCD";
            return Err(problem::wrong(layers, &at(&key), what));
        }
    }
    for (place, manager) in section.managers.iter().enumerate() {
        if manager.0.platform == Platform::Slack && !is_id(&manager.0.id, &['U', 'W']) {
            let what = "write the manager's member id, which begins with U (in their profile): slack:U0123ABCD";
            return Err(problem::wrong(
                layers,
                &at(&format!("managers.{place}")),
                what,
            ));
        }
    }
    Ok(())
}
