//! What becomes of letters when the server does what servers do.

use convene::chat::{Button, Line, Message, Sent};
use convene::domain::platform::{Platform, Room};
use convene::domain::text::UserText;

use super::Mailing;
use crate::harness::databases::Place;

fn message() -> Message {
    let typed = UserText::trusted("Synthetic <data> & more\u{202E}, \"quoted\"; ATTENDEE:x");
    Message::default()
        .heading(Line::new().strong("21 · ").strong_user(&typed))
        .and(
            Line::new()
                .user(&typed)
                .say(" by ")
                .link("here", "https://example.org/?a=1&b=2"),
        )
        .bullets(vec![
            Line::new().say("One"),
            Line::new().code("rsvp yes 21"),
        ])
        .quiet("Small print.")
        .buttons(vec![
            Button::new("Yes", "rsvp yes 21").primary(),
            Button::new("Cancel it", "session cancel 21"),
        ])
}

async fn post(it: &Mailing, to: &str, token: &str) -> Sent {
    let room = Room {
        platform: Platform::Email,
        id: to.to_owned(),
    };
    it.email.port().post(&room, None, &message(), token).await
}

#[tokio::test]
async fn each_answer_of_the_server_is_what_it_is() {
    let it = Mailing::new(Place::sqlite()).await;
    let said = |sent: Sent| match sent {
        Sent::Done(_) => "done".to_owned(),
        Sent::Refused(why) => format!("refused: {why}"),
        Sent::Gone(why) => format!("gone: {why}"),
        Sent::Closed(why) => format!("closed: {why}"),
        Sent::NotYet(why) => format!("not yet: {why}"),
        Sent::RetryAfter(_) | Sent::Busy(_) => "wait".to_owned(),
        Sent::Unclear(why) => format!("unclear: {why}"),
    };
    let mut found = Vec::new();
    for name in [
        "mei",
        "gone",
        "nobody",
        "policy",
        "full",
        "grey",
        "grey",
        "hangs",
        "lost",
        "silent",
        "unwanted",
        "b\u{fc}ro",
    ] {
        let sent = post(&it, &format!("{name}@example.org"), "0123").await;
        found.push(format!("{name}: {}", said(sent)));
    }
    found.push(format!(
        "broken: {}",
        said(post(&it, "a b@example.org", "0123").await)
    ));
    insta::assert_snapshot!(found.join("\n"));
    assert_eq!(it.email.port().trouble(), None, "the server is there");
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for() {
    let mut it = Mailing::new(Place::sqlite()).await;
    let port = it.post.port;
    it.post = super::Postbox::open().await;
    assert_ne!(port, it.post.port);
    // Nobody listens there any more once the first one is gone.
    tokio::task::yield_now().await;
    assert!(matches!(
        post(&it, "mei@example.org", "1").await,
        Sent::RetryAfter(_)
    ));
    let trouble = it.email.port().trouble().expect("trouble");
    assert!(!trouble.contains("mei"), "{trouble}");
}

#[tokio::test]
async fn a_letter_is_the_same_each_time_and_says_what_chat_says() {
    let it = Mailing::new(Place::sqlite()).await;
    for _ in 0..2 {
        assert!(matches!(
            post(&it, "mei@example.org", "00ff").await,
            Sent::Done(_)
        ));
    }
    let letters = it.post.letters();
    assert_eq!(letters[0].bytes, letters[1].bytes);
    let letter = &letters[0];
    assert_eq!(letter.calendar(), None);
    assert_eq!(
        letter.header("Message-ID").as_deref(),
        Some("<00ff@example.org>")
    );
    assert_eq!(
        letter.subject(),
        "21 · Synthetic <data> & more\u{202E}, \"quoted\"; ATTENDEE:x"
    );
    insta::assert_snapshot!("text", letter.text().replace("\r\n", "\n"));
    let html = letter.html();
    let body = html.split("<body>").nth(1).unwrap();
    insta::assert_snapshot!("html", body.replace("\r\n", "\n"));
    assert!(html.contains("prefers-color-scheme:dark"));
    for line in String::from_utf8(letter.bytes.clone())
        .unwrap()
        .split("\r\n")
    {
        assert!(line.len() <= 998 && line.is_ascii(), "{line}");
    }
}

#[tokio::test]
async fn what_nobody_knows_is_listed_and_what_is_refused_for_good_is_noted() {
    for place in Place::both() {
        let it = Mailing::new(place).await;
        it.world
            .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30")
            .await;
        it.world.says("ada", "session announce 21").await;
        it.world.presses("ada", "Post").await;
        for name in ["lost", "gone", "grey", "mei"] {
            let address = format!("{name}@example.org");
            it.knows(&address, name).await;
            it.says(&address, "rsvp yes 21").await;
        }
        let state = |name: &str| format!("{name}@example.org");
        let count = async |sql: &'static str| it.world.number(sql).await;
        assert_eq!(
            count("SELECT count(*) AS n FROM outbox WHERE kind = 'reply' AND state = 'unknown'")
                .await,
            1
        );
        assert_eq!(
            count("SELECT count(*) AS n FROM outbox WHERE kind = 'reply' AND state = 'dead'").await,
            1
        );
        assert_eq!(count("SELECT count(*) AS n FROM accounts WHERE gone_at IS NOT NULL AND account LIKE 'gone%'").await, 1);
        assert_eq!(it.post.letters().len(), 1, "one of four arrived so far");
        it.world.goes_to("2026-09-07T08:40:00Z").await;
        assert_eq!(
            it.post.offered(&state("lost")),
            1,
            "never sent blindly again"
        );
        assert_eq!(it.post.offered(&state("grey")), 2);
        let told = it.world.says("ada", "outbox list").await;
        assert!(
            told.contains("nobody knows") || told.contains("unknown"),
            "{told}"
        );
        // Their reminders: nothing more goes where nobody is.
        it.world.goes_to("2026-09-28T13:30:00Z").await;
        assert_eq!(it.post.offered(&state("gone")), 1);
        let reminded = it
            .post
            .letters()
            .iter()
            .filter(|one| one.to == state("mei"))
            .count();
        assert!(reminded >= 3, "the answer and two reminders: {reminded}");
    }
}
