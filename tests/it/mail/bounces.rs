//! Letters that come back: nothing more goes where nobody is, those who run the community hear of it once, and nobody else
//! can say so.

use convene::adapters::email::heard;
use convene::chat::{Inbound, Said};
use convene::domain::platform::{Platform, Room};
use convene::domain::text::UserText;

use super::server::Taken;
use super::{Mailing, mailbox};
use crate::harness::databases::Place;
use crate::harness::world::SETTINGS;

/// What a mail server writes about `letter`, which it could not deliver to `to`: with the whole of it or its head alone.
fn report(letter: &Taken, to: &str, action: &str, status: &str, whole: bool) -> Vec<u8> {
    let given = String::from_utf8(letter.bytes.clone()).unwrap();
    let (kind, given) = match (whole, given.split_once("\r\n\r\n")) {
        (false, Some((head, _))) => ("text/rfc822-headers", format!("{head}\r\n")),
        _ => ("message/rfc822", given),
    };
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\nTo: convene@example.org\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n\
         Message-ID: <{status}.{action}@mx.example.net>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"B/mx\"\r\n\r\n\
         This is a MIME-encapsulated message.\r\n\r\n--B/mx\r\nContent-Type: text/plain\r\n\r\n\
         I'm sorry to have to inform you.\r\n\r\n--B/mx\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.net\r\nArrival-Date: Mon, 7 Sep 2026 09:00:00 +0000\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nOriginal-Recipient: rfc822;{to}\r\nAction: {action}\r\n\
         Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} <{to}>: Recipient\r\n    address rejected\r\n\r\n\
         --B/mx\r\nContent-Type: {kind}\r\n\r\n{given}\r\n--B/mx--\r\n"
    )
    .into_bytes()
}

/// A letter comes into the mailbox; whether it says anything to us.
async fn comes(it: &Mailing, letter: &[u8]) -> bool {
    let Some((event_id, from, said)) = heard(letter) else {
        return false;
    };
    let inbound = Inbound {
        event_id,
        from: mailbox(&from),
        display_name: UserText::default(),
        room: Room {
            platform: Platform::Email,
            id: from,
        },
        direct: true,
        space: None,
        at: it.world.now(),
        about: None,
        said,
    };
    it.world.bot.handle(inbound).await.unwrap();
    it.world.tick().await;
    true
}

/// Mei and Jo said yes to a session; the letters that answered them.
async fn answered(place: Place) -> (Mailing, Vec<Taken>) {
    let it = Mailing::with(place, SETTINGS).await;
    it.world
        .says("ada", "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30")
        .await;
    it.world.says("ada", "session announce 21").await;
    it.world.presses("ada", "Post").await;
    for (name, address) in [
        ("Mei Tanaka", "mei@example.org"),
        ("Jo Field", "jo@example.org"),
    ] {
        it.knows(address, name).await;
        it.says(address, "rsvp yes 21").await;
    }
    let letters = it.post.unread();
    assert_eq!(letters.len(), 2);
    it.world.unread();
    (it, letters)
}

#[tokio::test]
async fn who_cannot_be_reached_is_left_alone_and_organisers_hear_of_it_once() {
    for place in Place::both() {
        let (it, letters) = answered(place).await;
        let whole = report(&letters[0], "Mei@Example.org", "failed", "5.1.1", true);
        assert!(comes(&it, &whole).await);
        let told = it.world.unread();
        insta::allow_duplicates! { insta::assert_snapshot!("told_once", told); }
        assert_eq!(told.matches("Mei Tanaka").count(), 1);
        // The same report again, and another of the same letter.
        comes(&it, &whole).await;
        comes(
            &it,
            &report(&letters[0], "mei@example.org", "failed", "5.1.2", false),
        )
        .await;
        assert_eq!(it.world.unread(), "");

        let list = it.world.says("ada", "unreachable").await;
        insta::allow_duplicates! { insta::assert_snapshot!("unreachable", list); }
        let outbox = it.world.says("ada", "outbox list").await;
        assert!(outbox.contains("it came back (5.1.1)"), "{outbox}");
        // Reminders a week and a day before: to Jo alone.
        it.world.goes_to("2026-09-27T14:00:00Z").await;
        assert_eq!(it.post.offered("mei@example.org"), 1);
        assert!(it.post.offered("jo@example.org") >= 2);
        it.post.unread();

        let again = it.world.says("ada", "reachable mei@example.org").await;
        assert!(again.contains("Mei Tanaka is written to again"), "{again}");
        super::invitations::does(&it, "session move 21 2026-10-05").await;
        assert_eq!(it.post.offered("mei@example.org"), 2, "the new date");
        let none = it.world.says("ada", "reachable Mei Tanaka").await;
        assert!(none.contains("there is nothing to do"), "{none}");
        let nobody = it.world.says("ada", "unreachable").await;
        assert!(nobody.contains("has arrived"), "{nobody}");
    }
}

#[tokio::test]
async fn another_address_is_written_to() {
    let (it, letters) = answered(Place::sqlite()).await;
    comes(
        &it,
        &report(&letters[0], "mei@example.org", "failed", "5.1.1", true),
    )
    .await;
    it.world.unread();
    let preview = it
        .world
        .says("ada", "merge mei@example.org with jo@example.org")
        .await;
    assert!(preview.contains("Mei Tanaka"), "{preview}");
    it.world.presses("ada", "Merge").await;
    it.world.goes_to("2026-09-27T14:00:00Z").await;
    assert_eq!(it.post.offered("mei@example.org"), 1);
    assert!(it.post.offered("jo@example.org") >= 2, "hers as well now");
}

#[tokio::test]
async fn a_letter_that_one_server_did_not_want_says_nothing_of_the_address() {
    let (it, letters) = answered(Place::sqlite()).await;
    for (action, status) in [("failed", "5.7.1"), ("failed", "5.2.2")] {
        comes(
            &it,
            &report(&letters[0], "mei@example.org", action, status, true),
        )
        .await;
        assert_eq!(it.world.unread(), "", "{status}");
    }
    // Not for good.
    for (action, status) in [
        ("delayed", "4.4.1"),
        ("failed", "4.2.2"),
        ("delivered", "2.0.0"),
    ] {
        let said = comes(
            &it,
            &report(&letters[0], "mei@example.org", action, status, true),
        )
        .await;
        assert!(!said, "{action} {status}");
    }
    let nobody = it.world.says("ada", "unreachable").await;
    assert!(nobody.contains("has arrived"), "{nobody}");
    let outbox = it.world.says("ada", "outbox list").await;
    assert!(outbox.contains("it came back (5.7.1)"), "{outbox}");
}

#[tokio::test]
async fn nobody_can_cut_somebody_off_by_a_report_of_their_own() {
    let (it, letters) = answered(Place::sqlite()).await;
    // Of a letter that went to somebody else, and of one that was never written.
    comes(
        &it,
        &report(&letters[0], "jo@example.org", "failed", "5.1.1", true),
    )
    .await;
    let mut invented = letters[0].clone();
    let token = letters[0].header("Message-ID").unwrap()[1..33].to_owned();
    let text = String::from_utf8(invented.bytes).unwrap();
    invented.bytes = text.replace(&token, &"0".repeat(32)).into_bytes();
    comes(
        &it,
        &report(&invented, "mei@example.org", "failed", "5.1.1", true),
    )
    .await;
    assert_eq!(it.world.unread(), "");
    let nobody = it.world.says("ada", "unreachable").await;
    assert!(nobody.contains("has arrived"), "{nobody}");
}

#[test]
fn what_is_no_report_of_one_letter_is_passed_over() {
    let letter = Taken {
        to: "mei@example.org".to_owned(),
        bytes: b"Message-ID: <00112233445566778899aabbccddeeff@example.org>\r\nSubject: x\r\n\r\nx"
            .to_vec(),
    };
    let whole = report(&letter, "mei@example.org", "failed", "5.1.1", true);
    let whole = String::from_utf8(whole).unwrap();
    let (_, to, said) = heard(whole.as_bytes()).expect("a report");
    assert_eq!(to, "mei@example.org");
    assert!(
        matches!(said, Said::CameBack { nobody: true, .. }),
        "{said:?}"
    );
    for (was, is) in [
        ("message/delivery-status", "text/plain"),
        ("Action: failed", "Action: relayed"),
        ("Action: failed\r\n", ""),
        ("Status: 5.1.1", "Status: 5.1"),
        ("Status: 5.1.1", "Status: fine"),
        ("rfc822;", "x400;"),
        ("00112233445566778899aabbccddeeff@", "somebody@"),
        ("message/rfc822", "text/html"),
        (
            "Status: 5.1.1\r\n",
            "Status: 5.1.1\r\n\r\nFinal-Recipient: rfc822; jo@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        ),
    ] {
        let changed = whole.replace(was, is);
        assert_ne!(changed, whole, "{was}");
        assert_eq!(heard(changed.as_bytes()), None, "{was} as {is}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_comes_back_is_read_or_passed_over(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300), at in 0..1_400_usize,
    ) {
        heard(&bytes);
        let letter = Taken { to: String::new(), bytes: b"Message-ID: <0@x>\r\n\r\nx".to_vec() };
        let mut whole = report(&letter, "mei@example.org", "failed", "5.1.1", true);
        let at = at.min(whole.len());
        whole.splice(at..at, bytes);
        heard(&whole);
    }
}
