//! Who came to which session, by source.

use crate::domain::events::attendance::{Role, Source};
use crate::domain::ids::{CommunityId, MemberId};
use crate::domain::text::UserText;
use crate::domain::time::Instant;
use crate::storage::{StorageError, Tx};

/// One person seen by one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceRecord {
    /// The session's number.
    pub number: i64,
    /// When it started.
    pub starts_at: Instant,
    /// Who saw them.
    pub source: Source,
    /// What tells them from others within the source.
    pub identity: String,
    /// The member, where they are known.
    pub member: Option<MemberId>,
    /// Their name, as they are known now or as the source had it.
    pub name: UserText,
    /// Their first e-mail address; empty when none is known.
    pub email: String,
    /// Where they work; empty when unknown.
    pub organisation: UserText,
    /// The partner's label, where that is a partner.
    pub partner: Option<String>,
    /// What they were.
    pub role: Role,
    /// How long they were there.
    pub minutes: Option<i64>,
    /// Where their connection came from.
    pub connection: Option<String>,
    /// Their country, as it is known.
    pub country: Option<String>,
}

/// Who came to which session, by number, source and name.
///
/// # Errors
/// What the database says.
pub async fn attendance(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Vec<AttendanceRecord>, StorageError> {
    let rows = tx
        .all(
            "SELECT s.number, s.starts_at, a.source, a.identity, a.member_id, COALESCE(m.name, a.name) AS name,
                 COALESCE((SELECT min(c.account) FROM accounts c WHERE c.member_id = a.member_id
                     AND c.platform = 'email'), '') AS email,
                 COALESCE(o.name, '') AS organisation, CASE WHEN o.partner <> 0 THEN o.label END AS partner, a.part,
                 a.minutes, a.country AS connection, COALESCE(m.country, a.country) AS country
             FROM attendance a JOIN sessions s ON s.id = a.session_id LEFT JOIN members m ON m.id = a.member_id
                 LEFT JOIN organisations o ON o.id = m.organisation_id
             WHERE a.community_id = $1 ORDER BY s.number, a.source, 6, a.identity",
            params![community],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(AttendanceRecord {
                number: row.get("number")?,
                starts_at: row.get("starts_at")?,
                source: row.get("source")?,
                identity: row.get("identity")?,
                member: row.get("member_id")?,
                name: row.get("name")?,
                email: row.get("email")?,
                organisation: row.get("organisation")?,
                partner: row.get("partner")?,
                role: row.get("part")?,
                minutes: row.get("minutes")?,
                connection: row.get("connection")?,
                country: row.get("country")?,
            })
        })
        .collect()
}
