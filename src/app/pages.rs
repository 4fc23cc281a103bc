//! The pages, put together: they are handed the ways by which the bot does what is asked, files are taken in and what is to
//! come is rehearsed.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;

use super::whole::App;
use crate::actions::Context;
use crate::cli::import::{self, Import, ImportError, ReportArgs, SeriesArgs, TableArgs};
use crate::clock::rehearsal::rehearse;
use crate::domain::community::Community;
use crate::domain::ids::Mint;
use crate::domain::platform::Platform;
use crate::domain::time::Clock;
use crate::storage::{Db, StorageError};
use crate::web::site::{self, Base, Brought, Coming, TakenIn, What};

/// What pages are put together from.
pub struct Pieces {
    /// The database.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Only goes forward.
    pub steady: Arc<dyn Clock>,
    /// Makes ids.
    pub mint: Arc<Mint>,
    /// The communities.
    pub communities: Vec<Arc<Community>>,
    /// The platforms on which people are reached.
    pub connected: Vec<Platform>,
    /// Does what is asked.
    pub ask: site::Ask,
    /// Tells that there is something to post.
    pub wake: site::Wake,
}

/// Every page of the communities of `app`; `hint` helps whoever signs in.
pub fn routes(app: &App, base: Base, hint: &str) -> Router {
    let parts = app.parts();
    let passage = Arc::clone(app.passage());
    let pieces = Pieces {
        db: parts.db.clone(),
        clock: Arc::clone(&parts.clock),
        steady: parts.steady.clone(),
        mint: Arc::clone(&parts.mint),
        communities: parts.communities.clone(),
        connected: parts.ports.iter().map(|port| port.platform()).collect(),
        ask: app.ask(),
        wake: Arc::new(move || passage.wake()),
    };
    router(pieces, base, hint)
}

/// Every page that is made of these pieces.
pub fn router(pieces: Pieces, base: Base, hint: &str) -> Router {
    let (db, clock, mint) = (
        pieces.db.clone(),
        Arc::clone(&pieces.clock),
        Arc::clone(&pieces.mint),
    );
    let take_in: site::TakeIn = Arc::new(move |brought, dry_run| {
        let ctx = Context {
            mint: Arc::clone(&mint),
            now: clock.now(),
            community: Arc::clone(&brought.community),
        };
        let db = db.clone();
        Box::pin(async move { taken_in(&db, &ctx, brought, dry_run).await })
    });
    let (db, clock) = (pieces.db.clone(), Arc::clone(&pieces.clock));
    let connected = pieces.connected;
    let rehearsed: site::Rehearse = Arc::new(move |community, days| {
        let (db, now, connected) = (db.clone(), clock.now(), connected.clone());
        Box::pin(async move {
            let read = db.read(move |tx| {
                Box::pin(async move { rehearse(tx, &community, now, days, &connected).await })
            });
            let coming = read.await?.into_iter().map(|planned| Coming {
                due: planned.due,
                kind: planned.kind,
                destination: planned.destination,
                recipient: planned.recipient,
                subject: planned.subject,
                reason: planned.reason,
                text: planned.text,
                needs: planned.needs,
            });
            Ok(coming.collect())
        })
    });
    site::router(site::Parts {
        db: pieces.db,
        clock: pieces.clock,
        steady: pieces.steady,
        mint: pieces.mint,
        communities: pieces.communities,
        base,
        ask: pieces.ask,
        wake: pieces.wake,
        take_in,
        rehearse: rehearsed,
        hint: hint.to_owned(),
    })
}

/// Takes a file in as the command line does, from memory.
async fn taken_in(
    db: &Db,
    ctx: &Context,
    brought: Brought,
    dry_run: bool,
) -> Result<TakenIn, StorageError> {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let file = PathBuf::from(&brought.name);
    let (bytes, zone) = (Some(brought.bytes), said(&brought.zone));
    let table = TableArgs {
        file: file.clone(),
        dry_run,
        brought: bytes.clone(),
    };
    let asked = match brought.what {
        What::Members => Import::Members(table),
        What::Rsvps => Import::Rsvps(table),
        What::Series => Import::Series(SeriesArgs {
            file,
            series: said(&brought.series),
            title: said(&brought.title),
            zone,
            rule: said(&brought.rule),
            dry_run,
            brought: bytes,
        }),
        What::Attendance => Import::Attendance(ReportArgs {
            file,
            session: brought.session,
            zone,
            dry_run,
            brought: bytes,
        }),
    };
    match import::run(&asked, db, ctx).await {
        Ok(imported) => Ok(TakenIn {
            done: imported.to_string().lines().map(str::to_owned).collect(),
            notices: imported.notices,
            ..TakenIn::default()
        }),
        Err(ImportError::BadFile { problems, .. }) => Ok(TakenIn {
            bad_in_all: problems.total,
            bad: problems
                .problems
                .into_iter()
                .map(|problem| (problem.line, problem.reason))
                .collect(),
            ..TakenIn::default()
        }),
        Err(ImportError::Storage(error)) => Err(error),
        Err(other) => Ok(TakenIn {
            bad_in_all: 1,
            bad: vec![(None, other.to_string())],
            ..TakenIn::default()
        }),
    }
}
