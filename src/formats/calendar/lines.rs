//! Content lines (RFC 5545, section 3.1): folded at 75 octets, ended by CRLF, with values in which nothing that somebody
//! typed can end a line, a value or a parameter.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDateTime, Timelike};

/// The most octets of a line without its CRLF.
const WIDTH: usize = 75;

/// Content lines, one after the other.
#[derive(Debug, Default)]
pub struct Lines {
    out: String,
    /// What a line that is too long said, while it is folded.
    long: String,
}

impl Lines {
    /// Room for about so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            out: String::with_capacity(bytes),
            long: String::new(),
        }
    }

    /// All that was written.
    pub fn end(self) -> String {
        self.out
    }

    /// A line of our own words, which need neither folding nor escaping.
    pub fn plain(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push_str("\r\n");
    }

    /// A property with a value of type TEXT (section 3.3.11). Line breaks of `value` are kept as such.
    pub fn text(&mut self, name: &str, value: &str) {
        let start = self.out.len();
        self.out.push_str(name);
        self.out.push(':');
        push_text(&mut self.out, value);
        self.end_line(start);
    }

    /// A property whose value is written by `value`, which lets nothing unescaped through.
    pub fn with(&mut self, name: &str, value: impl FnOnce(&mut String)) {
        let start = self.out.len();
        self.out.push_str(name);
        value(&mut self.out);
        self.end_line(start);
    }

    /// Ends the line that began at `start`.
    fn end_line(&mut self, start: usize) {
        if self.out.len() - start > WIDTH {
            self.fold(start);
        }
        self.out.push_str("\r\n");
    }

    fn fold(&mut self, start: usize) {
        self.long.clear();
        self.long.push_str(&self.out[start..]);
        self.out.truncate(start);
        let mut rest = self.long.as_str();
        // A continuation begins with a space, which counts.
        let mut room = WIDTH;
        while rest.len() > room {
            let mut end = room;
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            let (piece, behind) = rest.split_at(end);
            self.out.push_str(piece);
            self.out.push_str("\r\n ");
            rest = behind;
            room = WIDTH - 1;
        }
        self.out.push_str(rest);
    }
}

/// Whether a character would end a line for some reader, or is none that people see.
fn breaks(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A value of type TEXT: `\`, `;` and `,` escaped, a line feed as `\n`, whatever else would break a line as a space.
fn push_text(out: &mut String, value: &str) {
    let special = |c: char| matches!(c, '\\' | ';' | ',') || breaks(c);
    let mut rest = value;
    while let Some((plain, c, behind)) = split(rest, special) {
        out.push_str(plain);
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            _ => out.push(' '),
        }
        rest = behind;
    }
    out.push_str(rest);
}

/// What stands before the first character of a kind, that character, and what stands behind it.
fn split(text: &str, is: impl Fn(char) -> bool) -> Option<(&str, char, &str)> {
    let mut chars = text.char_indices();
    let (at, c) = chars.find(|(_, c)| is(*c))?;
    Some((&text[..at], c, chars.as_str()))
}

/// A parameter's value in quotes (section 3.2), which can hold neither quotes nor control characters.
pub fn push_quoted(out: &mut String, value: &str) {
    out.push('"');
    out.extend(value.chars().map(|c| match c {
        '"' => '\'',
        c if breaks(c) || c == '\t' => ' ',
        c => c,
    }));
    out.push('"');
}

/// An address as a `mailto` URI (RFC 6068): what has a meaning in URIs is written by its number.
pub fn push_mailto(out: &mut String, address: &str) {
    out.push_str("mailto:");
    for byte in address.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~@!$'*+".contains(&byte);
        match plain {
            true => out.push(char::from(byte)),
            false => drop(write!(out, "%{byte:02X}")),
        }
    }
}

/// An http or https address as it is; nothing when it could break a line.
pub fn clean_url(url: &str) -> Option<&str> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    let clean = url
        .chars()
        .all(|c| !c.is_whitespace() && !breaks(c) && c != '"');
    (web && clean).then_some(url)
}

/// An integer (section 3.3.8).
pub fn push_number(out: &mut String, number: i64) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{number}");
}

/// A date with a time (section 3.3.5): `20260928T140000`.
pub fn push_wall(out: &mut String, wall: NaiveDateTime) {
    let year = u32::try_from(wall.year()).unwrap_or(0).min(9999);
    push_two(out, year / 100);
    push_two(out, year % 100);
    push_two(out, wall.month());
    push_two(out, wall.day());
    out.push('T');
    push_two(out, wall.hour());
    push_two(out, wall.minute());
    push_two(out, wall.second());
}

fn push_two(out: &mut String, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> String {
        let mut lines = Lines::default();
        lines.text("SUMMARY", value);
        lines.end()
    }

    #[test]
    fn nothing_typed_ends_a_value() {
        assert_eq!(
            text("a;b,c\\n\r\nATTENDEE:x\u{2028}y\u{85}z\u{0}"),
            "SUMMARY:a\\;b\\,c\\\\n \\nATTENDEE:x y z \r\n"
        );
        let mut quoted = String::new();
        push_quoted(&mut quoted, "Ada \"X\";\r\nATTENDEE:mailto:a");
        assert_eq!(quoted, "\"Ada 'X';  ATTENDEE:mailto:a\"");
        let mut mailto = String::new();
        push_mailto(&mut mailto, "\"a b\"@example.org");
        assert_eq!(mailto, "mailto:%22a%20b%22@example.org");
        assert_eq!(clean_url("https://example.org/\r\nX:y"), None);
        assert_eq!(clean_url("javascript:alert(1)"), None);
    }

    #[test]
    fn lines_are_folded_between_characters() {
        let folded = text(&"é".repeat(100));
        for line in folded.split("\r\n") {
            assert!(line.len() <= WIDTH, "{line}");
        }
        assert_eq!(
            folded.replace("\r\n ", ""),
            format!("SUMMARY:{}\r\n", "é".repeat(100))
        );
    }
}
