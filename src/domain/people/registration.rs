//! People who register on the public page: what they are asked, and how much of it is believed before they followed the link
//! in their letter.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::domain::country::Country;
use crate::domain::email::Email;
use crate::domain::events::rsvp::{Way, ways};
use crate::domain::events::session::{Mode, Session, Status};
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::words_enum;

/// The most characters of a name.
pub const NAME_MAX: usize = 120;
/// The most characters of an organisation.
pub const ORGANISATION_MAX: usize = 200;
/// The most characters of an address (RFC 5321, section 4.5.3.1.3, without its brackets).
pub const EMAIL_MAX: usize = 254;

/// How long the link in the letter can be followed.
pub const OPEN_FOR: Duration = Duration::hours(48);

/// How many letters go to one mailbox, however its address is spelled: in an hour, and in a day.
pub const LETTERS: [(Duration, i64); 2] = [(Duration::hours(1), 3), (Duration::days(1), 6)];
/// How many people of a community may be unconfirmed from one hour: beyond them somebody writes to strangers by our hand.
pub const UNCONFIRMED_AN_HOUR: i64 = 1_000;
/// Within this time the same registration is the same: a button pressed twice.
pub const TWICE_WITHIN: Duration = Duration::minutes(2);

words_enum! {
    /// A field of the form.
    Field {
        /// The name.
        Name = "name",
        /// The address.
        Email = "email",
        /// Where they work.
        Organisation = "organisation",
        /// Their country.
        Country = "country",
        /// How they take part.
        Way = "way",
        /// What they agree to.
        Consent = "consent",
    }
}

/// What was typed into the form; an empty text is a field that was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Where they work.
    pub organisation: String,
    /// Their country, by code or name.
    pub country: String,
    /// How they take part.
    pub way: String,
    /// The version of the text that they agreed to.
    pub consent: String,
    /// Whether they want news.
    pub news: String,
}

/// Somebody who registers, as far as can be said from the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrant {
    /// Their name.
    pub name: UserText,
    /// Their address.
    pub email: Email,
    /// Where they work; empty where they did not say.
    pub organisation: UserText,
    /// Their country, where they said.
    pub country: Option<Country>,
    /// How they take part, where there is a choice.
    pub way: Option<Way>,
    /// The version of the text that they agreed to.
    pub consent: String,
    /// Whether they want news by mail.
    pub news: bool,
}

/// What is wrong with a field, in words for who filled it in.
pub type Problem = (Field, String);

impl Form {
    /// Who fills it in for a session of this mode.
    ///
    /// # Errors
    /// Every field with what is wrong with it.
    pub fn read(&self, mode: Mode) -> Result<Registrant, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut note = |field, words: String| problems.push((field, words));
        let name = text(&self.name, NAME_MAX).unwrap_or_else(|words| {
            note(Field::Name, words);
            UserText::trusted("-")
        });
        if name.is_empty() {
            note(Field::Name, "Please write your name.".to_owned());
        }
        let email = match self.email.trim() {
            "" => Err("Please write your e-mail address.".to_owned()),
            long if long.chars().count() > EMAIL_MAX => Err(format!(
                "That is too long for an e-mail address (max {EMAIL_MAX} characters)."
            )),
            typed => Email::parse(typed).map_err(|wrong| {
                format!("{wrong} Please look for a slip; it should read like ada@example.org.")
            }),
        };
        let email = email.map_err(|words| note(Field::Email, words)).ok();
        let organisation = text(&self.organisation, ORGANISATION_MAX).unwrap_or_else(|words| {
            note(Field::Organisation, words);
            UserText::default()
        });
        let country = match self.country.trim() {
            "" => None,
            typed => Country::parse(typed)
                .map_err(|wrong| note(Field::Country, wrong.to_string()))
                .ok(),
        };
        let way = self.way.trim();
        let way = match way.parse::<Way>() {
            _ if way.is_empty() && ways(mode).len() == 1 => None,
            Ok(way) if ways(mode).contains(&way) => Some(way),
            _ => {
                let words = "Please say how you will take part.";
                note(Field::Way, words.to_owned());
                None
            }
        };
        if self.consent.trim().is_empty() {
            let words = "Without your agreement your registration cannot be kept.";
            note(Field::Consent, words.to_owned());
        }
        match email {
            Some(email) if problems.is_empty() => Ok(Registrant {
                name,
                email,
                organisation,
                country,
                way,
                consent: self.consent.trim().to_owned(),
                news: !self.news.trim().is_empty(),
            }),
            _ => Err(problems),
        }
    }
}

fn text(typed: &str, max: usize) -> Result<UserText, String> {
    UserText::line(typed, max)
        .map(|(text, _)| text)
        .map_err(|_| format!("That is too long (max {max} characters); please shorten it."))
}

/// Whether everybody may know of a session.
pub fn is_public(session: &Session) -> bool {
    session.announced_at.is_some()
        && !session.is_meeting()
        && session.is_for_everybody()
        && session.status != Status::Skipped
}

/// Why nobody can register for a session, or change what they said, at `now`; none when they can.
pub fn closed(session: &Session, now: Instant) -> Option<&'static str> {
    match session.status {
        Status::Planned if now >= session.ends_at => Some("This session is over."),
        Status::Planned if session.has_begun(now) => {
            Some("This session has begun; nobody can register any more.")
        }
        Status::Planned => None,
        _ => Some("This session was called off; no registration is needed."),
    }
}

/// When the link in the letter ends.
pub fn expires(session: &Session, now: Instant) -> Instant {
    (now + OPEN_FOR).min(session.starts_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Form {
        Form {
            name: "Mei Tanaka".to_owned(),
            email: "mei@example.org".to_owned(),
            consent: "1".to_owned(),
            ..Form::default()
        }
    }

    #[test]
    fn what_is_needed_is_little() {
        let read = filled().read(Mode::Online).unwrap();
        assert_eq!(read.name.as_str(), "Mei Tanaka");
        assert_eq!((read.country, read.way, read.news), (None, None, false));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let form = Form {
            name: "n".repeat(10_000),
            email: "mei@example".to_owned(),
            country: "Grmany".to_owned(),
            way: "by boat".to_owned(),
            ..Form::default()
        };
        let problems = form.read(Mode::Both).unwrap_err();
        let fields: Vec<Field> = problems.iter().map(|(field, _)| *field).collect();
        assert_eq!(
            fields,
            [
                Field::Name,
                Field::Email,
                Field::Country,
                Field::Way,
                Field::Consent
            ]
        );
        let words = |at: usize| problems[at].1.as_str();
        assert_eq!(
            words(0),
            "That is too long (max 120 characters); please shorten it."
        );
        assert!(
            words(2).contains("did you mean Germany"),
            "{:?}",
            problems[2]
        );
    }

    #[test]
    fn the_way_is_asked_where_there_are_two() {
        let both = filled().read(Mode::Both).unwrap_err();
        assert_eq!(both[0].0, Field::Way);
        let chosen = Form {
            way: "in person".to_owned(),
            ..filled()
        };
        assert_eq!(chosen.read(Mode::Both).unwrap().way, Some(Way::InPerson));
        assert!(chosen.read(Mode::Online).is_err());
    }
}
