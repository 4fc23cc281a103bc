//! Whatever a manager does to a series in whatever order: nothing is held twice at one time, numbers are given one
//! after the other, and every command is answered.

use super::{all, planned};
use crate::harness::databases::Place;
use convene::domain::events::session::Status;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

async fn live(seed: u64, steps: u32, place: Place) {
    let mut chance = StdRng::seed_from_u64(seed);
    let world = planned(place).await;
    for step in 0..steps {
        let day = (world.now() + chrono::Duration::days(chance.random_range(1..300))).date_naive();
        let number = chance.random_range(21..40);
        let rule = [
            "last Tuesday",
            "first Monday",
            "every Monday",
            "every other Thursday",
            "last Monday of every second month",
        ];
        let rule = rule[chance.random_range(0..rule.len())];
        let said = match chance.random_range(0..11) {
            0 | 1 => format!("series change ks {rule} 14:00-15:00 from={day}"),
            2 => format!(
                "series break ks from={day} to={}",
                day + chrono::Duration::days(chance.random_range(0..40))
            ),
            3 => format!(
                "session move {number} {day} {}",
                if step % 2 == 0 {
                    "14:00".to_owned()
                } else {
                    format!("11:{:02}", step % 60)
                }
            ),
            4 => format!("session skip {number}"),
            5 => format!("session restore {number}"),
            6 => format!("session cancel {number}"),
            7 => format!("session new ks {day} 09:{:02}", step % 60),
            8 => format!("series set ks to={}", day + chrono::Duration::days(100)),
            9 => format!("rsvp yes {number}"),
            _ => {
                let at = world.now() + chrono::Duration::days(chance.random_range(1..20));
                world.goes_to(&at.to_rfc3339()).await;
                continue;
            }
        };
        let who = if said.starts_with("rsvp") {
            "jo"
        } else {
            "ada"
        };
        let answer = world.says(who, &said).await;
        assert!(
            answer.len() > 20,
            "seed {seed} step {step}: {said}: {answer}"
        );
        let sessions = all(&world).await;
        let numbers: Vec<i64> = sessions.iter().map(|s| s.number).collect();
        let expected: Vec<i64> = (21..21 + numbers.len() as i64).collect();
        assert_eq!(
            numbers, expected,
            "seed {seed} step {step}: {said}: {answer}"
        );
        let mut starts: Vec<_> = sessions
            .iter()
            .filter(|s| s.status == Status::Planned && s.starts_at > world.now())
            .map(|s| (s.starts_at, s.number))
            .collect();
        starts.sort_unstable();
        for pair in starts.windows(2) {
            assert_ne!(
                pair[0].0, pair[1].0,
                "seed {seed} step {step}: {said}: {answer}\n{starts:?}"
            );
        }
    }
    world.counters_are_true().await;
}

#[tokio::test]
async fn no_time_is_given_twice_and_numbers_stay() {
    for seed in 0..5 {
        live(seed, 50, Place::sqlite()).await;
    }
    if let Some(place) = Place::postgres() {
        live(99, 40, place).await;
    }
}
