//! The same seats, the same line, the same reminders as for members, by mail.

use reqwest::StatusCode;

use super::{MEI, Open};
use crate::harness::databases::Place;

#[tokio::test]
async fn a_stranger_registers_confirms_and_has_a_seat() {
    for place in Place::both() {
        let it = Open::new(place).await;
        let asked = it.posts("/session/21", MEI).await;
        assert_eq!(asked.status, StatusCode::OK);
        let text = asked.text();
        assert!(text.contains("Look into your mail"), "{text}");
        assert!(text.contains("mei@example.org"), "{text}");
        let letters = it.letters().await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to, "mei@example.org");
        let link = super::link_in(&letters[0]);
        let letter = letters[0].text().replace("\r\n", "\n");
        insta::assert_snapshot!("letter", letter.replace(&link, "LINK"));
        assert_eq!(letters[0].header("List-Unsubscribe"), None);

        // Nothing is taken yet, and looking changes nothing.
        assert_eq!(it.it.world.session(21).await.tally.yes(), 0);
        let open = it.gets(&link).await;
        assert!(open.text().contains("Will you come?"), "{}", open.text());
        assert_eq!(open.headers["cache-control"], "no-store");
        assert_eq!(it.it.world.session(21).await.tally.yes(), 0);

        let page = it.answers(&link, "yes").await;
        assert!(
            page.text().contains("See you there, Mei Tanaka"),
            "{}",
            page.text()
        );
        assert_eq!(it.it.world.session(21).await.tally.yes(), 1);
        let letters = it.letters().await;
        assert_eq!(
            letters.len(),
            1,
            "one letter with an entry for their calendar"
        );
        insta::assert_snapshot!("seat", without_links(&letters[0].text()));
        let (method, entry) = letters[0].calendar().unwrap();
        assert_eq!(method, "REQUEST");
        assert!(entry.contains("PARTSTAT=ACCEPTED"), "{entry}");

        // Pressed twice, opened from another browser, sent once more: one seat.
        assert!(
            it.answers(&link, "yes")
                .await
                .text()
                .contains("See you there")
        );
        assert_eq!(it.it.world.session(21).await.tally.yes(), 1);
        assert!(it.letters().await.is_empty());
        it.it.world.counters_are_true().await;

        it.it.world.goes_to("2026-09-28T12:30:00Z").await;
        let letters = it.it.post.unread();
        assert!(!letters.is_empty(), "reminded");
        assert!(letters.iter().all(|letter| letter.to == "mei@example.org"));
    }
}

#[tokio::test]
async fn a_stranger_waits_in_the_same_line_and_moves_up() {
    for place in Place::both() {
        let it = Open::new(place).await;
        it.it.world.says("ada", "session capacity 21 1").await;
        it.it.world.says("ada", "rsvp yes 21").await;
        it.it.post.unread();
        let page = it.gets("/session/21").await.text();
        assert!(page.contains("All seats are taken"), "{page}");
        let link = it.asks(21, MEI).await;
        let page = it.answers(&link, "yes").await.text();
        assert!(page.contains("You are 1st in line"), "{page}");
        let letters = it.letters().await;
        assert!(
            letters[0].text().contains("1st in line"),
            "{}",
            letters[0].text()
        );
        let jo = it.registers(21, "Jo Field", "jo@example.org").await;
        it.letters().await;
        assert!(it.gets(&jo).await.text().contains("You are 2nd in line"));

        it.it.world.says("ada", "rsvp no 21").await;
        let letters = it.it.post.unread();
        assert_eq!(letters.len(), 1, "only who moved up");
        assert_eq!(letters[0].to, "mei@example.org");
        insta::assert_snapshot!("promoted", without_links(&letters[0].text()));
        assert!(
            it.gets(&link)
                .await
                .text()
                .contains("See you there, Mei Tanaka")
        );
        assert!(it.gets(&jo).await.text().contains("You are 1st in line"));

        let page = it.answers(&link, "no").await.text();
        assert!(page.contains("You do not come"), "{page}");
        let letters = it.letters().await;
        assert_eq!(letters[0].to, "jo@example.org");
        it.it.world.counters_are_true().await;
    }
}

#[tokio::test]
async fn an_offer_is_taken_on_the_page() {
    let it = Open::new(Place::sqlite()).await;
    it.it.world.says("ada", "session capacity 21 1").await;
    it.it.world.says("ada", "rsvp yes 21").await;
    let link = it.registers(21, "Mei Tanaka", "mei@example.org").await;
    it.it.world.goes_to("2026-09-28T09:00:00Z").await;
    it.it.post.unread();
    it.it.world.says("ada", "rsvp no 21").await;
    let letters = it.it.post.unread();
    assert_eq!(letters.len(), 1);
    let page = it.gets(&link).await.text();
    assert!(page.contains("Do you want it?"), "{page}");
    assert!(
        it.answers(&link, "yes")
            .await
            .text()
            .contains("See you there")
    );
    it.it.world.counters_are_true().await;
}

#[tokio::test]
async fn bad29_a_link_that_was_used_ran_out_or_is_fetched_by_programs_does_no_harm() {
    let it = Open::new(Place::sqlite()).await;
    let link = it.asks(21, MEI).await;
    for _ in 0..3 {
        let looked = it.gets(&link).await;
        assert_eq!(looked.status, StatusCode::OK);
    }
    let head = it.client.head(it.here(&link)).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(it.it.world.session(21).await.tally.yes(), 0);
    it.it.world.goes_to("2026-09-09T08:30:00Z").await;
    it.it.post.unread();
    let late = it.answers(&link, "yes").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.text().contains("This link has run out"),
        "{}",
        late.text()
    );
    assert!(it.gets(&link).await.text().contains("Register once more"));
    assert_eq!(it.it.world.session(21).await.tally.yes(), 0);
    // A newer letter and the older one lead to one seat.
    let older = it.asks(21, MEI).await;
    it.it.world.goes_to("2026-09-09T09:00:00Z").await;
    let newer = it.asks(21, MEI).await;
    assert!(
        it.answers(&newer, "yes")
            .await
            .text()
            .contains("See you there")
    );
    assert!(
        it.answers(&older, "yes")
            .await
            .text()
            .contains("See you there")
    );
    assert_eq!(it.it.world.session(21).await.tally.yes(), 1);
    it.it.world.says("ada", "session cancel 21 ill").await;
    assert_eq!(it.answers(&newer, "no").await.status, StatusCode::CONFLICT);
}

/// The links of letters are sealed with chance.
fn without_links(text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let lines = lines.lines().map(
        |line| match line.find("https://convene.example.org/mail/") {
            Some(at) => format!("{}LINK", &line[..at]),
            None => line.to_owned(),
        },
    );
    lines.collect::<Vec<_>>().join("\n")
}
