//! A speaker says what is missing on a page of their own, that a private link leads to.

use reqwest::StatusCode;

use super::{Open, SITE};
use crate::harness::databases::Place;

/// The link to a speaker's page in a text.
fn link(text: &str) -> String {
    let start = format!("{SITE}/speaker/");
    let word = text
        .split_whitespace()
        .map(|word| word.trim_matches(['(', ')', '.', ',']))
        .find(|word| word.starts_with(&start));
    word.unwrap_or_else(|| panic!("no link in {text}"))
        .to_owned()
}

/// Mei, whom only mail reaches, speaks at session 21; the link in her letter, and the manager's.
async fn invited(it: &Open) -> (String, String) {
    let world = &it.it.world;
    it.it.knows("mei@example.org", "Mei Tanaka").await;
    world.says("ada", "session speaker 21 \"Mei Tanaka\"").await;
    it.it.post.unread();
    let told = world.says("ada", "session page 21").await;
    assert!(told.contains("Mei Tanaka:"), "{told}");
    let letters = it.it.post.unread();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to, "mei@example.org");
    let text = letters[0].text();
    assert!(text.contains("the title of your talk"), "{text}");
    (link(&text), link(&told))
}

#[tokio::test]
async fn a_speaker_is_asked_for_what_is_missing_and_for_nothing_twice() {
    for place in Place::both() {
        let it = Open::new(place).await;
        let (theirs, ours) = invited(&it).await;
        let page = it.gets(&theirs).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.headers["cache-control"], "no-store");
        let text = page.text();
        for asked in [
            "Title of your talk",
            "What it is about",
            "Who you are",
            "Your slides",
            "May your talk be recorded?",
        ] {
            assert!(text.contains(asked), "{asked}: {text}");
        }
        assert!(
            !page.html.contains("checked"),
            "no answer is given beforehand"
        );

        let said = it
            .posts(
                &theirs,
                &[
                    ("title", "Rivers <of> data"),
                    ("bio", "Mei counts fish."),
                    ("recording", "yes"),
                ],
            )
            .await;
        assert_eq!(said.status, StatusCode::SEE_OTHER);
        let page = it.gets(said.headers["location"].to_str().unwrap()).await;
        let text = page.text();
        assert!(text.contains("Thank you, that is kept"), "{text}");
        assert!(
            text.contains("Title of your talk: Rivers <of> data"),
            "{text}"
        );
        assert!(text.contains("You said yes."), "{text}");
        let card = it.it.world.says("ada", "session show 21").await;
        assert!(card.contains("Rivers <of> data"), "{card}");

        // The manager's link leads to the same page.
        let said = it
            .posts(
                &ours,
                &[
                    ("summary", "What flows."),
                    ("slides", "https://slides.example.org/1"),
                    ("publishing", "no"),
                ],
            )
            .await;
        assert_eq!(said.status, StatusCode::SEE_OTHER);
        let text = it.gets(&theirs).await.text();
        assert!(text.contains("Everything is there"), "{text}");
        let public = it.gets("/session/21").await;
        assert!(public.text().contains("What flows."), "{}", public.text());
        for hidden in ["Mei", "slides.example.org"] {
            assert!(!public.html.contains(hidden), "{hidden}: nobody allowed it");
        }
        let answers = it.it.world.text(
            "SELECT min(purpose || ' ' || answer || ' ' || via) || ', ' || max(purpose || ' ' || answer || ' ' || via) AS t FROM consents",
        );
        assert_eq!(answers.await, "publishing 0 page, recording 1 page");
        // Sent once more, with nothing new: nothing is asked or written twice.
        it.posts(&theirs, &[("recording", "yes")]).await;
        assert_eq!(
            it.it
                .world
                .number("SELECT count(*) AS n FROM consents")
                .await,
            2
        );
        assert_eq!(
            it.it.world.number("SELECT count(*) AS n FROM talks").await,
            1
        );
    }
}

#[tokio::test]
async fn what_cannot_be_right_is_said_and_nothing_is_lost() {
    let it = Open::new(Place::sqlite()).await;
    let (theirs, _) = invited(&it).await;
    let long = "x".repeat(10_000);
    let page = it
        .posts(
            &theirs,
            &[
                ("title", "Rivers"),
                ("bio", &long),
                ("slides", "javascript:alert(1)"),
                ("recording", "no"),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = page.text();
    assert!(
        text.contains("That is too long (max 1500 characters)"),
        "{text}"
    );
    assert!(text.contains("A link begins with https://"), "{text}");
    assert!(page.html.contains(&long) && page.html.contains("value=\"Rivers\""));
    assert!(
        page.html
            .contains("name=\"recording\" value=\"no\" checked")
    );
    assert_eq!(
        it.it.world.number("SELECT count(*) AS n FROM talks").await,
        0
    );
    assert_eq!(
        it.it
            .world
            .number("SELECT count(*) AS n FROM consents")
            .await,
        0
    );
}

#[tokio::test]
async fn links_end_when_a_manager_says_so_and_with_the_part() {
    let it = Open::new(Place::sqlite()).await;
    let (theirs, ours) = invited(&it).await;
    assert_eq!(
        it.it
            .world
            .number("SELECT count(*) AS n FROM speaker_links WHERE unsent <> ''")
            .await,
        0
    );
    let told = it.it.world.says("ada", "session page 21 stop").await;
    assert!(told.contains("ended"), "{told}");
    for link in [&theirs, &ours] {
        assert_eq!(it.gets(link).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            it.posts(link, &[("title", "x")]).await.status,
            StatusCode::NOT_FOUND
        );
    }
    it.it
        .world
        .says("ada", "session page 21 \"Mei Tanaka\"")
        .await;
    let again = link(&it.it.post.unread()[0].text());
    assert_eq!(it.gets(&again).await.status, StatusCode::OK);
    it.it
        .world
        .says("ada", "session speaker 21 \"Mei Tanaka\" remove=yes")
        .await;
    assert_eq!(it.gets(&again).await.status, StatusCode::NOT_FOUND);
    let told = it.it.world.says("ada", "session page 22").await;
    assert!(told.contains("has no speakers yet"), "{told}");
    let told = it
        .it
        .world
        .says_on(
            &super::super::mailbox("mei@example.org"),
            "",
            "session page 21",
        )
        .await;
    assert!(!told.contains("/speaker/"), "{told}");
}
