//! Somebody came into the community's space. They are taken in and welcomed before they say a word.

use super::Bot;
use crate::actions::{Context, Failure, onboarding};
use crate::chat::Inbound;
use crate::domain::email::Email;
use crate::domain::people::erasure::KnownBy;
use crate::domain::text::UserText;
use crate::storage::privacy::erasures;
use crate::storage::{StorageError, inbox, members};

impl Bot {
    /// Takes somebody in who joined; nothing happens for who is known, or in no community of ours.
    pub(super) async fn take_in(
        &self,
        inbound: &Inbound,
        email: Option<&Email>,
    ) -> Result<(), StorageError> {
        let all = &self.parts.communities;
        let found = inbound.space.as_ref().and_then(|space| {
            let mut same = all
                .iter()
                .filter(|one| one.slug.eq_ignore_ascii_case(space));
            same.next().cloned()
        });
        let Some(community) = found else {
            return Ok(());
        };
        let ctx = Context {
            mint: std::sync::Arc::clone(&self.parts.mint),
            now: self.parts.clock.now(),
            community,
        };
        let (inbound, email) = (inbound.clone(), email.cloned());
        let taken = self.parts.db.write(move |tx| {
            Box::pin(async move {
                let (from, id) = (&inbound.from, &inbound.event_id);
                if !inbox::take(tx, from.platform, id, ctx.now).await? {
                    return Ok(());
                }
                let known = members::by_account(tx, &ctx.community.id, from).await?;
                let account = KnownBy::Account(from.clone());
                let address = email.as_ref().map(|email| KnownBy::address(email.as_str()));
                let known_by = std::iter::once(account).chain(address).collect();
                let id = &ctx.community.id;
                // Whoever asked to be forgotten is taken in when they say something, and not for being there.
                let gone = !erasures::suppressed(tx, id, known_by).await?.is_empty();
                if known.is_none() && !gone {
                    let name = called(&inbound);
                    onboarding::arrive(tx, &ctx, from, &name, email.as_ref()).await?;
                }
                Ok::<_, Failure>(())
            })
        });
        match taken.await {
            Ok(()) => (self.parts.wake)(),
            Err(Failure::Storage(error)) => return Err(error),
            Err(Failure::Refused(refused)) => {
                tracing::warn!(%refused, "somebody who joined was not taken in");
            }
        }
        Ok(())
    }
}

/// What somebody calls themselves, else their account.
pub(super) fn called(inbound: &Inbound) -> UserText {
    if inbound.display_name.is_empty() {
        UserText::trusted(inbound.from.id.clone())
    } else {
        inbound.display_name.clone()
    }
}
