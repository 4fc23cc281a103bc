//! The page is whole: everything it names is served, and nothing it names is anywhere else.

use convene::adapters::local::{Access, LocalChat, LocalOptions};
use reqwest::StatusCode;

use super::peer::{Peer, options, serve};

/// The quoted texts of `source` that follow `mark`.
fn named(source: &str, mark: &str) -> Vec<String> {
    let parts = source.split(mark).skip(1);
    let ended = parts.filter_map(|part| part.split(['"', '\'']).next());
    ended.map(str::to_owned).collect()
}

#[tokio::test]
async fn everything_the_page_needs_comes_from_here() {
    let peer = Peer::start().await;
    let fetch = async |path: &str| {
        let response = peer
            .client
            .get(format!("{}{path}", peer.base))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    };
    let page = fetch("/chat").await;
    assert!(page.contains("Tidewater Partnership – Convene"));
    let mut wanted = named(&page, "src=\"");
    wanted.extend(
        named(&page, "href=\"")
            .into_iter()
            .filter(|link| !link.starts_with('#')),
    );
    assert_eq!(wanted.len(), 3, "{wanted:?}");
    let mut seen: Vec<String> = Vec::new();
    while let Some(path) = wanted.pop() {
        if seen.contains(&path) {
            continue;
        }
        assert!(path.starts_with("/chat/assets/"), "{path}");
        let source = fetch(&path).await;
        for outside in [
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "eval(",
            "@import",
            "url(",
        ] {
            assert!(!source.contains(outside), "{path} has {outside}");
        }
        let imports = named(&source, "from './");
        wanted.extend(imports.iter().map(|name| format!("/chat/assets/{name}")));
        seen.push(path);
    }
    assert!(seen.iter().any(|path| path.ends_with("/posts.js")));
}

#[tokio::test]
async fn a_name_on_the_page_is_escaped() {
    let chat = LocalChat::open(LocalOptions {
        title: "<script>alert(1)</script>".to_owned(),
        ..options(None).0
    })
    .unwrap();
    let base = serve(chat.router(&Access::Open)).await;
    let page = reqwest::get(format!("{base}/chat"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!page.contains("<script>alert"));
}
