//! The table of promises in ARCHITECTURE.md names stories that are there.

use std::path::{Path, PathBuf};

/// The rows of the table: promise, stories, what was seen.
fn rows() -> Vec<[String; 3]> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let (_, table) = text
        .split_once("| promise | told in `tests/it` | seen last |\n")
        .expect("the table of promises");
    let rows = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'));
    rows.map(|line| {
        let cells: Vec<String> = line
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect();
        cells
            .try_into()
            .unwrap_or_else(|cells| panic!("three cells: {cells:?}"))
    })
    .collect()
}

/// The file of a module, and what is left of its path: the name of a story.
fn file_of(path: &str) -> (PathBuf, Option<String>) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let parts: Vec<&str> = path.split("::").collect();
    for end in (1..=parts.len()).rev() {
        let module = tests.join(parts[..end].join("/"));
        for file in [module.with_extension("rs"), module.join("mod.rs")] {
            if file.is_file() {
                return (file, parts.get(end).map(|name| (*name).to_owned()));
            }
        }
    }
    panic!("there is no story {path}")
}

#[test]
fn every_promise_names_a_story_that_is_there_and_what_was_seen() {
    let rows = rows();
    assert!(rows.len() > 15, "{rows:?}");
    for [promise, stories, seen] in rows {
        assert!(!promise.is_empty() && !seen.is_empty(), "{promise}: {seen}");
        let named: Vec<&str> = stories.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{promise} names no story");
        for path in named {
            let (file, story) = file_of(path);
            let text = std::fs::read_to_string(&file).unwrap();
            if let Some(story) = story {
                assert!(text.contains(&format!("fn {story}(")), "{path}");
            }
        }
    }
}
