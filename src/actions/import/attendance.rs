//! The report of a video platform: whoever it identifies by an address counts, and is a member where the address
//! is a member's. Every other name waits for a person's decision; nobody is guessed.

use std::collections::{HashMap, HashSet};

use chrono::Duration;

use super::reference::{called, dated};
use super::{Stopped, forgotten, note};
use crate::actions::{Context, attendance as record, review};
use crate::domain::country::Country;
use crate::domain::email::Email;
use crate::domain::events::attendance::{Decision, Role, Source};
use crate::domain::events::session::Session;
use crate::domain::ids::{MemberId, ReviewId};
use crate::domain::people::member::{CountrySource, Standing};
use crate::domain::people::organisation::fold;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::attendance::{self, Seen};
use crate::storage::reviews::{self, Review};
use crate::storage::{StorageError, Tx, import};

/// Somebody who came, as a report says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// The address, which alone identifies somebody.
    pub email: Option<Email>,
    /// The name shown; those without an address are told apart by it.
    pub name: UserText,
    /// What they were.
    pub role: Role,
    /// How long they were there, in minutes.
    pub minutes: i64,
    /// Where their connection came from.
    pub country: Option<Country>,
}

impl Present {
    fn identity(&self) -> String {
        match &self.email {
            Some(email) => format!("email:{email}"),
            None => format!("guest:{}", self.name),
        }
    }
}

/// What an import of a report did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttendanceReport {
    /// Those of the report who are members or contacts.
    pub matched: u64,
    /// Names that wait for a decision.
    pub for_review: u64,
    /// People identified as having come to the session, by all sources together.
    pub recorded: u64,
    /// What whoever brought the report should look at.
    pub notices: Vec<String>,
}

/// Imports the report of a session, in place of one imported before. `began` is the first instant in it.
///
/// # Errors
/// Refused when the session did not take place or has not begun.
pub async fn import(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    present: &[Present],
    began: Option<Instant>,
) -> Result<AttendanceReport, Stopped> {
    record::check_held(ctx, session)?;
    let emails: Vec<String> = present
        .iter()
        .filter_map(|it| it.email.as_ref().map(Email::to_string))
        .collect();
    let owners = import::owners(tx, &ctx.community.id, Platform::Email, &emails).await?;
    let owners: HashMap<String, MemberId> = owners.into_iter().collect();
    let decided: HashMap<String, (Decision, Option<MemberId>)> = reviews::decided(tx, &session.id)
        .await?
        .into_iter()
        .map(|(identity, decision, member)| (identity, (decision, member)))
        .collect();
    // Of those who are in the community no more need be known.
    let nobody = emails.into_iter().filter(|it| !owners.contains_key(it));
    let nobody: Vec<String> = nobody.collect();
    let before = reviews::decided_before(tx, &ctx.community.id, &nobody).await?;
    let addresses = nobody.into_iter().map(|email| Account {
        platform: Platform::Email,
        id: email,
    });
    let gone = forgotten(tx, ctx, addresses).await?;
    let gone: HashMap<&str, &String> = gone
        .iter()
        .map(|(account, hash)| (account.id.as_str(), hash))
        .collect();
    let mut seen = Vec::new();
    let mut open = Vec::new();
    for one in present {
        let address = one.email.as_ref().map(Email::as_str);
        if let Some(hash) = address.and_then(|it| gone.get(it)) {
            // Whoever asked to be forgotten came all the same: they count, under no name.
            let row = Review {
                identity: format!("forgotten:{hash}"),
                name: UserText::default(),
                ..to_review(ctx, session, one)
            };
            seen.extend(review::decided_seen(&row, Decision::Guest, None));
            continue;
        }
        let row = to_review(ctx, session, one);
        let owner = address.and_then(|it| owners.get(it));
        match (decided.get(&row.identity), owner) {
            (Some((decision, member)), _) => {
                seen.extend(review::decided_seen(&row, *decision, member.as_ref()));
            }
            (None, Some(owner)) => {
                let matched = Decision::Matched;
                seen.extend(review::decided_seen(&row, matched, Some(owner)));
            }
            (None, None) => match before.get(&row.email) {
                // Who decided it once for an address is not asked again.
                Some((decision, member)) => {
                    seen.extend(review::decided_seen(&row, *decision, member.as_ref()));
                }
                None => {
                    seen.extend(review::decided_seen(&row, Decision::Open, None));
                    open.push(row);
                }
            },
        }
    }
    suggest(tx, ctx, &mut open).await?;
    attendance::clear_source(tx, &session.id, Source::Report).await?;
    let of_a_country = attendance::put_many(
        tx,
        &ctx.mint,
        ctx.now,
        &ctx.community.id,
        &session.id,
        Source::Report,
        &seen,
    )
    .await?;
    let waiting: HashSet<&str> = open.iter().map(|it| it.identity.as_str()).collect();
    reviews::take_back(tx, &session.id, &waiting).await?;
    reviews::queue(tx, ctx.now, &ctx.community.id, &open).await?;
    learn_countries(tx, ctx, &seen, &of_a_country).await?;
    let recorded = record::recount(tx, ctx, session).await?;
    record::post_again(tx, ctx, session).await?;
    note(
        tx,
        ctx,
        "import attendance",
        &format!("session {}", session.number),
    )
    .await?;
    Ok(AttendanceReport {
        matched: seen.iter().filter(|it| it.member.is_some()).count() as u64,
        for_review: open.len() as u64,
        recorded: u64::try_from(recorded).unwrap_or(0),
        notices: other_day(session, began).into_iter().collect(),
    })
}

fn to_review(ctx: &Context, session: &Session, one: &Present) -> Review {
    Review {
        id: ReviewId::new(ctx.mint.ulid(ctx.now)),
        session: session.id.clone(),
        identity: one.identity(),
        name: one.name.clone(),
        email: one.email.as_ref().map(Email::to_string).unwrap_or_default(),
        role: one.role,
        minutes: Some(one.minutes),
        country: one.country.map(|country| country.code().to_owned()),
        suggested: None,
        decision: Decision::Open,
    }
}

/// The name that a display name begins with: people add their organisation behind it, in brackets.
fn plain_name(name: &UserText) -> String {
    let name = name.as_str();
    let plain = name.split_once('(').map_or(name, |(plain, _)| plain);
    fold(plain)
}

/// Suggests the one person who bears a name, where it is one.
async fn suggest(tx: &mut Tx, ctx: &Context, open: &mut [Review]) -> Result<(), StorageError> {
    let names: HashSet<String> = open.iter().map(|it| plain_name(&it.name)).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let mut called: HashMap<String, Vec<MemberId>> = HashMap::new();
    for (folded, person) in import::people_called(tx, &ctx.community.id, &names).await? {
        if person.standing != Standing::Left {
            called.entry(folded).or_default().push(person.id);
        }
    }
    for review in open {
        if let Some([only]) = called.get(&plain_name(&review.name)).map(Vec::as_slice) {
            review.suggested = Some(only.clone());
        }
    }
    Ok(())
}

/// A member of whom no country is known, nor that of their organisation, is put down with that of their connection; those
/// `of_a_country` are known not to be among them.
async fn learn_countries(
    tx: &mut Tx,
    ctx: &Context,
    seen: &[Seen],
    of_a_country: &HashSet<MemberId>,
) -> Result<(), StorageError> {
    let countries: HashMap<&MemberId, &String> = seen
        .iter()
        .filter_map(|it| Some((it.member.as_ref()?, it.country.as_ref()?)))
        .filter(|(member, _)| !of_a_country.contains(*member))
        .collect();
    let ids: Vec<MemberId> = countries.keys().map(|id| (*id).clone()).collect();
    let mut people = import::people_of_no_country(tx, &ids).await?;
    for person in &mut people {
        person.country = countries.get(&person.id).map(|it| (*it).clone());
        person.country_source = CountrySource::Connection;
    }
    import::put_people(tx, ctx.now, &ctx.community.id, &people).await
}

/// Says so when the report seems to be of another day.
fn other_day(session: &Session, began: Option<Instant>) -> Option<String> {
    let began = began?;
    if (began - session.starts_at).abs() <= Duration::days(1) {
        return None;
    }
    let day = began.with_timezone(&session.plan.zone).date_naive();
    Some(format!(
        "The report is of {}, and session {} is on another day. If that is wrong, bring session {}'s own report: it \
         takes this one's place.",
        dated(day),
        called(session),
        session.number
    ))
}
