//! The short name of a series in commands: one word that no number and no word of the language is taken for.

/// The longest short name, in letters.
pub const LONGEST: usize = 30;

/// Words that stand behind a series in commands.
const TAKEN: [&str; 6] = ["next", "all", "following", "in", "online", "none"];

/// The text is no short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "A short name is one word of letters, digits and dashes that begins with a letter, for example ks."
)]
pub struct NotAShortName;

/// Reads a short name, in any case.
///
/// # Errors
/// [`NotAShortName`].
pub fn read(typed: &str) -> Result<String, NotAShortName> {
    let slug = typed.trim().to_lowercase();
    let fine = slug.len() <= LONGEST
        && slug.starts_with(|c: char| c.is_ascii_lowercase())
        && slug
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fine && !TAKEN.contains(&slug.as_str()) {
        Ok(slug)
    } else {
        Err(NotAShortName)
    }
}

/// A short name made of a title or of the name of a file.
pub fn make(title: &str) -> String {
    let lower = title.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let mut slug = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        let dash = usize::from(!slug.is_empty());
        if slug.len() + dash + word.len() > LONGEST {
            break;
        }
        if dash == 1 {
            slug.push('-');
        }
        slug.push_str(word);
    }
    match read(&slug) {
        Ok(slug) => slug,
        Err(NotAShortName) => {
            let slug = format!("series-{}", &slug[..slug.len().min(20)]);
            read(slug.trim_end_matches('-')).unwrap_or_else(|_| "series".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_title_gives_a_short_name() {
        for (title, slug) in [
            ("knowledge-share-series", "knowledge-share-series"),
            ("Knowledge Share", "knowledge-share"),
            ("2022 talks", "series-2022-talks"),
            ("next", "series-next"),
            ("Größe", "gr-e"),
            ("", "series"),
            ("???", "series"),
            (
                "a very long title of a series of talks",
                "a-very-long-title-of-a-series",
            ),
            ("Donaudampfschifffahrtsgesellschaftsverein", "series"),
        ] {
            assert_eq!(make(title), slug, "{title}");
            assert_eq!(read(slug).as_deref(), Ok(slug));
        }
        for typed in ["", "21", "next", "two words", "ks!"] {
            assert_eq!(read(typed), Err(NotAShortName), "{typed}");
        }
    }
}
