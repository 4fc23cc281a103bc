//! One session with answers.

use convene::actions::Context;
use convene::domain::events::meeting::Gathering;
use convene::domain::events::rsvp::Tally;
use convene::domain::events::session::{Capacity, Mode, Session};
use convene::domain::ids::SessionId;
use convene::domain::text::UserText;
use convene::domain::time::{Instant, Plan};
use convene::storage::rsvps;
use convene::storage::sessions::{self, NewSession};

use super::answer::YES;
use super::town::Town;

/// A session so many hours ahead, announced long ago, with a yes of the first `coming` people.
pub async fn announced(town: &Town, number: i64, hours: i64, coming: usize) -> Session {
    let (ctx, people) = (town.ctx.clone(), town.people[..coming].to_vec());
    town.db
        .write(move |tx| {
            Box::pin(async move {
                let new = new_session(&ctx, number, ctx.now + chrono::Duration::hours(hours));
                let id = new.id.clone();
                let long_ago = ctx.now - chrono::Duration::days(90);
                sessions::insert_many(tx, long_ago, &ctx.community.id, &[new]).await?;
                sessions::set_announced(tx, &id, long_ago).await?;
                let answers: Vec<_> = people
                    .into_iter()
                    .map(|member| (id.clone(), member, YES, ctx.now))
                    .collect();
                rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
                let tally = Tally {
                    yes_online: coming as i64,
                    ..Tally::default()
                };
                sessions::set_tally(tx, &id, tally).await?;
                sessions::by_id(tx, &id).await
            })
        })
        .await
        .expect("a session")
        .expect("is there")
}

fn new_session(ctx: &Context, number: i64, starts_at: Instant) -> NewSession {
    let zone = ctx.community.zone;
    let wall = starts_at.with_timezone(&zone).naive_local();
    NewSession {
        id: SessionId::new(ctx.mint.ulid(ctx.now)),
        series: None,
        number,
        recurrence_id: None,
        plan: Plan { wall, zone },
        starts_at,
        ends_at: starts_at + chrono::Duration::minutes(60),
        title: UserText::trusted("Measured session"),
        theme: UserText::default(),
        link: "https://video.example/42".to_owned(),
        place: UserText::default(),
        mode: Mode::Online,
        capacity: Capacity::default(),
        gathering: Gathering::default(),
    }
}
