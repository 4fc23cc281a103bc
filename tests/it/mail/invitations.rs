//! Invitations that calendars follow, and what calendars answer: the whole story of one session, and what is no answer.

use convene::adapters::email::answers::read_reply;
use convene::chat::{Inbound, Said};
use convene::domain::platform::{Platform, Room};
use convene::domain::text::UserText;

use super::server::Taken;
use super::{Mailing, mailbox};
use crate::harness::databases::Place;
use crate::harness::world::SETTINGS;

const PLANS: &str = "series new ks \"Knowledge Share\" last Monday of every month 14:00-15:00 from=2026-09-01 to=2027-06-30";

pub(super) async fn invited(place: Place) -> Mailing {
    let settings = format!("mail_from = \"convene@example.org\"\n{SETTINGS}");
    let it = Mailing::with(place, &settings).await;
    it.world.says("ada", PLANS).await;
    for name in ["mei", "jo", "una", "quiet"] {
        let address = format!("{name}@example.org");
        it.knows(&address, name).await;
        if name != "quiet" {
            it.says(&address, "consent mail yes").await;
        }
    }
    it.post.unread();
    it
}

/// A line of a letter's entry.
fn line(letter: &Taken, name: &str) -> String {
    let (_, calendar) = letter.calendar().expect("a calendar message");
    let unfolded = calendar.replace("\r\n ", "");
    let event = unfolded.split("BEGIN:VEVENT").nth(1).expect("an entry");
    let found = event.lines().find(|line| line.starts_with(name));
    found
        .unwrap_or_else(|| panic!("no {name} in {event}"))
        .to_owned()
}

/// Who got which method in which version.
fn told(letters: &[Taken]) -> Vec<String> {
    let mut told: Vec<String> = letters
        .iter()
        .map(|letter| {
            let method = letter.calendar().map_or("no entry".to_owned(), |it| it.0);
            format!("{} {method} {}", letter.to, line(letter, "SEQUENCE"))
        })
        .collect();
    told.sort();
    told
}

/// The letter in which a calendar answers `invitation`.
pub(super) fn reply(
    invitation: &Taken,
    from: &str,
    attendee: &str,
    partstat: &str,
    stamp: &str,
) -> Vec<u8> {
    let of = |name| line(invitation, name);
    format!(
        "From: Somebody <{from}>\r\nTo: convene@example.org\r\nMessage-ID: <{stamp}-{partstat}-{from}>\r\n\
         Subject: Re\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nAccepted\r\n--b\r\n\
         Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n\
         BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Some//Calendar//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n\
         {}\r\n{}\r\n{}\r\nDTSTAMP:{stamp}\r\nATTENDEE;CN=\"S, x\";PARTSTAT={partstat}:MAILTO:{attendee}\r\n\
         ORGANIZER:mailto:convene@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--b--\r\n",
        of("UID"),
        of("RECURRENCE-ID"),
        of("SEQUENCE"),
    )
    .into_bytes()
}

/// A letter comes into the mailbox.
pub(super) async fn comes(it: &Mailing, letter: &[u8]) {
    let reply = read_reply(letter).expect("an answer");
    let inbound = Inbound {
        event_id: reply.id,
        from: mailbox(&reply.from),
        display_name: UserText::default(),
        room: Room {
            platform: Platform::Email,
            id: reply.from,
        },
        direct: true,
        space: None,
        at: it.world.now(),
        about: None,
        said: Said::Answered(reply.answered),
    };
    it.world.bot.handle(inbound).await.unwrap();
    it.world.tick().await;
}

pub(super) const YES: &str = "SELECT count(*) AS n FROM rsvps WHERE partstat = 'accepted'";
const MAYBE: &str = "SELECT count(*) AS n FROM rsvps WHERE partstat = 'tentative'";
const NO: &str = "SELECT count(*) AS n FROM rsvps WHERE partstat = 'declined'";

pub(super) async fn does(it: &Mailing, said: &str) {
    let answer = it.world.says("ada", said).await;
    for label in ["Post", "Move", "Cancel it"] {
        if answer.contains(&format!("[{label}]")) {
            it.world.presses("ada", label).await;
        }
    }
    it.world.tick().await;
}

#[tokio::test]
async fn invited_accepted_moved_and_called_off() {
    for place in Place::both() {
        let it = invited(place).await;
        does(&it, "session announce 22").await;
        let first = it.post.unread();
        let all = |word: &str, people: &[&str], sequence: u32| -> Vec<String> {
            let line = |name: &&str| format!("{name}@example.org {word} SEQUENCE:{sequence}");
            people.iter().map(line).collect()
        };
        assert_eq!(told(&first), all("REQUEST", &["jo", "mei", "una"], 0));
        let of = |name: &str| {
            let address = format!("{name}@example.org");
            first.iter().find(|one| one.to == address).unwrap()
        };
        let mei = of("mei");
        assert!(
            line(mei, "ATTENDEE")
                .ends_with("PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"mei\":mailto:mei@example.org")
        );
        assert!(line(mei, "ORGANIZER").ends_with(":mailto:convene@example.org"));
        assert_eq!(line(mei, "RECURRENCE-ID"), "RECURRENCE-ID:20261026T140000Z");
        if it.world.db.is_sqlite() {
            insta::assert_snapshot!(
                "invitation",
                mei.text()
                    .replace("\r\n", "\n")
                    .split("-- ")
                    .next()
                    .unwrap()
            );
        }

        comes(
            &it,
            &reply(
                mei,
                "mei@example.org",
                "mei@example.org",
                "ACCEPTED",
                "20260907T090000Z",
            ),
        )
        .await;
        assert_eq!(it.world.number(YES).await, 1);
        assert!(
            it.post.unread().is_empty(),
            "a calendar shows that they come"
        );
        it.says("una@example.org", "mute invitations").await;
        it.post.unread();

        does(&it, "session theme 22 Synthetic data").await;
        does(&it, "session theme 22 Synthetic data!").await;
        assert!(it.post.unread().is_empty(), "nobody plans by a theme");

        does(&it, "session move 22 2026-11-02").await;
        let moved = it.post.unread();
        assert_eq!(
            told(&moved),
            all("REQUEST", &["jo", "mei"], 1),
            "one each, also who never answered"
        );
        assert_eq!(line(&moved[0], "UID"), line(mei, "UID"));
        assert_eq!(line(&moved[0], "RECURRENCE-ID"), line(mei, "RECURRENCE-ID"));
        assert_eq!(
            line(&moved[0], "DTSTART"),
            "DTSTART;TZID=Europe/London:20261102T140000"
        );
        let again = moved
            .iter()
            .find(|one| one.to == "mei@example.org")
            .unwrap();
        assert!(line(again, "ATTENDEE").contains("PARTSTAT=ACCEPTED"));
        assert!(
            again
                .text()
                .contains("It was Mon 26 Oct 2026, 14:00 London."),
            "{}",
            again.text()
        );

        // Outlook names zones as Windows does.
        let outlook = reply(
            again,
            "mei@example.org",
            "mei@example.org",
            "TENTATIVE",
            "20260907T093000Z",
        );
        let outlook = String::from_utf8(outlook).unwrap();
        let utc = line(again, "RECURRENCE-ID");
        assert!(
            utc.ends_with("20261026T140000Z") || utc.contains("TZID=Europe/London:20261026T140000"),
            "{utc}"
        );
        let windows = "RECURRENCE-ID;TZID=\"W. Europe Standard Time\":20261026T150000";
        comes(&it, outlook.replace(&utc, windows).as_bytes()).await;
        assert_eq!(it.world.number(MAYBE).await, 1);
        it.says("mei@example.org", "rsvp yes 22").await;
        it.post.unread();

        does(&it, "session link 22 https://video.example.org/22").await;
        let elsewhere = it.post.unread();
        assert_eq!(told(&elsewhere), all("REQUEST", &["jo", "mei"], 2));
        does(&it, "session cancel 22 speaker withdrew").await;
        let off = it.post.unread();
        assert_eq!(told(&off), all("CANCEL", &["jo", "mei"], 3));
        assert_eq!(line(&off[0], "STATUS"), "STATUS:CANCELLED");
        does(&it, "session restore 22").await;
        let on = it.post.unread();
        assert_eq!(told(&on), all("REQUEST", &["jo", "mei"], 4));
        // What a letter is about is seen before it is opened.
        for (letters, news) in [
            (&moved, "New date"),
            (&elsewhere, "Where to take part has changed"),
            (&off, "Called off"),
            (&on, "It takes place after all"),
        ] {
            let wanted = format!(
                "{news}: 22 · Knowledge Share: Synthetic data!, Mon 2 Nov 2026, 14:00 London"
            );
            for letter in letters {
                assert_eq!(letter.subject(), wanted);
            }
        }
        it.world.goes_to("2026-10-01T08:00:00Z").await;
        assert!(it.post.unread().iter().all(|one| one.calendar().is_none()));
    }
}

#[tokio::test]
async fn what_is_no_answer_of_whoever_was_invited_counts_for_nothing() {
    let it = invited(Place::sqlite()).await;
    does(&it, "session announce 22").await;
    let letters = it.post.unread();
    let mei = letters
        .iter()
        .find(|one| one.to == "mei@example.org")
        .unwrap();
    let from = |from: &str, attendee: &str, said: &str, stamp: &str| {
        reply(mei, from, attendee, said, stamp)
    };
    for (sender, attendee) in [
        ("jo@example.org", "mei@example.org"),
        ("mei@example.org", "jo@example.org"),
        ("quiet@example.org", "quiet@example.org"),
        ("eve@elsewhere.example", "mei@example.org"),
    ] {
        comes(&it, &from(sender, attendee, "ACCEPTED", "20260907T090000Z")).await;
        assert_eq!(it.world.number(YES).await, 0, "{sender} for {attendee}");
    }
    assert!(
        it.post.unread().is_empty(),
        "and nobody is written to about it"
    );

    let own = |said: &str, stamp: &str| from("mei@example.org", "mei@example.org", said, stamp);
    comes(&it, &own("DECLINED", "20260907T100000Z")).await;
    comes(&it, &own("ACCEPTED", "20260907T090000Z")).await;
    assert_eq!(
        it.world.number(NO).await,
        1,
        "an older answer that comes later is none"
    );
    comes(&it, &own("DECLINED", "20260907T100000Z")).await;
    comes(&it, &own("ACCEPTED", "20260907T110000Z")).await;
    comes(&it, &own("ACCEPTED", "20260907T110000Z")).await;
    assert_eq!(it.world.number(YES).await, 1);
    assert!(it.post.unread().is_empty());

    does(&it, "session move 22 2026-11-02").await;
    it.post.unread();
    comes(&it, &own("DECLINED", "20260907T120000Z")).await;
    assert_eq!(
        it.world.number(NO).await,
        0,
        "that was an answer to another date"
    );
    let answer = it.post.unread();
    assert!(
        answer[0].text().contains("session 22 has changed since"),
        "{}",
        answer[0].text()
    );
    does(&it, "session cancel 22 ill").await;
    let off = it.post.unread();
    let off = off.iter().find(|one| one.to == "mei@example.org").unwrap();
    let late = reply(
        off,
        "mei@example.org",
        "mei@example.org",
        "DECLINED",
        "20260907T130000Z",
    );
    for _ in 0..2 {
        comes(&it, &late).await;
    }
    let answers = it.post.unread();
    assert_eq!(answers.len(), 1, "said once");
    assert!(
        answers[0].text().contains("was called off"),
        "{}",
        answers[0].text()
    );
}

#[test]
fn what_is_no_answer_at_all_is_passed_over() {
    let whole = "From: mei@example.org\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n\
        BEGIN:VEVENT\r\nUID:01K6A0000000000000000000AB@convene\r\nDTSTAMP:20260907T090000Z\r\n\
        ATTENDEE;PARTSTAT=ACCEPTED:mailto:mei@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert!(read_reply(whole.as_bytes()).is_some());
    for (was, is) in [
        ("METHOD:REPLY", "METHOD:REQUEST"),
        ("METHOD:REPLY\r\n", ""),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=DELEGATED"),
        (";PARTSTAT=ACCEPTED", ""),
        (
            "mailto:mei@example.org\r\nEND:VEVENT",
            "mailto:mei@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.org\r\nEND:VEVENT",
        ),
        ("20260907T090000Z", "20260907T090000"),
        (
            "DTSTAMP:20260907T090000Z",
            "DTSTAMP;TZID=Middle-earth Standard Time:20260907T090000",
        ),
        ("20260907T090000Z", "yesterday"),
        ("UID:01K6A0000000000000000000AB@convene\r\n", ""),
        ("mailto:mei@example.org", "https://example.org/mei"),
        ("mailto:mei@example.org", "mailto:%0d%0a@x"),
        ("From: mei@example.org", "From: nobody"),
        ("text/calendar", "text/plain"),
        ("END:VEVENT\r\nEND:VCALENDAR", ""),
        (
            "END:VEVENT",
            "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT",
        ),
    ] {
        let changed = whole.replace(was, is);
        assert_ne!(changed, whole, "{was}");
        assert_eq!(read_reply(changed.as_bytes()), None, "{was} as {is}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_comes_into_the_mailbox_is_read_or_passed_over(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        read_reply(&bytes);
        let mut letter = b"From: a@example.org\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n".to_vec();
        letter.extend(bytes);
        read_reply(&letter);
    }
}
