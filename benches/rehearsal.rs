//! `rehearse --days 30` for a community of 10,000 with 20 series, eight weekly, four fortnightly and eight monthly,
//! and 500 answers to each session: every reminder of the month, worded for each reader.
//!
//! `cargo bench --bench rehearsal`. The bar: 1 s.

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

use std::time::Instant as Stopwatch;

use convene::clock::rehearsal::{Planned, rehearse};
use convene::domain::platform::Platform;
use convene::storage::StorageError;

use bars::against;
use figures::{median, ms};
use town::Town;

const MEMBERS: usize = 10_000;
const ANSWERS: usize = 500;
const ROUNDS: usize = 7;

const SETTINGS: &str = r#"
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
digest = [{ slug = "weekly", cron = "0 9 * * 1" }]
"#;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let town = Town::found(MEMBERS, SETTINGS, |_| {}).await;
    let sessions = series::plan(&town, ANSWERS).await;
    let mut times = Vec::new();
    let mut planned = Vec::new();
    for _ in 0..ROUNDS {
        let clock = Stopwatch::now();
        planned = month(&town).await;
        times.push(clock.elapsed());
    }
    let direct = planned.iter().filter(|p| p.destination == "direct").count();
    println!("30 days ahead, {MEMBERS} members, {ANSWERS} answers to a session, {ROUNDS} rounds");
    println!("  sessions with answers              {sessions:>9}");
    println!("  messages                           {:>9}", planned.len());
    println!("  of them to one person              {direct:>9}");
    let took = median(times);
    println!(
        "  per message                        {:>9}",
        ms(took / planned.len().max(1) as u32)
    );
    against("seconds", took.as_secs_f64(), 1.0, true);
}

async fn month(town: &Town) -> Vec<Planned> {
    let ctx = town.ctx.clone();
    town.db
        .read(move |tx| {
            Box::pin(
                async move { rehearse(tx, &ctx.community, ctx.now, 30, &[Platform::Local]).await },
            )
        })
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"))
}
