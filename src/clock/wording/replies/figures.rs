//! Answers about figures: counted now, and said.

use super::super::Desk;
use super::gone;
use crate::actions::figures::reported::compare;
use crate::actions::figures::{AsOf, all, figure};
use crate::chat::Message;
use crate::domain::figures::{By, FiguresReply};
use crate::storage::figures::snapshots::{by_number, newest};
use crate::storage::{StorageError, Tx};
use crate::words::figures::{self as words, reported, snapshot};

/// How many snapshots are listed.
const SHOWN: i64 = 20;

pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    reply: &FiguresReply,
) -> Result<Message, StorageError> {
    let of = AsOf {
        community: desk.community,
        now: desk.now,
    };
    let community = &desk.community.id;
    let seen = words::Seen {
        now: desk.now,
        zone: desk.community.zone,
    };
    Ok(match reply {
        FiguresReply::Headlines { period } => {
            let figures = all(tx, of, *period).await?;
            words::headlines(&figures, period, seen, &desk.reader)
        }
        FiguresReply::One { name, period, by } => {
            let found = figure(tx, of, *name, *period, *by == By::Month).await?;
            words::figure(&found, period, *by, seen)
        }
        FiguresReply::Meaning { name } => words::meaning(*name, &desk.reader),
        FiguresReply::Frozen { number } => match by_number(tx, community, *number).await? {
            Some(found) => snapshot::frozen(&found, &desk.reader),
            None => gone(),
        },
        FiguresReply::AllReported => {
            reported::list(&compare(tx, of, None).await?, seen, &desk.reader)
        }
        FiguresReply::Reported { number, added } => {
            match compare(tx, of, Some(*number)).await?.first() {
                Some(found) => reported::shown(found, *added, seen),
                None => gone(),
            }
        }
        FiguresReply::Withdrawn { number } => reported::withdrawn(*number),
        FiguresReply::Snapshots => {
            let found = newest(tx, community, SHOWN + 1).await?;
            snapshot::list(&found, SHOWN as usize, &desk.reader)
        }
        FiguresReply::Snapshot { number, name } => match by_number(tx, community, *number).await? {
            Some(found) => snapshot::shown(&found, *name, &desk.reader),
            None => gone(),
        },
    })
}
