//! What the placeholders of one message stand for.

use super::Place;
use crate::chat::message::{Block, Line};
use crate::domain::text::UserText;

/// What placeholders stand for; those that are not set have no value.
#[derive(Clone, Debug, Default)]
pub struct Values(Vec<(&'static str, Value)>);

/// What one placeholder stands for.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Something within a line; of a mark nothing.
    Line(Line),
    /// Something that needs a line of its own.
    Blocks(Vec<Block>),
}

impl Values {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a value, instead of the one it had.
    pub fn with(self, place: &Place, value: impl Into<Line>) -> Self {
        self.put(place, Some(Value::Line(value.into())))
    }

    /// With a value, or none even if it had one.
    pub fn maybe(self, place: &Place, value: Option<impl Into<Line>>) -> Self {
        self.put(place, value.map(|value| Value::Line(value.into())))
    }

    /// With a list; an empty one says nothing.
    pub fn list(self, place: &Place, items: Vec<Line>) -> Self {
        let blocks = (!items.is_empty()).then_some(Block::Bullets(items));
        self.blocks(place, blocks.into_iter().collect())
    }

    /// With what needs lines of its own.
    pub fn blocks(self, place: &Place, blocks: Vec<Block>) -> Self {
        self.put(place, Some(Value::Blocks(blocks)))
    }

    /// With a mark: lines that bear it are said if `so`.
    pub fn when(self, place: &Place, so: bool) -> Self {
        self.maybe(place, so.then(Line::new))
    }

    fn put(mut self, place: &Place, value: Option<Value>) -> Self {
        self.0.retain(|(known, _)| *known != place.name);
        self.0.extend(value.map(|value| (place.name, value)));
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }
}

impl From<&UserText> for Line {
    fn from(text: &UserText) -> Self {
        Self::new().user(text)
    }
}
