//! The code by which somebody shows that two accounts are theirs: asked for on one platform, typed on the
//! other. Twelve letters of chance (60 bits), good once and for ten minutes; only their hash is kept.

use std::fmt;
use std::str::FromStr;

use chrono::Duration;
use sha2::{Digest, Sha256};

/// Digits and letters that are not mistaken for one another (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;

/// How long a code is good.
pub const GOOD_FOR: Duration = Duration::minutes(10);
/// How many codes that are none an account may type within [`TRIES_WITHIN`].
pub const TRIES: i64 = 5;
/// After what time the tries are forgotten.
pub const TRIES_WITHIN: Duration = Duration::hours(1);

/// A code. It prints nothing of itself but by [`LinkCode::shown`].
#[derive(Clone, PartialEq, Eq)]
pub struct LinkCode(String);

/// The text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A code has 12 letters and digits, like K7QM-2XPD-9RTA.")]
pub struct NotACode;

impl LinkCode {
    /// A code made of chance.
    pub fn of_chance(chance: u128) -> Self {
        let letter = |n: usize| char::from(ALPHABET[((chance >> (5 * n)) & 31) as usize]);
        Self((0..LENGTH).map(letter).collect())
    }

    /// As it is typed: `K7QM-2XPD-9RTA`.
    pub fn shown(&self) -> String {
        let (first, rest) = self.0.split_at(4);
        let (second, third) = rest.split_at(4);
        format!("{first}-{second}-{third}")
    }

    /// What is kept of it: its SHA-256, in hexadecimal digits.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for LinkCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkCode(…)")
    }
}

impl FromStr for LinkCode {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let mut code = String::with_capacity(LENGTH);
        for c in text.chars().filter(|c| !matches!(c, '-' | '–' | ' ')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            if !c.is_ascii() || !ALPHABET.contains(&(c as u8)) {
                return Err(NotACode);
            }
            code.push(c);
        }
        if code.len() == LENGTH {
            Ok(Self(code))
        } else {
            Err(NotACode)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it_and_tells_nothing_by_accident() {
        let code = LinkCode::of_chance(0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF);
        let shown = code.shown();
        assert_eq!(shown.len(), 14);
        assert_eq!(shown.parse(), Ok(code.clone()));
        assert_eq!(
            shown.to_lowercase().replace('-', " ").parse(),
            Ok(code.clone())
        );
        assert!(!format!("{code:?}").contains(&shown[..4]));
        assert_ne!(code.hash(), LinkCode::of_chance(7).hash());
        for text in ["", "K7QM", "K7QM-2XPD-9RT!", "K7QM-2XPD-9RTAA"] {
            assert_eq!(text.parse::<LinkCode>(), Err(NotACode), "{text}");
        }
    }
}
