//! Text that people typed.
//!
//! [`UserText`] holds it as typed, less what would break a line or a reading direction; it is
//! escaped by the renderer of each target (HTML, Matrix, Slack, Discord, CSV, iCalendar) and nowhere
//! else.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One line of a person's text: a title, a name, a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserText(String);

/// What was changed to make a typed text safe on one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Line breaks and other control characters became one space.
    pub controls: bool,
    /// Controls of the reading direction were taken out.
    pub bidi: bool,
    /// Piles of combining marks were cut to a few per letter.
    pub marks: bool,
}

impl Cleaned {
    /// Whether anything was changed, which the answer then says.
    pub fn any(self) -> bool {
        self.controls || self.bidi || self.marks
    }
}

/// The most characters of a one-line text, counted after cleaning.
pub const LINE_MAX: usize = 300;

/// The text was longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too long (max {max} characters).")]
pub struct TooLong {
    /// The most characters allowed.
    pub max: usize,
}

impl UserText {
    /// Cleans `typed` to one line of at most `max` characters and says what was changed.
    ///
    /// # Errors
    /// [`TooLong`] when more than `max` characters are left.
    pub fn line(typed: &str, max: usize) -> Result<(Self, Cleaned), TooLong> {
        let mut cleaned = Cleaned::default();
        let mut out = String::with_capacity(typed.len().min(4 * max));
        let (mut marks, mut length, mut space) = (0, 0, true);
        for c in typed.trim().chars() {
            if is_bidi_control(c) {
                cleaned.bidi = true;
            } else if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                cleaned.controls = true;
                if !space {
                    out.push(' ');
                    length += 1;
                    space = true;
                }
            } else if is_combining(c) {
                marks += 1;
                if marks <= 3 {
                    out.push(c);
                } else {
                    cleaned.marks = true;
                }
            } else {
                marks = 0;
                space = c == ' ';
                out.push(c);
                length += 1;
            }
            if length > max {
                return Err(TooLong { max });
            }
        }
        Ok((Self(out.trim_end().to_owned()), cleaned))
    }

    /// Takes text that was cleaned before (read back from the database) or is our own.
    pub fn trusted(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, unescaped.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for UserText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Our own sentence, in which something typed may be quoted as it was: without what turns the direction of the
/// sentence around, and in one line but for its own line breaks.
pub fn quoting(words: &str) -> String {
    let kept = |c: char| match c {
        '\n' => Some('\n'),
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => Some(' '),
        c => (!is_bidi_control(c)).then_some(c),
    };
    words.chars().filter_map(kept).collect()
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_become_one_space_and_are_said() {
        let (text, cleaned) = UserText::line("Hi\r\nATTENDEE:x\u{2028}y\u{85}z", 300).unwrap();
        assert_eq!(text.as_str(), "Hi ATTENDEE:x y z");
        assert!(cleaned.controls);
    }

    #[test]
    fn what_is_quoted_cannot_turn_a_sentence_around() {
        let said = quoting("I don't know \u{202E}“gnp\u{2066}”\u{0}.\nDid you mean png?");
        assert_eq!(said, "I don't know “gnp” .\nDid you mean png?");
    }

    #[test]
    fn direction_controls_go_and_marks_are_cut() {
        let typed = format!("\u{202E}gnp\u{202C} a{}", "\u{0301}".repeat(200));
        let (text, cleaned) = UserText::line(&typed, 300).unwrap();
        assert_eq!(text.as_str(), "gnp a\u{0301}\u{0301}\u{0301}");
        assert!(cleaned.bidi && cleaned.marks);
    }
}
