//! Twenty series with their sessions, announced and answered.

use chrono::{Days, NaiveDate, NaiveTime};
use convene::actions::Failure;
use convene::domain::events::meeting::Gathering;
use convene::domain::events::rsvp::Tally;
use convene::domain::events::session::{Capacity, Mode};
use convene::domain::ids::SeriesId;
use convene::domain::recurrence::{RRule, Schedule, Segment};
use convene::domain::text::UserText;
use convene::storage::series::Series;
use convene::storage::{rsvps, sessions};

use super::answer::YES;
use super::town::Town;

const RULES: [&str; 5] = [
    "FREQ=WEEKLY",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY;BYDAY=-1MO",
    "FREQ=MONTHLY;BYDAY=2WE",
];
const SERIES: usize = 20;

/// Plans the series; the sessions of the next 65 days are announced and get `answers` answers each. How many
/// those are.
pub async fn plan(town: &Town, answers: usize) -> usize {
    let (ctx, people) = (town.ctx.clone(), town.people[..answers].to_vec());
    let zone = ctx.community.zone;
    let first = NaiveDate::from_ymd_opt(2026, 9, 7).expect("a day");
    let planned = town.db.write(move |tx| {
        Box::pin(async move {
            for n in 0..SERIES {
                let day = first + Days::new(n as u64 % 5);
                let time = NaiveTime::from_hms_opt(10 + n as u32 % 8, 0, 0).expect("a time");
                let rule: RRule = RULES[n % RULES.len()].parse().expect("a rule");
                let segment = Segment::rule(rule, day.and_time(time), 60, zone).expect("a segment");
                let new = Series {
                    id: SeriesId::new(ctx.mint.ulid(ctx.now)),
                    slug: format!("series-{n}"),
                    title: UserText::trusted(format!("Series {n}")),
                    zone,
                    schedule: Schedule::new(segment),
                    planned_until: first,
                    ends_on: None,
                    capacity: Capacity::default(),
                    mode: Mode::Online,
                    link: "https://video.example/42".to_owned(),
                    place: UserText::default(),
                    gathering: Gathering::default(),
                    agenda_days: None,
                    announced_at: None,
                    joint: None,
                    checklist: None,
                };
                convene::actions::series::plan(tx, &ctx, new).await?;
            }
            let until = ctx.now + chrono::Duration::days(65);
            let near = sessions::planned_between(tx, &ctx.community.id, ctx.now, until, 5_000);
            let near = near.await?;
            for session in &near {
                sessions::set_announced(tx, &session.id, ctx.now).await?;
                let answers: Vec<_> = people
                    .iter()
                    .map(|member| (session.id.clone(), member.clone(), YES, ctx.now))
                    .collect();
                rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
                let tally = Tally {
                    yes_online: people.len() as i64,
                    ..Tally::default()
                };
                sessions::set_tally(tx, &session.id, tally).await?;
            }
            Ok::<_, Failure>(near.len())
        })
    });
    planned.await.unwrap_or_else(|error| panic!("{error}"))
}
