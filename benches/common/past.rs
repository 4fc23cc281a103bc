//! Sessions that were held: twenty a week, back as far as it takes, each with everything that a session leaves
//! behind.

use chrono::Duration;
use convene::actions::Context;
use convene::domain::events::attendance::{Role, Source};
use convene::domain::events::meeting::Gathering;
use convene::domain::events::post::Post;
use convene::domain::events::reminder::{Audience, Rung};
use convene::domain::events::session::{Capacity, Mode, Part, Presence};
use convene::domain::ids::{MemberId, SeriesId, SessionId};
use convene::domain::outbox::Kind;
use convene::domain::platform::{MessageRef, Platform, Room};
use convene::domain::text::UserText;
use convene::domain::time::Plan;
use convene::storage::attendance::Seen;
use convene::storage::cards::CardKind;
use convene::storage::outbox::NewRow;
use convene::storage::sessions::NewSession;
use convene::storage::{
    StorageError, Tx, appearances, attendance, cards, communities, ledger, outbox, rsvps, series,
    sessions,
};

use super::answer::YES;
use super::town::Town;

const A_WEEK: usize = 20;
const ANSWERS: usize = 20;
const CAME: usize = 10;
const IN_ONE: usize = 200;

/// Holds `count` sessions before now, the last ones last week; they take the community's first numbers and belong
/// to the series that are planned.
pub async fn hold(town: &Town, count: usize) {
    for first in (0..count).step_by(IN_ONE) {
        let (ctx, people) = (town.ctx.clone(), town.people[..ANSWERS].to_vec());
        let range = first..count.min(first + IN_ONE);
        let held = town.db.write(move |tx| {
            Box::pin(async move {
                let all = series::all(tx, &ctx.community.id).await?;
                let of: Vec<SeriesId> = all.into_iter().map(|series| series.id).collect();
                let length = range.len() as i64;
                let number = communities::take_numbers(tx, &ctx.community.id, length).await?;
                let mut new = Vec::new();
                for (place, number) in range.clone().zip(number..) {
                    new.push(session(&ctx, &of, count - place, number));
                }
                let long_ago = ctx.now - Duration::days(9_000);
                sessions::insert_many(tx, long_ago, &ctx.community.id, &new).await?;
                for session in &new {
                    leave(tx, &ctx, session, &people).await?;
                }
                Ok(())
            })
        });
        held.await
            .unwrap_or_else(|error: StorageError| panic!("{error}"));
    }
    // No driver outside storage/: this is its own way of running a statement.
    town.db
        .write(|tx| {
            Box::pin(async move {
                let sent = "UPDATE outbox SET state = 'sent', next_try_at = NULL, sent_at = due_at
                            WHERE not_after < created_at";
                tx.run(sent, Vec::new()).await
            })
        })
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"));
}

fn session(ctx: &Context, of: &[SeriesId], back: usize, number: i64) -> NewSession {
    let weeks = Duration::weeks(1 + (back / A_WEEK) as i64);
    let starts_at = ctx.now - weeks + Duration::hours((back % A_WEEK) as i64);
    let wall = starts_at.with_timezone(&ctx.community.zone).naive_local();
    NewSession {
        id: SessionId::new(ctx.mint.ulid(starts_at)),
        series: of.get(back % A_WEEK).cloned(),
        number,
        recurrence_id: Some(wall),
        plan: Plan {
            wall,
            zone: ctx.community.zone,
        },
        starts_at,
        ends_at: starts_at + Duration::minutes(60),
        title: UserText::trusted("Held session"),
        theme: UserText::default(),
        link: String::new(),
        place: UserText::default(),
        mode: Mode::Online,
        capacity: Capacity::default(),
        gathering: Gathering::default(),
    }
}

/// What a session leaves behind: answers, speakers, a card, attendance, and what was posted about it.
async fn leave(
    tx: &mut Tx,
    ctx: &Context,
    session: &NewSession,
    people: &[MemberId],
) -> Result<(), StorageError> {
    let (community, at) = (&ctx.community.id, session.starts_at);
    let answers: Vec<_> = people
        .iter()
        .map(|member| (session.id.clone(), member.clone(), YES, at))
        .collect();
    rsvps::insert_many(tx, community, &answers).await?;
    let speaker = &people[session.number as usize % people.len()];
    appearances::add(
        tx,
        &ctx.mint,
        at,
        community,
        &session.id,
        speaker,
        None,
        None,
        Part::Speaker,
        Presence::Confirmed,
    )
    .await?;
    let card = MessageRef {
        room: Room {
            platform: Platform::Local,
            id: "announcements".to_owned(),
        },
        id: format!("card-{}", session.number),
    };
    let room = format!("room:{}", card.room);
    cards::put(tx, community, &session.id, CardKind::Card, &room, &card).await?;
    let seen: Vec<Seen> = people[..CAME].iter().map(seen).collect();
    let source = Source::Report;
    attendance::put_many(tx, &ctx.mint, at, community, &session.id, source, &seen).await?;
    sessions::set_recorded(tx, &session.id, CAME as i64).await?;
    sessions::set_announced(tx, &session.id, at - Duration::days(30)).await?;
    if let Some(mut held) = sessions::by_id(tx, &session.id).await? {
        held.recording = "https://video.example/43".to_owned();
        sessions::set_details(tx, at + Duration::days(2), &held).await?;
    }
    for rung in ["coming 1d", "coming 1h", "room 0"] {
        ledger::set_progress(tx, community, session.id.as_str(), 0, rung, "", true).await?;
    }
    let rows: Vec<NewRow> = people[..CAME]
        .iter()
        .map(|m| row(ctx, session, m))
        .collect();
    outbox::enqueue_many(tx, &ctx.mint, ctx.now, &rows).await?;
    Ok(())
}

fn seen(member: &MemberId) -> Seen {
    Seen {
        identity: format!("member:{member}"),
        member: Some(member.clone()),
        name: UserText::trusted("Somebody"),
        role: Role::Attendee,
        minutes: Some(55),
        country: Some("GB".to_owned()),
    }
}

fn row(ctx: &Context, session: &NewSession, member: &MemberId) -> NewRow {
    let post = Post::Reminder {
        audience: Audience::Coming,
        rung: Rung(60),
    };
    let due = session.starts_at - Duration::hours(1);
    NewRow {
        community: ctx.community.id.clone(),
        kind: Kind::new(post.kind()),
        subject: session.id.to_string(),
        subject_revision: 0,
        destination: convene::actions::to_member(member),
        due_at: due,
        slot: due,
        not_after: Some(session.starts_at),
        extra: String::new(),
        payload: serde_json::to_value(&post).expect("a payload"),
    }
}
