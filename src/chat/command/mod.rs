//! The command language: one table of commands ([`table::TABLE`]) serves parsing, `help`, suggestions and
//! the registration of commands on platforms that want one.
//!
//! A line is a verb of one or two words, then values, `key=value` options, and free text last, which
//! needs no quotes. What a value means (which session, which day) is decided by the bot, which
//! knows the room, the zone and the time; the parser knows only shapes.

mod args;
mod table;

pub use args::{Args, Word};
pub use table::{Spec, TABLE, Verb};

use crate::domain::people::member::Permission;
use crate::domain::platform::Platform;

/// The longest command in characters.
pub const COMMAND_MAX: usize = 2_000;

/// What stands before a command on a platform: nothing in a direct message.
pub fn prefix(platform: Platform, direct: bool) -> &'static str {
    match platform {
        Platform::Local | Platform::Matrix | Platform::Email if direct => "",
        Platform::Email => "",
        Platform::Local => "!",
        Platform::Matrix => "!convene ",
        Platform::Slack | Platform::Discord => "/convene ",
    }
}

/// A line that was understood as far as its verb.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its row of the table.
    pub spec: &'static Spec,
    /// What stands behind the verb.
    pub args: Args,
}

impl Command {
    /// A command whose values are at hand, as a form has them.
    pub fn of(verb: Verb, args: Args) -> Option<Self> {
        let spec = TABLE.iter().find(|spec| spec.verb == verb)?;
        Some(Self { spec, args })
    }
}

/// A line that was not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// Nothing was said.
    #[error("Hello. Say “help” to see what you can do here.")]
    Empty,
    /// More was said than a command may hold.
    #[error("Too long (max {} characters).", COMMAND_MAX)]
    TooLong,
    /// No command has this name; `nearest` has a similar one.
    #[error("I don't know “{typed}”.{} Say “help” to see what you can do here.", did_you_mean(.nearest))]
    Unknown {
        /// The first words, cut to a readable length.
        typed: String,
        /// The nearest command that this person may use.
        nearest: Option<&'static str>,
    },
}

fn did_you_mean(nearest: &Option<&'static str>) -> String {
    nearest.map_or(String::new(), |name| format!(" Did you mean “{name}”?"))
}

/// No name of a command has more words.
const NAME_WORDS: usize = 3;

/// Reads a line without its prefix, for somebody with `level` (only for suggestions: whether
/// they may is checked by the bot).
///
/// # Errors
/// [`NotUnderstood`], worded for the person who typed.
pub fn parse(line: &str, level: Permission) -> Result<Command, NotUnderstood> {
    let line = line.trim();
    if line.is_empty() {
        return Err(NotUnderstood::Empty);
    }
    if line.chars().nth(COMMAND_MAX).is_some() {
        return Err(NotUnderstood::TooLong);
    }
    let ends: Vec<usize> = word_ends(line).take(NAME_WORDS).collect();
    for end in ends.iter().rev().copied() {
        let name = folded(&line[..end]);
        if let Some(spec) = TABLE
            .iter()
            .find(|spec| spec.names.contains(&name.as_str()))
        {
            let args = Args::read(line[end..].trim_start(), spec.keys);
            return Ok(Command { spec, args });
        }
    }
    let typed = &line[..ends
        .iter()
        .take(2)
        .next_back()
        .copied()
        .unwrap_or(line.len())];
    Err(NotUnderstood::Unknown {
        typed: typed.chars().take(40).collect(),
        nearest: nearest(&folded(typed), level),
    })
}

/// Whether a line is said anonymously, well typed or not: whoever hears it keeps neither the line nor who said it.
pub fn is_apart(line: &str) -> bool {
    let words = behind_prefix(line);
    forgets(&words)
        || asks_apart(&words)
        || line.split_whitespace().any(|word| {
            let key = word.split('=').next().filter(|key| key.len() < word.len());
            key.is_some_and(|key| key.eq_ignore_ascii_case(ANONYMOUS))
        })
}

/// The words of a line in small letters, without what says that it is for the bot, and for which community.
fn behind_prefix(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches(['!', '/']);
    let mut words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
    if words.first().is_some_and(|word| word == "convene") {
        words.remove(0);
    }
    if words.first().is_some_and(|word| word == "in") && words.len() > 2 {
        words.drain(..2);
    }
    words
}

/// Whether a line has somebody forgotten: who says it is not to be kept with it.
fn forgets(words: &[String]) -> bool {
    words.len() > 2 && words[0] == "forget" && words[1] == "me"
}

/// Whether a question begins as if its asker was not to be known, without the option that says so.
fn asks_apart(words: &[String]) -> bool {
    let mut behind = words.iter().skip(1).take(4);
    words.first().is_some_and(|word| word == "ask") && behind.any(|word| means_anonymous(word))
}

/// Whether a word means [`ANONYMOUS`]: `anonymously`, `anon`, `(anonymous)`, `anonymus=yes`.
pub fn means_anonymous(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    word.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("anon"))
}

/// The option that says something anonymously.
pub const ANONYMOUS: &str = "anonymous";

/// The names of commands that somebody with `level` may use and that look most like `typed`.
fn nearest(typed: &str, level: Permission) -> Option<&'static str> {
    let first = typed.split(' ').next().unwrap_or(typed);
    let candidates = TABLE
        .iter()
        .filter(|spec| spec.level <= level)
        .flat_map(|spec| spec.names);
    candidates
        .map(|name| {
            let other = if name.contains(' ') { typed } else { first };
            (strsim::normalized_damerau_levenshtein(name, other), *name)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .map(|(_, name)| name)
}

/// Where the words of `line` end, in bytes.
fn word_ends(line: &str) -> impl Iterator<Item = usize> {
    let starts = line.match_indices(char::is_whitespace).map(|(at, _)| at);
    let inner = starts.filter(|at| !line[..*at].ends_with(char::is_whitespace));
    inner.chain(std::iter::once(line.len()))
}

fn folded(words: &str) -> String {
    let words: Vec<_> = words.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> Result<Command, NotUnderstood> {
        parse(line, Permission::Manager)
    }

    #[test]
    fn the_longest_verb_wins_and_free_text_keeps_its_spaces() {
        let mut command = said("Session  Theme 21 Synthetic   data").unwrap();
        assert_eq!(command.spec.verb, Verb::SessionTheme);
        assert_eq!(command.args.word().unwrap().text, "21");
        assert_eq!(command.args.rest(), "Synthetic   data");
        let verb = |line| said(line).unwrap().spec.verb;
        assert_eq!(verb("code of conduct"), Verb::Conduct);
        assert_eq!(verb("figures reported 2"), Verb::FiguresReported);
        assert_eq!(
            verb("figures reported remove 2"),
            Verb::FiguresReportedRemove
        );
    }

    #[test]
    fn a_mistyped_verb_gets_the_nearest_one() {
        let NotUnderstood::Unknown { nearest, .. } = said("sesion anounce 21").unwrap_err() else {
            panic!("not a command");
        };
        assert_eq!(nearest, Some("session announce"));
        assert_eq!(said("rsvp yes").unwrap().spec.verb, Verb::Rsvp);
    }

    #[test]
    fn what_a_member_may_not_do_is_not_suggested() {
        let error = parse("sesion anounce 21", Permission::Member).unwrap_err();
        assert!(!error.to_string().contains("announce“"), "{error}");
    }

    #[test]
    fn what_is_said_anonymously_is_known_before_it_is_understood() {
        for line in [
            "ask 31 anonymous=yes Who?",
            "in lab akss Anonymous= 31",
            "anonymous=no",
            "forget me 12ab34",
            "!convene in lab Forget  me 12ab34",
            "ask anonymous 31",
            "!convene ask 31 anonymously: who?",
            "in lab ask 31 (anon) Who?",
            "ask all-hands next anonymus=yes Who?",
        ] {
            assert!(is_apart(line), "{line}");
        }
        for line in [
            "ask 31 Who can read what is anonymous?",
            "question anonymous",
            "forget me",
            "ask 31 forget me not",
            "",
        ] {
            assert!(!is_apart(line), "{line}");
        }
    }

    #[test]
    fn every_name_is_unique_and_lower_case() {
        let mut names: Vec<_> = TABLE.iter().flat_map(|spec| spec.names).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| folded(name) == **name));
        assert!(
            names
                .iter()
                .all(|name| name.split(' ').count() <= NAME_WORDS)
        );
    }
}
