//! `[community.discord]`: the bot there, and what belongs to the community.
//!
//! The service is one bot for all its communities. So its keys stand in the first section that there is, and each further one
//! says only what is its community's own.

use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::layers::Layers;
use super::problem::{self, ConfigError, of_community};
use super::secret::{Secret, secret};
use super::{Config, Section};
use crate::domain::people::member::Permission;
use crate::domain::platform::Platform;

/// Where Discord's API is.
const API: &str = "https://discord.com/api/v10/";

/// `[community.discord]` as it is written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct DiscordSection {
    api: Option<String>,
    #[serde(skip_serializing)]
    token: Option<SecretString>,
    token_file: Option<PathBuf>,
    members: Option<bool>,
    /// The community's own server, by id.
    pub server: Option<String>,
    /// Whether sessions stand in the server's list of events.
    pub events: Option<bool>,
    /// What it counts as when somebody is interested in an event.
    pub interested: Option<Interested>,
    /// Whether a thread begins below each card.
    pub threads: Option<bool>,
    /// Roles that stand for role groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
}

/// One role that stands for a role group.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The role, by id.
    pub role: String,
    /// The role group.
    pub group: String,
}

crate::words_enum! {
    /// What it counts as when somebody is interested in an event.
    Interested {
        /// They come.
        Yes = "yes",
        /// Perhaps.
        Maybe = "maybe",
        /// It is no answer.
        Nothing = "nothing",
    }
}

/// The bot, checked.
#[derive(Clone, Debug)]
pub struct DiscordBot {
    /// Where the API is, with a slash at the end.
    pub api: String,
    /// Its token.
    pub token: Secret,
    /// Whether it is told who comes and goes.
    pub members: bool,
}

/// The bot of a configuration, where it has one; sections are put into their final form.
///
/// # Errors
/// [`ConfigError`] when one lacks something, or says what another one says.
pub fn check(config: &mut Config, layers: &Layers) -> Result<Option<DiscordBot>, ConfigError> {
    let (mut bot, mut servers) = (None::<DiscordBot>, Vec::new());
    for (index, section) in config.communities.iter_mut().enumerate() {
        check_addresses(section, index, layers)?;
        let Some(own) = &mut section.discord else {
            continue;
        };
        let wrong = |key: &str, what: &str| {
            problem::wrong(
                layers,
                &of_community(index, &format!("discord.{key}")),
                what,
            )
        };
        match &own.server {
            None => {
                return Err(wrong(
                    "",
                    "this lacks “server”, the id of the community's server",
                ));
            }
            Some(server) if !is_id(server) => {
                let what =
                    "write the id, which is a number (Developer Mode, then “Copy Server ID”)";
                return Err(wrong("server", what));
            }
            Some(server) if servers.contains(server) => {
                return Err(wrong("server", "this belongs to another community already"));
            }
            Some(server) => servers.push(server.clone()),
        }
        own.events.get_or_insert(true);
        own.interested.get_or_insert(Interested::Maybe);
        own.threads.get_or_insert(false);
        check_roles(own, index, layers)?;
        match &bot {
            None => bot = Some(of_section(own, index, layers)?),
            Some(_) => {
                if let Some(key) = own.bot_key() {
                    let what = "the bot is the one of the first [community.discord], for all communities; leave this out";
                    return Err(wrong(key, what));
                }
            }
        }
    }
    Ok(bot)
}

fn of_section(
    own: &mut DiscordSection,
    index: usize,
    layers: &Layers,
) -> Result<DiscordBot, ConfigError> {
    let wrong = |key: &str, what: &str| {
        problem::wrong(
            layers,
            &of_community(index, &format!("discord.{key}")),
            what,
        )
    };
    let api = own.api.get_or_insert(API.to_owned()).clone();
    if !is_api(&api) {
        let what = "write an address that begins with https:// (http:// only for this machine) and ends with /api/v10/";
        return Err(wrong("api", what));
    }
    let token = secret(
        layers,
        &of_community(index, "discord"),
        "token",
        own.token.as_ref(),
        own.token_file.as_ref(),
    )?;
    let Some(token) = token else {
        let what = "this lacks “token_file”, the file with the bot's token";
        return Err(wrong("", what));
    };
    Ok(DiscordBot {
        api,
        token,
        members: *own.members.get_or_insert(true),
    })
}

fn check_roles(own: &DiscordSection, index: usize, layers: &Layers) -> Result<(), ConfigError> {
    for (at, role) in own.roles.iter().enumerate() {
        let wrong = |key: &str, what: &str| {
            let path = of_community(index, &format!("discord.roles.{at}.{key}"));
            Err(problem::wrong(layers, &path, what))
        };
        if !is_id(&role.role) {
            return wrong(
                "role",
                "write the role's id, which is a number (Developer Mode, then “Copy Role ID”)",
            );
        }
        if role.group.trim().is_empty() {
            return wrong("group", "name the role group");
        }
        if Permission::of_group(&role.group).is_some() {
            let what = "this group lets people do more here, which only this service decides (“role add”, “deputy”)";
            return wrong("group", what);
        }
    }
    Ok(())
}

/// Whether the API may be there: encrypted, or on this machine.
fn is_api(text: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(text) else {
        return false;
    };
    let host = url.host_str().unwrap_or("");
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let fine = url.scheme() == "https" || (url.scheme() == "http" && here);
    let plain = url.query().is_none() && url.username().is_empty() && url.password().is_none();
    fine && plain && !host.is_empty() && url.path() == "/api/v10/"
}

/// Whether this is an id of Discord's: a number of 64 bits.
fn is_id(text: &str) -> bool {
    text.len() <= 20
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<u64>().is_ok_and(|id| id > 0)
}

impl DiscordSection {
    /// A key of the bot that is set here.
    fn bot_key(&self) -> Option<&'static str> {
        let set = [
            ("api", self.api.is_some()),
            ("token", self.token.is_some()),
            ("token_file", self.token_file.is_some()),
            ("members", self.members.is_some()),
        ];
        set.iter().find(|(_, set)| *set).map(|(key, _)| *key)
    }
}

/// Rooms and people there are named by their ids, which never change.
fn check_addresses(section: &Section, index: usize, layers: &Layers) -> Result<(), ConfigError> {
    let at = |key: &str| of_community(index, key);
    for (key, room) in section.named_rooms() {
        if room.platform == Platform::Discord && !is_id(&room.id) {
            let what = "write the channel's id, which is a number (Developer Mode, then “Copy Channel ID”): discord:123456789012345678";
            return Err(problem::wrong(layers, &at(&key), what));
        }
    }
    for (place, manager) in section.managers.iter().enumerate() {
        if manager.0.platform == Platform::Discord && !is_id(&manager.0.id) {
            let what = "write the manager's user id, which is a number (Developer Mode, then “Copy User ID”): discord:123456789012345678";
            let path = at(&format!("managers.{place}"));
            return Err(problem::wrong(layers, &path, what));
        }
    }
    Ok(())
}
