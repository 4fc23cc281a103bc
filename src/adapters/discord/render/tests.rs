//! Messages as Discord gets them.

use proptest::prelude::*;
use serde_json::Value;

use super::lines::units;
use super::{Part, command_of, one, parts, token_of};
use crate::chat::message::{Button, Line, Message};
use crate::domain::text::UserText;
use crate::domain::time::instant_from_millis;

fn user(text: &str) -> UserText {
    UserText::trusted(text)
}

fn text_of(message: &Message) -> String {
    let parts = parts(message, "/convene ");
    assert_eq!(parts.len(), 1);
    parts[0].text.clone()
}

/// Discord's limits, asserted of what would be sent (docs: message, embed and component limits).
fn fits(part: &Part) {
    let values = part.values(Some("0123456789abcdef0123456789abcdef.12"));
    let embed = &values["embeds"][0];
    let text = embed["description"].as_str().unwrap();
    assert!((1..=4_096).contains(&units(text)), "{}", units(text));
    assert!(embed["url"].as_str().unwrap().len() <= 2_048);
    let rows = values["components"].as_array().unwrap();
    assert!(rows.len() <= 5);
    let mut ids = std::collections::HashSet::new();
    for row in rows {
        let inside = row["components"].as_array().unwrap();
        assert!((1..=5).contains(&inside.len()));
        for shown in inside {
            let id = shown["custom_id"].as_str().unwrap();
            assert!(units(id) <= 100 && ids.insert(id.to_owned()), "{id}");
            match shown["type"].as_i64() {
                Some(2) => assert!(units(shown["label"].as_str().unwrap()) <= 80),
                Some(3) => {
                    let options = shown["options"].as_array().unwrap();
                    assert!((1..=25).contains(&options.len()));
                    for option in options {
                        let length = |key: &str| units(option[key].as_str().unwrap());
                        assert!(length("value") <= 100 && length("label") <= 100);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(
        values["allowed_mentions"],
        serde_json::json!({ "parse": [] })
    );
}

#[test]
fn what_people_wrote_is_neither_markup_nor_a_mention_nor_a_link() {
    let line = Line::new().user(&user(
        "*a* _b_ `c` ~~d~~ ||e|| <@1> @everyone [x](https://x.example) <t:1:F>",
    ));
    assert_eq!(
        text_of(&Message::text(line)),
        "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\|\\|e\\|\\| \\<\\@1\\> \\@everyone \\[x\\]\\(https\\://x.example\\) \\<t\\:1\\:F\\>"
    );
    for (written, shown) in [
        ("# a", "\\# a"),
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("> a", "\\> a"),
    ] {
        assert_eq!(
            text_of(&Message::text(Line::new().user(&user(written)))),
            shown
        );
    }
}

#[test]
fn a_card_reads_as_one() {
    let at = instant_from_millis(1_800_000_000_000);
    let zone = chrono_tz::Europe::London;
    let message = Message::default()
        .heading(Line::new().user(&user("Knowledge Share")))
        .and(Line::new().time(at, zone).say(" to ").time(at, zone))
        .bullets(vec![Line::new().strong("2 yes").say(" · 1 maybe")])
        .quiet(Line::new().say("Say ").code("help"))
        .buttons(vec![
            Button::new("Yes", "rsvp yes 1").primary(),
            Button::new("No", "rsvp no 1"),
        ]);
    let part = one(&message, "");
    assert_eq!(
        part.text,
        "### Knowledge Share\n<t:1800000000:F> (<t:1800000000:R>) to <t:1800000000:F>\n- **2 yes** · 1 maybe\n-# Say `help`"
    );
    let ids: Vec<&str> = part.rows[0]["components"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| command_of(it["custom_id"].as_str()?))
        .collect();
    assert_eq!(ids, ["rsvp yes 1", "rsvp no 1"]);
    let values = part.values(Some("ab12"));
    assert_eq!(token_of(&values), Some("ab12"));
    assert!(values["embeds"][0].get("title").is_none());
}

#[test]
fn stress_is_one_pair_of_stars_and_a_title_needs_none() {
    let line = || {
        Line::new()
            .strong("1 · ")
            .strong_user(&user("Open *day*"))
            .strong(": ")
            .say("now")
    };
    assert_eq!(
        text_of(&Message::text(line())),
        "**1 · Open \\*day\\*\\:** now"
    );
    assert_eq!(
        text_of(&Message::default().heading(line())),
        "### 1 · Open \\*day\\*\\: now"
    );
}

#[test]
fn many_buttons_become_a_menu_and_what_does_not_fit_is_typed() {
    let buttons: Vec<Button> = (0..30)
        .map(|n| Button::new(format!("Item {n}"), format!("done {n}")))
        .collect();
    let part = one(&Message::text("Which?").buttons(buttons), "");
    fits(&part);
    assert_eq!(part.rows.len(), 2);
    assert_eq!(
        part.rows[0]["components"][0]["options"]
            .as_array()
            .map(Vec::len),
        Some(25)
    );
    let long = Button::new("Use", format!("wording use {}", "x".repeat(100)));
    let part = one(&Message::text("Or?").buttons(vec![long]), "/convene ");
    assert!(part.rows.is_empty());
    assert!(part.text.contains("- Use: `/convene wording use xxx"));
}

#[test]
fn what_is_long_is_several_posts_and_shortened_where_it_must_be_one() {
    let items = (0..300).map(|n| Line::new().user(&user(&format!("{n} {}", "word ".repeat(20)))));
    let message = Message::text("All of it:")
        .bullets(items.collect())
        .buttons(vec![Button::new("Yes", "rsvp yes 1")]);
    let all = parts(&message, "");
    assert!(all.len() > 5);
    all.iter().for_each(fits);
    let short = one(&message, "");
    fits(&short);
    assert!(
        short.text.ends_with("too long for one message)"),
        "{}",
        short.text
    );
    assert_eq!(short.rows.len(), 1);
}

fn line() -> impl Strategy<Value = Line> {
    let span = prop_oneof![
        ".{0,400}".prop_map(|text| Line::new().say(text)),
        "[\\\\*_`<>@:. a-z\u{1F600}-\u{1F64F}]{0,600}"
            .prop_map(|text| Line::new().user(&UserText::trusted(text))),
        ".{0,300}".prop_map(|text| Line::new().strong_user(&UserText::trusted(text))),
        "[a-z`]{0,5000}".prop_map(|text| Line::new().code(text)),
        "[a-z()]{0,3000}"
            .prop_map(|text| Line::new().link("there", format!("https://{text}.example"))),
    ];
    prop::collection::vec(span, 0..8)
        .prop_map(|lines| lines.into_iter().fold(Line::new(), Line::join))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_said_fits(
        lines in prop::collection::vec(line(), 0..12),
        buttons in prop::collection::vec((".{0,120}", ".{0,150}"), 0..40),
    ) {
        let message = lines.into_iter().fold(Message::default(), |message, line| message.heading(line.clone()).and(line));
        let message = message.buttons(buttons.into_iter().map(|(label, command)| Button::new(label, command)).collect());
        parts(&message, "/convene ").iter().for_each(fits);
        fits(&one(&message, "/convene "));
    }

    #[test]
    fn a_shortened_text_ends_in_no_escape(text in "[\\\\a-z*]{0,60}", max in 2usize..40) {
        let short = super::cut(&super::lines::escaped(&text), max);
        prop_assert!(units(&short) <= max);
        let kept = short.strip_suffix('…').unwrap_or(&short);
        let slashes = kept.len() - kept.trim_end_matches('\\').len();
        prop_assert_eq!(slashes % 2, 0);
    }
}

#[test]
fn values_are_an_object() {
    assert!(matches!(Part::default().values(None), Value::Object(_)));
}
