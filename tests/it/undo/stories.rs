//! Typed, taken back, and read.

use convene::domain::people::member::Permission;

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";

async fn world(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name) in [("mei", "Mei Tanaka"), ("jo", "Jo Field")] {
        world
            .joins(id, name, Some("ALPHA"), Permission::Member)
            .await;
    }
    world
        .joins("oli", "Oli Penn", Some("BETA"), Permission::Organiser)
        .await;
    world.says("ada", SERIES).await;
    world
}

/// What was answered, without when and where.
async fn answer(world: &World, who: &str, line: &str) -> String {
    let said = world.says(who, line).await;
    let own = said.split("\n\n").find(|post| post.contains("] dm-"));
    let own = own.unwrap_or(&said);
    own.split_once('\n').map_or("", |(_, text)| text).to_owned()
}

#[tokio::test]
async fn a_session_that_was_left_out_is_back_and_nobody_had_been_told() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("ada", "session skip 24 Winter break").await;
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "Undone: session skip (session 24). Nobody had been told."
        );
        let list = world.says("ada", "sessions").await;
        assert!(!list.contains("Winter break"), "{list}");
        let audit =
            "SELECT count(*) AS n FROM audit WHERE act = 'session skip' AND outcome = 'undone'";
        assert_eq!(world.number(audit).await, 1);
        // What they did before that is next: the series itself.
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "Undone: series new (ks). Nobody had been told."
        );
        assert_eq!(world.number("SELECT count(*) AS n FROM sessions").await, 0);
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "There is nothing of the last 24 hours that you could undo here."
        );
    }
}

#[tokio::test]
async fn a_detail_that_people_see_on_a_card_is_put_back_on_it() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("ada", "session theme 21 Synthetic data").await;
        world.says("ada", "session announce 21").await;
        world.presses("ada", "Post").await;
        world.says("ada", "session theme 21 Something else").await;
        world.says("mei", "rsvp yes 21").await;
        world.goes_to("2026-09-07T09:00:00Z").await;
        assert!(world.room("announcements").contains("Something else"));
        // An answer does not stand on a theme.
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "Undone: session theme (session 21). Its card shows what was before."
        );
        world.goes_to("2026-09-07T09:30:00Z").await;
        let card = world.room("announcements");
        assert!(
            card.contains("Synthetic data") && card.contains("1 yes"),
            "{card}"
        );
        world.counters_are_true().await;
        // The card is out, so its announcement is not taken back.
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "“session announce” (session 21) can't be undone: 2 posts about it have gone out. \
             “session cancel 21 REASON” calls it off; every detail can still be changed."
        );
    }
}

#[tokio::test]
async fn what_others_were_told_or_answered_or_changed_is_not_undone_and_they_read_what_would_be_needed()
 {
    for place in Place::both() {
        let world = world(place).await;
        world.says("mei", "rsvp yes 22").await;
        world.says("ada", "session move 22 2026-11-02").await;
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "“session move” (session 22) can't be undone: a post about it has gone out. \
             “session move 22 DATE” moves it again, and people are told."
        );
        world.says("ada", "session move 23 2026-11-27").await;
        world.says("jo", "rsvp yes 23").await;
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "“session move” (session 23) can't be undone: somebody has answered since. \
             “session move 23 DATE” moves it again, and people are told."
        );
        world.says("ada", "session theme 25 One").await;
        world.says("oli", "session theme 25 Two").await;
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "“session theme” (session 25) can't be undone: it was changed again since. \
             “session theme 25 …” sets another."
        );
        // Each takes back their own.
        assert_eq!(
            answer(&world, "oli", "undo").await,
            "Undone: session theme (session 25). Nobody had been told."
        );
        assert_eq!(
            answer(&world, "ada", "undo").await,
            "Undone: session theme (session 25). Nobody had been told."
        );
    }
}

#[tokio::test]
async fn a_move_that_was_undone_leaves_the_reminders_of_the_date_that_stands() {
    for place in Place::both() {
        for again in [false, true] {
            let world = world(Place::of(place.name)).await;
            world.says("ada", "session announce 21").await;
            world.presses("ada", "Post").await;
            world.says("mei", "rsvp yes 21").await;
            // Reminders of Mon 28 Sep are written by now; the move takes them back and writes others.
            world.goes_to("2026-09-26T15:00:00Z").await;
            world.says("ada", "outbox pause").await;
            world.says("ada", "session move 21 2026-09-28 17:00").await;
            world.tick().await;
            let undone = answer(&world, "ada", "undo").await;
            assert!(
                undone.starts_with("Undone: session move (session 21)."),
                "{undone}"
            );
            if again {
                world.says("ada", "session move 21 2026-09-28 18:00").await;
            }
            let resumed = world.says("ada", "outbox resume").await;
            let later = world.goes_to("2026-09-28T19:00:00Z").await;
            let posted = format!("{resumed}\n\n{later}");
            let to_mei: Vec<&str> = (posted.split("\n\n"))
                .filter(|post| post.contains("dm-mei"))
                .collect();
            let read = to_mei.join("\n");
            assert_eq!(
                read.matches("New date").count(),
                usize::from(again),
                "{read}"
            );
            assert_eq!(read.matches("You said yes.").count(), 2, "{read}");
            let hour = if again {
                "18:00 London"
            } else {
                "14:00 London"
            };
            assert!(
                read.contains(hour) && !read.contains("17:00 London"),
                "{read}"
            );
            assert!(world.doubled().is_empty());
        }
    }
}

#[tokio::test]
async fn what_somebody_prefers_is_taken_back_for_a_day_and_then_forgotten() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("mei", "zone Europe/Zurich").await;
        world.says("mei", "zone Asia/Tokyo").await;
        world.says("mei", "mute digests").await;
        assert_eq!(answer(&world, "mei", "undo").await, "Undone: mute.");
        assert_eq!(answer(&world, "mei", "undo").await, "Undone: zone.");
        let zone = answer(&world, "mei", "zone").await;
        assert!(zone.contains("Europe/Zurich"), "{zone}");
        let kept = "SELECT count(*) AS n FROM audit_changes";
        assert!(world.number(kept).await > 0);
        world.goes_to("2026-09-08T09:00:00Z").await;
        assert_eq!(
            answer(&world, "mei", "undo").await,
            "There is nothing of the last 24 hours that you could undo here."
        );
        assert_eq!(world.number(kept).await, 0);
    }
}

#[tokio::test]
async fn nobody_undoes_what_they_may_not_do_any_more() {
    let world = world(Place::sqlite()).await;
    world
        .says("ada", "role add deputies Jo Field until=2026-09-07")
        .await;
    world.says("jo", "session skip 24").await;
    world.goes_to("2026-09-08T02:00:00Z").await;
    assert_eq!(
        answer(&world, "jo", "undo").await,
        "You may not undo “session skip” (session 24) here any more. Ask a manager."
    );
}

#[tokio::test]
async fn when_somebody_is_forgotten_nothing_before_can_be_undone() {
    let world = world(Place::sqlite()).await;
    world
        .joins("quill", "Quillon Marrowby", None, Permission::Member)
        .await;
    world.says("ada", "session theme 25 One").await;
    world.says("quill", "zone Asia/Tokyo").await;
    world.says("ada", "session host 25 Quillon Marrowby").await;
    let kept = "SELECT count(*) AS n FROM audit_changes";
    assert!(world.number(kept).await >= 3);
    let asked = world.says("quill", "forget me").await;
    let code = asked
        .split("forget me ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let code = code.trim_matches(|c: char| !c.is_alphanumeric());
    world.says("quill", &format!("forget me {code}")).await;
    assert_eq!(world.number(kept).await, 0);
    let no = answer(&world, "ada", "undo").await;
    assert_eq!(
        no,
        "“session host” (session 25) can't be undone: what was before is not known any more. \
         “session host 25 NAME” sets another."
    );
}

#[tokio::test]
async fn an_answer_is_taken_back_to_the_one_before_while_its_seat_is_free() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("ada", "session capacity 21 1").await;
        world.says("mei", "rsvp maybe 21").await;
        world.says("mei", "rsvp yes 21").await;
        let undone = answer(&world, "mei", "undo").await;
        assert!(undone.starts_with("Noted, maybe"), "{undone}");
        let undone = answer(&world, "mei", "undo").await;
        assert!(undone.contains("taken back"), "{undone}");
        assert_eq!(
            answer(&world, "mei", "undo").await,
            "There is nothing of the last 24 hours that you could undo here."
        );
        // A seat that was given up is theirs again as long as nobody took it.
        world.says("mei", "rsvp yes 21").await;
        world.says("mei", "rsvp no 21").await;
        let undone = answer(&world, "mei", "undo").await;
        assert!(undone.starts_with("You're in"), "{undone}");
        world.says("mei", "rsvp no 21").await;
        world.says("jo", "rsvp yes 21").await;
        assert_eq!(
            answer(&world, "mei", "undo").await,
            "“rsvp” (session 21) can't be undone: your seat has gone to somebody else. \
             Answer again to change it; “rsvp none” takes it back."
        );
        world.says("jo", "rsvp no ks from=2026-10-01").await;
        assert_eq!(
            answer(&world, "jo", "undo").await,
            "“rsvp” (series ks) can't be undone: it was to several sessions. \
             Answer again to change it; “rsvp none” takes it back."
        );
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn managers_read_who_did_what_and_others_do_not() {
    for place in Place::both() {
        let world = world(place).await;
        world.says("oli", "session theme 25 Two").await;
        world.says("ada", "session skip 24 Winter break").await;
        world.says("ada", "undo").await;
        world.says("oli", "session skip 24").await;
        world.says("mei", "rsvp yes 25").await;
        world.says("mei", "zone Asia/Tokyo").await;
        if world.db.is_sqlite() {
            insta::assert_snapshot!("audit", answer(&world, "ada", "audit").await);
            insta::assert_snapshot!(
                "audit_of_one",
                answer(&world, "ada", "audit Oli Penn").await
            );
        }
        let of_session = answer(&world, "ada", "audit 25").await;
        assert!(
            of_session.contains("session theme (session 25)"),
            "{of_session}"
        );
        assert!(!of_session.contains("session 24"), "{of_session}");
        let none = answer(&world, "ada", "audit 30").await;
        assert_eq!(none, "Nothing of that kind is on record.");
        let no = answer(&world, "oli", "audit").await;
        assert!(no.contains("You are not a manager here"), "{no}");
    }
}
