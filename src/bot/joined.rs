//! Somebody came into the community's space, changed their name there, or went. Who comes is taken in and welcomed
//! before they say a word; who goes is marked as having left, and nothing that is known of them goes with them.

use super::Bot;
use super::who::by_name;
use crate::actions::{Context, Failure, onboarding, people};
use crate::chat::{Inbound, Said};
use crate::domain::email::Email;
use crate::domain::people::erasure::KnownBy;
use crate::domain::people::member::{Member, Permission};
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::Zone;
use crate::storage::privacy::erasures;
use crate::storage::{StorageError, Tx, arrivals, inbox, members, preferences};

impl Bot {
    /// Takes somebody in who joined, and follows their name and their leaving; nothing happens in no community of ours.
    pub(super) async fn follow(&self, inbound: &Inbound) -> Result<(), StorageError> {
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
        let inbound = inbound.clone();
        let taken = self.parts.db.write(move |tx| {
            Box::pin(async move {
                let (from, id) = (&inbound.from, &inbound.event_id);
                if !inbox::take(tx, from.platform, id, ctx.now).await? {
                    return Ok(());
                }
                let known = members::by_account(tx, &ctx.community.id, from).await?;
                match (&inbound.said, known) {
                    (Said::Joined { email }, None) => {
                        welcome(tx, &ctx, &inbound, email.as_ref()).await?;
                    }
                    (Said::Joined { .. }, Some(known)) => {
                        arrivals::make_member(tx, ctx.now, &known.id).await?;
                        by_name(tx, known, &inbound).await?;
                    }
                    (Said::Renamed { was }, Some(known)) if !inbound.display_name.is_empty() => {
                        arrivals::rename(tx, &known.id, was, &inbound.display_name).await?;
                    }
                    (Said::Present { email, zone }, known) => {
                        present(tx, &ctx, &inbound, known, email.as_ref(), *zone).await?;
                    }
                    (Said::Left, Some(known)) => gone(tx, &ctx, &known, from).await?,
                    (Said::Groups { has, of }, Some(known)) => {
                        people::follow_groups(tx, &ctx, &known, has, of).await?;
                    }
                    _ => {}
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

/// Follows what a platform knows of somebody who is there: whoever is known by their address is this person, without a
/// word, since many may be met at once. Whoever is not known is left alone until they come or say something.
async fn present(
    tx: &mut Tx,
    ctx: &Context,
    inbound: &Inbound,
    known: Option<Member>,
    email: Option<&Email>,
    zone: Option<Zone>,
) -> Result<(), StorageError> {
    let (community, account) = (&ctx.community.id, &inbound.from);
    let known = match (known, email) {
        (Some(known), _) => known,
        (None, Some(email)) => {
            let address = Account {
                platform: Platform::Email,
                id: email.as_str().to_owned(),
            };
            let Some(known) = members::by_account(tx, community, &address).await? else {
                return Ok(());
            };
            members::add_account(tx, ctx.now, community, &known.id, account).await?;
            known
        }
        (None, None) => return Ok(()),
    };
    arrivals::make_member(tx, ctx.now, &known.id).await?;
    let known = by_name(tx, known, inbound).await?;
    if let Some(zone) = zone {
        preferences::follow_zone(tx, community, &known.id, account, zone).await?;
    }
    Ok(())
}

/// Takes in who is new, except who asked to be forgotten: they are taken in when they say something, and not for
/// being there.
async fn welcome(
    tx: &mut Tx,
    ctx: &Context,
    inbound: &Inbound,
    email: Option<&Email>,
) -> Result<(), Failure> {
    let account = KnownBy::Account(inbound.from.clone());
    let address = email.map(|email| KnownBy::address(email.as_str()));
    let known_by = std::iter::once(account).chain(address).collect();
    let forgotten = erasures::suppressed(tx, &ctx.community.id, known_by).await?;
    if forgotten.is_empty() {
        onboarding::arrive(tx, ctx, &inbound.from, &called(inbound), email).await?;
    }
    Ok(())
}

/// Marks somebody as having left, unless they are still there by another account, or the configuration says that
/// they run the community.
async fn gone(
    tx: &mut Tx,
    ctx: &Context,
    member: &Member,
    from: &Account,
) -> Result<(), StorageError> {
    let accounts = members::accounts_of(tx, &member.id).await?;
    let elsewhere = accounts
        .iter()
        .any(|(account, _)| account != from && account.platform != Platform::Email);
    if !elsewhere && member.permission != Permission::Manager {
        arrivals::leave(tx, ctx.now, &member.id).await?;
    }
    Ok(())
}

/// What somebody calls themselves, else their account.
pub(super) fn called(inbound: &Inbound) -> UserText {
    if inbound.display_name.is_empty() {
        UserText::trusted(inbound.from.id.clone())
    } else {
        inbound.display_name.clone()
    }
}
