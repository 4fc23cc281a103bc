//! How messages look, and that nothing of a person's text gets through as anything but text.

use super::*;
use crate::chat::Button;
use crate::domain::text::UserText;

fn text(typed: &str) -> UserText {
    UserText::trusted(typed)
}

fn card() -> Message {
    let line = |text: &str| Line::from(text);
    Message::default()
        .heading(
            Line::new()
                .say("21 ")
                .user(&text("<b>Data</b> & \"tools\"")),
        )
        .and(
            Line::new()
                .strong("When")
                .say(": Mon 28 Sep\nin the big room"),
        )
        .bullets(vec![
            line("One"),
            Line::new().link("the call", "https://example.org/?a=1&b=\"2\""),
        ])
        .quiet("12 coming")
        .buttons(vec![
            Button::new("I'm coming", "rsvp yes 21").primary(),
            Button::new("Maybe", "rsvp maybe 21"),
            Button::new("No", "in lab rsvp no 21"),
            Button::new("More", "session show 21"),
        ])
}

#[test]
fn a_card_in_a_room_and_to_a_person() {
    let parts = contents(&card(), false);
    assert_eq!(parts.len(), 1);
    let body = parts[0]["body"].as_str().unwrap();
    let lines: Vec<&str> = body.lines().collect();
    assert_eq!(
        lines,
        [
            "21 <b>Data</b> & \"tools\"",
            "When: Mon 28 Sep",
            "in the big room",
            "• One",
            "• the call (https://example.org/?a=1&b=\"2\")",
            "12 coming",
            "✅ I'm coming   🤔 Maybe   ❌ No   1\u{fe0f}\u{20e3} More",
        ]
    );
    let html = parts[0]["formatted_body"].as_str().unwrap();
    for part in [
        "<h4>21 &lt;b&gt;Data&lt;/b&gt; &amp; &quot;tools&quot;</h4>",
        "<p><strong>When</strong>: Mon 28 Sep<br>in the big room</p>",
        "<ul><li>One</li><li><a href=\"https://example.org/?a=1&amp;b=&quot;2&quot;\">the call</a></li></ul>",
        "<p><em>12 coming</em></p>",
        "<p>✅ I&#39;m coming &nbsp; ",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let direct = contents(&card(), true);
    let body = direct[0]["body"].as_str().unwrap();
    assert!(
        body.contains("✅ I'm coming (or type: rsvp yes 21)\n"),
        "{body}"
    );
    assert_eq!(direct[0][BUTTONS].as_array().map(Vec::len), Some(4));
}

#[test]
fn what_people_type_is_only_text() {
    let nasty =
        "@room <img src=x> <a href='javascript:x'>https://matrix.to/#/@ada:localhost</a>\u{202e}";
    let message = Message::text(Line::new().user(&text(nasty)));
    let content = content(&message, false);
    let html = content["formatted_body"].as_str().unwrap();
    assert!(
        !html.replace("<p>", "").replace("</p>", "").contains('<'),
        "{html}"
    );
    assert_eq!(content["m.mentions"], json!({}));
}

#[test]
fn a_reaction_is_known_by_what_it_looks_like() {
    let offers = offers(&card());
    let command = |key: &str| offer_of(&offers, key).map(|offer| offer.command.as_str());
    assert_eq!(command("✅"), Some("rsvp yes 21"));
    assert_eq!(command("👍🏽"), Some("rsvp yes 21"));
    assert_eq!(command("🤷🏻\u{200d}♀️"), Some("rsvp maybe 21"));
    assert_eq!(command("❌"), Some("in lab rsvp no 21"));
    assert_eq!(command("1⃣"), Some("session show 21"));
    assert_eq!(command("🎉"), None);
}

#[test]
fn a_long_message_is_split_and_an_edit_is_shortened() {
    let items = (0..3_000).map(|n| Line::from(format!("Item {n} with some words to it")));
    let long = Message::text("The digest")
        .bullets(items.collect())
        .buttons(vec![Button::new("Next", "digest preview")]);
    let parts = contents(&long, false);
    assert!(parts.len() > 3, "{}", parts.len());
    let size = |content: &Value| content.to_string().len();
    assert!(parts.iter().all(|part| size(part) < 48_000));
    let all: String = parts
        .iter()
        .filter_map(|part| part["body"].as_str())
        .collect();
    assert!((0..3_000).all(|n| all.contains(&format!("Item {n} "))));
    let with_buttons = parts
        .iter()
        .filter(|part| part.get(BUTTONS).is_some())
        .count();
    assert_eq!(with_buttons, 1);
    let edit = replacement(content(&long, false), "$x");
    // An event that replaces another has to fit as well.
    assert!(size(&edit) < 50_000, "{}", size(&edit));
    let endless = Message::text("x<".repeat(60_000));
    assert!(
        contents(&endless, false)
            .iter()
            .all(|part| size(part) < 48_000)
    );
}
