//! What must hold of the texts that people are asked to allow, and of how long what is kept.

use super::Section;
use crate::domain::retention::{DAYS_MAX, Kept, Retention};
use crate::domain::text::UserText;

/// The longest text of one.
const TEXT_MAX: usize = 600;
/// The longest name of a version.
const VERSION_MAX: usize = 40;

/// Checks the section's own texts; else the key that is wrong, and what is.
pub(super) fn check(section: &Section) -> Result<(), (String, String)> {
    let mut purposes = Vec::new();
    for (place, one) in section.consent.iter().enumerate() {
        let wrong = |key: &str, what: String| Err((format!("consent.{place}.{key}"), what));
        if purposes.contains(&one.purpose) {
            let what = format!("there are two texts for “{}”; leave one out", one.purpose);
            return wrong("purpose", what);
        }
        purposes.push(one.purpose);
        let version = &one.version;
        let one_word = !version.is_empty() && !version.contains(char::is_whitespace);
        if !one_word || version.chars().nth(VERSION_MAX).is_some() {
            let what =
                format!("write one word of {VERSION_MAX} characters at most, for example 2026-09");
            return wrong("version", what);
        }
        match UserText::line(&one.text, TEXT_MAX) {
            Ok((text, _)) if !text.is_empty() => {}
            Ok(_) => {
                return wrong(
                    "text",
                    "this is empty; say what people would allow".to_owned(),
                );
            }
            Err(_) => {
                let what = format!("this is longer than {TEXT_MAX} characters; shorten it");
                return wrong("text", what);
            }
        }
    }
    for kept in Kept::ALL {
        let (days, least) = (section.retention.days(*kept), Retention::least(*kept));
        let for_ever = days == 0 && *kept != Kept::Events;
        if !for_ever && !(least..=DAYS_MAX).contains(&days) {
            let never = match kept {
                Kept::Events => "",
                _ => ", or 0 for ever",
            };
            let what = format!("write a number of days from {least} to {DAYS_MAX}{never}");
            return Err((format!("retention.{kept}_days"), what));
        }
    }
    Ok(())
}
