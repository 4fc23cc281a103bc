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
managers = ["local:p0"]

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
    let (mut ready, mut memory) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (took, kib) = start(folder.path(), round == ROUNDS);
        // The first round brings in the file, and what the service sets up once.
        if round > 0 {
            ready.push(took);
        }
        memory.extend(kib);
    }
    let took = median(ready);
    println!("{MEMBERS} members, {ROUNDS} starts");
    println!("  ready after                        {:>9}", ms(took));
    against("milliseconds", took.as_secs_f64() * 1e3, 300.0, true);
    against(
        "MiB at rest",
        memory.iter().sum::<f64>() / 1024.0,
        40.0,
        true,
    );
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
