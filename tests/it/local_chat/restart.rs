//! What the journal remembers when the process is gone from one moment to the next.

use std::io::Write;

use convene::adapters::local::{LocalChat, LocalError, LocalOptions};
use convene::chat::{ChatPort, Found, Message, Sent};
use convene::domain::time::SystemClock;

use super::peer::{Peer, open, room, spoken};

#[tokio::test]
async fn what_was_acknowledged_is_there_again_and_a_torn_line_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("chat.jsonl");
    let before = Peer::with(Some(journal.clone()), true).await;
    let since = before.now();
    let card = before.post(&room("general"), "A card", "t1").await;
    before.say("ada", "dm-ada", "help", "a1").await;
    before
        .chat
        .edit(&card, &Message::text("A card, 1 coming"), "e1")
        .await;
    drop(before);
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&journal)
        .unwrap();
    file.write_all(br#"{"entry":"posted","id":3,"room":"gen"#)
        .unwrap();

    for _ in 0..2 {
        let after = Peer::with(Some(journal.clone()), true).await;
        let state = after.state("ada").await;
        assert_eq!(
            spoken(&state),
            ["Convene: A card, 1 coming", "Ada Quist: help"]
        );
        let found = after
            .chat
            .find_by_token(&room("general"), "t1", since)
            .await;
        assert_eq!(found, Found::Reference(card.clone()));
        let found = after
            .chat
            .find_by_token(&room("general"), "t2", since)
            .await;
        assert_eq!(found, Found::Absent);
        // The same posting tried again, and the same line sent again, stand once.
        let again = after
            .chat
            .post(&room("general"), None, &Message::text("A card"), "t1")
            .await;
        assert_eq!(again, Sent::Done(card.clone()));
        after.say("ada", "dm-ada", "help", "a1").await;
        assert_eq!(spoken(&after.state("ada").await).len(), 2);
    }
    let third = Peer::with(Some(journal), true).await;
    assert_eq!(third.post(&room("general"), "Next", "t3").await.id, "3");
}

#[cfg(unix)]
#[tokio::test]
async fn the_journal_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("chat.jsonl");
    std::fs::write(&journal, "").unwrap();
    let _chat = open(Some(journal.clone()), true);
    let mode = std::fs::metadata(&journal).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_large_journal_is_rewritten_with_what_still_stands() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("chat.jsonl");
    let card = {
        let chat = Peer::with(Some(journal.clone()), true).await;
        let card = chat.post(&room("general"), "A card", "t1").await;
        for n in 0..45 {
            let long = Message::text(format!("{n} {}", "x".repeat(100_000)));
            chat.chat.edit(&card, &long, "e").await;
        }
        chat.chat.edit(&card, &Message::text("short"), "e").await;
        card
    };
    assert!(std::fs::metadata(&journal).unwrap().len() > 4 << 20);
    for _ in 0..2 {
        let chat = Peer::with(Some(journal.clone()), true).await;
        assert_eq!(spoken(&chat.state("ada").await), ["Convene: short"]);
        assert_eq!(chat.state("ada").await["posts"][0]["edited"], true);
        let found = chat
            .chat
            .find_by_token(&room("general"), "t1", chat.now())
            .await;
        assert_eq!(found, Found::Reference(card.clone()));
        assert!(std::fs::metadata(&journal).unwrap().len() < 1_000);
    }
}

#[tokio::test]
async fn a_journal_damaged_in_the_middle_is_not_silently_cut() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("chat.jsonl");
    std::fs::write(&journal, "{}\n{}\n").unwrap();
    let (to_bot, _) = tokio::sync::mpsc::channel(1);
    let Err(error) = LocalChat::open(LocalOptions {
        journal: Some(journal),
        heard: to_bot,
        clock: SystemClock::new(),
        rooms: Vec::new(),
        title: String::new(),
        zone: chrono_tz::UTC,
    }) else {
        panic!("it opened");
    };
    assert!(matches!(error, LocalError::Line { number: 1, .. }));
    let text = error.to_string();
    assert!(
        text.ends_with("Move the file away to start without its history."),
        "{text}"
    );
}
