//! The outbox against a model of the world: two processes that die, sleep and wake up, a platform
//! that loses requests, loses answers, refuses and asks to wait. Whatever happens, no posting
//! appears twice, and every one appears or is listed. What waits for an organiser appears only after they let
//! it go.

use std::collections::HashMap;
use std::time::Duration;

use convene::domain::ids::{CommunityId, DraftId, Mint};
use convene::domain::outbox::{Destination, Kind, OutboxState, Outcome};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::time::{Instant, instant_from_millis};
use convene::storage::outbox::{self, Claimed, LeaseTerms, NewRow, drafted};
use convene::storage::{Db, StorageError};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::harness::databases::on_both;

const REMINDER: Kind = Kind::new("reminder-coming");

const ROOMS: usize = 40;
const ROWS: usize = 160;
const TROUBLED: i64 = 60;
const LEASE: i64 = 60;

/// The draft that a row waits for, every fifth for one.
fn draft_of(number: usize, seed: u64) -> Option<DraftId> {
    (number % 5 == 4).then(|| DraftId::new(format!("D{seed}/{}", number / 20)))
}

/// Whether an organiser lets the draft of a row go, in the end.
fn goes(number: usize) -> bool {
    !(number / 20).is_multiple_of(4)
}

fn at(seconds: i64) -> Instant {
    instant_from_millis(1_788_782_400_000 + seconds * 1000)
}

/// What the platform knows: how often each token was posted.
#[derive(Default)]
struct Platformed {
    posted: HashMap<String, u32>,
}

/// What a process that fell asleep in the middle will say when it wakes up.
struct Asleep {
    row: Claimed,
    outcome: Outcome,
    until: i64,
}

struct World {
    chance: StdRng,
    platform: Platformed,
    asleep: Vec<Asleep>,
    troubled: bool,
}

impl World {
    fn roll(&mut self, percent: u32) -> bool {
        self.troubled && self.chance.random_range(0..100) < percent
    }

    fn post(&mut self, row: &Claimed) -> Outcome {
        *self.platform.posted.entry(row.token.clone()).or_default() += 1;
        self.reference(row)
    }

    fn reference(&self, row: &Claimed) -> Outcome {
        let Destination::Room(room) = row.destination.clone() else {
            unreachable!("all rows go to rooms");
        };
        Outcome::Sent(Some(MessageRef {
            room,
            id: row.token.clone(),
        }))
    }

    /// What the sender learns; `None` when it died before it could say so.
    fn meet(&mut self, row: &Claimed, now: i64) -> Option<Outcome> {
        if self.roll(8) {
            return None;
        }
        let outcome = if row.reading {
            self.look(row)
        } else {
            self.send(row)
        };
        if self.roll(8) {
            return None;
        }
        if self.roll(8) {
            let until = now + self.chance.random_range(1..400);
            self.asleep.push(Asleep {
                row: row.clone(),
                outcome,
                until,
            });
            return None;
        }
        Some(outcome)
    }

    fn send(&mut self, row: &Claimed) -> Outcome {
        if self.roll(15) {
            self.post(row);
            return Outcome::Unclear("the answer was lost".to_owned());
        }
        if self.roll(15) {
            return Outcome::Unclear("the request was lost".to_owned());
        }
        if self.roll(10) {
            return Outcome::Wait(Duration::from_secs(self.chance.random_range(1..90)));
        }
        if self.roll(3) {
            return Outcome::Refused("no such room".to_owned());
        }
        self.post(row)
    }

    fn look(&mut self, row: &Claimed) -> Outcome {
        if self.roll(20) {
            return Outcome::Unclear("no answer".to_owned());
        }
        if self.roll(5) {
            return Outcome::CannotTell;
        }
        if self.roll(10) {
            return Outcome::Wait(Duration::from_secs(self.chance.random_range(1..90)));
        }
        if self.platform.posted.contains_key(&row.token) {
            self.reference(row)
        } else {
            Outcome::Absent
        }
    }
}

async fn run(db: &Db, seed: u64) {
    let community = CommunityId::new(format!("C{seed}"));
    let mut world = World {
        chance: StdRng::seed_from_u64(seed),
        platform: Platformed::default(),
        asleep: Vec::new(),
        troubled: true,
    };
    let mut now = i64::try_from(seed).unwrap() * 1_000_000;
    let rows: Vec<NewRow> = (0..ROWS)
        .map(|number| {
            let due = now + world.chance.random_range(0..1800);
            NewRow {
                community: community.clone(),
                kind: REMINDER,
                subject: format!("S{number}"),
                subject_revision: 0,
                destination: Destination::Room(Room {
                    platform: Platform::Local,
                    id: format!("{seed}/{}", number % ROOMS),
                }),
                due_at: at(due),
                slot: at(due),
                not_after: (number % 3 == 0).then(|| at(due + 1200)),
                extra: String::new(),
                payload: serde_json::json!({}),
            }
        })
        .collect();
    let keys: HashMap<String, String> = rows
        .iter()
        .map(|row| {
            (
                row.subject.clone(),
                convene::domain::outbox::token(&row.key()),
            )
        })
        .collect();
    let mint = Mint::seeded(seed);
    let (mut free, mut waiting) = (Vec::new(), Vec::new());
    for (number, row) in rows.into_iter().enumerate() {
        match draft_of(number, seed) {
            Some(draft) => waiting.push((row, draft, OutboxState::Drafted)),
            None => free.push(row),
        }
    }
    db.write(move |tx| {
        Box::pin(async move {
            outbox::enqueue_many(tx, &mint, at(0), &free).await?;
            drafted::enqueue_drafted(tx, &mint, at(0), &waiting).await
        })
    })
    .await
    .unwrap();
    let mut undecided: Vec<usize> = (0..ROWS).step_by(20).collect();

    let (mut round, mut idle) = (0, 0);
    while idle < 3 {
        round += 1;
        assert!(round < 2_000, "seed {seed} does not come to rest");
        world.troubled = round < TROUBLED;
        now += world.chance.random_range(5..120);
        let (woken, asleep): (Vec<_>, Vec<_>) =
            world.asleep.drain(..).partition(|one| one.until <= now);
        world.asleep = asleep;
        if !undecided.is_empty() && (!world.troubled || world.roll(12)) {
            let number = undecided.remove(world.chance.random_range(0..undecided.len()));
            let draft = DraftId::new(format!("D{seed}/{}", number / 20));
            db.write(move |tx| {
                Box::pin(async move { drafted::settle_draft(tx, &draft, goes(number)).await })
            })
            .await
            .unwrap();
        }
        let owner = if round % 2 == 0 { "even" } else { "odd" };
        let terms = LeaseTerms {
            owner: owner.to_owned(),
            steady_now: at(now),
            length: Duration::from_secs(LEASE.unsigned_abs()),
        };
        let jitter = world.chance.random_range(0.0..1.0);
        let claimed = db
            .write(move |tx| {
                Box::pin(async move {
                    for one in woken {
                        outbox::settle(tx, at(now), &one.row, &one.outcome, jitter).await?;
                    }
                    outbox::expire_leases(tx, terms.steady_now, at(now), jitter).await?;
                    outbox::claim(tx, at(now), &terms, ROOMS, &[]).await
                })
            })
            .await
            .unwrap_or_else(|error: StorageError| panic!("seed {seed}: {error}"))
            .rows;
        let met: Vec<_> = claimed
            .iter()
            .filter_map(|row| Some((row.clone(), world.meet(row, now)?)))
            .collect();
        db.write(move |tx| {
            Box::pin(async move {
                for (row, outcome) in met {
                    assert!(outbox::settle(tx, at(now), &row, &outcome, jitter).await?);
                }
                Ok::<_, StorageError>(())
            })
        })
        .await
        .unwrap();
        let due = db.read(move |tx| {
            Box::pin(async move {
                let overdue = outbox::oldest_overdue(tx, at(now)).await?.is_some();
                Ok::<_, StorageError>(overdue || outbox::next_due(tx, at(now)).await?.is_some())
            })
        });
        let due = due.await.unwrap() || !undecided.is_empty();
        idle = if due { 0 } else { idle + 1 };
    }

    let listed =
        db.read(|tx| Box::pin(async move { outbox::list(tx, &community, OutboxState::ALL).await }));
    let listed = listed.await.unwrap();
    assert_eq!(listed.len(), ROWS);
    let mut seen: HashMap<OutboxState, u32> = HashMap::new();
    for row in listed {
        let posted = world.platform.posted.get(&keys[&row.subject]).copied();
        let posted = posted.unwrap_or_default();
        let number: usize = row.subject[1..].parse().unwrap();
        let dropped = draft_of(number, seed).is_some() && !goes(number);
        let right = match row.state {
            OutboxState::Cancelled => posted == 0 && dropped,
            OutboxState::Sent | OutboxState::Unknown if dropped => false,
            OutboxState::Sent => posted == 1,
            OutboxState::Unknown => posted <= 1 && row.next_try_at.is_none(),
            OutboxState::Missed | OutboxState::Dead => posted == 0,
            OutboxState::Ready | OutboxState::Leased | OutboxState::Drafted => false,
        };
        assert!(right, "seed {seed}: {row:?} was posted {posted} times");
        *seen.entry(row.state).or_default() += 1;
    }
    assert!(seen[&OutboxState::Sent] > 80, "seed {seed}: {seen:?}");
}

#[tokio::test]
async fn whatever_happens_nothing_is_posted_twice_and_nothing_is_lost_unlisted() {
    on_both(|db| async move {
        for seed in 1..=6 {
            run(&db, seed).await;
        }
    })
    .await;
}
