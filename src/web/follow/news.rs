//! `/feed.atom` and `/feed.json`: what was announced, moved or called off, one piece of news for each session.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::{Follow, Unread, load};
use crate::domain::community::Community;
use crate::domain::events::session::Status;
use crate::formats::feeds::{NewsFeed, NewsItem, atom, json};
use crate::storage::{StorageError, Tx, sessions};
use crate::words::calendar::{news, summary};
use crate::words::view::SessionView;

/// Most pieces of news in a feed.
const MOST: i64 = 50;

/// How news are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    Atom,
    Json,
}

pub(super) async fn show(
    follow: &Follow,
    community: Option<Arc<Community>>,
    form: Form,
    asked: &HeaderMap,
) -> Response {
    let Some(community) = community else {
        return Unread::Nothing.into_response();
    };
    let (name, kind) = match form {
        Form::Atom => ("feed.atom", "application/atom+xml; charset=utf-8"),
        Form::Json => ("feed.json", "application/feed+json; charset=utf-8"),
    };
    let known = format!("{}|{name}", community.slug);
    let read = || async {
        let read = follow
            .db
            .read(move |tx| Box::pin(async move { feed(tx, &community).await }));
        let feed: NewsFeed = read.await?;
        Ok(match form {
            Form::Atom => atom(&feed),
            Form::Json => json(&feed)?,
        })
    };
    follow.public(&known, kind, asked, read).await
}

async fn feed(tx: &mut Tx, community: &Community) -> Result<NewsFeed, StorageError> {
    let found = sessions::public_changes(tx, &community.id, MOST).await?;
    let views = load::views(tx, found).await?;
    let named = load::named(tx, community, &views).await?;
    let zones = community.zones();
    let item = |view: &SessionView| {
        let (session, title) = (&view.session, summary(view));
        NewsItem {
            id: format!("urn:convene:session:{}", session.id),
            title: match session.status {
                Status::Planned => title,
                _ => format!("Called off: {title}"),
            },
            text: news(view, &named, &zones),
            published: session.announced_at.unwrap_or(session.known.changed_at),
            updated: session.known.changed_at,
        }
    };
    let site = &community.settings.site;
    Ok(NewsFeed {
        id: format!("urn:convene:community:{}", community.id),
        title: community.name.to_string(),
        home: site.clone(),
        address: format!("{site}/feed"),
        updated: views
            .iter()
            .map(|view| view.session.known.changed_at)
            .max()
            .unwrap_or_default(),
        items: views.iter().map(item).collect(),
    })
}
