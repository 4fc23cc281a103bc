//! Two communities in one database, the same people in both: each is told its own, and nothing of the other.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::ids::{OutboxId, ProposalId, ReviewId};
use convene::domain::people::member::Permission;
use convene::domain::platform::{MessageRef, Platform, Room};

const NEIGHBOUR: &str = r##"
rooms = { announcements = "local:lab-news", organisers = "local:lab-team" }
partner = [{ name = "Gamma College", label = "GAMMA", zone = "Europe/Paris", country = "FR" }]
digest = [{ slug = "weekly", cron = "0 9 * * 1" }]
"##;

/// `joint`, where `ada` is a manager and `jo` a member, and `lab`, where `lea` is a manager and `ada` and `jo` are members. Both
/// have a session 21 of a series `ks`, announced.
async fn two(place: Place) -> World {
    let mut world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("jo", "Jo Field", Some("ALPHA"), Permission::Member)
        .await;
    world.has_neighbour("lab", NEIGHBOUR).await;
    world.turns_to("lab");
    world
        .joins("lea", "Lea Petit", Some("GAMMA"), Permission::Manager)
        .await;
    world
        .joins("jo", "Jo Field", Some("GAMMA"), Permission::Member)
        .await;
    world
        .joins("ada", "Ada Marsh", None, Permission::Member)
        .await;
    world
        .says("lea", "series new ks \"Lab Talks\" every Tuesday 10:00-11:00 from=2026-09-15 to=2026-10-06 capacity=5")
        .await;
    world.turns_to("joint");
    world
        .says("ada", "in joint series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31")
        .await;
    world.says("ada", "in joint session announce 21").await;
    world.presses("ada", "Post").await;
    world.says("lea", "session announce 21").await;
    world.presses("lea", "Post").await;
    world
}

#[tokio::test]
async fn numbers_and_short_names_are_each_communitys_own() {
    for place in Place::both() {
        let mut world = two(place).await;
        let first = world.says("jo", "session show 21").await;
        assert!(
            first.contains("21 · Knowledge Share"),
            "the community joined first is meant: {first}"
        );
        let other = world.says("jo", "in lab session show 21").await;
        assert!(other.contains("21 · Lab Talks"), "{other}");
        let list = world.says("jo", "in lab sessions ks").await;
        assert!(
            list.contains("To answer: in lab rsvp yes NUMBER") && !list.contains("Knowledge Share"),
            "{list}"
        );
        let list = world.says("jo", "in LAB series list").await;
        assert!(
            list.contains("Lab Talks") && !list.contains("Knowledge Share"),
            "{list}"
        );
        let none = world.says("jo", "in lab session show 25").await;
        assert!(none.contains("No session 25."), "{none}");
        world.turns_to("lab");
        let room = world.says_in("lab-news", "jo", "rsvp yes 21").await;
        assert!(room.contains("You're in: Tue 15 Sep 2026, 11:00"), "{room}");
        assert!(room.contains("Lab Talks"), "{room}");
    }
}

#[tokio::test]
async fn a_button_in_a_direct_message_means_the_community_it_came_from() {
    for place in Place::both() {
        let mut world = two(place).await;
        world.turns_to("lab");
        world.says("lea", "session chase 21").await;
        let answer = world.presses("jo", "Yes").await;
        assert!(
            answer.contains("You're in: Tue 15 Sep 2026") && answer.contains("Lab Talks"),
            "{answer}"
        );
        assert_eq!(world.session(21).await.tally.yes(), 1);
        world.turns_to("joint");
        assert_eq!(world.session(21).await.tally.yes(), 0);
        let reminded = world.goes_to("2026-09-14T09:30:00Z").await;
        let post = reminded
            .split("\n\n")
            .find(|post| post.contains("Lab Talks") && post.contains("dm-jo"));
        let post = post.unwrap_or_else(|| panic!("{reminded}"));
        assert!(post.contains("You said yes."), "{post}");
        let no = world.presses("jo", "I can't come").await;
        assert!(no.contains("Noted, no") && no.contains("Lab Talks"), "{no}");
        // Words to type say it too.
        let moved = world.says("ada", "in joint rsvp yes 21").await;
        assert!(moved.contains("Knowledge Share"), "{moved}");
        let told = world
            .says("ada", "in joint session move 21 2026-10-05")
            .await;
        assert!(told.contains("in joint rsvp no 21"), "{told}");
    }
}

#[tokio::test]
async fn a_manager_of_one_is_nobody_special_in_the_other() {
    for place in Place::both() {
        let world = two(place).await;
        for line in [
            "session cancel 21",
            "outbox pause",
            "series set ks capacity=1",
            "attendance count 21 3",
        ] {
            let no = world.says("ada", &format!("in lab {line}")).await;
            assert!(no.contains("You are not "), "{line}: {no}");
            let no = world.says("lea", &format!("in joint {line}")).await;
            assert!(no.contains("You are not "), "{line}: {no}");
        }
        let stranger = world.says("lea", "in joint rsvp yes 21").await;
        assert!(
            stranger.contains("I don't know you here yet."),
            "{stranger}"
        );
    }
}

#[tokio::test]
async fn names_previews_rows_and_reviews_of_the_other_are_not_there() {
    for place in Place::both() {
        let world = two(place).await;
        let person = world.says("ada", "in joint role add core Lea Petit").await;
        assert!(
            person.contains("I know nobody called “Lea Petit”.")
                && !person.contains("Did you mean Lea"),
            "{person}"
        );
        let like = world
            .says("ada", "in joint attendance list 21 Lea Petit")
            .await;
        assert!(!like.contains("1 written down"), "{like}");
        // Ids that are the other community's, however they were come by.
        let (row, preview) = (foreign_row(&world).await, foreign_preview(&world).await);
        let no = world
            .says("ada", &format!("in joint outbox drop {row}"))
            .await;
        assert!(no.contains("There is no row"), "{no}");
        let no = world
            .says("ada", &format!("in joint outbox retry {row}"))
            .await;
        assert!(no.contains("There is no row"), "{no}");
        let no = world
            .says("ada", &format!("in joint confirm {preview}"))
            .await;
        assert!(no.contains("I don't know that preview."), "{no}");
        let review = foreign_review(&world).await;
        let no = world
            .says("ada", &format!("in joint attendance ignore {review}"))
            .await;
        assert!(no.contains("That name is in no report."), "{no}");
        let no = world
            .says("ada", "in joint attendance ignore \"Who Was That\"")
            .await;
        assert!(no.contains("That name is in no report."), "{no}");
        let list = world.says("ada", "in joint outbox list").await;
        assert!(!list.contains("lab-"), "{list}");
        world.says("ada", "in joint outbox pause").await;
        let posted = world.says("lea", "session cancel 21 no heating").await;
        assert!(posted.contains("called off"), "{posted}");
        assert!(!posted.contains("Posting is held"), "{posted}");
    }
}

#[tokio::test]
async fn a_card_answers_for_its_own_session_and_digests_tell_their_own() {
    let mut world = two(Place::sqlite()).await;
    let digests = world.goes_to("2026-09-14T08:30:00Z").await;
    let of = |room: &str| {
        let posts = digests
            .split("\n\n")
            .filter(|post| post.contains(&format!("] {room}\n")));
        posts.collect::<Vec<_>>().join("\n")
    };
    assert!(
        of("lab-news").contains("Lab Talks") && !of("lab-news").contains("Knowledge Share"),
        "{digests}"
    );
    assert!(
        !of("announcements").contains("Lab Talks") && !of("announcements").contains("Lea Petit"),
        "{digests}"
    );
    // A card of the other community is nothing to answer here.
    let card = world
        .posts()
        .into_iter()
        .position(|post| post.room == "lab-news")
        .unwrap();
    let about = MessageRef {
        room: Room {
            platform: Platform::Local,
            id: "lab-news".to_owned(),
        },
        id: format!("m{}", card + 1),
    };
    world.turns_to("joint");
    let said = convene::chat::Said::Typed("session show".to_owned());
    let shown = world
        .hears_event("x1", "jo", "announcements", said, Some(about))
        .await;
    assert!(shown.contains("Knowledge Share"), "{shown}");
}

async fn foreign_row(world: &World) -> OutboxId {
    OutboxId::new(world.text("SELECT id AS t FROM outbox WHERE destination = 'room:local:lab-news' AND kind = 'card'").await)
}

async fn foreign_preview(world: &World) -> ProposalId {
    world.says("lea", "session announce 22").await;
    ProposalId::new(world.text("SELECT max(id) AS t FROM proposals").await)
}

async fn foreign_review(world: &World) -> ReviewId {
    let add = "INSERT INTO reviews (id, community_id, session_id, identity, name, email, part, decision, created_at)
        SELECT 'R1', community_id, id, 'name:who', 'Who Was That', '', 'attendee', 'open', 0
        FROM sessions WHERE title = 'Lab Talks' AND number = 21";
    world
        .db
        .write(move |tx| Box::pin(async move { tx.run(add, vec![]).await }))
        .await
        .unwrap();
    ReviewId::new("R1")
}
