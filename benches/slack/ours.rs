//! The program, set up through its own command line and then through Slack, as a manager does it: a community of 10,000,
//! a session that is announced, 1,000 answers.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::{Days, SecondsFormat};
use convene::domain::time::{Clock as _, SystemClock};
use serde_json::Value;

use super::load::{self, Connection};
use super::process::Server;
use super::slack::{Slack, account};
use super::{ANSWERED, MEMBERS, SECRET, TEAM};

/// Sets it up in `folder` and starts it.
pub async fn start(folder: &Path, slack: &Slack) -> anyhow::Result<Server> {
    let folder = folder.join("convene");
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("convene.toml"), settings(&slack.api))?;
    secret(&folder, "slack.signing", SECRET)?;
    secret(&folder, "slack.token", "xoxb-bench")?;
    let mut people = "name,email,slack,onboarded\n".to_owned();
    for n in 0..MEMBERS {
        writeln!(people, "Person {n},p{n}@example.org,{},yes", account(n))?;
    }
    std::fs::write(folder.join("people.csv"), people)?;
    run(&folder, &["import", "members", "people.csv"])?;
    let mut command = program(&folder);
    command.args(["serve", "--json"]);
    let server = Server::start(command, |line| {
        let told: Value = serde_json::from_str(line).ok()?;
        told["address"]
            .as_str()?
            .rsplit(':')
            .next()?
            .trim_end_matches('/')
            .parse()
            .ok()
    })?;
    plan(&folder, slack, &server).await?;
    Ok(server)
}

fn settings(api: &str) -> String {
    format!(
        r#"
[server]
listen = "127.0.0.1:0"

[log]
level = "warn"

[[community]]
slug = "bench"
name = "Measured Town"
zone = "Europe/London"
managers = ["slack:{manager}"]

[community.rooms]
announcements = "slack:C0ANN0000"
organisers = "slack:C0ORG0000"

[community.slack]
api = "{api}"
mode = "http"
signing_secret_file = "slack.signing"
token_file = "slack.token"
team = "{TEAM}"
"#,
        manager = account(0)
    )
}

fn secret(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let file = folder.join(name);
    std::fs::write(&file, text)?;
    Ok(std::fs::set_permissions(
        file,
        std::fs::Permissions::from_mode(0o600),
    )?)
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_convene"));
    command.current_dir(folder);
    command
}

fn run(folder: &Path, words: &[&str]) -> anyhow::Result<()> {
    let done = program(folder).args(words).output()?;
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    ensure!(done.status.success(), "convene {}: {said}", words.join(" "));
    Ok(())
}

/// A session in a month, with its answers, announced.
async fn plan(folder: &Path, slack: &Slack, server: &Server) -> anyhow::Result<()> {
    let now = SystemClock::new().now();
    let first = now.checked_add_days(Days::new(30)).context("a month")?;
    let last = now.checked_add_days(Days::new(36)).context("a month")?;
    let (first, last) = (first.format("%Y-%m-%d"), last.format("%Y-%m-%d"));
    let mut ada = Connection::open(server.port).await?;
    let text = format!(
        "series new ks \"Knowledge Share\" every Monday 14:00-15:00 from={first} to={last}"
    );
    ada.ask(slack, &load::command(slack, &account(0), &text, "plan"))
        .await?;
    let mut answers = "session,email,answer,at\n".to_owned();
    for n in 0..ANSWERED {
        let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        writeln!(answers, "1,p{n}@example.org,yes,{at}")?;
    }
    std::fs::write(folder.join("answers.csv"), answers)?;
    run(folder, &["import", "rsvps", "answers.csv"])?;
    let preview = ada
        .ask(
            slack,
            &load::command(slack, &account(0), "session announce 1", "announce"),
        )
        .await?;
    let value = button(&preview, "Post").with_context(|| format!("no [Post] in {preview}"))?;
    // Who says much at once is asked to wait.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let said = ada
        .ask(slack, &load::press(slack, &account(0), &value, "post"))
        .await?;
    slack.sees_card().await.with_context(|| format!("{said}"))
}

/// What the button with this label stands for.
fn button(message: &Value, label: &str) -> Option<String> {
    let elements = message["blocks"]
        .as_array()?
        .iter()
        .filter_map(|block| block["elements"].as_array())
        .flatten();
    let mut buttons = elements.filter(|element| element["type"] == "button");
    let found = buttons.find(|button| {
        button["text"]["text"]
            .as_str()
            .is_some_and(|text| text.starts_with(label))
    })?;
    Some(found["value"].as_str()?.to_owned())
}
