//! What Slack sends over HTTP, and what it is answered.

use serde_json::json;

use super::fake::Act;
use super::stage::{FORM, Stage, form, signature};

async fn with_session() -> Stage {
    let stage = Stage::open().await;
    stage
        .types(
            "t0",
            "U0ADA",
            "session new \"Open day\" 2026-09-21 14:00-15:00",
        )
        .await;
    stage
}

const ANSWERS: &str = "SELECT count(*) AS n FROM rsvps";
const EVENTS: &str = "SELECT count(*) AS n FROM inbox";

#[tokio::test]
async fn a_command_is_answered_in_its_acknowledgement() {
    let stage = with_session().await;
    let answer = stage.types("t1", "U0MEI", "rsvp yes 21").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["response_type"], "ephemeral");
    assert!(answer.read().contains("You're in"), "{:?}", answer);
    let mistyped = stage.types("t2", "U0MEI", "rsvpp yes 21").await;
    assert!(
        mistyped.read().contains("Did you mean"),
        "{}",
        mistyped.read()
    );
    assert_eq!(stage.number(ANSWERS).await, 1);
    assert!(stage.fake.calls("conversations.open").is_empty());
    assert!(stage.fake.said().is_empty());
    stage.stop().await;
}

#[tokio::test]
async fn a_press_is_acknowledged_and_answered_at_the_address_that_came_with_it() {
    let stage = with_session().await;
    let pressed = stage.presses("t1", "U0MEI", "say.1", "rsvp yes 21").await;
    assert_eq!((pressed.status, pressed.body), (200, json!("")));
    assert!(stage.told("t1").await.contains("You're in"));
    let body = stage.fake.said().pop().unwrap().1;
    assert_eq!(body["replace_original"], false);
    assert_eq!(body["response_type"], "ephemeral");
    assert_eq!(stage.number(ANSWERS).await, 1);
    stage.stop().await;
}

/// “bad signature, timestamp 10 min old, replay of a good request, body re-encoded, signature over different body,
/// missing header, X-Slack-Retry-Num: 1”
#[tokio::test]
async fn bad37_what_slack_did_not_sign_is_not_read_and_a_repeat_has_no_second_effect() {
    let stage = with_session().await;
    let before = stage.number(EVENTS).await;
    let body = stage.slash("t1", "U0MEI", "rsvp yes 21");
    let now = stage.clock_seconds();
    let good = signature(now, body.as_bytes());
    let recoded = body.replace("rsvp+yes+21", "rsvp%20yes%2021");
    assert_ne!(recoded, body);
    let old = now - 600;
    let cases = [
        (body.as_str(), now.to_string(), other_end(&good)),
        (&body, now.to_string(), good.to_uppercase()),
        (&body, old.to_string(), signature(old, body.as_bytes())),
        (
            &body,
            (now + 600).to_string(),
            signature(now + 600, body.as_bytes()),
        ),
        (&recoded, now.to_string(), good.clone()),
        (&body, now.to_string(), signature(now, b"something else")),
        (&body, String::new(), good.clone()),
        (&body, now.to_string(), String::new()),
        (&body, "soon".to_owned(), good.clone()),
    ];
    for path in ["/slack/commands", "/slack/interactivity", "/slack/events"] {
        for (body, stamp, signature) in &cases {
            let sent = stage.sends_signed(path, FORM, body, stamp, signature);
            let answer = sent.await;
            assert_eq!(
                (answer.status, answer.body),
                (401, json!("")),
                "{stamp} {signature}"
            );
        }
    }
    assert_eq!(stage.number(EVENTS).await, before);
    for _ in 0..3 {
        let stamp = now.to_string();
        let sent = stage.sends_signed("/slack/commands", FORM, &body, &stamp, &good);
        assert_eq!(sent.await.status, 200);
    }
    assert_eq!(stage.number(ANSWERS).await, 1);
    assert_eq!(stage.number(EVENTS).await, before + 1);
    // An event that Slack tells again, since it heard nothing the first time.
    let said = json!({
        "type": "message", "channel_type": "im", "channel": "D0MEI", "user": "U0MEI",
        "text": "rsvp no 21", "ts": "1788768001.000100",
    });
    for _ in 0..4 {
        assert_eq!(stage.happens("Ev1", said.clone()).await.status, 200);
    }
    let declined = "SELECT count(*) AS n FROM audit WHERE act = 'declined'";
    assert_eq!(stage.number(declined).await, 1);
    stage.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_in_words_and_changes_nothing() {
    let stage = with_session().await;
    let before = stage.number(EVENTS).await;
    for (path, kind, body) in [
        ("/slack/interactivity", FORM, "payload=%7Bnot+json"),
        ("/slack/interactivity", FORM, "nothing=here"),
        ("/slack/events", "application/json", "[1,2"),
    ] {
        let answer = stage.sends(path, kind, body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body.as_str().unwrap().contains("can read"));
    }
    for body in ["{}", "[]", "null", "{\"type\":\"event_callback\"}"] {
        let answer = stage.sends("/slack/events", "application/json", body).await;
        assert_eq!(answer.status, 200, "{body}");
    }
    let strange = form(&[("team_id", "TELSE"), ("user_id", "U1"), ("text", "help")]);
    let answer = stage.sends("/slack/commands", FORM, &strange).await;
    assert!(answer.read().contains("does not know this workspace"));
    let nobody = form(&[("team_id", "T0LAB"), ("text", "help")]);
    let answer = stage.sends("/slack/commands", FORM, &nobody).await;
    assert!(answer.read().contains("could not read that"));
    for (trigger, action, command) in [("t5", "other.1", "rsvp yes 21"), ("t6", "say.1", "")] {
        assert_eq!(
            stage
                .presses(trigger, "U0MEI", action, command)
                .await
                .status,
            200
        );
        assert!(stage.told(trigger).await.contains("no longer known"));
    }
    for (n, odd) in [json!({}), json!([]), json!({"type": "block_actions"})]
        .into_iter()
        .enumerate()
    {
        assert_eq!(stage.interacts(&odd).await.status, 200, "{n}");
    }
    let mut foreign = stage.press("t7", "U0FAR", "say.1", "rsvp yes 21");
    foreign["user"]["team_id"] = json!("TFAR");
    stage.interacts(&foreign).await;
    assert!(
        stage
            .told("t7")
            .await
            .contains("does not know this workspace")
    );
    assert_eq!(stage.number(EVENTS).await, before);
    stage.stop().await;
}

#[tokio::test]
async fn a_button_of_a_session_that_is_called_off_or_unknown_says_so() {
    let stage = with_session().await;
    stage
        .types("c1", "U0ADA", "session cancel 21 no room")
        .await;
    stage.presses("t1", "U0MEI", "say.1", "rsvp yes 21").await;
    let told = stage.told("t1").await;
    assert!(!told.contains("You're in") && !told.is_empty(), "{told}");
    stage.presses("t2", "U0MEI", "say.1", "rsvp yes 4711").await;
    assert!(stage.told("t2").await.contains("No session 4711"));
    stage.stop().await;
}

/// “response_url = http://169.254.169.254/ …”: what was asked is done, the answer goes by message.
#[tokio::test]
async fn bad38_an_address_for_the_answer_that_is_not_slacks_is_left_alone() {
    let stage = with_session().await;
    let canary = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    for (n, url) in [
        format!("http://{}/", canary.local_addr().unwrap()),
        "http://169.254.169.254/".to_owned(),
        "http://[::ffff:127.0.0.1]/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let mut press = stage.press(&format!("p{n}"), "U0MEI", "say.1", "rsvp yes 21");
        press["response_url"] = json!(url);
        assert_eq!(stage.interacts(&press).await.status, 200);
        let posts = |fake: &super::fake::Fake| {
            let posts = fake.posts("D0MEI");
            (posts.len() == n + 1).then(|| posts[n].values.clone())
        };
        let posted = stage.fake.until(posts).await;
        assert!(super::stage::read(&posted).contains("You"));
    }
    assert!(stage.fake.said().is_empty());
    let asked = tokio::time::timeout(std::time::Duration::from_millis(50), canary.accept());
    assert!(asked.await.is_err(), "the canary was asked");
    stage.stop().await;
}

#[tokio::test]
async fn an_address_that_is_used_up_is_followed_by_a_message() {
    let stage = with_session().await;
    let mut press = stage.press("t1", "U0MEI", "say.1", "rsvp yes 21");
    press["response_url"] = json!(format!("{}/used/up", stage.fake.address));
    stage.interacts(&press).await;
    let posted = stage.fake.until(|fake| fake.posts("D0MEI").pop()).await;
    assert!(super::stage::read(&posted.values).contains("You're in"));
    stage.stop().await;
}

#[tokio::test]
async fn what_is_said_to_the_bot_is_heard_and_what_people_say_to_each_other_is_not() {
    let stage = with_session().await;
    let im = |text: &str, ts: &str| {
        json!({
            "type": "message", "channel_type": "im", "channel": "D0MEI", "user": "U0MEI",
            "text": text, "ts": ts,
        })
    };
    // Known by the join, as members of the workspace are.
    stage.types("t1", "U0MEI", "rsvp yes 21").await;
    stage.happens("Ev1", im("session 21", "1788768000.1")).await;
    let first = stage.fake.until(|fake| fake.posts("D0MEI").pop()).await;
    assert!(super::stage::read(&first.values).contains("Open day"));
    // An edit changes nothing, and is said once.
    let edited = json!({
        "type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "D0MEI",
        "message": { "user": "U0MEI", "text": "rsvp no 21", "ts": "1788768000.1" },
        "previous_message": { "user": "U0MEI", "text": "session 21", "ts": "1788768000.1" },
        "ts": "1788768002.1",
    });
    stage.happens("Ev2", edited).await;
    let posts = |count: usize| {
        move |fake: &super::fake::Fake| {
            let posts = fake.posts("D0MEI");
            (posts.len() == count).then(|| posts[count - 1].clone())
        }
    };
    let second = stage.fake.until(posts(2)).await;
    assert!(super::stage::read(&second.values).contains("an edit changes nothing"));
    stage
        .happens(
            "Ev3",
            json!({
                "type": "app_mention", "channel": "C0HALL", "user": "U0MEI",
                "text": "<@UBOT> session 21", "ts": "1788768003.1",
            }),
        )
        .await;
    stage.fake.until(posts(3)).await;
    let before = stage.number(EVENTS).await;
    for (n, talk) in [
        json!({ "type": "message", "channel_type": "channel", "channel": "C0HALL", "user": "U0MEI", "text": "help", "ts": "1.1" }),
        json!({ "type": "message", "channel_type": "im", "channel": "D0MEI", "user": "UBOT", "text": "help", "ts": "1.1" }),
        json!({ "type": "message", "channel_type": "im", "channel": "D0MEI", "bot_id": "B7", "user": "U7", "text": "help", "ts": "1.1" }),
        json!({ "type": "message", "subtype": "bot_message", "channel_type": "im", "channel": "D0MEI", "bot_id": "B7", "text": "help", "ts": "1.1" }),
        json!({ "type": "message", "subtype": "message_changed", "channel_type": "im", "channel": "D0MEI",
            "message": { "bot_id": "BBOT", "user": "UBOT", "text": "a" }, "previous_message": { "text": "b" } }),
        json!({ "type": "app_mention", "channel": "C0HALL", "user": "U0MEI", "text": "ask <@UBOT> to help", "ts": "1.1" }),
        json!({ "type": "reaction_added", "user": "U0MEI" }),
    ]
    .into_iter()
    .enumerate()
    {
        stage.happens(&format!("Talk{n}"), talk).await;
    }
    assert_eq!(stage.number(EVENTS).await, before);
    stage.stop().await;
}

#[tokio::test]
async fn the_address_is_proved_and_who_comes_and_goes_is_followed() {
    let stage = Stage::open().await;
    let challenge = json!({ "type": "url_verification", "challenge": "abc" }).to_string();
    let answer = stage
        .sends("/slack/events", "application/json", &challenge)
        .await;
    assert_eq!(answer.body, json!({ "challenge": "abc" }));
    let user = |name: &str| json!({ "id": "U0MEI", "profile": { "real_name": name, "email": "mei@example.org" } });
    stage
        .happens(
            "Ev1",
            json!({ "type": "team_join", "user": user("Mei Tanaka") }),
        )
        .await;
    let named = "SELECT count(*) AS n FROM members WHERE name = 'Mei Tanaka'";
    assert_eq!(stage.number(named).await, 1);
    stage
        .happens(
            "Ev2",
            json!({ "type": "user_change", "user": user("Mei T. Tanaka") }),
        )
        .await;
    let named = "SELECT count(*) AS n FROM members WHERE name = 'Mei T. Tanaka'";
    assert_eq!(stage.number(named).await, 1);
    stage
        .happens(
            "Ev3",
            json!({ "type": "member_joined_channel", "user": "U0JO", "channel": "C0ANN" }),
        )
        .await;
    stage
        .happens(
            "Ev4",
            json!({ "type": "member_joined_channel", "user": "U0ELSE", "channel": "C0HALL" }),
        )
        .await;
    let people = "SELECT count(*) AS n FROM members";
    assert_eq!(stage.number(people).await, 3);
    let mut gone = user("Mei T. Tanaka");
    gone["deleted"] = json!(true);
    stage
        .happens("Ev5", json!({ "type": "user_change", "user": gone }))
        .await;
    let left = "SELECT count(*) AS n FROM members WHERE standing = 'left'";
    assert_eq!(stage.number(left).await, 1);
    let bot = json!({ "id": "U0BOT", "is_bot": true, "profile": { "real_name": "A bot" } });
    stage
        .happens("Ev6", json!({ "type": "team_join", "user": bot }))
        .await;
    assert_eq!(stage.number(people).await, 3);
    stage.stop().await;
}

/// “a 1 MB Slack text field”: one answer, and nothing kept.
#[tokio::test]
async fn bad11_a_command_of_a_megabyte_is_too_long() {
    let stage = with_session().await;
    let answer = stage.types("t1", "U0MEI", &"x".repeat(1 << 20)).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.read().contains("Too long (max 2000 characters)"),
        "{}",
        answer.read()
    );
    let body = form(&[("text", &"x".repeat(5 << 20))]);
    let answer = stage.sends("/slack/commands", FORM, &body).await;
    assert_eq!(answer.status, 413);
    stage.next("chat.postMessage", Act::Status(500, None));
    stage.stop().await;
}

/// The same but for its last digit.
fn other_end(signature: &str) -> String {
    let (start, last) = signature.split_at(signature.len() - 1);
    format!("{start}{}", if last == "0" { "1" } else { "0" })
}
