//! What the bot posts: once each, whatever Slack answers, and as it is typed.

use std::time::Duration;

use convene::chat::message::{Button, Line, Message};
use convene::chat::{Direct, Found, Sent};
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::Clock;

use super::fake::Act;
use super::stage::{Stage, read};

fn room(id: &str) -> Room {
    Room {
        platform: Platform::Slack,
        id: id.to_owned(),
    }
}

fn card() -> Message {
    Message::default()
        .heading("Open day")
        .and(Line::new().say("Coming: ").strong("12"))
        .buttons(vec![Button::new("Yes", "rsvp yes 21").primary()])
}

async fn posts(stage: &Stage, message: &Message, token: &str) -> Sent {
    loop {
        // A channel takes a message a second, and what has to wait for that is not what is looked at here.
        match stage.port.post(&room("C0ANN"), None, message, token).await {
            Sent::Busy(wait) if wait < Duration::from_secs(4) => tokio::time::sleep(wait).await,
            sent => return sent,
        }
    }
}

async fn finds(stage: &Stage, token: &str) -> Found {
    let since = stage.clock.now() - chrono::Duration::minutes(5);
    stage.port.find_by_token(&room("C0ANN"), token, since).await
}

#[tokio::test]
async fn a_post_is_there_once_is_edited_and_is_found_by_its_token() {
    let stage = Stage::open().await;
    let Sent::Done(reference) = posts(&stage, &card(), "k1").await else {
        panic!("not posted")
    };
    let call = stage.fake.calls("chat.postMessage").pop().unwrap();
    assert_eq!(call.token, "xoxb-T0LAB");
    insta::assert_json_snapshot!("post", call.values);
    let changed = Message::text("Coming: 13");
    let edited = stage.port.edit(&reference, &changed, "k2").await;
    assert_eq!(edited, Sent::Done(reference.clone()));
    let posted = stage.fake.posts("C0ANN");
    assert_eq!(posted.len(), 1);
    assert_eq!(read(&posted[0].values), "Coming: 13");
    assert_eq!(finds(&stage, "k1").await, Found::Reference(reference));
    assert_eq!(finds(&stage, "k9").await, Found::Absent);
    let nowhere = MessageRef {
        room: room("C0ANN"),
        id: "1.1".to_owned(),
    };
    let refused = stage.port.edit(&nowhere, &changed, "k3").await;
    assert!(matches!(refused, Sent::Refused(_)), "{refused:?}");
    stage.stop().await;
}

#[tokio::test]
async fn what_is_certain_is_told_from_what_nobody_knows() {
    let stage = Stage::open().await;
    let unclear = |sent: &Sent| matches!(sent, Sent::Unclear(_));
    for act in [
        Act::Drop,
        Act::Status(500, None),
        Act::Status(503, Some(1)),
        Act::Error("internal_error"),
        Act::Error("fatal_error"),
    ] {
        stage.next("chat.postMessage", act);
        let sent = posts(&stage, &card(), "unclear").await;
        assert!(unclear(&sent), "{sent:?}");
    }
    for word in [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "invalid_blocks",
    ] {
        stage.next("chat.postMessage", Act::Error(word));
        let sent = posts(&stage, &card(), "refused").await;
        assert!(matches!(sent, Sent::Refused(_)), "{word}: {sent:?}");
    }
    for word in ["invalid_auth", "token_revoked", "account_inactive"] {
        stage.next("chat.postMessage", Act::Error(word));
        let sent = posts(&stage, &card(), "locked").await;
        assert_eq!(sent, Sent::Busy(Duration::from_secs(60)), "{word}");
    }
    // The one whose answer broke off is there.
    assert!(matches!(
        finds(&stage, "unclear").await,
        Found::Reference(_)
    ));
    stage.next("conversations.history", Act::Status(500, None));
    assert!(matches!(finds(&stage, "unclear").await, Found::Unclear(_)));
    stage.next("conversations.history", Act::Error("missing_scope"));
    assert_eq!(finds(&stage, "unclear").await, Found::Cannot);
    stage.stop().await;
}

#[tokio::test]
async fn while_slack_asks_to_wait_nothing_is_called() {
    let stage = Stage::open().await;
    stage.next("chat.postMessage", Act::Status(429, Some(30)));
    let sent = posts(&stage, &card(), "k1").await;
    assert_eq!(sent, Sent::Busy(Duration::from_secs(30)));
    let Sent::Busy(left) = posts(&stage, &card(), "k1").await else {
        panic!("posted")
    };
    assert!(left > Duration::from_secs(25), "{left:?}");
    assert_eq!(stage.fake.calls("chat.postMessage").len(), 1);
    // Other methods are counted for themselves.
    let opened = stage.port.open_direct("U0MEI").await;
    assert_eq!(opened, Direct::Room(room("D0MEI")));
    stage.port.open_direct("U0MEI").await;
    assert_eq!(stage.fake.calls("conversations.open").len(), 1);
    stage.next("conversations.open", Act::Error("user_disabled"));
    let refused = stage.port.open_direct("U0JO").await;
    assert!(matches!(refused, Direct::Refused(_)), "{refused:?}");
    stage.stop().await;
}

#[tokio::test]
async fn a_post_that_is_too_long_for_one_message_goes_in_several_and_none_of_them_twice() {
    let stage = Stage::open().await;
    let items = (1..=500).map(|n| Line::from(format!("{n}. {}", "word ".repeat(20))));
    let long = Message::default()
        .heading("All of it")
        .bullets(items.collect())
        .buttons(vec![Button::new("More", "sessions")]);
    let count = |stage: &Stage| stage.fake.posts("C0ANN").len();
    let sent = posts(&stage, &long, "k1").await;
    assert!(matches!(sent, Sent::Done(_)), "{sent:?}");
    let all = stage.fake.posts("C0ANN");
    assert!(count(&stage) > 3);
    let tokens: Vec<&str> = all
        .iter()
        .map(|post| {
            post.values["metadata"]["event_payload"]["token"]
                .as_str()
                .unwrap()
        })
        .collect();
    let mut once = tokens.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), tokens.len(), "{tokens:?}");
    assert_eq!(tokens.last(), Some(&"k1"));
    let text: String = all.iter().map(|post| read(&post.values)).collect();
    assert!(text.contains("1. word") && text.contains("500. word") && text.contains("More"));
    stage.stop().await;
}

/// “A title with `<!channel>`, `<@U1>`, `&`, backticks, bidi marks: shown as typed.”
#[tokio::test]
async fn bad07_what_people_wrote_is_text_whatever_it_looks_like() {
    let stage = Stage::open().await;
    let typed = "@room <!channel> @everyone <@U123> R&D `x` *b* _i_ ~s~ :tada: https://a.example";
    let title = UserText::trusted(typed);
    let at = stage.clock.now();
    let message = Message::default()
        .heading(Line::new().user(&title))
        .and(Line::new().say("Title: ").strong_user(&title))
        .and(Line::new().user(&title))
        .and(
            Line::new()
                .user(&title)
                .say(" at ")
                .time(at, convene::domain::time::Zone::UTC),
        )
        .bullets(vec![Line::new().user(&title)])
        .quiet(Line::new().strong("Note").say(": ").user(&title));
    posts(&stage, &message, "k1").await;
    let values = stage.fake.posts("C0ANN").pop().unwrap().values;
    assert_eq!(read(&values).matches(typed).count(), 6, "{values:#}");
    let escaped = "@room &lt;!channel&gt; @everyone &lt;@U123&gt; R&amp;D";
    assert_eq!(values["text"].as_str().unwrap().matches(escaped).count(), 6);
    // None of it stands in a text that Slack reads as markup.
    let blocks = values["blocks"].to_string();
    for marked in blocks.split("\"mrkdwn\"").skip(1) {
        let end = marked.find('}').unwrap();
        assert!(!marked[..end].contains("channel"), "{marked}");
    }
    insta::assert_json_snapshot!("as_typed", values["blocks"]);
    stage.stop().await;
}
