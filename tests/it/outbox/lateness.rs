//! What is late, what comes next, and what is taken back.

use super::*;

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
