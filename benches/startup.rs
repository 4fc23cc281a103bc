//! `convene serve` on a database of 100,000 members: from its start until `/readyz` answers 200, and the memory it
//! keeps once nothing happens any more.
//!
//! `cargo bench --bench startup`, on Linux. The bars: 300 ms, 40 MiB.

#[path = "common/bars.rs"]
mod bars;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/town.rs"]
mod town;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant as Stopwatch};

use convene::storage::{Db, Options, StorageError, Value};

use bars::against;
use figures::{median, ms};
use town::Town;

const MEMBERS: usize = 100_000;
const ROUNDS: usize = 7;
/// How long memory must have stayed as it is to count as at rest.
const AT_REST: Duration = Duration::from_secs(2);

const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"

[log]
level = "error"

[[community]]
slug = "town"
name = "Measured Town"
zone = "Europe/London"
managers = ["local:keeper"]

[community.rooms]
announcements = "local:announcements"
organisers = "local:organisers"
"#;

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let url = format!("sqlite:{}/convene.sqlite", folder.path().display());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let town = Town::found(MEMBERS, "", |options| options.url.clone_from(&url)).await;
        assert_eq!(town.people.len(), MEMBERS);
        assert_eq!(town.ctx.now, town::now());
        town.db.close().await;
    });
    std::fs::write(folder.path().join("convene.toml"), CONFIG).expect("a configuration");
    runtime.block_on(move_accounts(&url, "email"));
    println!("{MEMBERS} members, {ROUNDS} starts");
    let (took, mib) = measure(folder.path());
    against(
        "milliseconds until ready",
        took.as_secs_f64() * 1e3,
        300.0,
        true,
    );
    against("MiB at rest", mib, 40.0, true);
    runtime.block_on(move_accounts(&url, "local"));
    let (took, mib) = measure(folder.path());
    println!("with all of them on the built-in chat, which keeps a list of its people");
    println!("  until ready                        {:>9}", ms(took));
    println!("  MiB at rest                        {mib:>9.2}");
}

/// Gives everybody their account on another platform.
async fn move_accounts(url: &str, platform: &'static str) {
    let db = Db::open(&Options::new(url)).await.expect("the database");
    db.write(move |tx| {
        Box::pin(async move {
            let params = vec![Value::Text(platform.to_owned())];
            tx.run("UPDATE accounts SET platform = $1", params).await
        })
    })
    .await
    .unwrap_or_else(|error: StorageError| panic!("{error}"));
    db.close().await;
}

/// The median time until the service is ready, and its MiB at rest.
fn measure(folder: &Path) -> (Duration, f64) {
    let (mut ready, mut memory) = (Vec::new(), None);
    for round in 0..=ROUNDS {
        let (took, kib) = start(folder, round == ROUNDS);
        memory = kib;
        // The first round brings in the file, and what the service sets up once.
        if round > 0 {
            ready.push(took);
        }
    }
    let mib = memory.expect("was weighed in the last round") / 1024.0;
    (median(ready), mib)
}

/// Starts the service; how long until it is ready, and if asked for its memory at rest in KiB.
fn start(folder: &Path, weigh: bool) -> (Duration, Option<f64>) {
    let clock = Stopwatch::now();
    let mut service = Command::new(env!("CARGO_BIN_EXE_convene"))
        .args(["serve", "--json"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut line = String::new();
    let mut said = BufReader::new(service.stdout.take().expect("its output"));
    said.read_line(&mut line).expect("a line");
    let told: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let address = told["address"]
        .as_str()
        .and_then(|at| at.strip_prefix("http://"));
    let address = address.expect("an address").to_owned();
    while !is_ready(&address) {
        std::thread::yield_now();
    }
    let took = clock.elapsed();
    let kib = weigh.then(|| at_rest(&service));
    service.kill().expect("is stopped");
    service.wait().expect("has ended");
    (took, kib)
}

fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET /readyz HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
}

/// The resident memory once it has stayed the same for a while.
fn at_rest(service: &Child) -> f64 {
    let (mut last, mut since) = (resident(service), Stopwatch::now());
    while since.elapsed() < AT_REST {
        std::thread::sleep(Duration::from_millis(100));
        let now = resident(service);
        if (now - last).abs() > 64.0 {
            (last, since) = (now, Stopwatch::now());
        }
    }
    last
}

fn resident(service: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.id()));
    let status = status.expect("its state");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.and_then(|kib| kib.parse().ok()).expect("its memory")
}
