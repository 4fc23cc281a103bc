//! The least that a server in Rust can do for the same requests: the signature, an upsert and a count, committed in
//! groups by one writer, and the answer. Nobody is known, nothing is decided, no repeat is noticed.

use std::sync::mpsc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::oneshot;

use super::SECRET;

struct Answer {
    person: String,
    says: String,
    told: oneshot::Sender<String>,
}

#[derive(Clone)]
struct Parts {
    writer: mpsc::Sender<Answer>,
    client: reqwest::Client,
}

/// Serves until it is killed; tells its port on standard output.
pub async fn serve(file: &str) -> anyhow::Result<()> {
    let (writer, jobs) = mpsc::channel();
    let db = rusqlite::Connection::open(file)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE answers (session INTEGER, person TEXT, answer TEXT, PRIMARY KEY (session, person));
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
         INSERT INTO answers SELECT 1, 'U9' || i, 'yes' FROM n",
    )?;
    std::thread::spawn(move || write(&db, &jobs).expect("a database"));
    let parts = Parts {
        writer,
        client: reqwest::Client::new(),
    };
    let router = Router::new()
        .route("/slack/commands", post(command))
        .route("/slack/interactivity", post(pressed))
        .with_state(parts);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Ok(axum::serve(listener, router).await?)
}

fn write(db: &rusqlite::Connection, jobs: &mpsc::Receiver<Answer>) -> rusqlite::Result<()> {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(255));
        db.execute_batch("BEGIN IMMEDIATE")?;
        let mut answers = Vec::with_capacity(group.len());
        for job in group {
            let answer = job.says.split(' ').nth(1).unwrap_or_default().to_owned();
            db.prepare_cached(
                "INSERT INTO answers VALUES (1, ?1, ?2) ON CONFLICT (session, person) DO UPDATE SET answer = excluded.answer",
            )?
            .execute((&job.person, &answer))?;
            let n: i64 = db
                .prepare_cached(
                    "SELECT count(*) FROM answers WHERE session = 1 AND answer = 'yes'",
                )?
                .query_row((), |row| row.get(0))?;
            answers.push((job.told, format!("Noted, {answer}: {n} come")));
        }
        db.execute_batch("COMMIT")?;
        for (told, text) in answers {
            // Whoever asked may be gone.
            let _ = told.send(text);
        }
    }
    Ok(())
}

fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(format!("v0:{}:", header("x-slack-request-timestamp")).as_bytes());
    mac.update(body);
    let given = header("x-slack-signature")
        .strip_prefix("v0=")
        .and_then(|hex| hex::decode(hex).ok());
    given.is_some_and(|given| mac.verify_slice(&given).is_ok())
}

fn field(body: &[u8], wanted: &str) -> Option<String> {
    let pair = body
        .split(|byte| *byte == b'&')
        .find_map(|pair| pair.strip_prefix(wanted.as_bytes())?.strip_prefix(b"="))?;
    let mut out = Vec::with_capacity(pair.len());
    let mut rest = pair.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let two = [*rest.next()?, *rest.next()?];
                out.push(u8::from_str_radix(std::str::from_utf8(&two).ok()?, 16).ok()?);
            }
            b'+' => out.push(b' '),
            other => out.push(*other),
        }
    }
    String::from_utf8(out).ok()
}

impl Parts {
    async fn answer(&self, person: String, says: String) -> Option<String> {
        let (told, tells) = oneshot::channel();
        self.writer.send(Answer { person, says, told }).ok()?;
        tells.await.ok()
    }
}

async fn command(State(parts): State<Parts>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_signed(&headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (Some(person), Some(says)) = (field(&body, "user_id"), field(&body, "text")) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match parts.answer(person, says).await {
        Some(text) => Json(json!({"response_type": "ephemeral", "text": text})).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn pressed(State(parts): State<Parts>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_signed(&headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let payload: Value = field(&body, "payload")
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (person, says) = (
        text(&payload["user"]["id"]),
        text(&payload["actions"][0]["value"]),
    );
    tokio::spawn(async move {
        let text = parts.answer(person, says).await?;
        let said = json!({"response_type": "ephemeral", "replace_original": false, "text": text});
        parts
            .client
            .post(payload["response_url"].as_str()?)
            .json(&said)
            .send()
            .await
            .ok()
    });
    StatusCode::OK.into_response()
}
