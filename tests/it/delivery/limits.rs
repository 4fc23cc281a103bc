//! Rates, waits, and where knowledge ends.

use super::*;

#[tokio::test]
async fn a_platform_that_asks_to_wait_is_left_alone_for_that_long() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::Wait(Duration::from_secs(40))]);
        world.remind("patience", 0).await;
        assert_eq!(world.at(0).await.waiting, 1);
        // Another room of the same platform is not tried either.
        world
            .queue(
                REMINDER,
                "elsewhere",
                Destination::room(Platform::Local, "den"),
                1,
            )
            .await;
        assert_eq!(world.at(1).await.waiting, 1);
        assert_eq!(world.port.asked().0, 1);
        world.steady.advance(Duration::from_secs(42));
        assert_eq!(world.at(42).await.sent, 2);
        let mut posted = world.port.posted();
        posted.sort();
        assert_eq!(posted, ["den: elsewhere", "hall: patience"]);
        let counted = world.counted();
        for line in [
            r#"convene_platform_request_seconds_count{outcome="wait",platform="local",request="post"} 1"#,
            r#"convene_platform_request_seconds_count{outcome="done",platform="local",request="post"} 2"#,
            r#"convene_rate_limit_waits_total{platform="local",why="asked"} 1"#,
            r#"convene_rate_limit_wait_seconds_total{platform="local",why="asked"} 40"#,
            r#"convene_outbox_settled_total{kind="reminder-coming",state="sent"} 2"#,
        ] {
            assert!(counted.contains(line), "{line}\n{counted}");
        }
    })
    .await;
}

#[tokio::test]
async fn where_reading_back_is_impossible_the_operator_decides() {
    on_both(|db| async move {
        let port = Scripted::with(Capabilities {
            finds: false,
            ..convene::chat::ChatPort::capabilities(&*Scripted::new())
        });
        let world = World::over(db, port);
        world.port.next([Act::LoseAnswer]);
        world.remind("mail", 0).await;
        assert_eq!(world.at(0).await.unknown, 1);
        assert_eq!(world.at(61).await.unknown, 1);
        assert_eq!(world.at(10_000).await, Delivered::default());
        assert_eq!(world.state().await, OutboxState::Unknown);
        assert_eq!(world.port.asked(), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_platform_is_spoken_to_at_its_rate() {
    on_both(|db| async move {
        let port = Scripted::with(Capabilities {
            rate_per_second: 2.0,
            burst: 4,
            ..convene::chat::ChatPort::capabilities(&*Scripted::new())
        });
        let world = World::over(db, port);
        for number in 0..10 {
            let room = Destination::room(Platform::Local, format!("room {number}"));
            world.queue(REMINDER, "hello", room, 0).await;
        }
        assert_eq!(world.at(0).await.sent, 4);
        let mut seen = vec![4];
        for second in 1..=4 {
            world.steady.advance(Duration::from_secs(1));
            world.at(second).await;
            seen.push(world.port.posted().len());
        }
        assert_eq!(seen, [4, 6, 8, 10, 10]);
        let (requests, _) = world.port.asked();
        assert_eq!(
            requests, 10,
            "nothing is sent that is known to come too early"
        );
    })
    .await;
}

#[tokio::test]
async fn a_blind_platform_is_asked_ever_later_and_then_the_operator_is() {
    on_both(|db| async move {
        let world = World::new(db);
        world.port.next([Act::LoseAnswer]);
        world.port.blind(true);
        world.remind("in doubt", 0).await;
        let mut now = 0;
        for _ in 0..20 {
            now += 1900;
            world.at(now).await;
        }
        assert_eq!(world.port.asked(), (1, 8));
        assert_eq!(world.state().await, OutboxState::Unknown);
        assert_eq!(world.port.posted(), ["hall: in doubt"]);
    })
    .await;
}
