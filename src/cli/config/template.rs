//! `config/default.toml`: the explained default, which is compiled in, read below every file, and
//! written by `convene init`.

use crate::domain::platform::Account;

/// The file as it stands in the project.
const DEFAULT: &str = include_str!("../../../config/default.toml");

/// What `init` fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommunity {
    /// The short name.
    pub slug: String,
    /// The name.
    pub name: String,
    /// The first manager.
    pub manager: Option<Account>,
}

/// The explained default for a new community.
pub fn template(community: &NewCommunity) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let managers = match &community.manager {
        Some(account) => format!("managers = [{}]", quoted(&account.to_string())),
        None => "managers = []".to_owned(),
    };
    let mut text = String::with_capacity(DEFAULT.len() + 200);
    for line in DEFAULT.lines() {
        match line {
            r#"slug = "community""# => {
                text.push_str(&format!("slug = {}", quoted(&community.slug)));
            }
            r#"name = "Our community""# => {
                text.push_str(&format!("name = {}", quoted(&community.name)));
            }
            "managers = []" => text.push_str(&managers),
            other => text.push_str(other),
        }
        text.push('\n');
    }
    text
}

/// What holds when nobody sets anything: the default without its example of a community.
pub fn usual() -> toml::Table {
    // The default is part of the program, and a test reads it.
    let mut tables: toml::Table = toml::from_str(DEFAULT).unwrap_or_default();
    tables.remove("community");
    tables
}

/// A short name for a community called `name`: `Northern Lights 2` is `northern-lights-2`.
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.truncate(32);
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "community".to_owned()
    } else {
        slug.to_owned()
    }
}
