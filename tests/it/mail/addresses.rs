//! Addresses as people have them: in any script, and longer than any server takes.

use super::Mailing;
use super::invitations::{comes, does, invited, reply};
use crate::harness::databases::Place;
use crate::harness::world::SETTINGS;

#[tokio::test]
async fn a_domain_in_any_script_is_written_to_by_the_name_that_servers_know() {
    for place in Place::both() {
        let it = invited(place).await;
        it.knows("kai@xn--bcher-kva.example", "Kai").await;
        it.says("kai@xn--bcher-kva.example", "consent mail yes")
            .await;
        it.post.unread();
        does(&it, "session announce 22").await;
        let letters = it.post.unread();
        let kai = letters
            .iter()
            .find(|one| one.to.ends_with("xn--bcher-kva.example"));
        let kai = kai.expect("a letter that a server without SMTPUTF8 takes");
        // Their calendar answers with the domain as people write it.
        let (typed, known) = ("kai@b\u{fc}cher.example", "kai@xn--bcher-kva.example");
        let said = reply(kai, known, typed, "ACCEPTED", "20260907T090000Z");
        comes(&it, &said).await;
        assert_eq!(it.world.number(super::invitations::YES).await, 1);
    }
}

#[tokio::test]
async fn an_address_in_either_spelling_is_one_person() {
    let it = Mailing::with(Place::sqlite(), SETTINGS).await;
    it.knows("kai@xn--bcher-kva.example", "Kai Stone").await;
    let same = it
        .world
        .says(
            "ada",
            "consent note kai@b\u{fc}cher.example mail yes On paper",
        )
        .await;
    assert!(same.contains("Kai Stone"), "{same}");
}

#[tokio::test]
async fn an_address_that_no_server_takes_is_refused_where_it_is_typed() {
    let it = Mailing::with(Place::sqlite(), SETTINGS).await;
    it.world.says("ada", "series new ks \"Knowledge Share\" every Tuesday 14:00-15:00 from=2026-09-08 to=2026-10-06").await;
    let long = format!("{}@example.org", "a".repeat(288));
    assert_eq!(long.len(), 300);
    let answer = it.world.says("ada", &format!("reachable {long}")).await;
    assert!(answer.chars().count() < 300, "{answer}");
    // Whoever is known by such an address from elsewhere is not written to, and nothing breaks.
    it.knows(&long, "Long Name").await;
    it.says(&long, "rsvp yes 21").await;
    assert_eq!(it.post.offered(&long), 0);
    let outbox = it.world.says("ada", "outbox list").await;
    assert!(outbox.contains("failed"), "{outbox}");
    it.knows("mei@example.org", "Mei").await;
    it.says("mei@example.org", "rsvp yes 21").await;
    assert_eq!(it.post.offered("mei@example.org"), 1, "others are");
}
