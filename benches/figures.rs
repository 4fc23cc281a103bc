//! Figures over ten years in which 100,000 people came five million times: by calendar period, over any days, month by
//! month, and everything counted anew; and a million attendances imported, session by session, beside the same rows
//! merely inserted.
//!
//! `cargo bench --bench figures`. The bars: 100 ms by calendar period, 1.5 s over any days, 10 s for counting anew,
//! half the speed of bare batched inserts.

#[path = "common/bars.rs"]
mod bars;
#[path = "common/crowd.rs"]
mod crowd;
#[path = "common/figures.rs"]
mod figures;
#[path = "common/town.rs"]
mod town;

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use chrono::NaiveDate;
use convene::actions::Context;
use convene::actions::figures::{AsOf, all, figure};
use convene::actions::import::attendance::{Present, import};
use convene::domain::community::Community;
use convene::domain::country::Country;
use convene::domain::email::Email;
use convene::domain::events::attendance::{Role, Source};
use convene::domain::figures::{Name, Period};
use convene::domain::ids::SessionId;
use convene::domain::text::UserText;
use convene::storage::attendance::{self, Seen};
use convene::storage::figures::recompute;
use convene::storage::{StorageError, ToValue, Value, communities, sessions};

use bars::against;
use figures::{median, ms};
use town::Town;

const PEOPLE: usize = 100_000;
/// Who comes to a session.
const EACH: usize = 1_000;
/// Sessions that are there before, and sessions whose reports are brought.
const HELD: usize = 4_000;
const BROUGHT: usize = 1_000;
const ROUNDS: usize = 9;
/// So many sessions are brought in turn with as many bare ones.
const IN_TURN: usize = 50;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let town = Town::found(PEOPLE, "", |options| {
        options.action_limit = Duration::from_secs(600);
    })
    .await;
    crowd::settle(&town).await;
    // One in five is brought by and by, from all of the ten years.
    let ids = crowd::plan(&town, &town.ctx, HELD + BROUGHT).await;
    let (mut held, mut brought) = (Vec::new(), Vec::new());
    for (n, id) in ids.into_iter().enumerate() {
        if n % 5 == 4 {
            brought.push(id);
        } else {
            held.push(id);
        }
    }
    crowd::fill(&town, &held, EACH).await;
    bring(&town, &brought).await;
    show(&town).await;
    count_anew(&town).await;
}

/// A second community in the same tables, of which nothing is counted.
async fn beside(town: &Town) -> Context {
    let (ctx, name) = (town.ctx.clone(), UserText::trusted("Bare Town"));
    let zone = ctx.community.zone;
    let (mint, now, called) = (Arc::clone(&ctx.mint), ctx.now, name.clone());
    let id = town
        .db
        .write(move |tx| {
            Box::pin(
                async move { communities::upsert(tx, &mint, now, "bare", &called, zone).await },
            )
        })
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"));
    let community = Community {
        id,
        slug: "bare".to_owned(),
        name,
        zone,
        settings: ctx.community.settings.clone(),
    };
    Context {
        community: Arc::new(community),
        ..ctx
    }
}

/// Reports of a thousand people each: brought as a manager does, kept with their counts, and merely inserted.
async fn bring(town: &Town, brought: &[SessionId]) {
    let bare = beside(town).await;
    let there = crowd::plan(town, &bare, brought.len()).await;
    let mut times: [Vec<Duration>; 3] = Default::default();
    for (turn, (ids, bare_ids)) in brought
        .chunks(IN_TURN)
        .zip(there.chunks(IN_TURN))
        .enumerate()
    {
        let first = HELD + turn * IN_TURN;
        // Of every ten turns one does without the rest of an import.
        let whole = turn % 10 != 9;
        let clock = Stopwatch::now();
        for (n, id) in ids.iter().enumerate() {
            match whole {
                true => import_one(town, id, first + n).await,
                false => keep_one(town, id, first + n).await,
            }
        }
        times[usize::from(!whole)].push(clock.elapsed());
        let clock = Stopwatch::now();
        for (n, id) in bare_ids.iter().enumerate() {
            insert_one(town, &bare, id, first + n).await;
        }
        times[2].push(clock.elapsed());
    }
    let rate = |times: &[Duration]| {
        let rows = (times.len() * IN_TURN * EACH) as f64;
        rows / times.iter().sum::<Duration>().as_secs_f64()
    };
    let [import, keep, insert] = times.each_ref().map(|times| rate(times));
    println!(
        "{} attendances imported, {EACH} to a report and a transaction, over {} that are there; rows a second",
        BROUGHT * EACH,
        HELD * EACH
    );
    println!("  merely inserted                    {insert:>9.0}");
    println!("  kept with their counts             {keep:>9.0}");
    println!("  imported                           {import:>9.0}");
    against("kept, of merely inserted", keep / insert, 0.5, false);
    against("imported, of merely inserted", import / insert, 0.5, false);
}

fn email(n: usize) -> String {
    format!("p{n}@people.example")
}

async fn import_one(town: &Town, id: &SessionId, n: usize) {
    let people = (0..EACH).map(|k| Present {
        email: Email::parse(&email(crowd::who(n, k, PEOPLE))).ok(),
        name: UserText::trusted("Somebody"),
        role: Role::Attendee,
        minutes: 20 + k as i64 % 41,
        country: Country::parse("GB").ok(),
    });
    let (ctx, id, people) = (town.ctx.clone(), id.clone(), people.collect::<Vec<_>>());
    let imported = town.db.write(move |tx| {
        Box::pin(async move {
            let session = sessions::by_id(tx, &id).await?.expect("is planned");
            import(tx, &ctx, &session, &people, Some(session.starts_at))
                .await
                .map_err(|stopped| StorageError::Internal(stopped.to_string()))
        })
    });
    let report = imported.await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(report.matched, EACH as u64);
}

fn seen(town: &Town, n: usize) -> Vec<Seen> {
    let seen = (0..EACH).map(|k| {
        let who = crowd::who(n, k, PEOPLE);
        Seen {
            identity: format!("email:{}", email(who)),
            member: Some(town.people[who].clone()),
            name: UserText::trusted("Somebody"),
            role: Role::Attendee,
            minutes: Some(20 + k as i64 % 41),
            country: Some("GB".to_owned()),
        }
    });
    seen.collect()
}

async fn keep_one(town: &Town, id: &SessionId, n: usize) {
    let (ctx, id, seen) = (town.ctx.clone(), id.clone(), seen(town, n));
    let kept = town.db.write(move |tx| {
        Box::pin(async move {
            let (mint, community) = (&ctx.mint, &ctx.community.id);
            attendance::put_many(tx, mint, ctx.now, community, &id, Source::Report, &seen).await?;
            sessions::set_recorded(tx, &id, EACH as i64).await
        })
    });
    kept.await
        .unwrap_or_else(|error: StorageError| panic!("{error}"));
}

async fn insert_one(town: &Town, bare: &Context, id: &SessionId, n: usize) {
    let (ctx, id, seen) = (bare.clone(), id.clone(), seen(town, n));
    let rows: Vec<Vec<Value>> = seen
        .iter()
        .map(|one| {
            vec![
                ctx.mint.ulid(ctx.now).to_value(),
                ctx.community.id.to_value(),
                id.to_value(),
                Source::Report.to_value(),
                one.identity.to_value(),
                one.member.to_value(),
                one.name.to_value(),
                one.role.to_value(),
                one.minutes.to_value(),
                one.country.to_value(),
                ctx.now.to_value(),
            ]
        })
        .collect();
    let inserted = town.db.write(move |tx| {
        Box::pin(async move {
            let head = "INSERT INTO attendance (id, community_id, session_id, source, identity, member_id, name, part,
                 minutes, country, recorded_at) VALUES";
            tx.insert_many(head, "", rows).await
        })
    });
    inserted
        .await
        .unwrap_or_else(|error: StorageError| panic!("{error}"));
}

fn days(from: &str, to: &str) -> Period {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    Period {
        from: day(from),
        to: day(to),
    }
}

/// Every figure over calendar periods and over any days.
async fn show(town: &Town) {
    let calendar = [
        ("one month", days("2024-02-01", "2024-02-29")),
        ("one year", days("2024-01-01", "2024-12-31")),
        ("all ten years", days("", "")),
    ];
    let arbitrary = [
        ("ten days", days("2024-02-10", "2024-02-19")),
        ("a year and a bit", days("2023-02-10", "2024-06-19")),
        ("nine years", days("2017-02-10", "2026-02-19")),
    ];
    println!(
        "{} attendances of {PEOPLE} people, medians of {ROUNDS}",
        (HELD + BROUGHT) * EACH
    );
    let longest = over(town, &calendar).await;
    against("by calendar period, longest, ms", longest, 100.0, true);
    let longest = over(town, &arbitrary).await;
    against("over any days, longest, ms", longest, 1_500.0, true);
    println!("  month by month over ten years");
    let mut longest = 0.0_f64;
    for name in Name::ALL.iter().copied().filter(|name| name.has_months()) {
        let took = time(town, Some(name), days("", ""), true).await;
        println!("    {:<33}{:>9}", name.as_str(), ms(took));
        longest = longest.max(took.as_secs_f64() * 1e3);
    }
    against("month by month, longest, ms", longest, 1_500.0, true);
}

/// Prints each figure and all of them together; the longest of one, in milliseconds.
async fn over(town: &Town, periods: &[(&str, Period)]) -> f64 {
    let mut longest = 0.0_f64;
    for (called, period) in periods {
        println!("  {called}");
        for name in Name::ALL {
            let took = time(town, Some(*name), *period, false).await;
            println!("    {:<33}{:>9}", name.as_str(), ms(took));
            longest = longest.max(took.as_secs_f64() * 1e3);
        }
        let together = time(town, None, *period, false).await;
        println!("    {:<33}{:>9}", "all figures together", ms(together));
    }
    longest
}

async fn time(town: &Town, name: Option<Name>, period: Period, by_month: bool) -> Duration {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let ctx = town.ctx.clone();
        let clock = Stopwatch::now();
        let read = town.db.read(move |tx| {
            Box::pin(async move {
                let of = AsOf {
                    community: &ctx.community,
                    now: ctx.now,
                };
                match name {
                    Some(name) => figure(tx, of, name, period, by_month).await.map(drop),
                    None => all(tx, of, period).await.map(drop),
                }
            })
        });
        read.await
            .unwrap_or_else(|error: StorageError| panic!("{error}"));
        times.push(clock.elapsed());
    }
    median(times)
}

/// Everything that is kept, compared with what the records say.
async fn count_anew(town: &Town) {
    let mut times = Vec::new();
    for _ in 0..3 {
        let id = town.ctx.community.id.clone();
        let clock = Stopwatch::now();
        let read = town
            .db
            .read(|tx| Box::pin(async move { recompute::compare(tx, &id).await }));
        let compared = read.await.unwrap_or_else(|error| panic!("{error}"));
        times.push(clock.elapsed());
        assert_eq!(compared.records, ((HELD + BROUGHT) * EACH) as i64);
        assert_eq!(compared.differences, []);
    }
    against("counted anew, s", median(times).as_secs_f64(), 10.0, true);
}
