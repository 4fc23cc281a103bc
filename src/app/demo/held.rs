//! The demo's sessions that are over: who spoke, who answered, who came. Answers and attendance are written in
//! bulk, as an import would.

use chrono::Duration;

use super::Dice;
use super::names::{HARBOUR, HELD, NORTHFIELD};
use super::seed::Person;
use crate::actions::{Context, Done, refused};
use crate::domain::events::attendance::{Role, Source};
use crate::domain::events::rsvp::{Answer, PartStat, Seat, Tally, Way};
use crate::domain::events::session::{Part, Presence, Session};
use crate::domain::text::UserText;
use crate::storage::attendance::Seen;
use crate::storage::{Tx, appearances, attendance, rsvps, sessions};

/// Theme, talks and speakers of a session: one speaker of each partner, sometimes a guest of theirs.
pub(super) async fn fill(
    tx: &mut Tx,
    ctx: &Context,
    crowd: &[Person],
    session: Session,
    theme: &str,
    talks: [&str; 2],
) -> Done<Vec<usize>> {
    let described = Session {
        theme: UserText::trusted(theme),
        ..session
    };
    sessions::set_details(tx, ctx.now, &described).await?;
    let turn = described.number as usize;
    let mut spoke = Vec::new();
    for (partner, title) in [NORTHFIELD, HARBOUR].into_iter().zip(talks) {
        let title = UserText::trusted(title);
        let talk = appearances::add_talk(tx, &ctx.mint, ctx.now, &described.id, &title).await?;
        let own: Vec<usize> = (0..crowd.len())
            .filter(|place| crowd[*place].partner == partner)
            .collect();
        // Every third session has a second speaker of one partner.
        let count = if turn % 3 == 2 && partner == HARBOUR {
            2
        } else {
            1
        };
        for more in 0..count {
            let place = own[(turn * 3 + more * 7) % own.len()];
            appearances::add(
                tx,
                &ctx.mint,
                ctx.now,
                &ctx.community.id,
                &described.id,
                &crowd[place].id()?,
                None,
                Some(&talk),
                Part::Speaker,
                Presence::Confirmed,
            )
            .await?;
            spoke.push(place);
        }
    }
    Ok(spoke)
}

pub(super) async fn numbered(tx: &mut Tx, ctx: &Context, number: usize) -> Done<Session> {
    match sessions::by_number(tx, &ctx.community.id, number as i64).await? {
        Some(session) => Ok(session),
        None => refused(format!("session {number} is missing in the story")),
    }
}

/// One session that is over: announced two weeks before, answered, held, recorded.
pub(super) async fn hold(
    tx: &mut Tx,
    ctx: &Context,
    crowd: &[Person],
    dice: &Dice,
    number: usize,
) -> Done<()> {
    let session = numbered(tx, ctx, number).await?;
    let (theme, talks) = HELD[number - 1];
    let announced = session.starts_at - Duration::days(14);
    sessions::set_announced(tx, &session.id, announced).await?;
    let (id, starts, ends) = (session.id.clone(), session.starts_at, session.ends_at);
    let spoke = fill(tx, ctx, crowd, session, theme, talks).await?;
    let (mut answers, mut tally, mut seen) = (Vec::new(), Tally::default(), Vec::new());
    for (place, person) in crowd.iter().enumerate() {
        let speaks = spoke.contains(&place);
        // More people come from session to session.
        let keen = 30 + 2 * number;
        let said = match dice.below(100) {
            _ if speaks => Some(PartStat::Accepted),
            roll if roll < keen => Some(PartStat::Accepted),
            roll if roll < keen + 9 => Some(PartStat::Tentative),
            roll if roll < keen + 25 => Some(PartStat::Declined),
            _ => None,
        };
        if let Some(partstat) = said {
            let seat = match partstat {
                PartStat::Accepted => Seat::Confirmed,
                _ => Seat::NotAsked,
            };
            let answer = Answer {
                partstat,
                seat,
                way: Way::Online,
                place: None,
            };
            tally = tally.with(answer, 1);
            let at = announced + Duration::minutes(10 + 40 * dice.below(400) as i64);
            answers.push((id.clone(), person.id()?, answer, at));
        }
        let shows_up = match said {
            Some(PartStat::Accepted) => 78,
            Some(PartStat::Tentative) => 35,
            Some(_) => 1,
            None => 4,
        };
        if speaks || dice.below(100) < shows_up {
            seen.push(Seen {
                role: if speaks {
                    Role::Panelist
                } else {
                    Role::Attendee
                },
                minutes: Some(20 + dice.below(41) as i64),
                ..person.seen.clone()
            });
        }
    }
    rsvps::insert_many(tx, &ctx.community.id, &answers).await?;
    sessions::set_tally(tx, &id, tally).await?;
    let at = ends + Duration::hours(2);
    attendance::put_many(
        tx,
        &ctx.mint,
        at,
        &ctx.community.id,
        &id,
        Source::Report,
        &seen,
    )
    .await?;
    if number.is_multiple_of(4) {
        // The host counted as well, and some said so in chat; the sources are kept apart.
        let heads = seen.len() as i64 + 6;
        sessions::set_estimate(tx, &id, heads).await?;
        let said: Vec<Seen> = seen.iter().step_by(3).cloned().collect();
        attendance::put_many(
            tx,
            &ctx.mint,
            starts,
            &ctx.community.id,
            &id,
            Source::CheckIn,
            &said,
        )
        .await?;
    }
    let people = attendance::count(tx, &id).await?;
    sessions::set_recorded(tx, &id, people).await?;
    Ok(())
}
