//! Lines of chat, and phrases as managers say when.

use convene::chat::command::{COMMAND_MAX, TABLE, is_apart, parse};
use convene::domain::people::member::Permission;
use convene::domain::phrase;
use convene::domain::when;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{answered, config};
use crate::schedule::frame;

/// Pieces of lines: verbs, options, quotes of several kinds, marks that break things.
fn any_piece() -> impl Strategy<Value = String> {
    let mut known: Vec<String> = TABLE
        .iter()
        .flat_map(|spec| spec.names.iter().map(|name| (*name).to_owned()))
        .collect();
    known.extend(
        [
            "from=",
            "to=\"",
            "capacity=300",
            "zone=Europe/Londn",
            "=",
            "==",
            "\"",
            "“",
            "”",
            "«",
            "'",
            "\\",
            "anonymous=yes",
            "in",
            "21",
            "99999999999999999999",
            "-1",
            "2026-02-30",
            "25:00",
            "\u{0}",
            "\r\n",
            "\u{2028}",
            "\u{202e}",
            "\u{85}",
            "z\u{301}\u{301}\u{301}\u{301}",
            "👩‍👩‍👧",
            "ﬁ",
            "ß",
            "İ",
            "!",
            "/convene",
        ]
        .map(str::to_owned),
    );
    prop_oneof![
        6 => select(known),
        2 => "\\PC{0,12}",
        1 => "[ \t\u{a0}\u{3000}]{1,5}",
        1 => "[a-zA-Z=\"]{1,300}",
    ]
}

fn any_line() -> impl Strategy<Value = String> {
    let joined = vec(any_piece(), 0..30).prop_map(|pieces| pieces.join(" "));
    let glued = vec(any_piece(), 0..30).prop_map(|pieces| pieces.concat());
    let repeated = (any_piece(), 1..3_000_usize).prop_map(|(piece, times)| piece.repeat(times));
    prop_oneof![6 => joined, 3 => glued, 1 => repeated]
}

/// Words of phrases, doubled, exchanged and cut.
fn any_phrase() -> impl Strategy<Value = String> {
    let known = select(vec![
        "every",
        "last",
        "Monday",
        "of",
        "the",
        "month",
        "14:00-15:00",
        "and",
        "except",
        "until",
        "from",
        "1,2,3",
        "FREQ=WEEKLY",
        "BYDAY=MO",
        "twice",
        "a",
        "week",
        "first",
        "fifth",
        "-",
        "–",
        "99999999999999999999",
        "in",
        "June",
        "2026-10-05",
        "for",
        "4294967296",
        "hours",
        "Feb",
        "30",
        "noon",
        "Europe/London",
    ]);
    let piece = prop_oneof![8 => known.prop_map(str::to_owned), 1 => "\\PC{1,6}"];
    let joined = vec(piece, 0..40).prop_map(|words| words.join(" "));
    let long = ("\\PC{1,8}", 1..2_000_usize).prop_map(|(piece, times)| piece.repeat(times));
    prop_oneof![9 => joined, 1 => long]
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_line_is_understood_or_answered_in_a_few_words(line in any_line()) {
        let (size, typed) = (line.len(), line.clone());
        let (understood, _) = answered(move || (parse(&typed, Permission::Manager), is_apart(&typed)));
        match understood {
            Ok(mut command) => {
                prop_assert!(line.trim().chars().count() <= COMMAND_MAX);
                let mut words = 0;
                while let Some(word) = command.args.word() {
                    words += 1;
                    prop_assert!(word.text.len() <= size);
                }
                prop_assert!(words <= size);
                for key in command.spec.keys {
                    prop_assert!(command.args.option(key).unwrap_or_default().len() <= size);
                }
            }
            Err(why) => prop_assert!(why.to_string().chars().count() <= 300, "{why}"),
        }
    }

    #[test]
    fn any_phrase_is_understood_or_refused_in_a_few_words(said in any_phrase()) {
        let typed = said.clone();
        let refused = answered(move || {
            let mut refused = Vec::new();
            refused.extend(phrase::parse(&typed, &frame()).err().map(|why| why.to_string()));
            refused.extend(when::parse_moment(&typed, frame().from).err().map(|why| why.to_string()));
            refused.extend(when::parse_range(&typed).err().map(|why| why.to_string()));
            refused.extend(when::parse_daily_range(&typed).err().map(|why| why.to_string()));
            refused.extend(when::parse_duration(&typed).err().map(|why| why.to_string()));
            refused.extend(when::parse_zone(&typed).err().map(|why| why.to_string()));
            refused
        });
        for why in refused {
            prop_assert!(why.chars().count() <= 1_000, "{} characters: {why}", why.chars().count());
        }
    }
}
