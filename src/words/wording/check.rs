//! Whether a text that somebody typed can be a wording: what is wrong with it is said with what to do instead.

use super::template::{Brace, Look, Piece, Row, Template};
use super::{ALL, Place, Sort, Wording};
use crate::domain::text::{Cleaned, UserText};

/// The most characters of a text: with what is filled in it stays below what the strictest platform
/// takes in one message, which is 2,000.
pub const LONGEST: usize = 1_000;

/// Why a text cannot be a wording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing to read.
    #[error("Say the words behind the name. To go back to the usual ones: wording reset {0}")]
    Blank(&'static str),
    /// Too much to read.
    #[error(
        "Too long (max {LONGEST} characters): with what is filled in, it has to fit into one message everywhere."
    )]
    TooLong,
    /// A brace without its other.
    #[error("{}", broken(*.0, *.1))]
    Brace(usize, Brace),
    /// A placeholder that this wording does not have.
    #[error("{{{typed}}} is not known in {wording}.{} It knows {known}. For a brace as a letter, write it twice.", nearest.map_or(String::new(), |name| format!(" Did you mean {{{name}}}?")))]
    Unknown {
        /// As typed.
        typed: String,
        /// In which wording.
        wording: &'static str,
        /// The one that looks most like it.
        nearest: Option<&'static str>,
        /// All there are.
        known: String,
    },
    /// A list in the middle of a line.
    #[error("{{{0}}} is a list: it needs a line of its own.")]
    List(&'static str),
    /// A placeholder that must be said is not.
    #[error("{{{name}}} is missing: without it {without}.")]
    Missing {
        /// Which.
        name: &'static str,
        /// What would be wrong.
        without: &'static str,
    },
    /// A placeholder that must be said hangs on one that may have no value.
    #[error(
        "{{{name}}} stands where it is left out when {{{other}}} has no value, and without it {without}. Give it a line of its own."
    )]
    Hangs {
        /// Which.
        name: &'static str,
        /// On which.
        other: String,
        /// What would be wrong.
        without: &'static str,
    },
}

fn broken(line: usize, brace: Brace) -> String {
    let what = match brace {
        Brace::Open => "a “{” that no “}” closes",
        Brace::Closed => "a “}” that no “{” opens",
    };
    format!(
        "Line {line} has {what}. A placeholder is written {{title}}; for a brace as a letter, write it twice."
    )
}

/// A typed text as it is kept: `\n` is a line break too, for where one cannot be typed. Says what was tidied.
pub fn clean(wording: &Wording, typed: &str) -> Result<(String, Cleaned), Fault> {
    let (mut lines, mut cleaned) = (Vec::new(), Cleaned::default());
    for line in typed.replace("\\n", "\n").lines() {
        let (line, tidied) = UserText::line(line, LONGEST).map_err(|_| Fault::TooLong)?;
        cleaned.controls |= tidied.controls;
        cleaned.bidi |= tidied.bidi;
        cleaned.marks |= tidied.marks;
        lines.push(line.as_str().to_owned());
    }
    let text = lines.join("\n").trim().to_owned();
    if text.chars().nth(LONGEST).is_some() {
        return Err(Fault::TooLong);
    }
    let seen = |c: char| !c.is_whitespace() && !INVISIBLE.contains(&c);
    if !text.chars().any(seen) {
        return Err(Fault::Blank(wording.name));
    }
    Ok((text, cleaned))
}

/// Characters that show nothing by themselves.
const INVISIBLE: [char; 5] = ['\u{200B}', '\u{200C}', '\u{200D}', '\u{2060}', '\u{FEFF}'];

/// Checks a text as [`clean`] left it.
///
/// # Errors
/// [`Fault`], the first there is, worded for whoever typed.
pub fn check(wording: &Wording, text: &str) -> Result<(), Fault> {
    let template = Template::typed(text);
    if let Some((line, brace)) = template.broken.first() {
        return Err(Fault::Brace(*line, *brace));
    }
    for row in &template.lines {
        for name in names(&row.pieces) {
            let place = known(wording, name)?;
            let alone = row.look == Look::Text && row.pieces.len() == 1;
            if place.sort == Sort::List && !alone {
                return Err(Fault::List(place.name));
            }
        }
    }
    wording
        .must
        .iter()
        .try_for_each(|place| said(wording, &template, place))
}

fn known(wording: &Wording, name: &str) -> Result<Place, Fault> {
    if let Some(place) = wording.places().find(|place| place.name == name) {
        return Ok(place);
    }
    let alike = |place: &Place| strsim::normalized_damerau_levenshtein(place.name, name);
    let nearest = wording
        .places()
        .max_by(|a, b| alike(a).total_cmp(&alike(b)))
        .filter(|place| alike(place) >= 0.5);
    let all: Vec<_> = wording
        .places()
        .map(|place| format!("{{{}}}", place.name))
        .collect();
    Err(Fault::Unknown {
        typed: name.chars().take(40).collect(),
        wording: wording.name,
        nearest: nearest.map(|place| place.name),
        known: all.join(", "),
    })
}

/// Whether a placeholder that must be said is, whatever else has no value.
fn said(wording: &Wording, template: &Template, must: &Place) -> Result<(), Fault> {
    let (name, without) = (must.name, must.without);
    let mut hangs = None;
    for row in template.lines.iter().filter(|row| bears(row, name)) {
        let others = outer(&row.pieces).filter(|other| *other != name);
        let unsure = others
            .filter_map(|other| wording.places().find(|place| place.name == other))
            .find(|other| matches!(other.sort, Sort::Sometimes | Sort::When));
        match unsure {
            None => return Ok(()),
            Some(other) => hangs = Some(other.name.to_owned()),
        }
    }
    let inside = template
        .lines
        .iter()
        .flat_map(|row| &row.pieces)
        .find_map(|piece| match piece {
            Piece::Optional(inner) => names(inner)
                .any(|other| other == name)
                .then(|| names(inner).find(|other| *other != name)),
            _ => None,
        });
    match (hangs, inside) {
        (Some(other), _) => Err(Fault::Hangs {
            name,
            other,
            without,
        }),
        // Between brackets beside nothing that could be missing it is always said.
        (None, Some(None)) => Ok(()),
        (None, Some(Some(other))) => Err(Fault::Hangs {
            name,
            other: other.to_owned(),
            without,
        }),
        (None, None) => Err(Fault::Missing { name, without }),
    }
}

fn bears(row: &Row, name: &str) -> bool {
    outer(&row.pieces).any(|other| other == name)
}

/// The placeholders outside of brackets.
fn outer(pieces: &[Piece]) -> impl Iterator<Item = &str> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Place { name, .. } => Some(name.as_str()),
        Piece::Words { .. } | Piece::Optional(_) => None,
    })
}

/// All placeholders.
fn names(pieces: &[Piece]) -> impl Iterator<Item = &str> {
    pieces.iter().flat_map(|piece| match piece {
        Piece::Place { name, .. } => vec![name.as_str()],
        Piece::Optional(inner) => outer(inner).collect(),
        Piece::Words { .. } => Vec::new(),
    })
}

/// The wording of this name.
///
/// # Errors
/// The name of the wording that looks most like it.
pub fn named(typed: &str) -> Result<&'static Wording, Option<&'static str>> {
    let typed = typed.to_lowercase();
    if let Some(found) = ALL.iter().find(|wording| wording.name == typed) {
        return Ok(found);
    }
    let alike = |wording: &&&Wording| strsim::normalized_damerau_levenshtein(wording.name, &typed);
    let nearest = ALL.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)));
    Err(nearest
        .filter(|wording| alike(wording) >= 0.5)
        .map(|wording| wording.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_text_would_pass_as_a_managers() {
        for wording in ALL {
            let checked = clean(wording, wording.text).and_then(|(text, cleaned)| {
                assert!(!cleaned.any() && text == wording.text, "{}", wording.name);
                check(wording, &text)
            });
            assert_eq!(checked, Ok(()), "{}", wording.name);
        }
    }

    #[test]
    fn names_are_unique_and_every_place_that_must_be_said_says_why() {
        for (at, wording) in ALL.iter().enumerate() {
            assert!(!ALL[..at].iter().any(|other| other.name == wording.name));
            assert!(wording.must.iter().all(|place| !place.without.is_empty()));
            let mut names: Vec<_> = wording.places().map(|place| place.name).collect();
            names.sort_unstable();
            assert!(
                names.windows(2).all(|two| two[0] != two[1]),
                "{}",
                wording.name
            );
        }
    }

    #[test]
    fn what_must_be_said_may_not_hang_on_what_may_be_missing() {
        let moved = named("moved").unwrap();
        assert_eq!(check(moved, "{title} {when}"), Ok(()));
        let hangs = check(moved, "{title}\n{when} {reason}").unwrap_err();
        assert!(
            matches!(hangs, Fault::Hangs { name: "when", .. }),
            "{hangs}"
        );
        let hangs = check(moved, "{title} [{when} {reason}]").unwrap_err();
        assert!(
            matches!(hangs, Fault::Hangs { name: "when", .. }),
            "{hangs}"
        );
        let missing = check(moved, "{title}").unwrap_err();
        assert!(matches!(missing, Fault::Missing { name: "when", .. }));
    }
}
