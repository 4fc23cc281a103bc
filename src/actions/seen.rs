//! Whether what a form showed is so still: asked in the transaction of what the form changes, so that nothing can come
//! between.

use crate::domain::community::Community;
use crate::domain::events::session::{Part, Session};
use crate::domain::ids::MemberId;
use crate::domain::people::career::CareerStage;
use crate::domain::recurrence::describe_schedule;
use crate::domain::seen::{
    Seen, Thing, of_agenda, of_item, of_question, of_session, of_talk, of_terms,
};
use crate::domain::time::Instant;
use crate::storage::series::Series;
use crate::storage::{
    StorageError, Tx, agenda, appearances, checklists, directory, questions, roles, series,
    sessions, who, wordings,
};

/// Whether it is so still.
///
/// # Errors
/// What the database says.
pub async fn is_so(
    tx: &mut Tx,
    community: &Community,
    now: Instant,
    seen: &Seen,
) -> Result<bool, StorageError> {
    let found = look(tx, community, now, seen.thing, &seen.of).await?;
    Ok(found.is_some_and(|found| seen.is_so(&found)))
}

/// What a form about a thing would show now; `None` where it is not there.
///
/// # Errors
/// What the database says.
pub async fn look(
    tx: &mut Tx,
    community: &Community,
    now: Instant,
    thing: Thing,
    of: &[String],
) -> Result<Option<Vec<String>>, StorageError> {
    let (Some(key), at) = (of.first(), of.get(1).and_then(|at| at.parse::<i64>().ok())) else {
        return Ok(None);
    };
    match thing {
        Thing::Common | Thing::Rule => {
            let found = series::by_slug(tx, &community.id, key).await?;
            return Ok(found.map(|found| of_series(thing, &found, community, now)));
        }
        Thing::Wording => {
            let found = wordings::current(tx, &community.id, key).await?;
            let text = found.map_or_else(String::new, |found| found.text);
            return Ok(Some(vec![text]));
        }
        Thing::Question => {
            let number = key.trim_start_matches('q').parse().unwrap_or(0);
            let found = questions::by_number(tx, &community.id, number).await?;
            return Ok(found.as_ref().map(of_question));
        }
        Thing::Career => {
            let member = MemberId::new(key.as_str());
            let found = directory::career_stage(tx, &community.id, &member).await?;
            return Ok(found.map(|stage| vec![of_career(stage).to_owned()]));
        }
        Thing::Terms => {
            let (member, group) = (MemberId::new(key.as_str()), of.get(1));
            let terms = roles::in_community(tx, &community.id, &member).await?;
            let today = now.with_timezone(&community.zone).date_naive();
            return Ok(group.and_then(|group| of_terms(&terms, group, today)));
        }
        _ => {}
    }
    let number = key.parse().unwrap_or(0);
    let Some(session) = sessions::by_number(tx, &community.id, number).await? else {
        return Ok(None);
    };
    if let Some(values) = of_session(thing, &session) {
        return Ok(Some(values));
    }
    beside(tx, thing, &session, at).await
}

/// What a form shows of what stands beside a session and not in it; `at` is its place, where it has one.
///
/// # Errors
/// What the database says.
pub async fn beside(
    tx: &mut Tx,
    thing: Thing,
    session: &Session,
    at: Option<i64>,
) -> Result<Option<Vec<String>>, StorageError> {
    let id = &session.id;
    Ok(match thing {
        Thing::Talk => {
            let talks = appearances::talks(tx, id).await?;
            let found = talks.iter().find(|(place, ..)| Some(*place) == at);
            found.map(|(_, title, speaker)| of_talk(title, speaker.as_ref()))
        }
        Thing::Item => {
            let items = agenda::items(tx, id).await?;
            let found = items.iter().find(|item| Some(item.place) == at);
            found.map(of_item)
        }
        Thing::Agenda => Some(of_agenda(&agenda::items(tx, id).await?)),
        Thing::Hosts => {
            let all = appearances::of_session(tx, id).await?;
            let hosts = all.iter().filter(|one| one.part == Part::Host);
            let names: Vec<_> = hosts.map(|one| one.name.as_str()).collect();
            Some(vec![names.join("; ")])
        }
        Thing::Duties => Some(vec![duties(tx, session).await?]),
        _ => None,
    })
}

/// Who has which duty on the list of a session, a line each.
async fn duties(tx: &mut Tx, session: &Session) -> Result<String, StorageError> {
    let Some(list) = checklists::of_session(tx, &session.id).await? else {
        return Ok(String::new());
    };
    let given = checklists::duties_of(tx, &[list.id]).await?;
    let members: Vec<MemberId> = given.iter().map(|(_, _, member)| member.clone()).collect();
    let names = who::names_of(tx, &members).await?;
    let mut lines: Vec<String> = (given.iter())
        .map(|(_, duty, member)| {
            let name = names.get(member).map_or("?", |name| name.as_str());
            format!("{}: {name}", duty.as_str())
        })
        .collect();
    lines.sort();
    Ok(lines.join("\n"))
}

/// What a form about somebody's career shows of it.
pub fn of_career(stage: Option<CareerStage>) -> &'static str {
    match stage {
        Some(CareerStage::Student) => "student",
        Some(CareerStage::Early) => "early",
        Some(CareerStage::Middle) => "mid",
        Some(CareerStage::Senior) => "senior",
        None => "none",
    }
}

/// What a form about a series shows of it.
pub fn of_series(
    thing: Thing,
    series: &Series,
    community: &Community,
    now: Instant,
) -> Vec<String> {
    if thing == Thing::Rule {
        let today = now.with_timezone(&community.zone).date_naive();
        // In words for people; a break or a date that they leave out tells one rule from another as well.
        let all = serde_json::to_string(&series.schedule).unwrap_or_default();
        return vec![describe_schedule(&series.schedule, today), all];
    }
    let seats = series.capacity.online.or(series.capacity.in_person);
    vec![
        series.title.to_string(),
        seats.map_or_else(|| "none".to_owned(), |seats| seats.to_string()),
        series.mode.as_str().to_owned(),
        series.link.clone(),
        series.place.to_string(),
        match series.joint {
            Some(true) => "yes",
            Some(false) => "no",
            None => "usual",
        }
        .to_owned(),
    ]
}
