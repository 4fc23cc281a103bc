//! The configuration: what `config/default.toml` says, then the file, then the environment, checked
//! as a whole before anything is opened. Whatever is wrong with it is told in one line that names
//! the file, the line and the key.

pub mod discord;
mod layers;
pub mod mail;
pub mod matrix;
mod privacy;
mod problem;
mod rules;
pub mod secret;
pub mod slack;
mod template;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::checklist::{Conduct, Nudges, Onboarding, RunBook, Template};
use crate::domain::community::{
    GroupRoom, Meetings, Partner, Planning, PublicPage, Rooms, Settings, Waitlist, Warnings,
};
use crate::domain::email::Email;
use crate::domain::events::digest::DigestPlan;
use crate::domain::events::reminder::Ladders;
use crate::domain::people::consent::ConsentText;
use crate::domain::people::hours::Hours;
use crate::domain::platform::{Account, NotAnAddress, Room};
use crate::domain::retention::Retention;
use crate::domain::text::UserText;
use crate::domain::time::Zone;
use crate::storage::Options;

pub use self::layers::Origin;
pub use self::problem::ConfigError;
pub use self::template::{NewCommunity, slug_of, template};

use self::discord::{DiscordBot, DiscordSection};
use self::layers::Layers;
use self::mail::{Mail, MailSection};
use self::matrix::{MatrixAccount, MatrixSection};
use self::slack::{SlackApp, SlackSection};

/// Where the configuration is looked for when nobody says where.
pub const USUAL_FILE: &str = "convene.toml";

/// Everything that is configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// The listener.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// What is logged.
    pub log: Log,
    /// The communities, in the order of the file; at least one.
    pub communities: Vec<Section>,
    /// The bot's account on Matrix, where a community is there.
    pub matrix: Option<MatrixAccount>,
    /// The app on Slack, where a community is there.
    pub slack: Option<SlackApp>,
    /// The bot on Discord, where a community is there.
    pub discord: Option<DiscordBot>,
    /// Mail, where it is sent.
    pub mail: Option<Mail>,
    /// The same as it is written.
    mail_section: Option<MailSection>,
    /// Every value with its origin, nothing secret among them.
    pub values: Vec<Known>,
}

/// The listener.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What links begin with, without a slash at the end.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The proxies that say from which address somebody comes.
    #[serde(default)]
    pub trusted_proxies: Vec<IpNet>,
    /// Where the built-in chat keeps its posts.
    pub chat_file: PathBuf,
}

/// The database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Its address, which may hold a password.
    pub url: SecretString,
    /// The file that holds the address instead.
    #[serde(default)]
    pub url_file: Option<PathBuf>,
    /// How many questions it answers at once.
    pub readers: u32,
    /// Where it is kept who was erased, beside the database.
    pub erasure_log: PathBuf,
}

impl Database {
    /// How to open it.
    pub fn options(&self) -> Options {
        Options {
            readers: self.readers,
            ..Options::new(self.url.expose_secret())
        }
    }

    /// Its address without a password.
    pub fn shown(&self) -> String {
        shown_url(self.url.expose_secret())
    }
}

/// An address without what stands before its `@`.
fn shown_url(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => url.to_owned(),
    }
}

/// What is logged.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For whom.
    pub format: LogFormat,
    /// From which level on, in the words of `tracing`'s filters.
    pub level: String,
}

crate::words_enum! {
    /// For whom log lines are written.
    LogFormat {
        /// For people.
        Text = "text",
        /// For programs.
        Json = "json",
    }
}

/// A `[[community]]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: UserText,
    /// The zone of plans that name none.
    pub zone: Zone,
    /// Who may do everything.
    #[serde(default)]
    pub managers: Vec<Manages>,
    #[serde(default)]
    rooms: Rooms,
    #[serde(default)]
    partner: Vec<Partner>,
    #[serde(default)]
    reminders: Ladders,
    #[serde(default)]
    waitlist: Waitlist,
    #[serde(default)]
    quiet: Option<Hours>,
    #[serde(default)]
    digest: Vec<DigestPlan>,
    #[serde(default)]
    drafts: Vec<String>,
    #[serde(default)]
    planning: Planning,
    #[serde(default)]
    onboarding: Onboarding,
    #[serde(default)]
    conduct: Option<Conduct>,
    #[serde(default)]
    consent: Vec<ConsentText>,
    #[serde(default)]
    retention: Retention,
    #[serde(default)]
    run_book: RunBook,
    #[serde(default)]
    nudges: Nudges,
    #[serde(default)]
    checklist: Vec<Template>,
    #[serde(default)]
    meetings: Meetings,
    #[serde(default)]
    group_room: Vec<GroupRoom>,
    #[serde(default)]
    warnings: Warnings,
    #[serde(default)]
    page: PublicPage,
    #[serde(skip)]
    site: String,
    #[serde(skip)]
    pub(crate) mail_from: Option<Email>,
    /// What it has on Matrix.
    #[serde(default)]
    pub matrix: Option<MatrixSection>,
    /// What it has on Slack.
    #[serde(default)]
    pub slack: Option<SlackSection>,
    /// What it has on Discord.
    #[serde(default)]
    pub discord: Option<DiscordSection>,
}

impl Section {
    /// Every room that it names, with the key that names it.
    pub fn named_rooms(&self) -> Vec<(String, Room)> {
        let rooms = [
            ("rooms.announcements", &self.rooms.announcements),
            ("rooms.organisers", &self.rooms.organisers),
        ];
        let rooms = rooms.map(|(key, room)| (key.to_owned(), room.as_ref()));
        let mirrors = self.rooms.mirrors.iter().enumerate();
        let mirrors = mirrors.map(|(at, room)| (format!("rooms.mirrors.{at}"), Some(room)));
        let digests = self.digest.iter().enumerate();
        let digests = digests.map(|(at, it)| (format!("digest.{at}.room"), it.room.as_ref()));
        let groups = self.group_room.iter().enumerate();
        let groups = groups.map(|(at, it)| (format!("group_room.{at}.room"), Some(&it.room)));
        let rooms = rooms.into_iter().chain(mirrors);
        let named = rooms.chain(digests).chain(groups);
        named
            .filter_map(|(key, room)| Some((key, room?.0.clone())))
            .collect()
    }

    /// The same community, whose pages' addresses begin with `site`.
    pub fn at(mut self, site: impl Into<String>) -> Self {
        self.site = site.into();
        self
    }

    /// What the manager configured.
    pub fn settings(&self) -> Settings {
        Settings {
            rooms: self.rooms.clone(),
            partner: self.partner.clone(),
            reminders: self.reminders.clone(),
            waitlist: self.waitlist,
            quiet: self.quiet,
            digest: self.digest.clone(),
            drafts: self.drafts.clone(),
            planning: self.planning,
            onboarding: self.onboarding.clone(),
            conduct: self.conduct.clone(),
            consent: self.consent.clone(),
            retention: self.retention,
            run_book: self.run_book.clone(),
            nudges: self.nudges.clone(),
            checklist: self.checklist.clone(),
            meetings: self.meetings,
            group_room: self.group_room.clone(),
            warnings: self.warnings.clone(),
            page: self.page.clone(),
            site: self.site.clone(),
            mail_from: self.mail_from.clone(),
        }
    }
}

/// The account of a manager, written `platform:id`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Manages(pub Account);

impl TryFrom<String> for Manages {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        text.parse().map(Self)
    }
}

impl From<Manages> for String {
    fn from(manages: Manages) -> Self {
        manages.0.to_string()
    }
}

/// One value that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Its key, with the place in a list: `community[0].rooms.organisers`.
    pub key: String,
    /// The value; of a secret only that it is set.
    pub value: serde_json::Value,
    /// Where it came from.
    pub from: Origin,
}

impl Config {
    /// Reads and checks the configuration in `file`, with what the environment says instead.
    ///
    /// # Errors
    /// [`ConfigError`], one line each.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        Self::from_layers(&Layers::read(file)?)
    }

    /// Checks a configuration that is not in a file yet. Paths count from the folder of `file`.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn check_text(file: &Path, text: &str) -> Result<Self, ConfigError> {
        Self::from_layers(&Layers::of_text(file, text)?)
    }

    fn from_layers(layers: &Layers) -> Result<Self, ConfigError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            server: Server,
            database: Database,
            log: Log,
            #[serde(default)]
            mail: Option<MailSection>,
            #[serde(default)]
            community: Vec<Section>,
        }
        let whole: Whole = layers.deserialize()?;
        let mut config = Self {
            file: layers.file().to_owned(),
            server: whole.server,
            database: whole.database,
            log: whole.log,
            communities: whole.community,
            matrix: None,
            slack: None,
            discord: None,
            mail: None,
            mail_section: whole.mail,
            values: Vec::new(),
        };
        rules::check(&mut config, layers)?;
        config.matrix = matrix::check(&mut config, layers)?;
        config.slack = slack::check(&mut config, layers)?;
        config.discord = discord::check(&mut config, layers)?;
        let mail = config.mail_section.as_mut();
        config.mail = mail.map(|mail| mail::check(mail, layers)).transpose()?;
        let base = config.base_url();
        let mail_from = config.mail.as_ref().map(|mail| mail.from.clone());
        for (index, section) in config.communities.iter_mut().enumerate() {
            section.mail_from.clone_from(&mail_from);
            section.site = match index {
                0 => base.clone(),
                _ => format!("{base}/c/{}", section.slug),
            };
        }
        config.values = layers.explain(&config.in_force());
        Ok(config)
    }

    /// The community of this slug, or the only or first one when none is named.
    pub fn community(&self, slug: Option<&str>) -> Option<&Section> {
        match slug {
            Some(slug) => self.communities.iter().find(|one| one.slug == slug),
            None => self.communities.first(),
        }
    }

    /// What links begin with.
    pub fn base_url(&self) -> String {
        let server = &self.server;
        let own = || format!("http://{}", server.listen);
        server.base_url.clone().unwrap_or_else(own)
    }

    /// All values as they are in force, without secrets.
    fn in_force(&self) -> serde_json::Value {
        serde_json::json!({
            "server": self.server,
            "database": {
                "url": self.database.shown(),
                "url_file": self.database.url_file,
                "readers": self.database.readers,
                "erasure_log": self.database.erasure_log,
            },
            "log": self.log,
            "mail": self.mail_section,
            "community": self.communities,
        })
    }
}
