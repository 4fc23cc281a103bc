//! What an import of sessions does beside the records: it is told, shown and reminded of like what is typed in chat.

use convene::cli::import::{self, Import, ImportError, Imported, SeriesArgs};
use convene::domain::people::member::Permission;

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

const KS: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31 mode=both";

async fn bring(world: &World, table: &str) -> Result<Imported, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ks.csv");
    std::fs::write(&file, table).unwrap();
    let args = SeriesArgs {
        file,
        series: Some("ks".to_owned()),
        rule: None,
        title: None,
        zone: None,
        dry_run: false,
        brought: None,
    };
    import::run(&Import::Series(args), &world.db, &world.context()).await
}

/// Session 21 announced for both ways of taking part, with a speaker of each partner in the chat.
async fn announced(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name, partner) in [("mei", "Mei Tanaka", "ALPHA"), ("jo", "Jo Field", "BETA")] {
        world
            .joins(id, name, Some(partner), Permission::Member)
            .await;
    }
    world.crowd(24).await;
    world.says("ada", KS).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world
}

#[tokio::test]
async fn a_mode_and_speakers_that_a_table_changes_are_told_shown_and_reminded_of() {
    for place in Place::both() {
        let world = announced(place).await;
        world.says("m001", "rsvp yes 21 in person").await;
        world.says("m002", "rsvp yes 21 online").await;
        world
            .says("ada", "session speaker 21 invite Jo Field (BETA)")
            .await;
        world.unread();
        let table =
            "date,theme,speakers,mode\n2026-09-28,Synthetic data,Mei Tanaka (ALPHA),online\n";
        bring(&world, table).await.unwrap();
        let told = world.goes_to("2026-09-07T09:00:00Z").await;
        assert!(
            told.contains("dm-m001") && !told.contains("dm-m002"),
            "{told}"
        );
        world.counters_are_true().await;
        let card = world.room("announcements");
        assert!(
            card.contains("21 · Knowledge Share: Synthetic data")
                && card.contains("Speakers: Mei Tanaka (ALPHA)\n")
                && card.contains("2 yes · 0 maybe · 0 no"),
            "{card}"
        );
        // Who is only invited stays so, and is confirmed by being named.
        let shown = world.says("ada", "session show 21").await;
        assert!(shown.contains("Invited: Jo Field (BETA)"), "{shown}");
        let table = "date,speakers\n2026-09-28,Mei Tanaka (ALPHA);Jo Field (BETA)\n";
        bring(&world, table).await.unwrap();
        let posts = world.goes_to("2026-09-22T08:00:00Z").await;
        for who in ["mei", "jo"] {
            let reminded = posts.split("\n\n").any(|post| {
                post.contains(&format!("dm-{who}"))
                    && post.contains("You have a part in this session.")
            });
            assert!(reminded, "{who}: {posts}");
        }
        // Brought again, it changes nothing.
        let again = bring(&world, table).await.unwrap().to_json();
        assert_eq!(again["unchanged"], 1, "{again}");
    }
}

#[tokio::test]
async fn a_speaker_named_days_before_is_reminded_all_the_same() {
    let world = announced(Place::sqlite()).await;
    world.goes_to("2026-09-27T10:00:00Z").await;
    bring(&world, "date,speakers\n2026-09-28,Mei Tanaka (ALPHA)\n")
        .await
        .unwrap();
    let posts = world.goes_to("2026-09-27T14:00:00Z").await;
    assert!(
        posts.contains("dm-mei") && posts.contains("You have a part in this session."),
        "{posts}"
    );
}

#[tokio::test]
async fn where_many_would_be_told_the_table_is_refused_and_names_the_command() {
    let world = announced(Place::sqlite()).await;
    for n in 1..=21 {
        world
            .says(&format!("m{n:03}"), "rsvp yes 21 in person")
            .await;
    }
    let refused = bring(&world, "date,mode\n2026-09-28,online\n")
        .await
        .unwrap_err();
    let words = "21 people answered for another way of taking part in session 21. “session mode 21 online” shows";
    assert!(refused.to_string().contains(words), "{refused}");
    let shown = world.session(21).await;
    assert_eq!(shown.mode.as_str(), "both");
}
