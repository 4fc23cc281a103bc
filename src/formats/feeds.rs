//! News for feed readers, written: Atom (RFC 4287) and JSON Feed 1.1.

use atom_syndication::{Content, Entry, Feed, FixedDateTime, Generator, Link, Text};
use serde::Serialize;

use crate::domain::time::Instant;

/// A feed of news.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewsFeed {
    /// What it is called for ever.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The address of the pages it is about.
    pub home: String,
    /// Its own address, without `.atom` or `.json`.
    pub address: String,
    /// When anything of it changed last.
    pub updated: Instant,
    /// The news, the latest first.
    pub items: Vec<NewsItem>,
}

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewsItem {
    /// What it is called for ever.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it says, in lines.
    pub text: String,
    /// When it came.
    pub published: Instant,
    /// When it changed last.
    pub updated: Instant,
}

fn at(instant: Instant) -> FixedDateTime {
    instant.fixed_offset()
}

/// Only what may stand in XML 1.0 (section 2.2).
fn for_xml(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    text.chars().filter(|c| allowed(*c)).collect()
}

/// The feed as Atom.
pub fn atom(feed: &NewsFeed) -> String {
    let text = |text: &str| Text::plain(for_xml(text));
    let entries = feed.items.iter().map(|item| Entry {
        title: text(&item.title),
        id: item.id.clone(),
        updated: at(item.updated),
        published: Some(at(item.published)),
        content: Some(Content {
            value: Some(for_xml(&item.text)),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    });
    let link = |rel: &str, href: String| Link {
        rel: rel.to_owned(),
        href,
        ..Link::default()
    };
    let feed = Feed {
        title: text(&feed.title),
        id: feed.id.clone(),
        updated: at(feed.updated),
        authors: vec![atom_syndication::Person {
            name: for_xml(&feed.title),
            ..Default::default()
        }],
        generator: Some(Generator {
            value: "Convene".to_owned(),
            ..Generator::default()
        }),
        links: vec![
            link("self", format!("{}.atom", feed.address)),
            link("alternate", format!("{}/", feed.home)),
        ],
        entries: entries.collect(),
        ..Feed::default()
    };
    feed.to_string()
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: String,
    feed_url: String,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    title: &'a str,
    content_text: &'a str,
    date_published: String,
    date_modified: String,
}

/// The feed as JSON Feed.
///
/// # Errors
/// Never for what is text.
pub fn json(feed: &NewsFeed) -> serde_json::Result<String> {
    let items = feed.items.iter().map(|item| JsonItem {
        id: &item.id,
        title: &item.title,
        content_text: &item.text,
        date_published: item.published.to_rfc3339(),
        date_modified: item.updated.to_rfc3339(),
    });
    serde_json::to_string(&JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: format!("{}/", feed.home),
        feed_url: format!("{}.json", feed.address),
        items: items.collect(),
    })
}
