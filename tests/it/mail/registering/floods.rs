//! Who writes to strangers by our hand is slowed: by address, by mailbox whatever its spelling, and by where they come from.

use reqwest::StatusCode;

use super::{MEI, Open, SITE, somebody};
use crate::harness::databases::Place;

#[tokio::test]
async fn spellings_of_one_address_get_few_letters_and_one_seat() {
    for place in Place::both() {
        let it = Open::new(place).await;
        let mut letters = Vec::new();
        for n in 0..40 {
            let spelling = match n % 4 {
                0 => format!("mei.tanaka+{n}@example.org"),
                1 => format!("Mei.Tanaka+x{n}@Example.org"),
                2 => format!("m.e.i.tanaka+{n}@example.org"),
                _ => format!("mei.tanaka+{n}+{n}@example.org"),
            };
            let page = it.posts("/session/21", &somebody("Mei", &spelling)).await;
            if page.status != StatusCode::OK {
                assert_eq!(page.status, StatusCode::CONFLICT);
                let text = page.text();
                assert!(
                    text.contains("Several letters went to this address already"),
                    "{text}"
                );
                // What was typed is still there.
                assert_eq!(page.value("name"), "Mei");
                assert_eq!(page.value("email"), spelling);
            }
            letters.extend(it.letters().await);
        }
        assert_eq!(letters.len(), 3, "in an hour");
        for letter in &letters {
            it.answers(&super::link_in(letter), "yes").await;
        }
        // mei.tanaka and m.e.i.tanaka may be two people at this host; tags never are.
        assert_eq!(it.it.world.session(21).await.tally.yes(), 2);
        it.it.world.counters_are_true().await;
    }
}

#[tokio::test]
async fn dots_do_not_tell_people_apart_where_the_host_drops_them() {
    let it = Open::new(Place::sqlite()).await;
    it.registers(21, "Mei", "mei.tanaka@gmail.com").await;
    it.registers(21, "Mei again", "M.e.i.Tanaka+news@googlemail.com")
        .await;
    assert_eq!(it.it.world.session(21).await.tally.yes(), 1);
}

#[tokio::test]
async fn bad28_a_button_pressed_twice_sends_one_letter() {
    let it = Open::new(Place::sqlite()).await;
    for _ in 0..5 {
        assert_eq!(it.posts("/session/21", MEI).await.status, StatusCode::OK);
    }
    assert_eq!(it.letters().await.len(), 1);
}

#[tokio::test]
async fn who_floods_from_one_place_is_told_to_wait_and_others_are_not() {
    let it = Open::new(Place::sqlite()).await;
    let (mut taken, mut slowed) = (0, 0);
    for n in 0..30 {
        let address = format!("victim{n}@example.org");
        let form = somebody("Spam", &address);
        let page = it
            .posts_from("/session/21", &form, "203.0.113.7", SITE)
            .await;
        match page.status {
            StatusCode::OK => taken += 1,
            StatusCode::TOO_MANY_REQUESTS => slowed += 1,
            other => panic!("{other}"),
        }
    }
    assert!(
        taken <= 10 && slowed >= 20,
        "{taken} taken, {slowed} slowed"
    );
    assert_eq!(it.posts("/session/21", MEI).await.status, StatusCode::OK);
}

#[tokio::test]
async fn bad24_a_form_of_another_site_is_refused_with_a_way_back() {
    let it = Open::new(Place::sqlite()).await;
    for origin in [
        "https://evil.example",
        "null",
        "https://convene.example.org.evil.example",
    ] {
        let page = it
            .posts_from("/session/21", MEI, "203.0.113.7", origin)
            .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{origin}");
        assert!(page.html.contains("href=\"/\""), "{}", page.html);
    }
    let request = it.client.post(it.here("/session/21"));
    let request = request
        .header("content-type", "text/plain")
        .body("name=Mei");
    let page = it.page(request.header("origin", SITE)).await;
    assert!(page.status.is_client_error(), "{}", page.status);
    assert!(it.letters().await.is_empty());
}

#[tokio::test]
async fn the_letter_holds_nothing_of_what_a_stranger_typed() {
    let it = Open::new(Place::sqlite()).await;
    let form = [
        ("name", "Buy now at http://evil.example"),
        ("email", "victim@example.org"),
        ("organisation", "Evil & Sons <b>"),
        ("consent", "1"),
    ];
    it.posts("/session/21", &form).await;
    let letters = it.letters().await;
    let letter = format!(
        "{}{}{}",
        letters[0].subject(),
        letters[0].text(),
        letters[0].html()
    );
    assert!(
        !letter.contains("evil") && !letter.contains("Evil"),
        "{letter}"
    );
}

#[tokio::test]
async fn bad30_guessed_and_broken_links_lead_nowhere_and_all_read_alike() {
    let it = Open::new(Place::sqlite()).await;
    let link = it.asks(21, MEI).await;
    let unknown = it.gets(&format!("/registration/{}", "0".repeat(64))).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let (start, last) = link.split_at(link.len() - 1);
    let other = if last == "0" { "1" } else { "0" };
    let changed = format!("{start}{other}");
    let long = format!("/registration/{}", "a".repeat(5_000));
    for guess in [
        changed.as_str(),
        "/registration/x",
        &long,
        "/registration/%00",
        "/registration/..%2f",
    ] {
        let page = it.gets(guess).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{guess}");
        assert_eq!(page.html, unknown.html, "{guess}");
    }
    let mut slowed = 0;
    for n in 0..400 {
        let guess = format!("/registration/{n:064x}");
        let request = it
            .client
            .get(it.here(&guess))
            .header("x-forwarded-for", "203.0.113.9");
        slowed += usize::from(it.page(request).await.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(slowed > 100, "{slowed}");
}
