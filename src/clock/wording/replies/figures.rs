//! Answers about figures: counted now, and said.

use super::super::Desk;
use crate::actions::figures::{AsOf, all, figure};
use crate::chat::Message;
use crate::domain::figures::{By, FiguresReply};
use crate::storage::{StorageError, Tx};
use crate::words::figures as words;

pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    reply: &FiguresReply,
) -> Result<Message, StorageError> {
    let of = AsOf {
        community: desk.community,
        now: desk.now,
    };
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
    })
}
