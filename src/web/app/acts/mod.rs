//! What can be done on pages: each act is a command of chat whose values a form asks for. Who may is what the command
//! says; a page and a chat do the same thing, and both are audited and undone alike.

mod changes;
mod pages;
mod table;

pub use changes::CHANGES;
pub(super) use changes::{of as changes_of, showing};
pub(super) use pages::{button, form, routes, series_of};
pub use table::ACTS;

use crate::chat::command::{Args, Command, Spec, TABLE, Verb};
use crate::web::forms::{Field, Input};
use crate::web::visit::Fields;

/// How a value is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Lines,
    /// A whole number.
    Number,
    /// A day.
    Date,
    /// A time of the day.
    Time,
    /// An address on the web.
    Url,
    /// One of a few; value and label.
    Choice(&'static [(&'static str, &'static str)]),
    /// One of the community's series.
    Series,
    /// Known from the page.
    Known,
}

/// What becomes of a value in the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// A word.
    Word,
    /// A word in quotes.
    Quoted,
    /// The value of an option.
    Option(&'static str),
    /// The free text at the end.
    Rest,
    /// The beginning of a stretch of time, which ends with the next value that is [`Goes::Until`].
    From,
    /// The end of it.
    Until,
    /// The free text, in which a line break is written as chat writes it.
    Text,
}

/// A value that an act asks for.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// The field's name.
    pub name: &'static str,
    /// What stands above it.
    pub label: &'static str,
    /// What helps.
    pub hint: &'static str,
    /// How it is asked for.
    pub kind: Kind,
    /// What becomes of it.
    pub goes: Goes,
    /// Whether it is needed.
    pub required: bool,
}

/// Something that can be done.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    /// Its place in addresses.
    pub name: &'static str,
    /// The command.
    pub verb: Verb,
    /// What the page of its form is called.
    pub title: &'static str,
    /// What stands on the button.
    pub submit: &'static str,
    /// Whether it takes something away from people.
    pub danger: bool,
    /// What it asks for.
    pub asks: &'static [Ask],
}

impl Act {
    /// The act of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ACTS.iter().find(|act| act.name == name)
    }

    /// Its command.
    pub fn spec(&self) -> Option<&'static Spec> {
        TABLE.iter().find(|spec| spec.verb == self.verb)
    }

    /// The command with the values of a form; in words, what is missing.
    ///
    /// # Errors
    /// What is missing, for the person who sent the form.
    pub fn command(&self, form: &Fields) -> Result<Command, String> {
        let (mut words, mut options) = (Vec::new(), Vec::new());
        for ask in self.asks {
            let value = form.get(ask.name).replace("\r\n", "\n");
            if value.is_empty() {
                if ask.required {
                    return Err(format!("Fill in “{}”.", ask.label));
                }
                continue;
            }
            match ask.goes {
                Goes::Word | Goes::From => words.push((value, false)),
                Goes::Quoted | Goes::Rest => words.push((value, true)),
                Goes::Text => words.push((value.replace('\n', "\\n"), true)),
                Goes::Option(key) => options.push((key, value)),
                Goes::Until => match words.last_mut() {
                    Some((from, _)) => {
                        from.push('-');
                        from.push_str(&value);
                    }
                    None => return Err("Say when it begins as well.".to_owned()),
                },
            }
        }
        Command::of(self.verb, Args::of(&words, options))
            .ok_or_else(|| "There is no such command.".to_owned())
    }

    /// The fields of its form, holding `preset`; `series` are those to choose from.
    pub fn fields(&self, preset: &Fields, series: &[(String, String)]) -> Vec<Field> {
        let fields = self.asks.iter().map(|ask| {
            let input = match ask.kind {
                Kind::Line => Input::Line,
                Kind::Lines => Input::Lines,
                Kind::Number => Input::Number,
                Kind::Date => Input::Date,
                Kind::Time => Input::Time,
                Kind::Url => Input::Url,
                Kind::Known => Input::Hidden,
                Kind::Series => Input::Choice(series.to_vec()),
                Kind::Choice(options) => Input::Choice(
                    options
                        .iter()
                        .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
                        .collect(),
                ),
            };
            let field = Field::new(ask.name, ask.label, input)
                .hint(ask.hint)
                .holding(preset.raw(ask.name));
            if ask.required {
                field.required()
            } else {
                field
            }
        });
        fields.collect()
    }
}
