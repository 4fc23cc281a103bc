//! Floor 7. Wiring: the command line is read, the parts are put together, started and stopped. The only
//! place that names an adapter, and the only one besides `domain/time.rs` that reads the machine's
//! clock and chance.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use serde_json::json;

use crate::cli::place::Place;
use crate::cli::{Answer, Cli, Command, check, import, init, outbox, schedule};
use crate::domain::ids::Mint;
use crate::domain::platform::Platform;
use crate::domain::time::{Clock, SystemClock};

/// The platforms that this build can speak to.
const SPOKEN: [Platform; 1] = [Platform::Local];

/// Reads the command line and does what it says: 0 when it is done, 1 when it is refused or failed
/// (one line on standard error), 2 when the command line is wrong.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start: {error}")),
    };
    let answer = runtime.block_on(run(&cli));
    // What still runs in the background (a reader that waits) has nothing to lose.
    runtime.shutdown_background();
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return fail(&format!("{error:#}")),
    };
    print(&answer, cli.json);
    for note in &answer.notes {
        let _ = writeln!(std::io::stderr(), "Note: {note}");
    }
    match answer.trouble {
        None => ExitCode::SUCCESS,
        Some(trouble) => fail(&trouble),
    }
}

async fn run(cli: &Cli) -> anyhow::Result<Answer> {
    let clock = SystemClock::new();
    let mint = mint();
    let place = || {
        Place::open(
            &cli.config,
            cli.community.as_deref(),
            mint.clone(),
            clock.now(),
            None,
        )
    };
    match &cli.command {
        Command::Init(args) => init::run(args, &cli.config, mint.clone(), clock.now()).await,
        Command::Check => check::run(&cli.config, &SPOKEN).await,
        Command::Schedule(args) => {
            let dates = schedule::run(args, clock.now())?;
            Ok(Answer::done(dates.to_string(), json!(dates.rows())))
        }
        Command::Import { what } => {
            let place = Place::open(
                &cli.config,
                cli.community.as_deref(),
                mint.clone(),
                clock.now(),
                Some(import::LIMIT),
            )
            .await?;
            let answer = import::answer(what, &place).await;
            place.db.close().await;
            answer
        }
        Command::Outbox { act } => {
            let place = place().await?;
            let answer = outbox::run(act, &place).await;
            place.db.close().await;
            answer
        }
    }
}

/// Ids and chance, from the operating system.
fn mint() -> Arc<Mint> {
    Arc::new(Mint::seeded(chance()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where chance comes in"
)]
fn chance() -> u64 {
    use rand::RngExt;
    rand::rng().random()
}

fn print(answer: &Answer, json: bool) {
    let mut out = std::io::stdout().lock();
    // Whoever reads may have gone away, as `| head` does.
    let _ = if json {
        writeln!(out, "{:#}", answer.json)
    } else {
        write!(out, "{}", answer.text)
    };
    let _ = out.flush();
}

fn fail(why: &str) -> ExitCode {
    let line: Vec<&str> = why.split_whitespace().collect();
    let _ = writeln!(std::io::stderr(), "convene: {}", line.join(" "));
    ExitCode::FAILURE
}
