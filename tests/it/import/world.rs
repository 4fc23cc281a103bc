//! A community of our own, files to bring to it, and what stands in its database afterwards.

use std::path::PathBuf;
use std::sync::Arc;

use convene::actions::Context;
use convene::actions::session::{self, Outline};
use convene::cli::import::{self, Import, ImportError, Imported, TableArgs};
use convene::domain::community::{Community, Partner, Rooms, Settings};
use convene::domain::events::meeting::Gathering;
use convene::domain::events::session::{Capacity, Mode, Session};
use convene::domain::ids::Mint;
use convene::domain::text::UserText;
use convene::domain::time::{Instant, Plan, Zone};
use convene::storage::{Db, StorageError, Value, communities};
use tempfile::TempDir;

use crate::harness::databases::Place;

/// Monday 7 September 2026, 09:00 in London.
pub const TODAY: &str = "2026-09-07T08:00:00Z";

/// A community, and a folder with files for it.
pub struct World {
    pub db: Db,
    pub ctx: Context,
    folder: TempDir,
    _place: Option<Place>,
}

impl World {
    /// On an SQLite file of its own.
    pub async fn new() -> Self {
        let place = Place::sqlite();
        let db = Db::open(&place.options()).await.unwrap();
        Self {
            _place: Some(place),
            ..Self::on(db).await
        }
    }

    /// On a database that is there: partners ALPHA in London and BETA in New York.
    pub async fn on(db: Db) -> Self {
        let mint = Arc::new(Mint::seeded(7));
        let now: Instant = TODAY.parse().unwrap();
        let partner = |name: &str, label: &str, zone, country: &str| Partner {
            name: name.to_owned(),
            label: label.to_owned(),
            zone,
            country: Some(country.to_owned()),
            region: None,
            sector: String::new(),
            aliases: vec![format!("{label} Inst.")],
        };
        let partners = vec![
            partner("Alpha Institute", "ALPHA", Zone::Europe__London, "GB"),
            partner("Beta Laboratories", "BETA", Zone::America__New_York, "US"),
        ];
        let name = UserText::trusted("Example Partnership");
        let (made, named, configured) = (mint.clone(), name.clone(), partners.clone());
        let id = db
            .write(move |tx| {
                Box::pin(async move {
                    let zone = Zone::Europe__London;
                    let id = communities::upsert(tx, &made, now, "example", &named, zone).await?;
                    for partner in &configured {
                        communities::upsert_partner(tx, &made, now, &id, partner).await?;
                    }
                    Ok::<_, StorageError>(id)
                })
            })
            .await
            .unwrap();
        let community = Community {
            id,
            slug: "example".to_owned(),
            name,
            zone: Zone::Europe__London,
            settings: Settings {
                partner: partners,
                rooms: Rooms {
                    announcements: Some("local:announcements".to_owned().try_into().unwrap()),
                    organisers: Some("local:organisers".to_owned().try_into().unwrap()),
                    mirrors: Vec::new(),
                },
                ..Settings::default()
            },
        };
        Self {
            db,
            ctx: Context {
                mint,
                now,
                community: Arc::new(community),
            },
            folder: tempfile::tempdir().unwrap(),
            _place: None,
        }
    }

    /// A file with this content.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// `convene import …`
    pub async fn import(&self, what: Import) -> Result<Imported, ImportError> {
        import::run(&what, &self.db, &self.ctx).await
    }

    /// `convene import members FILE`
    pub async fn members(&self, content: impl AsRef<[u8]>) -> Result<Imported, ImportError> {
        let args = TableArgs {
            file: self.file("members.csv", content),
            dry_run: false,
            brought: None,
        };
        self.import(Import::Members(args)).await
    }

    /// A session of an hour at this wall time in London, in no series.
    pub async fn session(&self, wall: &str, capacity: Option<i64>) -> Session {
        let zone = Zone::Europe__London;
        let plan = Plan {
            wall: wall.parse().unwrap(),
            zone,
        };
        let starts_at = plan.instant().unwrap();
        let outline = Outline {
            series: None,
            recurrence_id: None,
            plan,
            starts_at,
            ends_at: starts_at + chrono::Duration::hours(1),
            title: UserText::trusted("Knowledge Share"),
            theme: UserText::default(),
            link: String::new(),
            place: UserText::default(),
            mode: Mode::Online,
            capacity: Capacity {
                online: capacity,
                in_person: None,
            },
            gathering: Gathering::default(),
        };
        let ctx = self.ctx.clone();
        let added = self.db.write(move |tx| {
            Box::pin(async move { session::add_many(tx, &ctx, vec![outline]).await })
        });
        added.await.unwrap().pop().unwrap()
    }

    /// The rows of a query, their columns joined by `|`.
    pub async fn rows(&self, sql: &'static str) -> Vec<String> {
        let answer = self.db.read(move |tx| {
            Box::pin(async move {
                let rows = tx.all(sql, Vec::<Value>::new()).await?;
                rows.iter()
                    .map(|row| row.get("line"))
                    .collect::<Result<Vec<String>, StorageError>>()
            })
        });
        answer.await.unwrap()
    }
}
