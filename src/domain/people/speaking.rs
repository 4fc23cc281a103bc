//! A speaker's page: what a speaker is asked, by a private link and without an account.

use serde::{Deserialize, Serialize};

use crate::domain::text::UserText;
use crate::words_enum;

/// The most characters of a talk's title.
pub const TITLE_MAX: usize = 200;
/// The most characters of what a talk is about.
pub const SUMMARY_MAX: usize = 4_000;
/// The most characters of who somebody is.
pub const BIO_MAX: usize = 1_500;
/// The most characters of an address.
pub const SLIDES_MAX: usize = 500;

words_enum! {
    /// What a speaker is asked.
    Asked {
        /// The title of their talk.
        Title = "title",
        /// What it is about.
        Summary = "summary",
        /// Who they are.
        Bio = "bio",
        /// Where the slides are.
        Slides = "slides",
        /// Whether the talk may be recorded.
        Recording = "recording",
        /// Whether recording and slides are for everybody.
        Publishing = "publishing",
    }
}

impl Asked {
    /// What it is called when it is asked for.
    pub fn words(self) -> &'static str {
        match self {
            Self::Title => "the title of your talk",
            Self::Summary => "what it is about",
            Self::Bio => "some sentences on who you are",
            Self::Slides => "where your slides are",
            Self::Recording => "whether you may be recorded",
            Self::Publishing => "whether recording and slides are for everybody",
        }
    }
}

/// What was typed; an answer that was not given is empty, and none is given beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpeakerForm {
    /// The title.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Who they are.
    pub bio: String,
    /// Where the slides are.
    pub slides: String,
    /// `yes` or `no`.
    pub recording: String,
    /// `yes` or `no`.
    pub publishing: String,
}

/// What a speaker says; an empty text is one they did not write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The title.
    pub title: UserText,
    /// What it is about.
    pub summary: UserText,
    /// Who they are.
    pub bio: UserText,
    /// Where the slides are.
    pub slides: String,
    /// Whether the talk may be recorded, where they said.
    pub recording: Option<bool>,
    /// Whether recording and slides are for everybody, where they said.
    pub publishing: Option<bool>,
}

/// What is wrong with an answer.
pub type Mistake = (Asked, String);

impl SpeakerForm {
    /// What it says.
    ///
    /// # Errors
    /// Every field with what is wrong with it.
    pub fn read(&self) -> Result<Said, Vec<Mistake>> {
        let mut wrong = Vec::new();
        let mut text = |typed: &str, max: usize, field| match UserText::line(typed, max) {
            Ok((text, _)) => text,
            Err(_) => {
                let words = format!("That is too long (max {max} characters); please shorten it.");
                wrong.push((field, words));
                UserText::default()
            }
        };
        let title = text(&self.title, TITLE_MAX, Asked::Title);
        let summary = text(&self.summary, SUMMARY_MAX, Asked::Summary);
        let bio = text(&self.bio, BIO_MAX, Asked::Bio);
        let slides = text(&self.slides, SLIDES_MAX, Asked::Slides).to_string();
        let begins = slides.starts_with("https://") || slides.starts_with("http://");
        if !slides.is_empty() && (!begins || slides.contains(char::is_whitespace)) {
            let words = "A link begins with https:// and has no spaces. Put the slides where others can open them, and \
                         write that address.";
            wrong.push((Asked::Slides, words.to_owned()));
        }
        if wrong.is_empty() {
            Ok(Said {
                title,
                summary,
                bio,
                slides,
                recording: yes_or_no(&self.recording),
                publishing: yes_or_no(&self.publishing),
            })
        } else {
            Err(wrong)
        }
    }
}

fn yes_or_no(typed: &str) -> Option<bool> {
    match typed {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_answered_is_no_answer_and_no_link_is_a_script() {
        let said = SpeakerForm::default().read().unwrap();
        assert_eq!((said.recording, said.publishing), (None, None));
        for slides in ["javascript:alert(1)", "slides.pdf", "https://a b"] {
            let form = SpeakerForm {
                slides: slides.to_owned(),
                ..SpeakerForm::default()
            };
            assert_eq!(form.read().unwrap_err()[0].0, Asked::Slides, "{slides}");
        }
    }
}
