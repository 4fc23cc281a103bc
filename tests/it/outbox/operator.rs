//! What an operator holds, posts anyway or decides.

use super::*;

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
async fn what_was_due_before_a_restore_waits_for_the_operator_whenever_it_is_written() {
    on_both(|db| async move {
        let own = |kind: Kind, subject: &str, due| row(kind, subject, member(subject), due);
        enqueue(
            &db,
            vec![
                own(REMINDER, "waits", 10),
                NewRow {
                    not_after: Some(at(20)),
                    ..own(REMINDER, "useless", 10)
                },
                own(Kind::CARD_EDIT, "edit", 10),
                own(REMINDER, "later", 40),
            ],
        )
        .await;
        write(&db, |tx| {
            Box::pin(async move { outbox::hold_until(tx, at(30)).await })
        })
        .await;
        enqueue(&db, vec![own(REMINDER, "written later", 15)]).await;
        let mut claimed = claim(&db, 40).await;
        claimed.sort_by(|a, b| a.subject.cmp(&b.subject));
        assert_eq!(subjects(&claimed), ["edit", "later"]);
        let held = [
            ("waits".to_owned(), OutboxState::Unknown),
            ("written later".to_owned(), OutboxState::Unknown),
        ];
        assert_eq!(standing(&db, &[OutboxState::Unknown]).await, held);
        let missed = [("useless".to_owned(), OutboxState::Missed)];
        assert_eq!(standing(&db, &[OutboxState::Missed]).await, missed);
        let counts = write(&db, |tx| {
            Box::pin(async move {
                let held = outbox::count_held(tx, &community()).await?;
                let other = outbox::count_held(tx, &CommunityId::new("C2")).await?;
                let posted = outbox::retry_held(tx, &community(), at(50)).await?;
                Ok((held, other, posted))
            })
        });
        assert_eq!(counts.await, (2, 0, 2));
        let claimed = claim(&db, 50).await;
        assert_eq!(subjects(&claimed), ["waits", "written later"]);
    })
    .await;
}
