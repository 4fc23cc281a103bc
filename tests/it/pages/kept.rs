//! What is kept of pages and feeds is never older than two seconds, whoever changed something.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use convene::storage::{Db, StorageError};
use convene::web::kept::{Kept, Made, Page};
use tokio::sync::Notify;

use super::stage::{Browser, Stage};
use crate::harness::databases::Place;

/// Everything that is kept, and what it is told by whoever has it already.
const KEPT: &[&str] = &["/", "/calendar/ks.ics", "/feed.atom", "/feed.json"];

/// Which of `words` each of them says, and that asking again with its tag is answered shortly.
async fn all_say(browser: &Browser, word: &str, not: &str) {
    for path in KEPT {
        let got = browser.gets(path).await;
        assert_eq!(got.status, 200, "{path}");
        assert!(
            got.text.contains(word),
            "{path} without {word}: {}",
            got.text
        );
        assert!(!got.text.contains(not), "{path} with {not}: {}", got.text);
    }
}

async fn tags(browser: &Browser) -> Vec<String> {
    let mut tags = Vec::new();
    for path in KEPT {
        let got = browser.gets(path).await;
        tags.push(got.headers["etag"].to_str().unwrap().to_owned());
    }
    tags
}

#[tokio::test]
async fn what_somebody_changed_is_shown_within_two_seconds() {
    for place in Place::both() {
        let stage = Stage::new(place).await;
        let (world, visitor) = (&stage.world, stage.browser());
        world.says("ada", "session theme 21 First theme").await;
        world.says("ada", "session announce 21").await;
        world.presses("ada", "Post").await;
        all_say(&visitor, "First theme", "Second theme").await;
        let first = tags(&visitor).await;

        // By the service itself.
        world.says("ada", "session theme 21 Second theme").await;
        assert_eq!(first, tags(&visitor).await, "nobody asks twice a second");
        world.kept_for(2_000);
        all_say(&visitor, "Second theme", "First theme").await;

        // By another process on the same database.
        let elsewhere = world.elsewhere().await;
        for (word, not) in [
            ("Third theme", "Second theme"),
            ("Fourth theme", "Third theme"),
        ] {
            set_theme(&elsewhere, word).await;
            world.kept_for(2_000);
            all_say(&visitor, word, not).await;
        }
        elsewhere.close().await;

        // What changes nothing that is shown makes nothing new of it.
        let before = tags(&visitor).await;
        world.says("ada", "rsvp yes 21").await;
        world.kept_for(2_000);
        assert_eq!(before, tags(&visitor).await);
    }
}

/// What another process commits, by the statement that matters here.
async fn set_theme(db: &Db, theme: &str) {
    let theme = theme.to_owned();
    let done = db.write(move |tx| {
        Box::pin(async move {
            let asked = "UPDATE sessions SET theme = $1 WHERE number = 21";
            tx.run(asked, convene::params![theme]).await
        })
    });
    let done: Result<u64, StorageError> = done.await;
    assert_eq!(done.unwrap(), 1);
}

/// A page of one word, that of session 21, which can be held up while it is written.
struct Written {
    kept: Kept,
    stage: Stage,
    held: AtomicBool,
    reached: Notify,
    go_on: Notify,
}

impl Written {
    async fn new(place: Place) -> Arc<Self> {
        let stage = Stage::new(place).await;
        Arc::new(Self {
            kept: Kept::new(stage.world.steady.clone()),
            stage,
            held: AtomicBool::new(false),
            reached: Notify::new(),
            go_on: Notify::new(),
        })
    }

    async fn asked(&self) -> Result<Arc<Page>, StorageError> {
        let world = &self.stage.world;
        let make = || async {
            let text = world.session(21).await.theme.to_string();
            if self.held.load(Ordering::SeqCst) {
                self.reached.notify_one();
                self.go_on.notified().await;
            }
            let until = world.now() + chrono::Duration::hours(1);
            Ok(Made { text, until })
        };
        self.kept.page("one", &world.db, world.now(), make).await
    }

    async fn says(&self) -> String {
        let page = self.asked().await.unwrap();
        let bytes = axum::body::to_bytes(page.body(), 1_000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }
}

#[tokio::test]
async fn while_it_is_written_anew_others_get_what_was_there_but_not_for_longer_than_two_seconds() {
    for place in Place::both() {
        let it = Written::new(place).await;
        set_theme(&it.stage.world.db, "old").await;
        assert_eq!(it.says().await, "old");
        set_theme(&it.stage.world.db, "new").await;
        it.stage.world.kept_for(1_000);
        it.held.store(true, Ordering::SeqCst);
        let writer = Arc::clone(&it);
        let writer = tokio::spawn(async move { writer.says().await });
        it.reached.notified().await;
        it.held.store(false, Ordering::SeqCst);
        assert_eq!(it.says().await, "old", "another waits for nothing");
        it.stage.world.kept_for(1_000);
        let late = Arc::clone(&it);
        let mut late = tokio::spawn(async move { late.says().await });
        // Two seconds old: whoever asks now waits for the new one.
        tokio::task::yield_now().await;
        assert!(!late.is_finished());
        it.go_on.notify_one();
        assert_eq!(writer.await.unwrap(), "new");
        assert_eq!((&mut late).await.unwrap(), "new");
    }
}

#[tokio::test]
async fn what_is_committed_while_it_is_read_is_found_the_next_time() {
    for place in Place::both() {
        let it = Written::new(place).await;
        set_theme(&it.stage.world.db, "read").await;
        it.held.store(true, Ordering::SeqCst);
        let writer = Arc::clone(&it);
        let writer = tokio::spawn(async move { writer.says().await });
        it.reached.notified().await;
        it.held.store(false, Ordering::SeqCst);
        // It was read already and is not written yet.
        set_theme(&it.stage.world.db, "committed behind it").await;
        it.go_on.notify_one();
        assert_eq!(writer.await.unwrap(), "read");
        it.stage.world.kept_for(1_000);
        assert_eq!(it.says().await, "committed behind it");
    }
}

#[tokio::test]
async fn a_clock_that_is_set_back_shows_nothing_of_later() {
    let it = Written::new(Place::sqlite()).await;
    set_theme(&it.stage.world.db, "of now").await;
    assert_eq!(it.says().await, "of now");
    let before = it.stage.world.now() - chrono::Duration::days(1);
    set_theme(&it.stage.world.db, "of yesterday").await;
    it.stage.world.clock.set(before);
    assert_eq!(it.says().await, "of yesterday");
}
