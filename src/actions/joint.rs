//! Joint presenting: what a session lacks, the waiver of a partner, and the balance of a stretch of time.

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::{Actor, Context, Done, refused};
use crate::domain::community::Community;
use crate::domain::events::balance::{self, Balance, OneSided};
use crate::domain::events::completeness::{self, Missing, Waiver, gaps, is_joint};
use crate::domain::events::programme::ProgrammeReply;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Appearance, Session};
use crate::domain::ids::SeriesId;
use crate::domain::people::organisation::{Organisation, fold};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Placed, Plan, Zone};
use crate::storage::{StorageError, Tx, appearances, communities, series, waivers};

/// What decides whether a session is complete.
#[derive(Clone, Debug)]
pub struct Lineup {
    /// Who has a part in it.
    pub appearances: Vec<Appearance>,
    /// The partners that have to present; none where it need not be joint.
    pub partners: Vec<Organisation>,
    /// Those it goes without.
    pub waived: Vec<Waiver>,
}

impl Lineup {
    /// What `session` lacks.
    pub fn missing(&self, session: &Session) -> Vec<Missing> {
        completeness::missing(session, &self.appearances, &self.partners, &self.waived)
    }
}

/// The partners that have to present in the sessions of a series; none where it need not be joint, or there is no
/// series.
///
/// # Errors
/// What the database says.
pub async fn presenting(
    tx: &mut Tx,
    community: &Community,
    of: Option<&SeriesId>,
) -> Result<Vec<Organisation>, StorageError> {
    let Some(id) = of else {
        return Ok(Vec::new());
    };
    let partners = communities::partners(tx, &community.id).await?;
    let said = series::joint(tx, id).await?;
    Ok(if is_joint(said, partners.len()) {
        partners
    } else {
        Vec::new()
    })
}

/// Who is in a session, and who has to be.
///
/// # Errors
/// What the database says.
pub async fn lineup(
    tx: &mut Tx,
    community: &Community,
    session: &Session,
) -> Result<Lineup, StorageError> {
    Ok(Lineup {
        appearances: appearances::of_session(tx, &session.id).await?,
        partners: presenting(tx, community, session.series.as_ref()).await?,
        waived: waivers::of_session(tx, &session.id).await?,
    })
}

/// Waives joint presenting in a session, for the partner that the reason begins with, else for each that has no
/// confirmed speaker.
///
/// # Errors
/// Refused when it need not be joint, nobody is missing, or no reason is given.
pub async fn waive(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    typed: &UserText,
) -> Done<Reply> {
    let number = session.number;
    let lineup = lineup(tx, &ctx.community, session).await?;
    if lineup.partners.is_empty() {
        return refused(format!(
            "Session {number} need not be presented jointly, so there is nothing to waive. “series set SERIES joint=yes” \
             asks for it."
        ));
    }
    let (named, reason) = leading_partner(&lineup.partners, &ctx.community, typed);
    if reason.is_empty() {
        return refused(format!(
            "Say why, for example: session waive {number} joint speaker ill"
        ));
    }
    let mut open = gaps(&lineup.appearances, &lineup.partners);
    if let Some(partner) = named {
        open.retain(|gap| gap.partner == partner.id);
        if open.is_empty() {
            return refused(format!(
                "{} has a confirmed speaker in session {number}; there is nothing to waive.",
                partner.label
            ));
        }
    }
    if open.is_empty() {
        return refused(format!(
            "Each partner has a confirmed speaker in session {number}; there is nothing to waive."
        ));
    }
    for gap in &open {
        let (community, by) = (&ctx.community.id, &actor.member.id);
        waivers::put(
            tx,
            ctx.now,
            community,
            &session.id,
            &gap.partner,
            &reason,
            by,
        )
        .await?;
    }
    Ok(waived(
        session,
        open.into_iter().map(|gap| gap.label),
        false,
    ))
}

/// Takes waivers of a session back, of the partner that is named or of all.
///
/// # Errors
/// Refused when there is none.
pub async fn unwaive(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    typed: &UserText,
) -> Done<Reply> {
    let there = waivers::of_session(tx, &session.id).await?;
    let partners = communities::partners(tx, &ctx.community.id).await?;
    let (named, _) = leading_partner(&partners, &ctx.community, typed);
    let named = named.map(|partner| &partner.id);
    let gone: Vec<String> = there
        .into_iter()
        .filter(|waiver| named.is_none_or(|id| *id == waiver.partner))
        .map(|waiver| waiver.label)
        .collect();
    if gone.is_empty() {
        return refused(format!("Nothing is waived in session {}.", session.number));
    }
    waivers::remove(tx, &session.id, named).await?;
    Ok(waived(session, gone, true))
}

fn waived(session: &Session, partners: impl IntoIterator<Item = String>, back: bool) -> Reply {
    Reply::Programme {
        programme: ProgrammeReply::Waived {
            session: session.id.clone(),
            partners: partners.into_iter().collect(),
            back,
        },
    }
}

/// The partner that `typed` begins with, by label, name or alias, and what stands behind; where nothing does, the
/// whole is a reason.
fn leading_partner<'p>(
    partners: &'p [Organisation],
    community: &Community,
    typed: &UserText,
) -> (Option<&'p Organisation>, UserText) {
    let words = typed.as_str();
    for partner in partners {
        let configured = community
            .settings
            .partner
            .iter()
            .find(|one| one.label == partner.label);
        let aliases = configured.into_iter().flat_map(|one| one.aliases.iter());
        let names = aliases
            .map(String::as_str)
            .chain([partner.label.as_str(), partner.name.as_str()]);
        for name in names {
            let (Some(head), Some(rest)) = (words.get(..name.len()), words.get(name.len()..))
            else {
                continue;
            };
            let apart = rest.is_empty() || rest.starts_with([' ', ':', ',']);
            if !name.is_empty() && apart && fold(head) == fold(name) {
                let rest = rest.trim_start_matches([' ', ':', ',']);
                return (Some(partner), UserText::trusted(rest));
            }
        }
    }
    (None, typed.clone())
}

/// The balance of a series from a day to a day, both included, in the community's zone.
///
/// # Errors
/// What the database says.
pub async fn balance_of(
    tx: &mut Tx,
    community: &Community,
    of: &SeriesId,
    from: NaiveDate,
    to: NaiveDate,
    now: Instant,
) -> Result<Balance, StorageError> {
    let (start, end) = (
        start_of(from, community.zone),
        start_of(to.succ_opt().unwrap_or(to), community.zone),
    );
    let partners = presenting(tx, community, Some(of)).await?;
    let (held, spoke) =
        crate::storage::balance::of_series(tx, &community.id, of, start, end).await?;
    let mut one_sided = Vec::new();
    for session in &held {
        let without: Vec<_> = partners
            .iter()
            .filter(|partner| !session.organisations.contains(&partner.id))
            .map(|partner| {
                let waiver = session.waived.iter().find(|it| it.partner == partner.id);
                (partner.label.clone(), waiver.map(|it| it.reason.clone()))
            })
            .collect();
        if !without.is_empty() {
            one_sided.push(OneSided {
                number: session.number,
                without,
                speakers: session.speakers,
                to_come: session.starts_at > now,
            });
        }
    }
    let labels: Vec<String> = communities::partners(tx, &community.id)
        .await?
        .into_iter()
        .map(|partner| partner.label)
        .collect();
    Ok(balance::balance(
        &spoke,
        &labels,
        held.len() as i64,
        one_sided,
    ))
}

/// The calendar year of a day: its first and last day.
pub fn year_of(day: NaiveDate) -> (NaiveDate, NaiveDate) {
    let of = |month, date| NaiveDate::from_ymd_opt(day.year(), month, date).unwrap_or(day);
    (of(1, 1), of(12, 31))
}

fn start_of(day: NaiveDate, zone: Zone) -> Instant {
    let plan = Plan {
        wall: day.and_time(NaiveTime::MIN),
        zone,
    };
    let (Placed::Once(at) | Placed::FirstOfTwo(at, _) | Placed::Gap { after: at, .. }) =
        plan.place();
    at
}
