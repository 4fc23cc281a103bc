//! The service as its operator lives with it: started, watched, joined, stopped.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::harness::program::{program, run};

/// A service that runs; it goes away with this value.
struct Serving {
    child: Child,
    address: String,
    out: BufReader<ChildStdout>,
}

impl Serving {
    fn start(folder: &Path) -> Self {
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

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Stops it; its exit code and what it logged.
    fn stop(mut self) -> (Option<i32>, String) {
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

async fn get(address: &str, path: &str) -> (u16, Value) {
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

/// What somebody types in the terminal reaches the service that runs, and without one works as well.
#[test]
fn chat_in_the_terminal_joins_the_service_or_does_without() {
    let folder = tempfile::tempdir().unwrap();
    community(folder.path());
    let talk = |words: &str| {
        let mut chat = program(folder.path())
            .args(["chat", "--as", "ada"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = chat.stdin.take().unwrap();
        input.write_all(words.as_bytes()).unwrap();
        drop(input);
        let ran = crate::harness::program::Ran::from(chat.wait_with_output().unwrap());
        ran.done()
    };
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
