//! `/calendar/SERIES.ics` and `/calendar/TOKEN.ics`.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::Duration;

use super::fresh::{Keeping, tag};
use super::{Follow, failed, load, nothing};
use crate::domain::community::Community;
use crate::domain::events::calendar::Entry;
use crate::domain::events::meeting::EventKind;
use crate::domain::time::Instant;
use crate::formats::calendar::CalendarWriter;
use crate::storage::{StorageError, Tx, calendar_links, series, sessions};
use crate::words::calendar::{Audience, entry};

/// How long what is past stays in feeds.
const PAST: Duration = Duration::days(400);
/// How often readers ask again.
const HOURS: u32 = 1;
/// How much is written at a time.
const PIECE: usize = 16 * 1024;
/// The length of a token; short names of series are shorter.
const TOKEN: usize = 64;

const KIND: &str = "text/calendar; charset=utf-8";

/// A calendar: its name, its entries, who may keep it.
struct Calendar {
    name: String,
    entries: Vec<Entry>,
    keeping: Keeping,
}

pub(super) async fn show(
    follow: &Follow,
    community: Option<Arc<Community>>,
    file: &str,
    asked: &HeaderMap,
) -> Response {
    let (Some(community), Some(name)) = (community, file.strip_suffix(".ics")) else {
        return nothing();
    };
    let (since, of, which) = (
        follow.clock.now() - PAST,
        Arc::clone(&community),
        name.to_owned(),
    );
    let read = follow.db.read(move |tx| {
        Box::pin(async move {
            match which.len() {
                TOKEN => own(tx, &of, &which, since).await,
                _ => public(tx, &of, &which, since).await,
            }
        })
    });
    let calendar = match read.await {
        Ok(Some(calendar)) => calendar,
        Ok(None) => return nothing(),
        Err(error) => return failed(&error),
    };
    let tag = tag(&(&calendar.name, &calendar.entries));
    // Not by its link, which nobody but its reader is to know.
    let known = format!(
        "{}|{}",
        community.slug,
        match calendar.keeping {
            Keeping::Public => name.to_owned(),
            Keeping::Private => calendar_links::hash_of(name),
        }
    );
    match follow.fresh(&known, &tag, calendar.keeping, KIND, asked) {
        Ok(headers) => (headers, written(calendar)).into_response(),
        Err(unchanged) => *unchanged,
    }
}

/// The calendar as it is written, piece by piece.
fn written(calendar: Calendar) -> Body {
    let writer = CalendarWriter::feed(&calendar.name, HOURS, &calendar.entries);
    let mut state = Some((writer, calendar.entries.into_iter()));
    let pieces = std::iter::from_fn(move || {
        let (mut writer, mut entries) = state.take()?;
        for entry in entries.by_ref() {
            writer.entry(&entry);
            if let Some(piece) = writer.piece(PIECE) {
                state = Some((writer, entries));
                return Some(Ok::<_, Infallible>(piece));
            }
        }
        Some(Ok(writer.end()))
    });
    Body::from_stream(futures_util::stream::iter(pieces))
}

async fn public(
    tx: &mut Tx,
    community: &Community,
    slug: &str,
    since: Instant,
) -> Result<Option<Calendar>, StorageError> {
    let Some(series) = series::by_slug(tx, &community.id, slug).await? else {
        return Ok(None);
    };
    if series.gathering.kind != EventKind::Session || !series.gathering.groups.is_everybody() {
        return Ok(None);
    }
    let found = sessions::public_of_series(tx, &series.id, since).await?;
    let views = load::views(tx, found).await?;
    let named = load::named(tx, community, &views).await?;
    Ok(Some(Calendar {
        name: series.title.to_string(),
        entries: views
            .iter()
            .map(|view| entry(view, Audience::Everybody(&named)))
            .collect(),
        keeping: Keeping::Public,
    }))
}

async fn own(
    tx: &mut Tx,
    community: &Community,
    token: &str,
    since: Instant,
) -> Result<Option<Calendar>, StorageError> {
    let Some(member) = calendar_links::reader(tx, &community.id, token).await? else {
        return Ok(None);
    };
    let found = sessions::of_reader(tx, &community.id, &member, since).await?;
    let views = load::views(tx, found).await?;
    let answers = sessions::answers_of(tx, &member, since).await?;
    let answers: HashMap<_, _> = answers
        .into_iter()
        .map(|(session, said, granted)| (session, (said, granted)))
        .collect();
    Ok(Some(Calendar {
        name: community.name.to_string(),
        entries: views
            .iter()
            .map(|view| {
                let answer = answers.get(&view.session.id).copied();
                entry(view, Audience::Invited(answer))
            })
            .collect(),
        keeping: Keeping::Private,
    }))
}
