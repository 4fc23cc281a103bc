//! Whatever people do in whatever order, the counters say what the rows say, and no seat is given twice.

use super::planned;
use crate::harness::databases::Place;
use crate::harness::world::World;
use convene::domain::events::rsvp::Way;
use convene::domain::events::session::Status;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Who waits for session 21 and was not asked yet.
const UNASKED_ONLINE: &str =
    "SELECT count(*) AS n FROM rsvps r JOIN sessions s ON s.id = r.session_id
    WHERE s.number = 21 AND r.seat = 'waitlisted' AND r.offer_until IS NULL AND r.way = 'online'";
const UNASKED_IN_PERSON: &str = "SELECT count(*) AS n FROM rsvps r JOIN sessions s ON s.id = r.session_id
    WHERE s.number = 21 AND r.seat = 'waitlisted' AND r.offer_until IS NULL AND r.way = 'in person'";

async fn live(seed: u64, steps: u32, place: Place) {
    let mut chance = StdRng::seed_from_u64(seed);
    let world: World = planned("mode=both", place).await;
    let mut limits = (i64::MAX, i64::MAX);
    let mut most = (0, 0);
    for step in 0..steps {
        let who = format!("m{:03}", chance.random_range(1..=9));
        let number = chance.random_range(21..=22);
        let answer = ["yes", "yes", "yes", "maybe", "no"][chance.random_range(0..5)];
        let way = ["", " online", " in person"][chance.random_range(0..3)];
        let said = match chance.random_range(0..20) {
            0 => {
                let seats = chance.random_range(1..=4);
                let way = ["online", "in-person"][chance.random_range(0..2)];
                world
                    .says("ada", &format!("session capacity 21 {seats} way={way}"))
                    .await
            }
            1 => {
                let mode = ["online", "in-person", "both"][chance.random_range(0..3)];
                world.says("ada", &format!("session mode 21 {mode}")).await
            }
            2 => world.says(&who, &format!("rsvp {answer} ks all")).await,
            3 => {
                let hours = [1, 5, 30][chance.random_range(0..3)];
                let at = world.now() + chrono::Duration::hours(hours);
                world.goes_to(&at.to_rfc3339()).await
            }
            4 => {
                let day =
                    (world.now() + chrono::Duration::days(chance.random_range(1..9))).date_naive();
                world.says("ada", &format!("session move 21 {day}")).await
            }
            5 => world.says("ada", "session cancel 21").await,
            6 => world.says("ada", "session restore 21").await,
            _ => {
                world
                    .says(&who, &format!("rsvp {answer} {number}{way}"))
                    .await
            }
        };
        let session = world.session(21).await;
        let (capacity, tally) = (session.capacity, session.tally);
        let now = (
            capacity.online.unwrap_or(i64::MAX),
            capacity.in_person.unwrap_or(i64::MAX),
        );
        // Seats that were given before the manager took some away stay; none is given beyond the limit.
        let (online, room) = (
            tally.yes_online + tally.offered_online,
            tally.yes_in_person + tally.offered_in_person,
        );
        if now == limits {
            assert!(
                online <= now.0.max(most.0),
                "seed {seed} step {step}: {said}\n{session:?}"
            );
            assert!(
                room <= now.1.max(most.1),
                "seed {seed} step {step}: {said}\n{session:?}"
            );
        }
        if session.status == Status::Planned && !session.has_begun(world.now()) {
            for (way, waiting) in [
                (Way::Online, UNASKED_ONLINE),
                (Way::InPerson, UNASKED_IN_PERSON),
            ] {
                let idle = tally.free(capacity, way).unwrap_or(i64::MAX);
                let unasked = world.number(waiting).await;
                assert!(
                    unasked == 0 || idle == 0,
                    "seed {seed} step {step}: {said}\n{unasked} wait beside {idle} free seats"
                );
            }
        }
        (limits, most) = (now, (online, room));
        world.counters_are_true().await;
    }
}

#[tokio::test]
async fn no_seat_is_given_twice_and_every_counter_is_true() {
    for seed in 0..6 {
        live(seed, 60, Place::sqlite()).await;
    }
    if let Some(place) = Place::postgres() {
        live(99, 40, place).await;
    }
}
