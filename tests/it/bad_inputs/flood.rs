//! Too much: too long, too fast.

use super::{rows, world};

#[tokio::test]
async fn bad11_a_command_of_65_000_characters_gets_one_short_answer() {
    let world = world().await;
    let before = rows(&world).await;
    let posts = world.posts().len();
    for long in [
        "x".repeat(65_000),
        format!("session title 21 {}", "ü".repeat(65_000)),
        "rsvp yes 21 ".repeat(6_000),
        "\u{301}".repeat(65_000),
    ] {
        let answer = world.says("ada", &long).await;
        assert!(
            answer.contains("Too long (max 2000 characters)."),
            "{}",
            answer.chars().take(200).collect::<String>()
        );
        assert!(answer.len() < 200);
    }
    assert_eq!(world.posts().len(), posts + 4, "one answer each");
    assert_eq!(rows(&world).await, before);
    let stored = "SELECT max(length(payload)) AS n FROM outbox";
    assert!(world.number(stored).await < 2_000);
}

#[tokio::test]
async fn bad16_a_flood_is_told_once_and_others_are_answered() {
    let world = world().await;
    let now = world.now();
    let mut told = 0;
    let mut answered = 0;
    for n in 0..100 {
        // The world lets a second pass with each line: a flood is quicker than that.
        world
            .clock
            .set(now + chrono::Duration::milliseconds(50 * n) - chrono::Duration::seconds(1));
        let answer = world.says("jo", "sessions").await;
        told += answer.matches("That was a lot at once.").count();
        answered += answer.matches("Coming up").count();
        if n == 60 {
            let other = world.says("ada", "sessions").await;
            assert!(other.contains("Coming up"), "{other}");
        }
    }
    assert_eq!(told, 1);
    assert!(
        (20..=31).contains(&answered),
        "{answered} of 100 in five seconds"
    );
    world.clock.set(now + chrono::Duration::seconds(30));
    let again = world.says("jo", "sessions").await;
    assert!(again.contains("Coming up"), "{again}");
}

#[tokio::test]
async fn nonsense_is_answered_in_one_line_and_changes_nothing() {
    let world = world().await;
    let before = rows(&world).await;
    for said in [
        "",
        "   ",
        "\u{0}",
        "rsvp",
        "rsvp maybe not 21",
        "session",
        "session new",
        "series new",
        "series new ks",
        "\"",
        "“”",
        "= = =",
        "🦀",
        "in",
        "in joint",
        "in nowhere help me",
        "help nothing",
        "rsvp yes ks from=",
        "attendance",
        "role add",
        "role add core",
        "outbox drop",
        "confirm",
        "snooze",
        "session speaker 21",
        "session talk 21 remove=9",
        "session capacity 21 0",
        "session capacity 21 -5",
        "session mode 21 sideways",
        "deadline add",
        "deadline add tomorrow",
        "session chase 21 to=everybody",
        "mute everything",
        "session move 21",
        "session announce 99",
    ] {
        let answer = world.says("ada", said).await;
        let (_, words) = answer
            .split_once('\n')
            .unwrap_or_else(|| panic!("no answer to {said:?}"));
        assert!(!words.trim().is_empty(), "{said:?}");
        assert!(words.len() < 1_500, "{said:?}: {words}");
    }
    assert_eq!(rows(&world).await, before);
}
