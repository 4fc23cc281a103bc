//! What becomes of a row by what the platform does.

use super::*;

#[tokio::test]
async fn what_is_due_appears_in_order_and_what_follows_is_noted() {
    on_both(|db| async move {
        let world = World::new(db);
        world.remind("second", 20).await;
        world.remind("first", 10).await;
        world.remind("later", 500).await;
        world
            .queue(
                SEAT,
                "you are in",
                Destination::Member(MemberId::new("mei")),
                15,
            )
            .await;
        assert_eq!(world.at(9).await, Delivered::default());
        assert_eq!(world.at(30).await.sent, 3);
        let mut posted = world.port.posted();
        posted.sort();
        assert_eq!(
            posted,
            ["dm-mei: you are in", "hall: first", "hall: second"]
        );
        assert!(
            world
                .port
                .posted()
                .iter()
                .position(|line| line == "hall: first")
                < world
                    .port
                    .posted()
                    .iter()
                    .position(|line| line == "hall: second")
        );
        assert_eq!(world.at(30).await, Delivered::default());
        let noted = world
            .db
            .read(|tx| Box::pin(async move { settings::get(tx, None, "noted first").await }));
        assert!(noted.await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn an_unclear_send_is_read_back_and_never_repeated_blindly() {
    on_both(|db| async move {
        for (act, requests) in [
            (Act::LoseAnswer, 1),
            (Act::HangAfterPosting, 1),
            (Act::LoseRequest, 2),
            (Act::Hang, 2),
            (Act::Panic, 2),
        ] {
            let world = World::new(db.clone());
            let subject = format!("{act:?}");
            world.remind(&subject, 0).await;
            world.port.next([act]);
            assert_eq!(world.at(0).await.unknown, 1, "{subject}");
            assert_eq!(world.at(29).await, Delivered::default(), "{subject}");
            assert_eq!(world.at(61).await.sent, 1, "{subject}");
            assert_eq!(world.port.posted(), [format!("hall: {subject}")]);
            assert_eq!(world.port.asked(), (requests, 1), "{subject}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_final_and_listed() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::Refuse]);
        world.remind("refused", 0).await;
        world.remind("without an account", 1).await;
        world.remind("nothing left to say", 2).await;
        let done = world.at(2).await;
        assert_eq!((done.dead, done.unneeded), (2, 1));
        assert_eq!(
            world.states().await,
            [
                ("refused".to_owned(), OutboxState::Dead),
                ("without an account".to_owned(), OutboxState::Dead),
                ("nothing left to say".to_owned(), OutboxState::Cancelled),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn an_edit_is_repeated_and_never_looked_for() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::LoseAnswer]);
        world
            .queue(Kind::CARD_EDIT, "12 coming", Destination::Room(hall()), 0)
            .await;
        assert_eq!(world.at(0).await.waiting, 1);
        assert_eq!(world.at(61).await.sent, 1);
        assert_eq!(world.port.edits(), ["card: 12 coming", "card: 12 coming"]);
        assert_eq!(world.port.asked(), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_worded_is_given_up_and_the_rest_goes_out() {
    on_both(|db| async move {
        let world = World::new(db);
        world
            .queue(
                REMINDER,
                "unspeakable",
                Destination::room(Platform::Local, "den"),
                0,
            )
            .await;
        world.remind("fine", 0).await;
        assert_eq!(world.at(0).await.sent, 1);
        for round in 1..20 {
            world.at(round * 61).await;
        }
        let given_up = ("unspeakable".to_owned(), OutboxState::Dead);
        assert!(world.states().await.contains(&given_up));
        assert_eq!(world.port.posted(), ["hall: fine"]);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_worded_undoes_nothing_and_is_tried_again() {
    on_both(|db| async move {
        let world = World::new(db);
        let (waiting, answer) = Waiting::new();
        world.answers("unspeakable").await(waiting);
        assert!(answer.await.is_err());
        world.delivery.answered().await;
        assert_eq!(world.state().await, OutboxState::Ready);
        let (waiting, answer) = Waiting::new();
        world.answers("you are in").await(waiting);
        let answer = answer.await.unwrap();
        assert_eq!(answer.message, Message::text("you are in"));
    })
    .await;
}

#[tokio::test]
async fn a_direct_room_that_cannot_be_opened_posts_nothing_and_is_tried_again() {
    on_both(|db| async move {
        let world = World::new(db);
        let mei = Destination::Member(MemberId::new("mei"));
        world.queue(SEAT, "you are in", mei, 0).await;
        world
            .port
            .direct("mei", Direct::Unreachable("connection refused".to_owned()));
        assert_eq!(world.at(0).await.waiting, 1);
        world
            .port
            .direct("mei", Direct::RetryAfter(Duration::from_secs(5)));
        assert_eq!(world.at(61).await.waiting, 1);
        world.steady.advance(Duration::from_secs(6));
        world.port.direct(
            "mei",
            Direct::Room(Room {
                id: "7".to_owned(),
                ..hall()
            }),
        );
        // The room is where it is looked for, too.
        world.port.next([Act::LoseAnswer]);
        assert_eq!(world.at(66).await.unknown, 1);
        assert_eq!(world.at(130).await.sent, 1);
        assert_eq!(world.port.posted(), ["7: you are in"]);
    })
    .await;
}
