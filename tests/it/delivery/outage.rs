//! An outage of 26 hours left very much overdue: what is still of use goes out once, no faster than the platform
//! allows, and what is not is listed.

use std::collections::HashSet;

use super::*;
use convene::storage::outbox::enqueue;

const HOUR: i64 = 3_600;
const NOW: i64 = 26 * HOUR;

/// A row for each of `people` rooms, due at `due` and of use until `until`.
async fn overdue(world: &World, kind: Kind, people: i64, due: i64, until: Option<i64>) {
    for first in (0..people).step_by(500) {
        let (mint, kind) = (world.mint.clone(), kind.clone());
        let queued = world.db.write(move |tx| {
            Box::pin(async move {
                for number in first..people.min(first + 500) {
                    let row = NewRow {
                        community: community(),
                        subject: format!("{kind} due {due}"),
                        kind: kind.clone(),
                        subject_revision: 0,
                        destination: Destination::room(Platform::Local, format!("p{number:04}")),
                        due_at: at(due),
                        slot: at(due),
                        not_after: until.map(at),
                        extra: String::new(),
                        payload: serde_json::Value::Null,
                    };
                    enqueue(tx, &mint, at(0), &row).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        queued.await.unwrap();
    }
}

#[tokio::test]
async fn after_26_hours_what_is_overdue_goes_at_the_platforms_rate_or_is_listed() {
    on_both(|db| async move {
        // Ten thousand rows on the embedded database.
        let unit = if db.is_sqlite() { 1_000 } else { 100 };
        let (rate, burst) = (100.0, 100);
        let port = Scripted::with(Capabilities {
            rate_per_second: rate,
            burst,
            ..convene::chat::ChatPort::capabilities(&*Scripted::new())
        });
        let world = World::over(db, port);
        let reminder = || REMINDER.clone();
        // A session that was held meanwhile, one that is to come, and news of no date.
        overdue(&world, reminder(), 3 * unit, HOUR, Some(2 * HOUR)).await;
        overdue(&world, reminder(), 3 * unit, 20 * HOUR, Some(NOW + HOUR)).await;
        overdue(&world, Kind::WELCOME, 2 * unit, HOUR, None).await;
        overdue(&world, Kind::DIGEST, unit, HOUR, None).await;
        overdue(&world, Kind::DIGEST, unit, 25 * HOUR, None).await;

        let (mut posted, mut most) = (0, 0);
        for second in 0..6 * unit {
            world.at(NOW + second).await;
            let now = world.port.posted().len();
            most = most.max(now - posted);
            assert!(now <= burst as usize + (rate * second as f64) as usize);
            if now == posted && second > 1 {
                break;
            }
            posted = now;
            world.steady.advance(Duration::from_secs(1));
        }
        assert!(most > burst as usize / 2, "no slower than it may: {most}");

        let posts = world.port.posted();
        assert_eq!(posts.len() as i64, 6 * unit);
        assert_eq!(
            posts.iter().collect::<HashSet<_>>().len(),
            posts.len(),
            "nothing twice"
        );
        let states = world.states().await;
        let count = |subject: &str, state: OutboxState| {
            let rows = states.iter().filter(|row| row.0.ends_with(subject));
            rows.filter(|row| row.1 == state).count() as i64
        };
        let held = format!("{REMINDER} due {HOUR}");
        assert_eq!(count(&held, OutboxState::Missed), 3 * unit);
        let soon = format!("{REMINDER} due {}", 20 * HOUR);
        assert_eq!(count(&soon, OutboxState::Sent), 3 * unit);
        let welcome = format!("{} due {HOUR}", Kind::WELCOME);
        assert_eq!(count(&welcome, OutboxState::Sent), 2 * unit);
        let (earlier, later) = (HOUR, 25 * HOUR);
        let digest = |due: i64| format!("{} due {due}", Kind::DIGEST);
        assert_eq!(count(&digest(earlier), OutboxState::Missed), unit);
        assert_eq!(count(&digest(later), OutboxState::Sent), unit);
    })
    .await;
}
