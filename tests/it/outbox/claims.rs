//! Claiming and settling.

use super::*;

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
