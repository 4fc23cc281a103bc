//! What the other 239 do while the visitor moves the clock: they answer announcements, change their minds,
//! check in, and are seen by the video platform. Everybody does what their name and the session's number
//! say, so that each run of the demo is the same story; whoever the visitor speaks for is left alone.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::Duration;

use super::seed::{Person, local};
use crate::actions::{Actor, Context, Failure, attendance, rsvp};
use crate::domain::events::attendance::{Decision, Role, Source};
use crate::domain::events::rsvp::{PartStat, Seat};
use crate::domain::events::session::Session;
use crate::domain::ids::{MemberId, ReviewId};
use crate::domain::people::member::{MessageKind, Permission};
use crate::domain::text::UserText;
use crate::storage::attendance::Seen;
use crate::storage::reviews::{self, Review};
use crate::storage::{Db, StorageError, Tx, invited, members, rsvps, sessions};

/// How many answer in one transaction.
const TOGETHER: usize = 25;
/// A session with no more seats than this is answered by few.
const SMALL: i64 = 50;
/// Names in the platform's report that nobody can be sure of.
const STRANGERS: [&str; 3] = ["iPhone (2)", "Guest Room 4", "M. Whitlock"];

/// Everybody but those who run the community.
pub struct Audience {
    db: Db,
    crowd: Vec<Person>,
    one: tokio::sync::Mutex<()>,
}

/// What somebody does about a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Answer(PartStat),
    CheckIn,
}

impl Audience {
    /// An audience of `crowd`.
    pub fn new(db: Db, crowd: Vec<Person>) -> Arc<Self> {
        Arc::new(Self {
            db,
            crowd,
            one: tokio::sync::Mutex::new(()),
        })
    }

    /// Everybody does what they would have done by now; true when somebody did anything.
    ///
    /// # Errors
    /// What the database says.
    pub async fn act(self: &Arc<Self>, ctx: &Context) -> Result<bool, StorageError> {
        let _one_at_a_time = self.one.lock().await;
        let (from, until) = (ctx.now - Duration::days(1), ctx.now + Duration::days(60));
        let community = ctx.community.id.clone();
        let near = self.db.read(move |tx| {
            Box::pin(
                async move { sessions::planned_between(tx, &community, from, until, 50).await },
            )
        });
        let mut acted = false;
        for session in near.await? {
            if session.announced_at.is_none() {
                continue;
            }
            acted |= self.about(ctx, &session).await?;
        }
        Ok(acted)
    }

    async fn about(
        self: &Arc<Self>,
        ctx: &Context,
        session: &Session,
    ) -> Result<bool, StorageError> {
        if ctx.now >= session.ends_at + Duration::minutes(30) {
            return self.report(ctx, session).await;
        }
        let mut due = Vec::new();
        let invited = self.invited(session).await?;
        for place in 0..self.crowd.len() {
            if !invited.contains(&place) {
                continue;
            }
            if let Some(act) = self.intends(ctx, session, place) {
                due.push((place, act));
            }
        }
        let mut acted = false;
        for some in due.chunks(TOGETHER) {
            let (all, ctx, id) = (Arc::clone(self), ctx.clone(), session.id.clone());
            let some = some.to_vec();
            acted |= self
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        let mut acted = false;
                        for (place, act) in some {
                            let Some(session) = sessions::by_id(tx, &id).await? else {
                                break;
                            };
                            acted |= do_act(tx, &ctx, &all.crowd[place], session, act).await?;
                        }
                        Ok::<_, StorageError>(acted)
                    })
                })
                .await?;
        }
        Ok(acted)
    }

    /// Who of the crowd a session is for.
    async fn invited(self: &Arc<Self>, session: &Session) -> Result<HashSet<usize>, StorageError> {
        if session.is_for_everybody() {
            return Ok((0..self.crowd.len()).collect());
        }
        let id = session.id.clone();
        let people = self.db.read(move |tx| {
            Box::pin(
                async move { invited::recipients(tx, &id, MessageKind::Invitations, 1_000).await },
            )
        });
        let people: HashSet<MemberId> = people.await?.into_iter().map(|it| it.member).collect();
        let at = |place: &usize| self.crowd[*place].seen.member.as_ref();
        Ok((0..self.crowd.len())
            .filter(|place| at(place).is_some_and(|id| people.contains(id)))
            .collect())
    }

    /// What the person at `place` would do about a session now or has done before.
    fn intends(&self, ctx: &Context, session: &Session, place: usize) -> Option<Act> {
        let announced = session.announced_at?;
        let roll = roll(&self.crowd[place].account, session.number);
        let (will, when) = (roll % 100, (roll >> 8) % 1_000);
        let small = session.capacity.online.is_some_and(|seats| seats <= SMALL);
        if ctx.now >= session.starts_at {
            let listens = (roll >> 20) % 100 < 35;
            return (listens && ctx.now < session.ends_at).then_some(Act::CheckIn);
        }
        // A few are quick, most need days.
        let delay = match when {
            0..60 => Duration::seconds(5 + when as i64),
            60..300 => Duration::minutes(when as i64),
            _ => Duration::minutes(10 * when as i64 - 2_400),
        };
        if ctx.now < announced + delay {
            return None;
        }
        let yes = if small { 2 } else { 34 };
        Some(Act::Answer(match will {
            n if n < yes => PartStat::Accepted,
            n if !small && n < yes + 8 => PartStat::Tentative,
            n if n < yes + 22 => PartStat::Declined,
            _ => return None,
        }))
    }

    /// The video platform's report, once: who said yes mostly came, some came unannounced, some names are
    /// nobody's.
    async fn report(
        self: &Arc<Self>,
        ctx: &Context,
        session: &Session,
    ) -> Result<bool, StorageError> {
        let (all, ctx, session) = (Arc::clone(self), ctx.clone(), session.clone());
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let sources = crate::storage::attendance::by_source(tx, &session.id).await?;
                    if sources.iter().any(|(source, _)| *source == Source::Report) {
                        return Ok(false);
                    }
                    all.write_report(tx, &ctx, &session).await?;
                    Ok::<_, StorageError>(true)
                })
            })
            .await
    }

    /// Somebody whose last name a stranger has.
    fn suggested(&self, name: &str) -> Option<MemberId> {
        let (_, last) = name.rsplit_once(". ")?;
        let found = self
            .crowd
            .iter()
            .find(|person| person.seen.name.as_str().ends_with(last));
        found?.seen.member.clone()
    }

    async fn write_report(
        &self,
        tx: &mut Tx,
        ctx: &Context,
        session: &Session,
    ) -> Result<(), StorageError> {
        let mut seen = Vec::new();
        for person in &self.crowd {
            let Some(member) = &person.seen.member else {
                continue;
            };
            let answer = rsvps::of(tx, &session.id, member).await?;
            let likely = match answer.map(|answer| (answer.partstat, answer.seat)) {
                Some((PartStat::Accepted, Seat::Confirmed)) => 82,
                Some((PartStat::Tentative, _)) => 40,
                Some(_) => 0,
                None if session.is_for_everybody() => 2,
                None => 0,
            };
            let roll = roll(&person.account, session.number) >> 32;
            if roll % 100 < likely {
                let stayed = session.minutes - (roll >> 8) as i64 % (session.minutes / 2).max(1);
                seen.push(Seen {
                    minutes: Some(stayed),
                    ..person.seen.clone()
                });
            }
        }
        let strangers: Vec<Review> = STRANGERS
            .iter()
            .map(|name| Review {
                id: ReviewId::new(ctx.mint.ulid(ctx.now)),
                session: session.id.clone(),
                identity: format!("name:{}", name.to_lowercase()),
                name: UserText::trusted(*name),
                email: String::new(),
                role: Role::Attendee,
                minutes: Some(session.minutes / 2),
                country: None,
                suggested: self.suggested(name),
                decision: Decision::Open,
            })
            .collect();
        let open = session.capacity.online.is_none_or(|seats| seats > SMALL);
        if open && !session.is_meeting() {
            reviews::queue(tx, ctx.now, &ctx.community.id, &strangers).await?;
        }
        attendance::record(tx, ctx, session, Source::Report, &seen).await?;
        Ok(())
    }
}

async fn do_act(
    tx: &mut Tx,
    ctx: &Context,
    person: &Person,
    session: Session,
    act: Act,
) -> Result<bool, StorageError> {
    let Some(id) = &person.seen.member else {
        return Ok(false);
    };
    let before = rsvps::of(tx, &session.id, id).await?;
    let confirmed = before.is_some_and(|answer| answer.seat == Seat::Confirmed);
    let open = match act {
        // What they said, or the visitor in their name, stands.
        Act::Answer(_) => before.is_none(),
        Act::CheckIn => confirmed,
    };
    if !open {
        return Ok(false);
    }
    let Some(member) = members::by_id(tx, id).await? else {
        return Ok(false);
    };
    let actor = Actor {
        member,
        account: local(&person.account),
        level: Permission::Member,
    };
    let done = match act {
        Act::Answer(partstat) => rsvp::answer(tx, ctx, &actor, session, partstat, None).await,
        Act::CheckIn => {
            let known = crate::storage::attendance::is_recorded(
                tx,
                &session.id,
                Source::CheckIn,
                &actor.member.id,
            );
            if known.await? {
                return Ok(false);
            }
            attendance::check_in(tx, ctx, &actor, &session).await
        }
    };
    match done {
        Ok(_) => Ok(true),
        // The visitor may have called the session off this very moment.
        Err(Failure::Refused(_)) => Ok(false),
        Err(Failure::Storage(error)) => Err(error),
    }
}

/// A number that depends on the person and the session alone (FNV-1a, 64 bits, mixed once more).
fn roll(account: &str, number: i64) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in account.bytes().chain(number.to_le_bytes()) {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ (hash >> 32)
}
