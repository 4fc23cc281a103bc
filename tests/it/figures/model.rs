//! Whatever happens in whatever order, what is kept says what the records say, for any days.

use chrono::{Days, Duration, NaiveDate};
use convene::actions::attendance as acts;
use convene::actions::import::Stopped;
use convene::actions::import::attendance::{self as report, Present};
use convene::actions::import::rsvps::{self, AnswerLine};
use convene::actions::{Actor, Context};
use convene::cli::import::Imported;
use convene::domain::country::Country;
use convene::domain::email::Email;
use convene::domain::events::attendance::{Decision, Role, Source};
use convene::domain::events::rsvp::PartStat;
use convene::domain::events::session::{Session, Status};
use convene::domain::figures::Period;
use convene::domain::ids::{MemberId, ReviewId, SessionId};
use convene::domain::people::member::Permission;
use convene::domain::platform::{Account, Platform};
use convene::domain::text::UserText;
use convene::domain::time::{Plan, Zone};
use convene::params;
use convene::storage::attendance::Seen;
use convene::storage::figures::{read, recompute};
use convene::storage::{Db, StorageError, attendance, communities, members, sessions};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::harness::databases::{Place, on_both};
use crate::import::world::World;

const PEOPLE: usize = 14;
const ORGANISATIONS: [&str; 5] = ["ALPHA", "BETA", "Gamma University", "Delta Clinic", ""];
const COUNTRIES: [&str; 5] = ["GB", "US", "KE", "FR", ""];

struct Life {
    world: World,
    chance: StdRng,
    sessions: Vec<SessionId>,
}

impl Life {
    async fn begin(db: Db, seed: u64) -> Self {
        let world = World::on(db).await;
        let mut life = Self {
            world,
            chance: StdRng::seed_from_u64(seed),
            sessions: Vec::new(),
        };
        life.brings_members().await;
        for wall in [
            "2018-11-30T23:00:00",
            "2019-12-31T14:00:00",
            "2020-01-01T10:00:00",
            "2026-07-27T14:00:00",
            "2026-07-06T09:00:00",
            "2026-08-31T14:00:00",
        ] {
            let session = life.world.session(wall, None).await;
            life.sessions.push(session.id);
        }
        life
    }

    fn below(&mut self, n: usize) -> usize {
        self.chance.random_range(0..n)
    }

    fn ctx(&self) -> Context {
        self.world.ctx.clone()
    }

    async fn session(&mut self) -> Session {
        let place = self.below(self.sessions.len());
        let id = self.sessions[place].clone();
        let found = self
            .world
            .db
            .read(|tx| Box::pin(async move { sessions::by_id(tx, &id).await }));
        found.await.unwrap().unwrap()
    }

    async fn brings_members(&mut self) -> Imported {
        let mut table = "name,email,organisation,country\n".to_owned();
        for n in 0..PEOPLE - 4 {
            let organisation = ORGANISATIONS[self.below(5)];
            let country = COUNTRIES[self.below(5)];
            table.push_str(&format!(
                "Person {n},p{n}@example.org,{organisation},{country}\n"
            ));
        }
        self.world.members(table).await.unwrap()
    }

    /// A report: members by their address, strangers by theirs, and names.
    async fn brings_report(&mut self) {
        let session = self.session().await;
        let mut present: Vec<Present> = Vec::new();
        for n in 0..PEOPLE {
            if self.below(2) == 0 {
                continue;
            }
            let named = n >= PEOPLE - 2;
            present.push(Present {
                email: (!named).then(|| Email::parse(&format!("p{n}@example.org")).unwrap()),
                name: UserText::trusted(format!("Person {n}")),
                role: [Role::Attendee, Role::Attendee, Role::Panelist, Role::Host][self.below(4)],
                minutes: self.below(60) as i64,
                country: Country::parse(COUNTRIES[self.below(5)]).ok(),
            });
        }
        let ctx = self.ctx();
        let done = self.world.db.write(move |tx| {
            Box::pin(async move {
                report::import(tx, &ctx, &session, &present, None)
                    .await
                    .map(drop)
            })
        });
        lenient(done.await);
    }

    async fn member(&mut self) -> Option<MemberId> {
        let (n, community) = (self.below(PEOPLE - 4), self.world.ctx.community.id.clone());
        let account = Account {
            platform: Platform::Email,
            id: format!("p{n}@example.org"),
        };
        let found = self.world.db.read(|tx| {
            Box::pin(async move { members::by_account(tx, &community, &account).await })
        });
        found.await.unwrap().map(|member| member.id)
    }

    async fn sees(&mut self, source: Source) {
        let (session, ctx) = (self.session().await, self.ctx());
        let mut seen = Vec::new();
        for _ in 0..=self.below(3) {
            let member = self.member().await.unwrap();
            seen.push(Seen {
                identity: format!("member:{member}"),
                member: Some(member),
                name: UserText::trusted("Somebody"),
                role: Role::Attendee,
                minutes: None,
                country: None,
            });
        }
        seen.dedup_by(|a, b| a.identity == b.identity);
        seen.truncate(1 + self.below(2));
        if seen.len() == 2 && seen[0].identity == seen[1].identity {
            seen.truncate(1);
        }
        let done = self.world.db.write(move |tx| {
            Box::pin(async move { acts::record(tx, &ctx, &session, source, &seen).await })
        });
        done.await.unwrap();
    }

    async fn forgets(&mut self) {
        let (session, ctx) = (self.session().await, self.ctx());
        let source = Source::ALL[self.below(3)];
        let done = self.world.db.write(move |tx| {
            Box::pin(async move {
                attendance::clear_source(tx, &session.id, source).await?;
                acts::recount(tx, &ctx, &session).await
            })
        });
        done.await.unwrap();
    }

    async fn decides(&mut self) {
        let ids = self
            .world
            .rows("SELECT id AS line FROM reviews ORDER BY id")
            .await;
        if ids.is_empty() {
            return;
        }
        let id = ReviewId::new(ids[self.below(ids.len())].clone());
        let decision = [Decision::Matched, Decision::Guest, Decision::Ignored][self.below(3)];
        let (ctx, n) = (self.ctx(), self.below(PEOPLE - 4));
        let (by, name) = (self.member().await.unwrap(), format!("p{n}@example.org"));
        let done = self.world.db.write(move |tx| {
            Box::pin(async move {
                let actor = Actor {
                    member: members::by_id(tx, &by).await?.unwrap(),
                    account: Account {
                        platform: Platform::Local,
                        id: "ada".to_owned(),
                    },
                    level: Permission::Organiser,
                };
                convene::actions::review::decide(tx, &ctx, &actor, &id, decision, Some(&name))
                    .await
                    .map(drop)
            })
        });
        done.await.unwrap();
    }

    async fn moves(&mut self) {
        let session = self.session().await;
        let day =
            NaiveDate::from_ymd_opt(2018, 10, 1).unwrap() + Days::new(self.below(3_000) as u64);
        let near = session.plan.wall.date() + Days::new(self.below(40) as u64);
        let wall = [day, near][self.below(2)].and_hms_opt(14, 0, 0).unwrap();
        let plan = Plan {
            wall,
            zone: Zone::Europe__London,
        };
        let (starts, now) = (plan.instant().unwrap(), self.world.ctx.now);
        let done = self.world.db.write(move |tx| {
            Box::pin(async move {
                let ends = starts + Duration::hours(1);
                sessions::replan(tx, now, &session.id, None, plan, starts, ends).await
            })
        });
        done.await.unwrap();
    }

    async fn calls_off(&mut self) {
        let (session, now) = (self.session().await, self.world.ctx.now);
        let status = match session.status {
            Status::Planned => Status::Cancelled,
            _ => Status::Planned,
        };
        let done = self.world.db.write(move |tx| {
            Box::pin(async move {
                sessions::set_status(tx, now, &session.id, status, &UserText::default()).await
            })
        });
        done.await.unwrap();
    }

    async fn answers(&mut self) {
        let session = self.session().await;
        let mut lines = Vec::new();
        for n in 0..PEOPLE - 4 {
            let partstat = [PartStat::Accepted, PartStat::Declined, PartStat::Tentative];
            if self.below(3) > 0 {
                lines.push(AnswerLine {
                    line: n as u64 + 2,
                    session: UserText::trusted(session.number.to_string()),
                    email: Email::parse(&format!("p{n}@example.org")).unwrap(),
                    answer: partstat[self.below(3)],
                    at: Some(session.starts_at - Duration::hours(self.below(100) as i64 + 1)),
                });
            }
        }
        let ctx = self.ctx();
        let done = self.world.db.write(move |tx| {
            Box::pin(async move { rsvps::import(tx, &ctx, &lines).await.map(drop) })
        });
        lenient(done.await);
    }

    /// A partner's country, or a name that turns out to be a partner's.
    async fn partner_changes(&mut self) {
        let (ctx, country) = (self.ctx(), COUNTRIES[self.below(4)]);
        let alias = ["Gamma University", "ALPHA Inst.", "Delta Clinic"][self.below(3)];
        let mut partner = ctx.community.settings.partner[0].clone();
        partner.country = Some(country.to_owned());
        if self.chance.random_bool(0.2) {
            partner.aliases.push(alias.to_owned());
        }
        let done = self.world.db.write(move |tx| {
            Box::pin(async move {
                let (mint, id) = (&ctx.mint, &ctx.community.id);
                communities::upsert_partner(tx, mint, ctx.now, id, &partner)
                    .await
                    .map(drop)
            })
        });
        done.await.unwrap();
    }

    async fn acts(&mut self) -> &'static str {
        match self.below(16) {
            0..=2 => {
                self.brings_report().await;
                "report"
            }
            3..=5 => {
                self.sees(Source::CheckIn).await;
                "check-in"
            }
            6 => {
                self.sees(Source::HostList).await;
                "host list"
            }
            7 => {
                self.forgets().await;
                "forget"
            }
            8..=9 => {
                self.decides().await;
                "decide"
            }
            10 => {
                self.moves().await;
                "move"
            }
            11 => {
                self.calls_off().await;
                "call off"
            }
            12 => {
                self.brings_members().await;
                "members"
            }
            13..=14 => {
                self.answers().await;
                "answers"
            }
            _ => {
                self.partner_changes().await;
                "partner"
            }
        }
    }

    /// What is kept, compared with the records.
    async fn nothing_differs(&self, what: &str) {
        let community = self.world.ctx.community.id.clone();
        let compared = self
            .world
            .db
            .read(|tx| Box::pin(async move { recompute::compare(tx, &community).await }));
        let differences = compared.await.unwrap().differences;
        assert!(differences.is_empty(), "{what}: {differences:#?}");
    }

    /// Attendances, people, minutes and answers of some days, by SQL that knows nothing of months.
    async fn some_days_are_right(&mut self) {
        let ends: Vec<NaiveDate> = (0..2)
            .map(|_| {
                let day = NaiveDate::from_ymd_opt(2018, 10, 1).unwrap();
                let recent = NaiveDate::from_ymd_opt(2026, 6, 25).unwrap();
                let days = Days::new(self.below(100) as u64);
                match self.below(3) {
                    0 => day + Days::new(self.below(3_000) as u64),
                    1 => day + days,
                    _ => recent + days,
                }
            })
            .collect();
        let period = Period {
            from: self
                .chance
                .random_bool(0.8)
                .then(|| *ends.iter().min().unwrap()),
            to: self
                .chance
                .random_bool(0.8)
                .then(|| *ends.iter().max().unwrap()),
        };
        let from = period.from.map_or(String::new(), |day| day.to_string());
        let until = period
            .to
            .map_or("9".to_owned(), |day| (day + Days::new(1)).to_string());
        let (community, today) = (
            self.world.ctx.community.id.clone(),
            self.world.ctx.now.date_naive(),
        );
        let (counted, exact) = self
            .world
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let parts = period.parts(today);
                    let (mut sums, mut people) = (convene::domain::figures::Sums::default(), 0);
                    for part in read::attendance(tx, &community, &parts).await? {
                        sums += part.sums;
                        people += part.people;
                    }
                    let yes = read::answers(tx, &community, &parts).await?;
                    let yes: i64 = yes.iter().map(|(_, n)| n).sum();
                    let counted = [sums.n, people, sums.records, sums.minutes, yes];
                    let row = tx.one(EXACT, params![community, from, until]).await?;
                    let mut exact = [0; 5];
                    for (place, name) in ["n", "people", "records", "minutes", "yes"]
                        .into_iter()
                        .enumerate()
                    {
                        exact[place] = row.get(name)?;
                    }
                    Ok::<_, StorageError>((counted, exact))
                })
            })
            .await
            .unwrap();
        assert_eq!(counted, exact, "{period:?}");
    }
}

const EXACT: &str = "SELECT count(*) AS n, count(DISTINCT x.person) AS people, CAST(COALESCE(sum(x.records), 0) AS BIGINT) AS records,
        CAST(COALESCE(sum(x.minutes), 0) AS BIGINT) AS minutes,
        (SELECT count(*) FROM rsvps r JOIN sessions t ON t.id = r.session_id WHERE t.community_id = $1 AND t.wall >= $2
            AND t.wall < $3 AND t.status = 'planned' AND t.recorded > 0 AND r.seat = 'confirmed') AS yes
    FROM (SELECT COALESCE(a.member_id, a.identity) AS person, count(*) AS records, max(a.minutes) AS minutes
        FROM attendance a JOIN sessions s ON s.id = a.session_id
        WHERE s.community_id = $1 AND s.wall >= $2 AND s.wall < $3 AND s.status = 'planned'
        GROUP BY a.session_id, COALESCE(a.member_id, a.identity)) AS x";

fn lenient(done: Result<(), Stopped>) {
    match done {
        // A session that was called off has nobody.
        Ok(()) | Err(Stopped::Refused(_) | Stopped::BadLines(_)) => {}
        Err(error) => panic!("{error}"),
    }
}

async fn live(db: Db, seed: u64, steps: usize) {
    let mut life = Life::begin(db, seed).await;
    for step in 0..steps {
        let what = life.acts().await;
        life.nothing_differs(&format!("seed {seed} step {step}: {what}"))
            .await;
        life.some_days_are_right().await;
    }
    let yes = "SELECT '' AS line FROM monthly_figures WHERE kind = 'answer' AND n > 0";
    assert!(!life.world.rows(yes).await.is_empty());
    let open = life
        .world
        .rows("SELECT '' AS line FROM reviews WHERE decision <> 'open'")
        .await;
    assert!(!open.is_empty() || steps < 40);
}

#[tokio::test]
async fn what_is_kept_is_what_the_records_say() {
    for seed in 0..4 {
        let place = Place::sqlite();
        let db = Db::open(&place.options()).await.unwrap();
        live(db, seed, 120).await;
    }
}

#[tokio::test]
async fn on_both_databases_alike() {
    on_both(|db| live(db, 77, 60)).await;
}
