//! Matrix: the community's rooms and direct messages on a homeserver, encrypted where the rooms are.
//!
//! One account speaks for all communities, on one device for ever. The connection lives in [`Matrix::run`]: it signs
//! in (`device`), follows what happens (`follow`) and hands over what is meant for the bot (`hear`, `inbox`). Posting
//! (`port`) goes beside it and asks to wait while there is no connection. Imports chat and domain.

mod check;
mod device;
mod direct;
mod folder;
mod follow;
mod gate;
mod hear;
mod inbox;
mod invitations;
mod keep;
mod key_store;
mod late;
mod places;
mod port;
mod render;
mod taps;
mod trouble;
mod trust;
mod understand;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use matrix_sdk::Client;
use matrix_sdk::ruma::{OwnedRoomId, OwnedUserId, UserId};
use secrecy::SecretString;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use self::gate::Gate;
use self::places::Places;
use self::understand::Posts;
use crate::chat::Heard;
use crate::domain::time::Clock;

pub use self::check::check;
pub use self::trouble::MatrixError;

/// What the adapter is told.
pub struct MatrixOptions {
    /// The homeserver's address.
    pub homeserver: String,
    /// The bot's full user id.
    pub user: String,
    /// How it signs in the first time.
    pub sign_in: SignIn,
    /// Where its device is kept.
    pub state_dir: PathBuf,
    /// The file with the key that the device is encrypted with.
    pub key_file: PathBuf,
    /// The file with the key that brings its identity back.
    pub recovery_key_file: PathBuf,
    /// What the device is called.
    pub device_name: String,
    /// Whether a new device may be made although the account has one.
    pub allow_new_login: bool,
    /// The communities that are here.
    pub communities: Vec<Community>,
    /// Chance, for a key that is made.
    pub chance: fn() -> [u8; 32],
}

/// A secret, or why there is none.
pub type Known = Result<SecretString, String>;

/// How the bot signs in.
pub enum SignIn {
    /// By its password.
    Password(Known),
    /// With the token of a device that was made for it.
    AccessToken(Known),
    /// Registered with the secret that the homeserver shares with its operator.
    Registration(Known),
}

/// What a community has here.
#[derive(Clone, Debug)]
pub struct Community {
    /// Its short name, which everything heard in its rooms carries.
    pub slug: String,
    /// Its space, by id or alias.
    pub space: Option<String>,
    /// Its rooms, by id or alias, as they are named above.
    pub rooms: Vec<String>,
    /// Who runs it, by full user id.
    pub managers: Vec<String>,
    /// Homeservers whose people may invite the bot.
    pub allowed_servers: Vec<String>,
    /// Whether cards are answered by a poll.
    pub polls: bool,
}

/// The bot's account, connected or not.
pub struct Matrix {
    options: MatrixOptions,
    me: OwnedUserId,
    heard: mpsc::Sender<Heard>,
    clock: Arc<dyn Clock>,
    link: Mutex<Link>,
    places: Places,
    posts: Mutex<Posts>,
    /// Whose direct room is being looked for or made, and which one was made.
    opening: Mutex<HashMap<OwnedUserId, Opening>>,
    /// For what goes on when nobody waits for it any more.
    itself: Weak<Matrix>,
    gate: Gate,
    /// Told when there are invitations.
    invited: Notify,
}

/// Held by who opens somebody's direct room, so that two posts to one person do not make two rooms; what it holds is the
/// room that was made, which the library learns of only by a later sync.
type Opening = Arc<tokio::sync::Mutex<Option<OwnedRoomId>>>;

/// How it stands with the connection.
#[derive(Default)]
struct Link {
    /// Signed in; the homeserver may be away all the same.
    client: Option<Client>,
    /// What is wrong, for people who watch the service.
    trouble: Option<String>,
}

/// How long the first pause after a failure is; each further one is twice as long.
const PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Matrix {
    /// An account that is not connected yet. What is heard goes to `heard`.
    ///
    /// # Errors
    /// [`MatrixError`] when the user id is none.
    pub fn new(
        options: MatrixOptions,
        heard: mpsc::Sender<Heard>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, MatrixError> {
        let me = UserId::parse(&options.user)
            .map_err(|error| MatrixError::Account(format!("“{}”: {error}", options.user)))?;
        let places = Places::new(&options.communities);
        Ok(Arc::new_cyclic(|itself| Self {
            itself: Weak::clone(itself),
            options,
            me,
            heard,
            clock,
            link: Mutex::new(Link::default()),
            places,
            posts: Mutex::default(),
            opening: Mutex::default(),
            gate: Gate::new(),
            invited: Notify::new(),
        }))
    }

    /// Holds the connection until `stop`: signs in, follows what happens, and begins anew after a failure.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut pause = PAUSE;
        self.set_trouble(Some("it is being connected to".to_owned()));
        while !stop.is_cancelled() {
            let ended = tokio::select! {
                ended = self.live(&stop, &mut pause) => ended,
                () = stop.cancelled() => break,
            };
            let Err(error) = ended else { break };
            tracing::warn!(%error, "the homeserver cannot be followed; trying again");
            self.set_trouble(Some(error.to_string()));
            if error.is_lasting() {
                pause = LONGEST_PAUSE;
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => break,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        *self.link() = Link::default();
    }

    /// One stretch of connection; `pause` starts over once it holds.
    async fn live(
        &self,
        stop: &CancellationToken,
        pause: &mut Duration,
    ) -> Result<(), MatrixError> {
        let known = self.link().client.clone();
        let client = match known {
            Some(client) => client,
            None => {
                let client = device::open(&self.options, &self.me).await?;
                self.link().client = Some(client.clone());
                client
            }
        };
        let followed = follow::follow(self, &client, stop, pause).await;
        if let Err(error) = &followed
            && error.signs_out()
        {
            self.link().client = None;
        }
        followed
    }

    fn link(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn posts(&self) -> MutexGuard<'_, Posts> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opening(&self, user: &UserId) -> Opening {
        let mut opening = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(opening.entry(user.to_owned()).or_default())
    }

    fn set_trouble(&self, trouble: Option<String>) {
        self.link().trouble = trouble;
    }

    /// The connection, where requests make sense just now.
    fn client(&self) -> Option<Client> {
        let link = self.link();
        match link.trouble {
            None => link.client.clone(),
            Some(_) => None,
        }
    }
}
