//! The weekends on which clocks change, in London and in New York, in 2026 and 2027: each session begins when it was
//! said, and each reminder and digest comes once, also at an hour that there is not, or twice.

use super::*;

/// The Sundays, as London or New York changes.
const SUNDAYS: [&str; 8] = [
    "2026-03-08",
    "2026-03-29",
    "2026-10-25",
    "2026-11-01",
    "2027-03-14",
    "2027-03-28",
    "2027-10-31",
    "2027-11-07",
];

/// A digest each night in the hour that London leaves out in spring and has twice in autumn.
const NIGHTLY: &str = "digest = [{ slug = \"nightly\", cron = \"30 1 * * *\" }]\n";

#[tokio::test]
async fn on_weekends_on_which_clocks_change_everything_comes_once() {
    let mut told = Vec::new();
    for sunday in SUNDAYS {
        let day: chrono::NaiveDate = sunday.parse().unwrap();
        let friday = day - chrono::Duration::days(2);
        let settings = format!("{SETTINGS}{NIGHTLY}");
        let world = World::with(&format!("{friday}T12:00:00Z"), &settings, Place::sqlite()).await;
        for (id, name, zone) in [
            ("mei", "Mei Tanaka", Zone::Europe__London),
            ("jo", "Jo Field", Zone::America__New_York),
        ] {
            world
                .joins(id, name, Some("ALPHA"), Permission::Member)
                .await;
            world.lives_in(id, zone).await;
        }
        let planned = format!("session new \"Open day\" {sunday} 14:00-15:00");
        world.says("ada", &planned).await;
        world.says("ada", "session announce 21").await;
        world.presses("ada", "Post").await;
        for who in ["mei", "jo"] {
            world.says(who, "rsvp yes 21").await;
        }
        world.unread();
        let tuesday = day + chrono::Duration::days(2);
        let read = world.goes_to(&format!("{tuesday}T12:00:00Z")).await;
        let heads = heads(&read);
        let of_note = |line: &&str| {
            heads.contains(line) || line.starts_with("Starts") || line.contains(", not ")
        };
        let lines: Vec<&str> = read.lines().filter(of_note).collect();
        told.push(format!("== {sunday}\n{}", lines.join("\n")));
        assert_eq!(world.doubled(), Vec::<String>::new());
    }
    insta::assert_snapshot!("clocks", told.join("\n"));
}
