//! Who is who: pairs that look alike, people made one and two again, codes for linking accounts.

use chrono::Duration;

use super::time;
use super::view::Reader;
use crate::chat::{Button, Line, Message};
use crate::domain::ids::LikenessId;
use crate::domain::people::identity::Alike;
use crate::domain::people::member::Standing;
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// One of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Their name.
    pub name: UserText,
    /// How they belong to the community.
    pub standing: Standing,
    /// Where they work; empty when nobody knows.
    pub organisation: UserText,
    /// Since when they are known.
    pub since: Instant,
    /// Their accounts.
    pub accounts: Vec<Account>,
}

/// Two people who may be one, and what making them one would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its id, for the buttons.
    pub id: LikenessId,
    /// The one who would stay.
    pub kept: Side,
    /// The one who would be taken in.
    pub gone: Side,
    /// Why they may be one.
    pub reason: Alike,
    /// What would move: how many of what, one and several.
    pub moves: Vec<(i64, [&'static str; 2])>,
    /// How many sessions both answered.
    pub both_answered: usize,
    /// Whether somebody said that they are two.
    pub two: bool,
}

/// A merge that can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoable {
    /// Its number.
    pub number: i64,
    /// Who stayed.
    pub name: UserText,
    /// The name of the one who was taken in.
    pub gone: UserText,
    /// Until when it can be undone.
    pub until: Instant,
}

fn side(side: &Side, reader: &Reader) -> Line {
    let what = match side.standing {
        Standing::Member => "a member",
        Standing::Contact => "a contact",
        Standing::Left => "who has left",
    };
    let mut line = Line::new().strong_user(&side.name).say(" (");
    if !side.organisation.is_empty() {
        line = line.user(&side.organisation).say("; ");
    }
    line = line.say(format!(
        "{what} known since {}",
        time::day(side.since, reader.zone())
    ));
    line = match side.accounts.as_slice() {
        [] => line.say("; no account"),
        accounts => accounts
            .iter()
            .enumerate()
            .fold(line, |line, (at, account)| {
                line.say(if at == 0 { "; " } else { ", " })
                    .user(&UserText::trusted(account.to_string()))
            }),
    };
    line.say(")")
}

fn why(reason: Alike) -> &'static str {
    match reason {
        Alike::Address => "They have the same e-mail address.",
        Alike::Orcid => "They have the same ORCID iD.",
        Alike::NameAndOrganisation => "They have the same name and work at the same place.",
        Alike::Handle => "An e-mail address of the one begins like the account of the other.",
        Alike::Name => {
            "They have the same name, and nobody knows where one of them works. That alone says little."
        }
        Alike::Asked => "",
    }
}

fn counted((n, [one, several]): &(i64, [&'static str; 2])) -> String {
    format!("{n} {}", if *n == 1 { one } else { several })
}

fn moving(pair: &Pair) -> String {
    let parts: Vec<String> = pair.moves.iter().map(counted).collect();
    let mut text = match parts.split_last() {
        None => "Nothing would move.".to_owned(),
        Some((only, [])) => format!("Would move: {only}."),
        Some((last, first)) => format!("Would move: {} and {last}.", first.join(", ")),
    };
    match pair.both_answered {
        0 => {}
        1 => text += " Both answered one session: the later answer stands, and no seat is lost.",
        n => text.push_str(&format!(
            " Both answered {n} sessions: the later answers stand, and no seat is lost."
        )),
    }
    text
}

fn with_pair(message: Message, pair: &Pair, reader: &Reader) -> Message {
    let message = message.and(
        side(&pair.kept, reader)
            .say(" would take in ")
            .join(side(&pair.gone, reader))
            .say("."),
    );
    let reason = match why(pair.reason) {
        "" => String::new(),
        why => format!("{why} "),
    };
    let two = if pair.two {
        "Somebody said before that they are two. "
    } else {
        ""
    };
    message
        .quiet(format!("{reason}{two}{}", moving(pair)))
        .buttons(vec![
            Button::new("Merge", format!("merge yes {}", pair.id)).primary(),
            Button::new("They are two", format!("merge two {}", pair.id)),
        ])
}

/// What making two people one would do.
pub fn preview(pair: &Pair, reader: &Reader) -> Message {
    with_pair(Message::default(), pair, reader)
        .quiet("For 30 days it can be undone, and each has again what they had.")
}

/// People who look alike were found.
pub fn found(pairs: &[Pair], more: i64, reader: &Reader) -> Message {
    let mut message = Message::text(if pairs.len() == 1 && more == 0 {
        "Two people here may be one:".to_owned()
    } else {
        format!(
            "{} pairs of people here may be one each:",
            pairs.len() as i64 + more
        )
    });
    for pair in pairs {
        message = with_pair(message, pair, reader);
    }
    message.quiet(
        Line::new()
            .say("Nothing is done unless a manager says so. All of them: ")
            .code(reader.command("merge list")),
    )
}

/// The pairs that wait for a decision, and what can be undone.
pub fn list(pairs: &[Pair], all: i64, undoable: &[Undoable], reader: &Reader) -> Message {
    let mut message = match all {
        0 => Message::text("Nobody looks like anybody else here."),
        1 => Message::text("Two people here may be one:"),
        n => Message::text(format!("{n} pairs of people here may be one each:")),
    };
    for pair in pairs {
        message = with_pair(message, pair, reader);
    }
    if all > pairs.len() as i64 {
        message = message.quiet(format!("{} more after these.", all - pairs.len() as i64));
    }
    let lines = undoable
        .iter()
        .map(|merge| {
            Line::new()
                .strong(format!("{} ", merge.number))
                .user(&merge.gone)
                .say(" was taken into ")
                .user(&merge.name)
                .say(format!(
                    ", until {}: ",
                    time::day(merge.until, reader.zone())
                ))
                .code(reader.command(&format!("merge undo {}", merge.number)))
        })
        .collect::<Vec<_>>();
    if !lines.is_empty() {
        message = message.and("What can be undone:").bullets(lines);
    }
    message.quiet(
        Line::new()
            .say("I look every morning, and soon after somebody came. Two that I do not see: ")
            .code(reader.command("merge WHO with WHO")),
    )
}

/// Two people are one.
pub fn merged(number: i64, name: &UserText, accounts: &[Account], reader: &Reader) -> Message {
    let named: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    let line = Line::new().user(name).say(" is one person now");
    let line = match named.as_slice() {
        [] => line.say("."),
        named => line
            .say(", with ")
            .user(&UserText::trusted(named.join(", ")))
            .say("."),
    };
    Message::text(line).quiet(undo_hint(number, reader))
}

fn undo_hint(number: i64, reader: &Reader) -> Line {
    let last = reader.now + Duration::days(30);
    Line::new()
        .say(format!(
            "Until {} it can be undone: ",
            time::day(last, reader.zone())
        ))
        .code(reader.command(&format!("merge undo {number}")))
}

/// Two people are two.
pub fn two(one: &UserText, other: &UserText) -> Message {
    Message::text(
        Line::new()
            .user(one)
            .say(" and ")
            .user(other)
            .say(" are two people. I will not ask again."),
    )
}

/// One person is two again.
pub fn undone(one: &UserText, other: &UserText) -> Message {
    Message::text(
        Line::new()
            .say("Undone: ")
            .user(one)
            .say(" and ")
            .user(other)
            .say(
                " are two people again, and each has what they had. I will not propose them again.",
            ),
    )
}

/// A link by which its reader signs in to the pages of `community`; none where it was shown before.
pub fn sign_in(site: &str, token: Option<&str>, community: &UserText, reader: &Reader) -> Message {
    let Some(token) = token else {
        let line = Line::new().say("That link was shown once already. For a new one: ");
        return Message::text(line.code(reader.command("sign in")));
    };
    let link = Line::new()
        .say("Sign in to the pages of ")
        .user(community)
        .say(": ")
        .link("open this link", format!("{site}/app/sign-in/{token}"));
    Message::text(link).quiet(
        "It works once, for ten minutes. Whoever opens it is taken to be you, so pass it on to nobody; if you did not ask \
         for it, leave it alone.",
    )
}

/// A code to link an account with.
pub fn code(code: Option<&str>, reader: &Reader) -> Message {
    match code {
        Some(code) => Message::text(
            Line::new()
                .say("Say this to me with your other account, within ten minutes: ")
                .code(format!("link {code}")),
        )
        .quiet(
            "Then both accounts are you: your answers, roles and wishes come together. Give the code to nobody: \
             whoever says it becomes one person with you.",
        ),
        None => Message::text(
            Line::new()
                .say("That code was shown once already. For a new one: ")
                .code(reader.command("link")),
        ),
    }
}

/// Whoever typed a code is asked whether they mean it.
pub fn link_asked(with: &Account, name: Option<&UserText>, reader: &Reader) -> Message {
    let mut line = Line::new()
        .say("You would become one person with ")
        .strong_user(&UserText::trusted(with.to_string()));
    if let Some(name) = name {
        line = line.say(" (").user(name).say(")");
    }
    Message::text(line.say(", and that account could do here all that you may."))
        .quiet(
            Line::new()
                .say("Only if you asked for that code yourself, with that account: ")
                .code(reader.command("link yes")),
        )
        .buttons(vec![Button::new("Link them", "link yes").danger()])
}

/// Two accounts are one person's now; both are told.
pub fn linked(with: &Account, merge: i64) -> Message {
    Message::text(
        Line::new()
            .say("This account and ")
            .user(&UserText::trusted(with.to_string()))
            .say(" are linked: you are one person here, whichever you use."),
    )
    .quiet(format!(
        "If that was not you, tell a manager at once: “merge undo {merge}” makes two of you again, for 30 days."
    ))
}

/// Somebody's ORCID iD.
pub fn orcid(orcid: Option<&str>, reader: &Reader) -> Message {
    match orcid {
        Some(orcid) => Message::text(
            Line::new()
                .say("Your ORCID iD here is ")
                .link(orcid, format!("https://orcid.org/{orcid}")),
        )
        .quiet(
            Line::new()
                .say("To take it away: ")
                .code(reader.command("orcid off")),
        ),
        None => Message::text(
            Line::new()
                .say("You have no ORCID iD here. To set it: ")
                .code(reader.command("orcid 0000-0002-1825-0097")),
        ),
    }
}
