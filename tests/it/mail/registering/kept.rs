//! What is kept of strangers, and how it goes: by itself, when they ask, and never by mistake.

use convene::actions::privacy::forget::{self, By};

use super::{MEI, Open};
use crate::harness::databases::Place;

const ROWS: &str = "SELECT count(*) AS n FROM registrations";

#[tokio::test]
async fn who_does_not_confirm_is_deleted() {
    for place in Place::both() {
        let it = Open::new(place).await;
        it.asks(21, MEI).await;
        assert_eq!(it.it.world.number(ROWS).await, 1);
        it.it.world.goes_to("2026-09-14T03:00:00Z").await;
        assert_eq!(
            it.it.world.number(ROWS).await,
            1,
            "within seven days of its end"
        );
        it.it.world.goes_to("2026-09-18T03:00:00Z").await;
        assert_eq!(it.it.world.number(ROWS).await, 0);
        assert_eq!(
            it.it
                .world
                .number("SELECT count(*) AS n FROM members WHERE standing = 'contact'")
                .await,
            0
        );
    }
}

#[tokio::test]
async fn what_was_typed_goes_once_it_is_confirmed_and_the_consent_stays_as_it_read() {
    let it = Open::new(Place::sqlite()).await;
    let link = it.asks(21, MEI).await;
    it.answers(&link, "yes").await;
    let left = it.it.world.text(
        "SELECT name || address || mailbox || organisation || COALESCE(country, '') || unsent AS t FROM registrations",
    );
    assert_eq!(left.await, "");
    let said = it.it.world.text(
        "SELECT purpose || ' ' || version || ' ' || answer || ' ' || via || ': ' || wording AS t FROM consents",
    );
    let said = said.await;
    assert!(
        said.starts_with("registering 1 1 page: What I write here may be kept"),
        "{said}"
    );
}

#[tokio::test]
async fn who_registered_and_is_forgotten_leaves_counts_and_no_byte() {
    for place in Place::both() {
        let it = Open::new(place).await;
        let link = it.asks(21, MEI).await;
        it.answers(&link, "yes").await;
        // Once more, and not confirmed.
        it.it.world.goes_to("2026-09-07T09:00:00Z").await;
        it.asks(21, &super::somebody("Mei Tanaka", "mei@example.org"))
            .await;
        it.letters().await;
        let ctx = it.it.world.context();
        let forgotten = it.it.world.db.write(move |tx| {
            Box::pin(async move {
                let who = forget::meant(tx, &ctx.community.id, "mei@example.org").await?;
                let by = By {
                    member: None,
                    account: "",
                    via: "cli",
                };
                forget::forget(tx, &ctx, &who, &by).await.map(drop)
            })
        });
        forgotten.await.unwrap();
        assert_eq!(it.it.world.number(ROWS).await, 0);
        for sql in [
            "SELECT count(*) AS n FROM members WHERE name LIKE '%Mei%'",
            "SELECT count(*) AS n FROM accounts WHERE account LIKE 'mei%'",
            "SELECT count(*) AS n FROM consents WHERE purpose = 'registering'",
        ] {
            assert_eq!(it.it.world.number(sql).await, 0, "{sql}");
        }
        assert_eq!(it.gets(&link).await.status, reqwest::StatusCode::NOT_FOUND);
        it.it.world.counters_are_true().await;
    }
}

#[tokio::test]
async fn who_takes_their_agreement_back_gives_up_their_seats() {
    let it = Open::new(Place::sqlite()).await;
    it.registers(21, "Mei Tanaka", "mei@example.org").await;
    assert_eq!(it.it.world.session(21).await.tally.yes(), 1);
    it.it
        .says("mei@example.org", "consent registering no")
        .await;
    assert_eq!(it.it.world.session(21).await.tally.yes(), 0);
    it.it.world.counters_are_true().await;
}

#[tokio::test]
async fn who_registered_long_ago_and_came_no_more_is_forgotten_and_still_counted() {
    let it = Open::new(Place::sqlite()).await;
    it.registers(21, "Mei Tanaka", "mei@example.org").await;
    it.it.world.goes_to("2026-09-28T13:10:00Z").await;
    it.it
        .world
        .says("ada", "attendance list 21 Mei Tanaka")
        .await;
    let figures = it.it.world.says("ada", "figures show attendances").await;
    it.it.world.goes_to("2026-10-05T03:00:00Z").await;
    assert_eq!(
        it.it
            .world
            .number("SELECT count(*) AS n FROM members WHERE name LIKE 'Mei%'")
            .await,
        1
    );
    it.it.world.goes_to("2028-10-05T03:00:00Z").await;
    assert_eq!(
        it.it
            .world
            .number("SELECT count(*) AS n FROM members WHERE name LIKE 'Mei%'")
            .await,
        0
    );
    let after = it
        .it
        .world
        .says("ada", "figures show attendances to=2026-09-30")
        .await;
    for told in [figures, after] {
        assert!(told.contains("1 attendance by 1 person"), "{told}");
    }
}
