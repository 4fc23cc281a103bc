//! The run-book of a session: begun some weeks before it from what is the template then, shown in one post of the
//! organisers' room that is kept true, ticked in chat, late things told once, and moved with its session.

use convene::domain::people::member::Permission;

use super::harness::databases::Place;
use super::harness::world::{World, with_run_books};

const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30 capacity=300";
const MORNING: &str = "2026-09-07T08:00:00Z";

async fn planned(place: Place) -> World {
    let world = World::with(MORNING, &with_run_books(), place).await;
    for (id, name, label) in [
        ("mei", "Mei Tanaka", "ALPHA"),
        ("jo", "Jo Field", "BETA"),
        ("kim", "Kim Larsen", "ALPHA"),
    ] {
        world.joins(id, name, Some(label), Permission::Member).await;
    }
    world.says("ada", SERIES).await;
    world
}

#[tokio::test]
async fn one_post_says_what_is_left_and_follows_what_is_done() {
    for place in Place::both() {
        let sqlite = place.name == "sqlite";
        let world = planned(place).await;
        world.tick().await;
        let shown = world.room("organisers");
        if sqlite {
            insta::assert_snapshot!("begun", shown);
        }
        assert_eq!(
            shown.matches("Run-book").count(),
            2,
            "of September and October, whose first things are due: {shown}"
        );
        let todo = world.presses("ada", "What is left").await;
        assert!(todo.contains("22 · Knowledge Share"), "{todo}");
        let todo = world.says("ada", "session todo 21").await;
        if sqlite {
            insta::assert_snapshot!("todo", todo);
        }
        let done = world.says("ada", "session done 21 invitations").await;
        assert!(done.contains("done: speakers invited"), "{done}");
        let again = world.says("ada", "session done 21 4").await;
        assert!(again.contains("is done already"), "{again}");
        world.says("ada", "session theme 21 Synthetic data").await;
        world
            .says(
                "ada",
                "session speaker 21 Mei Tanaka (ALPHA); Jo Field (BETA)",
            )
            .await;
        world
            .says("ada", "session link 21 https://video.example.org/ks")
            .await;
        let posts = world.posts().len();
        world.goes_to("2026-09-07T08:02:00Z").await;
        assert_eq!(world.posts().len(), posts, "nothing new is posted for it");
        if sqlite {
            insta::assert_snapshot!("followed", world.room("organisers"));
        }
        let back = world.says("ada", "session undone 21 invitations").await;
        assert!(back.contains("open again: speakers invited"), "{back}");
        let no = world.says("ada", "session undone 21 theme").await;
        assert!(no.contains("ticks itself from the records"), "{no}");
    }
}

#[tokio::test]
async fn late_things_are_told_once_to_whoever_has_them() {
    for place in Place::both() {
        let world = planned(place).await;
        world
            .says(
                "ada",
                "session speaker 21 Mei Tanaka (ALPHA); Jo Field (BETA)",
            )
            .await;
        world.says("ada", "session host 21 Kim Larsen").await;
        let told = world.goes_to("2026-09-29T12:00:00Z").await;
        // Mei speaks, and has a form to sign; Kim hosts.
        for (who, what) in [
            ("dm-mei", "Release form"),
            ("dm-kim", "Meeting with the speakers to prepare"),
        ] {
            let theirs = told.split("\n\n").filter(|post| {
                post.contains(who) && post.contains("This was to be done") && post.contains(what)
            });
            assert_eq!(theirs.count(), 1, "{who}: {told}");
        }
        assert_eq!(
            told.matches("feedback form").count(),
            1,
            "in one round, and never again: {told}"
        );
        let todo = world.says("mei", "todo").await;
        assert!(todo.contains("Release form (session 21)"), "{todo}");
        world.says("mei", "done release").await;
        let left = world.says("ada", "session todo 21").await;
        assert!(!left.contains("Release form"), "{left}");
    }
}

#[tokio::test]
async fn a_moved_session_takes_its_list_along_and_one_that_is_off_is_left_alone() {
    for place in Place::both() {
        let world = planned(place).await;
        world.tick().await;
        world.says("ada", "session done 22 registration").await;
        let before = world.says("ada", "session todo 22").await;
        assert!(
            before.contains("Bios – by Mon 5 Oct"),
            "three weeks before: {before}"
        );
        world.says("ada", "session move 22 2026-11-02").await;
        let moved = world.says("ada", "session todo 22").await;
        assert!(moved.contains("Bios – by Mon 12 Oct"), "{moved}");
        assert!(!moved.contains("Registration link"), "{moved}");
        let told = world.goes_to("2026-10-12T12:00:00Z").await;
        let late = |text: &str| {
            text.split("\n\n")
                .filter(|post| post.contains("Late since"))
                .any(|post| post.contains("22 · Knowledge Share – ") && post.contains("bios"))
        };
        assert!(!late(&told), "not by its old date: {told}");
        let told = world.goes_to("2026-10-19T12:00:00Z").await;
        assert!(late(&told), "by its new one: {told}");
        world.says("ada", "session skip 22 Nobody can").await;
        world.goes_to("2026-10-19T12:05:00Z").await;
        let shown = world.room("organisers");
        assert!(shown.contains("It does not take place"), "{shown}");
        let told = world.goes_to("2026-11-03T12:00:00Z").await;
        assert!(!told.contains("22 · Knowledge Share – "), "{told}");
        world.says("ada", "session restore 23").await;
    }
}

#[tokio::test]
async fn a_changed_template_touches_only_sessions_that_have_not_begun_theirs() {
    let world = planned(Place::sqlite()).await;
    world.tick().await;
    let own = format!(
        "{}checklist = [{{ name = \"session\", title = \"Short run-book\", about = \"session\", item = [
            {{ key = \"cake\", text = \"Order the cake\", owner = \"organiser\", due = \"4 weeks before\" }} ] }}]\n",
        with_run_books()
    );
    let world = world.restarted_with("2026-09-08T08:00:00Z", &own).await;
    let begun = world.says("ada", "session todo 21").await;
    assert!(
        begun.contains("Social posts") && !begun.contains("cake"),
        "{begun}"
    );
    let later = world.says("ada", "session todo 23").await;
    assert!(later.contains("Order the cake – by Mon 2 Nov"), "{later}");
    let told = world.goes_to("2026-11-02T08:00:00Z").await;
    assert_eq!(told.matches("Short run-book").count(), 1, "{told}");
}

#[tokio::test]
async fn a_series_says_which_list_its_sessions_have() {
    let world = planned(Place::sqlite()).await;
    world.tick().await;
    let none = world.says("ada", "series set ks checklist=none").await;
    insta::assert_snapshot!("series_without", none);
    let stopped = world.says("ada", "session todo 21").await;
    assert!(
        stopped.contains("It was given up; nobody is reminded of it."),
        "{stopped}"
    );
    let refused = world.says("ada", "session todo 25").await;
    insta::assert_snapshot!("refused", refused);
    let quiet = world.goes_to("2026-09-21T12:00:00Z").await;
    assert!(!quiet.contains("Late since"), "{quiet}");
    let back = world.says("ada", "series set ks checklist=usual").await;
    insta::assert_snapshot!("series_with", back);
    let goes_on = world.says("ada", "session todo 21").await;
    assert!(!goes_on.contains("given up"), "{goes_on}");
    let wrong = world.says("ada", "series set ks checklist=party").await;
    insta::assert_snapshot!("series_wrong", wrong);
    let one = world.says("ada", "session todo 21 remove=yes").await;
    insta::assert_snapshot!("removed", one);
}

#[tokio::test]
async fn a_rehearsal_tells_of_lists_that_have_not_begun() {
    let world = planned(Place::sqlite()).await;
    let found = world.says("ada", "rehearse days=60").await;
    assert!(found.contains("Run-books: 4"), "{found}");
    let found = world.says("ada", "rehearse days=14").await;
    assert!(
        found.contains("Organisers' word of what is late: 2"),
        "though no list is written yet: {found}"
    );
    let told = world.goes_to("2026-09-21T08:00:00Z").await;
    assert_eq!(told.matches("Late since last time").count(), 2, "{told}");
}

#[tokio::test]
async fn what_is_left_long_after_a_session_is_not_asked_for() {
    let world = planned(Place::sqlite()).await;
    world
        .says("ada", "session speaker 21 Mei Tanaka (ALPHA)")
        .await;
    world.goes_to("2026-10-20T08:00:00Z").await;
    let todo = world.says("mei", "todo").await;
    assert!(todo.contains("Release form (session 21)"), "{todo}");
    world.goes_to("2026-10-28T08:00:00Z").await;
    let todo = world.says("mei", "todo").await;
    assert_eq!(
        todo.split_once('\n').unwrap().1,
        "Nothing is left for you to do."
    );
    let shown = world.says("ada", "session todo 21").await;
    assert!(
        shown.contains("The session is over; nobody is reminded of it any more."),
        "{shown}"
    );
}

#[tokio::test]
async fn a_duty_is_given_to_somebody_who_is_told() {
    let world = planned(Place::sqlite()).await;
    let given = world
        .says("ada", "session assign 21 organiser Kim Larsen")
        .await;
    assert!(
        given.contains("Kim Larsen is organiser now and does:")
            && given.contains("dm-kim\nA list has begun for 21 · Knowledge Share: Run-book."),
        "{given}"
    );
    let part = world.says("ada", "session assign 21 host Kim Larsen").await;
    assert!(part.contains("To say who: session host 21 NAME"), "{part}");
    let told = world.goes_to("2026-09-14T08:45:00Z").await;
    assert!(
        told.contains("dm-kim\nThis was to be done:") && told.contains("Bios (session 21)"),
        "{told}"
    );
    assert!(!told.contains("21 · Knowledge Share – bios"), "{told}");
}

#[tokio::test]
async fn members_do_not_see_it() {
    let world = planned(Place::sqlite()).await;
    for line in [
        "session todo 21",
        "session done 21 4",
        "session assign 21 host Mei Tanaka",
    ] {
        let refused = world.says("mei", line).await;
        assert!(refused.contains("organiser"), "{line}: {refused}");
    }
}
