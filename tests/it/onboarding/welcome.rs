//! Who joins is welcomed once, however they came.

use convene::actions::import::members::{MemberLine, MembersReport, import};
use convene::actions::import::run;
use convene::chat::Said;
use convene::domain::email::Email;
use convene::domain::people::member::Onboarded;
use convene::domain::platform::{Account, Platform};
use convene::domain::text::UserText;

use crate::harness::databases::Place;
use crate::harness::world::{SETTINGS, World};

/// The usual settings with a code of conduct.
fn settings(version: &str) -> String {
    format!(
        "{SETTINGS}conduct = {{ version = \"{version}\", link = \"https://example.org/conduct\", text = \"Be kind.\" }}\n"
    )
}

async fn world(place: Place) -> World {
    World::with("2026-09-07T08:00:00Z", &settings("1"), place).await
}

/// Lines of a table of members with an address each, `chat` of whom are in the chat.
fn table(count: usize, chat: usize, onboarded: Option<Onboarded>) -> Vec<MemberLine> {
    (1..=count)
        .map(|n| {
            let account = |platform, id: String| Account { platform, id };
            let mail = account(Platform::Email, format!("n{n:03}@example.org"));
            let local = account(Platform::Local, format!("n{n:03}"));
            MemberLine {
                line: n as u64 + 1,
                name: UserText::trusted(format!("Newcomer {n:03}")),
                accounts: [Some(mail), (n <= chat).then_some(local)]
                    .into_iter()
                    .flatten()
                    .collect(),
                organisation: None,
                sector: None,
                country: None,
                country_source: None,
                discipline: None,
                career_stage: None,
                role_groups: Vec::new(),
                zone: None,
                onboarded,
            }
        })
        .collect()
}

async fn bring(world: &World, lines: Vec<MemberLine>, rehearse: bool) -> MembersReport {
    let ctx = world.context();
    run(&world.db, rehearse, move |tx| {
        Box::pin(async move { import(tx, &ctx, &lines).await })
    })
    .await
    .unwrap_or_else(|stopped| panic!("{stopped}"))
}

async fn joins(world: &World, event: &str, who: &str, email: Option<&str>) -> String {
    let email = email.map(|email| Email::parse(email).unwrap());
    world
        .hears_event(event, who, "general", Said::Joined { email }, None)
        .await
}

fn welcomes(world: &World) -> usize {
    let posts = world.posts();
    let text = |post: &crate::harness::world::Post| convene::chat::plain::message(&post.message);
    posts
        .iter()
        .filter(|post| text(post).contains("Welcome to Joint"))
        .count()
}

#[tokio::test]
async fn somebody_who_joins_is_welcomed_once_and_agrees_to_the_code_of_conduct() {
    for place in Place::both() {
        let sqlite = place.name == "sqlite";
        let world = world(place).await;
        let welcome = joins(&world, "join 1", "mei", None).await;
        let again = joins(&world, "join 1", "mei", None).await;
        let rejoined = joins(&world, "join 2", "mei", None).await;
        assert_eq!((again, rejoined), (String::new(), String::new()));
        let shown = world.says("mei", "conduct").await;
        let agreed = world.presses("mei", "I agree").await;
        let twice = world.says("mei", "agree").await;
        let known = world.says("mei", "conduct").await;
        let old = world.says("mei", "agree 0").await;
        let todo = world.says("mei", "todo").await;
        assert!(!todo.contains("Join the chat"), "the records know: {todo}");
        if sqlite {
            insta::assert_snapshot!("welcome", welcome);
            insta::assert_snapshot!("conduct", [shown, agreed, twice, known, old].join("\n\n"));
        }
        let kept = world
            .text("SELECT version AS t FROM acknowledgements WHERE what = 'conduct'")
            .await;
        assert_eq!(kept, "1");
        world.goes_to("2026-09-07T12:00:00Z").await;
        assert_eq!(welcomes(&world), 1);
    }
}

#[tokio::test]
async fn a_first_word_in_a_room_is_joining_too() {
    let world = world(Place::sqlite()).await;
    world
        .says("ada", "session new \"Open house\" 2026-09-14 14:00-15:00")
        .await;
    let said = world.says_in("general", "newbie", "rsvp yes 21").await;
    assert!(
        said.contains("Welcome to Joint Health Data Partnership"),
        "{said}"
    );
    assert!(said.contains("You're in"), "{said}");
    let more = world.says("newbie", "todo").await;
    assert!(!more.contains("Welcome to Joint"), "{more}");
}

#[tokio::test]
async fn who_was_known_by_e_mail_is_linked_and_not_welcomed_twice() {
    for place in Place::both() {
        let world = world(place).await;
        let day = "2026-03-02".parse().unwrap();
        let report = bring(&world, table(1, 0, Some(Onboarded::On(day))), false).await;
        assert_eq!(
            (report.added, report.welcomed, report.to_welcome),
            (1, 0, 0)
        );
        let linked = joins(&world, "join 1", "nia", Some("N001@example.org")).await;
        insta::allow_duplicates! { insta::assert_snapshot!("linked", linked) }
        assert_eq!(welcomes(&world), 0);
        assert_eq!(world.number("SELECT count(*) AS n FROM members").await, 2);
        // Known by e-mail and never greeted: that is done now.
        let mut lines = table(2, 0, None);
        let second = bring(&world, lines.split_off(1), false).await;
        assert_eq!((second.added, second.welcomed), (1, 0));
        let welcome = joins(&world, "join 2", "noa", Some("n002@example.org")).await;
        assert!(welcome.contains("Welcome to Joint"), "{welcome}");
        assert_eq!(world.number("SELECT count(*) AS n FROM members").await, 3);
    }
}

#[tokio::test]
async fn a_few_who_are_imported_are_welcomed_when_they_are_awake() {
    let night = format!("{}quiet = \"20:00-08:00\"\n", settings("1"));
    let world = World::with("2026-09-07T20:00:00Z", &night, Place::sqlite()).await;
    let tried = bring(&world, table(5, 4, None), true).await;
    assert_eq!(tried.welcomed, 4);
    let report = bring(&world, table(5, 4, None), false).await;
    assert_eq!((report.added, report.welcomed), (5, 4));
    world.tick().await;
    let rehearsed = world.says("ada", "rehearse days=2").await;
    assert!(rehearsed.contains("Welcomes: 4"), "{rehearsed}");
    let asleep = world.goes_to("2026-09-08T06:59:00Z").await;
    assert!(!asleep.contains("Welcome to Joint"), "{asleep}");
    world.goes_to("2026-09-08T07:01:00Z").await;
    assert_eq!(welcomes(&world), 4);
    let again = bring(&world, table(5, 5, None), false).await;
    assert_eq!(
        (again.updated, again.welcomed),
        (1, 0),
        "the fifth was known by e-mail"
    );
}

#[tokio::test]
async fn hundreds_are_not_greeted_at_once() {
    for place in Place::both() {
        let sqlite = place.name == "sqlite";
        let world = world(place).await;
        let many = if sqlite { 701 } else { 30 };
        let report = bring(&world, table(many, many, None), false).await;
        assert_eq!((report.welcomed, report.to_welcome), (0, many as u64));
        let told = world.goes_to("2026-09-07T08:10:00Z").await;
        if sqlite {
            insta::assert_snapshot!("many_imported", told);
        }
        let preview = world.presses("ada", "Show what they would read").await;
        if sqlite {
            insta::assert_snapshot!("many_preview", preview);
        }
        assert_eq!(welcomes(&world), 1, "the preview");
        let sent = world.presses("ada", "Send").await;
        assert!(
            sent.contains(&format!("{many} people are welcomed now.")),
            "no such answer"
        );
        assert_eq!(welcomes(&world), many + 1);
        let none = world.says("ada", "onboarding welcome").await;
        assert!(none.contains("Nobody waits for a welcome."), "{none}");
    }
}

#[tokio::test]
async fn a_bulk_that_was_onboarded_elsewhere_is_spared() {
    let world = world(Place::sqlite()).await;
    let known = bring(&world, table(40, 40, Some(Onboarded::Yes)), false).await;
    assert_eq!((known.added, known.welcomed, known.to_welcome), (40, 0, 0));
    let mut more = table(70, 70, None);
    let report = bring(&world, more.split_off(40), false).await;
    assert_eq!(report.to_welcome, 30);
    let spared = world.says("ada", "onboarding welcome nobody").await;
    assert!(spared.contains("30 people are not welcomed"), "{spared}");
    world.goes_to("2026-09-09T08:00:00Z").await;
    assert_eq!(welcomes(&world), 0);
}

#[tokio::test]
async fn a_welcome_that_could_not_go_for_a_week_is_missed_and_listed() {
    let world = world(Place::sqlite()).await;
    world.says("ada", "outbox pause").await;
    joins(&world, "join 1", "mei", None).await;
    let world = world.restarted_at("2026-09-15T08:00:00Z").await;
    world.says("ada", "outbox resume").await;
    world.goes_to("2026-09-15T08:01:00Z").await;
    assert_eq!(welcomes(&world), 0);
    let list = world.says("ada", "outbox list").await;
    assert!(
        list.contains("Welcome to mei") && list.contains("missed"),
        "{list}"
    );
}

#[tokio::test]
async fn a_new_version_of_the_code_of_conduct_is_made_known_once() {
    let world = world(Place::sqlite()).await;
    joins(&world, "join 1", "mei", None).await;
    world.presses("mei", "I agree").await;
    let quiet = world.goes_to("2026-09-07T09:00:00Z").await;
    assert!(!quiet.contains("has changed"), "{quiet}");
    let world = world
        .restarted_with("2026-09-08T08:00:00Z", &settings("2"))
        .await;
    let rehearsed = world.says("ada", "rehearse days=1").await;
    assert!(rehearsed.contains("New code of conduct: 1"), "{rehearsed}");
    let told = world.goes_to("2026-09-08T09:00:00Z").await;
    insta::assert_snapshot!("conduct_changed", told);
    let mine = world.says("mei", "conduct").await;
    assert!(
        mine.contains("You agreed to version 1 Mon 7 Sep 2026"),
        "{mine}"
    );
    let agreed = world.presses("mei", "I agree").await;
    assert!(agreed.contains("version 2"), "{agreed}");
    let world = world
        .restarted_with("2026-09-09T08:00:00Z", &settings("2"))
        .await;
    let again = world.goes_to("2026-09-09T09:00:00Z").await;
    assert!(!again.contains("has changed"), "{again}");
}

#[tokio::test]
async fn nobody_is_greeted_where_the_manager_does_not_want_it() {
    let silent = format!("{}onboarding = {{ welcome = false }}\n", settings("1"));
    let world = World::with("2026-09-07T08:00:00Z", &silent, Place::sqlite()).await;
    let nothing = joins(&world, "join 1", "mei", None).await;
    assert_eq!(nothing, "");
    let report = bring(&world, table(30, 30, None), false).await;
    assert_eq!((report.welcomed, report.to_welcome), (0, 0));
}
