//! Who is in the workspace: read page by page, followed as it changes, and greeted when they come and not because they are
//! there.

use serde_json::{Value, json};

use super::stage::Stage;

fn user(id: &str, name: &str, zone: &str, updated: i64) -> Value {
    json!({
        "id": id, "team_id": "T0LAB", "tz": zone, "updated": updated, "deleted": false,
        "profile": { "real_name": name, "email": format!("{}@example.org", id.to_lowercase()) },
    })
}

async fn zone_of(stage: &Stage, sql: &'static str) -> String {
    stage
        .db
        .read(move |tx| {
            Box::pin(async move {
                let row = tx.one(sql, vec![]).await?;
                row.get::<Option<String>>("t")
            })
        })
        .await
        .unwrap_or_else(|error: convene::storage::StorageError| panic!("{error}"))
        .unwrap_or_default()
}

const ADA: &str = "SELECT zone AS t FROM members WHERE name = 'Ada Marsh'";

#[tokio::test]
async fn the_list_is_read_to_its_end_and_nobody_is_greeted_for_being_there() {
    let mut people: Vec<Value> = (0..450)
        .map(|n| user(&format!("U{n:04}"), "Somebody", "Europe/Paris", 1))
        .collect();
    people.push(user("U0ADA", "Ada Marsh", "Europe/Zurich", 1));
    let stage = Stage::among(people).await;
    stage
        .fake
        .until(|fake| (fake.calls("users.list").len() == 3).then_some(()))
        .await;
    stage
        .until(
            "SELECT count(*) AS n FROM members WHERE name = 'Ada Marsh'",
            1,
        )
        .await;
    assert_eq!(stage.number("SELECT count(*) AS n FROM members").await, 1);
    assert_eq!(zone_of(&stage, ADA).await, "Europe/Zurich");
    assert!(stage.fake.calls("chat.postMessage").is_empty());
    // Followed where they moved, until they say otherwise.
    let moved = |zone, n: u32| {
        let event = json!({ "type": "user_change", "user": user("U0ADA", "Ada Marsh", zone, 2) });
        (format!("Ev{n}"), event)
    };
    let (id, event) = moved("Europe/Athens", 1);
    stage.happens(&id, event).await;
    assert_eq!(zone_of(&stage, ADA).await, "Europe/Athens");
    stage.types("t1", "U0ADA", "zone Europe/London").await;
    let (id, event) = moved("Asia/Tokyo", 2);
    stage.happens(&id, event).await;
    assert_eq!(zone_of(&stage, ADA).await, "Europe/London");
    stage.stop().await;
}

#[tokio::test]
async fn who_was_known_by_an_address_is_the_same_person_and_who_is_deactivated_has_left() {
    let stage = Stage::open().await;
    let came = json!({ "type": "team_join", "user": user("U0MEI", "Mei Tanaka", "Asia/Tokyo", 1) });
    stage.happens("Ev1", came).await;
    let people = "SELECT count(*) AS n FROM members WHERE standing = 'member'";
    assert_eq!(stage.number(people).await, 2);
    let mei = "SELECT zone AS t FROM members WHERE name = 'Mei Tanaka'";
    assert_eq!(zone_of(&stage, mei).await, "Asia/Tokyo");
    // Slack tells the end first and the beginning of it late: the end holds by its own id, told once.
    let mut gone = user("U0MEI", "Mei Tanaka", "Asia/Tokyo", 3);
    gone["deleted"] = json!(true);
    let gone = json!({ "type": "user_change", "user": gone });
    stage.happens("Ev2", gone.clone()).await;
    stage.happens("Ev2", gone).await;
    assert_eq!(stage.number(people).await, 1);
    let back =
        json!({ "type": "user_change", "user": user("U0MEI", "Mei Tanaka", "Asia/Tokyo", 4) });
    stage.happens("Ev3", back).await;
    assert_eq!(stage.number(people).await, 2);
    stage.stop().await;
}
