//! Forms for what is awkward to type: a new series, another date, what one prefers, an item for an agenda. What each asks,
//! and the lines that somebody could have typed instead, are the same everywhere; how it is shown is the platform's.

/// A form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A new series.
    Series,
    /// Another date for a session.
    Move {
        /// Which one, where that was said.
        session: String,
    },
    /// What one prefers.
    Profile,
    /// Something for an agenda.
    Agenda {
        /// What stands there before anything is typed.
        text: String,
    },
}

/// One entry of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What it is called in the form that is sent.
    pub name: &'static str,
    /// What stands above it.
    pub label: &'static str,
    /// What helps to fill it in; empty where nothing does.
    pub hint: &'static str,
    /// What can be filled in.
    pub takes: Takes,
    /// Whether the form cannot be sent without it.
    pub needed: bool,
    /// What stands in it before anything is typed.
    pub value: String,
}

/// What an entry takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// So many characters.
    Text(usize),
    /// A day.
    Day,
    /// A time of a day.
    Time,
    /// One of these: what is sent, and what is read.
    OneOf(&'static [(&'static str, &'static str)]),
}

/// What is wrong with a form that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The entry.
    pub input: &'static str,
    /// A sentence about it.
    pub words: &'static str,
}

const MODES: &[(&str, &str)] = &[
    ("online", "Online"),
    ("in-person", "In person"),
    ("both", "Both"),
];
const STAGES: &[(&str, &str)] = &[
    ("student", "Student"),
    ("early", "Early"),
    ("mid", "Mid"),
    ("senior", "Senior"),
    ("none", "I would rather not say"),
];

impl Form {
    /// The form that a typed command opens: one that says what, and not yet how.
    pub fn of_line(line: &str) -> Option<Self> {
        let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["series", "new" | "add"] => Some(Self::Series),
            ["session" | "meeting", "move"] => Some(Self::Move {
                session: String::new(),
            }),
            ["session" | "meeting", "move", session] => Some(Self::Move {
                session: (*session).to_owned(),
            }),
            ["profile"] => Some(Self::Profile),
            _ => None,
        }
    }

    /// The form that puts what somebody said on an agenda.
    pub fn agenda_of(said: &str) -> Self {
        Self::Agenda {
            text: one_line(said),
        }
    }

    /// What it is called when it is sent.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Series => "series.new",
            Self::Move { .. } => "session.move",
            Self::Profile => "profile",
            Self::Agenda { .. } => "agenda.add",
        }
    }

    /// What stands above it.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Series => "New series",
            Self::Move { .. } => "Another date",
            Self::Profile => "What I prefer",
            Self::Agenda { .. } => "Add to the agenda",
        }
    }

    /// What it asks.
    pub fn inputs(&self) -> Vec<Input> {
        use Takes::{Day, OneOf, Text, Time};
        match self {
            Self::Series => vec![
                input("slug", "Short name", Text(32)).hint("One word for commands, for example ks"),
                input("name", "Title", Text(150)),
                input("when", "When", Text(200))
                    .hint("As you say it: last Monday of every month 14:00-15:00"),
                input("from", "From", Day).optional(),
                input("to", "Until", Day).optional(),
                input("capacity", "Seats", Text(9))
                    .optional()
                    .hint("Empty for as many as come"),
                input("mode", "Where people take part", OneOf(MODES)).optional(),
                input("link", "Video link", Text(1_000)).optional(),
            ],
            Self::Move { session } => vec![
                input("session", "Session", Text(40))
                    .hint("Its number, for example 21")
                    .filled(session),
                input("date", "New day", Day),
                input("time", "New time", Time)
                    .optional()
                    .hint("In the session's zone; empty for the time it has"),
            ],
            Self::Profile => vec![
                input("zone", "Time zone", Text(60))
                    .optional()
                    .hint("For example Europe/Zurich"),
                input("quiet", "Quiet hours", Text(20))
                    .optional()
                    .hint("For example 18:00-08:00, or off"),
                input("remind", "Reminders", Text(60))
                    .optional()
                    .hint("on, off, or how long before: 1d,1h"),
                input("career", "Career stage", OneOf(STAGES))
                    .optional()
                    .hint("For the balance of speakers"),
            ],
            Self::Agenda { text } => vec![
                input("meeting", "Meeting", Text(60))
                    .optional()
                    .hint("Its number or name; empty for the next one"),
                input("text", "What to discuss", Text(300)).filled(text),
            ],
        }
    }
}

fn input(name: &'static str, label: &'static str, takes: Takes) -> Input {
    Input {
        name,
        label,
        hint: "",
        takes,
        needed: true,
        value: String::new(),
    }
}

impl Input {
    fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    fn optional(self) -> Self {
        Self {
            needed: false,
            ..self
        }
    }

    fn filled(self, value: &str) -> Self {
        Self {
            value: value.to_owned(),
            ..self
        }
    }
}

/// The lines that the form called `name` stands for, with what `get` says was filled in, each on one line.
///
/// # Errors
/// What is wrong with it; nothing where the form is none of ours.
pub fn lines(name: &str, get: impl Fn(&str) -> String) -> Result<Vec<String>, Option<Wrong>> {
    let option = |key: &str| match get(key) {
        value if value.is_empty() => value,
        value => format!(" {key}={value}"),
    };
    let line = match name {
        "series.new" => {
            let slug = get("slug");
            if slug.is_empty() || slug.contains(char::is_whitespace) {
                return Err(Some(Wrong {
                    input: "slug",
                    words: "The short name is one word, for example ks.",
                }));
            }
            let options = ["from", "to", "capacity", "mode", "link"].map(option);
            let title = get("name").replace('"', "”");
            let when = get("when");
            format!("series new {slug} \"{title}\" {when}{}", options.concat())
        }
        "session.move" => {
            let [session, date, time] = ["session", "date", "time"].map(get);
            format!("session move {session} {date} {time}")
        }
        "agenda.add" => format!("agenda add {} {}", get("meeting"), get("text")),
        "profile" => {
            let said = ["zone", "quiet", "remind", "career"].map(|key| (key, get(key)));
            let said = said.into_iter().filter(|(_, value)| !value.is_empty());
            let lines: Vec<String> = said.map(|(key, value)| format!("{key} {value}")).collect();
            return match lines.is_empty() {
                true => Err(Some(Wrong {
                    input: "zone",
                    words: "Nothing was filled in.",
                })),
                false => Ok(lines),
            };
        }
        _ => return Err(None),
    };
    Ok(vec![one_line(&line)])
}

/// A text on one line.
pub fn one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(name: &str, values: &[(&str, &str)]) -> Result<Vec<String>, Option<Wrong>> {
        let value = |wanted: &str| values.iter().find(|(key, _)| *key == wanted);
        lines(name, |key| {
            value(key).map_or(String::new(), |it| it.1.to_owned())
        })
    }

    #[test]
    fn a_form_is_the_line_that_could_have_been_typed() {
        let series = [
            ("slug", "ks"),
            ("name", "Knowledge \"Share\""),
            ("when", "last Monday of every month 14:00-15:00"),
            ("from", "2027-01-01"),
            ("mode", "both"),
        ];
        let line = "series new ks \"Knowledge ”Share”\" last Monday of every month 14:00-15:00 from=2027-01-01 mode=both";
        assert_eq!(sent("series.new", &series), Ok(vec![line.to_owned()]));
        let moved = [("session", "1"), ("date", "2027-02-01")];
        let line = "session move 1 2027-02-01".to_owned();
        assert_eq!(sent("session.move", &moved), Ok(vec![line]));
        let both = ["zone Europe/Zurich", "remind off"].map(str::to_owned);
        let profile = [("remind", "off"), ("zone", "Europe/Zurich")];
        assert_eq!(sent("profile", &profile), Ok(both.to_vec()));
    }

    #[test]
    fn what_is_wrong_is_said_of_its_entry() {
        let wrong = |name, values: &[_]| sent(name, values).unwrap_err().map(|it| it.input);
        assert_eq!(wrong("series.new", &[("slug", "two words")]), Some("slug"));
        assert_eq!(wrong("profile", &[]), Some("zone"));
        assert_eq!(wrong("strange", &[]), None);
    }
}
