//! What those invited to a meeting hear when it is moved, called off or put back: also who has not answered, where
//! no card says it.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

/// Core are `mei`, `jo` and `kim`; `sam` is nobody in particular.
async fn world(settings: &str, place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", settings, place).await;
    for (id, name) in [
        ("mei", "Mei Tanaka"),
        ("jo", "Jo Field"),
        ("kim", "Kim Lund"),
        ("sam", "Sam Frost"),
    ] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    for id in ["mei", "jo", "kim"] {
        world.takes_role(id, "core").await;
    }
    world
}

const ALL_HANDS: &str = "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core link=https://video.example.org/hands";

/// What somebody reads among these posts.
fn of(posts: &str, who: &str) -> String {
    let theirs = posts
        .split("\n\n")
        .filter(|post| post.contains(&format!("] dm-{who}\n")));
    theirs.collect::<Vec<_>>().join("\n\n")
}

#[tokio::test]
async fn who_was_invited_by_a_message_hears_of_a_change_by_one() {
    for place in Place::both() {
        let world = world(SETTINGS, place).await;
        world.says("ada", ALL_HANDS).await;
        world.says("ada", "meeting announce 21").await;
        world.presses("ada", "Post").await;
        world.says("mei", "rsvp yes 21").await;
        world.says("kim", "rsvp no 21").await;
        let moved = world.says("ada", "meeting move 21 2026-11-26").await;
        insta::allow_duplicates! {
            insta::assert_snapshot!("answered", of(&moved, "mei"));
            insta::assert_snapshot!("not_answered", of(&moved, "jo"));
        }
        assert_eq!(
            (of(&moved, "kim"), of(&moved, "sam")),
            (String::new(), String::new()),
            "{moved}"
        );
        assert!(
            moved.contains("2 answers kept, 2 people are told."),
            "{moved}"
        );
        let yes = world.presses("jo", "Yes").await;
        assert!(yes.contains("You're in: Thu 26 Nov 2026"), "{yes}");
        world.says("jo", "rsvp none 21").await;
        let off = world.says("ada", "meeting cancel 21 no room").await;
        assert!(of(&off, "jo").contains("Called off: Thu 26 Nov"), "{off}");
        assert!(of(&off, "mei").contains("Reason: no room"), "{off}");
        assert_eq!(
            (of(&off, "kim"), of(&off, "sam")),
            (String::new(), String::new()),
            "{off}"
        );
        let on = world.says("ada", "meeting restore 21").await;
        assert!(
            of(&on, "jo").contains("You have not answered yet. Are you coming?"),
            "{on}"
        );
        assert!(of(&on, "mei").contains("Your answer is kept."), "{on}");
    }
}

#[tokio::test]
async fn in_a_room_of_their_own_the_card_says_it() {
    let settings =
        format!("group_room = [{{ group = \"core\", room = \"local:core\" }}]\n{SETTINGS}");
    let world = world(&settings, Place::sqlite()).await;
    world.says("ada", ALL_HANDS).await;
    world.says("ada", "meeting announce 21").await;
    world.presses("ada", "Post").await;
    world.says("mei", "rsvp yes 21").await;
    let moved = world.says("ada", "meeting move 21 2026-11-26").await;
    assert!(of(&moved, "mei").contains("New date"), "{moved}");
    assert_eq!(of(&moved, "jo"), "", "the card tells: {moved}");
    world.goes_to("2026-09-07T09:00:00Z").await;
    assert!(world.room("core").contains("Thu 26 Nov 2026"));
}

#[tokio::test]
async fn a_series_that_was_announced_at_once_is_told_of_at_once() {
    let weekly = "meeting new ops \"Operations\" every Monday 16:00-17:00 from=2026-09-14 to=2026-10-28 for=core";
    let world = world(SETTINGS, Place::sqlite()).await;
    world.says("ada", weekly).await;
    world.says("ada", "meeting announce ops").await;
    world.presses("ada", "Post").await;
    world.says("mei", "rsvp yes 22").await;
    let one = world.says("ada", "meeting move 21 2026-09-15").await;
    assert!(of(&one, "jo").contains("New date: Tue 15 Sep"), "{one}");
    let all = world
        .says(
            "ada",
            "series change ops every Tuesday 10:00-11:00 from=2026-09-20",
        )
        .await;
    assert!(all.contains("From now on:"), "{all}");
    insta::assert_snapshot!("rule_changed", of(&all, "jo"));
    let hers = of(&all, "mei");
    assert_eq!(
        hers.matches("New date").count(),
        1,
        "of the one she answered: {hers}"
    );
    assert_eq!(hers.matches("From now on:").count(), 1, "{hers}");
    assert_eq!(of(&all, "sam"), "", "{all}");
}

#[tokio::test]
async fn an_invitation_that_still_waits_says_the_new_date_itself() {
    let world = world(SETTINGS, Place::sqlite()).await;
    world.says("jo", "zone Europe/London").await;
    world.says("jo", "quiet 08:00-20:00").await;
    world.says("ada", ALL_HANDS).await;
    world.says("ada", "meeting announce 21").await;
    world.presses("ada", "Post").await;
    let moved = world.says("ada", "meeting move 21 2026-11-26").await;
    assert_eq!(of(&moved, "jo"), "", "{moved}");
    let evening = world.goes_to("2026-09-07T19:30:00Z").await;
    let hers = of(&evening, "jo");
    assert!(
        hers.contains("You are invited. Are you coming?"),
        "{evening}"
    );
    assert!(
        hers.contains("Thu 26 Nov 2026") && !hers.contains("New date"),
        "{hers}"
    );
}

#[tokio::test]
async fn what_many_would_hear_of_is_shown_first() {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, Place::sqlite()).await;
    world.crowd(30).await;
    for n in 1..=25 {
        world.takes_role(&format!("m{n:03}"), "core").await;
    }
    world.says("ada", ALL_HANDS).await;
    world.says("ada", "meeting announce 21").await;
    world.presses("ada", "Post").await;
    let preview = world.says("ada", "meeting move 21 2026-11-26").await;
    assert!(preview.contains("one notice to 25 people"), "{preview}");
    let told = world.presses("ada", "Move").await;
    assert_eq!(told.matches("New date").count(), 25, "{told}");
}

#[tokio::test]
async fn days_and_hours_that_are_not_clear_are_said_to_be() {
    let world = world(SETTINGS, Place::sqlite()).await;
    let new = |when: &str| format!("meeting new jsc \"Steering\" {when} for=core");
    let two = world.says("ada", &new("03/04/2027 10:00-11:00")).await;
    assert!(two.contains("can be 3 April or 4 March"), "{two}");
    let gone = world.says("ada", &new("2027-03-28 01:30-02:30")).await;
    assert!(gone.contains("01:30"), "{gone}");
    assert!(!gone.contains("Nothing sent"), "{gone}");
    let twice = world.says("ada", &new("2026-10-25 01:30-02:30")).await;
    insta::assert_snapshot!("hour_that_comes_twice", twice);
    let clear = world
        .says(
            "ada",
            "meeting new ops \"Operations\" 25/12/2026 10:00-11:00 for=core",
        )
        .await;
    assert!(clear.contains("Fri 25 Dec 2026, 10:00"), "{clear}");
}
