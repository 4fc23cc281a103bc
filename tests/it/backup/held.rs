//! After an older copy is put back: what fell due since it was made waits for the operator.

use convene::domain::people::member::Permission;

use crate::harness::world::World;

/// Monday 28 September, 09:30 in London: session 21 at 14:00 is announced and answered, its reminder of the
/// day before is out, and so is the week's digest.
async fn on_the_day() -> World {
    let world = World::new().await;
    for (id, name) in [("jo", "Jo Field"), ("mei", "Mei Tanaka")] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31")
        .await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world.says("jo", "rsvp yes 21").await;
    world.goes_to("2026-09-26T12:00:00Z").await;
    world
}

#[tokio::test]
async fn what_fell_due_since_the_copy_was_made_is_held_and_nobody_is_told_twice() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let world = on_the_day().await;
    world.backs_up(&copy).await;
    let told = world.goes_to("2026-09-28T08:30:00Z").await;
    assert!(
        told.contains("] dm-jo\nReminder") || told.contains("] dm-jo\n"),
        "{told}"
    );
    assert!(told.contains("week of 28 September"), "{told}");
    let world = world.restored_at(&copy, "2026-09-28T08:40:00Z").await;
    let after = world.goes_to("2026-09-28T08:45:00Z").await;
    assert_eq!(after, "", "nothing of what had been posted");
    let list = world.says("ada", "outbox list").await;
    insta::assert_snapshot!("list_after_a_restore", list);
    assert_eq!(world.doubled(), Vec::<String>::new());

    // What falls due from here on goes out by itself.
    let later = world.goes_to("2026-09-28T12:05:00Z").await;
    assert!(later.contains("dm-jo"), "{later}");
    assert_eq!(world.doubled(), Vec::<String>::new());
    // The operator decides on the rest.
    let posted = world.presses("ada", "Post now").await;
    assert!(posted.contains("] dm-jo\n"), "{posted}");
    let dropped = world.says("ada", "outbox drop held").await;
    insta::assert_snapshot!("dropped_after_a_restore", dropped);
    let list = world.says("ada", "outbox list").await;
    assert!(!list.contains("before the database was put back"), "{list}");
}

#[tokio::test]
async fn whoever_knows_that_nothing_went_out_posts_all_that_is_held_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let world = on_the_day().await;
    world.backs_up(&copy).await;
    let world = world.restored_at(&copy, "2026-09-28T08:40:00Z").await;
    let list = world.says("ada", "outbox list").await;
    assert!(list.contains("[Post all "), "{list}");
    let posted = world.says("ada", "outbox retry held").await;
    assert!(
        posted.contains("messages from before the restore will be posted now.")
            && posted.contains("] dm-jo\n")
            && posted.contains("week of 28 September"),
        "{posted}"
    );
    let none = world.says("ada", "outbox retry held").await;
    assert!(none.contains("there is nothing to post"), "{none}");
}

#[tokio::test]
async fn what_was_said_since_and_is_heard_again_counts_and_is_not_answered_again() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let world = on_the_day().await;
    world.backs_up(&copy).await;
    let said = world
        .hears_late("late1", "mei", "rsvp yes 21", "2026-09-26T12:30:00Z")
        .await;
    assert!(said.contains("You're in"), "{said}");
    let world = world.restored_at(&copy, "2026-09-26T12:50:00Z").await;
    assert_eq!(world.session(21).await.tally.yes_online, 1);
    let again = world
        .hears_late("late1", "mei", "rsvp yes 21", "2026-09-26T12:30:00Z")
        .await;
    assert_eq!(again, "", "the answer was given then");
    assert_eq!(world.session(21).await.tally.yes_online, 2);
    let new = world.says("jo", "rsvp no 21").await;
    assert!(new.contains("dm-jo"), "{new}");
}
