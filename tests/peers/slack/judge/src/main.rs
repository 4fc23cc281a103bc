//! Judges Block Kit payloads, one a line: `{"kind": "message" | "response" | "modal" | "home", "payload": {...}}`.
//! Answers a line for each: `null` where Slack allows it, else a string that says where it does not and why.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};
use slackblocks::{HomeTabView, MessagePayload, MessageResponse, ModalView, ValidationError};

fn main() -> io::Result<()> {
    let mut answers = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        writeln!(answers, "{}", judge(&line?))?;
        answers.flush()?;
    }
    Ok(())
}

fn judge(line: &str) -> Value {
    let Ok(mut asked) = serde_json::from_str::<Value>(line) else {
        return json!("this is not JSON");
    };
    let payload = asked["payload"].take();
    let judged = match asked["kind"].as_str() {
        Some("message") => MessagePayload::try_from(payload).err(),
        Some("response") => MessageResponse::try_from(payload).err(),
        Some("modal") => ModalView::try_from(payload).err(),
        Some("home") => HomeTabView::try_from(payload).err(),
        _ => return json!("nothing that can be judged"),
    };
    json!(judged.map(|wrong: ValidationError| wrong.to_string()))
}
