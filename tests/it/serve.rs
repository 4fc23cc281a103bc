//! The service as its operator lives with it: started, watched, joined, stopped.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use convene::domain::ids::{CommunityId, Mint};
use convene::domain::outbox::{Destination, Kind};
use convene::domain::platform::Platform;
use convene::domain::time::{Instant, StillClock};
use convene::storage::outbox::{self, NewRow};
use convene::web::health::Health;
use serde_json::{Value, json};

use crate::harness::databases::on_both;
use crate::harness::program::{Ran, program, run};

/// A service that runs; it goes away with this value.
pub struct Serving {
    child: Child,
    /// Where it listens.
    pub address: String,
    out: BufReader<ChildStdout>,
}

impl Serving {
    /// Starts the service of `folder`.
    pub fn start(folder: &Path) -> Self {
        let mut child = program(folder)
            .args(["serve", "--json"])
            .env("CONVENE__SERVER__LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let Ok(told) = serde_json::from_str::<Value>(&line) else {
            let mut why = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut why);
            panic!("the service did not start: {line}{why}");
        };
        assert_eq!(told["pid"], child.id());
        Self {
            address: told["address"].as_str().unwrap().to_owned(),
            child,
            out,
        }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Stops it; its exit code and what it logged.
    pub fn stop(mut self) -> (Option<i32>, String) {
        self.signal("TERM");
        let code = self.child.wait().unwrap().code();
        let mut log = String::new();
        let mut err = self.child.stderr.take().unwrap();
        err.read_to_string(&mut log).unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "programs read one line");
        (code, log)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What an address answers as JSON.
pub async fn get(address: &str, path: &str) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{address}{path}")).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

fn community(folder: &Path) {
    let init = [
        "init",
        "--manager",
        "local:ada",
        "--name",
        "Northern Lights",
    ];
    run(folder, &init).done();
}

/// What ada reads when she types `words` in the terminal.
pub fn talk(folder: &Path, words: &str) -> String {
    let mut chat = program(folder)
        .args(["chat", "--as", "ada"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = chat.stdin.take().unwrap();
    input.write_all(words.as_bytes()).unwrap();
    drop(input);
    Ran::from(chat.wait_with_output().unwrap()).done()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_lives_is_ready_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let serving = Serving::start(folder.path());
    let alive = get(&serving.address, "/healthz").await;
    assert_eq!(alive, (200, json!({ "status": "alive" })));
    let ready = get(&serving.address, "/readyz").await;
    assert_eq!(ready, (200, json!({ "status": "ready" })));
    // Its chat is for whoever may read the lock file.
    assert_eq!(get(&serving.address, "/chat/people").await.0, 401);
    let checked = run(folder.path(), &["check"]).done();
    let process = format!(
        "Good: a service runs on it: process {}.",
        serving.child.id()
    );
    assert!(checked.contains(&process), "{checked}");
    let (code, log) = serving.stop();
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("ready") && log.contains("stopped"), "{log}");
    assert!(!folder.path().join("convene.sqlite.lock").exists());
    assert!(!folder.path().join("convene.sqlite-wal").exists(), "closed");
}

#[test]
fn a_second_service_is_refused_and_told_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let serving = Serving::start(folder.path());
    let second = run(folder.path(), &["serve"]).refused();
    assert_eq!(
        second,
        format!(
            "a service runs on this database already: process {} at {}; stop it first",
            serving.child.id(),
            serving.address
        )
    );
    // Other commands come in between.
    run(folder.path(), &["outbox", "pause"]).done();
    assert_eq!(serving.stop().0, Some(0));
    let again = Serving::start(folder.path());
    assert_eq!(again.stop().0, Some(0));
}

#[test]
fn an_address_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let mut serve = program(folder.path());
    serve.env("CONVENE__SERVER__LISTEN", address.to_string());
    let refused = serve.arg("serve").output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    let line = format!(
        "convene: another program listens at {address} already: stop it, or change server.listen\n"
    );
    assert!(said.ends_with(&line), "{said}");
}

/// systemd, which waits to be told, learns when the service is ready and when it stops.
#[test]
fn whoever_started_it_is_told_when_it_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let socket = folder.path().join("notify");
    let told = std::os::unix::net::UnixDatagram::bind(&socket).unwrap();
    let mut serve = program(folder.path());
    serve.env("NOTIFY_SOCKET", &socket);
    serve.env("CONVENE__SERVER__LISTEN", "127.0.0.1:0");
    serve
        .arg("serve")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = serve.spawn().unwrap();
    told.set_read_timeout(Some(std::time::Duration::from_secs(30)))
        .unwrap();
    let next = || {
        let mut text = [0; 64];
        let read = told.recv(&mut text).unwrap();
        String::from_utf8_lossy(&text[..read]).trim().to_owned()
    };
    assert_eq!(next(), "READY=1");
    let term = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(term.unwrap().success());
    assert_eq!(next(), "STOPPING=1");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// What somebody types in the terminal reaches the service that runs, and without one works as well.
#[test]
fn chat_in_the_terminal_joins_the_service_or_does_without() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let talk = |words: &str| talk(folder.path(), words);
    let alone = talk("help\n");
    assert!(alone.contains("help"), "{alone}");
    let serving = Serving::start(folder.path());
    let joined = talk("zone Europe/Zurich\n");
    assert!(joined.contains("Zurich"), "{joined}");
    assert_eq!(serving.stop().0, Some(0));
    // What was said outlives both.
    let later = talk("");
    assert!(later.contains("zone Europe/Zurich"), "{later}");
}

/// A service whose posts do not go out says so, and how late they are.
#[tokio::test]
async fn readiness_fails_when_the_oldest_post_is_over_five_minutes_late() {
    let due: Instant = "2026-09-07T08:00:00Z".parse().unwrap();
    on_both(|db| async move {
        let clock = StillClock::at(due);
        let health = Health {
            db: db.clone(),
            clock: clock.clone(),
            ports: Vec::new(),
        };
        let row = NewRow {
            community: CommunityId::new("C1"),
            kind: Kind::new("card"),
            subject: "S1".to_owned(),
            subject_revision: 0,
            destination: Destination::room(Platform::Local, "hall"),
            due_at: due,
            slot: due,
            not_after: None,
            extra: String::new(),
            payload: json!({}),
        };
        db.write(move |tx| {
            Box::pin(async move { outbox::enqueue(tx, &Mint::seeded(1), due, &row).await })
        })
        .await
        .unwrap();
        clock.set(due + chrono::Duration::minutes(4));
        assert_eq!(health.reasons().await, Vec::<String>::new());
        clock.set(due + chrono::Duration::minutes(6));
        let late = ["the oldest posting is 6 minutes late"];
        assert_eq!(health.reasons().await, late);
        // What is held on purpose is not late.
        db.write(move |tx| {
            Box::pin(async move { outbox::pause(tx, &CommunityId::new("C1"), due).await })
        })
        .await
        .unwrap();
        assert_eq!(health.reasons().await, Vec::<String>::new());
        db.close().await;
        assert_eq!(health.reasons().await.len(), 2);
    })
    .await;
}

/// Whatever is logged, even at the finest, tells nothing that people said and no secret.
#[test]
fn no_secret_and_nobodys_words_are_logged_at_the_finest_level() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let mut child = program(folder.path())
        .args(["serve", "--json"])
        .env("CONVENE__SERVER__LISTEN", "127.0.0.1:0")
        .env("CONVENE__LOG__LEVEL", "trace")
        .env("CONVENE__LOG__FORMAT", "json")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let lock = std::fs::read_to_string(folder.path().join("convene.sqlite.lock")).unwrap();
    let holder: Value = serde_json::from_str(&lock).unwrap();
    let token = holder["token"].as_str().unwrap();
    assert_eq!(token.len(), 32);
    let said = talk(
        folder.path(),
        "series new ks \"Whispered Title\" last Monday of every month 14:00-15:00\nrsvp yes 1\nmuttered nonsense\n",
    );
    assert!(said.contains("Whispered Title"), "{said}");
    let pid = child.id().to_string();
    let asked = std::process::Command::new("kill").arg(&pid).status();
    assert!(asked.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.lines().count() > 10, "{log}");
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    for secret in [token, "Whispered", "muttered", "rsvp yes"] {
        let told = log.lines().find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret}");
    }
}

/// Two communities in one service: what is typed in a room of one is done there.
#[test]
fn rooms_belong_to_their_community() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let file = folder.path().join("convene.toml");
    let mut text = std::fs::read_to_string(&file).unwrap();
    text.push_str(
        "\n[[community]]\nslug = \"south\"\nname = \"South\"\nzone = \"UTC\"\nmanagers = [\"local:ada\"]\n\
         [community.rooms]\nannouncements = \"local:south-hall\"\norganisers = \"local:south-desk\"\n",
    );
    std::fs::write(&file, text).unwrap();
    let plan =
        "series new ks \"Southern Share\" every Monday 10:00-11:00 from=2030-01-01 to=2030-02-01\n";
    let said = talk(folder.path(), &format!("/room south-desk\n!{plan}"));
    assert!(said.contains("Southern Share"), "{said}");
    let count = |slug: &str| {
        let words = ["export", "sessions", "--json", "--community", slug];
        run(folder.path(), &words).json().as_array().unwrap().len()
    };
    assert_eq!((count("northern-lights"), count("south")), (0, 4));
    let own = talk(folder.path(), "session show 1\n");
    assert!(own.contains("No session 1."), "{own}");
    let other = talk(folder.path(), "in south session show 1\n");
    let named = |text: &str| text.matches("Southern Share").count();
    assert!(named(&other) > named(&own), "{other}");
}
