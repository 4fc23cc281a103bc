//! Whatever is typed, by whomever: an answer in words, nothing that falls over, and records that are true afterwards.
//!
//! Lines are made of the table's examples with words left out, doubled, exchanged and broken. `CONVENE_ANY_LINES` types
//! more of them, `CONVENE_ANY_SEED` others.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::harness::world::World;
use convene::chat::command::TABLE;
use convene::domain::people::member::Permission;
use convene::storage::figures::recompute;

/// Words that mean something somewhere, words that mean nothing, and words that break things.
const WORDS: &[&str] = &[
    "21",
    "22",
    "ks",
    "ks next",
    "ks 2026-10-26",
    "all-hands",
    "0",
    "-1",
    "99",
    "9223372036854775808",
    "q1",
    "1,2,3",
    "2026-10-05",
    "2026-13-45",
    "03/04",
    "29 Feb",
    "tomorrow",
    "next Tuesday",
    "14:00-15:00",
    "25:99",
    "2pm",
    "noon",
    "last Monday of every month",
    "every other Thursday",
    "FREQ=SECONDLY",
    "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2",
    "Mei Tanaka",
    "@mei",
    "mei",
    "@nobody",
    "Nobody At All",
    "mei@example.org",
    "ALPHA",
    "BETA",
    "core",
    "\"",
    "“",
    "”",
    "\"\"",
    "'",
    "=",
    "==",
    "=x",
    "x=",
    "from=",
    "to=2026-09-01",
    "from=2027-01-01",
    "until=2026-09-30",
    "capacity=-5",
    "capacity=1",
    "mode=both",
    "way=online",
    "remove=yes",
    "remove=1",
    "for=core",
    "anonymous=yes",
    "joint=perhaps",
    "yes",
    "no",
    "maybe",
    "off",
    "none",
    "https://video.example.org/x",
    "http://",
    "javascript:alert(1)",
    "file:///etc",
    "Europe/London",
    "Mars/Olympus",
    "18:00-08:00",
    "1h",
    "99999999h",
    "0m",
    "-3d",
    "7d,1d,1h",
    ";",
    ";;",
    ",",
    "()",
    "(ALPHA)",
    "{title}",
    "{",
    "}",
    "%s",
    "<b>x</b>",
    "&amp;",
    "@everyone",
    "\u{202e}abc",
    "\u{200b}",
    "\u{0}",
    "\n",
    "🎉",
    "é",
    "ﷺ",
    "SELECT 1; --",
    "NULL",
    "confirm",
    "help",
    "reminder-coming",
    "# {title}\\n{when}",
    "digest",
    "local:announcements",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

fn any_line(chance: &mut StdRng) -> String {
    let spec = TABLE.choose(chance).unwrap();
    let mut words: Vec<String> = spec.example.split(' ').map(str::to_owned).collect();
    for _ in 0..chance.random_range(0..4) {
        let at = chance.random_range(0..=words.len());
        let word = (*WORDS.choose(chance).unwrap()).to_owned();
        match chance.random_range(0..5) {
            0 if at < words.len() && words.len() > 1 => drop(words.remove(at)),
            1 if at < words.len() => words[at] = word,
            2 if at < words.len() => words.insert(at, words[at].clone()),
            3 => words.truncate(at.max(1)),
            _ => words.insert(at.max(1).min(words.len()), word),
        }
    }
    words.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_typed_there_is_an_answer_and_the_records_are_true() {
    let number =
        |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (lines, seed) = (
        number("CONVENE_ANY_LINES", 500),
        number("CONVENE_ANY_SEED", 1),
    );
    let mut chance = StdRng::seed_from_u64(seed);
    let world = World::new().await;
    for (id, name, of, level) in [
        ("mei", "Mei Tanaka", "ALPHA", Permission::Organiser),
        ("jo", "Jo Field", "BETA", Permission::Member),
    ] {
        world.joins(id, name, Some(of), level).await;
        world.takes_role(id, "core").await;
    }
    for line in [
        "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30",
        "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core",
    ] {
        world.says("ada", line).await;
    }
    let mut typed = Vec::new();
    for _ in 0..lines {
        let who = *["ada", "ada", "ada", "mei", "jo", "nobody"]
            .choose(&mut chance)
            .unwrap();
        let line = any_line(&mut chance);
        typed.push(format!("{who}: {line}"));
        let said = tokio::time::timeout(Duration::from_secs(20), world.says(who, &line)).await;
        let said = said.unwrap_or_else(|_| panic!("no answer in time to {:?}", typed.last()));
        let apart = convene::chat::command::is_apart(&line);
        let blank = line.trim().is_empty();
        assert!(
            apart || blank || !said.trim().is_empty(),
            "no answer: {:?}",
            typed.last()
        );
        if chance.random_range(0..40) == 0 {
            world
                .clock
                .set(world.now() + chrono::Duration::hours(chance.random_range(1..30)));
            world.tick().await;
        }
    }
    world.counters_are_true().await;
    assert_eq!(world.doubled(), Vec::<String>::new());
    assert_eq!(world.db.integrity().await, Ok(Vec::new()));
    let community = world.community.id.clone();
    let compared = world
        .db
        .read(|tx| Box::pin(async move { recompute::compare(tx, &community).await }));
    let compared = compared.await.unwrap();
    assert!(compared.differences.is_empty(), "{compared:?}");
}
