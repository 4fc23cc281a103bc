//! Floor 7. Wiring: the command line is read, the parts are put together, started and stopped. The only
//! place that names an adapter, and the only one besides `domain/time.rs` that reads the machine's
//! clock and chance.

pub mod demo;
mod erasures;
mod hold;
mod lease;
mod logs;
mod member;
pub mod pages;
mod people;
pub mod platforms;
mod rehearse;
mod restore;
mod retention;
pub mod serve;
mod site;
pub mod watch;
pub mod whole;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use serde_json::json;

use crate::cli::chat::{self, ChatArgs};
use crate::cli::config::Config;
use crate::cli::place::Place;
use crate::cli::{
    Answer, Cli, Command, SlackAct, backup, check, export, figures, import, init, outbox, schedule,
};
use crate::domain::ids::Mint;
use crate::domain::platform::Platform;
use crate::domain::time::{Clock, SystemClock};

/// The platforms that this build can speak to, the one on which people are best reached first.
const SPOKEN: &[Platform] = &[
    #[cfg(feature = "matrix")]
    Platform::Matrix,
    #[cfg(feature = "slack")]
    Platform::Slack,
    #[cfg(feature = "discord")]
    Platform::Discord,
    Platform::Local,
    #[cfg(feature = "email")]
    Platform::Email,
];

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
    if !matches!(
        cli.command,
        Command::Demo(_) | Command::Serve | Command::Chat(_)
    ) {
        print(&answer, cli.json);
    }
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
        Command::Check => {
            let config = Config::load(&cli.config)?;
            let reached = platforms::reach(&config).await;
            let connected = platforms::connected(&config);
            Ok(check::run(&config, &connected, reached, clock.now()).await)
        }
        Command::Demo(args) => demo::run(args).await,
        Command::Serve => serve::serve(&Config::load(&cli.config)?, cli.json).await,
        Command::Chat(args) => chat_as(args, &Config::load(&cli.config)?, &mint).await,
        Command::Rehearse(args) => {
            let place = place().await?;
            let connected = platforms::connected(&Config::load(&cli.config)?);
            let answer = rehearse::run(args, &place, &connected).await;
            place.db.close().await;
            answer
        }
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
        Command::Export(args) => {
            let place = place().await?;
            let answer = export::run(args, cli.json, &place).await;
            place.db.close().await;
            answer
        }
        Command::Figures(args) => {
            let limit = args.recompute.then_some(figures::LIMIT);
            let place = Place::open(
                &cli.config,
                cli.community.as_deref(),
                mint.clone(),
                clock.now(),
                limit,
            )
            .await?;
            let answer = figures::run(args, &place).await;
            place.db.close().await;
            answer
        }
        Command::Member { act } => {
            let config = Config::load(&cli.config)?;
            let place = place().await?;
            let answer = member::run(act, &config, &place).await;
            place.db.close().await;
            answer
        }
        Command::Retention(args) => {
            let config = Config::load(&cli.config)?;
            let place = place().await?;
            let answer = retention::run(args, &config, &place).await;
            place.db.close().await;
            answer
        }
        Command::Backup(args) => backup::run(args, &Config::load(&cli.config)?, clock.now()).await,
        Command::Restore(args) => {
            restore::run(args, &Config::load(&cli.config)?, &mint, clock.now()).await
        }
        Command::Slack {
            act: SlackAct::Manifest,
        } => {
            let manifest = platforms::manifest(&Config::load(&cli.config)?)?;
            Ok(Answer::done(format!("{manifest:#}\n"), manifest))
        }
        Command::Outbox { act } => {
            let place = place().await?;
            let answer = outbox::run(act, &place).await;
            place.db.close().await;
            answer
        }
    }
}

/// Chats in the terminal, by the service that runs, else by one of our own.
async fn chat_as(args: &ChatArgs, config: &Config, mint: &Mint) -> anyhow::Result<Answer> {
    let (own, holder) = match hold::Holder::of(config) {
        Some(holder) => (None, holder),
        None => {
            let loopback = (std::net::Ipv4Addr::LOCALHOST, 0).into();
            let service = serve::Service::start(config, loopback).await?;
            let holder = service.holder.clone();
            (Some(service), holder)
        }
    };
    let input = tokio::io::BufReader::new(tokio::io::stdin());
    let output = tokio::io::stdout();
    let chatted = chat::run(args, &holder.address, &holder.token, mint, input, output).await;
    if let Some(service) = own {
        service.stop().await;
    }
    chatted?;
    Ok(Answer::done("", json!({ "left": true })))
}

/// Ids and chance, from the operating system.
fn mint() -> Arc<Mint> {
    Arc::new(Mint::of_chance(key()))
}

/// 256 bits from the operating system.
fn key() -> [u8; 32] {
    let mut key = [0; 32];
    for part in key.chunks_mut(8) {
        part.copy_from_slice(&chance().to_le_bytes());
    }
    key
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where chance comes in"
)]
fn chance() -> u64 {
    use rand::RngExt;
    rand::rng().random()
}

/// One line on standard output, at once.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever started us may not read.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
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
