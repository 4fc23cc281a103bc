//! Which case of bad input is told where: every case that concerns what is built has a story named after it, and the others
//! say what they wait for.

use std::collections::BTreeMap;

use walkdir::WalkDir;

/// What a case waits for, where it is not told yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// There is a story of its name.
    Here,
    /// The JSON interface.
    Api,
    /// Discord.
    Discord,
}

/// Every case, by its number.
const CASES: [Told; 40] = {
    use Told::{Api, Discord, Here};
    [
        Here, Here, Here, Here, Here, Here, Here, Here, Here, Here, // 01 to 10: what is typed
        Here, Here, Here, Here, Here, Here, // 11 to 16: who types it, and how much
        Here, Here, Here, Here, Here, Here, Here, // 17 to 23: tables
        Here, Here, Here, Here, Here, Here, Here, Here, Here, // 24 to 32: pages, and identity
        Api, Api, Api, Api, // 33 to 36
        Here, Here, Discord, // 37 to 39
        Here,    // 40: operation
    ]
};

/// The stories of each case: `bad07_…`.
fn stories() -> BTreeMap<usize, Vec<String>> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for folder in ["src", "tests"] {
        let files = WalkDir::new(root.join(folder)).into_iter().flatten();
        for file in files.filter(|file| file.path().extension().is_some_and(|it| it == "rs")) {
            let text = std::fs::read_to_string(file.path()).unwrap();
            for line in text.lines() {
                let line = line.trim_start().trim_start_matches("async ");
                let Some(name) = line.strip_prefix("fn bad") else {
                    continue;
                };
                let name = name.split('(').next().unwrap();
                let Ok(number) = name.split('_').next().unwrap().parse() else {
                    continue;
                };
                found.entry(number).or_default().push(format!("bad{name}"));
            }
        }
    }
    found
}

#[test]
fn every_case_has_its_story_or_says_what_it_waits_for() {
    let stories = stories();
    for (at, told) in CASES.iter().enumerate() {
        let number = at + 1;
        let there = stories.contains_key(&number);
        assert_eq!(there, *told == Told::Here, "bad{number:02} is {told:?}");
    }
    assert!(
        stories.keys().all(|number| *number <= CASES.len()),
        "{stories:?}"
    );
}

#[test]
fn the_list_is_that_of_the_practice() {
    let folder = std::env::var("CONVENE_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let file = std::path::Path::new(&folder).join("practice/bad-inputs.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("not tried: {} is not there", file.display());
        return;
    };
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = all["cases"].as_array().unwrap();
    let ids: Vec<&str> = cases
        .iter()
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    let ours: Vec<String> = (1..=CASES.len()).map(|n| format!("bad{n:02}")).collect();
    assert_eq!(ids, ours);
    // What is said in chat, in tables and about operation is all told.
    for (case, told) in cases.iter().zip(CASES) {
        let surface = case["surface"].as_str().unwrap();
        if ["chat", "csv", "clock/ops"].contains(&surface) {
            assert_eq!(told, Told::Here, "{}", case["id"]);
        }
    }
}
