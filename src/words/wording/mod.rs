//! The wordings of what the bot posts and of its main replies: each has a name, a usual text with placeholders, and may
//! be given another text by a manager.
//!
//! There is one path for both. The usual text is a template like the manager's, compiled in beside the
//! function that fills it, so that "back to the usual text" is nothing but taking the other one away.
//! A template is filled with spans and not with text: what people typed stays [`UserText`](crate::domain::text::UserText) and is
//! escaped by each platform's renderer, and no value is read as a template. That is why this is no
//! template crate: those make one text, in which a link, an instant and somebody's name look alike.
//!
//! To add one: a [`Wording`] beside the function that says it, its place in [`ALL`], and
//! [`Reader::say`] instead of building the message by hand.

mod check;
pub mod example;
pub mod places;
mod template;
pub mod told;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use check::{Fault, check, clean, named};
pub use template::Template;
pub use values::Values;

use super::view::Reader;
use super::{
    attendance, card, checklist, deputy, digest, meeting, notice, onboarding, question, reminder,
    rsvp,
};
use crate::chat::Message;
use crate::domain::events::post::Post;

/// The wording of one kind of message.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// Its name in commands.
    pub name: &'static str,
    /// What it is said for, for the list.
    pub about: &'static str,
    /// The usual text.
    pub text: &'static str,
    /// The placeholders it knows, besides [`places::YOU`].
    pub places: &'static [&'static [Place]],
    /// Those of them that no text may leave out.
    pub must: &'static [Place],
}

impl Wording {
    /// Every placeholder it knows.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        let own = self.places.iter().flat_map(|list| list.iter().copied());
        own.chain(std::iter::once(places::YOU))
    }
}

/// A placeholder: what `{name}` stands for.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its name.
    pub name: &'static str,
    /// What it stands for, for whoever words.
    pub about: &'static str,
    /// What it may be; lines of a list end in a line break.
    pub example: &'static str,
    /// How it behaves.
    pub sort: Sort,
    /// What would be wrong without it, where it must not be left out.
    pub without: &'static str,
}

/// How a placeholder behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It always has a value.
    Always,
    /// It may have none; then its line, or the part between brackets that it stands in, is left out.
    Sometimes,
    /// It is a list and needs a line of its own; an empty one is left out.
    List,
    /// It stands for nothing itself: its line is only said in that case.
    When,
}

/// Every wording, in the order of the list.
pub const ALL: &[&Wording] = &[
    &card::CARD,
    &card::CARD_OFF,
    &notice::MOVED,
    &notice::CANCELLED,
    &notice::RESTORED,
    &notice::CHANGED,
    &notice::WAY_CHANGED,
    &reminder::COMING,
    &reminder::UNANSWERED,
    &reminder::SPEAKERS,
    &reminder::ORGANISERS,
    &reminder::ROOM,
    &meeting::INVITATION,
    &meeting::INVITATION_ALL,
    &meeting::AGENDA_OUT,
    &question::ANSWERED,
    &rsvp::PROMOTED,
    &rsvp::OFFERED,
    &rsvp::OFFER_OVER,
    &digest::DIGEST,
    &attendance::SUMMARY,
    &attendance::NAG,
    &onboarding::WELCOME,
    &onboarding::LINKED,
    &onboarding::CONDUCT,
    &checklist::BEGUN,
    &checklist::NUDGE,
    &checklist::LATE,
    &checklist::RUN_BOOK,
    &deputy::BEGINS,
    &deputy::ENDS,
    &rsvp::ANSWER_YES,
    &rsvp::ANSWER_LINE,
    &rsvp::ANSWER_MAYBE,
    &rsvp::ANSWER_NO,
    &attendance::CHECKED_IN,
];

/// The texts that a community's managers gave; what is not among them is said in the usual one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wordings(Arc<BTreeMap<String, Template>>);

impl Wordings {
    /// Texts by the names of their wordings.
    pub fn of(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let read = |(name, text): (String, String)| (name, Template::typed(&text));
        Self(Arc::new(texts.into_iter().map(read).collect()))
    }

    /// Whether a manager gave this wording a text.
    pub fn is_own(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether a wording calls its reader by name.
    pub fn names(&self, wording: &Wording) -> bool {
        match self.0.get(wording.name) {
            Some(own) => own.holds(places::YOU.name),
            None => Template::ours(wording.text).holds(places::YOU.name),
        }
    }

    /// These, but for one text.
    pub fn but(&self, name: &str, text: &str) -> Self {
        let mut all = (*self.0).clone();
        all.insert(name.to_owned(), Template::typed(text));
        Self(Arc::new(all))
    }
}

/// The wording that a post is said in; none where its words are no template, as in answers.
pub fn of_post(post: &Post) -> Option<&'static Wording> {
    match post {
        Post::Reminder { audience, .. } | Post::Chase { audience } | Post::Snoozed { audience } => {
            Some(reminder::wording(*audience))
        }
        other => named(other.kind()).ok(),
    }
}

impl Reader {
    /// Says something in the words that are in force for this reader.
    pub fn say(&self, wording: &Wording, values: Values) -> Message {
        let values = values.maybe(&places::YOU, self.name.as_ref());
        match self.wordings.0.get(wording.name) {
            Some(own) => own.fill(&values),
            None => Template::ours(wording.text).fill(&values),
        }
    }
}
