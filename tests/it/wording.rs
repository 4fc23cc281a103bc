//! Stories of messages in a manager's own words: seen before they are used, checked, used, taken back; and of texts
//! that somebody typed to break them.

use super::harness::databases::Place;
use super::harness::world::{SETTINGS, World};
use convene::domain::people::member::Permission;
use convene::domain::time::Zone;

const SERIES: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30 capacity=300";

/// Session 21 announced, Jo in New York comes.
async fn begun() -> World {
    let world = World::new().await;
    world.crowd(3).await;
    world
        .joins("jo", "Jo Field", Some("BETA"), Permission::Member)
        .await;
    world.lives_in("jo", Zone::America__New_York).await;
    world.says("ada", SERIES).await;
    world
        .says("ada", "session theme 21 Synthetic {when} *data*")
        .await;
    world
        .says("ada", "session link 21 https://video.example.org/ks")
        .await;
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    world.says("jo", "rsvp yes 21").await;
    world
}

#[tokio::test]
async fn a_manager_sees_new_words_before_they_are_used_and_the_next_reminder_has_them() {
    let world = begun().await;
    insta::assert_snapshot!("list", world.says("ada", "wording list").await);
    insta::assert_snapshot!(
        "show",
        world.says("ada", "wording show reminder-coming").await
    );
    let typed = "wording set reminder-coming # See you soon, {you}!\n*{title}* starts {left}: {when}.\n[Slides and tea at {place}. ]Camera on, please.\n- Video: {link}\n- Theme: {theme}";
    insta::assert_snapshot!("preview", world.says("ada", typed).await);
    let before = world.says("ada", "wording list coming").await;
    assert!(!before.contains("in your words"), "{before}");
    insta::assert_snapshot!("used", world.presses("ada", "Use it").await);
    insta::assert_snapshot!(
        "shown_own",
        world.says("ada", "wording show reminder-coming").await
    );
    insta::assert_snapshot!("listed_own", world.says("ada", "wording list coming").await);
    insta::assert_snapshot!("rehearsed", world.says("ada", "rehearse days=30").await);
    let told = world.goes_to("2026-09-27T13:00:30Z").await;
    let reminder = told.split("\n\n").find(|post| post.contains("dm-jo"));
    insta::assert_snapshot!("reminder", reminder.unwrap());
    insta::assert_snapshot!(
        "reset",
        world.presses("ada", "Back to the usual words").await
    );
    let told = world.goes_to("2026-09-28T12:00:30Z").await;
    assert!(told.contains("You said yes."), "{told}");
    insta::assert_snapshot!(
        "history",
        world.says("ada", "wording history reminder-coming").await
    );
}

#[tokio::test]
async fn a_text_that_does_not_fit_is_refused_with_what_to_do_instead() {
    let world = begun().await;
    let long = format!("wording set card {{title}} {{when}} {}", "x".repeat(1_100));
    let far = format!("wording set card {}", "y".repeat(10_000));
    let mut said = Vec::new();
    for typed in [
        "wording set",
        "wording set remindr-coming Hello {title} {when}",
        "wording set reminder-coming",
        "wording set reminder-coming \u{200B} \\n \\n",
        "wording set reminder-coming {titel} {when}",
        "wording set reminder-coming {title}, see you",
        "wording set reminder-coming {title {when}",
        "wording set reminder-coming {title}\\nat {when}}",
        "wording set reminder-coming {title} {when} {where}",
        "wording set reminder-coming {title}\\n{when} in {place}",
        "wording set digest # Hello {community}",
        &long,
        &far,
        "wording reset card",
        "wording use 01J",
        "wording forget 01J",
    ] {
        let answer = world.says("ada", typed).await;
        let typed: String = typed.chars().take(70).collect();
        let typed = typed.replace('\n', "⏎").replace('\u{200B}', "␣");
        said.push(format!("{typed}\n{}", answer.split_once('\n').unwrap().1));
    }
    insta::assert_snapshot!("refused", said.join("\n\n"));
    assert_eq!(world.number("SELECT count(*) AS n FROM wordings").await, 0);
}

#[tokio::test]
async fn whatever_is_typed_stays_text_and_so_does_what_is_filled_in() {
    let world = begun().await;
    let odd = "wording set promoted \u{202E}@everyone\u{202C} <b>{title}</b> [now](https://evil.example.org) ‏שלום 🎉 {{title}} \\{when\\} _x_ {when}";
    insta::assert_snapshot!("odd_preview", world.says("ada", odd).await);
    world.presses("ada", "Use it").await;
    let post = world
        .posts()
        .into_iter()
        .rev()
        .find(|post| convene::chat::plain::message(&post.message).contains("would read"));
    let spans = serde_json::to_string(&post.unwrap().message).unwrap();
    assert!(spans.contains(r#"{"user":"@everyone <b>"}"#), "{spans}");
    // What a session is called is never read as a template.
    assert!(spans.contains("Synthetic {when} *data*"), "{spans}");
}

#[tokio::test]
async fn only_who_runs_the_community_may_and_a_preview_stands_for_a_day_or_until_somebody_else() {
    let world = begun().await;
    world
        .joins("ola", "Ola Berg", Some("ALPHA"), Permission::Organiser)
        .await;
    world
        .joins("dee", "Dee Lund", Some("ALPHA"), Permission::Deputy)
        .await;
    let refused = world.says("jo", "wording list").await;
    assert!(refused.contains("needs one"), "{refused}");
    let refused = world.says("ola", "wording set nag {title}?").await;
    assert!(refused.contains("not a manager"), "{refused}");
    world
        .says("ada", "wording set nag How many came to {title}?")
        .await;
    world
        .says("dee", "wording set nag Who came to {title}?")
        .await;
    world.presses("dee", "Use it").await;
    let late = world.presses("dee", "Use it").await;
    assert!(late.contains("nothing is done twice"), "{late}");
    let late = world.presses("ada", "Use it").await;
    assert!(late.contains("was changed since that preview"), "{late}");
    let same = world
        .says("ada", "wording set nag Who came to {title}?")
        .await;
    assert!(same.contains("these very words already"), "{same}");
    world
        .says("ada", "wording set nag {title}: how many?")
        .await;
    world.goes_to("2026-09-08T12:00:00Z").await;
    let old = world.presses("ada", "Use it").await;
    assert!(old.contains("more than a day old"), "{old}");
    world
        .says("ada", "wording set nag {title}: how many?")
        .await;
    let kept = world.presses("ada", "Not now").await;
    assert!(kept.contains("stays as it is"), "{kept}");
    let audit = "SELECT count(*) AS n FROM audit WHERE act = 'wording use' AND subject = 'nag'";
    assert_eq!(world.number(audit).await, 1);
}

#[tokio::test]
async fn the_words_of_one_community_are_not_those_of_another_on_both_databases() {
    for place in Place::both() {
        let mut world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
        world
            .has_neighbour(
                "other",
                r#"rooms = { announcements = "local:other-ann", organisers = "local:other-org" }"#,
            )
            .await;
        world.says("ada", SERIES).await;
        world
            .says("ada", "wording set answer-yes Lovely! {title}, {when}")
            .await;
        world.presses("ada", "Use it").await;
        let yes = world.says("ada", "rsvp yes 21").await;
        assert!(
            yes.contains("Lovely! 21 · Knowledge Share, Mon 28 Sep"),
            "{yes}"
        );
        world.turns_to("other");
        world
            .joins("bo", "Bo Falk", None, Permission::Manager)
            .await;
        world.says("bo", SERIES).await;
        let yes = world.says("bo", "rsvp yes 21").await;
        assert!(yes.contains("You're in"), "{yes}");
        let own = world.says("bo", "wording list answer").await;
        assert!(!own.contains("in your words"), "{own}");
    }
}
