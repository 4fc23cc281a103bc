//! The home tab and the forms: what they show, and what becomes of what is sent.

use serde_json::{Value, json};

use super::fake::Act;
use super::stage::{Answer, Stage, config, read};

async fn with_session() -> Stage {
    let stage = Stage::open().await;
    let new = "session new \"Open day\" 2026-09-21 14:00-15:00";
    stage.types("t0", "U0ADA", new).await;
    stage
}

async fn page(stage: &Stage, count: usize) -> Value {
    let published = |fake: &super::fake::Fake| fake.calls("views.publish").get(count - 1).cloned();
    stage.fake.until(published).await.values
}

fn opened(stage: &Stage) -> Value {
    stage.fake.calls("views.open").pop().unwrap().values["view"].clone()
}

async fn sends(
    stage: &Stage,
    trigger: &str,
    user: &str,
    form: &str,
    values: &[(&str, Value)],
) -> Answer {
    let blocks = values
        .iter()
        .map(|(block, _)| json!({ "type": "input", "block_id": block }))
        .collect::<Vec<_>>();
    let values = values
        .iter()
        .map(|(block, value)| ((*block).to_owned(), json!({ "v": value })));
    let payload = json!({
        "type": "view_submission",
        "user": { "id": user, "username": "x", "team_id": "T0LAB" },
        "team": { "id": "T0LAB" },
        "trigger_id": trigger,
        "view": { "id": "V1", "callback_id": form, "blocks": blocks, "state": { "values": Value::Object(values.collect()) } },
    });
    stage.interacts(&payload).await
}

fn text(value: &str) -> Value {
    json!({ "type": "plain_text_input", "value": value })
}

#[tokio::test]
async fn the_home_tab_shows_what_is_ones_own_and_follows_what_is_pressed_there() {
    let stage = with_session().await;
    stage.types("t1", "U0MEI", "rsvp yes 21").await;
    let opened =
        json!({ "type": "app_home_opened", "user": "U0MEI", "tab": "home", "channel": "D0MEI" });
    assert_eq!(stage.happens("Ev1", opened.clone()).await.status, 200);
    let shown = page(&stage, 1).await;
    assert_eq!(shown["user_id"], "U0MEI");
    let said = read(&shown["view"]);
    for part in [
        "Your sessions",
        "Open day",
        "What is left for you",
        "What you prefer",
        "Change what I prefer",
    ] {
        assert!(said.contains(part), "{said}");
    }
    insta::assert_json_snapshot!("home", shown["view"]);
    // Nothing of it is said in a message as well, and looking twice is no second page.
    stage.happens("Ev2", opened).await;
    let mut press = stage.press("t2", "U0MEI", "say.1", "rsvp no 21");
    let fields = press.as_object_mut().unwrap();
    fields.remove("response_url");
    fields.remove("channel");
    fields.insert("container".to_owned(), json!({ "type": "view" }));
    fields.insert("view".to_owned(), json!({ "type": "home" }));
    stage.interacts(&press).await;
    page(&stage, 2).await;
    let told = stage.fake.until(|fake| fake.posts("D0MEI").pop()).await;
    assert!(!read(&told.values).is_empty());
    assert_eq!(stage.fake.posts("D0MEI").len(), 1);
    assert_eq!(stage.fake.calls("views.publish").len(), 2);
    stage.stop().await;
}

#[tokio::test]
async fn a_series_is_planned_by_a_form_and_what_is_wrong_with_it_is_said_there() {
    let stage = with_session().await;
    let answer = stage.types("t1", "U0ADA", "series new").await;
    assert_eq!((answer.status, answer.body), (200, json!("")));
    insta::assert_json_snapshot!("series", opened(&stage));
    let fill = |slug: &str, when: &str| {
        [
            ("slug", text(slug)),
            ("name", text("Knowledge \"Share\"")),
            ("when", text(when)),
            (
                "from",
                json!({ "type": "datepicker", "selected_date": "2026-09-01" }),
            ),
            (
                "to",
                json!({ "type": "datepicker", "selected_date": "2026-12-31" }),
            ),
            ("capacity", text("300")),
            (
                "mode",
                json!({ "type": "static_select", "selected_option": { "value": "online" } }),
            ),
            ("link", json!({ "type": "plain_text_input", "value": null })),
        ]
    };
    let when = "last Monday of every month 14:00-15:00";
    let wrong = sends(&stage, "t2", "U0ADA", "series.new", &fill("k s", when)).await;
    assert_eq!(wrong.body["response_action"], "errors");
    let odd = sends(
        &stage,
        "t3",
        "U0ADA",
        "series.new",
        &fill("ks", "now and then"),
    )
    .await;
    assert_eq!(odd.body["response_action"], "errors", "the form stays open");
    let why = odd.body["errors"]["when"].as_str().unwrap();
    assert!(why.contains("is not understood"), "{why}");
    let planned = sends(&stage, "t4", "U0ADA", "series.new", &fill("ks", when)).await;
    let said = read(&planned.body["view"]);
    assert!(said.contains("Knowledge ”Share”"), "{said}");
    assert_eq!(stage.number("SELECT count(*) AS n FROM series").await, 1);
    // Nobody plans by a form what they may not plan.
    let no = sends(&stage, "t5", "U0MEI", "series.new", &fill("other", when)).await;
    let why = no.body["errors"]["when"].as_str().unwrap();
    assert!(why.contains("You are not a manager here"), "{why}");
    assert_eq!(stage.number("SELECT count(*) AS n FROM series").await, 1);
    stage.stop().await;
}

#[tokio::test]
async fn a_session_is_moved_by_a_form_and_a_message_is_put_on_an_agenda() {
    let stage = with_session().await;
    stage.types("t1", "U0ADA", "session move 21").await;
    let form = opened(&stage);
    assert_eq!(form["callback_id"], "session.move");
    assert_eq!(form["blocks"][0]["element"]["initial_value"], "21");
    let values = [
        ("session", text("21")),
        ("date", json!({ "selected_date": "2026-09-22" })),
        ("time", json!({ "selected_time": "15:30" })),
    ];
    let moved = sends(&stage, "t2", "U0ADA", "session.move", &values).await;
    assert!(!read(&moved.body["view"]).is_empty());
    let starts = "SELECT starts_at AS n FROM sessions WHERE number = 21";
    let wanted: convene::domain::time::Instant = "2026-09-22T14:30:00Z".parse().unwrap();
    assert_eq!(stage.number(starts).await, wanted.timestamp_millis());
    let shortcut = json!({
        "type": "message_action", "callback_id": "add_to_agenda", "trigger_id": "t3",
        "user": { "id": "U0MEI", "team_id": "T0LAB" }, "team": { "id": "T0LAB" },
        "channel": { "id": "C0HALL" },
        "message": { "text": "Who owns the <https://a.example|data> &amp; tables?", "user": "U0JO", "ts": "1.1" },
        "response_url": format!("{}/answers/t3", stage.fake.address),
    });
    stage.interacts(&shortcut).await;
    let form = opened(&stage);
    assert_eq!(form["callback_id"], "agenda.add");
    let initial = &form["blocks"][1]["element"]["initial_value"];
    assert_eq!(initial, "Who owns the https://a.example & tables?");
    stage.types("t9", "U0MEI", "rsvp yes 21").await;
    let values = [("meeting", text("4711")), ("text", text("Who owns it?"))];
    let answer = sends(&stage, "t4", "U0MEI", "agenda.add", &values).await;
    let why = answer.body["errors"]["meeting"].as_str().unwrap();
    assert!(why.contains("4711"), "{why}");
    // Slack waited three seconds, and the form cannot be shown any more.
    stage.next("views.open", Act::Error("expired_trigger_id"));
    let mut late = shortcut.clone();
    late["trigger_id"] = json!("t5");
    stage.interacts(&late).await;
    assert!(stage.told("t3").await.contains("could not be shown"));
    stage.stop().await;
}

#[tokio::test]
async fn what_one_prefers_is_changed_in_one_form() {
    let stage = with_session().await;
    let mut press = stage.press("t1", "U0ADA", "open.profile", "profile");
    press.as_object_mut().unwrap().remove("response_url");
    stage.interacts(&press).await;
    assert_eq!(opened(&stage)["callback_id"], "profile");
    let nothing = sends(&stage, "t2", "U0ADA", "profile", &[]).await;
    assert_eq!(nothing.body["response_action"], "errors");
    let values = [
        ("zone", text("Europe/Zurich")),
        ("quiet", text("20:00-08:00")),
        ("remind", text("1 eon")),
    ];
    let answer = sends(&stage, "t3", "U0ADA", "profile", &values).await;
    let wrong = &answer.body["errors"];
    assert!(
        wrong["remind"].as_str().unwrap().contains("1 eon"),
        "{wrong}"
    );
    assert_eq!(wrong.as_object().unwrap().len(), 1, "the others are done");
    let set =
        "SELECT count(*) AS n FROM members WHERE zone = 'Europe/Zurich' AND quiet_from IS NOT NULL";
    assert_eq!(stage.number(set).await, 1);
    let values = [("zone", text("Europe/Zurich")), ("remind", text("1d,1h"))];
    let answer = sends(&stage, "t5", "U0ADA", "profile", &values).await;
    assert_eq!(answer.body["response_action"], "update");
    assert!(answer.body["view"]["blocks"].as_array().unwrap().len() >= 2);
    let strange = sends(&stage, "t4", "U0ADA", "something.else", &[]).await;
    assert_eq!((strange.status, strange.body), (200, json!("")));
    stage.stop().await;
}

#[tokio::test]
async fn while_the_app_is_not_in_its_workspace_that_is_said() {
    let stage = Stage::open().await;
    assert_eq!(stage.port.trouble(), None);
    stage
        .happens(
            "Ev1",
            json!({ "type": "tokens_revoked", "tokens": { "oauth": ["U0ADA"] } }),
        )
        .await;
    assert_eq!(stage.port.trouble(), None);
    stage
        .happens("Ev2", json!({ "type": "app_uninstalled" }))
        .await;
    let trouble = stage.port.trouble().unwrap();
    assert!(
        trouble.contains("taken out of the workspace of “lab”"),
        "{trouble}"
    );
    stage.stop().await;
}

#[test]
fn the_manifest_names_every_address_and_permission() {
    let folder = tempfile::tempdir().unwrap();
    let told = config(folder.path(), "http://127.0.0.1:1", "");
    insta::assert_json_snapshot!(
        "manifest",
        convene::app::platforms::manifest(&told).unwrap()
    );
    let sockets = config(
        folder.path(),
        "http://127.0.0.1:1",
        "mode = \"socket\"\napp_token_file = \"slack.app\"",
    );
    let manifest = convene::app::platforms::manifest(&sockets).unwrap();
    assert_eq!(manifest["settings"]["socket_mode_enabled"], true);
    assert!(!manifest.to_string().contains("request_url"));
}
