//! `/calendar/SERIES.ics` and `/calendar/TOKEN.ics`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::Duration;

use super::fresh::Keeping;
use super::{Follow, Unread, load};
use crate::domain::community::Community;
use crate::domain::events::calendar::Entry;
use crate::domain::events::meeting::EventKind;
use crate::domain::time::Instant;
use crate::formats::calendar::CalendarWriter;
use crate::storage::{Tx, calendar_links, series, sessions};
use crate::web::kept::tag;
use crate::words::calendar::{Audience, entry};

/// How long what is past stays in feeds.
const PAST: Duration = Duration::days(400);
/// How often readers ask again.
const HOURS: u32 = 1;
/// The length of a token; short names of series are shorter.
const TOKEN: usize = 64;

const KIND: &str = "text/calendar; charset=utf-8";

pub(super) async fn show(
    follow: &Follow,
    community: Option<Arc<Community>>,
    file: &str,
    asked: &HeaderMap,
) -> Response {
    let (Some(community), Some(name)) = (community, file.strip_suffix(".ics")) else {
        return Unread::Nothing.into_response();
    };
    let (since, which) = (follow.clock.now() - PAST, name.to_owned());
    if name.len() == TOKEN {
        return match private(follow, community, which, since, asked).await {
            Ok(answer) => answer,
            Err(unread) => unread.into_response(),
        };
    }
    let known = format!("{}|{name}", community.slug);
    let read = || async {
        let read = follow
            .db
            .read(move |tx| Box::pin(async move { public(tx, &community, &which, since).await }));
        read.await
    };
    follow.public(&known, KIND, asked, read).await
}

/// Somebody's own, for whoever has its link.
async fn private(
    follow: &Follow,
    community: Arc<Community>,
    token: String,
    since: Instant,
    asked: &HeaderMap,
) -> Result<Response, Unread> {
    // Known by its hash: by its link nobody but its reader is to know it.
    let known = format!("{}|{}", community.slug, calendar_links::hash_of(&token));
    let read = follow
        .db
        .read(move |tx| Box::pin(async move { own(tx, &community, &token, since).await }));
    let text: String = read.await?;
    let tag = tag(text.as_bytes());
    Ok(
        match follow.fresh(&known, &tag, Keeping::Private, KIND, asked) {
            Ok(headers) => (headers, text).into_response(),
            Err(unchanged) => *unchanged,
        },
    )
}

/// A calendar as it is written.
fn written(name: &str, entries: &[Entry]) -> String {
    let mut writer = CalendarWriter::feed(name, HOURS, entries);
    for entry in entries {
        writer.entry(entry);
    }
    writer.end()
}

async fn public(
    tx: &mut Tx,
    community: &Community,
    slug: &str,
    since: Instant,
) -> Result<String, Unread> {
    let Some(series) = series::by_slug(tx, &community.id, slug).await? else {
        return Err(Unread::Nothing);
    };
    if series.gathering.kind != EventKind::Session || !series.gathering.groups.is_everybody() {
        return Err(Unread::Nothing);
    }
    let views = load::of_series(tx, &series.id, since).await?;
    let named = load::named(tx, community, &views).await?;
    let audience = Audience::Everybody(&named);
    let entries: Vec<Entry> = (views.into_iter())
        .map(|view| entry(view, audience))
        .collect();
    Ok(written(series.title.as_str(), &entries))
}

async fn own(
    tx: &mut Tx,
    community: &Community,
    token: &str,
    since: Instant,
) -> Result<String, Unread> {
    let Some(member) = calendar_links::reader(tx, &community.id, token).await? else {
        return Err(Unread::Nothing);
    };
    let found = sessions::of_reader(tx, &community.id, &member, since).await?;
    let views = load::views(tx, found).await?;
    let answers = sessions::answers_of(tx, &member, since).await?;
    let answers: HashMap<_, _> = answers
        .into_iter()
        .map(|(session, said, granted)| (session, (said, granted)))
        .collect();
    let entries: Vec<Entry> = (views.into_iter())
        .map(|view| {
            let answer = answers.get(&view.session.id).copied();
            entry(view, Audience::Invited(answer))
        })
        .collect();
    Ok(written(community.name.as_str(), &entries))
}
