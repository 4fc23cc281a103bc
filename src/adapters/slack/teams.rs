//! The workspaces, and what is known of them: whose each is, the bot's token and account there, which direct rooms and
//! people are where. Slack's ids of channels and people differ between workspaces, so they stand alone above; where an id was
//! not met yet, each workspace is asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::Community;
use super::api::{AUTH_TEST, Api, Caller, Failed, LOCKED_OUT, SCOPES};
use super::install::Installed;

/// So many direct rooms and names are remembered.
const REMEMBERED: usize = 50_000;

/// All workspaces.
pub(super) struct Teams {
    all: Mutex<Vec<Arc<Team>>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The direct room with each person.
    rooms: HashMap<String, String>,
    /// The slug of whose a direct room or a person is.
    owners: HashMap<String, String>,
    /// What people call themselves.
    names: HashMap<String, String>,
}

/// One workspace.
pub(super) struct Team {
    /// Its community.
    pub slug: String,
    /// Its id, where the configuration has it.
    named: Option<String>,
    /// The community's channels.
    channels: Vec<String>,
    /// The token of the configuration.
    token: Option<SecretString>,
    /// The one that was got by consent.
    held: Mutex<Option<Installed>>,
    following: AtomicBool,
    trouble: Mutex<Option<String>>,
    met: Mutex<Option<Arc<Met>>>,
    /// Whether the app was taken out of the workspace.
    lost: AtomicBool,
    /// Whether it was looked for a token that was got by consent.
    looked: AtomicBool,
}

/// What Slack says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Met {
    /// The workspace.
    pub team: String,
    /// The organisation of several workspaces that it belongs to.
    pub enterprise: Option<String>,
    /// Whether the app is installed in the organisation as a whole, and so in each workspace that it is given to.
    pub whole: bool,
    /// What people call it.
    pub name: String,
    /// The bot's account.
    pub user: String,
    /// The bot itself.
    pub bot: Option<String>,
    /// What the token is allowed, where Slack says it.
    pub scopes: Option<Vec<String>>,
}

impl Teams {
    pub fn new(communities: Vec<Community>) -> Self {
        let all = communities.into_iter().map(|community| {
            Arc::new(Team {
                slug: community.slug,
                named: community.team,
                channels: community.channels,
                token: community.token,
                held: Mutex::default(),
                following: AtomicBool::new(false),
                trouble: Mutex::default(),
                met: Mutex::default(),
                lost: AtomicBool::new(false),
                looked: AtomicBool::new(false),
            })
        });
        Self {
            all: Mutex::new(all.collect()),
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every workspace.
    pub fn all(&self) -> Vec<Arc<Team>> {
        self.all
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The workspace with this id, or the one of its organisation.
    pub fn by_id(&self, team: &str, enterprise: Option<&str>) -> Option<Arc<Team>> {
        let all = self.all();
        let named = all.iter().find(|it| it.is(team));
        let organisation = || {
            let of = |it: &&Arc<Team>| enterprise.is_some_and(|enterprise| it.is(enterprise));
            all.iter().find(of)
        };
        let only = || {
            let unmet = |it: &&Arc<Team>| it.named.is_none() && it.met().is_none();
            all.first().filter(|it| all.len() == 1 && unmet(it))
        };
        named.or_else(organisation).or_else(only).cloned()
    }

    /// The workspaces in which a channel or person may be, the likeliest first.
    pub fn holding(&self, id: &str) -> Vec<Arc<Team>> {
        let mut all = self.all();
        let owner = self.known().owners.get(id).cloned();
        let likely = |team: &Team| {
            team.channels.iter().any(|channel| channel == id)
                || owner.as_deref() == Some(team.slug.as_str())
        };
        if let Some(at) = all.iter().position(|team| likely(team)) {
            return vec![all.swap_remove(at)];
        }
        all
    }

    /// Remembers whose a direct room or a person is.
    pub fn belongs(&self, id: &str, team: &Team) {
        let mut known = self.known();
        if known.owners.len() >= REMEMBERED {
            known.owners.clear();
        }
        known.owners.insert(id.to_owned(), team.slug.clone());
    }

    /// The direct room with somebody, where it is known.
    pub fn direct(&self, user: &str) -> Option<String> {
        self.known().rooms.get(user).cloned()
    }

    /// Remembers the direct room with somebody.
    pub fn keep_direct(&self, user: &str, room: &str) {
        let mut known = self.known();
        if known.rooms.len() >= REMEMBERED {
            known.rooms.clear();
        }
        known.rooms.insert(user.to_owned(), room.to_owned());
    }

    /// Remembers what somebody calls themselves.
    pub fn keep_name(&self, user: &str, name: &str) {
        let mut known = self.known();
        if known.names.len() >= REMEMBERED {
            known.names.clear();
        }
        known.names.insert(user.to_owned(), name.to_owned());
    }

    /// What somebody calls themselves, where it is known.
    pub fn name_of(&self, user: &str) -> Option<String> {
        self.known().names.get(user).cloned()
    }
}

impl Team {
    /// Who calls, as Slack counts calls.
    ///
    /// # Errors
    /// While the app is not installed there, and for a moment after the start: a token that was got by consent may have
    /// ended while nothing ran, and is exchanged first.
    pub fn caller(&self) -> Result<Caller<'_>, Failed> {
        let by_consent = self.token.is_none();
        if by_consent && !self.is_known() {
            return Err(Failed::Away(super::PAUSE, super::CONNECTING.to_owned()));
        }
        self.bearer()
    }

    /// The same, to ask whose the token is.
    fn bearer(&self) -> Result<Caller<'_>, Failed> {
        let token = match self.held() {
            Some(held) => Some(held.token),
            None => self.token.clone(),
        };
        match token {
            None => Err(Failed::Away(LOCKED_OUT, self.not_installed())),
            token => Ok(Caller {
                team: &self.slug,
                token,
            }),
        }
    }

    /// Whether it is known what there is of a token: whose it is, why it cannot be used, or that there is none.
    fn is_known(&self) -> bool {
        match self.held_now().is_some() {
            true => self.met().is_some() || self.trouble_now().is_some(),
            false => self.looked.load(Ordering::SeqCst),
        }
    }

    /// What is kept was looked at.
    pub fn set_looked(&self) {
        self.looked.store(true, Ordering::SeqCst);
    }

    fn not_installed(&self) -> String {
        format!(
            "the app is not installed in the workspace of “{}”: open /slack/oauth of this service",
            self.slug
        )
    }

    fn held_now(&self) -> MutexGuard<'_, Option<Installed>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that was got by consent.
    pub fn held(&self) -> Option<Installed> {
        self.held_now().clone()
    }

    /// Uses this token from now on.
    pub fn hold(&self, installed: Option<Installed>) {
        *self.held_now() = installed;
    }

    /// Whether this is the token that is used.
    pub fn holds(&self, other: &Installed) -> bool {
        let held = self.held_now();
        held.as_ref()
            .is_some_and(|it| it.token.expose_secret() == other.token.expose_secret())
    }

    /// Whether nobody follows who is in the workspace yet; from now on somebody does.
    pub fn begin_following(&self) -> bool {
        !self.following.swap(true, Ordering::SeqCst)
    }

    fn trouble_now(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what keeps the app from the workspace.
    pub fn trouble(&self, why: String) {
        *self.trouble_now() = Some(why);
    }

    /// What keeps the app from the workspace.
    pub fn in_trouble(&self) -> Option<String> {
        if self.held_now().is_none() && self.token.is_none() {
            return Some(self.not_installed());
        }
        match self.is_lost() {
            true => Some(format!(
                "the app was taken out of the workspace of “{}”",
                self.slug
            )),
            false => {
                let unmet = || self.met().is_none().then(|| super::CONNECTING.to_owned());
                self.trouble_now().clone().or_else(unmet)
            }
        }
    }

    fn met_now(&self) -> MutexGuard<'_, Option<Arc<Met>>> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What Slack said of the token.
    pub fn met(&self) -> Option<Arc<Met>> {
        self.met_now().clone()
    }

    /// Keeps what Slack said of the token.
    pub fn meet(&self, met: Met) {
        *self.met_now() = Some(Arc::new(met));
        *self.trouble_now() = None;
    }

    /// Notes whether the app was taken out of the workspace.
    pub fn set_lost(&self, lost: bool) -> bool {
        self.lost.swap(lost, Ordering::SeqCst)
    }

    /// Whether the app was taken out of the workspace.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    /// Whether this is the id of the workspace, or of the organisation in which the app is installed as a whole.
    fn is(&self, id: &str) -> bool {
        let of = |met: &Met| met.team == id || met.whole && met.enterprise.as_deref() == Some(id);
        self.named.as_deref() == Some(id) || self.met().is_some_and(|met| of(&met))
    }

    /// Whether a channel is one of the community's.
    pub fn has_channel(&self, id: &str) -> bool {
        self.channels.iter().any(|channel| channel == id)
    }
}

/// Asks whose a token is.
///
/// # Errors
/// What Slack says, also when it is of another workspace than the configuration says.
pub(super) async fn ask_who(api: &Api, team: &Team) -> Result<Met, Failed> {
    let answer = api
        .call(AUTH_TEST, team.bearer()?, None, &json!({}))
        .await?;
    let met = Met::of(&answer);
    if let Some(named) = &team.named
        && *named != met.team
        && met.enterprise.as_ref() != Some(named)
    {
        return Err(Failed::Refused(format!(
            "the token of the community “{}” is of the workspace {} ({}), but the configuration says {named}",
            team.slug, met.team, met.name
        )));
    }
    Ok(met)
}

impl Met {
    fn of(answer: &Value) -> Self {
        let text = |key: &str| answer[key].as_str().map(str::to_owned);
        Self {
            team: text("team_id").unwrap_or_default(),
            enterprise: text("enterprise_id"),
            whole: answer["is_enterprise_install"] == true,
            name: text("team").unwrap_or_default(),
            user: text("user_id").unwrap_or_default(),
            bot: text("bot_id"),
            scopes: text(SCOPES).map(|all| all.split(',').map(|it| it.trim().to_owned()).collect()),
        }
    }
}
