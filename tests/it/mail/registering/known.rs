//! Who registers is a contact: counted apart from members, welcomed by nobody, and the same person when they join.

use convene::chat::{Inbound, Said};
use convene::domain::platform::{Account, Platform, Room};
use convene::domain::text::UserText;

use super::{MEI, Open};
use crate::harness::databases::Place;

impl Open {
    async fn members_by_standing(&self, standing: &'static str) -> i64 {
        match standing {
            "member" => {
                self.it
                    .world
                    .number("SELECT count(*) AS n FROM members WHERE standing = 'member'")
                    .await
            }
            _ => {
                self.it
                    .world
                    .number("SELECT count(*) AS n FROM members WHERE standing = 'contact'")
                    .await
            }
        }
    }
}

#[tokio::test]
async fn an_attendee_is_not_a_member_and_nobody_welcomes_them() {
    for place in Place::both() {
        let it = Open::new(place).await;
        let figures = it.it.world.says("ada", "figures show members").await;
        let before = it.members_by_standing("member").await;
        it.registers(21, "Mei Tanaka", "mei@example.org").await;
        it.letters().await;
        assert_eq!(it.members_by_standing("member").await, before);
        assert_eq!(it.members_by_standing("contact").await, 1);
        assert_eq!(
            it.it.world.says("ada", "figures show members").await,
            figures
        );
        // Neither the room nor they hear of a newcomer; no list begins for them.
        it.it.world.goes_to("2026-09-14T08:30:00Z").await;
        let told = it.it.world.room("announcements");
        assert!(!told.contains("Mei"), "{told}");
        assert!(it.it.post.unread().is_empty(), "no welcome, no digest");
        assert_eq!(
            it.it
                .world
                .number(
                    "SELECT count(*) AS n FROM checklists WHERE member_id IS NOT NULL
            AND member_id IN (SELECT id FROM members WHERE standing = 'contact')"
                )
                .await,
            0
        );
    }
}

#[tokio::test]
async fn an_attendee_is_counted_among_those_who_came_by_what_they_said_of_themselves() {
    let it = Open::new(Place::sqlite()).await;
    let link = it.asks(21, MEI).await;
    it.answers(&link, "yes").await;
    it.letters().await;
    it.it.world.goes_to("2026-09-28T13:10:00Z").await;
    it.it
        .world
        .says("ada", "attendance list 21 Mei Tanaka")
        .await;
    it.it.world.goes_to("2026-09-28T15:00:00Z").await;
    let told = it.it.world.says("ada", "figures show countries").await;
    assert!(told.contains("Japan"), "{told}");
}

#[tokio::test]
async fn who_joins_later_is_the_same_person_and_welcomed_then() {
    for place in Place::both() {
        let it = Open::new(place).await;
        let link = it.registers(21, "Mei Tanaka", "mei@example.org").await;
        it.letters().await;
        let people = it
            .it
            .world
            .number("SELECT count(*) AS n FROM members")
            .await;
        let world = &it.it.world;
        let inbound = Inbound {
            event_id: "mei joins".to_owned(),
            from: Account {
                platform: Platform::Local,
                id: "mei".to_owned(),
            },
            display_name: UserText::trusted("mei"),
            room: Room {
                platform: Platform::Local,
                id: "general".to_owned(),
            },
            direct: false,
            space: Some("joint".to_owned()),
            at: world.now(),
            about: None,
            said: Said::Joined {
                email: convene::domain::email::Email::parse("mei@example.org").ok(),
            },
        };
        world.bot.handle(inbound).await.unwrap();
        world.tick().await;
        assert_eq!(
            world.number("SELECT count(*) AS n FROM members").await,
            people
        );
        assert_eq!(it.members_by_standing("contact").await, 0);
        assert!(
            world.room("dm-mei").contains("Welcome"),
            "{}",
            world.room("dm-mei")
        );
        // Their seat is theirs still, and their link goes on.
        assert_eq!(world.session(21).await.tally.yes(), 1);
        assert!(
            it.answers(&link, "no")
                .await
                .text()
                .contains("You do not come")
        );
        assert_eq!(world.session(21).await.tally.yes(), 0);
    }
}

#[tokio::test]
async fn whose_address_is_known_is_that_person_and_a_form_changes_nothing_of_them() {
    let it = Open::new(Place::sqlite()).await;
    it.it.knows("mei@example.org", "Mei Tanaka").await;
    let people = it
        .it
        .world
        .number("SELECT count(*) AS n FROM members")
        .await;
    let page = it
        .posts(
            "/session/21",
            &super::somebody("Somebody Else", "Mei+x@example.org"),
        )
        .await;
    // The page says the same as to a stranger.
    assert!(page.text().contains("Look into your mail"));
    let letters = it.letters().await;
    it.answers(&super::link_in(&letters[0]), "yes").await;
    assert_eq!(
        it.it
            .world
            .number("SELECT count(*) AS n FROM members")
            .await,
        people
    );
    let shown = it.it.world.says("ada", "session answers 21").await;
    assert!(
        shown.contains("Mei Tanaka") && !shown.contains("Somebody Else"),
        "{shown}"
    );
}
