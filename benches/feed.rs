//! A series' calendar of 10,000 sessions over HTTP, and the same number of entries by npm `ical-generator`, in turns.
//!
//! Measured are, each from the request to the last byte: the first request after something was committed, for which all is read
//! and written; the next one, for which it was kept; one of somebody who has it already; and beside them what `ical-generator` takes
//! to write what is in memory already, by its own clock, without a database and without HTTP.
//!
//! `cargo bench --bench feed`, with Node and `npm ci` in `tests/browser`. The bars: 100 ms for the whole feed, and a tenth of what
//! `ical-generator` takes.

#[path = "common/answer.rs"]
mod answer;
#[path = "common/bars.rs"]
mod bars;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/series.rs"]
mod series;
#[path = "common/town.rs"]
mod town;

use std::process::Command;
use std::time::{Duration, Instant as Stopwatch};

use convene::domain::events::meeting::Gathering;
use convene::domain::events::session::{Capacity, Mode};
use convene::domain::ids::SessionId;
use convene::domain::text::UserText;
use convene::domain::time::{Clock as _, Plan, StillClock};
use convene::storage::sessions::{self, NewSession};
use convene::storage::{StorageError, communities};
use convene::web::follow;

use bars::against;
use figures::{median, ms};
use town::Town;

const ENTRIES: usize = 10_000;
const ROUNDS: usize = 7;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let town = Town::found(100, "", |_| {}).await;
    series::plan(&town, 0).await;
    let slug = fill(&town).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!(
        "http://{}/calendar/{slug}.ics",
        listener.local_addr().expect("an address")
    );
    let communities = vec![town.ctx.community.clone()];
    let (clock, steady) = (StillClock::at(town.ctx.now), StillClock::at(town.ctx.now));
    let routes = follow::router(town.db.clone(), clock, steady.clone(), communities);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let (mut first, mut kept, mut again, mut theirs) = (vec![], vec![], vec![], vec![]);
    let (mut bytes, mut known) = (0, None);
    for round in 0..ROUNDS {
        // Something was committed, and long enough ago that it is asked about.
        change(&town, round).await;
        steady.set(steady.now() + chrono::Duration::seconds(2));
        let clock = Stopwatch::now();
        let answer = client.get(&url).send().await.expect("an answer");
        let tag = answer.headers()["etag"].clone();
        let body = answer.bytes().await.expect("a feed");
        first.push(clock.elapsed());
        assert_ne!(
            known.replace(tag.clone()),
            Some(tag.clone()),
            "it was written anew"
        );
        bytes = body.len();
        assert!(body.windows(12).filter(|w| *w == b"BEGIN:VEVENT").count() >= ENTRIES - 10);
        let clock = Stopwatch::now();
        let answer = client.get(&url).send().await.expect("an answer");
        assert_eq!(answer.headers()["etag"], tag);
        let same = answer.bytes().await.expect("a feed");
        kept.push(clock.elapsed());
        assert!(same == body, "it is the same");
        let clock = Stopwatch::now();
        let answer = client
            .get(&url)
            .header("if-none-match", tag)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 304);
        again.push(clock.elapsed());
        theirs.push(generated());
    }
    println!("a feed of {ENTRIES} sessions, {bytes} bytes, {ROUNDS} rounds in turn");
    let theirs = median(theirs);
    println!(
        "  for who has it already             {:>9}",
        ms(median(again))
    );
    println!("  npm ical-generator                 {:>9}", ms(theirs));
    for (what, ours) in [("written", median(first)), ("kept", median(kept))] {
        let took = ours.as_secs_f64() * 1e3;
        against(&format!("the feed, {what} (ms)"), took, 100.0, true);
        let faster = theirs.as_secs_f64() / ours.as_secs_f64();
        against(&format!("times faster, {what}"), faster, 10.0, false);
    }
}

/// Gives a session another theme.
async fn change(town: &Town, round: usize) {
    let changed = town.db.write(move |tx| {
        Box::pin(async move {
            let theme = UserText::trusted(format!("Theme after {round} changes"));
            let asked =
                "UPDATE sessions SET theme = $1 WHERE number = (SELECT max(number) FROM sessions)";
            tx.run(asked, convene::params![theme]).await
        })
    });
    let changed: Result<u64, StorageError> = changed.await;
    assert_eq!(changed.expect("a commit"), 1);
}

/// What `ical-generator` takes, by its own clock.
fn generated() -> Duration {
    let ran = Command::new("node")
        .args(["feeds.mjs", &ENTRIES.to_string()])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser"))
        .output()
        .expect("node");
    let text = String::from_utf8_lossy(&ran.stdout);
    Duration::from_secs_f64(text.trim().parse::<f64>().expect("milliseconds") / 1e3)
}

/// Gives a series its sessions, all announced; its short name.
async fn fill(town: &Town) -> String {
    let ctx = town.ctx.clone();
    let filled = town.db.write(move |tx| {
        Box::pin(async move {
            let of = convene::storage::series::all(tx, &ctx.community.id).await?;
            let series = of.into_iter().next().ok_or(StorageError::NotFound)?;
            let count = ENTRIES as i64;
            let first = communities::take_numbers(tx, &ctx.community.id, count).await?;
            let new: Vec<NewSession> = (0..count)
                .map(|n| {
                    let starts_at = ctx.now + chrono::Duration::minutes(7 + 15 * n);
                    let wall = starts_at.with_timezone(&ctx.community.zone).naive_local();
                    NewSession {
                        id: SessionId::new(ctx.mint.ulid(starts_at)),
                        series: Some(series.id.clone()),
                        number: first + n,
                        recurrence_id: Some(wall),
                        plan: Plan {
                            wall,
                            zone: ctx.community.zone,
                        },
                        starts_at,
                        ends_at: starts_at + chrono::Duration::minutes(60),
                        title: UserText::trusted("Knowledge Share"),
                        theme: UserText::trusted(format!("Theme {n}")),
                        link: String::new(),
                        place: UserText::default(),
                        mode: Mode::Online,
                        capacity: Capacity::default(),
                        gathering: Gathering::default(),
                    }
                })
                // Of an hour that comes twice the first is meant, and a series has no date twice.
                .filter(|new| new.plan.instant() == Some(new.starts_at))
                .collect();
            sessions::insert_many(tx, ctx.now, &ctx.community.id, &new).await?;
            for session in &new {
                sessions::set_announced(tx, &session.id, ctx.now).await?;
            }
            Ok(series.slug)
        })
    });
    filled
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"))
}
