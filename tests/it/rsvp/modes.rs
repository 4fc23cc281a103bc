//! In the room, by video, or both: seats for each, and what becomes of answers when a way is gone.

use super::planned;
use crate::harness::databases::Place;
use convene::domain::people::member::Permission;

#[tokio::test]
async fn each_way_has_its_own_seats_and_its_own_line() {
    for place in Place::both() {
        let world = planned(
            "mode=both place=\"Room 1\" link=https://video.example.org/ks",
            place,
        )
        .await;
        world
            .says("ada", "session capacity 21 2 way=in-person")
            .await;
        world.says("ada", "session capacity 21 1 way=online").await;
        let card = world.room("announcements");
        assert!(
            card.contains("[Yes, in person] [Yes, online] [Maybe] [No]"),
            "{card}"
        );
        let one = world.presses("m001", "Yes, in person").await;
        assert!(
            one.contains("You're in (in person)") && one.contains("Place: Room 1"),
            "{one}"
        );
        world.says("m002", "rsvp yes 21 in person").await;
        let full = world.says("m003", "rsvp yes 21 in-person").await;
        assert!(full.contains("1st in line"), "{full}");
        let online = world.says("m004", "rsvp yes 21 online").await;
        assert!(
            online.contains("You're in (online)") && online.contains("Video: https"),
            "{online}"
        );
        let full = world.says("m005", "rsvp yes 21 way=online").await;
        assert!(full.contains("1st in line"), "{full}");

        let answers = world.says("ada", "session answers 21").await;
        assert!(
            answers.contains("• Yes, in person: Member 001, Member 002\n• Yes, online: Member 004\n• In line, in person: Member 003"),
            "{answers}"
        );

        // A seat is not lost by asking for another that there is not.
        let kept = world.says("m004", "rsvp yes 21 in person").await;
        assert!(
            kept.contains("Session 21 is full in person, and you keep your seat online. To give it up and wait: rsvp no 21, then rsvp yes 21 in person."),
            "{kept}"
        );
        // A seat given up in the room goes to the line of the room.
        let freed = world.says("m001", "rsvp no 21").await;
        assert!(
            freed.contains("dm-m003") && !freed.contains("dm-m005"),
            "{freed}"
        );
        let tally = world.session(21).await.tally;
        assert_eq!(
            (tally.yes_in_person, tally.yes_online, tally.waiting_online),
            (2, 1, 1)
        );
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn a_way_that_the_session_does_not_have_is_refused_kindly() {
    let world = planned("", Place::sqlite()).await;
    let no = world.says("m001", "rsvp yes 21 in person").await;
    assert!(
        no.contains("Session 21 is online only. “rsvp yes 21” says that you come online."),
        "{no}"
    );
    let odd = world.says("m001", "rsvp yes 21 by carrier pigeon").await;
    assert!(
        odd.contains("I did not understand “by carrier pigeon”"),
        "{odd}"
    );
}

#[tokio::test]
async fn when_the_room_is_lost_its_people_are_told_and_take_part_by_video() {
    for place in Place::both() {
        let world = planned("mode=both link=https://video.example.org/ks", place).await;
        world.says("ada", "session capacity 21 2 way=online").await;
        world.says("m001", "rsvp yes 21 online").await;
        world.says("m002", "rsvp yes 21 in person").await;
        world.says("m003", "rsvp yes 21 in person").await;
        world.says("m004", "rsvp maybe 21 in person").await;
        world.says("m005", "rsvp no 21").await;
        let told = world.says("ada", "session mode 21 online").await;
        insta::allow_duplicates! { insta::assert_snapshot!("mode_changed", told); }
        let tally = world.session(21).await.tally;
        assert_eq!(
            (tally.yes_online, tally.yes_in_person, tally.waiting_online),
            (2, 0, 1)
        );
        assert_eq!((tally.maybe, tally.declined), (1, 1));
        world.counters_are_true().await;
        let freed = world.says("m001", "rsvp no 21").await;
        assert!(
            freed.contains("] dm-m003\nA seat became free and is yours"),
            "{freed}"
        );
        let again = world.says("ada", "session mode 21 online").await;
        assert!(again.contains("Session 21 is online already."), "{again}");
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn a_way_that_many_chose_is_taken_away_only_after_a_preview() {
    let world = planned("mode=both", Place::sqlite()).await;
    for n in 1..=25 {
        let id = format!("m{n:03}");
        if n > 9 {
            let name = format!("Member {n:03}");
            world
                .joins(&id, &name, Some("BETA"), Permission::Member)
                .await;
        }
        world.says(&id, "rsvp yes 21 in person").await;
    }
    let whole = world.says("ada", "series set ks mode=online").await;
    assert!(
        whole.contains("Session 21 has 25 answers for the other way. “session mode 21 online” first: it tells those people."),
        "{whole}"
    );
    let preview = world.says("ada", "session mode 21 online").await;
    insta::assert_snapshot!("mode_preview", preview);
    let told = world.presses("ada", "Change it").await;
    assert_eq!(told.matches("Now online only").count(), 25, "{told}");
    world.counters_are_true().await;
}
