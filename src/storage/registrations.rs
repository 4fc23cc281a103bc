//! People who register on the public page: until it is confirmed what they typed, afterwards the link by which they change it.

use super::calendar_links::hash_of;
use super::{Row, StorageError, Tx};
use crate::domain::country::Country;
use crate::domain::email::Email;
use crate::domain::events::rsvp::Way;
use crate::domain::ids::{CommunityId, MemberId, Mint, RegistrationId, SessionId};
use crate::domain::people::consent::ConsentText;
use crate::domain::people::registration::Registrant;
use crate::domain::platform::{Account, Platform};
use crate::domain::text::UserText;
use crate::domain::time::Instant;

/// A registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// For which session.
    pub session: SessionId,
    /// Who it became, once it is confirmed.
    pub member: Option<MemberId>,
    /// The address that was typed; empty once it is confirmed.
    pub address: String,
    /// The name.
    pub name: UserText,
    /// Where they work.
    pub organisation: UserText,
    /// Their country.
    pub country: Option<String>,
    /// How they take part.
    pub way: Option<Way>,
    /// Whether they want news by mail.
    pub news: bool,
    /// The version of the text that was agreed to.
    pub version: String,
    /// How that text reads.
    pub wording: String,
    /// Until when it can be confirmed.
    pub expires_at: Instant,
}

macro_rules! concat_fields {
    ($rest:literal) => {
        concat!(
            "SELECT id, session_id, member_id, address, name, organisation, country, way, news, version, wording, expires_at",
            $rest
        )
    };
}

fn registration(row: &Row) -> Result<Registration, StorageError> {
    Ok(Registration {
        id: row.get("id")?,
        session: row.get("session_id")?,
        member: row.get("member_id")?,
        address: row.get("address")?,
        name: row.get("name")?,
        organisation: row.get("organisation")?,
        country: row.get("country")?,
        way: row.get("way")?,
        news: row.get("news")?,
        version: row.get("version")?,
        wording: row.get("wording")?,
        expires_at: row.get("expires_at")?,
    })
}

/// What is kept of somebody who registers, besides who they are.
#[derive(Clone, Copy, Debug)]
pub struct NewRegistration<'a> {
    /// For which session.
    pub session: &'a SessionId,
    /// Who.
    pub registrant: &'a Registrant,
    /// What they agreed to.
    pub text: &'a ConsentText,
    /// What the link in their letter ends in.
    pub token: &'a str,
    /// Until when it can be followed.
    pub expires_at: Instant,
}

/// Keeps what somebody typed.
///
/// # Errors
/// What the database says.
pub async fn add(
    tx: &mut Tx,
    mint: &Mint,
    now: Instant,
    community: &CommunityId,
    new: NewRegistration<'_>,
) -> Result<RegistrationId, StorageError> {
    let id = RegistrationId::new(mint.ulid(now));
    let who = new.registrant;
    tx.run(
        "INSERT INTO registrations (id, community_id, session_id, hash, unsent, address, mailbox, name, organisation,
             country, way, news, version, wording, asked_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            id,
            community,
            new.session,
            hash_of(new.token),
            new.token,
            who.email.as_str(),
            who.email.mailbox().likeness(),
            who.name,
            who.organisation,
            who.country.map(Country::code),
            who.way,
            who.news,
            new.text.version.as_str(),
            new.text.text.as_str(),
            now,
            new.expires_at
        ],
    )
    .await?;
    Ok(id)
}

/// How many letters a mailbox was written since `since` that were not followed.
///
/// # Errors
/// What the database says.
pub async fn letters(
    tx: &mut Tx,
    community: &CommunityId,
    email: &Email,
    since: Instant,
) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM registrations WHERE community_id = $1 AND mailbox = $2 AND asked_at > $3
             AND confirmed_at IS NULL",
        params![community, email.mailbox().likeness(), since],
    )
    .await?
    .get("n")
}

/// How many people registered since `since` and have not confirmed it.
///
/// # Errors
/// What the database says.
pub async fn unconfirmed(
    tx: &mut Tx,
    community: &CommunityId,
    since: Instant,
) -> Result<i64, StorageError> {
    tx.one(
        "SELECT count(*) AS n FROM registrations WHERE community_id = $1 AND asked_at > $2 AND confirmed_at IS NULL",
        params![community, since],
    )
    .await?
    .get("n")
}

/// Whether this address was registered for a session since `since`, and not confirmed.
///
/// # Errors
/// What the database says.
pub async fn was_asked(
    tx: &mut Tx,
    community: &CommunityId,
    session: &SessionId,
    email: &Email,
    since: Instant,
) -> Result<bool, StorageError> {
    let row = tx
        .opt(
            "SELECT id FROM registrations WHERE community_id = $1 AND mailbox = $2 AND asked_at > $3
                 AND confirmed_at IS NULL AND session_id = $4 AND address = $5 LIMIT 1",
            params![
                community,
                email.mailbox().likeness(),
                since,
                session,
                email.as_str()
            ],
        )
        .await?;
    Ok(row.is_some())
}

/// The registration that a link leads to.
///
/// # Errors
/// What the database says.
pub async fn by_token(
    tx: &mut Tx,
    community: &CommunityId,
    token: &str,
) -> Result<Option<Registration>, StorageError> {
    let row = tx
        .opt(
            concat_fields!(" FROM registrations WHERE hash = $1 AND community_id = $2"),
            params![hash_of(token), community],
        )
        .await?;
    row.as_ref().map(registration).transpose()
}

/// A registration with what its link ends in, while it was not posted.
///
/// # Errors
/// What the database says.
pub async fn unsent(
    tx: &mut Tx,
    id: &RegistrationId,
) -> Result<Option<(Registration, String)>, StorageError> {
    let row = tx
        .opt(
            concat_fields!(", unsent FROM registrations WHERE id = $1 AND unsent <> ''"),
            params![id],
        )
        .await?;
    row.map(|row| Ok((registration(&row)?, row.get("unsent")?)))
        .transpose()
}

/// Forgets what a link ends in once it was posted; its hash stays.
///
/// # Errors
/// What the database says.
pub async fn forget_text(tx: &mut Tx, id: &RegistrationId) -> Result<(), StorageError> {
    tx.run(
        "UPDATE registrations SET unsent = '' WHERE id = $1",
        params![id],
    )
    .await?;
    Ok(())
}

/// Notes who a registration became. What was typed goes.
///
/// # Errors
/// What the database says.
pub async fn confirm(
    tx: &mut Tx,
    now: Instant,
    id: &RegistrationId,
    member: &MemberId,
) -> Result<(), StorageError> {
    tx.run(
        "UPDATE registrations SET member_id = $2, confirmed_at = $3, unsent = '', address = '', mailbox = '', name = '',
             organisation = '', country = NULL WHERE id = $1",
        params![id, member, now],
    )
    .await?;
    Ok(())
}

/// The accounts with addresses that lead to the same mailbox as this one, that one itself first.
///
/// # Errors
/// What the database says.
pub async fn accounts_of(
    tx: &mut Tx,
    community: &CommunityId,
    email: &Email,
) -> Result<Vec<Account>, StorageError> {
    let mailbox = email.mailbox();
    // Every spelling begins with the same letter, and the index gives those of one letter.
    let first = mailbox.person().chars().next().unwrap_or('a');
    let next = char::from_u32(u32::from(first) + 1).unwrap_or('\u{10FFFF}');
    let name = mailbox.likeness().split('@').next().unwrap_or_default();
    let rows = tx
        .all(
            "SELECT account FROM accounts WHERE community_id = $1 AND platform = 'email' AND account >= $2
                 AND account < $3 AND replace(replace(replace(account, '.', ''), '-', ''), '_', '') LIKE $4",
            params![
                community,
                first.to_string(),
                next.to_string(),
                format!("{name}%")
            ],
        )
        .await?;
    let mut found = Vec::new();
    for row in &rows {
        let id: String = row.get("account")?;
        if Email::parse(&id).is_ok_and(|it| it.mailbox().person() == mailbox.person()) {
            found.push(Account {
                platform: Platform::Email,
                id,
            });
        }
    }
    found.sort_by_key(|account| account.id != email.as_str());
    Ok(found)
}

/// Forgets what was typed under these addresses and never confirmed.
///
/// # Errors
/// What the database says.
pub async fn forget(
    tx: &mut Tx,
    community: &CommunityId,
    addresses: &[String],
) -> Result<(), StorageError> {
    for address in addresses {
        tx.run(
            "DELETE FROM registrations WHERE community_id = $1 AND address = $2",
            params![community, address],
        )
        .await?;
    }
    Ok(())
}
