//! Signing in: a link by direct message, good once, for ten minutes, in the browser that asked, by a button.

use chrono::Duration;
use convene::domain::people::member::Permission;
use reqwest::StatusCode;

use super::stage::{Stage, link_in};
use crate::harness::databases::Place;

#[tokio::test]
async fn a_link_asked_for_on_the_page_signs_in_the_browser_that_asked() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let (mine, other) = (stage.browser(), stage.browser());
        assert!(mine.gets("/app").await.to().ends_with("/app/sign-in"));
        assert_eq!(
            mine.gets("/app/people").await.status,
            StatusCode::UNAUTHORIZED
        );
        let asked = mine.posts("/app/sign-in", &[("who", "@ada")]).await;
        assert_eq!(asked.status, StatusCode::OK);
        stage.world.tick().await;
        let link = link_in(&stage.world.room("dm-ada"));
        let looked = other.gets(&link).await;
        assert!(
            looked.text.contains("This link does not work"),
            "{}",
            looked.text
        );
        assert!(other.posts(&link, &[]).await.text.contains("does not work"));
        // Following it signs nobody in, since programs follow links too.
        let looked = mine.gets(&link).await;
        assert!(
            looked.text.contains("Sign in as <bdi>Ada Marsh</bdi>?"),
            "{}",
            looked.text
        );
        assert!(mine.gets("/app").await.to().ends_with("/app/sign-in"));
        let entered = mine.posts(&link, &[]).await;
        assert_eq!(
            (entered.status, entered.to()),
            (StatusCode::SEE_OTHER, "/app")
        );
        assert!(mine.gets("/app").await.text.contains("Knowledge Share"));
        // Once.
        assert!(mine.posts(&link, &[]).await.text.contains("does not work"));
        assert!(mine.gets("/app").await.text.contains("Ada Marsh"));
        let kept = "SELECT count(*) AS n FROM sign_ins WHERE unsent <> ''";
        assert_eq!(stage.world.number(kept).await, 0);
    }
}

#[tokio::test]
async fn nobody_learns_who_is_known_and_nobody_else_is_let_in() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        stage
            .world
            .joins("mei", "Mei Tanaka", None, Permission::Member)
            .await;
        let browser = stage.browser();
        let known = browser.posts("/app/sign-in", &[("who", "ada")]).await.text;
        for who in ["mei", "nobody", "Mei Tanaka", "", &"x".repeat(10_000)] {
            assert_eq!(
                browser.posts("/app/sign-in", &[("who", who)]).await.text,
                known,
                "{who}"
            );
        }
        stage.world.tick().await;
        assert!(!stage.world.room("dm-mei").contains("sign-in"));
        assert!(
            stage
                .world
                .says("mei", "sign in")
                .await
                .contains("You are not an organiser here")
        );
    }
}

#[tokio::test]
async fn a_link_grows_old_and_they_are_few() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let browser = stage.browser();
        let link = link_in(&stage.world.says("ada", "sign in").await);
        stage.later(Duration::minutes(11));
        assert!(
            browser
                .posts(&link, &[])
                .await
                .text
                .contains("does not work")
        );
        for _ in 0..3 {
            assert!(
                stage
                    .world
                    .says("ada", "sign in")
                    .await
                    .contains("open this link")
            );
        }
        assert!(
            stage
                .world
                .says("ada", "sign in")
                .await
                .contains("several links")
        );
    }
}

#[tokio::test]
async fn what_a_browser_holds_is_exchanged_and_ends() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let browser = stage.signed_in("ada", "").await;
        let first = browser.holds("convene").unwrap();
        stage.later(Duration::minutes(61));
        assert_eq!(browser.gets("/app").await.status, StatusCode::OK);
        let second = browser.holds("convene").unwrap();
        assert_ne!(first, second);
        // Also with an answer that is no page.
        stage.later(Duration::minutes(61));
        let got = browser.gets("/app/sessions/999").await;
        assert_eq!(got.status, StatusCode::NOT_FOUND);
        let first = second;
        assert_ne!(browser.holds("convene").unwrap(), first);
        // What was under way with the old one is still served, and nothing a minute later.
        let old = stage.browser();
        old.takes("convene", &first);
        assert_eq!(old.gets("/app").await.status, StatusCode::OK);
        stage.later(Duration::seconds(61));
        assert!(old.gets("/app").await.to().ends_with("/app/sign-in"));
        assert_eq!(browser.gets("/app").await.status, StatusCode::OK);
        let kept = "SELECT count(*) AS n FROM signed_in WHERE hash LIKE 'a%' OR length(hash) = 64";
        assert_eq!(stage.world.number(kept).await, 1);
        stage.later(Duration::hours(13));
        assert!(browser.gets("/app").await.to().ends_with("/app/sign-in"));
    }
}

#[tokio::test]
async fn whoever_may_no_more_or_is_forgotten_is_signed_out_everywhere() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        stage
            .world
            .joins("ora", "Ora Finch", None, Permission::Organiser)
            .await;
        let (one, two) = (
            stage.signed_in("ora", "").await,
            stage.signed_in("ora", "").await,
        );
        assert_eq!(one.gets("/app").await.status, StatusCode::OK);
        let end = "UPDATE members SET permission = 'member' WHERE name = 'Ora Finch'";
        let ended = stage
            .world
            .db
            .write(move |tx| Box::pin(async move { tx.run(end, Vec::new()).await }));
        ended.await.unwrap();
        assert!(one.gets("/app").await.to().ends_with("/app/sign-in"));
        // Given back, it lets in nobody who was signed in before.
        let back = "UPDATE members SET permission = 'organiser' WHERE name = 'Ora Finch'";
        let given = stage
            .world
            .db
            .write(move |tx| Box::pin(async move { tx.run(back, Vec::new()).await }));
        given.await.unwrap();
        assert!(two.gets("/app").await.to().ends_with("/app/sign-in"));
        let again = stage.signed_in("ora", "").await;
        stage.world.forgets("ora").await;
        assert!(again.gets("/app").await.to().ends_with("/app/sign-in"));
        assert_eq!(
            stage
                .world
                .number("SELECT count(*) AS n FROM signed_in")
                .await,
            0
        );
    }
}
