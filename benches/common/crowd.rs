//! Years of sessions with who came, in millions: laid down by the database itself, whose counts are then made from the
//! records.

use chrono::Duration;
use convene::actions::Context;
use convene::domain::events::meeting::Gathering;
use convene::domain::events::session::{Capacity, Mode};
use convene::domain::ids::SessionId;
use convene::domain::text::UserText;
use convene::domain::time::Plan;
use convene::storage::figures::recompute;
use convene::storage::sessions::{self, NewSession};
use convene::storage::{StorageError, ToValue, Tx, Value, communities};

use super::town::Town;

/// Over how many days the sessions were held.
const DAYS: i64 = 3_650;
/// Where people work: the first two are the partners, some are nowhere.
const ORGANISATIONS: usize = 40;
const COUNTRIES: [&str; 16] = [
    "GB", "US", "KE", "NG", "IN", "BR", "DE", "FR", "NL", "CH", "AU", "CA", "ZA", "JP", "ES", "SE",
];

/// Puts everybody into an organisation and a country, and gives everybody an address.
pub async fn settle(town: &Town) {
    let id = town.ctx.community.id.clone();
    let settled = town.db.write(move |tx| {
        Box::pin(async move {
            for n in 0..ORGANISATIONS {
                let country = COUNTRIES[n % COUNTRIES.len()];
                let values = vec![
                    format!("org-{n:02}").to_value(),
                    id.to_value(),
                    format!("Organisation {n}").to_value(),
                    i64::from(n < 2).to_value(),
                    format!("ORG{n}").to_value(),
                    country.to_value(),
                ];
                tx.run(
                    "INSERT INTO organisations (id, community_id, name, partner, label, country, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, 0)",
                    values,
                )
                .await?;
            }
            tx.run(
                "UPDATE members SET organisation_id = (SELECT 'org-' || substr('0' || ((x.n * x.n) % 43), -2)
                         FROM (SELECT CAST(substr(name, 8) AS BIGINT) AS n) AS x WHERE (x.n * x.n) % 43 < 40)
                 WHERE community_id = $1",
                vec![id.to_value()],
            )
            .await?;
            tx.run(
                "INSERT INTO accounts (community_id, platform, account, member_id, created_at)
                 SELECT community_id, 'email', account || '@people.example', member_id, 0 FROM accounts
                 WHERE community_id = $1",
                vec![id.to_value()],
            )
            .await?;
            Ok(())
        })
    });
    settled
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"));
}

/// Plans `count` sessions, evenly over the years behind now; their ids in the order of their times.
pub async fn plan(town: &Town, ctx: &Context, count: usize) -> Vec<SessionId> {
    let (ctx, mut all) = (ctx.clone(), Vec::with_capacity(count));
    let planned = town.db.write(move |tx| {
        Box::pin(async move {
            let first = communities::take_numbers(tx, &ctx.community.id, count as i64).await?;
            let new: Vec<NewSession> = (0..count).map(|n| session(&ctx, first, n, count)).collect();
            all.extend(new.iter().map(|session| session.id.clone()));
            sessions::insert_many(tx, ctx.now, &ctx.community.id, &new).await?;
            Ok(all)
        })
    });
    planned
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"))
}

fn session(ctx: &Context, first: i64, n: usize, count: usize) -> NewSession {
    let back = Duration::minutes(DAYS * 24 * 60 * (count - n) as i64 / count as i64);
    let starts_at = ctx.now - back;
    let zone = ctx.community.zone;
    let wall = starts_at.with_timezone(&zone).naive_local();
    NewSession {
        id: SessionId::new(ctx.mint.ulid(starts_at)),
        series: None,
        number: first + n as i64,
        recurrence_id: None,
        plan: Plan { wall, zone },
        starts_at,
        ends_at: starts_at + Duration::minutes(60),
        title: UserText::trusted("Held session"),
        theme: UserText::default(),
        link: String::new(),
        place: UserText::default(),
        mode: Mode::Online,
        capacity: Capacity::default(),
        gathering: Gathering::default(),
    }
}

/// The place among `of` people of the `k`th who comes to the `n`th session; another one for each `k`.
pub fn who(n: usize, k: usize, of: usize) -> usize {
    (n * 7_919 + k * 97) % of
}

/// `each` people come to every session of `ids`, as video platforms reported; then the counts are made.
pub async fn fill(town: &Town, ids: &[SessionId], each: usize) {
    let people = town.people.len();
    for (n, chunk) in ids.chunks(50).enumerate() {
        let (ids, id) = (chunk.to_vec(), town.ctx.community.id.clone());
        let filled = town.db.write(move |tx| {
            Box::pin(async move {
                for (place, session) in ids.iter().enumerate() {
                    came(tx, n * 50 + place, &id.to_value(), session, each, people).await?;
                }
                Ok(())
            })
        });
        filled
            .await
            .unwrap_or_else(|error: StorageError| panic!("{error}"));
    }
    let id = town.ctx.community.id.clone();
    let repaired = town
        .db
        .write(move |tx| Box::pin(async move { recompute::repair(tx, &id).await }));
    repaired.await.unwrap_or_else(|error| panic!("{error}"));
}

async fn came(
    tx: &mut Tx,
    n: usize,
    community: &Value,
    session: &SessionId,
    each: usize,
    people: usize,
) -> Result<(), StorageError> {
    tx.run(
        "WITH RECURSIVE k (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM k WHERE k + 1 < $4)
         INSERT INTO attendance (id, community_id, session_id, source, identity, member_id, name, part, minutes,
             country, recorded_at)
         SELECT $2 || '-' || k.k, $1, $2, 'report', 'email:' || b.account, b.member_id, 'Somebody',
             CASE WHEN k.k < 2 THEN 'panelist' ELSE 'attendee' END, 20 + k.k % 41, 'GB', 0
         FROM k CROSS JOIN accounts b WHERE b.community_id = $1 AND b.platform = 'email'
             AND b.account = 'p' || (($3 * 7919 + k.k * 97) % $5) || '@people.example'",
        vec![
            community.clone(),
            session.to_value(),
            (n as i64).to_value(),
            (each as i64).to_value(),
            (people as i64).to_value(),
        ],
    )
    .await?;
    sessions::set_recorded(tx, session, each as i64).await?;
    Ok(())
}
