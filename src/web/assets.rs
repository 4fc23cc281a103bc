//! What is the same on every page and for everybody: the style sheet, the icon, and the one small script, which only
//! makes pages nicer that work without it. Their addresses change with their text, so that they can be kept for ever.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use sha2::{Digest, Sha256};

use super::routes::{Route, Who, get};
use super::shown::{Answer, Problem};
use super::visit::Visit;

/// Name, media type and text.
const ASSETS: [(&str, &str, &str); 4] = [
    (
        "site.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/site/site.css"),
    ),
    (
        "open.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/site/open.css"),
    ),
    (
        "site.js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/site/site.js"),
    ),
    (
        "icon.svg",
        "image/svg+xml",
        include_str!("../../assets/chat/icon.svg"),
    ),
];

static PRINT: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    for (_, _, text) in ASSETS {
        hasher.update(text.as_bytes());
    }
    hex::encode(&hasher.finalize()[..6])
});

/// What the addresses of assets end in.
pub fn style() -> String {
    PRINT.clone()
}

/// Their route.
pub fn routes() -> Vec<Route> {
    vec![
        get("/assets/{file}", Who::Anybody, |visit| {
            Box::pin(asset(visit))
        })
        .at_root(),
    ]
}

async fn asset(visit: Visit) -> Answer {
    let file = visit.part("file");
    let found = ASSETS.iter().find(|(name, _, _)| *name == file);
    let (_, kind, text) = found.ok_or(Problem::Nothing)?;
    let keep = match visit.query.get("v") == *PRINT {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let headers = [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, keep)];
    Ok((headers, *text).into_response())
}
