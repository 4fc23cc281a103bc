//! The rules themselves, each with the words it answers in.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenTree};

use super::Breach;
use super::floors::Floors;
use super::source::{Named, Source, ident, trees};

/// The two traits that may cross a floor.
const CROSSING_TRAITS: [&str; 2] = ["Clock", "ChatPort"];

/// Where time and chance come from; everybody else is handed them.
const TIME_AND_CHANCE: [[&str; 2]; 7] = [
    ["Utc", "now"],
    ["Local", "now"],
    ["SystemTime", "now"],
    ["rand", "rng"],
    ["rand", "random"],
    ["Ulid", "new"],
    ["Ulid", "generate"],
];

/// Crates with a home: the beginning of the path, the rooms that may say it, and why.
const HOMES: [(&[&str], &[&str], &str); 7] = [
    (&["sqlx"], &["storage"], "only storage/ knows the driver"),
    (
        &["rusqlite"],
        &["storage"],
        "only storage/ knows the driver",
    ),
    (
        &["libsqlite3_sys"],
        &["storage"],
        "only storage/ knows the driver",
    ),
    (
        &["anyhow"],
        &["main", "app", "cli"],
        "errors have types below main, app and cli",
    ),
    (&["tokio"], NOT_DOMAIN, "domain/ is pure and synchronous"),
    (
        &["std", "fs"],
        NOT_DOMAIN,
        "domain/ is pure and synchronous",
    ),
    (
        &["std", "net"],
        NOT_DOMAIN,
        "domain/ is pure and synchronous",
    ),
];

const NOT_DOMAIN: &[&str] = &[
    "main", "lib", "app", "cli", "web", "bot", "clock", "actions", "words", "adapters", "chat",
    "storage", "formats",
];

/// Words of one platform; everybody else says Space, Room, Account, MessageRef.
const PLATFORM_WORDS: [&str; 5] = ["workspace", "guild", "snowflake", "mxid", "blockkit"];

/// Endings that say a thing has no name yet.
const NAMELESS: [&str; 5] = ["Manager", "Helper", "Helpers", "Service", "Utils"];

const LONGEST: usize = 400;

fn breach(source: &Source, line: usize, what: impl Into<String>, rule: &str) -> Breach {
    Breach {
        file: source.file.clone(),
        line,
        what: what.into(),
        rule: rule.to_owned(),
    }
}

/// Every path goes to the same room or to one that the table allows.
pub fn imports(sources: &[Source], floors: &Floors) -> Vec<Breach> {
    let traits = public_traits(sources);
    let macros = macros(sources);
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| source.room() != "lib") {
        if floors.floor(source.room()).is_none() {
            let what = format!("the room `{}` has no row", source.room());
            breaches.push(breach(source, 1, what, "ARCHITECTURE.md, Floors"));
        }
        for named in &source.named {
            breaches.extend(one_import(source, named, floors, &macros));
            breaches.extend(borrowed_trait(source, named, &traits));
        }
    }
    breaches
}

fn one_import(
    source: &Source,
    named: &Named,
    floors: &Floors,
    macros: &BTreeMap<String, String>,
) -> Option<Breach> {
    let ours = named.ours.as_ref()?;
    let first = ours.first()?;
    // An exported macro is named from the crate's root, whichever room it lives in.
    let to = macros
        .get(first)
        .filter(|_| ours.len() == 1)
        .unwrap_or(first)
        .as_str();
    let what = format!("names {}", named.written.join("::"));
    if to == "adapters" && source.room() == "adapters" {
        let other = ours.get(1)?;
        let own = source.adapter();
        let strange = own.is_some_and(|own| own != other);
        return strange.then(|| breach(source, named.line, what, "adapters never name each other"));
    }
    if to == "adapters" && source.room() != "app" {
        let rule = "only app.rs names an adapter";
        return Some(breach(source, named.line, what, rule));
    }
    let rule = floors.objection(source.room(), to)?;
    Some(breach(source, named.line, what, &rule))
}

/// Which room each macro lives in.
fn macros(sources: &[Source]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for source in sources {
        each_run(source, &mut |tokens, at| {
            if ident(tokens, at).as_deref() == Some("macro_rules")
                && let Some(name) = ident(tokens, at + 2)
            {
                found.insert(name, source.room().to_owned());
            }
        });
    }
    found
}

/// Traits a file offers to others, as room and name.
fn public_traits(sources: &[Source]) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for source in sources {
        each_run(source, &mut |tokens, at| {
            if ident(tokens, at).as_deref() == Some("pub")
                && ident(tokens, at + 1).as_deref() == Some("trait")
                && let Some(name) = ident(tokens, at + 2)
            {
                found.insert((source.room().to_owned(), name));
            }
        });
    }
    found
}

fn borrowed_trait(
    source: &Source,
    named: &Named,
    traits: &BTreeSet<(String, String)>,
) -> Option<Breach> {
    let ours = named.ours.as_ref()?;
    let (room, name) = (ours.first()?, ours.last()?);
    let crosses = room != source.room() && source.room() != "app" && source.room() != "main";
    let known = traits.contains(&(room.clone(), name.clone()));
    (crosses && known && !CROSSING_TRAITS.contains(&name.as_str())).then(|| {
        let what = format!("takes the trait {}", named.written.join("::"));
        let rule = "only Clock and ChatPort cross a floor";
        breach(source, named.line, what, rule)
    })
}

/// The rules that concern one file of `src/`.
pub fn writing(source: &Source) -> Vec<Breach> {
    let mut breaches: Vec<_> = opening(source).into_iter().collect();
    let lines = source.text.lines().count();
    if lines > LONGEST {
        let what = format!("is {lines} lines long");
        let rule = "a file aims at 150 lines and is split at 400";
        breaches.push(breach(source, lines, what, rule));
    }
    for named in &source.named {
        breaches.extend(time_and_chance(source, named));
        breaches.extend(away_from_home(source, named));
    }
    each_run(source, &mut |tokens, at| {
        breaches.extend(attribute(source, tokens, at));
        breaches.extend(word(source, tokens, at));
    });
    breaches
}

/// Every module says first what it is and why.
pub fn opening(source: &Source) -> Option<Breach> {
    (!source.text.starts_with("//!")).then(|| {
        let rule = "a module begins by saying what it is and why";
        breach(source, 1, "does not begin with `//!`", rule)
    })
}

fn time_and_chance(source: &Source, named: &Named) -> Option<Breach> {
    if source.file == "src/domain/time.rs" || source.room() == "app" {
        return None;
    }
    let pair = TIME_AND_CHANCE
        .iter()
        .find(|pair| named.written.windows(2).any(|two| two == *pair))?;
    let what = format!("calls {}", pair.join("::"));
    let rule = "time and chance come in as parameters (Clock, Mint)";
    Some(breach(source, named.line, what, rule))
}

fn away_from_home(source: &Source, named: &Named) -> Option<Breach> {
    if named.ours.is_some() {
        return None;
    }
    let (path, _, rule) = HOMES.iter().find(|(path, rooms, _)| {
        named.written.iter().zip(*path).all(|(is, home)| is == home)
            && named.written.len() >= path.len()
            && !rooms.contains(&source.room())
    })?;
    let what = format!("names {}", path.join("::"));
    Some(breach(source, named.line, what, rule))
}

/// What `#[..]` or `#![..]` at this place says against the rules.
fn attribute(source: &Source, tokens: &[TokenTree], at: usize) -> Option<Breach> {
    let line = tokens[at].span().start().line;
    let TokenTree::Group(group) = &tokens[at] else {
        return None;
    };
    let before = |back: usize| {
        at.checked_sub(back)
            .map(|at| tokens[at].to_string())
            .unwrap_or_default()
    };
    let inside = group.stream().to_string().replace(' ', "");
    let rule = "no cfg(test) branch in product code";
    if group.delimiter() == Delimiter::Parenthesis {
        let asks = before(2) == "cfg" && before(1) == "!" && says(&inside, "test");
        return asks.then(|| breach(source, line, "branches on test", rule));
    }
    let marked = before(1) == "#" || (before(1) == "!" && before(2) == "#");
    if group.delimiter() != Delimiter::Bracket || !marked {
        return None;
    }
    let conditional = inside.starts_with("cfg(") || inside.starts_with("cfg_attr(");
    if inside.starts_with("allow(") || (conditional && inside.contains(",allow(")) {
        let rule = "#[expect(.., reason = \"..\")], never allow";
        return Some(breach(source, line, "carries an `allow` attribute", rule));
    }
    if conditional && says(&inside, "test") && !before_mod_tests(tokens, at + 1) {
        return Some(breach(source, line, "branches on test", rule));
    }
    let gate = source.room() == "app" || source.file == "src/adapters/mod.rs";
    if conditional && inside.contains("feature=") && !gate {
        let rule = "a feature gates its adapter's folder and its line in app.rs, nothing else";
        return Some(breach(source, line, "branches on a feature", rule));
    }
    None
}

fn says(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '"')
        .any(|part| part == word)
}

/// Whether `mod` follows, further attributes left aside.
fn before_mod_tests(tokens: &[TokenTree], mut at: usize) -> bool {
    while matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == '#') {
        at += 2;
    }
    ident(tokens, at).as_deref() == Some("mod") && ident(tokens, at + 1).as_deref() == Some("tests")
}

/// What the identifier at this place says against the rules.
fn word(source: &Source, tokens: &[TokenTree], at: usize) -> Option<Breach> {
    let name = ident(tokens, at)?;
    let line = tokens[at].span().start().line;
    if source.room() == "domain" && name == "async" {
        let rule = "domain/ is pure and synchronous";
        return Some(breach(source, line, "is asynchronous", rule));
    }
    if !["adapters", "app"].contains(&source.room()) && is_platform_word(&name) {
        let what = format!("says `{name}`");
        let rule = "platform words stay in their adapter: Space, Room, Account, MessageRef";
        return Some(breach(source, line, what, rule));
    }
    let kind = at.checked_sub(1).and_then(|at| ident(tokens, at))?;
    let vague = match kind.as_str() {
        "struct" | "enum" | "trait" => NAMELESS
            .iter()
            .any(|end| name.ends_with(end) && name != *end),
        "mod" => ["utils", "util", "helpers", "helper", "misc", "common"].contains(&&*name),
        _ => false,
    };
    vague.then(|| {
        let what = format!("calls a thing `{name}`");
        let rule = "a name says what a thing is: no Manager, Helper, Service, utils";
        breach(source, line, what, rule)
    })
}

fn is_platform_word(name: &str) -> bool {
    let lower = name.to_lowercase();
    let starts_word = |word: &str| {
        let part = lower
            .split('_')
            .any(|part| part.trim_end_matches('s') == word);
        let capital = word[..1].to_uppercase() + &word[1..];
        part || name.contains(&capital)
    };
    PLATFORM_WORDS.iter().any(|word| starts_word(word))
}

/// Calls `look` with every place of every run of tokens, inside groups too.
fn each_run(source: &Source, look: &mut dyn FnMut(&[TokenTree], usize)) {
    fn go(tokens: &[TokenTree], look: &mut dyn FnMut(&[TokenTree], usize)) {
        for at in 0..tokens.len() {
            look(tokens, at);
            if let TokenTree::Group(group) = &tokens[at] {
                go(&trees(group.stream()), look);
            }
        }
    }
    go(&trees(source.tokens.clone()), look);
}
