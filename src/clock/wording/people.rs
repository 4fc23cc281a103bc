//! What is posted and answered about people: records read, and said.

use super::{Desk, pages};
use crate::actions::Context;
use crate::actions::identity::{UNDO_WITHIN, alike, merge as merge_action, who_stays};
use crate::chat::Message;
use crate::domain::ids::{LikenessId, MemberId, TermId};
use crate::domain::people::identity::IdentifierKind;
use crate::domain::people::told::{PeoplePost, PeopleReply};
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::identities::likenesses::{self, Likeness};
use crate::storage::identities::{self, Known, links, merges};
use crate::storage::outbox::Claimed;
use crate::storage::{StorageError, Tx, accounts, calendar_links, members, roles, sign_ins};
use crate::words::identity::{self as words, Pair, Side, Undoable};
use crate::words::view::Reader;
use crate::words::{calendar, deputy, privacy, reach, refused, speaking};

/// How many pairs are listed at a time.
const LISTED: i64 = 8;
/// How many people whose letters come back.
const LOST: usize = 30;

/// A post about people; `None` when there is nothing to say any more. `member` is who reads it, where it is one person.
pub(super) async fn post(
    tx: &mut Tx,
    desk: &Desk<'_>,
    row: &Claimed,
    post: &PeoplePost,
    member: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    Ok(match post {
        PeoplePost::Alike { pairs, more } => {
            let mut open = Vec::new();
            for id in pairs {
                open.extend(pair(tx, desk, id).await?.filter(|pair| !pair.two));
            }
            (!open.is_empty()).then(|| words::found(&open, *more, &desk.reader))
        }
        PeoplePost::Linked { with, merge } => Some(words::linked(with, *merge)),
        PeoplePost::DeputyBegins | PeoplePost::DeputyEnds => {
            let id = TermId::new(row.subject.clone());
            deputy_term(tx, desk, post, &id, member).await?
        }
        PeoplePost::Unreachable { member } => {
            let (lost, _) =
                accounts::lost(tx, &desk.community.id, Some(member), LISTED as usize).await?;
            (!lost.is_empty()).then(|| reach::unreachable(&views(&lost), &desk.reader))
        }
        PeoplePost::Registered => pages::registered(tx, desk, row).await?,
        PeoplePost::SpeakerPage => pages::speaker_page(tx, desk, row).await?,
        PeoplePost::Forgotten { sessions } => Some(privacy::told(sessions, &desk.reader)),
        PeoplePost::Unreached { member } => {
            super::unreached::say(tx, desk, member, &row.destination).await?
        }
    })
}

async fn deputy_term(
    tx: &mut Tx,
    desk: &Desk<'_>,
    post: &PeoplePost,
    id: &TermId,
    reader: Option<&MemberId>,
) -> Result<Option<Message>, StorageError> {
    let Some((member, term)) = roles::by_id(tx, &desk.community.id, id).await? else {
        return Ok(None);
    };
    let today = desk.now.with_timezone(&desk.community.zone).date_naive();
    let name = match reader {
        Some(reader) if *reader == member => None,
        _ => members::by_id(tx, &member).await?.map(|member| member.name),
    };
    let others = roles::of(tx, &member).await?;
    let stands_in = others
        .iter()
        .any(|other| other.group == term.group && other.covers(today));
    Ok(match post {
        PeoplePost::DeputyBegins if term.covers(today) => {
            Some(deputy::begins(name.as_ref(), term.until, &desk.reader))
        }
        PeoplePost::DeputyEnds if !stands_in => Some(deputy::ends(name.as_ref(), &desk.reader)),
        _ => None,
    })
}

/// An answer about people.
pub(super) async fn reply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    reply: &PeopleReply,
    reader: Option<&MemberId>,
) -> Result<Message, StorageError> {
    let (community, at) = (&desk.community.id, &desk.reader);
    Ok(match reply {
        PeopleReply::Merges => merge_list(tx, desk).await?,
        PeopleReply::Pair { pair: id } => match pair(tx, desk, id).await? {
            Some(pair) => words::preview(&pair, at),
            None => gone(),
        },
        PeopleReply::Merged { merge } => match merges::by_number(tx, community, *merge).await? {
            Some(found) => match identities::known(tx, community, &found.kept).await? {
                Some(known) => words::merged(*merge, &known.name, &known.accounts, at),
                None => gone(),
            },
            None => gone(),
        },
        PeopleReply::Two { pair: id } => match pair(tx, desk, id).await? {
            Some(pair) => words::two(&pair.kept.name, &pair.gone.name),
            None => gone(),
        },
        PeopleReply::Undone { merge } => match merges::by_number(tx, community, *merge).await? {
            Some(found) => {
                let (one, other) = (
                    members::by_id(tx, &found.kept).await?,
                    members::by_id(tx, &found.gone).await?,
                );
                match (one, other) {
                    (Some(one), Some(other)) => words::undone(&one.name, &other.name),
                    _ => gone(),
                }
            }
            None => gone(),
        },
        PeopleReply::Calendar { hash } => {
            let token = calendar_links::unsent(tx, hash).await?;
            calendar::link(&desk.community.settings.site, token.as_deref(), at)
        }
        PeopleReply::SignIn { hash } => {
            let token = sign_ins::unsent(tx, hash).await?;
            let of = desk.community;
            words::sign_in(&of.settings.site, token.as_deref(), &of.name, at)
        }
        PeopleReply::SpeakerPages { session, hashes } => {
            pages::speaker_pages(tx, desk, session, hashes).await?
        }
        PeopleReply::SpeakerPagesEnded { links } => speaking::ended(*links),
        PeopleReply::CalendarEnded { links } => calendar::ended(*links, at),
        PeopleReply::Code { hash } => words::code(links::unsent(tx, hash).await?.as_deref(), at),
        PeopleReply::LinkAsked { with } => {
            let name = named(tx, desk, with).await?;
            words::link_asked(with, name.as_ref(), at)
        }
        PeopleReply::Linked { with, merge } => words::linked(with, *merge),
        PeopleReply::Orcid => {
            let orcid = match reader {
                Some(member) => identities::of_kind(tx, member, IdentifierKind::Orcid).await?,
                None => Vec::new(),
            };
            words::orcid(orcid.first().map(String::as_str), at)
        }
        PeopleReply::Deputy {
            member,
            since,
            until,
        } => match members::by_id(tx, member).await? {
            Some(member) => {
                let zone = Reader {
                    zones: vec![desk.community.zone],
                    ..at.clone()
                };
                deputy::appointed(&member.name, *since, *until, &zone)
            }
            None => gone(),
        },
        PeopleReply::Unreachable => {
            let (lost, all) = accounts::lost(tx, community, None, LOST).await?;
            reach::list(&views(&lost), all, at)
        }
        PeopleReply::Reachable { member } => match members::by_id(tx, member).await? {
            Some(member) => reach::again(&member.name),
            None => gone(),
        },
        PeopleReply::Deputies => {
            let today = desk.now.with_timezone(&desk.community.zone).date_naive();
            let group = crate::actions::deputy::GROUP;
            let found = roles::not_over(tx, community, group, today).await?;
            let found = found.into_iter().map(|(_, name, term)| (name, term));
            deputy::list(&found.collect::<Vec<_>>(), today, at)
        }
    })
}

fn views(lost: &[accounts::Lost]) -> Vec<reach::Lost> {
    let view = |one: &accounts::Lost| reach::Lost {
        name: one.name.clone(),
        account: one.account.clone(),
        since: one.since,
    };
    lost.iter().map(view).collect()
}

fn gone() -> Message {
    refused("That is not there any more.")
}

async fn named(
    tx: &mut Tx,
    desk: &Desk<'_>,
    account: &Account,
) -> Result<Option<UserText>, StorageError> {
    let member = members::by_account(tx, &desk.community.id, account).await?;
    Ok(member.map(|member| member.name))
}

async fn pair(tx: &mut Tx, desk: &Desk<'_>, id: &LikenessId) -> Result<Option<Pair>, StorageError> {
    match likenesses::by_id(tx, &desk.community.id, id).await? {
        Some(found) => loaded(tx, desk, found).await,
        None => Ok(None),
    }
}

async fn loaded(
    tx: &mut Tx,
    desk: &Desk<'_>,
    found: Likeness,
) -> Result<Option<Pair>, StorageError> {
    let community = &desk.community.id;
    let (Some(one), Some(other)) = (
        identities::known(tx, community, &found.pair.one).await?,
        identities::known(tx, community, &found.pair.other).await?,
    ) else {
        return Ok(None);
    };
    let (kept, gone) = who_stays(&one, &other);
    let moves = merge_action::moves(tx, &kept.id, &gone.id).await?;
    Ok(Some(Pair {
        id: found.id,
        kept: side(kept),
        gone: side(gone),
        reason: found.pair.reason,
        moves: moves.counts,
        both_answered: moves.both_answered,
        two: found.two,
    }))
}

fn side(known: &Known) -> Side {
    Side {
        name: known.name.clone(),
        standing: known.standing,
        organisation: known.organisation.clone(),
        since: known.since,
        accounts: known.accounts.clone(),
    }
}

async fn merge_list(tx: &mut Tx, desk: &Desk<'_>) -> Result<Message, StorageError> {
    let community = &desk.community.id;
    let (open, all) = likenesses::open(tx, community, LISTED).await?;
    let mut pairs = Vec::new();
    for found in open {
        pairs.extend(loaded(tx, desk, found).await?);
    }
    let mut undoable = Vec::new();
    for merge in merges::since(tx, community, desk.now - UNDO_WITHIN).await? {
        let gone = merge.saved.as_ref().and_then(|saved| {
            let name = saved.pointer("/gone/name")?.as_str()?;
            Some(UserText::trusted(name))
        });
        if let (Some(kept), Some(gone)) = (members::by_id(tx, &merge.kept).await?, gone) {
            undoable.push(Undoable {
                number: merge.number,
                name: kept.name,
                gone,
                until: merge.merged_at + UNDO_WITHIN,
            });
        }
    }
    Ok(words::list(&pairs, all, &undoable, &desk.reader))
}

/// Forgets codes and links once they were posted.
pub(super) async fn posted(tx: &mut Tx, people: &PeopleReply) -> Result<(), StorageError> {
    match people {
        PeopleReply::Code { hash, .. } => links::forget_text(tx, hash).await,
        PeopleReply::Calendar { hash, .. } => calendar_links::forget_text(tx, hash).await,
        PeopleReply::SignIn { hash, .. } => sign_ins::forget_text(tx, hash).await,
        PeopleReply::SpeakerPages { hashes, .. } => {
            for hash in hashes {
                crate::storage::speaking::forget_text(tx, hash).await?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What those who run the community would be asked at the next look for people who look alike, and when; `None` when
/// nobody does that they were not asked about.
pub(in crate::clock) async fn next_question(
    tx: &mut Tx,
    ctx: &Context,
    reader: Reader,
) -> Result<Option<(Instant, Message)>, StorageError> {
    let found = alike::find(tx, ctx).await?;
    let due = alike::next_look(tx, ctx).await?;
    let desk = Desk {
        community: &ctx.community,
        now: due,
        connected: &[],
        reader,
    };
    let mut pairs = Vec::new();
    for pair in found.iter().take(alike::SHOWN) {
        let likeness = Likeness {
            id: LikenessId::new(""),
            pair: pair.clone(),
            two: false,
        };
        pairs.extend(loaded(tx, &desk, likeness).await?);
    }
    let more = found.len().saturating_sub(alike::SHOWN) as i64;
    Ok((!pairs.is_empty()).then(|| (due, words::found(&pairs, more, &desk.reader))))
}
