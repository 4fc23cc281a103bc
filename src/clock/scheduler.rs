//! The scheduler: one pass writes everything into the outbox that falls due within the next 48 hours, plans
//! series further, and takes back offers whose time is up. Every pass is idempotent; what there is to do is read
//! on a reader, and the writer is taken for one chunk at a time.

use std::sync::Arc;

use crate::actions::identity::{UNDO_WITHIN, alike};
use crate::actions::meeting::{self, DuePost};
use crate::actions::reminder::{self, AHEAD, DueRung};
use crate::actions::{Context, attendance, checklist, digest, onboarding, rsvp, series, undo};
use crate::domain::events::session::Session;
use crate::domain::ids::SeriesId;
use crate::domain::people::link_code::TRIES_WITHIN;
use crate::domain::time::Instant;
use crate::storage::identities::{links, merges};
use crate::storage::series::Series;
use crate::storage::{Db, StorageError, Tx, audience, changes, ledger, outbox, rsvps, sessions};

/// How many offers are taken back in one transaction.
const OFFERS: i64 = 100;

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Chunks of reminders written.
    pub chunks: u64,
    /// Sessions planned.
    pub planned: u64,
    /// Digests written.
    pub digests: u64,
    /// Offers taken back.
    pub offers: u64,
}

/// One pass over a community.
///
/// # Errors
/// What the database says; what was done until then stays, and the next pass goes on from there.
pub async fn pass(db: &Db, ctx: &Context) -> Result<Passed, StorageError> {
    let mut passed = Passed::default();
    for series in short_series(db, ctx).await? {
        match extend(db, ctx, series.id).await {
            Ok(planned) => passed.planned += planned,
            // One series that cannot be planned must not hold up everybody's reminders.
            Err(error) => {
                tracing::error!(%error, series.slug = %series.slug, "a series could not be planned on");
            }
        }
    }
    passed.offers = take_back_offers(db, ctx).await?;
    begin_lists(db, ctx).await?;
    carry_over(db, ctx).await?;
    let until = ctx.now + AHEAD;
    for (session, rungs, posts, nags) in due_sessions(db, ctx, until).await? {
        for post in posts {
            let (ctx, session) = (ctx.clone(), session.clone());
            db.write(move |tx| {
                Box::pin(async move { write_post(tx, &ctx, &session, &post).await })
            })
            .await?;
        }
        for rung in rungs {
            passed.chunks += write_rung(db, ctx, &session, rung).await?;
        }
        if nags {
            let (ctx, session) = (ctx.clone(), session.clone());
            db.write(move |tx| {
                Box::pin(async move { attendance::arm_nags(tx, &ctx, &session, until).await })
            })
            .await?;
        }
    }
    passed.digests = {
        let ctx = ctx.clone();
        db.write(move |tx| Box::pin(async move { digest::arm(tx, &ctx, until).await }))
            .await?
    };
    {
        let ctx = ctx.clone();
        db.write(move |tx| {
            Box::pin(async move {
                onboarding::announce_conduct(tx, &ctx).await?;
                checklist::arm(tx, &ctx, until).await
            })
        })
        .await?;
    }
    look_for_alike(db, ctx).await?;
    let now = ctx.now;
    db.write(move |tx| {
        Box::pin(async move {
            links::forget_old(tx, now, now - TRIES_WITHIN).await?;
            changes::forget_before(tx, now - undo::WITHIN).await?;
            merges::forget_saved(tx, now - UNDO_WITHIN).await
        })
    })
    .await?;
    Ok(passed)
}

/// Looks for people who look alike, when it is time: read beside the writer, which only remembers what was found.
async fn look_for_alike(db: &Db, ctx: &Context) -> Result<(), StorageError> {
    let asked = ctx.clone();
    let found = db.read(move |tx| {
        Box::pin(async move {
            if alike::next_look(tx, &asked).await? > asked.now {
                return Ok(None);
            }
            alike::find(tx, &asked).await.map(Some)
        })
    });
    if let Some(found) = found.await? {
        let ctx = ctx.clone();
        db.write(move |tx| Box::pin(async move { alike::note(tx, &ctx, &found).await }))
            .await?;
    }
    Ok(())
}

/// Begins the lists of sessions whose first things are due soon, each in its own transaction, and closes old ones.
async fn begin_lists(db: &Db, ctx: &Context) -> Result<(), StorageError> {
    let ours = ctx.clone();
    let now = ctx.now;
    let (found, old) = db
        .read(move |tx| {
            Box::pin(async move {
                let found = checklist::beginnings(tx, &ours, now).await?;
                Ok::<_, StorageError>((found, checklist::old(tx, &ours).await?))
            })
        })
        .await?;
    for beginning in found {
        let ctx = ctx.clone();
        db.write(move |tx| {
            Box::pin(
                async move { checklist::begin_for_session(tx, &ctx, &beginning.session).await },
            )
        })
        .await?;
    }
    if !old.is_empty() {
        db.write(move |tx| Box::pin(async move { checklist::close_all(tx, now, &old).await }))
            .await?;
    }
    Ok(())
}

/// Takes over to the next meetings what those that are over left.
async fn carry_over(db: &Db, ctx: &Context) -> Result<(), StorageError> {
    let ours = ctx.clone();
    let found = db.read(move |tx| Box::pin(async move { meeting::left_over(tx, &ours).await }));
    for id in found.await? {
        let ctx = ctx.clone();
        db.write(move |tx| Box::pin(async move { meeting::carry_over(tx, &ctx, &id).await }))
            .await?;
    }
    Ok(())
}

/// Plans a series on as it is in the transaction: a manager may have changed it since it was read.
async fn extend(db: &Db, ctx: &Context, id: SeriesId) -> Result<u64, StorageError> {
    let ctx = ctx.clone();
    db.write(move |tx| {
        Box::pin(async move {
            match crate::storage::series::by_id(tx, &id).await? {
                Some(series) => series::extend(tx, &ctx, series).await,
                None => Ok(0),
            }
        })
    })
    .await
}

async fn short_series(db: &Db, ctx: &Context) -> Result<Vec<Series>, StorageError> {
    let ctx = ctx.clone();
    db.read(move |tx| {
        Box::pin(async move {
            let day = series::horizon_day(&ctx, ctx.now);
            crate::storage::series::planned_short_of(tx, &ctx.community.id, day).await
        })
    })
    .await
}

type Due = (Session, Vec<DueRung>, Vec<DuePost>, bool);

/// The sessions of which something is due and not written yet: their rungs, what else goes out about a meeting, and
/// whether to ask for attendance.
async fn due_sessions(db: &Db, ctx: &Context, until: Instant) -> Result<Vec<Due>, StorageError> {
    let ctx = ctx.clone();
    db.read(move |tx| {
        Box::pin(async move {
            let own = audience::own_ladders(tx, &ctx.community.id).await?;
            let mut found = Vec::new();
            let written = digest::written_until(tx, &ctx).await?;
            for session in reminder::sessions_near(tx, &ctx, written, until).await? {
                let mut rungs = reminder::due_rungs(&ctx, &session, &own, written, until);
                let mut posts = meeting::due_posts(&ctx, &session, written, until);
                if !rungs.is_empty() || !posts.is_empty() {
                    let complete = complete(tx, &session).await?;
                    rungs.retain(|rung| !complete.contains(&rung.name()));
                    posts.retain(|post| !complete.iter().any(|name| name == post.name()));
                }
                let nags = attendance::may_nag(&session, until);
                if nags || !rungs.is_empty() || !posts.is_empty() {
                    found.push((session, rungs, posts, nags));
                }
            }
            Ok(found)
        })
    })
    .await
}

/// Writes a post about a meeting, as that is in the transaction: somebody may have moved it since it was read.
async fn write_post(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    post: &DuePost,
) -> Result<(), StorageError> {
    match sessions::by_id(tx, &session.id).await? {
        Some(now) if now.revision == session.revision => meeting::write(tx, ctx, &now, post).await,
        _ => Ok(()),
    }
}

async fn complete(tx: &mut Tx, session: &Session) -> Result<Vec<String>, StorageError> {
    ledger::complete_rungs(tx, session.id.as_str(), session.revision).await
}

/// Writes a rung chunk by chunk, each in its own transaction, so that answers come between.
async fn write_rung(
    db: &Db,
    ctx: &Context,
    session: &Session,
    rung: DueRung,
) -> Result<u64, StorageError> {
    let (session, rung) = (Arc::new(session.clone()), Arc::new(rung));
    let mut chunks = 0;
    loop {
        let (ctx, id, rung) = (ctx.clone(), session.id.clone(), Arc::clone(&rung));
        let revision = session.revision;
        let done = db
            .write(move |tx| {
                Box::pin(async move {
                    match sessions::by_id(tx, &id).await? {
                        // Somebody moved it meanwhile; its new date has rungs of its own.
                        Some(now) if now.revision == revision => {
                            reminder::write_chunk(tx, &ctx, &now, &rung).await
                        }
                        _ => Ok::<_, StorageError>(true),
                    }
                })
            })
            .await?;
        chunks += 1;
        if done {
            return Ok(chunks);
        }
    }
}

async fn take_back_offers(db: &Db, ctx: &Context) -> Result<u64, StorageError> {
    let mut taken = 0;
    loop {
        let (now, id) = (ctx.now, ctx.community.id.clone());
        let ours = db
            .read(move |tx| Box::pin(async move { rsvps::offers_over(tx, &id, now, OFFERS).await }))
            .await?;
        if ours.is_empty() {
            return Ok(taken);
        }
        for (session, member) in ours {
            let ctx = ctx.clone();
            db.write(move |tx| {
                Box::pin(async move {
                    match sessions::by_id(tx, &session).await? {
                        Some(session) => rsvp::expire_offer(tx, &ctx, session, &member).await,
                        None => Ok(()),
                    }
                })
            })
            .await?;
            taken += 1;
        }
    }
}

/// The next instant after `now` at which something happens of itself: a row falls due, or an offer's time is up.
/// Passes before it may bring an earlier one.
///
/// # Errors
/// What the database says.
pub async fn next_instant(db: &Db, now: Instant) -> Result<Option<Instant>, StorageError> {
    db.read(move |tx| {
        Box::pin(async move {
            let row = outbox::next_due(tx, now).await?;
            let offer = rsvps::next_offer_end(tx).await?;
            Ok([row, offer].into_iter().flatten().min())
        })
    })
    .await
}
