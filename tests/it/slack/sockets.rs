//! Socket Mode: what comes over connections that the service opens.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{WebSocketStream, accept_async};

use super::stage::{Stage, read};

const SOCKET: &str = "mode = \"socket\"\napp_token_file = \"slack.app\"\nconnections = 1";

struct Line(WebSocketStream<TcpStream>);

impl Line {
    async fn next(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().await.unwrap();
        let mut line = Self(accept_async(stream).await.unwrap());
        line.say(json!({ "type": "hello", "num_connections": 1 }))
            .await;
        line
    }

    async fn say(&mut self, frame: Value) {
        self.0.send(Frame::text(frame.to_string())).await.unwrap();
    }

    /// The next acknowledgement.
    async fn hears(&mut self) -> Value {
        loop {
            let frame = self.0.next().await.unwrap().unwrap();
            if let Frame::Text(said) = frame {
                return serde_json::from_str(&said).unwrap();
            }
        }
    }
}

fn command(id: &str, trigger: &str, user: &str, text: &str) -> Value {
    json!({
        "type": "slash_commands",
        "envelope_id": id,
        "accepts_response_payload": true,
        "payload": {
            "command": "/convene", "text": text, "user_id": user, "user_name": "x",
            "team_id": "T0LAB", "channel_id": "C0HALL", "trigger_id": trigger,
        },
    })
}

#[tokio::test]
async fn the_same_is_taken_over_sockets_and_the_next_is_open_before_the_old_one_goes() {
    let listener = Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap());
    let stage = Stage::with(SOCKET).await;
    let address = listener.local_addr().unwrap();
    stage.fake.sockets(&format!("ws://{address}/link"));
    let mut line = Line::next(&listener).await;
    assert_eq!(stage.fake.calls("apps.connections.open")[0].token, "xapp-1");
    line.say(command(
        "e1",
        "t1",
        "U0ADA",
        "session new \"Open day\" 2026-09-21 14:00-15:00",
    ))
    .await;
    assert_eq!(line.hears().await["envelope_id"], "e1");
    line.say(command("e2", "t2", "U0MEI", "rsvp yes 21")).await;
    let answer = line.hears().await;
    assert_eq!(answer["envelope_id"], "e2");
    assert!(read(&answer["payload"]).contains("You're in"));
    // Slack sends it again over another connection: acknowledged, and nothing more.
    line.say(json!({ "type": "disconnect", "reason": "refresh_requested" }))
        .await;
    let mut next = Line::next(&listener).await;
    line.say(command("e3", "t3", "U0JO", "rsvp yes 21")).await;
    assert!(read(&line.hears().await["payload"]).contains("You're in"));
    line.0.close(None).await.unwrap();
    next.say(command("e4", "t3", "U0JO", "rsvp yes 21")).await;
    let repeated = next.hears().await;
    assert_eq!(
        (repeated["envelope_id"].as_str(), &repeated["payload"]),
        (Some("e4"), &Value::Null)
    );
    let answers = "SELECT count(*) AS n FROM rsvps";
    assert_eq!(stage.number(answers).await, 2);
    // It breaks: another is opened.
    drop(next);
    let mut third = Line::next(&listener).await;
    third.say(json!("nothing to read")).await;
    third.say(json!({
        "type": "events_api", "envelope_id": "e5", "accepts_response_payload": false,
        "payload": stage.event("Ev1", json!({ "type": "member_joined_channel", "user": "U0NEW", "channel": "C0ANN" })),
    }))
    .await;
    assert_eq!(third.hears().await, json!({ "envelope_id": "e5" }));
    assert_eq!(stage.number("SELECT count(*) AS n FROM members").await, 4);
    assert_eq!(stage.port.trouble(), None);
    stage.stop().await;
}
