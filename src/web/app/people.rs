//! People: searched by a part of their name or account; those who look alike; and everything that is known of one of them,
//! with what can be done about it.

use std::collections::HashMap;

use askama::Template;

use super::acts::{button, form, showing};
use super::{MANAGER, ORGANISER, newcomers};
use crate::actions::seen::of_career;
use crate::domain::community::Community;
use crate::domain::ids::MemberId;
use crate::domain::people::career::CareerStage;
use crate::domain::people::consent::{Consent, Purpose};
use crate::domain::people::identity::Alike;
use crate::domain::people::member::{Member, Permission, RoleTerm, Standing};
use crate::domain::seen::of_terms;
use crate::domain::time::Instant;
use crate::storage::directory::{self, Behind, Listed, PartIn};
use crate::storage::identities::{self, likenesses, merges};
use crate::storage::{StorageError, Tx, consents, members, roles};
use crate::web::routes::{Route, get};
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::time;

/// How many people are shown at a time.
const SHOWN: i64 = 50;
/// How many pairs that look alike.
const PAIRS: i64 = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/people", ORGANISER, |visit| Box::pin(list(visit))),
        get("/app/people/alike", MANAGER, |visit| Box::pin(alike(visit))),
        get("/app/people/{id}", ORGANISER, |visit| Box::pin(one(visit))),
    ]
}

#[derive(Template)]
#[template(path = "app/people.html")]
struct PeoplePage {
    frame: Frame,
    typed: String,
    people: Vec<Listed>,
    more: Option<String>,
    alike: i64,
    may_merge: bool,
    may_plan: bool,
}

impl PeoplePage {
    fn role(&self, one: &Listed) -> &'static str {
        match one.permission {
            Permission::Guest | Permission::Member | Permission::Speaker => "",
            run => run.as_str(),
        }
    }
}

async fn list(visit: Visit) -> Answer {
    let typed: String = visit.query.get("q").chars().take(100).collect();
    let behind = Behind {
        folded: visit.query.get("behind").to_owned(),
        id: visit.query.get("id").to_owned(),
    };
    let (community, asked) = (visit.community.id.clone(), typed.clone());
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let people = directory::page(tx, &community, &asked, &behind, SHOWN + 1).await?;
            let (_, alike) = likenesses::open(tx, &community, 0).await?;
            Ok((people, alike))
        })
    });
    let (mut people, alike) = read.await?;
    let more = match people.len() as i64 > SHOWN {
        true => {
            people.pop();
            people.last().map(|last| {
                let encode = |text: &str| {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
                };
                let (typed, folded) = (encode(&typed), encode(&last.folded));
                visit.link(&format!(
                    "/app/people?q={typed}&behind={folded}&id={}",
                    last.id
                ))
            })
        }
        false => None,
    };
    let level = visit.signed()?.level;
    page(&PeoplePage {
        frame: visit.frame("People"),
        typed,
        people,
        more,
        alike,
        may_merge: level >= Permission::Manager,
        may_plan: level >= Permission::Deputy,
    })
}

/// Two people who may be one.
struct Pair {
    one: (String, String, String),
    other: (String, String, String),
    reason: &'static str,
    merge: Fragment,
}

#[derive(Template)]
#[template(path = "app/alike.html")]
struct AlikePage {
    frame: Frame,
    pairs: Vec<Pair>,
    all: i64,
    undoable: Vec<(i64, String, String, Fragment)>,
    merge: Fragment,
}

async fn alike(visit: Visit) -> Answer {
    let (community, since) = (
        visit.community.id.clone(),
        visit.now - crate::actions::identity::UNDO_WITHIN,
    );
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let (open, all) = likenesses::open(tx, &community, PAIRS).await?;
            let mut pairs = Vec::new();
            for found in open {
                let one = identities::known(tx, &community, &found.pair.one).await?;
                let other = identities::known(tx, &community, &found.pair.other).await?;
                if let (Some(one), Some(other)) = (one, other) {
                    pairs.push((one, other, found.pair.reason));
                }
            }
            let mut merged = Vec::new();
            for merge in merges::since(tx, &community, since).await? {
                let kept = members::by_id(tx, &merge.kept).await?;
                merged.extend(kept.map(|kept| (merge.number, kept.name, merge.merged_at)));
            }
            Ok((pairs, all, merged))
        })
    });
    let (found, all, merged) = read.await?;
    let back = visit.link("/app/people/alike");
    let mut pairs = Vec::new();
    for (one, other, reason) in found {
        let of = |known: &identities::Known| {
            let account = known
                .accounts
                .first()
                .map_or_else(String::new, ToString::to_string);
            (
                known.name.to_string(),
                known.organisation.to_string(),
                account,
            )
        };
        let named = |known: &identities::Known| {
            let account = known.accounts.first();
            account.map_or_else(
                || known.name.to_string(),
                |account| format!("@{}", account.id.trim_start_matches('@')),
            )
        };
        let preset = Fields::default()
            .with("one", named(&one))
            .with("with", "with")
            .with("other", named(&other));
        pairs.push(Pair {
            one: of(&one),
            other: of(&other),
            reason: match reason {
                Alike::Name | Alike::NameAndOrganisation => "They have the same name.",
                Alike::Address | Alike::Orcid => "They share an address or an iD.",
                Alike::Handle => "An address of one begins like an account of the other.",
                Alike::Asked => "A manager asked about them.",
            },
            merge: button(&visit, "merge", &preset, "Look at both", &back)?,
        });
    }
    let mut undoable = Vec::new();
    for (number, name, at) in merged {
        let preset = Fields::default().with("merge", number.to_string());
        undoable.push((
            number,
            name.to_string(),
            time::short(at, visit.community.zone),
            button(&visit, "merge-undo", &preset, "Two people again", &back)?,
        ));
    }
    let preset = Fields::default().with("with", "with");
    let merge = form(&visit, "merge", &preset, &[], &back)?;
    page(&AlikePage {
        frame: visit.frame("People who look alike"),
        pairs,
        all,
        undoable,
        merge: merge.written()?,
    })
}

/// A term in a role group, with a button to end it.
struct Term {
    group: String,
    since: String,
    until: String,
    end: Option<Fragment>,
}

#[derive(Template)]
#[template(path = "app/person.html")]
struct PersonPage {
    frame: Frame,
    name: String,
    standing: Standing,
    permission: Permission,
    organisation: String,
    country: String,
    zone: String,
    joined: String,
    accounts: Vec<String>,
    terms: Vec<Term>,
    consents: Vec<(&'static str, String, String)>,
    parts: Vec<PartIn>,
    came: i64,
    said: i64,
    lists: Vec<Fragment>,
    /// Where it is told what is held on them.
    held: Option<String>,
    forms: Vec<(&'static str, Fragment)>,
}

impl PersonPage {
    fn day(&self, at: &Instant) -> String {
        at.format("%-d %b %Y").to_string()
    }
}

type Whole = (
    Member,
    identities::Known,
    Vec<RoleTerm>,
    HashMap<Purpose, Consent>,
    Vec<PartIn>,
    (i64, i64),
    Option<CareerStage>,
    newcomers::Lists,
);

async fn read_one(
    tx: &mut Tx,
    community: &Community,
    id: &MemberId,
) -> Result<Option<Whole>, StorageError> {
    let (Some(member), Some(known)) = (
        members::by_id(tx, id).await?,
        identities::known(tx, &community.id, id).await?,
    ) else {
        return Ok(None);
    };
    Ok(Some((
        member,
        known,
        roles::of(tx, id).await?,
        consents::of(tx, id).await?,
        directory::parts_of(tx, id, 50).await?,
        directory::came_and_said(tx, id).await?,
        directory::career_stage(tx, &community.id, id)
            .await?
            .flatten(),
        newcomers::read_of(tx, community, id).await?,
    )))
}

async fn one(visit: Visit) -> Answer {
    let (community, id) = (visit.community.clone(), MemberId::new(visit.part("id")));
    let asked = id.clone();
    let read =
        visit.read(move |tx| Box::pin(async move { read_one(tx, &community, &asked).await }));
    let (member, known, terms, consents, parts, (came, said), stage, lists) =
        read.await?.ok_or(Problem::Nothing)?;
    let back = visit.link(&format!("/app/people/{id}"));
    let level = visit.signed()?.level;
    // By an account, since several people may have the name.
    let who = known.accounts.first().map_or_else(
        || member.name.to_string(),
        |account| format!("@{}", account.id.trim_start_matches('@')),
    );
    let about = || Fields::default().with("who", who.as_str());
    let today = visit.context().today();
    let mut shown = Vec::new();
    for term in &terms {
        let over = term.until.is_some_and(|until| until < today);
        let preset = about()
            .with("group", term.group.as_str())
            .with("member", id.as_str());
        let left = of_terms(&terms, &term.group, today).unwrap_or_default();
        let preset = showing("role-end", preset, &left);
        let may = level >= Permission::Manager && !over && term.since <= today;
        shown.push(Term {
            group: term.group.clone(),
            since: term.since.format("%-d %b %Y").to_string(),
            until: term
                .until
                .map_or_else(String::new, |day| day.format("%-d %b %Y").to_string()),
            end: match may {
                true => Some(button(&visit, "role-end", &preset, "End today", &back)?),
                false => None,
            },
        });
    }
    let answers = Purpose::ALL
        .iter()
        .map(|purpose| match consents.get(purpose) {
            Some(consent) => (
                purpose.title(),
                if consent.yes { "yes" } else { "no" }.to_owned(),
                format!("{}, by {}", consent.at.format("%-d %b %Y"), consent.via),
            ),
            None => (purpose.title(), "never said".to_owned(), String::new()),
        });
    let mut forms = Vec::new();
    let mut add = |label, act: &str, preset: Fields, least| -> Result<(), Problem> {
        if level >= least {
            forms.push((label, form(&visit, act, &preset, &[], &back)?.written()?));
        }
        Ok(())
    };
    add(
        "Take into a role group",
        "role-add",
        about(),
        Permission::Manager,
    )?;
    add(
        "Have them stand in for you",
        "deputy",
        about(),
        Permission::Manager,
    )?;
    add(
        "Write down what they allow",
        "consent-note",
        about(),
        Permission::Organiser,
    )?;
    add(
        "How far they are in their career",
        "career",
        showing(
            "career",
            about().with("member", id.as_str()),
            &[of_career(stage).to_owned()],
        ),
        Permission::Organiser,
    )?;
    add(
        "Begin a checklist",
        "onboarding-start",
        about(),
        Permission::Organiser,
    )?;
    let merge = Fields::default()
        .with("one", who.as_str())
        .with("with", "with");
    add(
        "Make them one with somebody else",
        "merge",
        merge,
        Permission::Manager,
    )?;
    page(&PersonPage {
        frame: visit.frame(member.name.to_string()),
        name: member.name.to_string(),
        standing: member.standing,
        permission: member.permission,
        organisation: known.organisation.to_string(),
        country: member.country.clone().unwrap_or_default(),
        zone: member
            .zone
            .map_or_else(String::new, |zone| zone.name().to_owned()),
        joined: member
            .joined_at
            .map_or_else(String::new, |at| time::day(at, visit.community.zone)),
        accounts: known.accounts.iter().map(ToString::to_string).collect(),
        terms: shown,
        consents: answers.collect(),
        parts,
        came,
        said,
        lists: newcomers::of_person(&visit, &lists, &who, &format!("{back}#lists"))?,
        held: (level >= Permission::Manager).then(|| format!("{back}/held")),
        forms,
    })
}
