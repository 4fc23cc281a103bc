//! Links in letters: following one only asks, its button says it, and a mail program unsubscribes by itself.

use reqwest::{Client, StatusCode};

use super::Mailing;
use crate::harness::databases::Place;

struct Served {
    it: Mailing,
    base: String,
    client: Client,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Served {
    async fn new() -> Self {
        let mut it = Mailing::new(Place::sqlite()).await;
        it.world
            .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30")
            .await;
        it.world.says("ada", "session announce 21").await;
        it.world.presses("ada", "Post").await;
        it.knows("mei@example.org", "Mei Tanaka").await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let routes = it.email.routes();
        let (mut heard, bot) = (it.heard.take().unwrap(), it.world.bot.clone());
        let tasks = vec![
            tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() }),
            tokio::spawn(async move {
                while let Some(next) = heard.recv().await {
                    bot.hear(next.inbound, next.waiting).await.unwrap();
                    let _ = next.done.send(());
                }
            }),
        ];
        let client = Client::builder().no_proxy().build().unwrap();
        Self {
            it,
            base,
            client,
            tasks,
        }
    }

    fn here(&self, link: &str) -> String {
        link.replace("https://convene.example.org", &self.base)
    }

    async fn gets(&self, link: &str) -> (StatusCode, String) {
        let answer = self.client.get(self.here(link)).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn posts(&self, link: &str, body: &'static str) -> (StatusCode, String) {
        let request = self.client.post(self.here(link)).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }
}

/// The link behind `label: ` in the text of a letter.
fn link(text: &str, label: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(label));
    line.unwrap_or_else(|| panic!("no “{label}” in {text}"))
        .trim()
        .to_owned()
}

#[tokio::test]
async fn a_button_of_a_letter_answers_for_its_reader() {
    let it = Served::new().await;
    it.it.says("mei@example.org", "rsvp yes 21").await;
    it.it.says("mei@example.org", "consent mail yes").await;
    it.it.post.unread();
    it.it.world.goes_to("2026-09-27T13:30:00Z").await;
    let letters = it.it.post.unread();
    let reminder = letters.last().expect("a reminder");
    let no = link(&reminder.text(), "I can't come: ");
    let (status, page) = it.gets(&no).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("<form method=\"post\">"), "{page}");
    let declined = "SELECT count(*) AS n FROM rsvps WHERE partstat = 'declined'";
    assert_eq!(
        it.it.world.number(declined).await,
        0,
        "following a link says nothing yet"
    );
    let (status, page) = it.posts(&no, "").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(it.it.world.number(declined).await, 1);
    assert!(
        page.contains("Knowledge Share"),
        "the answer is on the page: {page}"
    );
    assert!(it.it.post.unread().is_empty(), "and in no letter");
}

#[tokio::test]
async fn a_mail_program_unsubscribes_by_itself() {
    let it = Served::new().await;
    it.it.says("mei@example.org", "rsvp yes 21").await;
    it.it.post.unread();
    it.it.world.goes_to("2026-09-27T13:30:00Z").await;
    let letters = it.it.post.unread();
    let reminder = letters.last().expect("a reminder");
    assert_eq!(
        reminder.header("List-Unsubscribe-Post").as_deref(),
        Some("List-Unsubscribe=One-Click")
    );
    let leave = reminder.header("List-Unsubscribe").unwrap();
    let leave = leave.trim_matches(['<', '>']).replace(' ', "");
    let muted = "SELECT count(*) AS n FROM opt_outs WHERE kind = 'reminders'";
    assert_eq!(it.gets(&leave).await.0, StatusCode::OK);
    assert_eq!(
        it.it.world.number(muted).await,
        0,
        "a program that looks changes nothing"
    );
    for _ in 0..2 {
        let (status, page) = it.posts(&leave, "List-Unsubscribe=One-Click").await;
        assert_eq!(status, StatusCode::OK, "{page}");
    }
    assert_eq!(it.it.world.number(muted).await, 1);
    it.it.world.goes_to("2026-09-28T13:30:00Z").await;
    assert!(it.it.post.unread().is_empty(), "no reminder an hour before");

    let (rest, last) = leave.split_at(leave.len() - 1);
    let forged = format!("{rest}{}", if last == "A" { "B" } else { "A" });
    for wrong in [
        &forged,
        "https://convene.example.org/mail/x",
        "https://convene.example.org/mail/%00",
    ] {
        assert_eq!(
            it.posts(wrong, "List-Unsubscribe=One-Click").await.0,
            StatusCode::NOT_FOUND,
            "{wrong}"
        );
    }
}
