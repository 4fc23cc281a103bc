//! A phrase cut into tokens, spellings made one.

use chrono::NaiveDate;

use crate::domain::when::parse_zone;

/// One token and the text it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub text: String,
}

/// What a token is by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// Digits alone.
    Number(u32),
    /// Digits with st, nd, rd, th.
    Ordinal(u32),
    /// Begins with a digit and holds more: a time, or a length such as `90m`.
    Clock,
    Dash,
    /// An ISO date.
    Date(NaiveDate),
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    fn word(text: &str) -> Self {
        Self {
            kind: Kind::Word,
            text: text.to_owned(),
        }
    }
}

/// Several words that are one, and the word they become.
const TOGETHER: [(&[&str], &str); 31] = [
    (&["second", "to", "last"], "penultimate"),
    (&["second", "-", "to", "-", "last"], "penultimate"),
    (&["next", "to", "last"], "penultimate"),
    (&["last", "but", "one"], "penultimate"),
    (&["second", "-", "last"], "penultimate"),
    (&["second", "last"], "penultimate"),
    (&["2nd", "last"], "penultimate"),
    (&["third", "last"], "antepenultimate"),
    (&["3rd", "last"], "antepenultimate"),
    (&["working", "day"], "workday"),
    (&["working", "days"], "workday"),
    (&["business", "day"], "workday"),
    (&["business", "days"], "workday"),
    (&["week", "day"], "weekday"),
    (&["week", "days"], "weekday"),
    (&["bi", "-", "weekly"], "biweekly"),
    (&["bi", "-", "monthly"], "bimonthly"),
    (&["bi", "-", "annual"], "biannually"),
    (&["bi", "-", "annually"], "biannually"),
    (&["semi", "-", "annual"], "biannually"),
    (&["semi", "-", "annually"], "biannually"),
    (&["half", "-", "yearly"], "biannually"),
    (&["half", "yearly"], "biannually"),
    (&["half", "year"], "halfyear"),
    (&["half", "-", "year"], "halfyear"),
    (&["apart", "from"], "except"),
    (&["not", "in"], "except"),
    (&["but", "not"], "except"),
    (&["o", "clock"], ""),
    (&["12", "noon"], "noon"),
    (&["12", "midnight"], "midnight"),
];

/// Cuts `typed` into tokens: lower case, dashes of every kind one, brackets and commas gone.
pub(super) fn cut(typed: &str) -> Vec<Token> {
    let plain = typed
        .to_lowercase()
        .replace("a.m.", "am")
        .replace("p.m.", "pm");
    let mut tokens = Vec::new();
    for chunk in plain.split(|c: char| c.is_whitespace() || ",;()[]\"'“”‘’+&@!?".contains(c))
    {
        // A dot ends an abbreviation or the phrase; inside it is part of a time.
        let chunk = chunk.trim_matches(['.', ':']);
        if chunk.is_empty() {
            continue;
        }
        if let Ok(date) = chunk.parse::<NaiveDate>() {
            tokens.push(Token {
                kind: Kind::Date(date),
                text: chunk.to_owned(),
            });
        } else if looks_like_zone(chunk) {
            tokens.push(Token::word(chunk));
        } else {
            cut_chunk(chunk, &mut tokens);
        }
    }
    together(&join_halves(tokens))
}

/// "europe/london", also misspelt; "mon/wed" is a list.
fn looks_like_zone(chunk: &str) -> bool {
    const AREAS: [&str; 9] = [
        "africa",
        "america",
        "antarctica",
        "asia",
        "atlantic",
        "australia",
        "europe",
        "indian",
        "pacific",
    ];
    chunk
        .split_once('/')
        .is_some_and(|(area, _)| AREAS.contains(&area) || parse_zone(chunk).is_ok())
}

fn cut_chunk(chunk: &str, tokens: &mut Vec<Token>) {
    const DASHES: [char; 6] = ['-', '–', '—', '‑', '−', '‒'];
    for (i, part) in chunk.split(DASHES).enumerate() {
        if i > 0 {
            tokens.push(Token {
                kind: Kind::Dash,
                text: "-".to_owned(),
            });
        }
        for piece in part.split('/').filter(|piece| !piece.is_empty()) {
            tokens.push(Token {
                kind: kind_of(piece),
                text: piece.to_owned(),
            });
        }
    }
}

fn kind_of(piece: &str) -> Kind {
    let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = piece.split_at(digits);
    match (number.parse::<u32>(), rest) {
        (Ok(number), "") => Kind::Number(number),
        (Ok(number), "st" | "nd" | "rd" | "th") => Kind::Ordinal(number),
        _ if digits > 0 => Kind::Clock,
        _ => Kind::Word,
    }
}

/// "10 am" is one token.
fn join_halves(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let half = token.is("am") || token.is("pm");
        match joined.last_mut() {
            Some(before) if half && matches!(before.kind, Kind::Number(_) | Kind::Clock) => {
                before.kind = Kind::Clock;
                before.text.push_str(&token.text);
            }
            _ => joined.push(token),
        }
    }
    joined
}

fn together(tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let found = TOGETHER.iter().find(|(words, _)| {
            words.len() <= rest.len() && words.iter().zip(rest).all(|(word, t)| t.text == *word)
        });
        if let Some((words, word)) = found {
            if !word.is_empty() {
                out.push(Token::word(word));
            }
            rest = &rest[words.len()..];
        } else {
            out.push(first.clone());
            rest = &rest[1..];
        }
    }
    out
}
