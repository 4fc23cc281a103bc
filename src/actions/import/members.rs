//! The table of members: whoever is known by an e-mail address or an account gets what the table says and they
//! did not have; everybody else is added. An empty cell erases nothing.

mod known;

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;

use self::known::{Employer, Known};
use super::{BadLines, Stopped, note};
use crate::actions::{Context, identity, onboarding};
use crate::domain::country::Country;
use crate::domain::ids::{MemberId, OrganisationId};
use crate::domain::people::career::CareerStage;
use crate::domain::people::member::{CountrySource, Onboarded, Permission, Standing};
use crate::domain::people::organisation::fold;
use crate::domain::platform::Account;
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Plan, Zone};
use crate::storage::import::{self, Person};
use crate::storage::{StorageError, Tx};

/// One member, as a table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberLine {
    /// The line of the file.
    pub line: u64,
    /// The name.
    pub name: UserText,
    /// The e-mail address and the accounts, at least one.
    pub accounts: Vec<Account>,
    /// The organisation, by its name or an alias.
    pub organisation: Option<UserText>,
    /// The sector.
    pub sector: Option<UserText>,
    /// The country.
    pub country: Option<Country>,
    /// Where the country is known from; `None` when the table only states it.
    pub country_source: Option<CountrySource>,
    /// The discipline.
    pub discipline: Option<UserText>,
    /// How far they are in their career.
    pub career_stage: Option<CareerStage>,
    /// The role groups they are in.
    pub role_groups: Vec<UserText>,
    /// Their own zone.
    pub zone: Option<Zone>,
    /// Whether they were welcomed before; `None` when the table does not say.
    pub onboarded: Option<Onboarded>,
}

/// What an import of members did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MembersReport {
    /// People who were not known.
    pub added: u64,
    /// Known people of whom something new was learnt.
    pub updated: u64,
    /// Of these, contacts who became members.
    pub joined: u64,
    /// Known people of whom the table says nothing new.
    pub unchanged: u64,
    /// Organisations that nobody had named before.
    pub organisations_added: u64,
    /// People who are welcomed.
    pub welcomed: u64,
    /// People who are welcomed when an organiser says so, because they are many.
    pub to_welcome: u64,
    /// Lines left out, because whoever they name asked to be forgotten.
    pub forgotten: u64,
}

/// Imports a table of members.
///
/// # Errors
/// Every line that means two people at once, or a person of an earlier line.
pub async fn import(
    tx: &mut Tx,
    ctx: &Context,
    lines: &[MemberLine],
) -> Result<MembersReport, Stopped> {
    let known = Known::read(tx, ctx, lines).await?;
    let kept: Vec<MemberLine> = lines
        .iter()
        .filter(|line| !known.leaves_out(line))
        .cloned()
        .collect();
    let mut report = MembersReport {
        forgotten: (lines.len() - kept.len()) as u64,
        ..MembersReport::default()
    };
    let all = lines.len();
    let lines = kept.as_slice();
    let organisations = known.organisations(ctx, lines);
    let mut changes = Changes::default();
    let mut newcomers: Vec<MemberId> = Vec::new();
    let mut bad = BadLines::default();
    let mut lines_of: HashMap<MemberId, u64> = HashMap::new();
    let mut named: HashMap<&Account, u64> = HashMap::new();
    for line in lines {
        let mut firsts =
            (line.accounts.iter()).map(|account| *named.entry(account).or_insert(line.line));
        if let Some(first) = firsts.find(|first| *first != line.line) {
            bad.add(line.line, format!("repeats line {first}."));
            continue;
        }
        let organisation = line.organisation.as_ref();
        let organisation =
            organisation.and_then(|name| organisations.known.get(&fold(name.as_str())));
        let found = match known.find(line, organisation) {
            Ok(found) => found,
            Err(reason) => {
                bad.add(line.line, reason);
                continue;
            }
        };
        if let Some(person) = found {
            let first = *lines_of.entry(person.id.clone()).or_insert(line.line);
            if first != line.line {
                let name = &person.name;
                bad.add(
                    line.line,
                    format!("this is {name}, as line {first} is; write one line for each person."),
                );
                continue;
            }
        }
        let after = told(ctx, line, found, organisation);
        let accounts = known.new_accounts(line);
        let groups = known.new_groups(line, found);
        match found {
            None => report.added += 1,
            Some(before) if *before == after && accounts.is_empty() && groups.is_empty() => {
                report.unchanged += 1;
                continue;
            }
            Some(before) => {
                report.updated += 1;
                report.joined += u64::from(before.standing != Standing::Member);
            }
        }
        let id = &after.id;
        let joins = found.is_none_or(|before| before.standing != Standing::Member);
        if joins && after.onboarded_at.is_none() {
            newcomers.push(id.clone());
        }
        changes
            .accounts
            .extend(accounts.into_iter().map(|it| (id.clone(), it)));
        changes
            .groups
            .extend(groups.into_iter().map(|it| (id.clone(), it)));
        if found != Some(&after) {
            changes.people.push(after);
        }
    }
    bad.check()?;
    report.organisations_added = organisations.new.len() as u64;
    changes.write(tx, ctx, &organisations.new).await?;
    identity::alike::want(tx, ctx).await?;
    (report.welcomed, report.to_welcome) =
        onboarding::receive_imported(tx, ctx, &newcomers).await?;
    note(tx, ctx, "import members", &format!("{all} lines")).await?;
    Ok(report)
}

fn today(ctx: &Context) -> NaiveDate {
    ctx.now.with_timezone(&ctx.community.zone).date_naive()
}

/// The midnight with which a day begins in the community's zone.
fn beginning_of(ctx: &Context, day: NaiveDate) -> Instant {
    let wall = day.and_time(NaiveTime::MIN);
    let zone = ctx.community.zone;
    (Plan { wall, zone })
        .instant()
        .unwrap_or_else(|| wall.and_utc())
}

/// A person as they are once the line was read.
fn told(
    ctx: &Context,
    line: &MemberLine,
    before: Option<&Person>,
    organisation: Option<&Employer>,
) -> Person {
    let mut person = before.cloned().unwrap_or_else(|| Person {
        id: MemberId::new(ctx.mint.ulid(ctx.now)),
        name: line.name.clone(),
        standing: Standing::Contact,
        permission: Permission::Guest,
        organisation: None,
        sector: UserText::default(),
        discipline: UserText::default(),
        career_stage: None,
        country: None,
        country_source: CountrySource::Unknown,
        zone: None,
        onboarded_at: None,
        joined_at: None,
    });
    person.name = line.name.clone();
    person.permission = person.permission.max(Permission::Member);
    if let Some(sector) = &line.sector {
        person.sector = sector.clone();
    }
    if let Some(discipline) = &line.discipline {
        person.discipline = discipline.clone();
    }
    person.career_stage = line.career_stage.or(person.career_stage);
    person.zone = line.zone.or(person.zone);
    let moved = organisation.is_some_and(|it| person.organisation.as_ref() != Some(&it.id));
    if let Some(employer) = organisation {
        person.organisation = Some(employer.id.clone());
    }
    settle_country(&mut person, line, organisation, moved);
    person.onboarded_at = welcomed_at(ctx, person.onboarded_at, line.onboarded);
    if person.standing != Standing::Member {
        person.standing = Standing::Member;
        person.joined_at = match line.onboarded {
            // They joined before we knew of them; nobody greets them as new.
            Some(Onboarded::On(_)) => person.onboarded_at,
            Some(Onboarded::Yes) => None,
            Some(Onboarded::No) | None => Some(ctx.now),
        };
    }
    person
}

fn welcomed_at(ctx: &Context, before: Option<Instant>, said: Option<Onboarded>) -> Option<Instant> {
    let on = |at: &Instant| at.with_timezone(&ctx.community.zone).date_naive();
    match said {
        Some(Onboarded::On(day)) => before
            .filter(|at| on(at) == day)
            .or_else(|| Some(beginning_of(ctx, day))),
        Some(Onboarded::Yes) => before.or(Some(ctx.now)),
        // Whoever was welcomed meanwhile is not welcomed again because an old table says so.
        Some(Onboarded::No) | None => before,
    }
}

/// What somebody says of their country counts before their organisation's, and that before the connection's.
fn settle_country(
    person: &mut Person,
    line: &MemberLine,
    organisation: Option<&Employer>,
    moved: bool,
) {
    match (line.country, line.country_source) {
        (Some(country), source) => {
            person.country = Some(country.code().to_owned());
            person.country_source = match source {
                None | Some(CountrySource::Unknown) => CountrySource::Stated,
                Some(known) => known,
            };
            return;
        }
        // Our own export says so of whoever has none.
        (None, Some(CountrySource::Unknown)) => return,
        (None, _) => {}
    }
    let of_employer = organisation.and_then(|employer| employer.country.clone());
    match person.country_source {
        CountrySource::Stated => {}
        CountrySource::Organisation if moved => {
            person.country_source = match of_employer {
                Some(_) => CountrySource::Organisation,
                None => CountrySource::Unknown,
            };
            person.country = of_employer;
        }
        _ if of_employer.is_some() => {
            person.country = of_employer;
            person.country_source = CountrySource::Organisation;
        }
        _ => {}
    }
}

/// What is to be written.
#[derive(Default)]
struct Changes {
    people: Vec<Person>,
    accounts: Vec<(MemberId, Account)>,
    groups: Vec<(MemberId, String)>,
}

impl Changes {
    async fn write(
        self,
        tx: &mut Tx,
        ctx: &Context,
        organisations: &[(OrganisationId, String)],
    ) -> Result<(), StorageError> {
        let community = &ctx.community.id;
        import::add_organisations(tx, ctx.now, community, organisations).await?;
        import::put_people(tx, ctx.now, community, &self.people).await?;
        import::add_accounts(tx, ctx.now, community, &self.accounts).await?;
        import::add_terms(tx, &ctx.mint, ctx.now, community, today(ctx), &self.groups).await
    }
}
