//! Opening the database: what cannot be opened is named with the remedy, and one service runs on
//! one file.

use convene::params;
use convene::storage::{Db, Hold, Options, StorageError, read_holder};

use crate::harness::databases::Place;

#[tokio::test]
async fn data_is_there_after_reopening() {
    for place in Place::both() {
        let db = Db::open(&place.options()).await.unwrap();
        db.write(|tx| {
            Box::pin(async move {
                tx.run("CREATE TABLE things (id TEXT)", params![]).await?;
                tx.run("INSERT INTO things (id) VALUES ('kept')", params![])
                    .await
            })
        })
        .await
        .unwrap();
        db.close().await;
        let db = Db::open(&place.options()).await.unwrap();
        let kept = db.read(|tx| {
            Box::pin(async move { tx.one("SELECT id FROM things", params![]).await?.get("id") })
        });
        assert_eq!(kept.await, Ok::<String, StorageError>("kept".to_owned()));
        assert_eq!(db.integrity().await, Ok(Vec::new()));
        assert_eq!(db.copy_before_migration(), None);
        db.close().await;
    }
}

async fn refusal(url: &str) -> String {
    match Db::open(&Options::new(url)).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(
        refusal(&format!("sqlite:{}/x.sqlite", at("none"))).await,
        format!(
            "the folder {} does not exist: create it, or change database.url",
            at("none")
        )
    );
    std::fs::write(
        at("letter.sqlite"),
        "Dear all, this is a letter and no database.",
    )
    .unwrap();
    assert_eq!(
        refusal(&format!("sqlite:{}", at("letter.sqlite"))).await,
        format!(
            "{} is not a database of this program: move it away, or change database.url",
            at("letter.sqlite")
        )
    );
    assert_eq!(
        std::fs::read_to_string(at("letter.sqlite")).unwrap(),
        "Dear all, this is a letter and no database."
    );
    assert_eq!(
        refusal("mysql://user:secret@localhost/x").await,
        "database.url is \"mysql://localhost/x\": write sqlite:PATH for a file or \
         postgres://USER@HOST/NAME for a server"
    );
    let away = refusal("postgres://user:secret@127.0.0.1:1/x").await;
    assert!(
        away.starts_with("cannot reach PostgreSQL at postgres://127.0.0.1:1/x: ")
            && away.ends_with("; start it, or correct database.url")
            && !away.contains("secret"),
        "{away}"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_named() {
    // Nobody may make files there, not even root.
    assert_eq!(
        refusal("sqlite:/sys/convene.sqlite").await,
        "cannot write to /sys: give this user write access to it, or change database.url"
    );
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_named() {
    let place = Place::sqlite();
    let holder = Db::open(&place.options()).await.unwrap();
    let (begun, wait_begun) = tokio::sync::oneshot::channel();
    let (done, wait_done) = tokio::sync::oneshot::channel::<()>();
    let writing = holder.write(move |_| {
        Box::pin(async move {
            let _ = begun.send(());
            let _ = wait_done.await;
            Ok::<_, StorageError>(())
        })
    });
    let meeting = async {
        wait_begun.await.unwrap();
        let refused = refusal(&place.url).await;
        done.send(()).unwrap();
        refused
    };
    let (written, refused) = tokio::join!(writing, meeting);
    assert_eq!(written, Ok(()));
    assert!(
        refused.ends_with("is locked by another program: stop that program and try again"),
        "{refused}"
    );
    holder.close().await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    for place in Place::both() {
        let db = Db::open(&place.options()).await.unwrap();
        db.write(|tx| {
            Box::pin(async move {
                let sql = "UPDATE _sqlx_migrations SET version = 9999 WHERE version = \
                    (SELECT max(version) FROM _sqlx_migrations)";
                tx.run(sql, params![]).await
            })
        })
        .await
        .unwrap();
        db.close().await;
        let refused = refusal(&place.url).await;
        assert!(
            refused.contains("has schema version 9999 and this program knows")
                && refused
                    .ends_with("use the newer program, or restore the copy made before the update"),
            "{refused}"
        );
    }
}

#[test]
fn one_service_per_file_and_the_second_is_told_about_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("convene.sqlite");
    assert_eq!(read_holder(&file), None);
    let hold = Hold::take(&file, r#"{"pid":1}"#).unwrap();
    assert_eq!(
        Hold::take(&file, "second").unwrap_err().info,
        r#"{"pid":1}"#
    );
    assert_eq!(read_holder(&file).as_deref(), Some(r#"{"pid":1}"#));
    drop(hold);
    assert_eq!(read_holder(&file), None);
    // What a killed process left behind holds nobody up.
    std::fs::write(folder.path().join("convene.sqlite.lock"), "stale").unwrap();
    assert_eq!(read_holder(&file), None);
    let hold = Hold::take(&file, "third").unwrap();
    assert_eq!(read_holder(&file).as_deref(), Some("third"));
    drop(hold);
}
