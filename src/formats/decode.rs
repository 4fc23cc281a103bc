//! Bytes of an outside file to text, within limits.
//!
//! UTF-8 and UTF-16 are read; any other encoding is refused with a guess at its name, because a
//! name stored as mojibake cannot be mended later. What no text holds (NUL, U+FFFD, half
//! characters) is refused by line and column.

use std::io::Read;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::problems::{Problem, Problems, Refused};

/// How much of a file is read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of one cell.
    pub cell: usize,
    /// Columns of a row.
    pub columns: usize,
    /// Rows of a file.
    pub rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 20 * 1024 * 1024,
            cell: 64 * 1024,
            columns: 200,
            rows: 200_000,
        }
    }
}

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text without byte order mark.
    pub text: String,
    /// What the person who brought the file should know about how it was read.
    pub notices: Vec<String>,
}

/// Reads at most `limits.bytes` of `reader` and decodes them.
///
/// # Errors
/// [`Refused`] when the file is too large (before more of it is read), is an archive, is not UTF-8
/// or UTF-16, or holds what no text holds.
pub fn read(reader: impl Read, limits: &Limits) -> Result<Text, Refused> {
    let mut bytes = Vec::new();
    let mut reader = reader.take(limits.bytes as u64 + 1);
    let unreadable = |error| Refused::whole(format!("The file could not be read: {error}."));
    // The first bytes tell an archive before megabytes of it are read.
    reader
        .by_ref()
        .take(8)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    refuse_archive(&bytes)?;
    reader.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > limits.bytes {
        return Err(Refused::too_large(
            None,
            format!("Too large (max {}).", megabytes(limits.bytes)),
        ));
    }
    decode(bytes)
}

fn megabytes(bytes: usize) -> String {
    match bytes / (1024 * 1024) {
        0 => format!("{bytes} bytes"),
        whole => format!("{whole} MB"),
    }
}

fn refuse_archive(start: &[u8]) -> Result<(), Refused> {
    let zip = "This is a zip archive; unpack it first. (A spreadsheet is one too: save its sheet as \
               \"CSV UTF-8\".)";
    Err(Refused::whole(match start {
        [b'P', b'K', 3 | 5 | 7, 4 | 6 | 8, ..] => zip,
        [0x1F, 0x8B, ..] => "This is a gzip archive; unpack it first.",
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => "This is a bzip2 archive; unpack it first.",
        [0xFD, b'7', b'z', b'X', b'Z', ..] => "This is an xz archive; unpack it first.",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "This is a zstd archive; unpack it first.",
        [b'7', b'z', 0xBC, 0xAF, ..] => "This is a 7z archive; unpack it first.",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            "This is a spreadsheet; save its sheet as \"CSV UTF-8\" and bring that."
        }
        _ => return Ok(()),
    }))
}

fn decode(bytes: Vec<u8>) -> Result<Text, Refused> {
    let mut notices = Vec::new();
    let text = match utf16(&bytes) {
        Some((encoding, marked)) => {
            notices.push(format!("Read as {}.", encoding.name()));
            decode_utf16(&bytes[if marked { 2 } else { 0 }..], encoding)?
        }
        None => match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Err(not_utf8(error.as_bytes(), error.utf8_error().valid_up_to())),
        },
    };
    let text = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    refuse_what_no_text_holds(&text)?;
    Ok(Text { text, notices })
}

/// Which UTF-16 it is, and whether a byte order mark says so. Without one it is told by the zero
/// bytes that plain letters have in it and nowhere else.
fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, bool)> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some((UTF_16LE, true)),
        [0xFE, 0xFF, ..] => return Some((UTF_16BE, true)),
        _ => {}
    }
    let start = &bytes[..bytes.len().min(1024) & !1];
    let zeros = |offset: usize| {
        let of_half = start.iter().skip(offset).step_by(2);
        of_half.filter(|byte| **byte == 0).count()
    };
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    if half >= 4 && odd * 10 >= half * 7 && even * 10 < half {
        Some((UTF_16LE, false))
    } else if half >= 4 && even * 10 >= half * 7 && odd * 10 < half {
        Some((UTF_16BE, false))
    } else {
        None
    }
}

fn decode_utf16(bytes: &[u8], encoding: &'static Encoding) -> Result<String, Refused> {
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => {
            // Decoded again with U+FFFD where it is broken, for the line and column of the first.
            let (text, _) = encoding.decode_without_bom_handling(bytes);
            let at = text.find('\u{FFFD}').unwrap_or(text.len());
            let mut problems = Problems::default();
            problems.push(problem_at(
                &text[..at],
                "half a character (a lone surrogate); save the file as UTF-8 and try again.",
            ));
            Err(problems.finish(()).err().unwrap_or_default())
        }
    }
}

fn not_utf8(bytes: &[u8], valid_up_to: usize) -> Refused {
    let before = String::from_utf8_lossy(&bytes[..valid_up_to]);
    let broken = &bytes[valid_up_to..];
    let reason = match broken {
        [0xC0 | 0xC1, ..] | [0xE0, 0x80..=0x9F, ..] | [0xF0, 0x80..=0x8F, ..] => {
            "overlong UTF-8, which no honest program writes; save the file as UTF-8 again."
                .to_owned()
        }
        [0xED, 0xA0..=0xBF, ..] => {
            "half a character (a lone surrogate); save the file as UTF-8 again.".to_owned()
        }
        _ => {
            let mut detector =
                chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
            detector.feed(bytes, true);
            // The hint makes a handful of letters Western, which they mostly are.
            let guess = detector.guess(Some(b"uk"), chardetng::Utf8Detection::Deny);
            let byte = broken.first().copied().unwrap_or_default();
            format!(
                "not UTF-8 (byte {byte:#04X}); the file looks like {}. Save it as UTF-8 (in a \
                 spreadsheet: \"CSV UTF-8\") and try again.",
                guess.name()
            )
        }
    };
    let mut problems = Problems::default();
    problems.push(problem_at(before.trim_start_matches('\u{FEFF}'), reason));
    problems.finish(()).err().unwrap_or_default()
}

/// A problem at the end of `before`.
fn problem_at(before: &str, reason: impl Into<String>) -> Problem {
    let mut place = Place::start();
    before.chars().for_each(|c| place.pass(c));
    place.problem(reason)
}

fn refuse_what_no_text_holds(text: &str) -> Result<(), Refused> {
    let mut problems = Problems::default();
    let mut place = Place::start();
    for (at, c) in text.char_indices() {
        match c {
            '\0' => problems.push(place.problem("a NUL byte, which no text holds; take it out.")),
            '\u{FFFD}' => problems.push(place.problem(
                "the character U+FFFD, which stands where another program lost one; write what \
                 was there.",
            )),
            '\\' if lone_surrogate_escape(&text.as_bytes()[at..]) => problems.push(
                place.problem("half a character written as \\uD...; write the character itself."),
            ),
            _ => {}
        }
        place.pass(c);
    }
    problems.finish(())
}

/// Whether a JSON-like escape of half a surrogate pair begins here.
fn lone_surrogate_escape(bytes: &[u8]) -> bool {
    let unit = |bytes: &[u8]| {
        let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    match unit(bytes) {
        Some(0xD800..=0xDBFF) => !matches!(unit(&bytes[6..]), Some(0xDC00..=0xDFFF)),
        _ => false,
    }
}

/// Line and column while characters pass by.
#[derive(Clone, Copy)]
struct Place {
    line: u64,
    column: u64,
    after_cr: bool,
}

impl Place {
    fn start() -> Self {
        Self {
            line: 1,
            column: 1,
            after_cr: false,
        }
    }

    fn pass(&mut self, c: char) {
        match c {
            '\n' if self.after_cr => {}
            '\r' | '\n' => {
                self.line += 1;
                self.column = 1;
            }
            _ => self.column += 1,
        }
        self.after_cr = c == '\r';
    }

    fn problem(self, reason: impl Into<String>) -> Problem {
        Problem {
            line: Some(self.line),
            column: Some(self.column),
            reason: reason.into(),
        }
    }
}
