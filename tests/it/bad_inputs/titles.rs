//! Texts that would do something elsewhere: they are kept as typed and posted as text.

use super::world;
use crate::harness::world::World;
use convene::chat::{Block, Span};
use convene::domain::text::UserText;

/// The parts of the card's heading.
async fn heading(world: &World) -> Vec<Span> {
    world.says("ada", "session announce 21").await;
    world.presses("ada", "Post").await;
    let card = world
        .posts()
        .into_iter()
        .find(|post| post.room == "announcements")
        .unwrap();
    let heading = card
        .message
        .blocks
        .into_iter()
        .find_map(|block| match block {
            Block::Heading(line) => Some(line.0),
            _ => None,
        });
    heading.unwrap()
}

fn users(spans: &[Span]) -> Vec<&UserText> {
    spans
        .iter()
        .filter_map(|span| match span {
            Span::User(text) | Span::StrongUser(text) => Some(text),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn bad07_mentions_are_text() {
    let world = world().await;
    let typed = "@room <!channel> @everyone <@U123> talk";
    world
        .says("ada", &format!("session title 21 {typed}"))
        .await;
    assert_eq!(world.session(21).await.title.as_str(), typed);
    // What people typed stays apart from our own words, so that every platform escapes it.
    assert_eq!(users(&heading(&world).await)[0].as_str(), typed);
}

#[tokio::test]
async fn bad08_markup_is_text_and_a_script_is_never_a_link() {
    let world = world().await;
    let typed = "<img src=x onerror=alert(1)> **b** [x](javascript:alert(1))";
    world
        .says("ada", &format!("session title 21 \"{typed}\""))
        .await;
    assert_eq!(world.session(21).await.title.as_str(), typed);
    assert_eq!(users(&heading(&world).await)[0].as_str(), typed);
    for odd in [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://a b",
        "ftp://example.org",
        "https://x.example/\"><script>",
    ] {
        let no = world.says("ada", &format!("session link 21 {odd}")).await;
        assert!(
            no.contains("A link begins with https:// and has no spaces"),
            "{odd}: {no}"
        );
    }
    assert_eq!(world.session(21).await.link, "");
}

#[tokio::test]
async fn bad09_line_breaks_become_one_space_and_that_is_said() {
    let world = world().await;
    for (typed, kept) in [
        (
            "Hi\r\nATTENDEE:mailto:evil@x\r\nBEGIN:VALARM",
            "Hi ATTENDEE:mailto:evil@x BEGIN:VALARM",
        ),
        ("a\rb\u{85}c\u{2028}d\u{2029}e\u{b}f", "a b c d e f"),
    ] {
        let answer = world
            .says("ada", &format!("session title 21 \"{typed}\""))
            .await;
        assert!(
            answer.contains("I tidied the text: line breaks and control characters became spaces."),
            "{answer}"
        );
        assert_eq!(world.session(21).await.title.as_str(), kept);
    }
    let answer = world.says("ada", "session cancel 21 ill\nnow").await;
    assert!(answer.contains("called off"), "{answer}");
    assert_eq!(world.session(21).await.reason.as_str(), "ill now");
}

#[tokio::test]
async fn bad10_direction_marks_go_and_piles_of_accents_are_cut() {
    let world = world().await;
    let typed = format!(
        "\u{202E}gnp.exe\u{202C} \u{2066}x\u{2069} e{}",
        "\u{301}".repeat(200)
    );
    let answer = world
        .says("ada", &format!("session title 21 {typed}"))
        .await;
    assert!(
        answer.contains("invisible direction marks were taken out")
            && answer.contains("piled-up accents were cut"),
        "{answer}"
    );
    let title = world.session(21).await.title;
    assert_eq!(title.as_str(), "gnp.exe x e\u{301}\u{301}\u{301}");
    let long = world
        .says("ada", &format!("session title 21 {}", "x".repeat(301)))
        .await;
    assert!(long.contains("Too long (max 300 characters)."), "{long}");
    let empty = world
        .says("ada", "session title 21 \"\u{202E}\u{202C}\"")
        .await;
    assert!(empty.contains("Say the title too"), "{empty}");
    assert_eq!(world.session(21).await.title, title);
}
