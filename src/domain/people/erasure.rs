//! Somebody is erased: what is left of them, what is taken out of texts, and the keyed hashes by which their accounts
//! and addresses are known again without being kept.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::platform::{Account, Platform};
use crate::domain::time::Instant;

/// What stands where a name was.
pub const NAME_REMOVED: &str = "(name removed)";
/// What stands where an account, an address or an id was.
pub const ACCOUNT_REMOVED: &str = "(account removed)";

/// The secret under which hashes are made. It is the database's own, so that whoever has several nodes, or puts a copy
/// back on another machine, has nothing else to carry along; it is in no export.
#[derive(Clone, PartialEq, Eq)]
pub struct ErasureKey([u8; 32]);

impl ErasureKey {
    /// A key of this chance.
    pub fn of_chance(chance: [u128; 2]) -> Self {
        let mut key = [0; 32];
        key[..16].copy_from_slice(&chance[0].to_be_bytes());
        key[16..].copy_from_slice(&chance[1].to_be_bytes());
        Self(key)
    }

    /// A key as it is stored; none when it is damaged.
    pub fn read(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(Self(key))
    }

    /// As it is stored.
    pub fn stored(&self) -> String {
        hex::encode(self.0)
    }

    /// What somebody types to show that they read what being forgotten means, today.
    pub fn code(
        &self,
        community: &CommunityId,
        member: &MemberId,
        day: chrono::NaiveDate,
    ) -> String {
        let said = KnownBy::Id(MemberId::new(format!("{member} {day}")));
        self.hash(community, &said).chars().take(6).collect()
    }

    /// The hash of what somebody is known by in a community.
    pub fn hash(&self, community: &CommunityId, known_by: &KnownBy) -> String {
        // A key of any length is taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        for part in [community.as_str(), "\0", &known_by.to_string()] {
            mac.update(part.as_bytes());
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for ErasureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErasureKey(..)")
    }
}

/// One hash of somebody who was erased.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Erased {
    /// Of which community.
    pub community: CommunityId,
    /// The same for all hashes of one person.
    pub erasure: String,
    /// When.
    pub at: Instant,
    /// The hash.
    pub hash: String,
    /// When they came back by themselves.
    pub lifted_at: Option<Instant>,
}

/// What somebody can be known again by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnownBy {
    /// An account; an e-mail address is one too.
    Account(Account),
    /// An ORCID iD.
    Orcid(String),
    /// Their id here, for an older copy that is put back.
    Id(MemberId),
}

impl KnownBy {
    /// By an e-mail address.
    pub fn address(address: &str) -> Self {
        Self::Account(Account {
            platform: Platform::Email,
            id: address.to_lowercase(),
        })
    }
}

impl fmt::Display for KnownBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(f, "account {account}"),
            Self::Orcid(orcid) => write!(f, "orcid {orcid}"),
            Self::Id(id) => write!(f, "id {id}"),
        }
    }
}

/// A text that is taken out wherever it stands, and what stands there then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// What is looked for, as whole words and whatever the case.
    pub find: String,
    /// What stands there then.
    pub instead: String,
}

/// Whom platforms, and texts that people wrote, have to let go of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// Their accounts, e-mail addresses among them.
    pub accounts: Vec<Account>,
    /// What they were called.
    pub names: Vec<String>,
}

/// What forgetting somebody would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgets {
    /// What goes: how many rows of what, for one and for several.
    pub goes: Vec<(i64, [String; 2])>,
    /// What stays and names nobody.
    pub stays: Vec<(i64, [String; 2])>,
    /// Numbers of sessions to come to which they had answered: their seats go to the next in line.
    pub seats: Vec<i64>,
    /// Numbers of sessions to come in which they had a part.
    pub parts: Vec<i64>,
    /// Texts in which people wrote their name or an account: the table, and how the text reads without.
    pub texts: Vec<(String, String)>,
}

/// A name of one word is a word that others use as well, and is left where people wrote it.
const WORDS_OF_A_NAME: usize = 2;
/// An account of fewer characters is a word that others use as well.
const LONG: usize = 8;

impl Forgotten {
    /// What is taken out of texts because of it.
    pub fn needles(&self) -> Vec<Needle> {
        let mut needles: Vec<Needle> = Vec::new();
        let mut add = |find: String, instead: &str| {
            if !needles.iter().any(|known| known.find == find) {
                needles.push(Needle {
                    find,
                    instead: instead.to_owned(),
                });
            }
        };
        for name in self.names.iter().filter(|name| is_telling(name)) {
            add(name.clone(), NAME_REMOVED);
            let in_json = serde_json::Value::String(name.clone()).to_string();
            add(in_json.trim_matches('"').to_owned(), NAME_REMOVED);
        }
        for account in &self.accounts {
            add(account.to_string(), ACCOUNT_REMOVED);
            let stored = serde_json::to_string(account).unwrap_or_default();
            let stored = stored.trim_matches(['{', '}']).to_owned();
            add(stored, "\"platform\":\"local\",\"id\":\"\"");
            if account.platform != Platform::Email && !account.id.starts_with('@') {
                add(format!("@{}", account.id), ACCOUNT_REMOVED);
            }
            if account.id.chars().count() >= LONG || account.id.contains(['@', ':']) {
                add(account.id.clone(), ACCOUNT_REMOVED);
            }
        }
        needles
    }
}

/// Whether a name tells somebody apart from a common word.
pub fn is_telling(name: &str) -> bool {
    name.split_whitespace().count() >= WORDS_OF_A_NAME
}

/// The text without what is looked for; none when none of it is in there.
pub fn without(text: &str, needles: &[Needle]) -> Option<String> {
    let mut left: Option<String> = None;
    for needle in needles {
        let from = left.as_deref().unwrap_or(text);
        if let Some(done) = replace_words(from, needle) {
            left = Some(done);
        }
    }
    left
}

fn replace_words(text: &str, needle: &Needle) -> Option<String> {
    if needle.find.is_empty() {
        return None;
    }
    let (mut out, mut copied, mut before) = (String::new(), 0, None::<char>);
    let mut places = text.char_indices();
    while let Some((at, c)) = places.next() {
        let starts = !(is_word(before) && is_word(needle.find.chars().next()));
        if starts && let Some(end) = same_until(&text[at..], &needle.find) {
            let end = at + end;
            let next = text[end..].chars().next();
            if !(is_word(needle.find.chars().next_back()) && is_word(next)) {
                out.push_str(&text[copied..at]);
                out.push_str(&needle.instead);
                copied = end;
                before = needle.find.chars().next_back();
                while places.offset() < end {
                    places.next();
                }
                continue;
            }
        }
        before = Some(c);
    }
    if copied == 0 && out.is_empty() {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// How many bytes at the beginning of `text` say `word`, whatever the case.
fn same_until(text: &str, word: &str) -> Option<usize> {
    let mut there = text.char_indices();
    let mut end = 0;
    for wanted in word.chars() {
        let (at, c) = there.next()?;
        let same = c == wanted || c.to_lowercase().eq(wanted.to_lowercase());
        if !same {
            return None;
        }
        end = at + c.len_utf8();
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mei() -> Forgotten {
        Forgotten {
            accounts: vec![
                "local:mei".parse().unwrap(),
                "email:mei@alpha.example".parse().unwrap(),
            ],
            names: vec!["Mei \"Mo\" Tanaka".to_owned(), "Mei".to_owned()],
        }
    }

    #[test]
    fn hashes_differ_by_key_community_and_what_is_hashed() {
        let key = |chance| ErasureKey::of_chance([chance, 2]);
        let (one, two) = (CommunityId::new("C1"), CommunityId::new("C2"));
        let by = KnownBy::address("Mei@Alpha.example");
        let hash = key(1).hash(&one, &by);
        assert_eq!(hash.len(), 64);
        assert_eq!(
            hash,
            key(1).hash(&one, &KnownBy::address("mei@alpha.example"))
        );
        assert_ne!(hash, key(1).hash(&two, &by));
        assert_ne!(hash, key(3).hash(&one, &by));
        assert_eq!(ErasureKey::read(&key(7).stored()), Some(key(7)));
        assert_eq!(ErasureKey::read("short"), None);
        assert_eq!(format!("{:?}", key(7)), "ErasureKey(..)");
    }

    #[test]
    fn whole_names_and_addresses_go_and_words_that_look_like_them_stay() {
        let needles = mei().needles();
        let gone = |text| without(text, &needles).unwrap_or_else(|| "the same".to_owned());
        assert_eq!(
            gone("Talk by MEI \"MO\" TANAKA, mei@alpha.example"),
            "Talk by (name removed), (account removed)"
        );
        assert_eq!(
            gone(r#"{"name":"Mei \"Mo\" Tanaka","to":"account:local:mei"}"#),
            r#"{"name":"(name removed)","to":"account:(account removed)"}"#
        );
        for stays in ["Mei", "local:meinhard", "Me", "mei", "xmei@alpha.example"] {
            assert_eq!(gone(stays), "the same", "{stays}");
        }
        assert_eq!(gone("é local:mei é"), "é (account removed) é");
    }
}
