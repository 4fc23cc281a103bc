//! The demo as a visitor lives it: a session is announced, the clock is moved, everything else follows.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::program::{program, run};

/// A demo that runs; it goes away with this value.
struct Visit {
    child: Child,
    address: String,
    client: reqwest::Client,
    folder: tempfile::TempDir,
    said: u32,
}

impl Visit {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = program(folder.path())
            .args(["demo", "--listen", "127.0.0.1:0"])
            .env("TMPDIR", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("Convene demo is at ");
        let address = address.unwrap_or_else(|| panic!("{line}"));
        Self {
            child,
            address: address.trim_end_matches('/').to_owned(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            folder,
            said: 0,
        }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.address));
        answer.send().await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.client.post(format!("{}{path}", self.address));
        let answer = answer.json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path} {body}: {answer:?}");
        answer.json().await.unwrap()
    }

    async fn say(&mut self, who: &str, text: &str) {
        self.said += 1;
        let room = format!("dm-{who}");
        let id = format!("said-{}", self.said);
        let line = json!({ "as": who, "room": room, "text": text, "id": id });
        self.post("/chat/say", &line).await;
    }

    /// What a room shows to somebody, as text, and its buttons.
    async fn room(&self, who: &str, room: &str) -> Vec<(String, Value)> {
        let state = self.get(&format!("/chat/state?as={who}")).await;
        let posts = state["posts"].as_array().unwrap().iter();
        posts
            .filter(|post| post["room"] == room)
            .map(|post| (text_of(post), post.clone()))
            .collect()
    }

    /// Waits for a post with `words`, as a person looking at the room would.
    async fn sees(&self, who: &str, room: &str, words: &str) -> (String, Value) {
        for _ in 0..200 {
            let found = self.room(who, room).await;
            if let Some(found) = found
                .into_iter()
                .rev()
                .find(|(text, _)| text.contains(words))
            {
                return found;
            }
            // The bot is another process.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let all: Vec<String> = self
            .room(who, room)
            .await
            .into_iter()
            .map(|p| p.0)
            .collect();
        panic!(
            "{who} does not see “{words}” in {room}, but:\n{}",
            all.join("\n--\n")
        );
    }

    async fn press(&mut self, who: &str, post: &Value, label: &str) {
        let buttons = post["blocks"].as_array().unwrap().iter();
        let mut buttons = buttons
            .filter_map(|block| block["buttons"].as_array())
            .flatten();
        let button = buttons.find(|button| button["label"] == label).unwrap();
        self.said += 1;
        let press = json!({
            "as": who, "room": post["room"], "message": post["id"],
            "command": button["command"], "id": format!("pressed-{}", self.said),
        });
        self.post("/chat/press", &press).await;
    }

    async fn step(&self, how: &str) -> Value {
        self.post("/demo/clock", &json!({ "step": how })).await
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text_of(post: &Value) -> String {
    let spans = |spans: &Value| -> String {
        let spans = spans.as_array().into_iter().flatten();
        spans.filter_map(|span| span["text"].as_str()).collect()
    };
    let mut lines = Vec::new();
    for block in post["blocks"].as_array().unwrap() {
        if block["spans"].is_array() {
            lines.push(spans(&block["spans"]));
        }
        for item in block["items"].as_array().into_iter().flatten() {
            lines.push(format!("- {}", spans(item)));
        }
    }
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_from_announcement_to_summary_and_digest() {
    let mut visit = Visit::begin();
    let clock = visit.get("/demo/clock").await;
    assert_eq!(clock["shown"], "Mon 7 Sep 2026, 09:00");
    assert_eq!(clock["zone"], "Europe/London");
    let (digest, _) = visit
        .sees("ada", "announcements", "The week at River Data Partnership")
        .await;
    assert!(
        digest.contains("7 September 2026"),
        "in her words: {digest}"
    );

    let (_, twins) = visit
        .sees("ada", "organisers", "Two people here may be one")
        .await;
    visit.press("ada", &twins, "Merge").await;
    visit
        .sees("ada", "organisers", "it can be undone: !merge undo 1")
        .await;

    visit.say("ada", "session announce 13").await;
    let (preview, post) = visit.sees("ada", "dm-ada", "This would be posted").await;
    insta::assert_snapshot!("preview", preview);
    visit.press("ada", &post, "Post").await;
    let (_, card) = visit.sees("ada", "announcements", "Synthetic data").await;

    visit.press("amrita-sandhu", &card, "Yes").await;
    visit
        .sees("amrita-sandhu", "dm-amrita-sandhu", "09:00 Toronto")
        .await;

    let (mut looked, mut coming) = (false, Vec::new());
    for _ in 0..60 {
        let clock = visit.step("next").await;
        coming.push(
            clock["next"]["what"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        );
        if !looked && clock["now"].as_str().unwrap() > "2026-09-26T08:00:00Z" {
            let draft = visit.sees("ada", "organisers", "28 September 2026").await;
            // It waits for an organiser, and is not said to go by itself.
            assert!(
                !coming.contains(&"the weekly digest".to_owned()),
                "{coming:?}"
            );
            let shown = "a draft of the weekly digest is shown".to_owned();
            assert!(coming.contains(&shown), "{coming:?}");
            visit.press("ada", &draft.1, "Post").await;
            visit
                .sees("ada", "organisers", "worded as things are then")
                .await;
            looked = true;
        }
        if clock["now"].as_str().unwrap() > "2026-09-28T15:00:00Z" {
            break;
        }
    }
    let (summary, _) = visit
        .sees("ada", "organisers", "Held Mon 28 Sep 2026")
        .await;
    insta::assert_snapshot!("summary", summary);
    visit
        .sees("amrita-sandhu", "dm-amrita-sandhu", "Starts in 1 hour")
        .await;
    let (digest, _) = visit
        .sees("ada", "announcements", "28 September 2026")
        .await;
    assert!(digest.contains("Synthetic data"), "{digest}");
    let ready = visit.client.get(format!("{}/readyz", visit.address));
    assert_eq!(ready.send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_is_welcomed_and_works_through_the_list() {
    let mut visit = Visit::begin();
    let (welcome, post) = visit
        .sees("juno-hale", "dm-juno-hale", "Welcome to River")
        .await;
    assert!(welcome.contains("5 things for you to do"), "{welcome}");
    visit.press("juno-hale", &post, "I agree").await;
    visit
        .sees("juno-hale", "dm-juno-hale", "Thank you. You agreed")
        .await;
    visit.press("juno-hale", &post, "What is left").await;
    visit
        .sees("juno-hale", "dm-juno-hale", "1 · Read the handbook")
        .await;
    visit.say("juno-hale", "done 1").await;
    visit
        .sees("juno-hale", "dm-juno-hale", "4 left; next:")
        .await;
    visit.say("ada", "onboarding list").await;
    let (list, _) = visit.sees("ada", "dm-ada", "What is left, by person").await;
    assert!(list.contains("Juno Hale – 5 of 7 left"), "{list}");
    assert!(list.contains("late"), "the researcher of last week: {list}");
    visit.step("week").await;
    visit.step("day").await;
    visit.step("day").await;
    visit
        .sees("juno-hale", "dm-juno-hale", "This was to be done:")
        .await;
    visit.sees("ada", "organisers", "For newcomers:").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_cannot_move_the_clock() {
    let visit = Visit::begin();
    let url = format!("{}/demo/clock", visit.address);
    let foreign = visit
        .client
        .post(&url)
        .header("Origin", "https://evil.example");
    let foreign = foreign
        .json(&json!({ "step": "week" }))
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
    let wrong = visit.client.post(&url).json(&json!({ "step": "year" }));
    assert!(wrong.send().await.unwrap().status().is_client_error());
    let clock = visit.get("/demo/clock").await;
    assert_eq!(clock["shown"], "Mon 7 Sep 2026, 09:00");
}

#[test]
fn a_taken_port_is_named_and_stopping_leaves_nothing_behind() {
    let mut visit = Visit::begin();
    let address = visit.address.trim_start_matches("http://").to_owned();
    let second = run(visit.folder.path(), &["demo", "--listen", &address]).refused();
    assert_eq!(
        second,
        format!(
            "another program listens at {address} already: try “convene demo --listen 127.0.0.1:0”, \
             which takes a free port"
        )
    );
    let left = |visit: &Visit| std::fs::read_dir(visit.folder.path()).unwrap().count();
    assert_eq!(left(&visit), 1, "its temporary folder");
    let pid = visit.child.id().to_string();
    let asked = std::process::Command::new("kill").arg(&pid).status();
    assert!(asked.unwrap().success());
    assert_eq!(visit.child.wait().unwrap().code(), Some(0));
    assert_eq!(left(&visit), 0);
}
