//! A list begins: a copy of a template as it is now, with those who have its duties where they are known.

use chrono::NaiveDate;

use super::super::{Actor, Context, Done, Draft, refused, to_member};
use super::{nudge, read};
use crate::domain::checklist::{
    About, Anchor, Checklist, ChecklistPost, ChecklistReply, Duty, Item, Subject, Template,
};
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::ids::{ChecklistId, ItemId, MemberId};
use crate::domain::people::member::{Member, Permission};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, Placed, Plan};
use crate::storage::{StorageError, Tx, checklists, members, who};

/// When a day of work begins: from then the days of a person's list are counted.
const MORNING: chrono::NaiveTime = match chrono::NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => chrono::NaiveTime::MIN,
};

/// The template of this name for lists of this subject.
///
/// # Errors
/// Refused with the names there are.
pub fn template<'a>(ctx: &'a Context, name: &str, about: Subject) -> Done<&'a Template> {
    let settings = &ctx.community.settings;
    match settings.template(name).filter(|one| one.about == about) {
        Some(template) => Ok(template),
        None => {
            let names: Vec<&str> = settings
                .templates()
                .filter(|template| template.about == about)
                .map(|template| template.name.as_str())
                .collect();
            let shown: String = name.chars().take(40).collect();
            refused(format!(
                "There is no list “{shown}” for a {about}. There is: {}.",
                names.join(", ")
            ))
        }
    }
}

/// Begins lists from templates: what each is about, of which template, from when, and which duties somebody was
/// given on it. Nobody is told.
///
/// # Errors
/// [`StorageError::Unique`] when there is such a list already.
pub async fn begin(
    tx: &mut Tx,
    ctx: &Context,
    new: Vec<(About, &Template, Anchor)>,
    given: &[(Duty, MemberId)],
) -> Result<Vec<Checklist>, StorageError> {
    let (mut lists, mut items, mut duties) = (Vec::new(), Vec::new(), Vec::new());
    let templates: Vec<&Template> = new.iter().map(|(_, template, _)| *template).collect();
    let known = known_duties(tx, &ctx.community, &templates).await?;
    for (about, template, anchor) in new {
        let id = ChecklistId::new(ctx.mint.ulid(ctx.now));
        let list = drawn_up(id, about, template, &anchor, ctx.now);
        let mut wanted: Vec<&Duty> = template.item.iter().map(|item| &item.owner).collect();
        wanted.sort();
        wanted.dedup();
        for duty in wanted {
            let mut both = given.iter().chain(&known);
            if let Some((_, member)) = both.find(|(has, _)| has == duty) {
                duties.push((list.id.clone(), duty.clone(), member.clone()));
            }
        }
        let mut next = || ItemId::new(ctx.mint.ulid(ctx.now));
        items.extend(copied(&list.id, template, &anchor, &mut next));
        lists.push(list);
    }
    checklists::insert_many(tx, &ctx.community.id, &lists, &items).await?;
    checklists::give_duties(tx, &ctx.community.id, &duties).await?;
    nudge::arm_lists(tx, ctx, &lists).await?;
    Ok(lists)
}

/// A copy of a template, without its items.
pub(super) fn drawn_up(
    id: ChecklistId,
    about: About,
    template: &Template,
    anchor: &Anchor,
    at: Instant,
) -> Checklist {
    Checklist {
        id,
        about,
        template: template.name.clone(),
        version: template.version(),
        title: UserText::trusted(&template.title),
        starts_at: anchor.starts_at,
        ends_at: anchor.ends_at,
        begun_at: at,
        closed_at: None,
    }
}

/// The items of a template as those of a list.
pub(super) fn copied(
    list: &ChecklistId,
    template: &Template,
    anchor: &Anchor,
    next: &mut dyn FnMut() -> ItemId,
) -> Vec<Item> {
    let items = template.item.iter().zip(1..);
    let items = items.map(|(item, place)| Item {
        id: next(),
        list: list.clone(),
        place,
        key: item.key.clone(),
        group: UserText::trusted(item.group.trim()),
        text: UserText::trusted(item.text.trim()),
        more: UserText::trusted(item.more.trim()),
        owner: item.owner.clone(),
        due: item.due,
        due_at: item.due.at(anchor),
        ticks: item.ticks,
        tick: None,
    });
    items.collect()
}

/// Who has which duty on every list: by the configuration, and whoever manages the community alone.
pub(super) async fn known_duties(
    tx: &mut Tx,
    community: &Community,
    templates: &[&Template],
) -> Result<Vec<(Duty, MemberId)>, StorageError> {
    let mut known = Vec::new();
    for (duty, account) in &community.settings.onboarding.owners {
        if let Some(member) = members::by_account(tx, &community.id, &account.0).await? {
            known.push((duty.clone(), member.id));
        }
    }
    let manages = |duty: &Duty| duty.as_str() == Duty::COMMUNITY_MANAGER;
    let mut items = templates.iter().flat_map(|template| &template.item);
    if !known.iter().any(|(duty, _)| manages(duty)) && items.any(|item| manages(&item.owner)) {
        let sole = who::only_one_with(tx, &community.id, Permission::Manager).await?;
        known.extend(sole.map(|member| (Duty::stored(Duty::COMMUNITY_MANAGER), member)));
    }
    Ok(known)
}

/// Begins a person's list on `day` and tells those who have something to do on it, but not `by` whoever began it.
///
/// # Errors
/// Refused when they have that list already.
pub async fn begin_for_person(
    tx: &mut Tx,
    ctx: &Context,
    by: &Actor,
    member: &Member,
    template: &Template,
    day: NaiveDate,
    given: &[(Duty, MemberId)],
) -> Done<ChecklistReply> {
    let before = checklists::of_person(tx, &member.id).await?;
    if let Some(list) = before.iter().find(|list| list.template == template.name) {
        if list.closed_at.is_none() {
            return refused(format!(
                "{} has the list “{}” already. “onboarding show” shows it.",
                member.name, template.name
            ));
        }
        checklists::reopen(tx, &list.id).await?;
        return Ok(ChecklistReply::Begun {
            list: list.id.clone(),
            told: 0,
        });
    }
    let about = About::Person(member.id.clone());
    let anchor = morning_of(ctx, day);
    let begun = begin(tx, ctx, vec![(about, template, anchor)], given).await?;
    let Some(list) = begun.into_iter().next() else {
        return Err(StorageError::NotFound.into());
    };
    let id = list.id.clone();
    let told = tell(tx, ctx, Some(by), list).await?;
    Ok(ChecklistReply::Begun { list: id, told })
}

/// The morning of a day, from which a person's list counts.
pub fn morning_of(ctx: &Context, day: NaiveDate) -> Anchor {
    let zone = ctx.community.zone;
    let wall = day.and_time(MORNING);
    let morning: Instant = match (Plan { wall, zone }).place() {
        Placed::Once(at) | Placed::FirstOfTwo(at, _) => at,
        Placed::Gap { after, .. } => after,
    };
    Anchor {
        starts_at: morning,
        ends_at: morning,
        zone,
    }
}

/// Tells everybody with something to do on a new list, each once; how many.
async fn tell(
    tx: &mut Tx,
    ctx: &Context,
    by: Option<&Actor>,
    list: Checklist,
) -> Result<i64, StorageError> {
    let id = list.id.clone();
    let Some(list) = read::load(tx, &ctx.community, vec![list]).await?.pop() else {
        return Ok(0);
    };
    let mut people: Vec<MemberId> = list
        .open()
        .into_iter()
        .flat_map(|item| list.doers(item))
        .filter(|person| by.is_none_or(|by| by.member.id != *person))
        .collect();
    people.sort();
    people.dedup();
    let drafts = people.iter().map(|person| {
        let post = ChecklistPost::Begun { list: id.clone() };
        Draft {
            extra: id.as_str().to_owned(),
            ..ctx.at_once(id.as_str(), to_member(person), Post::Checklist(post))
        }
    });
    Ok(ctx.post(tx, drafts.collect()).await? as i64)
}
