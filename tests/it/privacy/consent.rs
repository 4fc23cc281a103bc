//! What people allow: said in chat, shown to them, used where it matters, and taken back as easily.

use convene::domain::people::member::Permission;
use convene::storage::consents;

use super::life::id_of;
use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

async fn community(place: Place) -> World {
    let settings = SETTINGS.replace(
        "digest =",
        "consent = [{ purpose = \"photos\", version = \"2026-09\", text = \"Photos of me may be hung in the hall.\" }]\ndigest =",
    );
    let world = World::with("2026-09-07T08:00:00Z", &settings, place).await;
    for (account, name) in [
        ("mei", "Mei Tanaka"),
        ("jo", "Jo Field"),
        ("sam", "Sam Reed"),
    ] {
        world
            .joins(account, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    world
}

#[tokio::test]
async fn what_somebody_allows_is_said_shown_and_taken_back_by_the_same_words() {
    for place in Place::both() {
        let world = community(place).await;
        let mut told = vec![
            world.says("mei", "consent").await,
            world.says("mei", "consent photos").await,
            world.presses("mei", "I agree").await,
            world.says("mei", "consent photos yes").await,
            world.says("mei", "consent recording no").await,
        ];
        world.goes_to("2026-09-08T08:00:00Z").await;
        told.push(world.says("mei", "consent photos").await);
        told.push(world.presses("mei", "Take it back").await);
        told.push(world.says("mei", "consent").await);
        told.push(world.says("mei", "consent photos perhaps").await);
        told.push(world.says("mei", "consent pictures yes").await);
        let data = world.says("mei", "my data").await;
        told.extend(
            data.lines()
                .filter(|line| line.contains("consent"))
                .map(str::to_owned),
        );
        insta::allow_duplicates! { insta::assert_snapshot!("said", told.join("\n")); }
    }
}

#[tokio::test]
async fn an_old_yes_counts_for_nothing_once_the_text_has_changed() {
    let world = community(Place::sqlite()).await;
    world.says("mei", "consent photos yes").await;
    world.says("jo", "consent photos no").await;
    let settings = SETTINGS.replace(
        "digest =",
        "consent = [{ purpose = \"photos\", version = \"2026-10\", text = \"Photos of me may be sold.\" }]\ndigest =",
    );
    let world = world
        .restarted_with("2026-10-01T08:00:00Z", &settings)
        .await;
    let mut told = vec![
        world.says("mei", "consent photos").await,
        world.says("mei", "consent photos yes 2026-09").await,
        world.says("ada", "consent list photos").await,
    ];
    told.push(world.says("mei", "consent photos yes").await);
    told.push(world.says("ada", "consent list photos").await);
    insta::assert_snapshot!("another_text", told.join("\n"));
}

#[tokio::test]
async fn a_digest_names_nobody_who_said_no_and_no_recording_of_whoever_did() {
    for place in Place::both() {
        let world = community(place).await;
        world
            .says("ada", "series new ks \"Knowledge Share\" every Monday 14:00-15:00 from=2026-09-14 to=2026-10-26")
            .await;
        for line in [
            "session speaker 21 Mei Tanaka (ALPHA); Wen Li (BETA)",
            "session speaker 22 Jo Field (ALPHA)",
        ] {
            world.says("ada", line).await;
        }
        world.says("sam", "consent listed no").await;
        world.says("mei", "consent recording no").await;
        world.says("jo", "consent recording yes").await;
        let week = world.goes_to("2026-09-14T08:30:00Z").await;
        assert!(week.contains("New here: "), "{week}");
        assert!(week.contains("Jo Field"), "{week}");
        assert!(!week.contains("Sam Reed"), "{week}");
        world.goes_to("2026-09-22T08:00:00Z").await;
        let mut told = vec![
            world
                .says("ada", "session recording 21 https://video.example.org/21")
                .await,
            world
                .says("ada", "session recording 22 https://video.example.org/22")
                .await,
        ];
        told.push(world.says("ada", "digest preview weekly").await);
        // An organiser writes down what somebody said who is not in the chat.
        for line in [
            "consent note \"Wen Li\" recording yes Signed the speakers' form",
            "consent note \"Wen Li\" recording yes",
            "consent list recording 21",
        ] {
            told.push(world.says("ada", line).await);
        }
        told.push(world.says("mei", "consent recording yes").await);
        told.push(world.says("ada", "digest preview weekly").await);
        told.push(world.says("mei", "consent list recording").await);
        insta::allow_duplicates! { insta::assert_snapshot!("used", told.join("\n")); }
    }
}

#[tokio::test]
async fn every_answer_is_kept_with_its_text_until_its_owner_is_forgotten() {
    for place in Place::both() {
        let world = community(place).await;
        for line in [
            "consent photos yes",
            "consent photos no",
            "consent mail yes",
        ] {
            world.says("mei", line).await;
        }
        assert_eq!(world.number("SELECT count(*) AS n FROM consents").await, 3);
        assert_eq!(
            world
                .text("SELECT wording AS t FROM consents WHERE purpose = 'photos' AND answer = 1")
                .await,
            "Photos of me may be hung in the hall."
        );
        // What a program reads of it.
        let mei = id_of(&world, "mei").await;
        let found = world
            .db
            .read(move |tx| Box::pin(async move { consents::of(tx, &mei).await }))
            .await
            .unwrap();
        assert_eq!(found.values().filter(|one| one.yes).count(), 1);
        world.says("mei", "forget me").await;
        world.presses("mei", "Forget me for good").await;
        assert_eq!(world.number("SELECT count(*) AS n FROM consents").await, 0);
    }
}
