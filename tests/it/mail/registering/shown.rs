//! What the public page shows, to whom, and how fresh it is.

use reqwest::StatusCode;
use serde_json::Value;

use super::{Open, SITE};
use crate::harness::databases::Place;

/// What the page says to programs.
fn data(html: &str) -> Value {
    let script = html
        .split("<script type=\"application/ld+json\">")
        .nth(1)
        .expect("data");
    serde_json::from_str(script.split("</script>").next().unwrap()).unwrap()
}

#[tokio::test]
async fn the_page_shows_what_is_announced_and_nobody_who_did_not_allow_it() {
    for place in Place::both() {
        let it = Open::new(place).await;
        let world = &it.it.world;
        for told in [
            "session theme 21 Synthetic data <b>&</b> \"friends\"",
            "session link 21 https://video.example.org/secret",
            "session speaker 21 \"Mei Tanaka (ALPHA)\"",
            "session speaker 21 \"Jo Field (BETA)\"",
            "session talk 21 speaker=\"Mei Tanaka\" Rivers of data",
            "consent note \"Mei Tanaka\" listed yes Said so on the telephone",
        ] {
            let answer = world.says("ada", told).await;
            assert!(!answer.contains("Usage"), "{told}: {answer}");
        }
        let page = it.gets("/").await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.text();
        assert!(
            text.contains("Synthetic data <b>&</b> \"friends\""),
            "{text}"
        );
        assert!(text.contains("Mei Tanaka (ALPHA)"), "{text}");
        assert!(
            text.contains("Monday, 28 Sep 2026, 14:00–15:00 London · 09:00 New York"),
            "{text}"
        );
        for hidden in ["Jo Field", "video.example.org"] {
            assert!(!page.html.contains(hidden), "{hidden}");
        }
        // Session 22 is planned and nobody was told.
        assert!(!page.html.contains("/session/22"), "{text}");
        assert_eq!(it.gets("/session/22").await.status, StatusCode::NOT_FOUND);
        let event = &data(&page.html)[0];
        assert_eq!(
            event["name"],
            "Knowledge Share: Synthetic data <b>&</b> \"friends\""
        );
        assert_eq!(event["startDate"], "2026-09-28T14:00:00+01:00");
        assert_eq!(event["url"], format!("{SITE}/session/21"));
        assert_eq!(event["performer"][0]["name"], "Mei Tanaka");
        assert_eq!(event["location"]["url"], format!("{SITE}/session/21"));
        let csp = page.headers.get("content-security-policy");
        assert!(
            csp.is_none(),
            "it is set for all pages where they are served"
        );
        for elsewhere in page
            .html
            .split("=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
        {
            let asked = elsewhere.starts_with("http") && !elsewhere.starts_with(SITE);
            assert!(!asked, "{elsewhere}");
        }
    }
}

#[tokio::test]
async fn a_page_is_kept_and_is_as_new_as_the_database() {
    let it = Open::new(Place::sqlite()).await;
    let first = it.gets("/").await;
    let tag = first.headers["etag"].clone();
    assert_eq!(first.headers["cache-control"], "public, no-cache");
    let again = it
        .client
        .get(it.here("/"))
        .header("if-none-match", tag.clone());
    let again = it.page(again).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.html.is_empty());
    it.it
        .world
        .says("ada", "session theme 21 Another theme")
        .await;
    // The clock of the story is beyond what the page holds for, so it is made anew at once.
    it.it.world.goes_to("2026-09-07T10:00:00Z").await;
    let again = it
        .client
        .get(it.here("/"))
        .header("if-none-match", tag.clone());
    let again = it.page(again).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.text().contains("Another theme"));
    assert_ne!(again.headers["etag"], tag);
}

#[tokio::test]
async fn what_is_over_moves_to_the_past_and_its_recording_is_shown_when_all_who_spoke_allow_it() {
    let it = Open::new(Place::sqlite()).await;
    let world = &it.it.world;
    world
        .says("ada", "session speaker 21 \"Mei Tanaka (ALPHA)\"")
        .await;
    world
        .says("ada", "session speaker 21 \"Jo Field (BETA)\"")
        .await;
    world.goes_to("2026-09-28T15:00:00Z").await;
    world
        .says("ada", "session recording 21 https://video.example.org/21")
        .await;
    let told = world
        .says(
            "ada",
            "consent note \"Mei Tanaka\" publishing yes Signed the form",
        )
        .await;
    assert!(told.contains("Mei Tanaka"), "{told}");
    let page = it.gets("/session/21").await;
    assert!(!page.html.contains("video.example.org"), "one of two");
    world
        .says(
            "ada",
            "consent note \"Jo Field\" publishing yes Signed the form",
        )
        .await;
    let page = it.gets("/session/21").await;
    assert!(
        page.html.contains("href=\"https://video.example.org/21\""),
        "{}",
        page.html
    );
    assert!(!page.html.contains("id=\"register\""));
    world.goes_to("2026-09-28T15:10:00Z").await;
    let home = it.gets("/").await.text();
    assert!(
        home.contains("Past sessions") && home.contains("Recording"),
        "{home}"
    );
}

#[tokio::test]
async fn few_people_are_not_counted_in_public() {
    let it = Open::new(Place::sqlite()).await;
    let world = &it.it.world;
    world.crowd(4).await;
    world.goes_to("2026-09-28T13:10:00Z").await;
    for n in 1..=4 {
        world.says(&format!("m{n:03}"), "here 21").await;
    }
    world.goes_to("2026-09-28T15:00:00Z").await;
    let home = it.gets("/").await.text();
    assert!(home.contains("sessions held"), "{home}");
    assert!(
        !home.contains("people came") && !home.contains("Where people came from"),
        "{home}"
    );
}

#[tokio::test]
async fn each_community_has_its_page_and_shows_nothing_of_another() {
    let mut it = Open::new(Place::sqlite()).await;
    assert_eq!(it.gets("/c/joint/").await.status, StatusCode::OK);
    assert_eq!(it.gets("/c/other/").await.status, StatusCode::NOT_FOUND);
    let page = it.gets("/c/joint/session/21").await;
    assert!(
        page.html
            .contains("action=\"/c/joint/session/21#register\""),
        "{}",
        page.html
    );
    let _ = &mut it;
}
