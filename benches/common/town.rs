//! A community in a file of its own, as large as a bench wants it.

use std::sync::Arc;

use convene::actions::Context;
use convene::domain::community::{Community, Settings};
use convene::domain::ids::{MemberId, Mint};
use convene::domain::people::member::{Permission, Standing};
use convene::domain::platform::{Account, Platform};
use convene::domain::text::UserText;
use convene::domain::time::{Instant, Zone};
use convene::storage::members::{self, NewMember};
use convene::storage::{Db, Options, StorageError, communities};
use tempfile::TempDir;

/// Monday, 7 September 2026, 09:00 in London.
pub const NOW: &str = "2026-09-07T08:00:00Z";

/// A community with its database.
pub struct Town {
    /// Its database.
    pub db: Db,
    /// What an action needs.
    pub ctx: Context,
    /// Everybody.
    pub people: Vec<MemberId>,
    _folder: TempDir,
}

impl Town {
    /// A community of `size` members with the accounts `p0`, `p1`…; `tune` changes the database's options.
    pub async fn found(size: usize, settings: &str, tune: impl FnOnce(&mut Options)) -> Self {
        // Beside the build and not in /tmp, which may be memory: a sync has to cost what it costs.
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let mut options = Options::new(format!("sqlite:{}/town.sqlite", folder.path().display()));
        tune(&mut options);
        let db = Db::open(&options).await.expect("a database");
        let (mint, now) = (Arc::new(Mint::seeded(7)), now());
        let settings: Settings = toml::from_str(settings).expect("settings");
        let ctx = community(&db, mint, now, settings).await;
        let mut people = Vec::with_capacity(size);
        for first in (0..size).step_by(5_000) {
            people.extend(move_in(&db, &ctx, first..size.min(first + 5_000)).await);
        }
        Self {
            db,
            ctx,
            people,
            _folder: folder,
        }
    }
}

/// The instant at which everything happens.
pub fn now() -> Instant {
    NOW.parse().expect("an instant")
}

async fn community(db: &Db, mint: Arc<Mint>, now: Instant, settings: Settings) -> Context {
    let (zone, name) = (Zone::Europe__London, UserText::trusted("Measured Town"));
    let (minted, called) = (Arc::clone(&mint), name.clone());
    let id = db
        .write(move |tx| {
            Box::pin(
                async move { communities::upsert(tx, &minted, now, "town", &called, zone).await },
            )
        })
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"));
    let community = Community {
        id,
        slug: "town".to_owned(),
        name,
        zone,
        settings,
    };
    Context {
        mint,
        now,
        community: Arc::new(community),
    }
}

async fn move_in(db: &Db, ctx: &Context, range: std::ops::Range<usize>) -> Vec<MemberId> {
    let ctx = ctx.clone();
    let moved = db.write(move |tx| {
        Box::pin(async move {
            let mut people = Vec::new();
            for n in range {
                let joined = ctx.now - chrono::Duration::days(100 + n as i64 % 1_000);
                let new = NewMember {
                    name: UserText::trusted(format!("Person {n}")),
                    standing: Standing::Member,
                    permission: Permission::Member,
                    organisation: None,
                    joined_at: Some(joined),
                };
                let id = members::insert(tx, &ctx.mint, ctx.now, &ctx.community.id, &new).await?;
                let account = account(n);
                members::add_account(tx, ctx.now, &ctx.community.id, &id, &account).await?;
                people.push(id);
            }
            Ok(people)
        })
    });
    moved
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"))
}

/// The account of the `n`th person.
pub fn account(n: usize) -> Account {
    Account {
        platform: Platform::Local,
        id: format!("p{n}"),
    }
}
