//! Letters: how they read, what becomes of them, and what their links say.

mod addresses;
mod bounces;
mod digest;
mod invitations;
mod links;
mod outcomes;
mod registering;
mod server;
mod wanted;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use convene::actions::{mail, people};
use convene::adapters::email::{Email, EmailOptions, Patience, Security, SmtpServer};
use convene::chat::Heard;
use convene::domain::email::Email as Address;
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};
use convene::domain::text::UserText;
use tokio::sync::mpsc;

use self::server::Postbox;
use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

/// A community that sends letters to a server of ours.
struct Mailing {
    world: World,
    post: Postbox,
    email: Arc<Email>,
    heard: Option<mpsc::Receiver<Heard>>,
    _folder: tempfile::TempDir,
}

/// The platform over a server of ours.
fn adapter(
    world: &World,
    post: &Postbox,
    folder: &std::path::Path,
) -> (Arc<Email>, mpsc::Receiver<Heard>) {
    let (to_bot, heard) = mpsc::channel(16);
    let short = Duration::from_millis(400);
    let options = EmailOptions {
        smtp: SmtpServer {
            host: "127.0.0.1".to_owned(),
            port: post.port,
            security: Security::None,
            sign_in: None,
        },
        from: Address::parse("convene@example.org").unwrap(),
        communities: HashMap::from([(world.community.slug.clone(), world.community.name.clone())]),
        per_minute: 6000,
        base_url: "https://convene.example.org".to_owned(),
        key_file: folder.join("mail.key"),
        chance: || [7; 32],
        mailbox: None,
        patience: Patience {
            before: short,
            letter: short,
        },
    };
    let email = Email::new(options, to_bot, world.clock.clone()).unwrap();
    (email, heard)
}

impl Mailing {
    async fn new(place: Place) -> Self {
        Self::with(place, SETTINGS).await
    }

    async fn with(place: Place, settings: &str) -> Self {
        let mut world = World::with("2026-09-07T08:00:00Z", settings, place).await;
        let (post, folder) = (Postbox::open().await, tempfile::tempdir().unwrap());
        let (email, heard) = adapter(&world, &post, folder.path());
        world.has_port(email.port());
        let ctx = world.context();
        let noted = world
            .db
            .write(move |tx| Box::pin(async move { mail::set_whether(tx, &ctx, true).await }));
        noted.await.unwrap();
        Self {
            world,
            post,
            email,
            heard: Some(heard),
            _folder: folder,
        }
    }

    /// Somebody whom only mail reaches, as an import makes them.
    async fn knows(&self, address: &str, name: &str) {
        let (ctx, account) = (self.world.context(), mailbox(address));
        let name = UserText::trusted(name);
        let known = self.world.db.write(move |tx| {
            Box::pin(
                async move { people::join(tx, &ctx, &account, &name, Permission::Member).await },
            )
        });
        known.await.unwrap();
    }

    /// Somebody says something with the address that they are known by.
    async fn says(&self, address: &str, text: &str) -> String {
        self.world.says_on(&mailbox(address), "", text).await
    }
}

fn mailbox(address: &str) -> Account {
    Account {
        platform: Platform::Email,
        id: address.to_owned(),
    }
}
