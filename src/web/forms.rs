//! Forms as data, written by one template: labels, hints and mistakes are tied to their fields, and what somebody typed is
//! still there when it could not be taken.

use askama::Template;

use super::shown::{Fragment, Problem};
use super::visit::{Fields, Visit};

/// How something is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
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
    /// A mail address.
    Email,
    /// One of a few; value and label.
    Choice(Vec<(String, String)>),
    /// Yes or nothing; the value of a yes.
    Tick(String),
    /// Known already.
    Hidden,
    /// A file of text.
    File,
}

/// One value that a form asks for.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What stands above it.
    pub label: String,
    /// What helps, below the label.
    pub hint: String,
    /// How it is asked for.
    pub input: Input,
    /// Whether the form cannot be sent without it.
    pub required: bool,
    /// What is in it.
    pub value: String,
    /// What browsers may fill in.
    pub autocomplete: &'static str,
}

impl Field {
    /// A field without a value.
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: String::new(),
            input,
            required: false,
            value: String::new(),
            autocomplete: "off",
        }
    }

    /// Something known already.
    pub fn hidden(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, "", Input::Hidden).holding(value)
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With a value.
    #[must_use]
    pub fn holding(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// That the form cannot be sent without.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn kind(&self) -> &'static str {
        match self.input {
            Input::Number => "number",
            Input::Date => "date",
            Input::Time => "time",
            Input::Url => "url",
            Input::Email => "email",
            Input::File => "file",
            Input::Hidden => "hidden",
            _ => "text",
        }
    }

    /// How many lines the field has room for: those of what it holds, within reason.
    fn rows(&self) -> usize {
        self.value.lines().count().clamp(4, 16)
    }

    fn is_narrow(&self) -> bool {
        matches!(self.input, Input::Number | Input::Date | Input::Time)
    }
}

/// A form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// What its fields' ids begin with: several forms stand on one page.
    pub id: String,
    /// What it asks for.
    pub fields: Vec<Field>,
    /// What stands on its button.
    pub submit: String,
    /// Whether that cannot be taken back.
    pub danger: bool,
    /// What it carries for who is signed in.
    pub seal: Option<String>,
    /// What tells it from every other.
    pub once: String,
    /// Why it was not taken.
    pub mistake: Option<Fragment>,
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage<'a> {
    form: &'a Form,
}

impl Form {
    /// A form of a page that is sent to `action`.
    pub fn new(visit: &Visit, id: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            id: id.into(),
            fields: Vec::new(),
            submit: "Send".to_owned(),
            danger: false,
            seal: visit.who.as_ref().map(super::visit::Signed::seal),
            once: visit.once(),
            mistake: None,
        }
    }

    /// With one more field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// With these words on its button.
    #[must_use]
    pub fn submit(mut self, words: impl Into<String>) -> Self {
        self.submit = words.into();
        self
    }

    /// With what somebody typed, and why it was not taken.
    #[must_use]
    pub fn again(mut self, typed: &Fields, mistake: Fragment) -> Self {
        for field in &mut self.fields {
            if !matches!(field.input, Input::File | Input::Tick(_)) {
                field.value = typed.raw(&field.name).to_owned();
            } else if let Input::Tick(yes) = &field.input {
                field.value = match typed.get(&field.name) == yes {
                    true => yes.clone(),
                    false => String::new(),
                };
            }
        }
        self.mistake = Some(mistake);
        self
    }

    fn has_file(&self) -> bool {
        self.fields.iter().any(|field| field.input == Input::File)
    }

    /// As HTML.
    ///
    /// # Errors
    /// [`Problem::Unwritten`].
    pub fn written(&self) -> Result<Fragment, Problem> {
        Fragment::of(&FormPage { form: self })
    }
}
