//! The outbox in the database: what is due is claimed once, settled once, and nothing is posted
//! twice or lost without being listed.

use std::sync::LazyLock;
use std::time::Duration;

use convene::domain::ids::{CommunityId, MemberId, Mint};
use convene::domain::outbox::{ATTEMPTS, Destination, Kind, OutboxState, Outcome, READS};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::time::{Instant, instant_from_millis};
use convene::storage::outbox::{self, Claimed, LeaseTerms, NewRow};
use convene::storage::{BoxFuture, Db, StorageError, Tx, inbox, leases, settings};

use crate::harness::databases::on_both;

const REMINDER: Kind = Kind::new("reminder-coming");
const CARD: Kind = Kind::new("card");

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

/// Seconds after a Monday noon.
fn at(seconds: i64) -> Instant {
    instant_from_millis(1_788_782_400_000 + seconds * 1000)
}

fn hall() -> Destination {
    Destination::room(Platform::Local, "hall")
}

fn member(id: &str) -> Destination {
    Destination::Member(MemberId::new(id))
}

fn community() -> CommunityId {
    CommunityId::new("C1")
}

fn row(kind: Kind, subject: &str, destination: Destination, due: i64) -> NewRow {
    NewRow {
        community: community(),
        kind,
        subject: subject.to_owned(),
        subject_revision: 1,
        destination,
        due_at: at(due),
        slot: at(due),
        not_after: None,
        extra: String::new(),
        payload: serde_json::json!({"session": subject}),
    }
}

/// Runs one step in the writer.
async fn write<T, F>(db: &Db, action: F) -> T
where
    T: Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StorageError>> + Send + 'static,
{
    db.write(action).await.unwrap()
}

async fn enqueue(db: &Db, rows: Vec<NewRow>) -> u64 {
    static MINT: LazyLock<Mint> = LazyLock::new(|| Mint::seeded(7));
    write(db, move |tx| {
        Box::pin(async move { outbox::enqueue_many(tx, &MINT, at(0), &rows).await })
    })
    .await
}

fn terms(owner: &str, seconds: i64) -> LeaseTerms {
    LeaseTerms {
        owner: owner.to_owned(),
        steady_now: at(seconds),
        length: Duration::from_secs(60),
    }
}

async fn claim(db: &Db, seconds: i64) -> Vec<Claimed> {
    write(db, move |tx| {
        Box::pin(
            async move { outbox::claim(tx, at(seconds), &terms("one", seconds), 100, &[]).await },
        )
    })
    .await
}

async fn settle(db: &Db, seconds: i64, row: &Claimed, outcome: Outcome) -> bool {
    let row = row.clone();
    write(db, move |tx| {
        Box::pin(async move { outbox::settle(tx, at(seconds), &row, &outcome, 0.0).await })
    })
    .await
}

/// Subject and state of every row that is not plainly done.
async fn standing(db: &Db, states: &'static [OutboxState]) -> Vec<(String, OutboxState)> {
    db.read(move |tx| {
        Box::pin(async move {
            let rows = outbox::list(tx, &community(), states).await?;
            let seen = rows.into_iter().map(|row| (row.subject, row.state));
            Ok::<_, StorageError>(seen.collect())
        })
    })
    .await
    .unwrap()
}

fn subjects(rows: &[Claimed]) -> Vec<&str> {
    rows.iter().map(|row| row.subject.as_str()).collect()
}

fn there(row: &Claimed) -> Outcome {
    Outcome::Sent(Some(MessageRef {
        room: Room {
            platform: Platform::Local,
            id: "hall".to_owned(),
        },
        id: row.token.clone(),
    }))
}

#[tokio::test]
async fn the_same_posting_is_queued_once_however_often_it_is_planned() {
    on_both(|db| async move {
        let rows = vec![
            row(REMINDER, "S1", hall(), 10),
            row(REMINDER, "S2", hall(), 10),
        ];
        assert_eq!(enqueue(&db, rows.clone()).await, 2);
        assert_eq!(enqueue(&db, rows.clone()).await, 0);
        let claimed = claim(&db, 10).await;
        assert!(settle(&db, 10, &claimed[0], there(&claimed[0])).await);
        assert_eq!(enqueue(&db, rows.clone()).await, 0);
        let mut moved_and_back = rows[0].clone();
        moved_and_back.subject_revision = 3;
        assert_eq!(enqueue(&db, vec![moved_and_back]).await, 1);
        let mut elsewhere = rows[0].clone();
        elsewhere.community = CommunityId::new("C2");
        assert_eq!(enqueue(&db, vec![elsewhere]).await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_oldest_goes_first_and_one_at_a_time_to_each_destination() {
    on_both(|db| async move {
        enqueue(
            &db,
            vec![
                row(REMINDER, "later", hall(), 20),
                row(REMINDER, "first", hall(), 10),
                row(REMINDER, "other", member("M1"), 15),
                row(REMINDER, "future", member("M2"), 1000),
            ],
        )
        .await;
        assert_eq!(claim(&db, 9).await, []);
        let claimed = claim(&db, 30).await;
        assert_eq!(subjects(&claimed), ["first", "other"]);
        assert_eq!(claim(&db, 30).await, []);
        // While nobody knows of the first, the hall waits; the other does not.
        assert!(settle(&db, 31, &claimed[0], Outcome::Unclear("reset".into())).await);
        assert!(settle(&db, 31, &claimed[1], Outcome::Sent(None)).await);
        assert_eq!(claim(&db, 31).await, []);
        let reading = claim(&db, 31 + 30).await;
        assert_eq!(
            (subjects(&reading), reading[0].reading),
            (vec!["first"], true)
        );
        assert!(settle(&db, 62, &reading[0], there(&reading[0])).await);
        assert_eq!(subjects(&claim(&db, 62).await), ["later"]);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_is_asked_to_wait_keeps_its_place_and_its_attempts() {
    on_both(|db| async move {
        enqueue(
            &db,
            vec![
                row(REMINDER, "first", hall(), 10),
                row(REMINDER, "second", hall(), 11),
            ],
        )
        .await;
        for round in 0..20 {
            let now = 10 + round * 7;
            let claimed = claim(&db, now).await;
            assert_eq!(subjects(&claimed), ["first"]);
            assert_eq!(claimed[0].tries.attempts, 1);
            assert!(settle(&db, now, &claimed[0], Outcome::Wait(Duration::from_secs(7))).await);
            assert_eq!(claim(&db, now + 6).await, []);
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_goes_first_and_out_of_a_paused_outbox_too() {
    on_both(|db| async move {
        enqueue(
            &db,
            vec![
                row(REMINDER, "reminder", hall(), 10),
                row(Kind::REPLY, "reply", hall(), 20),
            ],
        )
        .await;
        let paused = write(&db, |tx| {
            Box::pin(async move { outbox::pause(tx, &community(), at(15)).await })
        });
        assert!(paused.await);
        let claimed = claim(&db, 20).await;
        assert_eq!(subjects(&claimed), ["reply"]);
        assert!(settle(&db, 20, &claimed[0], Outcome::Sent(None)).await);
        assert_eq!(claim(&db, 25).await, []);
        let overdue = db.read(|tx| {
            Box::pin(async move {
                Ok::<_, StorageError>((
                    outbox::oldest_overdue(tx, at(3600)).await?,
                    outbox::paused_since(tx, &community()).await?,
                ))
            })
        });
        assert_eq!(overdue.await.unwrap(), (None, Some(at(15))));
        let resumed = write(&db, |tx| {
            Box::pin(async move { outbox::resume(tx, &community()).await })
        });
        assert!(resumed.await);
        assert_eq!(subjects(&claim(&db, 25).await), ["reminder"]);
    })
    .await;
}

#[tokio::test]
async fn what_kills_its_sender_is_given_up_in_the_end() {
    on_both(|db| async move {
        enqueue(&db, vec![row(REMINDER, "deadly", hall(), 0)]).await;
        let mut now = 0;
        for attempt in 1..=ATTEMPTS {
            let claimed = claim(&db, now).await;
            assert_eq!(claimed[0].tries.attempts, attempt);
            // The process dies; after the lease another looks for the posting: it is not there.
            now += 61;
            let expired = write(&db, move |tx| {
                Box::pin(async move { outbox::expire_leases(tx, at(now), at(now), 0.0).await })
            });
            assert_eq!(expired.await, 1);
            now += 30;
            let reading = claim(&db, now).await;
            assert!(reading[0].reading);
            assert!(settle(&db, now, &reading[0], Outcome::Absent).await);
        }
        assert_eq!(claim(&db, now).await, []);
        assert_eq!(
            standing(&db, &[OutboxState::Dead]).await,
            [("deadly".to_owned(), OutboxState::Dead)]
        );
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_back_is_left_to_the_operator_and_holds_nobody_up() {
    on_both(|db| async move {
        enqueue(
            &db,
            vec![
                row(REMINDER, "lost", hall(), 0),
                row(REMINDER, "next", hall(), 1),
            ],
        )
        .await;
        let claimed = claim(&db, 0).await;
        settle(&db, 1, &claimed[0], Outcome::Unclear("time-out".into())).await;
        let mut now = 1;
        for _ in 0..READS {
            now += 3600;
            let reading = claim(&db, now).await;
            assert!(reading[0].reading);
            settle(&db, now, &reading[0], Outcome::Unclear("time-out".into())).await;
        }
        now += 3600;
        assert_eq!(subjects(&claim(&db, now).await), ["next"]);
        assert_eq!(
            standing(&db, &[OutboxState::Unknown]).await,
            [("lost".to_owned(), OutboxState::Unknown)]
        );
        let id = claimed[0].id.clone();
        let again = write(&db, move |tx| {
            Box::pin(async move { outbox::retry(tx, &community(), &id, at(now)).await })
        });
        assert!(again.await);
        assert_eq!(standing(&db, &[OutboxState::Unknown]).await, []);
    })
    .await;
}

#[tokio::test]
async fn an_answer_from_an_earlier_claim_changes_nothing() {
    on_both(|db| async move {
        enqueue(&db, vec![row(REMINDER, "S1", hall(), 0)]).await;
        let asleep = claim(&db, 0).await;
        write(&db, |tx| {
            Box::pin(async move { outbox::expire_leases(tx, at(61), at(61), 0.0).await })
        })
        .await;
        let reading = claim(&db, 100).await;
        assert!(settle(&db, 100, &reading[0], Outcome::Absent).await);
        let again = claim(&db, 101).await;
        assert!(!settle(&db, 102, &asleep[0], Outcome::Refused("late".into())).await);
        assert!(!settle(&db, 102, &asleep[0], there(&asleep[0])).await);
        assert!(settle(&db, 103, &again[0], there(&again[0])).await);
        assert!(!settle(&db, 104, &again[0], Outcome::Refused("late".into())).await);
        assert_eq!(claim(&db, 1000).await, []);
    })
    .await;
}

#[tokio::test]
async fn that_it_was_sent_is_believed_though_the_lease_had_run_out() {
    on_both(|db| async move {
        enqueue(&db, vec![row(REMINDER, "S1", hall(), 0)]).await;
        let slow = claim(&db, 0).await;
        write(&db, |tx| {
            Box::pin(async move { outbox::take_over(tx, "two", at(61), 0.0).await })
        })
        .await;
        assert!(!settle(&db, 62, &slow[0], Outcome::Unclear("late".into())).await);
        assert!(settle(&db, 62, &slow[0], there(&slow[0])).await);
        assert_eq!(claim(&db, 1000).await, []);
    })
    .await;
}

#[tokio::test]
async fn late_is_sent_while_it_is_useful_and_listed_when_it_is_not() {
    on_both(|db| async move {
        let mut reminder = row(REMINDER, "before the start", hall(), 0);
        reminder.not_after = Some(at(60 * MINUTE));
        let mut over = row(REMINDER, "started", member("M1"), 0);
        over.not_after = Some(at(30 * MINUTE));
        enqueue(
            &db,
            vec![
                reminder,
                over,
                row(Kind::DIGEST, "weekly", member("M2"), -7 * DAY),
                row(Kind::DIGEST, "weekly", member("M2"), 0),
                row(Kind::DIGEST, "weekly", member("M3"), -2 * 60 * MINUTE),
                row(Kind::DIGEST, "weekly", member("M3"), 0),
                row(Kind::DIGEST, "monthly", member("M4"), -2 * 60 * MINUTE),
                row(Kind::WELCOME, "Mei", member("M5"), -6 * DAY),
                row(Kind::WELCOME, "Tom", member("M6"), -8 * DAY),
            ],
        )
        .await;
        let mut claimed = claim(&db, 45 * MINUTE).await;
        // A second claim gets what stood behind something missed.
        claimed.extend(claim(&db, 45 * MINUTE).await);
        let mut went: Vec<_> = claimed
            .iter()
            .map(|row| (row.subject.as_str(), row.due_at))
            .collect();
        went.sort();
        assert_eq!(
            went,
            [
                ("Mei", at(-6 * DAY)),
                ("before the start", at(0)),
                ("monthly", at(-2 * 60 * MINUTE)),
                ("weekly", at(0)),
                ("weekly", at(0)),
            ]
        );
        let missed = standing(&db, &[OutboxState::Missed]).await;
        let missed: Vec<_> = missed.iter().map(|(subject, _)| subject.as_str()).collect();
        assert_eq!(missed, ["Tom", "weekly", "weekly", "started"]);

        let listed = db.read(|tx| {
            Box::pin(async move { outbox::list(tx, &community(), &[OutboxState::Missed]).await })
        });
        let listed = listed.await.unwrap();
        let (post, forget) = (listed[1].id.clone(), listed[0].id.clone());
        write(&db, move |tx| {
            Box::pin(async move {
                assert!(outbox::retry(tx, &community(), &post, at(46 * MINUTE)).await?);
                assert!(outbox::drop_row(tx, &community(), &forget).await?);
                let strangers = CommunityId::new("C2");
                assert!(!outbox::retry(tx, &strangers, &post, at(0)).await?);
                assert!(!outbox::drop_row(tx, &strangers, &post).await?);
                Ok(())
            })
        })
        .await;
        for row in &claimed {
            settle(&db, 46 * MINUTE, row, Outcome::Sent(None)).await;
        }
        let posted = claim(&db, 46 * MINUTE).await;
        assert_eq!(posted[0].due_at, at(-7 * DAY));
    })
    .await;
}

#[tokio::test]
async fn moving_a_session_takes_back_what_waits_and_does_not_retry_what_flies() {
    on_both(|db| async move {
        enqueue(
            &db,
            vec![
                row(REMINDER, "S1", hall(), 0),
                row(REMINDER, "S1", member("M1"), 0),
                row(REMINDER, "S1", member("M2"), 500),
                row(CARD, "S1", member("M3"), 500),
                row(REMINDER, "S2", member("M4"), 500),
            ],
        )
        .await;
        let claimed = claim(&db, 0).await;
        settle(&db, 1, &claimed[0], there(&claimed[0])).await;
        let (cancelled, told) = write(&db, |tx| {
            Box::pin(async move {
                let kinds = [REMINDER];
                let cancelled = outbox::cancel_unsent(tx, &community(), "S1", &kinds).await?;
                let told = outbox::history::any_reminder_sent(tx, &community(), "S1", 1).await?;
                Ok((cancelled, told))
            })
        })
        .await;
        assert_eq!(cancelled, 1);
        assert!(told, "one was sent and one flies");
        settle(&db, 2, &claimed[1], Outcome::Unclear("reset".into())).await;
        let reading = claim(&db, 100).await;
        settle(&db, 100, &reading[0], Outcome::Absent).await;
        assert_eq!(subjects(&claim(&db, 400).await), [""; 0]);
        let mut left = subjects(&claim(&db, 500).await).len();
        left += standing(&db, &[OutboxState::Ready]).await.len();
        assert_eq!(left, 2, "the card and the other session");
    })
    .await;
}

#[tokio::test]
async fn the_next_due_instant_is_found_behind_every_kind_of_wait() {
    on_both(|db| async move {
        let next = |seconds: i64| {
            let db = db.clone();
            async move {
                let next = db.read(move |tx| {
                    Box::pin(async move { outbox::next_due(tx, at(seconds)).await })
                });
                next.await.unwrap()
            }
        };
        assert_eq!(next(0).await, None);
        enqueue(
            &db,
            vec![
                row(REMINDER, "a", hall(), 10),
                row(REMINDER, "b", member("M1"), 300),
            ],
        )
        .await;
        assert_eq!(next(0).await, Some(at(10)));
        assert_eq!(next(10).await, Some(at(300)));
        let claimed = claim(&db, 10).await;
        settle(&db, 10, &claimed[0], Outcome::Wait(Duration::from_secs(40))).await;
        assert_eq!(next(10).await, Some(at(50)));
        let claimed = claim(&db, 50).await;
        settle(&db, 50, &claimed[0], Outcome::Unclear("reset".into())).await;
        assert_eq!(next(50).await, Some(at(80)));
        let overdue =
            db.read(|tx| Box::pin(async move { outbox::oldest_overdue(tx, at(99)).await }));
        assert_eq!(overdue.await.unwrap(), Some(at(10)));
    })
    .await;
}

#[tokio::test]
async fn a_repeated_event_is_dropped_until_it_is_forgotten() {
    on_both(|db| async move {
        let seen = write(&db, |tx| {
            Box::pin(async move {
                let mut seen = Vec::new();
                seen.push(inbox::take(tx, Platform::Slack, "E1", at(0)).await?);
                seen.push(inbox::take(tx, Platform::Slack, "E1", at(1)).await?);
                seen.push(inbox::take(tx, Platform::Matrix, "E1", at(2)).await?);
                assert_eq!(inbox::forget_before(tx, at(1)).await?, 1);
                seen.push(inbox::take(tx, Platform::Slack, "E1", at(3)).await?);
                Ok(seen)
            })
        });
        assert_eq!(seen.await, [true, false, true, true]);
    })
    .await;
}

#[tokio::test]
async fn a_connection_is_held_by_one_process_until_it_lets_go_or_is_gone() {
    on_both(|db| async move {
        write(&db, |tx| {
            Box::pin(async move {
                let length = Duration::from_secs(30);
                let one = leases::take(tx, "matrix", "one", at(0), length)
                    .await?
                    .unwrap();
                assert_eq!(
                    leases::take(tx, "matrix", "two", at(29), length).await?,
                    None
                );
                let renewed = leases::take(tx, "matrix", "one", at(29), length)
                    .await?
                    .unwrap();
                assert_eq!(renewed.generation, one.generation);
                assert_eq!(
                    leases::take(tx, "matrix", "two", at(58), length).await?,
                    None
                );
                let two = leases::take(tx, "matrix", "two", at(59), length)
                    .await?
                    .unwrap();
                assert_eq!(two.generation, 2);
                assert!(!leases::give_back(tx, &renewed).await?);
                assert!(leases::give_back(tx, &two).await?);
                assert!(
                    leases::take(tx, "matrix", "one", at(59), length)
                        .await?
                        .is_some()
                );
                Ok(())
            })
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_setting_belongs_to_one_community_or_to_the_service() {
    on_both(|db| async move {
        write(&db, |tx| {
            Box::pin(async move {
                let ours = community();
                settings::set(tx, Some(&ours), "k", "ours").await?;
                settings::set(tx, None, "k", "service").await?;
                settings::set(tx, None, "k", "service's").await?;
                assert_eq!(
                    settings::get(tx, Some(&ours), "k").await?.as_deref(),
                    Some("ours")
                );
                assert_eq!(
                    settings::get(tx, None, "k").await?.as_deref(),
                    Some("service's")
                );
                assert!(settings::remove(tx, Some(&ours), "k").await?);
                assert!(!settings::remove(tx, Some(&ours), "k").await?);
                assert_eq!(settings::get(tx, Some(&ours), "k").await?, None);
                Ok(())
            })
        })
        .await;
    })
    .await;
}
