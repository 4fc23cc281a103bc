//! Somebody says what they allow, or takes it back; an organiser writes down what was said elsewhere.

use crate::actions::{Actor, Context, Done, card, refused, rsvp};
use crate::domain::events::session::Session;
use crate::domain::ids::MemberId;
use crate::domain::people::consent::{ConsentReply, NOTED, Purpose, Standing};
use crate::domain::people::member::{Member, Standing as Belongs};
use crate::domain::text::UserText;
use crate::storage::consents::{self, NewConsent};
use crate::storage::privacy::traces;
use crate::storage::{StorageError, Tx, appearances, sessions};

/// Somebody says yes or no for themself: to the version whose button they pressed, or to the one in force.
///
/// # Errors
/// Refused when they say yes to a text that is another one now.
pub async fn say(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    purpose: Purpose,
    yes: bool,
    version: &str,
) -> Done<ConsentReply> {
    let text = ctx.community.settings.consent_text(purpose);
    if yes && !version.is_empty() && !version.eq_ignore_ascii_case(&text.version) {
        return refused(format!(
            "That was another text; it is version {} now. “consent {purpose}” shows it.",
            text.version
        ));
    }
    let member = &actor.member.id;
    let before = consents::of(tx, member).await?;
    let before = before.get(&purpose);
    let again = match Standing::of(before, &text.version) {
        Standing::Yes => yes,
        Standing::No => !yes,
        Standing::Open | Standing::Older => false,
    };
    if !again {
        let new = NewConsent {
            member,
            text: &text,
            yes,
            via: actor.account.platform.as_str(),
            noted_by: None,
            note: "",
        };
        consents::add(tx, &ctx.mint, ctx.now, &ctx.community.id, new).await?;
        ctx.audit(tx, actor, "consent", purpose.as_str()).await?;
        if purpose == Purpose::Registering && !yes {
            give_up_seats(tx, ctx, actor).await?;
        }
    }
    Ok(ConsentReply::Said { purpose, again })
}

/// Who does not want to be known as registered is registered for nothing any more; members answer as such.
async fn give_up_seats(tx: &mut Tx, ctx: &Context, actor: &Actor) -> Done<()> {
    if actor.member.standing == Belongs::Member {
        return Ok(());
    }
    let them = std::slice::from_ref(&actor.member.id);
    let (answered, _) = traces::to_come(tx, ctx.now, &actor.member.id).await?;
    for id in &answered {
        if let Some(session) = sessions::by_id(tx, id).await? {
            rsvp::take_back(tx, ctx, session, them).await?;
            card::refresh(tx, ctx, id).await?;
        }
    }
    Ok(())
}

/// An organiser writes down what somebody said, and how.
///
/// # Errors
/// Refused when it is not said how.
pub async fn note(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    member: &Member,
    purpose: Purpose,
    yes: bool,
    how: &UserText,
) -> Done<ConsentReply> {
    if how.is_empty() {
        return refused(
            "Say how they said it, for example: consent note \"Mei Tanaka\" recording yes Signed the form",
        );
    }
    let text = ctx.community.settings.consent_text(purpose);
    let new = NewConsent {
        member: &member.id,
        text: &text,
        yes,
        via: NOTED,
        noted_by: Some(&actor.member.id),
        note: how.as_str(),
    };
    consents::add(tx, &ctx.mint, ctx.now, &ctx.community.id, new).await?;
    ctx.audit(tx, actor, "consent note", purpose.as_str())
        .await?;
    Ok(ConsentReply::Noted {
        member: member.id.clone(),
        purpose,
        yes,
    })
}

/// Of those who have a part in a session: who did not allow that it is recorded, and whether they said so.
///
/// # Errors
/// What the database says.
pub async fn not_recorded(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
) -> Result<Vec<(UserText, Standing)>, StorageError> {
    let mut cast: Vec<(MemberId, UserText)> = Vec::new();
    for one in appearances::of_session(tx, &session.id).await? {
        if !cast.iter().any(|(known, _)| *known == one.member) {
            cast.push((one.member, one.name));
        }
    }
    standings(tx, ctx, Purpose::Recording, &cast)
        .await
        .map(|mut found| {
            found.retain(|(_, standing)| *standing != Standing::Yes);
            found
        })
}

/// What each of `people` says to a purpose now.
///
/// # Errors
/// What the database says.
pub async fn standings(
    tx: &mut Tx,
    ctx: &Context,
    purpose: Purpose,
    people: &[(MemberId, UserText)],
) -> Result<Vec<(UserText, Standing)>, StorageError> {
    let version = ctx.community.settings.consent_text(purpose).version;
    let ids: Vec<MemberId> = people.iter().map(|(id, _)| id.clone()).collect();
    let said = consents::among(tx, purpose, &ids).await?;
    let told = people.iter().map(|(id, name)| {
        let standing = Standing::of(said.get(id), &version);
        (name.clone(), standing)
    });
    Ok(told.collect())
}
