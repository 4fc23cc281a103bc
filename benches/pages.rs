//! Pages over HTTP, as somebody who runs a community asks for them: the season with 1,000 sessions to come, and a search in
//! 100,000 people.
//!
//! `cargo bench --bench pages`. The bar: 50 ms each.

#[path = "common/bars.rs"]
mod bars;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/town.rs"]
mod town;

use std::sync::Arc;
use std::time::Instant as Stopwatch;

use convene::app::pages::{self, Pieces};
use convene::chat::Outcome;
use convene::domain::events::meeting::Gathering;
use convene::domain::events::session::{Capacity, Mode};
use convene::domain::ids::SessionId;
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};
use convene::domain::text::UserText;
use convene::domain::time::{Plan, StillClock};
use convene::storage::sessions::{self, NewSession};
use convene::storage::{StorageError, communities, members, sign_ins, signed_in};
use convene::web::site::Base;

use bars::against;
use figures::{median, ms};
use town::Town;

const MEMBERS: usize = 100_000;
const SESSIONS: i64 = 1_000;
const ROUNDS: usize = 15;

/// Two partners, whose holidays and hours are looked at for each date.
const SETTINGS: &str = r#"
partner = [
  { name = "Alpha Institute", label = "ALPHA", zone = "Europe/London", country = "GB" },
  { name = "Beta Labs", label = "BETA", zone = "America/New_York", country = "US" },
]
"#;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let town = Town::found(MEMBERS, SETTINGS, |_| {}).await;
    let held = fill(&town).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let pieces = Pieces {
        db: town.db.clone(),
        clock: StillClock::at(town.ctx.now),
        steady: StillClock::at(town.ctx.now),
        mint: Arc::clone(&town.ctx.mint),
        communities: vec![Arc::clone(&town.ctx.community)],
        connected: vec![Platform::Local],
        ask: Arc::new(|_| Box::pin(std::future::ready(Ok(Outcome::Before)))),
        wake: Arc::new(|| {}),
    };
    let routes = pages::router(pieces, Base::new(&base, &base, Vec::new()), "");
    let routes = routes.into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    println!("{MEMBERS} members, {SESSIONS} sessions to come, {ROUNDS} rounds");
    for (name, path, says) in [
        ("the season (ms)", "/app", "1000 to come"),
        ("people, the first page (ms)", "/app/people", "Belongs as"),
        (
            "people, by a part of a name (ms)",
            "/app/people?q=rson+99999",
            "Belongs as",
        ),
        (
            "people, by an account (ms)",
            "/app/people?q=p4242",
            "Belongs as",
        ),
        (
            "people, nobody (ms)",
            "/app/people?q=nobody+at+all",
            "Nobody is called that",
        ),
    ] {
        let mut took = Vec::new();
        let mut bytes = 0;
        for _ in 0..ROUNDS {
            let clock = Stopwatch::now();
            let answer = client
                .get(format!("{base}{path}"))
                .header("cookie", format!("convene={held}"))
                .send()
                .await
                .expect("an answer");
            let text = answer.text().await.expect("a page");
            took.push(clock.elapsed());
            assert!(text.contains(says), "{path}: {text}");
            bytes = text.len();
        }
        let took = median(took);
        against(name, took.as_secs_f64() * 1e3, 50.0, true);
        println!("    {} for {bytes} bytes", ms(took));
    }
}

/// Plans the sessions and signs a manager in; what their browser holds.
async fn fill(town: &Town) -> String {
    let (ctx, first) = (town.ctx.clone(), town.people[0].clone());
    let filled = town.db.write(move |tx| {
        Box::pin(async move {
            let number = communities::take_numbers(tx, &ctx.community.id, SESSIONS).await?;
            let new: Vec<NewSession> = (0..SESSIONS)
                .map(|n| {
                    let starts_at = ctx.now + chrono::Duration::hours(2 + 12 * n);
                    NewSession {
                        id: SessionId::new(ctx.mint.ulid(starts_at)),
                        series: None,
                        number: number + n,
                        recurrence_id: None,
                        plan: Plan {
                            wall: starts_at.with_timezone(&ctx.community.zone).naive_local(),
                            zone: ctx.community.zone,
                        },
                        starts_at,
                        ends_at: starts_at + chrono::Duration::minutes(60),
                        title: UserText::trusted(format!("Knowledge Share {n}")),
                        theme: UserText::default(),
                        link: String::new(),
                        place: UserText::default(),
                        mode: Mode::Online,
                        capacity: Capacity::default(),
                        gathering: Gathering::default(),
                    }
                })
                .collect();
            sessions::insert_many(tx, ctx.now, &ctx.community.id, &new).await?;
            members::set_permission(tx, &first, Permission::Manager).await?;
            let link = sign_ins::Open {
                hash: String::new(),
                community: ctx.community.id.clone(),
                member: first,
                name: UserText::default(),
                account: Account {
                    platform: Platform::Local,
                    id: "p0".to_owned(),
                },
                browser: String::new(),
            };
            let held = "ab".repeat(32);
            signed_in::begin(tx, ctx.now, "the browser", &held, &link).await?;
            Ok(held)
        })
    });
    filled
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"))
}
