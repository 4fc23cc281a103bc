//! Who came: four sources apart, figures once, questions while nothing is known, and names that matched nobody.

use super::harness::databases::Place;
use super::harness::world::World;
use convene::actions::import::attendance::{self as report, Present};
use convene::domain::email::Email;
use convene::domain::events::attendance::{Decision, Role};
use convene::domain::ids::{MemberId, ReviewId};
use convene::domain::people::member::Permission;
use convene::domain::text::UserText;
use convene::storage::reviews::{self, Review};

const SETTINGS: &str = r##"
run_book = { list = "" }
rooms = { announcements = "local:announcements", organisers = "local:organisers" }
partner = [
  { name = "Alpha Institute", label = "ALPHA", zone = "Europe/London", country = "GB" },
  { name = "Beta Labs", label = "BETA", zone = "America/New_York", country = "US" },
]
"##;

/// Weekly sessions from Monday 14 September 2026 on, 21 to 24, all announced; six people, two of each partner and two
/// of neither.
async fn weekly(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name, organisation) in [
        ("amy", "Amy Stone", Some("ALPHA")),
        ("bob", "Bob Reed", Some("ALPHA")),
        ("cat", "Cat Moor", Some("BETA")),
        ("dan", "Dan Hill", Some("BETA")),
        ("eve", "Eve Lake", Some("Open University of Somewhere")),
        ("fay", "Fay Wood", None),
    ] {
        world
            .joins(id, name, organisation, Permission::Member)
            .await;
    }
    world
        .says("ada", "series new ks \"Knowledge Share\" every Monday 14:00-15:00 from=2026-09-14 to=2026-10-05")
        .await;
    for number in 21..=24 {
        world
            .says("ada", &format!("session announce {number}"))
            .await;
        world.presses("ada", "Post").await;
    }
    world
}

#[tokio::test]
async fn four_sources_are_kept_apart_and_people_are_counted_once() {
    for place in Place::both() {
        let world = weekly(place).await;
        world.says("amy", "rsvp yes 21").await;
        world.says("bob", "rsvp yes 21").await;
        world.goes_to("2026-09-14T12:20:00Z").await;
        let early = world.says("amy", "here 21").await;
        assert!(
            early.contains("You can check in from half an hour before."),
            "{early}"
        );
        world.goes_to("2026-09-14T13:05:00Z").await;
        world.says("amy", "here").await;
        world.presses("cat", "I'm here").await;
        world.says("amy", "here").await;
        let listed = world
            .says(
                "ada",
                "attendance list 21 Amy Stone; Eve Lake; @fay; Somebody Else",
            )
            .await;
        assert!(
            listed.contains("3 written down as having come."),
            "{listed}"
        );
        assert!(
            listed.contains("so they are not counted: Somebody Else."),
            "{listed}"
        );
        let counted = world.says("ada", "attendance count 21 1,200").await;
        assert!(
            counted.contains("estimate 1200, kept beside 4 identified."),
            "{counted}"
        );
        let summary = world.goes_to("2026-09-14T15:10:00Z").await;
        insta::allow_duplicates! { insta::assert_snapshot!("four_sources", summary); }
        world.says("bob", "here").await;
        let later = world.says("ada", "attendance list Bob Reed").await;
        assert!(later.contains("1 written down"), "{later}");
        let once = world.goes_to("2026-09-18T15:10:00Z").await;
        assert!(
            !once.contains("Held Mon 14 Sep"),
            "figures are posted once: {once}"
        );
        assert!(!once.contains("Nothing is recorded"), "{once}");
        let shown = world.says("ada", "attendance summary 21").await;
        assert!(shown.contains("came 5 (estimate 1200)"), "{shown}");
    }
}

#[tokio::test]
async fn unknown_is_not_absent() {
    let world = weekly(Place::sqlite()).await;
    world.goes_to("2026-09-14T16:00:00Z").await;
    let shown = world.says("ada", "attendance summary 21").await;
    assert!(
        shown.contains("Nothing is recorded yet: who came is unknown, not nobody."),
        "{shown}"
    );
    let ahead = world.says("ada", "attendance summary 22").await;
    assert!(
        ahead.contains("Session 22 has not begun yet. “session answers 22” shows who answered."),
        "{ahead}"
    );
    let count = world.says("ada", "attendance count 22 5").await;
    assert!(count.contains("Session 22 has not begun yet."), "{count}");
    let zero = world.says("ada", "attendance count 21 0").await;
    assert!(zero.contains("estimate 0"), "{zero}");
    for odd in [
        "attendance count 21",
        "attendance count 21 many",
        "attendance count 21 -3",
        "attendance count 21 99999999999",
    ] {
        let no = world.says("ada", odd).await;
        assert!(!no.contains("kept beside"), "{odd}: {no}");
    }
}

#[tokio::test]
async fn late_figures_come_soon_and_against_the_median() {
    for place in Place::both() {
        let world = weekly(place).await;
        for (number, heads) in [(21, 10), (22, 30), (23, 20)] {
            let day = 14 + 7 * (number - 21);
            world.goes_to(&format!("2026-09-{day}T15:30:00Z")).await;
            world
                .says("ada", &format!("attendance count {number} {heads}"))
                .await;
        }
        world.goes_to("2026-10-06T08:00:00Z").await;
        world
            .says("ada", "attendance list 24 Amy Stone; Bob Reed; Cat Moor")
            .await;
        let soon = world.goes_to("2026-10-06T08:10:00Z").await;
        assert!(soon.contains("came 3."), "{soon}");
        assert!(
            soon.contains("That is 17 fewer than the median of the 3 sessions before (20)."),
            "{soon}"
        );
    }
}

#[tokio::test]
async fn nothing_recorded_is_asked_for_twice_and_not_after_it_is_known() {
    for place in Place::both() {
        let world = weekly(place).await;
        let asked = world.goes_to("2026-09-17T14:30:00Z").await;
        assert_eq!(
            asked.matches("Nothing is recorded of 21").count(),
            2,
            "{asked}"
        );
        assert!(
            asked.contains("[Tue 15 Sep 15:00] organisers")
                && asked.contains("[Thu 17 Sep 15:00] organisers"),
            "{asked}"
        );
        insta::allow_duplicates! {
            insta::assert_snapshot!("nag", asked.split("\n\n").find(|post| post.contains("recorded of 21")).unwrap());
        }
        world.goes_to("2026-09-22T14:30:00Z").await;
        world.says("ada", "attendance count 22 12").await;
        let quiet = world.goes_to("2026-09-25T08:00:00Z").await;
        assert!(!quiet.contains("Nothing is recorded"), "{quiet}");
        assert!(quiet.contains("Held Mon 21 Sep 2026."), "{quiet}");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_what_was_not_announced_or_not_held() {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, Place::sqlite()).await;
    world.says("ada", "series new ks \"Knowledge Share\" every Monday 14:00-15:00 from=2026-09-14 to=2026-10-05").await;
    world.says("ada", "session announce 22").await;
    world.presses("ada", "Post").await;
    world.says("ada", "session cancel 22 speaker ill").await;
    let asked = world.goes_to("2026-09-30T08:00:00Z").await;
    assert!(!asked.contains("Nothing is recorded"), "{asked}");
    let no = world.says("ada", "attendance count 22 5").await;
    assert!(no.contains("Session 22 did not take place."), "{no}");
}

#[tokio::test]
async fn names_that_matched_nobody_are_decided_one_by_one() {
    for place in Place::both() {
        let world = weekly(place).await;
        world.goes_to("2026-09-14T16:00:00Z").await;
        world.says("ada", "attendance list 21 Amy Stone").await;
        let (session, community) = (world.session(21).await.id, world.community.id.clone());
        let (now, amy) = (world.now(), member(&world, "bob").await);
        let names = [
            ("r1", "B. Reed", Some(amy), 55),
            ("r2", "iPhone (2)", None, 50),
            ("r3", "Guest of Cat", None, 20),
        ];
        let queued = names.map(|(id, name, suggested, minutes)| Review {
            id: ReviewId::new(id),
            session: session.clone(),
            identity: format!("name:{name}"),
            name: UserText::trusted(name),
            email: String::new(),
            role: Role::Attendee,
            minutes: Some(minutes),
            country: None,
            suggested,
            decision: Decision::Open,
        });
        world
            .db
            .write(move |tx| {
                Box::pin(async move { reviews::queue(tx, now, &community, &queued).await })
            })
            .await
            .unwrap();
        let list = world.says("ada", "attendance review 21").await;
        insta::allow_duplicates! { insta::assert_snapshot!("review", list); }
        let matched = world.presses("ada", "Match").await;
        assert!(
            matched.contains("“B. Reed” is Bob Reed.\n2 names are left."),
            "{matched}"
        );
        world.says("ada", "attendance ignore “iPhone (2)”").await;
        let guest = world.says("ada", "attendance guest r3").await;
        assert!(
            guest.contains("“Guest of Cat” counts as a guest.\nNo name is left to decide."),
            "{guest}"
        );
        let shown = world.says("ada", "attendance summary 21").await;
        assert!(
            shown.contains("came 3.") && shown.contains("host list 1, report 2"),
            "{shown}"
        );
        // A second thought replaces the first.
        let other = world.says("ada", "attendance match r3 Cat Moor").await;
        assert!(other.contains("“Guest of Cat” is Cat Moor."), "{other}");
        let nobody = world.says("ada", "attendance match r3 Cat More").await;
        assert!(
            nobody.contains("I know nobody called “Cat More”. Did you mean Cat Moor?"),
            "{nobody}"
        );
        let which = world.says("ada", "attendance match \"iPhone (2)\"").await;
        assert!(which.contains("Say who “iPhone (2)” is"), "{which}");
        let gone = world.says("ada", "attendance ignore r9").await;
        assert!(gone.contains("That name is in no report."), "{gone}");
        let shown = world.says("ada", "attendance summary 21").await;
        assert!(
            shown.contains("came 3.") && shown.contains("BETA 1"),
            "{shown}"
        );
    }
}

async fn member(world: &World, account: &str) -> MemberId {
    let (community, id) = (world.community.id.clone(), account.to_owned());
    let read = world.db.read(move |tx| {
        Box::pin(async move {
            let account = convene::domain::platform::Account {
                platform: convene::domain::platform::Platform::Local,
                id,
            };
            convene::storage::members::by_account(tx, &community, &account).await
        })
    });
    read.await.unwrap().unwrap().id
}

/// The report of a session: names, addresses (empty for none) and minutes. How many names wait for a decision.
async fn reports(world: &World, number: i64, people: &[(&str, &str, i64)]) -> u64 {
    let (ctx, session) = (world.context(), world.session(number).await);
    let present: Vec<Present> = people
        .iter()
        .map(|(name, email, minutes)| Present {
            email: (!email.is_empty()).then(|| Email::parse(email).unwrap()),
            name: UserText::trusted(*name),
            role: Role::Attendee,
            minutes: *minutes,
            country: None,
        })
        .collect();
    let done = world.db.write(move |tx| {
        Box::pin(async move { report::import(tx, &ctx, &session, &present, None).await })
    });
    done.await.unwrap().for_review
}

#[tokio::test]
async fn what_was_decided_about_an_address_is_not_asked_again() {
    for place in Place::both() {
        let world = weekly(place).await;
        world.goes_to("2026-09-14T16:00:00Z").await;
        let came = [
            ("Bob Reed", "bob.at.home@example.org", 60),
            ("Una Quill", "una@example.org", 50),
            ("Vic Rowe", "vic@example.org", 40),
            ("iPhone (2)", "", 30),
        ];
        assert_eq!(reports(&world, 21, &came).await, 4);
        let list = world.says("ada", "attendance review 21").await;
        insta::allow_duplicates! { insta::assert_snapshot!("review_with_addresses", list); }
        world.presses("ada", "Match").await;
        let all = world.presses("ada", "All 2 are guests").await;
        assert!(
            all.contains("2 people with an address are guests.\n1 name is left."),
            "{all}"
        );
        let shown = world.says("ada", "attendance summary 21").await;
        assert!(
            shown.contains("came 3.") && shown.contains("ALPHA 1, unknown 2"),
            "{shown}"
        );
        let again = world.says("ada", "attendance guest all 21").await;
        assert!(
            again.contains("Nobody with an address waits for a decision in session 21."),
            "{again}"
        );

        world.goes_to("2026-09-21T16:00:00Z").await;
        let came = [
            came[0],
            came[1],
            came[3],
            ("Wim Zeller", "wim@example.org", 5),
        ];
        assert_eq!(
            reports(&world, 22, &came).await,
            2,
            "the phone and Wim Zeller"
        );
        let shown = world.says("ada", "attendance summary 22").await;
        assert!(
            shown.contains("came 3.") && shown.contains("ALPHA 1, unknown 2"),
            "{shown}"
        );
    }
}
