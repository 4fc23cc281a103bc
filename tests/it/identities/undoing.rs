//! A merge that is undone leaves each of the two with exactly what they had.

use std::collections::BTreeMap;

use super::{account, figures, imports, two_meis};
use crate::harness::databases::Place;
use crate::harness::world::World;
use convene::domain::people::member::Permission;
use convene::domain::platform::Platform;
use convene::storage::{export, figures as kept_figures};

/// Every table that knows people, as it is stored.
async fn everything(world: &World) -> BTreeMap<String, serde_json::Value> {
    let id = world.community.id.clone();
    let tables = world
        .db
        .read(|tx| Box::pin(async move { export::tables(tx, &id).await }))
        .await
        .unwrap();
    let about_people = [
        "members",
        "accounts",
        "role_terms",
        "opt_outs",
        "identifiers",
        "appearances",
        "rsvps",
        "standing_answers",
        "attendance",
        "reviews",
        "sessions",
        "checklists",
        "checklist_items",
        "checklist_duties",
        "todo_numbers",
        "arrivals",
        "acknowledgements",
    ];
    tables
        .into_iter()
        .filter(|(name, _)| about_people.contains(&name.as_str()))
        .collect()
}

/// Both answer session 21 and 22, speak, came to 21, chose for themselves, and follow the series.
async fn with_a_past(place: Place) -> World {
    let world = two_meis(place).await;
    let other = account(Platform::Matrix, "@mei:alpha.example");
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world.says("ada", "session capacity 21 2").await;
    world.says("ada", "session capacity 22 2").await;
    world.says("mei", "rsvp yes 21").await;
    world.says_on(&other, "mei", "rsvp no 21").await;
    // The last seat of 22 is taken twice by one person.
    world.says("mei", "rsvp yes 22").await;
    world.says_on(&other, "mei", "rsvp yes 22").await;
    world.says("jo", "rsvp yes 22").await;
    world.says("mei", "rsvp maybe ks from=2026-11-01").await;
    world
        .says_on(&other, "mei", "rsvp yes ks from=2026-12-01")
        .await;
    world.says("mei", "mute invitations").await;
    world.says_on(&other, "mei", "mute invitations").await;
    world.says_on(&other, "mei", "zone Asia/Tokyo").await;
    world.says("mei", "quiet 20:00-08:00").await;
    world.says("ada", "session speaker 23 @mei").await;
    world
        .says("ada", "session speaker 23 mei.tanaka@alpha.example")
        .await;
    world
        .says(
            "ada",
            "session talk 23 speaker=mei.tanaka@alpha.example Making tables up",
        )
        .await;
    world.says("mei", "orcid 0000-0002-1825-0097").await;
    world
        .says("ada", "onboarding start @mei list=researcher")
        .await;
    world
        .says(
            "ada",
            "onboarding start mei.tanaka@alpha.example list=researcher",
        )
        .await;
    world.says("mei", "todo").await;
    world.says("mei", "done 1").await;
    world.says_on(&other, "mei", "todo").await;
    world.goes_to("2026-09-28T13:05:00Z").await;
    world.says("mei", "here 21").await;
    world.says_on(&other, "mei", "here 21").await;
    world.unread();
    world
}

/// The counts that are kept are those of the records.
async fn counts_are_kept(world: &World) {
    let id = world.community.id.clone();
    let compared = world
        .db
        .read(|tx| Box::pin(async move { kept_figures::recompute::compare(tx, &id).await }));
    let compared = compared.await.unwrap();
    assert!(compared.differences.is_empty(), "{compared:#?}");
}

#[tokio::test]
async fn what_each_of_two_had_is_theirs_again() {
    for place in Place::both() {
        let world = with_a_past(place).await;
        let before = everything(&world).await;
        let counted = figures(&world).await;
        assert_eq!(counted[3], 2, "two people are recorded as having come");
        let preview = world
            .says("ada", "merge @mei with mei.tanaka@alpha.example")
            .await;
        insta::allow_duplicates! { insta::assert_snapshot!("preview", preview); }
        let merged = world.presses("ada", "Merge").await;
        assert!(merged.contains("Mei Tanaka is one person now"), "{merged}");
        assert!(
            merged.contains("] dm-jo\nA seat became free and is yours"),
            "the seat that was held twice goes to the next in line: {merged}"
        );
        world.counters_are_true().await;
        counts_are_kept(&world).await;
        let after = figures(&world).await;
        assert_eq!(after[0], counted[0] - 1, "one person less");
        assert_eq!(after[2], counted[2], "no account is lost");
        assert_eq!(after[3], 1, "whoever came is counted once");
        let summary = world.goes_to("2026-09-28T15:10:00Z").await;
        assert!(summary.contains("came 1."), "{summary}");

        // Jo gives the seat back, so that it can be had again.
        world.says("jo", "rsvp no 22").await;
        world.says("ada", "merge undo 1").await;
        world.counters_are_true().await;
        counts_are_kept(&world).await;
        let again = everything(&world).await;
        for (table, rows) in &before {
            let (was, is) = (rows.as_array().unwrap(), again[table].as_array().unwrap());
            let differ: Vec<_> = was.iter().filter(|row| !is.contains(row)).collect();
            let differ: Vec<_> = differ
                .into_iter()
                .filter(|row| !is_other_peoples(table, row))
                .collect();
            assert!(differ.is_empty(), "{table}: {differ:#?}\nis now {is:#?}");
            assert_eq!(was.len(), is.len(), "{table}");
        }
        assert_eq!(figures(&world).await, counted);
    }
}

/// What changed because time went on: jo's answer, and the session's counters with it.
fn is_other_peoples(table: &str, row: &serde_json::Value) -> bool {
    table == "sessions" && row["number"] == 22 || table == "rsvps" && row["seat"] == "waitlisted"
}

#[tokio::test]
async fn a_seat_that_was_given_away_meanwhile_is_waited_for_first_in_line() {
    let world = with_a_past(Place::sqlite()).await;
    world
        .joins("lee", "Lee Park", None, Permission::Member)
        .await;
    world.says("lee", "rsvp yes 22").await;
    world
        .says("ada", "merge @mei with mei.tanaka@alpha.example")
        .await;
    world.presses("ada", "Merge").await;
    let undone = world.says("ada", "merge undo 1").await;
    insta::assert_snapshot!("undone", undone);
    world.counters_are_true().await;
    let tally = world.session(22).await.tally;
    assert_eq!((tally.yes(), tally.waiting()), (2, 2));
    let freed = world.says("jo", "rsvp no 22").await;
    assert!(
        freed.contains("A seat became free and is yours") && !freed.contains("dm-lee"),
        "{freed}"
    );
}

#[tokio::test]
async fn what_is_new_stays_and_what_changed_is_kept() {
    for place in Place::both() {
        let world = two_meis(place).await;
        let other = account(Platform::Matrix, "@mei:alpha.example");
        world.says_on(&other, "mei", "rsvp yes 21").await;
        world
            .says("ada", "merge @mei with mei.tanaka@alpha.example")
            .await;
        world.presses("ada", "Merge").await;
        world.says("mei", "rsvp no 21").await;
        world.says("mei", "rsvp yes 22").await;
        world.says("mei", "zone Europe/Paris").await;
        world.says("ada", "merge undo 1").await;
        world.counters_are_true().await;
        let answers = world.says("ada", "session answers 21").await;
        assert!(
            answers.contains("No (1)") || answers.contains("no"),
            "{answers}"
        );
        let moved = "SELECT count(*) AS n FROM rsvps r JOIN accounts a ON a.member_id = r.member_id
            JOIN sessions s ON s.id = r.session_id
            WHERE (a.platform = 'matrix' AND s.number = 21 AND r.partstat = 'declined')";
        assert_eq!(world.number(moved).await, 1, "an answer stays whose it was");
        let kept = "SELECT count(*) AS n FROM members WHERE zone = 'Europe/Paris'";
        assert_eq!(world.number(kept).await, 1);
    }
}

#[tokio::test]
async fn merges_of_one_person_are_undone_in_order_and_in_time() {
    let world = two_meis(Place::sqlite()).await;
    imports(
        &world,
        "M. Tanaka",
        vec![account(Platform::Email, "mt@home.example")],
        None,
    )
    .await;
    world
        .says("ada", "merge @mei with mei.tanaka@alpha.example")
        .await;
    world.presses("ada", "Merge").await;
    world.says("ada", "merge @mei with mt@home.example").await;
    world.presses("ada", "Merge").await;
    let first = world.says("ada", "merge undo 1").await;
    assert!(first.contains("First: merge undo 2"), "{first}");
    world.says("ada", "merge undo 2").await;
    let twice = world.says("ada", "merge undo 2").await;
    assert!(twice.contains("Merge 2 was undone already."), "{twice}");
    world.goes_to("2026-10-08T09:00:00Z").await;
    let late = world.says("ada", "merge undo 1").await;
    assert!(late.contains("Merge 1 is more than 30 days old"), "{late}");
    let none = world.says("ada", "merge undo 9").await;
    assert!(none.contains("There is no merge 9."), "{none}");
    let saved = "SELECT count(*) AS n FROM merges WHERE saved <> ''";
    assert_eq!(
        world.number(saved).await,
        0,
        "what they had is forgotten with the time to undo it"
    );
}

#[tokio::test]
async fn what_waits_for_both_goes_out_once_and_to_each_again_after_the_undoing() {
    for place in Place::both() {
        let world = two_meis(place).await;
        let other = account(Platform::Matrix, "@mei:alpha.example");
        world.says("ada", "session announce 21").await;
        world.presses("ada", "Post").await;
        world.says("mei", "rsvp yes 21").await;
        world.says_on(&other, "mei", "rsvp yes 21").await;
        world.goes_to("2026-09-27T11:00:00Z").await;
        world
            .says("ada", "merge @mei with mei.tanaka@alpha.example")
            .await;
        world.presses("ada", "Merge").await;
        let once = world.goes_to("2026-09-27T13:30:00Z").await;
        assert_eq!(once.matches("You said yes.").count(), 1, "{once}");
        world.says("ada", "merge undo 1").await;
        let each = world.goes_to("2026-09-28T12:30:00Z").await;
        assert_eq!(each.matches("You said yes.").count(), 2, "{each}");
    }
}
