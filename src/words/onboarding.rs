//! People join: their welcome, the code of conduct, and what those who run the community read of it.

use super::checklist::{ListView, by, lower, things};
use super::view::Reader;
use super::wording::places::people;
use super::wording::{Place, Sort, Values, Wording};
use crate::chat::{Button, Line, Message};
use crate::domain::checklist::{Conduct, Item};
use crate::domain::ids::{MemberId, ProposalId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

const COMMUNITY: Place = Place::new(
    "community",
    "the community's name",
    "River Data Partnership",
);
const VERSION: Place =
    Place::new("version", "the version of the code of conduct", "2026-09").sort(Sort::Sometimes);
const CONDUCT_TEXT: Place = Place::new(
    "conduct",
    "what the code of conduct says, where it says it here",
    "Be kind. Assume good faith.",
)
.sort(Sort::Sometimes);
const CONDUCT_LINK: Place = Place::new(
    "conduct-link",
    "where the code of conduct is",
    "https://example.org/conduct",
)
.sort(Sort::Sometimes)
.without("nobody could read what they are asked to agree to");
const LIST: Place = Place::new(
    "list",
    "what their list is called",
    "Welcome to the community",
)
.sort(Sort::Sometimes);
const THINGS: Place =
    Place::new("things", "how many things on it are theirs", "6 things").sort(Sort::Sometimes);
const FIRST: Place =
    Place::new("first", "the first of them", "join the chat, by Wed 9 Sep").sort(Sort::Sometimes);
const HELP: Place = Place::new("help", "what to type to see what one can do here", "help");
const TODO: Place =
    Place::new("todo", "what to type to see what is left", "todo").sort(Sort::Sometimes);

/// Somebody joined.
pub const WELCOME: Wording = Wording {
    name: "welcome",
    about: "somebody joined",
    text: "# Welcome to {community}[, {you}]!
I tell you of sessions, take your answers and remind you, in your own time. What you can do here: {help}
*Code of conduct {version}:* [{conduct}] [{conduct-link}]
*{list}*: {things} for you to do[, first: {first}].",
    places: &[&[
        COMMUNITY,
        VERSION,
        CONDUCT_TEXT,
        CONDUCT_LINK,
        LIST,
        THINGS,
        FIRST,
        HELP,
        TODO,
    ]],
    must: &[],
};

/// Somebody who was known by their e-mail address has an account.
pub const LINKED: Wording = Wording {
    name: "welcome-back",
    about: "somebody known by e-mail has an account",
    text: "# Hello[, {you}]!
I know you by your e-mail address already. This account is yours from now on, and nothing has to be done again. \
What you can do here: {help}
*Code of conduct {version}:* [{conduct}] [{conduct-link}]
> What is left for you to do: {todo}",
    places: &[&[COMMUNITY, VERSION, CONDUCT_TEXT, CONDUCT_LINK, HELP, TODO]],
    must: &[],
};

/// The code of conduct has another version.
pub const CONDUCT: Wording = Wording {
    name: "conduct",
    about: "the code of conduct changed",
    text: "# The code of conduct has changed
*Version {version}:* [{conduct}] [{conduct-link}]
Please read it and say that you agree.",
    places: &[&[COMMUNITY, VERSION, CONDUCT_TEXT, CONDUCT_LINK]],
    must: &[],
};

/// What is known of somebody who joins.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer<'a> {
    /// The community they join.
    pub community: &'a UserText,
    /// The code of conduct, if there is one that they have not agreed to.
    pub conduct: Option<&'a Conduct>,
    /// The list that has begun for them.
    pub list: Option<&'a ListView>,
    /// They.
    pub member: &'a MemberId,
}

/// Welcomes somebody.
pub fn welcome(who: &Newcomer<'_>, reader: &Reader) -> Message {
    let mut values = common(who, reader);
    if let Some(view) = who.list {
        let mine: Vec<&Item> = view.theirs(who.member);
        let first = mine.first().map(|item| {
            Line::new()
                .user(&lower(&item.text))
                .say(format!(", {}", by(item, reader.now, view.zone)))
        });
        values = values
            .with(&LIST, &view.list.checklist.title)
            .with(&THINGS, things(mine.len()))
            .maybe(&FIRST, first);
    }
    buttons(reader.say(&WELCOME, values), who)
}

/// Tells somebody that their account is linked with what was known.
pub fn linked(who: &Newcomer<'_>, reader: &Reader) -> Message {
    buttons(reader.say(&LINKED, common(who, reader)), who)
}

fn common(who: &Newcomer<'_>, reader: &Reader) -> Values {
    let command = |text: &str| Line::new().code(reader.command(text));
    of_conduct(who.conduct)
        .with(&COMMUNITY, who.community)
        .with(&HELP, command("help"))
        .maybe(&TODO, who.list.map(|_| command("todo")))
}

fn of_conduct(conduct: Option<&Conduct>) -> Values {
    let given = |text: &str| (!text.is_empty()).then(|| Line::new().user(&UserText::trusted(text)));
    let link = |conduct: &Conduct| {
        let link = conduct.link.clone();
        (!link.is_empty()).then(|| Line::new().link(link.clone(), link))
    };
    Values::new()
        .maybe(&VERSION, conduct.map(|conduct| conduct.version.clone()))
        .maybe(
            &CONDUCT_TEXT,
            conduct.and_then(|conduct| given(conduct.text.trim())),
        )
        .maybe(&CONDUCT_LINK, conduct.and_then(link))
}

fn agree(conduct: &Conduct) -> Button {
    Button::new("I agree", format!("agree {}", conduct.version)).primary()
}

fn buttons(message: Message, who: &Newcomer<'_>) -> Message {
    let mut buttons: Vec<Button> = who.conduct.map(agree).into_iter().collect();
    if who.list.is_some() {
        buttons.push(Button::new("What is left", "todo"));
    }
    message.buttons(buttons)
}

/// The code of conduct has another version, for a room.
pub fn conduct_changed(community: &UserText, conduct: &Conduct, reader: &Reader) -> Message {
    let values = of_conduct(Some(conduct)).with(&COMMUNITY, community);
    reader.say(&CONDUCT, values).buttons(vec![agree(conduct)])
}

/// The code of conduct, and whether the reader agreed: to which version, and when.
pub fn conduct(
    conduct: Option<&Conduct>,
    agreed: Option<&(String, Instant)>,
    reader: &Reader,
) -> Message {
    let Some(conduct) = conduct else {
        return Message::text("There is no code of conduct here yet.");
    };
    let mut message = Message::default().heading(
        Line::new()
            .strong("Code of conduct, version ")
            .user(&UserText::trusted(&conduct.version)),
    );
    if !conduct.text.trim().is_empty() {
        message = message.and(Line::new().user(&UserText::trusted(conduct.text.trim())));
    }
    if !conduct.link.is_empty() {
        message = message.and(Line::new().link(conduct.link.clone(), conduct.link.clone()));
    }
    match agreed {
        Some((version, at)) if *version == conduct.version => message.quiet(
            Line::new()
                .say("You agreed ")
                .time(*at, reader.zone())
                .say("."),
        ),
        Some((version, at)) => message
            .quiet(
                Line::new()
                    .say("You agreed to version ")
                    .user(&UserText::trusted(version))
                    .say(" ")
                    .time(*at, reader.zone())
                    .say("; this is a newer one."),
            )
            .buttons(vec![agree(conduct)]),
        None => message
            .quiet("You have not agreed yet.")
            .buttons(vec![agree(conduct)]),
    }
}

/// Somebody agreed.
pub fn agreed(version: &str, at: Instant, again: bool, reader: &Reader) -> Message {
    let line = if again {
        Line::new().say("You agreed already, to version ")
    } else {
        Line::new().say("Thank you. You agreed to the code of conduct, version ")
    };
    Message::text(
        line.user(&UserText::trusted(version))
            .say(", ")
            .time(at, reader.zone())
            .say("."),
    )
}

/// Many were imported and were never welcomed, for the organisers' room.
pub fn waiting(count: i64) -> Message {
    Message::text(Line::new().strong(people(count)).say(
        " were imported and have not been welcomed. Nothing is sent to them unless you say so.",
    ))
    .buttons(vec![
        Button::new("Show what they would read", "onboarding welcome").primary(),
        Button::new("Welcome nobody", "onboarding welcome nobody"),
    ])
}

/// What they would read, before it is sent.
pub fn preview(count: i64, sample: Message, id: &ProposalId) -> Message {
    let mut message = Message::text(format!(
        "{} would be welcomed by direct message, outside their quiet hours. Each reads, with their own list:",
        people(count)
    ));
    let shown = sample.blocks.into_iter();
    let shown = shown.filter(|block| !matches!(block, crate::chat::Block::Buttons(_)));
    message.blocks.extend(shown);
    message.buttons(vec![
        Button::new("Send", format!("confirm {id}")).primary(),
        Button::new("Not now", format!("dismiss {id}")),
    ])
}

/// Those who waited are welcomed now.
pub fn welcomed(count: i64) -> Message {
    Message::text(format!("{} are welcomed now.", people(count)))
}

/// Those who waited are not welcomed.
pub fn spared(count: i64) -> Message {
    Message::text(match count {
        0 => "Nobody waits for a welcome.".to_owned(),
        n => format!("{} are not welcomed; they count as onboarded.", people(n)),
    })
}
