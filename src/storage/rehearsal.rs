//! Whole audiences with names and answers, in one query each, for `rehearse`.

use super::audience::Recipient;
use super::{StorageError, Tx};
use crate::domain::events::reminder::{Audience, Ladder};
use crate::domain::events::rsvp::Answer;
use crate::domain::ids::{CommunityId, SessionId};
use crate::domain::people::hours::Hours;
use crate::domain::text::UserText;

/// One person of an audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who, and what decides when.
    pub recipient: Recipient,
    /// Their name.
    pub name: UserText,
    /// Their answer.
    pub answer: Option<Answer>,
}

macro_rules! query {
    ($($rest:expr),*) => {
        concat!(
            "SELECT m.id, m.name, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder, r.partstat, r.seat, r.way, r.place
             FROM members m LEFT JOIN rsvps r ON r.member_id = m.id AND r.session_id = $1
                 LEFT JOIN organisations o ON o.id = m.organisation_id ",
            $($rest),*
        )
    };
}

/// Everybody of an audience; rooms have no people.
///
/// # Errors
/// What the database says.
pub async fn people(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    audience: Audience,
) -> Result<Vec<Person>, StorageError> {
    let rows = match audience {
        Audience::Coming => {
            tx.all(
                concat!(
                    "SELECT m.id, m.name, COALESCE(m.zone, o.zone) AS zone, m.quiet_from, m.quiet_until, m.ladder, r.partstat, r.seat, r.way, r.place
                     FROM rsvps r JOIN members m ON m.id = r.member_id
                         LEFT JOIN organisations o ON o.id = m.organisation_id
                     WHERE r.session_id = $1 AND (r.seat = 'confirmed' OR r.partstat = 'tentative') AND m.standing <> 'left' AND ",
                    reachable!(),
                    " AND NOT EXISTS (SELECT 1 FROM opt_outs x WHERE x.member_id = m.id AND x.kind = 'reminders')
                     ORDER BY m.id"
                ),
                params![session],
            )
            .await?
        }
        Audience::Unanswered => {
            tx.all(
                query!(
                    "JOIN sessions s ON s.id = $1
                     WHERE m.community_id = $2 AND m.standing = 'member' AND r.member_id IS NULL AND ",
                    reachable_for_news!(),
                    " AND NOT EXISTS (SELECT 1 FROM appearances p WHERE p.member_id = m.id AND p.session_id = $1)
                         AND NOT EXISTS (SELECT 1 FROM opt_outs x WHERE x.member_id = m.id AND x.kind = 'invitations')
                         AND ",
                    invited!(),
                    " ORDER BY m.id"
                ),
                params![session, community],
            )
            .await?
        }
        Audience::Speakers => {
            tx.all(
                query!(
                    "WHERE m.id IN (SELECT p.member_id FROM appearances p WHERE p.session_id = $1 AND p.presence = 'confirmed') AND ",
                    reachable!(),
                    " ORDER BY m.id"
                ),
                params![session],
            )
            .await?
        }
        Audience::Organisers | Audience::Room => Vec::new(),
    };
    rows.iter()
        .map(|row| {
            let hours = (
                row.get::<Option<String>>("quiet_from")?,
                row.get::<Option<String>>("quiet_until")?,
            );
            let quiet = match hours {
                (Some(from), Some(until)) => Hours::try_from(format!("{from}-{until}")).ok(),
                _ => None,
            };
            let ladder = row.get::<Option<String>>("ladder")?;
            let answer = match row.get("partstat")? {
                Some(partstat) => Some(Answer {
                    partstat,
                    seat: row.get("seat")?,
                    way: row.get("way")?,
                    place: row.get("place")?,
                }),
                None => None,
            };
            Ok(Person {
                recipient: Recipient {
                    member: row.get("id")?,
                    zone: row.get("zone")?,
                    quiet,
                    ladder: ladder.and_then(|text| Ladder::try_from(text).ok()),
                },
                name: row.get("name")?,
                answer,
            })
        })
        .collect()
}
