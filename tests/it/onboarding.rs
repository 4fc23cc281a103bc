//! Somebody joins: welcomed once, given a list, reminded of what is late, and everybody sees what is left.

mod gone;
mod late;
mod welcome;

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

/// `mei` has just joined; `jo` supervises.
async fn with_mei(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    world
        .joins("mei", "Mei Tanaka", Some("ALPHA"), Permission::Member)
        .await;
    world
        .joins("jo", "Jo Field", Some("BETA"), Permission::Member)
        .await;
    world
}

#[tokio::test]
async fn a_researcher_works_through_the_list() {
    for place in Place::both() {
        let sqlite = place.name == "sqlite";
        let world = with_mei(place).await;
        let begun = world
            .says(
                "ada",
                "onboarding start @mei list=researcher supervisor=\"Jo Field\"",
            )
            .await;
        assert!(begun.contains("23 items, 4 owners."), "{begun}");
        let todo = world.says("mei", "todo").await;
        let done = world.says("mei", "done 4").await;
        let again = world.says("mei", "done 4").await;
        let by_words = world.says("mei", "done core people").await;
        let unclear = world.says("mei", "done read").await;
        let undone = world.says("mei", "undone 4").await;
        let nothing = world.says("mei", "done 99").await;
        if sqlite {
            insta::assert_snapshot!("started", begun);
            insta::assert_snapshot!("todo", todo);
            let all = [done, again, by_words, unclear, undone, nothing];
            insta::assert_snapshot!("done", all.join("\n\n"));
        }
        let theirs = world.says("jo", "todo").await;
        assert!(
            theirs.contains("Order a laptop (for Mei Tanaka) – late since Mon 24 Aug"),
            "{theirs}"
        );
        let not_hers = world.says("mei", "done laptop").await;
        assert!(
            not_hers.contains("I find nothing like “laptop”"),
            "{not_hers}"
        );
        let for_her = world.says("ada", "onboarding done @mei laptop").await;
        assert!(
            for_her.contains("Mei Tanaka, done: order a laptop."),
            "{for_her}"
        );
        let theirs = world.says("jo", "todo").await;
        assert!(!theirs.contains("laptop"), "{theirs}");
        let given = world
            .says("ada", "onboarding assign @mei project-manager Jo Field")
            .await;
        assert!(
            given.contains("Jo Field is project manager now and does: confirm contract"),
            "{given}"
        );
        assert!(
            given.contains("A list has begun for Mei Tanaka"),
            "Jo is told: {given}"
        );
        let list = world.says("ada", "onboarding list").await;
        let show = world.says("ada", "onboarding show Mei Tanaka").await;
        if sqlite {
            insta::assert_snapshot!("list", list);
            insta::assert_snapshot!("show", show);
        }
        let stopped = world.says("ada", "onboarding stop @mei").await;
        assert!(stopped.contains("is given up"), "{stopped}");
        let nothing = world.says("mei", "todo").await;
        assert!(nothing.contains("Nothing is left for you"), "{nothing}");
        let on = world
            .says("ada", "onboarding start @mei list=researcher")
            .await;
        assert!(on.contains("23 items"), "{on}");
        let left = world.says("mei", "todo").await;
        assert!(
            !left.contains("Meet two core people"),
            "goes on where it was: {left}"
        );
    }
}

#[tokio::test]
async fn a_list_ends_with_its_last_item_and_a_number_is_never_another_thing() {
    let world = with_mei(Place::sqlite()).await;
    world.says("ada", "onboarding start @mei").await;
    world.says("mei", "todo").await;
    for number in 1..=5 {
        world.says("mei", &format!("done {number}")).await;
    }
    let last = world.says("mei", "todo").await;
    assert!(!last.contains("left for you: "), "{last}");
    // The catch-ups are the only manager's.
    let hers = world.says("ada", "todo").await;
    assert!(
        hers.contains("1 · Book regular catch-ups (for Mei Tanaka)"),
        "{hers}"
    );
    let end = world.says("ada", "done catch-ups").await;
    assert!(end.contains("Nothing is left for you."), "{end}");
    let list = world.says("ada", "onboarding list").await;
    assert!(list.contains("Nobody has anything left"), "{list}");
    let twice = world.says("mei", "done 3").await;
    assert!(twice.contains("is done already"), "{twice}");
    let back = world.says("mei", "undone 3").await;
    assert!(back.contains("1 left"), "{back}");
    let refused = world.says("ada", "onboarding start @mei").await;
    assert!(
        refused.contains("has the list “general” already"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_what_would() {
    let world = with_mei(Place::sqlite()).await;
    let mut said = Vec::new();
    for line in [
        "onboarding start @mei list=resercher",
        "onboarding start @mei list=session",
        "onboarding start",
        "onboarding start Nobody Known",
        "onboarding done @mei laptop",
        "onboarding assign @mei",
        "onboarding start @mei list=researcher from=2026-02-30",
        "onboarding start @mei list=researcher from=2026-10-01",
        "onboarding assign @mei janitor Jo Field",
        "onboarding assign @mei supervisor Nobody Known",
        "onboarding done @mei 24",
        "onboarding done @mei read",
        "done",
    ] {
        said.push(format!("> {line}\n{}", world.says("ada", line).await));
    }
    insta::assert_snapshot!(said.join("\n\n"));
}

#[tokio::test]
async fn lists_are_each_communitys_own() {
    for place in Place::both() {
        let mut world = with_mei(place).await;
        world.has_neighbour("lab", NEIGHBOUR).await;
        world.turns_to("lab");
        world
            .joins("lea", "Lea Petit", None, Permission::Manager)
            .await;
        world
            .joins("mei", "Mei Tanaka", None, Permission::Member)
            .await;
        let own = world
            .says("lea", "onboarding start @mei list=scholar")
            .await;
        assert!(own.contains("1 item, 1 owner."), "{own}");
        world.says("ada", "in joint onboarding start @mei").await;
        let there = world.says("mei", "in lab todo").await;
        assert!(
            there.contains("Sign the agreement") && !there.contains("handbook"),
            "{there}"
        );
        let here = world.says("mei", "in joint todo").await;
        assert!(
            here.contains("handbook") && !here.contains("agreement"),
            "{here}"
        );
        let no = world.says("mei", "in lab done handbook").await;
        assert!(no.contains("I find nothing like"), "{no}");
        let no = world.says("ada", "in lab onboarding show @mei").await;
        assert!(
            no.contains("I don't know you here yet") || no.contains("You are not"),
            "{no}"
        );
        let unknown = world
            .says("ada", "in joint onboarding start @mei list=scholar")
            .await;
        assert!(
            unknown.contains("There is: general, researcher."),
            "{unknown}"
        );
        let mine = world.says("lea", "onboarding list").await;
        assert!(
            mine.contains("1 of 1 left") && !mine.contains("Welcome to the community"),
            "{mine}"
        );
    }
}

const NEIGHBOUR: &str = r##"
rooms = { announcements = "local:lab-news", organisers = "local:lab-team" }
checklist = [{ name = "scholar", title = "Scholars", about = "person", item = [
  { key = "agreement", text = "Sign the agreement", owner = "newcomer", due = "5 working days after" },
] }]
"##;
