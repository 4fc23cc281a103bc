//! What stands behind a verb: words, quoted words, `key=value` options, and free text last.

use std::collections::BTreeMap;

/// What is left of a line behind its verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Args {
    line: String,
    words: Vec<Word>,
    next: usize,
    options: BTreeMap<&'static str, String>,
}

/// One word, or several between quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word without its quotes.
    pub text: String,
    /// Whether it stood between quotes.
    pub quoted: bool,
    start: usize,
}

impl Args {
    /// Splits `line`; `key=value` is an option for the keys in `keys` and text otherwise.
    pub fn read(line: &str, keys: &[&'static str]) -> Self {
        let mut args = Self {
            line: line.to_owned(),
            ..Self::default()
        };
        let mut at = 0;
        while let Some(skip) = line[at..].find(|c: char| !c.is_whitespace()) {
            let start = at + skip;
            let (word, end) = read_word(line, start);
            at = end;
            let option = (!word.quoted)
                .then(|| split_option(line, &word, keys))
                .flatten();
            match option {
                Some((key, value, end)) => {
                    at = end;
                    args.options.entry(key).or_insert(value);
                    // Blanked, not cut, so that the offsets of other words stay true.
                    args.line
                        .replace_range(start..end, &" ".repeat(end - start));
                }
                None => args.words.push(word),
            }
        }
        args
    }

    /// Values that nobody typed as a line: each word is one whatever stands in it, and so is the free text behind them.
    pub fn of(words: &[(String, bool)], options: Vec<(&'static str, String)>) -> Self {
        let mut args = Self::default();
        for (text, quoted) in words {
            if !args.line.is_empty() {
                args.line.push(' ');
            }
            args.words.push(Word {
                text: text.clone(),
                quoted: *quoted,
                start: args.line.len(),
            });
            args.line.push_str(text);
        }
        args.options = options.into_iter().collect();
        args
    }

    /// Takes the next word.
    pub fn word(&mut self) -> Option<Word> {
        let word = self.words.get(self.next).cloned();
        self.next += usize::from(word.is_some());
        word
    }

    /// The next word, left in its place.
    pub fn peek(&self) -> Option<&Word> {
        self.words.get(self.next)
    }

    /// The word behind the next, left in its place.
    pub fn peek_second(&self) -> Option<&Word> {
        self.words.get(self.next + 1)
    }

    /// Takes everything that is left as free text; one quoted word loses its quotes.
    pub fn rest(&mut self) -> String {
        let left = &self.words[self.next.min(self.words.len())..];
        let text = match left {
            [] => String::new(),
            [only] if only.quoted => only.text.clone(),
            [first, ..] => self.line[first.start..].trim_end().to_owned(),
        };
        self.next = self.words.len();
        text
    }

    /// Whether no word is left.
    pub fn is_empty(&self) -> bool {
        self.next >= self.words.len()
    }

    /// The value of an option.
    pub fn option(&self, key: &str) -> Option<&str> {
        self.options.get(key).map(String::as_str)
    }
}

const QUOTES: [(char, &str); 5] = [
    ('"', "\""),
    ('“', "”\"“"),
    ('„', "“”\""),
    ('«', "»"),
    ('”', "”"),
];

/// Reads the word that begins at `start`; an unclosed quote is an ordinary letter.
fn read_word(line: &str, start: usize) -> (Word, usize) {
    let rest = &line[start..];
    let first = rest.chars().next().unwrap_or(' ');
    if let Some((open, closing)) = QUOTES.iter().find(|(open, _)| *open == first) {
        let inside = start + open.len_utf8();
        if let Some(length) = line[inside..].find(|c| closing.contains(c)) {
            let close = inside + length;
            let end = close + line[close..].chars().next().map_or(0, char::len_utf8);
            let word = Word {
                text: line[inside..close].to_owned(),
                quoted: true,
                start,
            };
            return (word, end);
        }
    }
    let end = rest
        .find(char::is_whitespace)
        .map_or(line.len(), |length| start + length);
    let word = Word {
        text: line[start..end].to_owned(),
        quoted: false,
        start,
    };
    (word, end)
}

/// `key=value` or `key="a value"`, when the key is one of `keys`: the key, the value, where it ends.
fn split_option(
    line: &str,
    word: &Word,
    keys: &[&'static str],
) -> Option<(&'static str, String, usize)> {
    let (name, _) = word.text.split_once('=')?;
    let key = keys.iter().find(|key| key.eq_ignore_ascii_case(name))?;
    let (value, end) = read_word(line, word.start + name.len() + 1);
    let empty = line[word.start + name.len() + 1..].starts_with(char::is_whitespace);
    Some(if empty {
        (key, String::new(), word.start + name.len() + 1)
    } else {
        (key, value.text, end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_anywhere_and_values_may_be_quoted() {
        let mut args = Args::read(
            "31 anonymous=yes to=“all of them” Who owns E=mc2?",
            &["anonymous", "to"],
        );
        assert_eq!(args.word().unwrap().text, "31");
        assert_eq!(args.option("anonymous"), Some("yes"));
        assert_eq!(args.option("to"), Some("all of them"));
        assert_eq!(args.rest(), "Who owns E=mc2?");
    }

    #[test]
    fn values_of_a_form_are_taken_as_they_are() {
        let words = [
            ("21".to_owned(), false),
            ("E=“mc2” as=\"it\" is".to_owned(), true),
        ];
        let mut args = Args::of(&words, vec![("as", "a \"host\"".to_owned())]);
        assert_eq!(args.word().unwrap().text, "21");
        assert_eq!(args.option("as"), Some("a \"host\""));
        assert_eq!(args.rest(), "E=“mc2” as=\"it\" is");
        let mut plain = Args::of(
            &[
                ("2026-11-02".to_owned(), false),
                ("14:00-15:00".to_owned(), false),
            ],
            Vec::new(),
        );
        assert_eq!(plain.rest(), "2026-11-02 14:00-15:00");
    }

    #[test]
    fn curly_quotes_are_quotes_and_one_quoted_text_loses_them() {
        let mut args = Args::read("ks “Knowledge Share” last Monday", &[]);
        args.word();
        let title = args.word().unwrap();
        assert!(title.quoted);
        assert_eq!(title.text, "Knowledge Share");
        assert_eq!(args.rest(), "last Monday");
        assert_eq!(Args::read("\"only this\"", &[]).rest(), "only this");
        assert_eq!(Args::read("\"open", &[]).rest(), "\"open");
    }
}
