//! The app is installed by consent, its tokens are exchanged before they run out, and it is taken out again.

use std::time::Duration;

use serde_json::json;

use convene::chat::Sent;
use convene::chat::message::Message;
use convene::domain::platform::{Platform, Room};
use convene::domain::time::Clock;

use super::fake::Act;
use super::stage::Stage;

const CONSENT: &str =
    "client_id = \"1.2\"\nclient_secret_file = \"slack.client\"\nteam = \"T0LAB\"";

async fn posts(stage: &Stage) -> Sent {
    let room = Room {
        platform: Platform::Slack,
        id: "C0ANN".to_owned(),
    };
    let message = Message::text("Hello");
    stage.port.post(&room, None, &message, "k").await
}

fn token(stage: &Stage) -> String {
    stage.fake.calls("chat.postMessage").pop().unwrap().token
}

/// Goes to Slack and back as a browser does; answers the state and the cookie.
async fn consents(stage: &Stage) -> (String, String) {
    let (status, location, cookie, _) = stage.gets("/slack/oauth", "").await;
    assert_eq!(status, 302);
    let url = reqwest::Url::parse(&location).unwrap();
    assert_eq!(url.path(), "/oauth/v2/authorize");
    let of = |name: &str| {
        let mut pairs = url.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    assert_eq!(of("client_id"), "1.2");
    assert!(of("scope").contains("chat:write"));
    assert!(of("redirect_uri").ends_with("/slack/oauth"));
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    (of("state"), cookie.split(';').next().unwrap().to_owned())
}

#[tokio::test]
async fn the_app_is_installed_by_consent_and_its_token_is_exchanged_in_time() {
    let stage = Stage::with(CONSENT).await;
    while !stage.port.trouble().unwrap().contains("open /slack/oauth") {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!(matches!(posts(&stage).await, Sent::Busy(_)));
    let (state, cookie) = consents(&stage).await;
    // Not by another browser, not by a state that was not made here, not late.
    let (other, _) = consents(&stage).await;
    for (state, cookie) in [
        (state.as_str(), ""),
        (other.as_str(), cookie.as_str()),
        ("1.00", &cookie),
        ("", &cookie),
    ] {
        let (status, _, _, said) = stage
            .gets(&format!("/slack/oauth?code=c1&state={state}"), cookie)
            .await;
        assert_eq!(status, 400, "{said}");
    }
    let (status, _, _, _) = stage.gets("/slack/oauth?error=access_denied", "").await;
    assert_eq!(status, 200);
    assert!(stage.fake.calls("oauth.v2.access").is_empty());
    let back = format!("/slack/oauth?code=c1&state={state}");
    let (status, _, _, said) = stage.gets(&back, &cookie).await;
    assert_eq!(status, 200, "{said}");
    assert!(said.contains("Convene is installed in Lights"), "{said}");
    assert_eq!(stage.port.trouble(), None);
    assert!(matches!(posts(&stage).await, Sent::Done(_)));
    assert_eq!(token(&stage), "xoxb-T0LAB-1");
    // Twelve hours later.
    stage
        .clock
        .set(stage.clock.now() + chrono::Duration::hours(11) + chrono::Duration::minutes(30));
    let stage = stage.again(CONSENT).await;
    stage
        .until(
            "SELECT count(*) AS n FROM installations WHERE token = 'xoxb-T0LAB-2'",
            1,
        )
        .await;
    while !matches!(posts(&stage).await, Sent::Done(_)) {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(token(&stage), "xoxb-T0LAB-2");
    let asked = stage.fake.calls("oauth.v2.access").pop().unwrap();
    assert_eq!(
        (asked.values["refresh_token"].as_str(), asked.token.as_str()),
        (Some("r1"), "")
    );
    stage
        .happens("Ev9", json!({ "type": "app_uninstalled" }))
        .await;
    stage
        .until("SELECT count(*) AS n FROM installations", 0)
        .await;
    assert!(stage.port.trouble().is_some());
    stage.stop().await;
}

/// With the app installed, and so much later.
async fn installed_and_later(hours: i64) -> Stage {
    let stage = Stage::with(CONSENT).await;
    let (state, cookie) = consents(&stage).await;
    let back = format!("/slack/oauth?code=c1&state={state}");
    assert_eq!(stage.gets(&back, &cookie).await.0, 200);
    let later = stage.clock.now() + chrono::Duration::hours(hours);
    stage.clock.set(later);
    stage
}

/// Waits until Slack can be used, no longer than anybody would.
async fn ready(stage: &Stage) {
    let ready = async {
        while stage.port.trouble().is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let ready = tokio::time::timeout(Duration::from_secs(20), ready).await;
    assert!(ready.is_ok(), "{:?}", stage.port.trouble());
}

#[tokio::test]
async fn a_token_that_ended_while_nothing_ran_is_exchanged_before_it_is_used() {
    let stage = installed_and_later(13).await;
    stage.fake.ends("xoxb-T0LAB-1");
    let before = stage.fake.calls("auth.test").len();
    let stage = stage.again(CONSENT).await;
    // What is due at the start is put off for a moment.
    loop {
        match posts(&stage).await {
            Sent::Done(_) => break,
            Sent::Busy(time) => assert!(time <= Duration::from_secs(1)),
            other => panic!("{other:?}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    ready(&stage).await;
    assert_eq!(stage.fake.calls("chat.postMessage").len(), 1);
    assert_eq!(token(&stage), "xoxb-T0LAB-2");
    let asked = stage.fake.calls("auth.test").split_off(before);
    assert!(asked.iter().all(|call| call.token == "xoxb-T0LAB-2"));
    stage.stop().await;
}

#[tokio::test]
async fn a_slack_that_answers_again_is_used_again() {
    let stage = installed_and_later(13).await;
    stage.fake.ends("xoxb-T0LAB-1");
    stage.next("oauth.v2.access", Act::Status(500, None));
    stage.next("oauth.v2.access", Act::Error("internal_error"));
    let stage = stage.again(CONSENT).await;
    let wrong = |_: &super::fake::Fake| {
        let why = stage.port.trouble()?;
        why.contains("token_expired").then_some(why)
    };
    // Whoever runs it is told what to do, and has to do nothing.
    let why = stage.fake.until(wrong).await;
    assert!(why.contains("/slack/oauth"), "{why}");
    ready(&stage).await;
    assert!(matches!(posts(&stage).await, Sent::Done(_)));
    assert_eq!(token(&stage), "xoxb-T0LAB-2");
    stage.stop().await;
}

#[tokio::test]
async fn an_organisation_installs_the_app_once_for_all_its_workspaces() {
    let person = |id: &str, team: &str, name: &str| {
        json!({ "id": id, "team_id": team, "updated": 1, "deleted": false, "tz": "Europe/Paris",
            "profile": { "real_name": name, "email": format!("{}@example.org", id.to_lowercase()) } })
    };
    let consent = CONSENT.replace("T0LAB", "E0ALL");
    let people = vec![
        person("U0ADA", "T0LAB", "Ada Marsh"),
        person("U0MEI", "T0ELSE", "Mei Tanaka"),
    ];
    let stage = Stage::among_with(people, &consent).await;
    let (state, cookie) = consents(&stage).await;
    let back = format!("/slack/oauth?code=whole&state={state}");
    let (status, _, _, said) = stage.gets(&back, &cookie).await;
    assert_eq!(status, 200, "{said}");
    assert!(said.contains("installed in Lights"), "{said}");
    assert_eq!(stage.port.trouble(), None);
    assert!(matches!(posts(&stage).await, Sent::Done(_)));
    assert_eq!(token(&stage), "xoxb-E0ALL-1");
    // Who is in either workspace is read.
    let lists = |fake: &super::fake::Fake| {
        let asked = fake.calls("users.list");
        let teams: Vec<_> = asked
            .iter()
            .map(|call| call.values["team_id"].clone())
            .collect();
        (teams.len() == 2).then_some(teams)
    };
    assert_eq!(
        stage.fake.until(lists).await,
        [json!("T0LAB"), json!("T0ELSE")]
    );
    // And somebody in the second one is heard.
    let answer = stage
        .types_in("T0ELSE", Some("E0ALL"), "t1", "U0MEI", "help")
        .await;
    assert!(answer.read().contains("help"), "{answer:?}");
    let strange = stage
        .types_in("T0FAR", Some("E0FAR"), "t2", "U0FAR", "help")
        .await;
    assert!(
        strange.read().contains("does not know this workspace"),
        "{strange:?}"
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_workspace_beside_the_one_that_installed_the_app_is_not_let_in() {
    let stage = Stage::open().await;
    let beside = stage
        .types_in("T0BESIDE", Some("E0ALL"), "t1", "U0FAR", "help")
        .await;
    assert!(
        beside.read().contains("does not know this workspace"),
        "{beside:?}"
    );
    stage.stop().await;
}

#[tokio::test]
async fn where_no_community_is_nothing_is_installed() {
    let stage = Stage::with(CONSENT).await;
    let (state, cookie) = consents(&stage).await;
    let back = format!("/slack/oauth?code=elsewhere&state={state}");
    let (status, _, _, said) = stage.gets(&back, &cookie).await;
    assert_eq!(status, 403);
    assert!(said.contains("team = \"TELSE\""), "{said}");
    assert_eq!(
        stage
            .number("SELECT count(*) AS n FROM installations")
            .await,
        0
    );
    stage.stop().await;
}
