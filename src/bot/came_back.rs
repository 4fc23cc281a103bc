//! A letter of ours came back.

use super::Bot;
use crate::actions::{Context, Done, Failure, reach};
use crate::chat::{Inbound, Said};
use crate::storage::{StorageError, inbox, outbox};

impl Bot {
    /// Takes it for what it says, if a letter went to that address under that token: anybody can write such a report.
    pub(super) async fn came_back(&self, inbound: &Inbound) -> Result<(), StorageError> {
        let Said::CameBack {
            token,
            status,
            nobody,
        } = inbound.said.clone()
        else {
            return Ok(());
        };
        let now = self.parts.clock.now();
        let everywhere: Vec<Context> = (self.parts.communities.iter())
            .map(|community| Context {
                mint: std::sync::Arc::clone(&self.parts.mint),
                now,
                community: std::sync::Arc::clone(community),
            })
            .collect();
        let (asked, there) = (token.clone(), inbound.room.clone());
        let went = self.parts.db.read(move |tx| {
            Box::pin(async move { outbox::history::went_to(tx, now, &asked, &there).await })
        });
        let Some(row) = went.await? else {
            tracing::info!("a report of a letter that was never sent; nothing was done");
            return Ok(());
        };
        let (from, event) = (inbound.from.clone(), inbound.event_id.clone());
        let taken = self.parts.db.write(move |tx| {
            Box::pin(async move {
                if inbox::take(tx, from.platform, &event, now).await? {
                    let note = format!("it came back ({status})");
                    outbox::history::came_back(tx, &row, &note).await?;
                    if nobody {
                        reach::gone(tx, &everywhere, &from).await?;
                    }
                }
                Done::Ok(())
            })
        });
        match taken.await {
            Ok(()) => {}
            Err(Failure::Refused(why)) => return Err(StorageError::Internal(why.0)),
            Err(Failure::Storage(error)) => return Err(error),
        }
        (self.parts.wake)();
        Ok(())
    }
}
