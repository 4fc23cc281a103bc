//! What is known before an import of members, of those whom the table may mean.

use std::collections::{HashMap, HashSet};

use super::{MemberLine, today};
use crate::actions::Context;
use crate::domain::ids::{MemberId, OrganisationId};
use crate::domain::people::member::Standing;
use crate::domain::people::organisation::fold;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::storage::import::{self, Person};
use crate::storage::{StorageError, Tx};

/// An organisation, as far as a person's country depends on it.
#[derive(Clone, Debug)]
pub(super) struct Employer {
    pub(super) id: OrganisationId,
    pub(super) country: Option<String>,
}

/// The organisations that a table names, by folded name, and those among them to be added.
pub(super) struct Employers {
    pub(super) known: HashMap<String, Employer>,
    pub(super) new: Vec<(OrganisationId, String)>,
}

/// What is known before the import of those whom the table may mean.
pub(super) struct Known {
    owners: HashMap<Account, MemberId>,
    people: HashMap<MemberId, Person>,
    /// Contacts without an account, by folded name and organisation; none where several share both.
    contacts: HashMap<(String, OrganisationId), Option<Person>>,
    groups: HashMap<MemberId, HashSet<String>>,
    employers: HashMap<String, Employer>,
    /// How often the table has a name at an organisation.
    namesakes: HashMap<(String, String), usize>,
    /// Accounts of people who asked to be forgotten.
    forgotten: HashMap<Account, String>,
}

impl Known {
    pub(super) async fn read(
        tx: &mut Tx,
        ctx: &Context,
        lines: &[MemberLine],
    ) -> Result<Self, StorageError> {
        let community = &ctx.community.id;
        let mut owners = HashMap::new();
        for platform in Platform::ALL {
            let accounts = lines.iter().flat_map(|line| &line.accounts);
            let accounts = accounts.filter(|account| account.platform == *platform);
            let accounts: Vec<String> = accounts.map(|account| account.id.clone()).collect();
            for (id, member) in import::owners(tx, community, *platform, &accounts).await? {
                let platform = *platform;
                owners.insert(Account { platform, id }, member);
            }
        }
        let ids: HashSet<MemberId> = owners.values().cloned().collect();
        let ids: Vec<MemberId> = ids.into_iter().collect();
        let people = import::people(tx, &ids).await?;
        let people = people.into_iter().map(|it| (it.id.clone(), it)).collect();

        let named = |line: &MemberLine| {
            let organisation = line.organisation.as_ref()?;
            Some((fold(line.name.as_str()), fold(organisation.as_str())))
        };
        let mut namesakes: HashMap<(String, String), usize> = HashMap::new();
        for key in lines.iter().filter_map(named) {
            *namesakes.entry(key).or_default() += 1;
        }
        let folded: HashSet<&String> = namesakes.keys().map(|(_, it)| it).collect();
        let folded: Vec<String> = folded.into_iter().cloned().collect();
        let employers = import::organisations_called(tx, community, &folded).await?;
        let employers = employers
            .into_iter()
            .map(|(alias, id, country)| (alias, Employer { id, country }))
            .collect();
        let (contacts, linked) = contacts(tx, ctx, &namesakes).await?;
        let mut ids = ids;
        ids.extend(linked);
        let mut groups: HashMap<MemberId, HashSet<String>> = HashMap::new();
        for (member, group) in import::groups_of(tx, &ids, today(ctx)).await? {
            groups.entry(member).or_default().insert(fold(&group));
        }
        let accounts = lines.iter().flat_map(|line| &line.accounts);
        let forgotten = super::super::forgotten(tx, ctx, accounts.cloned()).await?;
        Ok(Self {
            forgotten,
            owners,
            people,
            contacts,
            groups,
            employers,
            namesakes,
        })
    }

    /// The organisations of the table; a name that nobody knows is a new one.
    pub(super) fn organisations(&self, ctx: &Context, lines: &[MemberLine]) -> Employers {
        let mut known = self.employers.clone();
        let mut new = Vec::new();
        for name in lines.iter().filter_map(|line| line.organisation.as_ref()) {
            known.entry(fold(name.as_str())).or_insert_with(|| {
                let id = OrganisationId::new(ctx.mint.ulid(ctx.now));
                new.push((id.clone(), name.to_string()));
                Employer { id, country: None }
            });
        }
        Employers { known, new }
    }

    /// Whom a line means, if anybody is known whom it can mean.
    pub(super) fn find(
        &self,
        line: &MemberLine,
        organisation: Option<&Employer>,
    ) -> Result<Option<&Person>, String> {
        let mut found: Option<(&Account, &Person)> = None;
        for account in &line.accounts {
            let owner = self.owners.get(account).and_then(|id| self.people.get(id));
            match (found, owner) {
                (Some((first, one)), Some(other)) if one.id != other.id => {
                    return Err(format!(
                        "two people at once: {} is {}'s and {} is {}'s. Correct one of them.",
                        spoken(first),
                        one.name,
                        spoken(account),
                        other.name
                    ));
                }
                (None, Some(owner)) => found = Some((account, owner)),
                _ => {}
            }
        }
        if let Some((_, person)) = found {
            return Ok(Some(person));
        }
        let (Some(name), Some(employer)) = (line.organisation.as_ref(), organisation) else {
            return Ok(None);
        };
        let folded = fold(line.name.as_str());
        let alone = self.namesakes.get(&(folded.clone(), fold(name.as_str()))) == Some(&1);
        let contact = self.contacts.get(&(folded, employer.id.clone()));
        Ok(contact.and_then(Option::as_ref).filter(|_| alone))
    }

    /// Whether a line is about somebody who asked to be forgotten and is not there by another account.
    pub(super) fn leaves_out(&self, line: &MemberLine) -> bool {
        let mut accounts = line.accounts.iter();
        accounts.any(|it| self.forgotten.contains_key(it))
            && !line.accounts.iter().any(|it| self.owners.contains_key(it))
    }

    pub(super) fn new_accounts(&self, line: &MemberLine) -> Vec<Account> {
        let new = line.accounts.iter();
        new.filter(|it| !self.owners.contains_key(it) && !self.forgotten.contains_key(it))
            .cloned()
            .collect()
    }

    pub(super) fn new_groups(&self, line: &MemberLine, person: Option<&Person>) -> Vec<String> {
        let mut seen = person
            .and_then(|person| self.groups.get(&person.id).cloned())
            .unwrap_or_default();
        let groups = line.role_groups.iter().map(UserText::as_str);
        let new = groups.filter(|group| seen.insert(fold(group)));
        new.map(str::to_owned).collect()
    }
}

type Contacts = HashMap<(String, OrganisationId), Option<Person>>;

/// The contacts that bear a name of the table and have no account by which they would have been found: they
/// spoke or came before they joined. Also the ids of all of them.
async fn contacts(
    tx: &mut Tx,
    ctx: &Context,
    namesakes: &HashMap<(String, String), usize>,
) -> Result<(Contacts, Vec<MemberId>), StorageError> {
    let names: HashSet<&String> = namesakes.keys().map(|(name, _)| name).collect();
    let names: Vec<String> = names.into_iter().cloned().collect();
    let mut called = import::people_called(tx, &ctx.community.id, &names).await?;
    called.retain(|(_, person)| person.standing == Standing::Contact);
    let ids: Vec<MemberId> = called.iter().map(|(_, it)| it.id.clone()).collect();
    let reachable: HashSet<MemberId> = import::platforms_of(tx, &ids)
        .await?
        .into_iter()
        .map(|(member, _)| member)
        .collect();
    let mut contacts = Contacts::new();
    for (folded, person) in called {
        let Some(organisation) = person.organisation.clone() else {
            continue;
        };
        if !reachable.contains(&person.id) {
            contacts
                .entry((folded, organisation))
                .and_modify(|several| *several = None)
                .or_insert(Some(person));
        }
    }
    Ok((contacts, ids))
}

fn spoken(account: &Account) -> String {
    match account.platform {
        Platform::Email => format!("the e-mail {}", account.id),
        platform => format!("the {platform} account {}", account.id),
    }
}
