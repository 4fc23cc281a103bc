//! Meetings of role groups: who is invited, who hears of them, and who does not.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;

const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";
const ALL_HANDS: &str = "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core,researchers,students link=https://video.example.org/hands";

/// 30 people, of whom `m001` to `m004` are core, to `m012` researchers and to `m020` students; sessions 21 to 30, so
/// that the next number is 31.
async fn world(settings: &str, place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", settings, place).await;
    world.crowd(30).await;
    for n in 1..=20 {
        let group = match n {
            1..=4 => "core",
            5..=12 => "researchers",
            _ => "students",
        };
        world.takes_role(&format!("m{n:03}"), group).await;
    }
    world.says("ada", SERIES).await;
    world
}

/// The rooms that something was posted in, each once.
fn rooms(read: &str) -> Vec<&str> {
    let heads = read.split("\n\n").filter_map(|post| post.lines().next());
    let mut rooms: Vec<&str> = heads.filter_map(|line| line.split("] ").nth(1)).collect();
    rooms.sort_unstable();
    rooms.dedup();
    rooms
}

#[tokio::test]
async fn those_in_its_groups_are_invited_and_nobody_else_hears_of_it() {
    for place in Place::both() {
        let world = world(SETTINGS, place).await;
        let planned = world.says("ada", ALL_HANDS).await;
        insta::allow_duplicates! { insta::assert_snapshot!("planned", planned); }
        let preview = world.says("ada", "session announce 31").await;
        insta::allow_duplicates! { insta::assert_snapshot!("preview", preview); }
        let told = world.presses("ada", "Post").await;
        let to = rooms(&told);
        assert_eq!(to.len(), 21, "twenty of them and ada's answer: {to:?}");
        assert!(
            !to.contains(&"announcements") && !to.contains(&"dm-m021"),
            "{to:?}"
        );
        let one = told.split("\n\n").find(|post| post.contains("dm-m001"));
        insta::allow_duplicates! { insta::assert_snapshot!("invitation", one.unwrap()); }

        assert!(
            world
                .presses("m001", "Yes")
                .await
                .contains("You're in: Thu 12 Nov 2026, 04:30")
        );
        for line in [
            "rsvp yes 31",
            "session show 31",
            "here 31",
            "rsvp yes all-hands",
        ] {
            let no = world.says("m025", line).await;
            assert!(
                no.contains("Meeting 31 is for core, researchers and students. Ask an organiser"),
                "{line}: {no}"
            );
        }
        assert!(!world.says("m025", "sessions").await.contains("all-hands"));
        assert!(
            world
                .says("m012", "sessions")
                .await
                .contains("Autumn all-hands (for core, researchers and students)")
        );
        assert!(
            world
                .says("ada", "session show 31")
                .await
                .contains("video.example.org/hands")
        );
        let digest = world.goes_to("2026-11-09T09:30:00Z").await;
        let hall = digest
            .split("\n\n")
            .filter(|post| post.contains("] announcements\n"));
        assert!(!hall.collect::<String>().contains("all-hands"), "{digest}");
        assert!(
            digest.contains("] dm-m002\n31 · Autumn all-hands"),
            "a week before: {digest}"
        );

        // Seven days before, who has not answered was asked; now by hand.
        let chase = world.says("ada", "session chase 31 to=unanswered").await;
        assert!(
            chase.contains("19 people are asked")
                || chase.contains("19 people who have not answered would be asked"),
            "{chase}"
        );
        let until = world.goes_to("2026-11-12T09:35:00Z").await;
        let reminded = until
            .split("\n\n")
            .filter(|post| post.contains("Autumn all-hands"));
        let to: Vec<&str> = reminded.filter_map(|post| post.lines().next()).collect();
        assert!(
            to.iter().all(|head| !head.ends_with("announcements")),
            "{to:?}"
        );
        assert!(world.says("m005", "here 31").await.contains("Checked in"));
        let summary = world.says("ada", "attendance summary 31").await;
        assert!(summary.contains("Invited 20, yes 1, came 1."), "{summary}");
    }
}

#[tokio::test]
async fn joining_a_group_invites_and_leaving_it_takes_the_answer_back() {
    for place in Place::both() {
        let world = world(SETTINGS, place).await;
        world.says("ada", ALL_HANDS).await;
        world.says("ada", "session announce 31").await;
        world.presses("ada", "Post").await;
        world.says("m005", "rsvp yes 31").await;
        world.says("m006", "rsvp maybe 31").await;
        assert_eq!(world.session(31).await.tally.yes(), 1);
        // Until after the meeting: still invited.
        world
            .says("ada", "role end researchers Member 005 on=2026-11-12")
            .await;
        assert_eq!(world.session(31).await.tally.yes(), 1);
        world
            .says("ada", "role end researchers Member 006 on=2026-11-11")
            .await;
        assert_eq!(world.session(31).await.tally.maybe, 0);
        assert!(
            world
                .says("m006", "rsvp yes 31")
                .await
                .contains("is for core")
        );
        world
            .says("ada", "role add core Member 025 from=2026-11-12")
            .await;
        assert!(
            world
                .says("m025", "rsvp yes 31")
                .await
                .contains("You're in")
        );
        // Somebody with a part in it is invited, whatever their groups.
        world
            .says("ada", "session speaker 31 Member 026 as=chair")
            .await;
        assert!(
            world
                .says("m026", "rsvp yes 31")
                .await
                .contains("You're in")
        );
        let given = world.says("ada", "meeting for 31 core").await;
        insta::allow_duplicates! { insta::assert_snapshot!("given", given); }
        assert_eq!(world.session(31).await.tally.yes(), 2);
        world.counters_are_true().await;
        let typo = world.says("ada", "meeting for 31 reserchers").await;
        assert!(
            typo.contains("Nobody is in “reserchers”. Did you mean “researchers”?"),
            "{typo}"
        );
        let no = world.says("ada", "meeting for 21 core").await;
        assert!(no.contains("That is no meeting"), "{no}");
    }
}

const ROOMS: &str = r##"
run_book = { list = "" }
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
partner = [{ name = "Alpha Institute", label = "ALPHA", zone = "Europe/London", country = "GB" }]
digest = [{ slug = "weekly", cron = "0 9 * * 1" }, { slug = "core", cron = "0 9 * * 1", room = "local:core" }]
group_room = [{ group = "core", room = "local:core" }]
"##;

#[tokio::test]
async fn a_recurring_meeting_is_announced_at_once_in_its_groups_room() {
    for place in Place::both() {
        let world = world(ROOMS, place).await;
        let planned = world
            .says("ada", "meeting new operations \"Operations\" fortnightly, Mondays 16:00-17:00 for=core from=2026-09-14 to=2027-02-01 link=https://video.example.org/ops")
            .await;
        insta::allow_duplicates! { insta::assert_snapshot!("recurring", planned); }
        let preview = world.says("ada", "meeting announce operations").await;
        insta::allow_duplicates! { insta::assert_snapshot!("preview_all", preview); }
        let told = world.presses("ada", "Post").await;
        assert_eq!(rooms(&told), ["core", "dm-ada"], "{told}");
        let all = world.presses("m002", "Yes, to all").await;
        assert!(all.contains("31 to 41"), "{all}");
        let again = world.says("ada", "meeting announce operations").await;
        assert!(
            again.contains("announced already, those to come included"),
            "{again}"
        );
        let no = world.says("m030", "rsvp yes operations all").await;
        assert!(no.contains("Meeting operations is for core."), "{no}");
        let week = world.goes_to("2026-09-14T15:01:00Z").await;
        // The core room's digest tells it, the community's does not; it is called out there as it starts.
        let of = |room: &str| -> String {
            let posts = week
                .split("\n\n")
                .filter(|post| post.contains(&format!("] {room}\n")));
            posts.collect::<Vec<_>>().join("\n\n")
        };
        insta::allow_duplicates! { insta::assert_snapshot!("core_room", of("core")); }
        assert!(!of("announcements").contains("Operations"), "{week}");
        // What is planned later is announced with the rest, and answered by who said yes to all.
        let more = world
            .says("ada", "series set operations to=2027-03-01")
            .await;
        assert!(more.contains("2 ") || more.contains("42"), "{more}");
        let later = world.session(42).await;
        assert!(later.announced_at.is_some());
        assert_eq!(later.tally.yes(), 1);
        assert!(later.is_meeting() && later.gathering.groups.names() == ["core"]);
        let list = world.says("m030", "series list").await;
        assert!(
            list.contains("Operations (for core): every other Monday"),
            "{list}"
        );
    }
}

#[tokio::test]
async fn further_dates_of_the_same_meeting_are_added_by_hand() {
    let world = world(SETTINGS, Place::sqlite()).await;
    world.says("ada", ALL_HANDS).await;
    let winter = world
        .says(
            "ada",
            "meeting new all-hands \"Winter all-hands\" 2027-02-11 09:30-12:30",
        )
        .await;
    assert!(
        winter.contains("32 · Winter all-hands: Thu 11 Feb 2027, 09:30")
            && winter.contains("20 people"),
        "{winter}"
    );
    assert!(
        world
            .says("ada", "session show all-hands next")
            .await
            .contains("31 · Autumn all-hands")
    );
    let twice = world
        .says("ada", "meeting new all-hands 2027-02-11 09:30-12:30")
        .await;
    assert!(twice.contains("That is session 32 already."), "{twice}");
    let past = world
        .says("ada", "meeting new all-hands 2026-09-01 09:30-12:30")
        .await;
    assert!(
        past.contains("1 September 2026, 09:30 is in the past."),
        "{past}"
    );
    let rule = world
        .says("ada", "meeting new all-hands every Monday 10:00")
        .await;
    assert!(
        rule.contains("There are meetings “all-hands” already."),
        "{rule}"
    );
    let seminar = world
        .says("ada", "meeting new ks 2026-12-01 10:00 for=core")
        .await;
    assert!(seminar.contains("is a series of sessions"), "{seminar}");
    let nobody = world
        .says("ada", "meeting new x \"X\" 2026-12-01 10:00 for=managment")
        .await;
    assert!(nobody.contains("Nobody is in “managment”."), "{nobody}");
    let whom = world
        .says("ada", "meeting new x \"X\" 2026-12-01 10:00")
        .await;
    assert!(
        whom.contains("Say whom it is for, with for=GROUPS."),
        "{whom}"
    );
    world
        .joins("jo", "Jo Field", None, Permission::Member)
        .await;
    let not_theirs = world.says("jo", "rsvp yes").await;
    assert!(
        not_theirs.contains("Knowledge Share"),
        "the next that is theirs: {not_theirs}"
    );
}

/// The meetings that a partnership has besides its series, in the words of whoever plans them.
#[tokio::test]
async fn meetings_are_planned_in_the_words_of_whoever_plans_them() {
    let world = world(SETTINGS, Place::sqlite()).await;
    let mut said = String::new();
    for (slug, title, when, groups) in [
        (
            "steering",
            "Joint steering committee",
            "every six months (June, December) 10:00-12:00",
            "core",
        ),
        (
            "core",
            "Core team",
            "last Thursday of the month 11:00-12:00",
            "core",
        ),
        (
            "operations",
            "Operations",
            "fortnightly, Mondays 16:00-17:00",
            "core",
        ),
        (
            "projects",
            "Project management",
            "fortnightly, Mondays 10:00-11:00",
            "core,researchers",
        ),
        (
            "alpha",
            "Internal of ALPHA",
            "last Tuesday of every month, 13:30-14:30",
            "core",
        ),
        (
            "area",
            "Research area",
            "fortnightly, Mondays 14:00-15:00",
            "researchers",
        ),
        (
            "all-hands",
            "All-hands",
            "quarterly, a whole morning",
            "core,researchers,students",
        ),
        (
            "scholars",
            "Scholar cohort call",
            "every two months at 15:00",
            "students",
        ),
    ] {
        let line = format!("meeting new {slug} \"{title}\" {when} for={groups}");
        let answer = world.says("ada", &line).await;
        said.push_str(&format!(
            "> {line}\n{}\n\n",
            answer.split_once('\n').unwrap().1
        ));
    }
    insta::assert_snapshot!("practice", said);
}
