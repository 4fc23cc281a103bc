//! What holds for every page: what a browser is told, that no other site sends forms, and that floods are slowed.

use reqwest::StatusCode;

use super::stage::Stage;
use crate::harness::databases::Place;

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_must_not_do() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let browser = stage.signed_in("ada", "").await;
        for path in [
            "/app",
            "/app/sign-in",
            "/nowhere",
            "/assets/site.css",
            "/c/nowhere/app",
        ] {
            let got = browser.gets(path).await;
            let told = |name: &str| {
                got.headers
                    .get(name)
                    .map_or("", |value| value.to_str().unwrap())
                    .to_owned()
            };
            let policy = told("content-security-policy");
            assert!(
                policy.starts_with("default-src 'none'")
                    && policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(told("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(told("referrer-policy"), "same-origin", "{path}");
            assert!(
                !got.text.contains(" style=") && !got.text.contains(" onclick="),
                "{path}"
            );
        }
        assert_eq!(
            browser.gets("/app").await.headers["cache-control"],
            "no-store"
        );
        assert_eq!(browser.gets("/nowhere").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let browser = stage.signed_in("ada", "").await;
        let seal = browser.gets("/app").await.hidden("form");
        let fields = [
            ("form", seal.as_str()),
            ("once", "1"),
            ("session", "21"),
            ("theme", "Taken over"),
        ];
        for origin in [
            "https://evil.example",
            "null",
            "http://convene.example.org.evil.example",
        ] {
            let got = browser
                .posts_from(origin, "/app/do/session-theme", &fields)
                .await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{origin}");
        }
        for seal in ["", "0", &"0".repeat(64)] {
            let fields = [
                ("form", seal),
                ("once", "1"),
                ("session", "21"),
                ("theme", "Taken over"),
            ];
            let got = browser.posts("/app/do/session-theme", &fields).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{seal}");
        }
        assert!(stage.world.session(21).await.theme.is_empty());
        let done = browser.posts("/app/do/session-theme", &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(stage.world.session(21).await.theme.as_str(), "Taken over");
    }
}

#[tokio::test]
async fn whoever_asks_too_often_waits_and_nobody_else_does() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let (one, other) = (stage.browser(), stage.browser().from("192.0.2.2"));
        let mut slowed = None;
        for _ in 0..20 {
            let got = one.posts("/app/sign-in", &[("who", "ada")]).await;
            if got.status == StatusCode::TOO_MANY_REQUESTS {
                slowed = Some(got);
                break;
            }
        }
        let slowed = slowed.expect("twenty are too many");
        assert!(
            slowed.headers["retry-after"]
                .to_str()
                .unwrap()
                .parse::<u32>()
                .unwrap()
                > 0
        );
        assert!(slowed.text.contains("A moment, please"));
        let asked = other.posts("/app/sign-in", &[("who", "ada")]).await;
        assert_eq!(asked.status, StatusCode::OK);
        stage.later(chrono::Duration::seconds(30));
        assert_eq!(
            one.posts("/app/sign-in", &[("who", "ada")]).await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn more_than_fits_is_refused_and_so_is_what_is_no_form() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let browser = stage.signed_in("ada", "").await;
        let large = "x".repeat(100_000);
        let got = browser
            .sends_form(
                "",
                "/app/do/session-theme",
                &[("session", "21"), ("theme", &large)],
            )
            .await;
        assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(got.text.contains("Too large"));
        let long = "x".repeat(10_000);
        let got = browser
            .sends_form(
                "",
                "/app/do/session-theme",
                &[("session", "21"), ("theme", &long)],
            )
            .await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            got.text.contains("Too long") && got.text.contains(&long),
            "what was typed is still there"
        );
    }
}
