//! One Rust file as the checks see it: its place in the house, its tokens, and every path it
//! names, with `use` groups opened and `super` followed.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path as it stands in a file.
#[derive(Debug)]
pub struct Named {
    /// Where it stands.
    pub line: usize,
    /// As written: `crate`, `domain`, `ids`.
    pub written: Vec<String>,
    /// From the crate's root, when the path is ours: `domain`, `ids`.
    pub ours: Option<Vec<String>>,
}

/// One file.
#[derive(Debug)]
pub struct Source {
    /// From the project's root, with `/`.
    pub file: String,
    /// What it says.
    pub text: String,
    /// Its tokens.
    pub tokens: TokenStream,
    /// Every path of two segments or more.
    pub named: Vec<Named>,
    module: Vec<String>,
}

impl Source {
    /// Reads a file; one that is no Rust at all fails the test.
    pub fn read(file: &str, text: &str) -> Self {
        let file = file.replace('\\', "/");
        let tokens = TokenStream::from_str(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        let mut module: Vec<_> = file
            .trim_start_matches("src/")
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        let mut reader = Reader {
            binary: file == "src/main.rs",
            named: Vec::new(),
        };
        let at_root = matches!(file.as_str(), "src/main.rs" | "src/lib.rs");
        let here = if at_root { Vec::new() } else { module.clone() };
        reader.scan(&trees(tokens.clone()), &here);
        Self {
            file,
            text: text.to_owned(),
            tokens,
            named: reader.named,
            module,
        }
    }

    /// The room this file belongs to: `domain`, `app`, `main`.
    pub fn room(&self) -> &str {
        &self.module[0]
    }

    /// Which adapter this file is part of, if any.
    pub fn adapter(&self) -> Option<&str> {
        (self.room() == "adapters")
            .then(|| self.module.get(1).map(String::as_str))
            .flatten()
    }
}

/// The tokens of a stream, indexable.
pub fn trees(tokens: TokenStream) -> Vec<TokenTree> {
    tokens.into_iter().collect()
}

/// The identifier at `at`, if there is one.
pub fn ident(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at) {
        Some(TokenTree::Ident(name)) => Some(name.to_string()),
        _ => None,
    }
}

fn is_punct(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == sign)
}

fn is_path_sign(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}

/// Words that may stand before a path which begins with `::`.
const AHEAD_OF_PATH: [&str; 8] = ["use", "as", "in", "impl", "for", "dyn", "return", "mut"];

struct Reader {
    /// `main.rs` sees the library as `convene`.
    binary: bool,
    named: Vec<Named>,
}

impl Reader {
    fn scan(&mut self, tokens: &[TokenTree], here: &[String]) {
        let mut at = 0;
        while at < tokens.len() {
            if ident(tokens, at).as_deref() == Some("mod")
                && let Some(name) = ident(tokens, at + 1)
                && let Some(TokenTree::Group(body)) = tokens.get(at + 2)
            {
                let inner = [here, &[name]].concat();
                self.scan(&trees(body.stream()), &inner);
                at += 3;
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(word) if AHEAD_OF_PATH.iter().any(|ahead| word == ahead) => {
                    at += 1
                }
                TokenTree::Ident(_) => at = self.path(tokens, at, &[], here),
                TokenTree::Group(group) => {
                    self.scan(&trees(group.stream()), here);
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// Reads one path that begins at `at`, below `prefix`, and says where it ends.
    fn path(
        &mut self,
        tokens: &[TokenTree],
        mut at: usize,
        prefix: &[String],
        here: &[String],
    ) -> usize {
        let line = tokens[at].span().start().line;
        let mut segments = prefix.to_vec();
        match &tokens[at] {
            TokenTree::Ident(name) if !prefix.is_empty() && name == "self" => {}
            TokenTree::Ident(name) => segments.push(name.to_string()),
            _ => segments.push("*".into()),
        }
        at += 1;
        while is_path_sign(tokens, at) {
            match tokens.get(at + 2) {
                Some(TokenTree::Ident(name)) => {
                    segments.push(name.to_string());
                    at += 3;
                }
                Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                    segments.push("*".into());
                    at += 3;
                    break;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.group(&trees(group.stream()), &segments, here);
                    return at + 3;
                }
                _ => break,
            }
        }
        if segments.len() > 1 {
            let ours = self.absolute(&segments, here);
            self.named.push(Named {
                line,
                written: segments,
                ours,
            });
        }
        at
    }

    /// Opens the braces of a `use`.
    fn group(&mut self, tokens: &[TokenTree], prefix: &[String], here: &[String]) {
        let mut at = 0;
        while at < tokens.len() {
            at = self.path(tokens, at, prefix, here);
            while at < tokens.len() && !is_punct(tokens, at, ',') {
                at += 1;
            }
            at += 1;
        }
    }

    fn absolute(&self, segments: &[String], here: &[String]) -> Option<Vec<String>> {
        let climbs = segments.iter().take_while(|part| *part == "super").count();
        match segments[0].as_str() {
            "crate" => Some(segments[1..].to_vec()),
            "convene" if self.binary => Some(segments[1..].to_vec()),
            "super" => {
                let base = &here[..here.len().saturating_sub(climbs)];
                Some([base, &segments[climbs..]].concat())
            }
            "self" => {
                let rest = &segments[1..];
                let climbs = rest.iter().take_while(|part| *part == "super").count();
                let base = &here[..here.len().saturating_sub(climbs)];
                Some([base, &rest[climbs..]].concat())
            }
            _ => None,
        }
    }
}
