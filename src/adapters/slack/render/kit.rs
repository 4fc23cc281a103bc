//! The blocks of [Block Kit](https://docs.slack.dev/reference/block-kit/) that messages are made of, as Slack reads them.

use serde::Serialize;

/// A block.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::adapters::slack) enum Kit {
    /// A heading.
    Header { text: Text },
    /// A paragraph.
    Section { text: Text },
    /// Small print.
    Context { elements: Vec<Text> },
    /// Buttons.
    Actions { elements: Vec<Press> },
    /// Spans in which nothing is read as markup.
    RichText { elements: Vec<Rich> },
}

/// A text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::adapters::slack) enum Text {
    /// Shown as it is.
    PlainText { text: String, emoji: bool },
    /// With Slack's own markup.
    Mrkdwn { text: String, verbatim: bool },
}

/// A button.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "button")]
pub(in crate::adapters::slack) struct Press {
    pub action_id: String,
    pub text: Text,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<&'static str>,
}

/// Lines of rich text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::adapters::slack) enum Rich {
    /// A paragraph, or an item of a list.
    RichTextSection { elements: Vec<Element> },
    /// A list.
    RichTextList {
        style: &'static str,
        elements: Vec<Rich>,
    },
}

/// A span of rich text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::adapters::slack) enum Element {
    /// Text, as it is.
    Text {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        style: Option<Style>,
    },
    /// An instant in the reader's own zone.
    Date {
        timestamp: i64,
        format: &'static str,
        fallback: String,
    },
    /// A link.
    Link { url: String, text: String },
}

/// How a text stands out, as a word that is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(in crate::adapters::slack) enum Style {
    Bold { bold: bool },
    Code { code: bool },
}

impl Style {
    pub const BOLD: Self = Self::Bold { bold: true };
    pub const CODE: Self = Self::Code { code: true };
}
