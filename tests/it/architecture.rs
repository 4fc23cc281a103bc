//! The house keeps its shape: what `ARCHITECTURE.md` says about floors is read from there and
//! held against every path of `src/`, together with the rules of writing a machine can see.
//!
//! Sources are read as Rust tokens, so macros and attributes count and comments do not.

mod floors;
mod rules;
mod source;

use std::fmt;
use std::path::Path;

use floors::Floors;
use source::Source;

/// One place where the code and the house part.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Breach {
    file: String,
    line: usize,
    what: String,
    rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            what,
            rule,
        } = self;
        write!(f, "{file}:{line}: {what}\n    rule: {rule}")
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn floors() -> Floors {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    Floors::read(&page).unwrap_or_else(|problem| panic!("ARCHITECTURE.md: {problem}"))
}

/// Every Rust file under `folder`, in a steady order.
fn sources(folder: &str) -> Vec<Source> {
    walkdir::WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"))
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let name = entry.path().strip_prefix(root()).unwrap();
            Source::read(&name.to_string_lossy(), &text)
        })
        .collect()
}

fn report(mut breaches: Vec<Breach>) {
    breaches.sort();
    breaches.dedup();
    let list: Vec<_> = breaches.iter().map(Breach::to_string).collect();
    assert!(
        list.is_empty(),
        "{} breach(es) of the house:\n{}",
        list.len(),
        list.join("\n")
    );
}

#[test]
fn every_import_goes_down() {
    let floors = floors();
    let sources = sources("src");
    report(rules::imports(&sources, &floors));
}

#[test]
fn every_file_keeps_the_rules_of_writing() {
    let mut breaches: Vec<_> = sources("src").iter().flat_map(rules::writing).collect();
    for folder in ["tests", "benches"] {
        breaches.extend(sources(folder).iter().flat_map(rules::opening));
    }
    report(breaches);
}

/// What the checks say about one made-up file.
fn seen(file: &str, text: &str) -> Vec<String> {
    let sources = [
        Source::read("src/chat/port.rs", "//! x\npub trait ChatPort {}"),
        Source::read("src/storage/rows.rs", "//! x\npub trait Row {}"),
        Source::read("src/words/wording.rs", "//! x\nmacro_rules! say {}"),
        Source::read("src/domain/ids.rs", "//! x\nmacro_rules! ids {}"),
        Source::read(file, text),
    ];
    let mut breaches = rules::imports(&sources, &floors());
    breaches.extend(rules::writing(&sources[4]));
    breaches.sort();
    breaches
        .into_iter()
        .map(|breach| format!("{}: {}", breach.line, breach.what))
        .collect()
}

#[test]
fn a_clean_file_is_left_alone() {
    let text = "//! Saves answers.\n\
        crate::ids! {}\n\
        use crate::domain::{rsvp::{self, Rsvp}, time::Instant};\n\
        use super::rows::Row;\n\
        /// See [`crate::actions::rsvp`] and Utc::now.\n\
        pub async fn save(tx: &mut super::Tx) { tx.run(\"crate::web\", crate::domain::x!()).await }\n\
        #[cfg(test)]\nmod tests { use super::*; use super::super::rows; }\n";
    assert_eq!(seen("src/storage/rsvps.rs", text), Vec::<String>::new());
}

#[test]
fn every_way_of_climbing_is_seen() {
    let cases = [
        ("use crate::web::page;", "names crate::web::page"),
        (
            "use crate::{domain::ids, actions::{self, rsvp as answer}};",
            "names crate::actions",
        ),
        (
            "pub use super::super::bot::Turn;",
            "names super::super::bot::Turn",
        ),
        (
            "fn f() { crate::words::rsvp::card(); }",
            "names crate::words::rsvp::card",
        ),
        (
            "macro_rules! m { () => { $crate::chat::Message } }",
            "names crate::chat::Message",
        ),
        (
            "fn f() { vec![crate::formats::csv::read()]; }",
            "names crate::formats::csv::read",
        ),
        (
            "mod tests { use super::super::super::clock::tick; }",
            "names super::super::super::clock::tick",
        ),
        ("use crate::say;", "names crate::say"),
        ("use crate::*;", "names crate::*"),
        ("use crate::cellar::Wine;", "names crate::cellar::Wine"),
    ];
    for (code, what) in cases {
        let found = seen("src/storage/rsvps.rs", &format!("//! x\n{code}"));
        assert!(
            found
                .iter()
                .any(|said| said.starts_with(&format!("2: {what}"))),
            "{code}: {found:?}"
        );
    }
}

#[test]
fn neighbours_are_strangers() {
    let adapter = "//! x\nuse crate::adapters::slack::Client;\nuse super::{email, matrix::X};";
    assert_eq!(
        seen("src/adapters/matrix/sync.rs", adapter),
        ["2: names crate::adapters::slack::Client"],
        "`super` is the adapter's own folder here"
    );
    assert_eq!(
        seen("src/adapters/matrix.rs", adapter),
        [
            "2: names crate::adapters::slack::Client",
            "3: names super::email"
        ]
    );
    assert_eq!(
        seen("src/main.rs", "//! x\nuse convene::adapters::slack;"),
        ["2: names convene::adapters::slack"]
    );
    assert_eq!(
        seen("src/app.rs", "//! x\nuse crate::adapters::slack;"),
        Vec::<String>::new()
    );
    assert_eq!(
        seen(
            "src/actions/rsvp.rs",
            "//! x\nuse crate::storage::rows::Row;"
        ),
        ["2: takes the trait crate::storage::rows::Row"]
    );
}

#[test]
fn every_rule_of_writing_is_seen() {
    let long = format!("//! x\n{}", "// \n".repeat(400));
    let cases = [
        ("domain", "use std::fmt;", "does not begin with `//!`"),
        ("domain", &long, "is 401 lines long"),
        (
            "domain",
            "//! x\nfn f() { chrono::Utc::now(); }",
            "Utc::now",
        ),
        ("bot", "//! x\nuse rand::{rng, Rng};", "rand::rng"),
        (
            "bot",
            "//! x\nfn f() { dbg!(SystemTime::now()) }",
            "SystemTime::now",
        ),
        (
            "bot",
            "//! x\n#[allow(dead_code)] fn f() {}",
            "`allow` attribute",
        ),
        (
            "bot",
            "//! x\n#![cfg_attr(unix, allow(dead_code))]",
            "`allow` attribute",
        ),
        ("bot", "//! x\n#[cfg(test)]\nfn f() {}", "branches on test"),
        (
            "bot",
            "//! x\nfn f() { if cfg!(test) {} }",
            "branches on test",
        ),
        (
            "bot",
            "//! x\n#[cfg(feature = \"slack\")] fn f() {}",
            "branches on a feature",
        ),
        ("actions", "//! x\nuse sqlx::Row;", "names sqlx"),
        (
            "actions",
            "//! x\nuse ::rusqlite::Connection;",
            "names rusqlite",
        ),
        ("actions", "//! x\ntype E = anyhow::Error;", "names anyhow"),
        ("domain", "//! x\nuse tokio::sync::Mutex;", "names tokio"),
        ("domain", "//! x\nuse std::fs;", "names std::fs"),
        ("domain", "//! x\nasync fn f() {}", "is asynchronous"),
        ("words", "//! x\nstruct GuildCard;", "says `GuildCard`"),
        (
            "chat",
            "//! x\nfn f(workspace_id: &str) {}",
            "says `workspace_id`",
        ),
        (
            "web",
            "//! x\nstruct PageManager;",
            "calls a thing `PageManager`",
        ),
        ("web", "//! x\nmod utils;", "calls a thing `utils`"),
    ];
    for (room, text, what) in cases {
        let found = seen(&format!("src/{room}/x.rs"), text);
        assert!(
            found.iter().any(|said| said.contains(what)),
            "{text}: {found:?}"
        );
    }
}
