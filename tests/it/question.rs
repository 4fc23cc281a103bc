//! Questions for meetings: asked by name or anonymously, answered, and impossible to trace.

use super::harness::databases::Place;
use super::harness::program::{program, run};
use super::harness::world::{SETTINGS, World};
use convene::chat::Said;
use convene::domain::people::member::Permission;
use convene::storage::export::tables;

/// Core are `mei`, `jo` and `kim`, who hosts it; meeting 21 is the all-hands of Thursday 12 November.
async fn world(place: Place) -> World {
    let world = World::with("2026-09-07T08:00:00Z", SETTINGS, place).await;
    for (id, name) in [
        ("mei", "Mei Tanaka"),
        ("jo", "Jo Field"),
        ("kim", "Kim Lund"),
        ("sam", "Sam Frost"),
    ] {
        world.joins(id, name, None, Permission::Member).await;
    }
    for id in ["mei", "jo", "kim"] {
        world.takes_role(id, "core").await;
    }
    world
        .says(
            "ada",
            "meeting new all-hands \"Autumn all-hands\" 2026-11-12 09:30-12:30 for=core",
        )
        .await;
    world.says("ada", "session host 21 Kim Lund").await;
    world
}

#[tokio::test]
async fn questions_are_asked_listed_and_answered() {
    for place in Place::both() {
        let world = world(place).await;
        let mut said = String::new();
        for (who, line) in [
            ("mei", "ask 21 When is the next call?"),
            ("jo", "ask 21 anonymous=yes Who owns the data licence?"),
            ("mei", "ask anonymous=maybe Who?"),
            ("sam", "ask 21 May I?"),
            ("sam", "questions 21"),
            ("jo", "questions 21"),
            ("jo", "answer q1 Soon"),
            ("kim", "answer q1 In March"),
            ("ada", "answer q2 Both partners; see the agreement"),
            ("ada", "answer q9 Nothing"),
            ("mei", "ask 21 A mistake"),
            ("kim", "question drop q3"),
            ("mei", "agenda 21"),
        ] {
            let answer = world.says(who, line).await;
            said.push_str(&format!("{who} > {line}\n{answer}\n\n"));
        }
        insta::allow_duplicates! { insta::assert_snapshot!("asked_and_answered", said); }
    }
}

#[tokio::test]
async fn what_a_meeting_leaves_goes_to_the_next() {
    for place in Place::both() {
        let world = world(place).await;
        world
            .says("mei", "ask 21 anonymous=yes Who owns the data licence?")
            .await;
        world.says("mei", "ask 21 When is the next call?").await;
        world.says("mei", "agenda add 21 Discussed").await;
        world.says("jo", "agenda add 21 Put off").await;
        world.says("mei", "agenda add 21 Discussed too").await;
        world.goes_to("2026-11-12T12:45:00Z").await;
        world.says("ada", "answer q2 In March").await;
        world.says("ada", "agenda later 21 2").await;
        world.tick().await;
        assert!(
            world.says("mei", "agenda 21").await.contains("2 · Put off"),
            "there is no next one yet"
        );
        world
            .says(
                "ada",
                "meeting new all-hands \"Winter all-hands\" 2027-02-11 09:30-12:30",
            )
            .await;
        world.says("jo", "agenda add 22 New").await;
        world.tick().await;
        let over = world.says("mei", "agenda 21").await;
        let next = world.says("mei", "agenda 22").await;
        insta::allow_duplicates! { insta::assert_snapshot!("carried_over", format!("{over}\n\n{next}")); }
    }
}

/// The story of a question asked anonymously by `asker`, told around it by others.
async fn story(asker: &str) -> World {
    let world = world(Place::sqlite()).await;
    world.says("mei", "ask 21 Before").await;
    world.says("jo", "agenda add 21 Before").await;
    let said = Said::Typed("ask 21 anonymous=yes WhisperedWords, who owns them?".to_owned());
    let heard = world
        .hears_event("one-event", asker, &format!("dm-{asker}"), said, None)
        .await;
    assert!(heard.contains("q2; your name is not stored."), "{heard}");
    // Said again by a platform that is not sure: not asked twice.
    let again = Said::Typed("ask 21 anonymous=yes WhisperedWords, who owns them?".to_owned());
    let silence = world
        .hears_event("one-event", asker, &format!("dm-{asker}"), again, None)
        .await;
    assert_eq!(silence, "");
    let wrong = Said::Typed("ask 21 anonymous=perhaps WhisperedWords".to_owned());
    let refused = world
        .hears_event("other-event", asker, &format!("dm-{asker}"), wrong, None)
        .await;
    assert!(refused.contains("Write anonymous=yes"), "{refused}");
    world.says("jo", "ask 21 After").await;
    world.says("mei", "agenda add 21 After").await;
    world.goes_to("2026-09-08T08:00:00Z").await;
    world
}

async fn everything(world: &World) -> serde_json::Map<String, serde_json::Value> {
    let id = world.community.id.clone();
    let exported = world
        .db
        .read(move |tx| Box::pin(async move { tables(tx, &id).await }));
    exported.await.unwrap()
}

/// How often something stands in the bytes of the database, its write-ahead log included.
fn found_in_files(world: &World, what: &str) -> usize {
    let folder = world.folder();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        count += bytes
            .windows(what.len())
            .filter(|window| *window == what.as_bytes())
            .count();
    }
    count
}

/// Whoever has the whole database, its free pages and its log cannot tell who asked: it is the same whoever did.
#[tokio::test]
async fn nobody_can_tell_who_asked_anonymously() {
    let (by_mei, by_jo) = (story("mei").await, story("jo").await);
    let (mei, jo) = (everything(&by_mei).await, everything(&by_jo).await);
    for (table, rows) in &mei {
        assert_eq!(rows, &jo[table], "{table} tells who asked");
    }
    let inbox = "SELECT group_concat(platform || ' ' || event_id || ' ' || received_at, '; ') AS t FROM inbox";
    assert_eq!(by_mei.text(inbox).await, by_jo.text(inbox).await);
    // Long enough never to stand in the random bytes that a log begins with.
    for what in [
        "local:mei",
        "local:jo",
        "Mei Tanaka",
        "Jo Field",
        "one-event",
    ] {
        assert_eq!(
            found_in_files(&by_mei, what),
            found_in_files(&by_jo, what),
            "{what}"
        );
    }
    assert_eq!(
        found_in_files(&by_mei, "one-event"),
        0,
        "the event's id names an account elsewhere"
    );
    let asked = &mei["questions"][1];
    assert_eq!(asked["text"], "WhisperedWords, who owns them?");
    assert_eq!(asked["member_id"], serde_json::Value::Null);
    assert_eq!(asked["asked_on"], "2026-09-07", "the day and no more");
    for (table, rows) in mei.iter().filter(|(table, _)| *table != "questions") {
        assert!(!rows.to_string().contains("WhisperedWords"), "{table}");
    }
}

#[tokio::test]
async fn a_flood_is_slowed_down_also_when_nobody_is_to_know() {
    let world = world(Place::sqlite()).await;
    let mut last = String::new();
    for n in 0..60 {
        let at = world.now();
        let typed = Said::Typed(format!("ask 21 anonymous=yes Question {n}"));
        last = world
            .hears_event(&format!("f{n}"), "mei", "dm-mei", typed, None)
            .await;
        world.clock.set(at);
        if last.contains("That was a lot at once.") {
            break;
        }
    }
    assert!(last.contains("That was a lot at once."), "{last}");
    let kept = "SELECT count(*) AS n FROM outbox WHERE destination = 'account:local:mei'";
    assert_eq!(world.number(kept).await, 0);
}

/// Whoever means it and mistypes the option is not asked by name, and leaves no more than who typed it well.
#[tokio::test]
async fn who_means_to_be_anonymous_is_not_asked_by_name() {
    let world = world(Place::sqlite()).await;
    for (n, line) in [
        "ask 21 anonymously Who?",
        "ask anonymous Who?",
        "ask 21 anonymus=yes Who?",
        "ask 21 anonymous = yes Who?",
        "ask 21 (anon) Who?",
    ]
    .into_iter()
    .enumerate()
    {
        let typed = Said::Typed(line.to_owned());
        let event = format!("meant-{n}");
        let answer = world
            .hears_event(&event, "mei", "dm-mei", typed, None)
            .await;
        assert!(
            answer.contains("ask 21 anonymous=yes TEXT") || answer.contains("Write anonymous=yes"),
            "{line}: {answer}"
        );
        assert_eq!(found_in_files(&world, &event), 0, "{line}");
    }
    let none = world.says("jo", "questions 21").await;
    assert!(none.contains("No questions yet."), "{none}");
    let kept = "SELECT count(*) AS n FROM outbox WHERE destination = 'account:local:mei'";
    assert_eq!(world.number(kept).await, 0);
    let quoted = world
        .says("mei", "ask 21 \"Anonymous data: who may see it?\"")
        .await;
    assert!(
        quoted.contains("You are told when it is answered."),
        "{quoted}"
    );
    let list = world.says("jo", "questions 21").await;
    assert!(
        list.contains("q1 · Anonymous data: who may see it? – Mei Tanaka"),
        "{list}"
    );
}

#[tokio::test]
async fn in_a_room_it_is_said_that_others_saw_it() {
    let world = world(Place::sqlite()).await;
    let said = world
        .says_in("announcements", "mei", "ask 21 anonymous=yes Who?")
        .await;
    assert!(
        said.contains("dm-mei") && said.contains("Whoever saw you type it knows who asked"),
        "{said}"
    );
}

/// The service as it is run, logging all it can: the words are in the database once and nowhere else.
#[test]
fn a_question_is_in_no_journal_and_no_log() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--manager", "local:ada"]).done();
    let mut service = program(folder.path())
        .args(["serve", "--json"])
        .env("CONVENE__SERVER__LISTEN", "127.0.0.1:0")
        .env("CONVENE__LOG__LEVEL", "trace")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(service.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let mut chat = program(folder.path())
        .args(["chat", "--as", "ada"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let typed = "meeting new hall \"Town hall\" 2030-05-02 10:00-11:00 for=everybody\n\
                 ask 1 anonymous=yes MurmuredWords, is this on?\nask 1 Spoken aloud\nquestions 1\n";
    chat.stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    let read = String::from_utf8(chat.wait_with_output().unwrap().stdout).unwrap();
    assert!(read.contains("q1; your name is not stored."), "{read}");
    assert!(
        read.contains("MurmuredWords, is this on? – asked anonymously"),
        "{read}"
    );
    let asked = std::process::Command::new("kill")
        .arg(service.id().to_string())
        .status();
    assert!(asked.unwrap().success());
    assert_eq!(service.wait().unwrap().code(), Some(0));
    let of = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let count = |name: &str, what: &str| {
        let bytes = of(name);
        bytes
            .windows(what.len())
            .filter(|window| *window == what.as_bytes())
            .count()
    };
    assert!(
        count("convene.chat", "Spoken aloud") > 0,
        "what is said by name is kept"
    );
    // The list of questions that she asked for holds the words, as everybody's list does; her own line does not.
    assert_eq!(count("convene.chat", "anonymous=yes MurmuredWords"), 0);
    assert_eq!(count("convene.chat", "your name is not stored"), 0);
    assert_eq!(count("log", "Murmured"), 0);
    assert_eq!(
        count("convene.sqlite", "MurmuredWords"),
        1,
        "in the question alone"
    );
}
