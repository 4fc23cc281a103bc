//! Who is kept out, and what the browser is forbidden.

use convene::adapters::local::Access;
use reqwest::StatusCode;
use reqwest::header::{HOST, ORIGIN};

use super::peer::{Peer, open, serve};

const LINE: &str = r#"{"as":"ada","room":"dm-ada","text":"help","id":"x"}"#;

#[tokio::test]
async fn other_sites_and_other_names_are_refused() {
    let peer = Peer::start().await;
    let own = peer.base.trim_start_matches("http://").to_owned();
    let say = || {
        let request = peer.client.post(format!("{}/chat/say", peer.base));
        request
            .header("Content-Type", "application/json")
            .body(LINE)
    };
    for (header, value) in [
        (ORIGIN, "https://evil.example".to_owned()),
        (ORIGIN, "null".to_owned()),
        (ORIGIN, format!("https://{own}")),
        (HOST, "evil.example".to_owned()),
    ] {
        let response = say().header(&header, &value).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{header} {value}");
    }
    let rebound = peer.client.get(format!("{}/chat/state?as=ada", peer.base));
    let rebound = rebound
        .header(HOST, "evil.example:8080")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status(), StatusCode::FORBIDDEN);
    assert!(peer.heard().is_empty());

    let fine = say().header(ORIGIN, &peer.base).send().await.unwrap();
    assert_eq!(fine.status(), StatusCode::OK);
}

#[tokio::test]
async fn bodies_are_json_of_a_bounded_size() {
    let peer = Peer::start().await;
    let url = format!("{}/chat/say", peer.base);
    let form = peer.client.post(&url).body(LINE).send().await.unwrap();
    assert_eq!(form.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let (status, _) = peer.say("ada", "dm-ada", &"x".repeat(130 << 10), "x").await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, answer) = peer.say("ada", "dm-ada", &"x".repeat(20_001), "x").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(answer["error"], "Too long (max 20000 characters).");
    let (status, _) = peer.say("ada", "dm-ada", "help", "an id|of mine").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, answer) = peer.say("eve", "general", "help", "x").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(
        answer["error"],
        "Nobody here is called “eve”. Choose somebody from the list."
    );
}

#[tokio::test]
async fn every_answer_forbids_the_browser_what_is_not_needed() {
    let peer = Peer::start().await;
    for path in ["/chat", "/chat/assets/chat.js", "/chat/state?as=nobody"] {
        let response = peer
            .client
            .get(format!("{}{path}", peer.base))
            .send()
            .await
            .unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert!(
            header("content-security-policy").starts_with("default-src 'none'; script-src 'self'")
        );
        assert!(!header("content-security-policy").contains("unsafe"));
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn with_a_token_only_its_bearer_comes_in() {
    let (chat, ..) = open(None, true);
    let base = serve(chat.router(&Access::Token("open-sesame".into()))).await;
    let client = reqwest::Client::new();
    let ask = || client.get(format!("{base}/chat/state?as=ada"));
    for wrong in [
        ask(),
        ask().bearer_auth("open-sesam"),
        ask().bearer_auth("open-sesame2"),
    ] {
        assert_eq!(
            wrong.send().await.unwrap().status(),
            StatusCode::UNAUTHORIZED
        );
    }
    let right = ask().bearer_auth("open-sesame").send().await.unwrap();
    assert_eq!(right.status(), StatusCode::OK);
    let page = client
        .get(format!("{base}/chat/assets/chat.css"))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), StatusCode::OK);
}
