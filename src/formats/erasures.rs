//! The log of erasures beside the database: the key and one line for each hash. It tells an older copy of the database
//! that is put back whom to forget again, and names nobody.

use std::fmt::Write as _;

use crate::domain::ids::CommunityId;
use crate::domain::people::erasure::{Erased, ErasureKey};
use crate::domain::time::instant_from_millis;

const HEAD: &str = "# Who asked to be forgotten here, as keyed hashes. Convene writes this file and reads it when an older copy of the\n\
    # database was put back. Keep it with the copies, and to yourself.\n";

/// What the log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// What the hashes were made with.
    pub key: ErasureKey,
    /// The hashes.
    pub erased: Vec<Erased>,
}

/// A line that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {0} cannot be read")]
pub struct BadLine(
    /// Counted from 1.
    pub usize,
);

/// The log as it is written.
pub fn write(log: &Log) -> String {
    let mut text = format!("{HEAD}key {}\n", log.key.stored());
    for one in &log.erased {
        let lifted = one
            .lifted_at
            .map_or_else(|| "-".to_owned(), |at| at.timestamp_millis().to_string());
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{} {} {} {lifted} {}",
            one.community,
            one.erasure,
            one.at.timestamp_millis(),
            one.hash
        );
    }
    text
}

/// Reads a log; none when it is empty.
///
/// # Errors
/// [`BadLine`].
pub fn read(text: &str) -> Result<Option<Log>, BadLine> {
    let mut log: Option<Log> = None;
    for (at, line) in text.lines().enumerate() {
        let bad = BadLine(at + 1);
        let words: Vec<&str> = line.split_whitespace().collect();
        match (words.as_slice(), &mut log) {
            ([], _) => {}
            ([first, ..], _) if first.starts_with('#') => {}
            (["key", key], None) => {
                let key = ErasureKey::read(key).ok_or(bad)?;
                let erased = Vec::new();
                log = Some(Log { key, erased });
            }
            ([community, erasure, at, lifted, hash], Some(log)) => {
                let millis = |text: &str| text.parse().map(instant_from_millis).map_err(|_| bad);
                log.erased.push(Erased {
                    community: CommunityId::new(*community),
                    erasure: (*erasure).to_owned(),
                    at: millis(at)?,
                    lifted_at: match *lifted {
                        "-" => None,
                        lifted => Some(millis(lifted)?),
                    },
                    hash: (*hash).to_owned(),
                });
            }
            _ => return Err(bad),
        }
    }
    Ok(log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_as_it_was_written_and_damage_is_named() {
        let erased = |hash: &str, lifted_at| Erased {
            community: CommunityId::new("C"),
            erasure: "E".to_owned(),
            at: instant_from_millis(5),
            hash: hash.to_owned(),
            lifted_at,
        };
        let log = Log {
            key: ErasureKey::of_chance([1, 2]),
            erased: vec![
                erased("aa", None),
                erased("bb", Some(instant_from_millis(7))),
            ],
        };
        let text = write(&log);
        assert_eq!(read(&text), Ok(Some(log)));
        assert_eq!(read("# nothing\n"), Ok(None));
        assert_eq!(
            read(&text.replace(" 5 - aa", " five - aa")),
            Err(BadLine(4))
        );
        assert_eq!(read("C E 5 - aa\n"), Err(BadLine(1)));
    }
}
