//! Somebody with everything that can be held on a person, and looking for them in every column there is.

use convene::actions::import::attendance::{Present, import};
use convene::actions::privacy::forget;
use convene::actions::{Failure, figures};
use convene::domain::events::attendance::Role;
use convene::domain::figures::{Figure, Period};
use convene::domain::ids::MemberId;
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};
use convene::domain::text::UserText;
use convene::storage::{Db, StorageError, identities, members};

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

/// Who is forgotten.
pub const NAME: &str = "Quillon Marrowby";
/// Their account.
pub const ACCOUNT: &str = "quillon-4711";
/// Their address.
pub const ADDRESS: &str = "q.marrowby@north.example";

/// What must be nowhere afterwards.
pub const NEEDLES: [&str; 5] = [
    "marrowby",
    "quillon",
    "north.example",
    "0000-0002-1825-0097",
    "Whispered aside",
];

/// Every text column there is.
pub async fn texts_of(db: &Db) -> Vec<(String, String)> {
    let sql = if db.is_sqlite() {
        "SELECT m.name AS t, c.name AS c FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.type = 'TEXT' ORDER BY 1, c.cid"
    } else {
        "SELECT CAST(table_name AS TEXT) AS t, CAST(column_name AS TEXT) AS c FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type = 'text' ORDER BY 1, 2"
    };
    db.read(move |tx| {
        Box::pin(async move {
            let rows = tx.all(sql, vec![]).await?;
            rows.iter()
                .map(|row| Ok((row.get("t")?, row.get("c")?)))
                .collect::<Result<Vec<_>, StorageError>>()
        })
    })
    .await
    .unwrap()
}

/// Where one of `needles` stands in the database, whatever the case: table, column and text.
pub async fn found_in(db: &Db, needles: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (table, column) in texts_of(db).await {
        let sql: &'static str =
            format!("SELECT {column} AS text FROM {table} WHERE {column} IS NOT NULL").leak();
        let rows: Vec<String> = db
            .read(move |tx| {
                Box::pin(async move {
                    let rows = tx.all(sql, vec![]).await?;
                    rows.iter()
                        .map(|row| row.get("text"))
                        .collect::<Result<Vec<_>, StorageError>>()
                })
            })
            .await
            .unwrap();
        for text in rows {
            let folded = text.to_lowercase();
            if needles
                .iter()
                .any(|needle| folded.contains(&needle.to_lowercase()))
            {
                found.push(format!("{table}.{column}: {text}"));
            }
        }
    }
    found
}

/// The id of somebody by their account.
pub async fn id_of(world: &World, account: &str) -> MemberId {
    let (community, account) = (world.community.id.clone(), format!("local:{account}"));
    world
        .db
        .read(move |tx| Box::pin(async move { forget::meant(tx, &community, &account).await }))
        .await
        .unwrap()
}

/// Every figure of all time.
pub async fn figures_of(world: &World) -> Vec<Figure> {
    let (community, now) = (world.community.clone(), world.now());
    world
        .db
        .read(move |tx| {
            Box::pin(async move {
                let of = figures::AsOf {
                    community: &community,
                    now,
                };
                figures::all(tx, of, Period::default()).await
            })
        })
        .await
        .unwrap()
}

/// A community with somebody on whom everything is held: answered, came by three sources, spoke, will speak, asked,
/// linked, merged, wrote and was written about.
pub async fn lived(place: Place) -> World {
    let settings = SETTINGS.replace(
        "digest =",
        "conduct = { version = \"2026-09\", text = \"Be kind.\" }\ndigest =",
    );
    let world = World::with("2026-09-07T08:00:00Z", &settings, place).await;
    world
        .joins(ACCOUNT, NAME, Some("ALPHA"), Permission::Member)
        .await;
    world
        .joins("jo", "Jo Field", Some("BETA"), Permission::Member)
        .await;
    world
        .joins("sam", "Sam Reed", None, Permission::Member)
        .await;
    for line in [
        "series new ks \"Knowledge Share\" every Monday 14:00-15:00 from=2026-09-14 to=2026-10-26 capacity=2",
        "session speaker 21 Quillon Marrowby (ALPHA); Jo Field (BETA)",
        "session host 22 Quillon Marrowby",
        "session talk 21 speaker=\"Quillon Marrowby\" What Quillon Marrowby found",
        "session speaker 24 Quillon Marrowby (ALPHA)",
        "session theme 23 In honour of QUILLON MARROWBY, with @quillon-4711",
        "session announce 21",
        "series set ks joint=yes",
        "session waive 25 joint BETA Quillon Marrowby said so",
        "meeting new all-hands \"Autumn all-hands\" 2026-09-30 09:30-10:30 for=core",
        "role add core Quillon Marrowby",
        "role add core Jo Field",
        "role add organisers Quillon Marrowby",
        "onboarding start Quillon Marrowby list=researcher",
        "deadline add 2026-10-01 Abstract of Quillon Marrowby",
        "figures reported add \"Said by Quillon Marrowby\" 120 source=\"Quillon Marrowby, by mail\"",
        "wording set card # {title} with Quillon Marrowby\\n{when}",
        "consent note \"Quillon Marrowby\" recording yes Mail from q.marrowby@north.example",
    ] {
        world.says("ada", line).await;
    }
    world.presses("ada", "Post").await;
    let (ctx, quillon) = (world.context(), id_of(&world, ACCOUNT).await);
    let ours = quillon.clone();
    world
        .db
        .write(move |tx| {
            Box::pin(async move {
                let account = Account {
                    platform: Platform::Email,
                    id: ADDRESS.to_owned(),
                };
                members::add_account(tx, ctx.now, &ctx.community.id, &ours, &account).await?;
                let kind = convene::domain::people::identity::IdentifierKind::Address;
                identities::learn(
                    tx,
                    ctx.now,
                    &ctx.community.id,
                    &ours,
                    kind,
                    "quillon@north.example",
                )
                .await?;
                // Somebody of the same name who turns out to be the same.
                let new = members::NewMember {
                    name: UserText::trusted("Quillon M. Marrowby"),
                    standing: convene::domain::people::member::Standing::Contact,
                    permission: Permission::Guest,
                    organisation: None,
                    joined_at: None,
                };
                let other =
                    members::insert(tx, &ctx.mint, ctx.now, &ctx.community.id, &new).await?;
                let account = Account {
                    platform: Platform::Matrix,
                    id: "@quillon:north.example".to_owned(),
                };
                members::add_account(tx, ctx.now, &ctx.community.id, &other, &account).await
            })
        })
        .await
        .unwrap();
    for line in [
        "rsvp yes 21",
        "rsvp yes 22",
        "rsvp yes 23",
        "rsvp maybe 24",
        "rsvp yes ks from=2026-10-01",
        "zone Europe/Zurich",
        "quiet 18:00-08:00",
        "remind 2d",
        "mute digests",
        "orcid 0000-0002-1825-0097",
        "career early",
        "agree",
        "consent photos yes",
        "consent photos no",
        "link",
        "done 1",
        "agenda add 28 Data that Quillon Marrowby needs",
        "update add 28 about=\"Quillon Marrowby's group\" One paper",
        "ask 28 Who reads to Quillon Marrowby?",
        "session link 23 https://video.example.org/quillon-4711",
        "session chase 24 to=unanswered",
    ] {
        world.says(ACCOUNT, line).await;
    }
    for line in ["rsvp yes 23", "rsvp yes 22"] {
        world.says("jo", line).await;
    }
    world.says("sam", "rsvp yes 23").await;
    let shown = world
        .says("ada", "merge @quillon-4711 with @quillon:north.example")
        .await;
    assert!(shown.contains("Quillon M. Marrowby"), "{shown}");
    world.presses("ada", "Merge").await;
    world.goes_to("2026-09-14T13:05:00Z").await;
    world.says(ACCOUNT, "here 21").await;
    world.says("jo", "here 21").await;
    world.goes_to("2026-09-14T15:00:00Z").await;
    world
        .says("ada", "attendance list 21 Quillon Marrowby; Sam Reed")
        .await;
    came(
        &world,
        21,
        &[
            ("Q. Marrowby", Some(ADDRESS), 55),
            ("Quillon Marrowby (ALPHA)", None, 5),
            ("Quillon Marrowby", Some("other@north.example"), 3),
            ("Whispered aside", None, 2),
        ],
    )
    .await;
    world
        .says(
            "ada",
            "attendance match \"Whispered aside\" Quillon Marrowby",
        )
        .await;
    world
        .says("ada", "attendance guest \"Quillon Marrowby (ALPHA)\"")
        .await;
    world.goes_to("2026-09-21T15:30:00Z").await;
    came(
        &world,
        22,
        &[
            ("Quillon Marrowby", Some(ADDRESS), 40),
            ("Jo Field", Some("jo@south.example"), 30),
        ],
    )
    .await;
    world
        .says("ada", "figures freeze \"For Quillon Marrowby\"")
        .await;
    world.goes_to("2026-09-22T08:00:00Z").await;
    world
}

/// A report of a session is imported.
pub async fn came(world: &World, number: i64, people: &[(&str, Option<&str>, i64)]) {
    let (ctx, session) = (world.context(), world.session(number).await);
    let present: Vec<Present> = people
        .iter()
        .map(|(name, email, minutes)| Present {
            email: email.map(|email| convene::domain::email::Email::parse(email).unwrap()),
            name: UserText::trusted(*name),
            role: Role::Attendee,
            minutes: *minutes,
            country: None,
        })
        .collect();
    world
        .db
        .write(move |tx| {
            Box::pin(async move {
                import(tx, &ctx, &session, &present, None)
                    .await
                    .map(drop)
                    .map_err(|stopped| Failure::from(StorageError::Internal(stopped.to_string())))
            })
        })
        .await
        .unwrap();
}
