//! Stories of drafts: what an organiser wants to see first waits in their room, goes when they let it, and is said to be
//! missed when nobody did.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30 capacity=300";

/// A community on Monday 7 September in which `drafts` wait, with session 21 planned.
async fn with(drafts: &str, database: Place) -> World {
    let settings = format!("drafts = [{drafts}]\n{SETTINGS}");
    let world = World::with("2026-09-07T08:00:00Z", &settings, database).await;
    world.crowd(3).await;
    world
        .joins("ola", "Ola Berg", Some("ALPHA"), Permission::Organiser)
        .await;
    world.says("ada", SERIES).await;
    world
}

async fn announced(drafts: &str) -> World {
    let world = with(drafts, Place::sqlite()).await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world
}

/// How many people were written to by themselves in what was told.
fn reminded(told: &str) -> usize {
    let posts = told.split("\n\n").filter(|post| post.contains("] dm-"));
    posts.filter(|post| post.contains("You said yes.")).count()
}

fn part<'a>(told: &'a str, room: &str) -> Option<&'a str> {
    told.split("\n\n").find(|post| post.contains(room))
}

#[tokio::test]
async fn a_digest_is_shown_two_days_before_reminded_of_once_and_goes_when_an_organiser_lets_it() {
    let world = announced("\"digest\"").await;
    world
        .says("ada", "deadline add 2026-09-25 Abstracts for the workshop")
        .await;
    insta::assert_snapshot!("digest_shown", world.goes_to("2026-09-12T08:00:30Z").await);
    insta::assert_snapshot!(
        "digest_reminded",
        world.goes_to("2026-09-13T08:00:30Z").await
    );
    insta::assert_snapshot!("digest_let_go", world.presses("ola", "Post").await);
    insta::assert_snapshot!("digest_posted", world.goes_to("2026-09-14T08:00:30Z").await);
    let twice = world.presses("ada", "Post").await;
    assert!(twice.contains("was posted by Ola Berg already"), "{twice}");
    assert_eq!(world.goes_to("2026-09-15T12:00:00Z").await, "");
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_shown_again_before_it_goes() {
    let world = announced("\"digest\"").await;
    world.goes_to("2026-09-12T08:00:30Z").await;
    world
        .says("ada", "deadline add 2026-09-25 Abstracts for the workshop")
        .await;
    let again = world.presses("ola", "Post").await;
    insta::assert_snapshot!("changed", again);
    let kept = world.presses("ola", "Post").await;
    assert!(
        kept.contains("goes Mon 14 Sep 2026, 09:00 London"),
        "{kept}"
    );
    // A draft says nothing of it being let go before; whatever changes until it goes is in it.
    world.says("ada", "deadline add 2026-09-24 Slides").await;
    let posted = world.goes_to("2026-09-14T08:00:30Z").await;
    assert!(
        part(&posted, "] announcements").unwrap().contains("Slides"),
        "{posted}"
    );
}

#[tokio::test]
async fn what_nobody_let_go_is_missed_and_the_room_is_told() {
    let world = announced("\"digest\"").await;
    world
        .says("ada", "deadline add 2026-09-25 Abstracts for the workshop")
        .await;
    world.goes_to("2026-09-14T12:00:00Z").await;
    assert!(!world.room("announcements").contains("Deadlines"));
    insta::assert_snapshot!("missed", world.goes_to("2026-09-15T08:00:30Z").await);
    insta::assert_snapshot!("missed_listed", world.says("ada", "outbox list").await);
    let late = world.presses("ola", "Post").await;
    assert!(
        late.contains("Nothing of that draft waits any more"),
        "{late}"
    );
    let posted = world.presses("ada", "Post now").await;
    assert!(posted.contains("Abstracts"), "{posted}");
}

#[tokio::test]
async fn a_card_waits_too_and_its_session_is_announced_when_it_goes() {
    let world = with("\"announcements\"", Place::sqlite()).await;
    world.says("ada", "session announce 21").await;
    insta::assert_snapshot!("card_shown", world.presses("ada", "Post").await);
    assert!(world.session(21).await.announced_at.is_none());
    let twice = world.says("ada", "session announce 21").await;
    assert!(twice.contains("This would be posted"), "{twice}");
    let twice = world.presses("ada", "Post").await;
    assert!(twice.contains("waits as a draft already"), "{twice}");
    insta::assert_snapshot!("card_dropped", world.presses("ola", "Drop").await);
    assert!(world.session(21).await.announced_at.is_none());
    assert!(!world.room("announcements").contains("Knowledge Share"));

    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    // Meanwhile the session gets a theme: what was shown is not what would go.
    world.says("ada", "session theme 21 Synthetic data").await;
    let again = world.presses("ola", "Post").await;
    assert!(again.contains("It has changed"), "{again}");
    insta::assert_snapshot!("card_let_go", world.presses("ola", "Post").await);
    assert!(world.session(21).await.announced_at.is_some());
    world.says("m001", "rsvp yes 21").await;
    world.goes_to("2026-09-07T09:00:00Z").await;
    assert!(world.room("announcements").contains("1 of 300 yes"));
}

#[tokio::test]
async fn many_reminders_are_one_draft_and_who_comes_later_goes_with_it() {
    let world = announced("\"reminder-coming\"").await;
    for who in ["m001", "m002"] {
        world.says(who, "rsvp yes 21").await;
    }
    insta::assert_snapshot!("many_shown", world.goes_to("2026-09-25T13:01:00Z").await);
    insta::assert_snapshot!("many_let_go", world.presses("ola", "Post").await);
    world.says("m003", "rsvp yes 21").await;
    let told = world.goes_to("2026-09-27T13:00:30Z").await;
    assert_eq!(reminded(&told), 3, "{told}");
    // The rung of an hour before is another draft, and is dropped; who comes after that is not reminded either.
    insta::assert_snapshot!("many_listed", world.says("ola", "drafts").await);
    world.presses("ola", "Show").await;
    world.presses("ola", "Drop").await;
    world.says("ada", "rsvp yes 21").await;
    let told = world.goes_to("2026-09-28T12:59:00Z").await;
    assert_eq!(reminded(&told), 0, "{told}");
}

#[tokio::test]
async fn a_rule_in_chat_holds_what_is_written_already_and_lets_it_be_decided() {
    let world = announced("").await;
    world.says("m001", "rsvp yes 21").await;
    world.goes_to("2026-09-26T14:00:00Z").await;
    insta::assert_snapshot!("none", world.says("ada", "drafts").await);
    insta::assert_snapshot!("on", world.says("ada", "draft on reminder-coming").await);
    insta::assert_snapshot!("listed", world.says("ada", "drafts").await);
    let again = world.says("ada", "draft on reminder-coming").await;
    assert!(again.contains("waits for an organiser already"), "{again}");
    insta::assert_snapshot!("off", world.says("ada", "draft off reminder-coming").await);
    let told = world.goes_to("2026-09-27T13:00:30Z").await;
    assert_eq!(reminded(&told), 0, "decided or not at all: {told}");
    world.says("ola", "drafts").await;
    world.presses("ola", "Show").await;
    let told = world.presses("ola", "Post").await;
    assert_eq!(reminded(&told), 1, "late, but still of use: {told}");
    let mut said = Vec::new();
    for (who, typed) in [
        ("ada", "draft on"),
        ("ada", "draft on digst"),
        ("ada", "draft on organisers"),
        ("ada", "draft on reply"),
        ("ada", "draft off digest"),
        ("ola", "draft on digest"),
        ("m001", "drafts"),
        ("ola", "draft post"),
        ("ola", "draft post 01J"),
    ] {
        let answer = world.says(who, typed).await;
        said.push(format!(
            "{who}: {typed}\n{}",
            answer.split_once('\n').unwrap().1
        ));
    }
    insta::assert_snapshot!("refused", said.join("\n\n"));
}

#[tokio::test]
async fn a_session_that_moves_takes_its_drafts_along() {
    let world = announced("\"reminder-coming\"").await;
    world.says("m001", "rsvp yes 21").await;
    world.goes_to("2026-09-26T14:00:00Z").await;
    world.says("ada", "session move 21 2026-10-05").await;
    let late = world.says("ola", "drafts").await;
    assert!(late.contains("No draft waits."), "{late}");
    let told = world.goes_to("2026-10-03T12:00:00Z").await;
    assert!(
        !told.contains("Still waiting") && !told.contains("Not posted"),
        "{told}"
    );
    assert!(told.contains("Draft: Reminder of 21 to 1 person"), "{told}");
}

#[tokio::test]
async fn the_words_of_a_draft_can_be_changed_before_it_goes() {
    let world = announced("\"digest\"").await;
    world
        .says("ada", "deadline add 2026-09-25 Abstracts for the workshop")
        .await;
    world.goes_to("2026-09-12T08:00:30Z").await;
    let shown = world.presses("ada", "Edit wording").await;
    assert!(shown.contains("week of {day}"), "{shown}");
    world
        .says(
            "ada",
            "wording set digest # Our week\\n{news}\\nSee you, Ada",
        )
        .await;
    world.presses("ada", "Use it").await;
    world.says("ada", "drafts").await;
    insta::assert_snapshot!("reworded", world.presses("ada", "Show").await);
    world.presses("ada", "Post").await;
    let posted = world.goes_to("2026-09-14T08:00:30Z").await;
    assert!(
        part(&posted, "] announcements")
            .unwrap()
            .contains("See you, Ada"),
        "{posted}"
    );
}

#[tokio::test]
async fn a_rehearsal_says_what_waits_for_whom() {
    let world = announced("\"announcements\", \"reminder-coming\"").await;
    world.says("ada", "draft off announcements").await;
    world.says("ada", "draft on digest").await;
    for who in ["m001", "m002"] {
        world.says(who, "rsvp yes 21").await;
    }
    world.says("ada", "session announce 22").await;
    world.says("ada", "draft on card").await;
    world.presses("ada", "Post").await;
    insta::assert_snapshot!("rehearsed", world.says("ada", "rehearse days=25").await);
}

#[tokio::test]
async fn drafts_are_those_of_their_community_on_both_databases() {
    for place in Place::both() {
        let mut world = with("\"announcements\"", place).await;
        let other =
            r#"rooms = { announcements = "local:other-ann", organisers = "local:other-org" }"#;
        world.has_neighbour("other", other).await;
        world.says("ada", "session announce 21").await;
        let shown = world.presses("ada", "Post").await;
        assert!(part(&shown, "] organisers").is_some(), "{shown}");
        let id = world.text("SELECT id AS t FROM drafts").await;
        world.turns_to("other");
        world
            .joins("bo", "Bo Falk", None, Permission::Manager)
            .await;
        let strange = world.says("bo", &format!("draft post {id}")).await;
        assert!(strange.contains("I don't know that draft"), "{strange}");
        world.says("bo", SERIES).await;
        world.says("bo", "session announce 21").await;
        let posted = world.presses("bo", "Post").await;
        assert!(part(&posted, "] other-ann").is_some(), "{posted}");
        world.turns_to("joint");
        let posted = world.says("ola", &format!("draft post {id}")).await;
        assert!(part(&posted, "] announcements").is_some(), "{posted}");
    }
}
