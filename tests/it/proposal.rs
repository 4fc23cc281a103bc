//! What many people would hear of is shown first: confirmed once, by whoever saw it, while it still fits.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

/// Session 21 on Monday 28 September 2026 with 25 people who come; `bea` is a manager too.
async fn with_many(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("bea", "Bea North", Some("BETA"), Permission::Manager)
        .await;
    world.crowd(25).await;
    world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2026-12-31")
        .await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    for n in 1..=25 {
        world.says(&format!("m{n:03}"), "rsvp yes 21").await;
    }
    world
}

async fn unchanged(world: &World) {
    let session = world.session(21).await;
    assert_eq!(session.revision, 0);
    assert_eq!(session.plan.wall.to_string(), "2026-09-28 14:00:00");
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM outbox WHERE kind = 'moved'")
            .await,
        0
    );
}

#[tokio::test]
async fn not_now_leaves_everything_as_it_was() {
    let world = with_many(Place::sqlite()).await;
    let preview = world.says("ada", "session move 21 2026-10-05").await;
    assert!(
        preview.contains("one notice to 25 people") && preview.contains("[Move] [Not now]"),
        "{preview}"
    );
    unchanged(&world).await;
    let dismissed = world.presses("ada", "Not now").await;
    assert!(
        dismissed.contains("All right, nothing is sent."),
        "{dismissed}"
    );
    let late = world.presses("ada", "Move").await;
    assert!(
        late.contains("That was decided before; nothing is done twice."),
        "{late}"
    );
    unchanged(&world).await;
}

#[tokio::test]
async fn a_preview_is_confirmed_once_however_often_it_is_pressed() {
    for place in Place::both() {
        let world = with_many(place).await;
        world.says("ada", "session move 21 2026-10-05").await;
        let done = world.presses("ada", "Move").await;
        assert!(
            done.contains("moved to Mon 5 Oct 2026, 14:00 London"),
            "{done}"
        );
        let again = world.presses("ada", "Move").await;
        assert!(again.contains("nothing is done twice"), "{again}");
        assert_eq!(world.session(21).await.revision, 1);
        assert_eq!(
            world
                .number("SELECT count(*) AS n FROM outbox WHERE kind = 'moved'")
                .await,
            25
        );
    }
}

#[tokio::test]
async fn a_preview_belongs_to_whoever_saw_it() {
    let world = with_many(Place::sqlite()).await;
    let shown = world
        .says_in("organisers", "ada", "session move 21 2026-10-05")
        .await;
    assert!(shown.contains("] organisers\n"), "{shown}");
    let other = world.presses("bea", "Move").await;
    assert!(
        other.contains("That preview is somebody else's. Ask for one of your own."),
        "{other}"
    );
    let member = world.presses("m001", "Move").await;
    assert!(member.contains("You are not an organiser here"), "{member}");
    unchanged(&world).await;
    let made_up = world
        .says("ada", "confirm 01ARZ3NDEKTSV4RRFFQ69G5FAV")
        .await;
    assert!(made_up.contains("I don't know that preview."), "{made_up}");
}

#[tokio::test]
async fn a_preview_is_good_for_a_day() {
    let world = with_many(Place::sqlite()).await;
    world.says("ada", "session move 21 2026-10-05").await;
    world.goes_to("2026-09-08T09:30:00Z").await;
    let old = world.presses("ada", "Move").await;
    assert!(
        old.contains("That preview is more than a day old. Ask for a new one."),
        "{old}"
    );
    unchanged(&world).await;
}

#[tokio::test]
async fn a_preview_of_what_somebody_else_has_changed_is_stale() {
    for place in Place::both() {
        let world = with_many(place).await;
        world.says("ada", "session move 21 2026-10-05").await;
        world.says("bea", "session move 21 2026-10-12").await;
        world.presses("bea", "Move").await;
        let stale = world.presses("ada", "Move").await;
        assert!(
            stale.contains("Session 21 was changed since that preview. Look at it and ask again."),
            "{stale}"
        );
        assert_eq!(
            world.session(21).await.plan.wall.to_string(),
            "2026-10-12 14:00:00"
        );
        // An announcement that was previewed with another date is not posted either.
        world.says("ada", "session announce 22").await;
        world.says("bea", "session move 22 2026-11-02").await;
        let stale = world.presses("ada", "Post").await;
        assert!(
            stale.contains("Session 22 was changed since that preview."),
            "{stale}"
        );
        assert!(world.session(22).await.announced_at.is_none());
    }
}

#[tokio::test]
async fn what_is_put_back_for_many_is_shown_first_as_well() {
    let world = with_many(Place::sqlite()).await;
    world.says("ada", "session cancel 21 speaker ill").await;
    let off = world.presses("ada", "Cancel it").await;
    assert_eq!(
        off.matches("Called off: Mon 28 Sep 2026").count(),
        25,
        "{off}"
    );
    let preview = world.says("ada", "session restore 21").await;
    insta::assert_snapshot!("restore_preview", preview);
    let on = world.presses("ada", "Put it back").await;
    assert_eq!(on.matches("It takes place after all").count(), 25, "{on}");
    let chase = world.says("ada", "session chase 21 to=coming").await;
    assert!(
        chase.contains(
            "25 people who said yes or maybe would be asked; 0 opted out.\n[Send] [Not now]"
        ),
        "{chase}"
    );
}

#[tokio::test]
async fn whoever_may_no_longer_do_it_cannot_confirm_it() {
    let world = with_many(Place::sqlite()).await;
    world
        .joins("dee", "Dee Vale", None, Permission::Organiser)
        .await;
    world
        .says("ada", "role add deputies Dee Vale until=2026-09-07")
        .await;
    let shown = world.says("dee", "session move 21 2026-10-05").await;
    assert!(shown.contains("[Move] [Not now]"), "{shown}");
    world.goes_to("2026-09-08T06:00:00Z").await;
    let over = world.presses("dee", "Move").await;
    assert!(
        over.contains("You may not do that here any more. Ask a manager."),
        "{over}"
    );
    unchanged(&world).await;
}
