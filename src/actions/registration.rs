//! Somebody registers on the public page: a letter asks them whether it was them, and by its link they are a contact with an
//! answer like anybody's. Nothing that strangers type takes a seat or names anybody before that.

use super::{Actor, Context, Done, Draft, Failure, identity, invitation, refused, rsvp};
use crate::domain::country::Country;
use crate::domain::events::post::Post;
use crate::domain::events::rsvp::{Answer, PartStat, Way, ways};
use crate::domain::events::session::Session;
use crate::domain::ids::RegistrationId;
use crate::domain::outbox::Destination;
use crate::domain::people::consent::{Purpose, Standing as Consented};
use crate::domain::people::erasure::KnownBy;
use crate::domain::people::member::{Member, Permission, Standing};
use crate::domain::people::registration::{
    LETTERS, Registrant, TWICE_WITHIN, UNCONFIRMED_AN_HOUR, closed, expires, is_public,
};
use crate::domain::people::told::PeoplePost;
use crate::domain::platform::{Account, Platform};
use crate::storage::consents::{self, NewConsent};
use crate::storage::members::{self, NewMember};
use crate::storage::privacy::erasures;
use crate::storage::registrations::{self, NewRegistration, Registration};
use crate::storage::{StorageError, Tx, accounts, communities, preferences, rsvps, sessions};

/// How a consent was given on a page.
const PAGE: &str = "page";

/// Takes what somebody typed, and writes to them. What they are told is the same whether anybody knows the address or not.
///
/// # Errors
/// Refused when the session takes no registrations, the text that they agreed to is another now, or the address was written
/// to as often as is good.
pub async fn ask(tx: &mut Tx, ctx: &Context, session: &Session, who: &Registrant) -> Done<()> {
    let community = &ctx.community.id;
    if !is_public(session) {
        return refused("There is no such session.");
    }
    if let Some(words) = closed(session, ctx.now) {
        return refused(words);
    }
    let text = ctx.community.settings.consent_text(Purpose::Registering);
    if who.consent != text.version {
        return refused(
            "The text that you agree to was changed meanwhile. Please read it again and press the button once more.",
        );
    }
    let since = ctx.now - TWICE_WITHIN;
    if registrations::was_asked(tx, community, &session.id, &who.email, since).await? {
        return Ok(());
    }
    for (time, most) in LETTERS {
        let since = ctx.now - time;
        if registrations::letters(tx, community, &who.email, since).await? >= most {
            return refused(
                "Several letters went to this address already. Please look for them, also among what was sorted out as \
                 unwanted; tomorrow you can register again.",
            );
        }
    }
    let since = ctx.now - chrono::Duration::hours(1);
    if registrations::unconfirmed(tx, community, since).await? >= UNCONFIRMED_AN_HOUR {
        return refused(
            "Very many people register just now. Please try again in an hour: no seat is lost by it, they are given to those \
             who confirm.",
        );
    }
    // 256 bits, as for calendars.
    let token = format!("{:032x}{:032x}", ctx.mint.random(), ctx.mint.random());
    let new = NewRegistration {
        session: &session.id,
        registrant: who,
        text: &text,
        token: &token,
        expires_at: expires(session, ctx.now),
    };
    let id = registrations::add(tx, &ctx.mint, ctx.now, community, new).await?;
    let to = Destination::Account(account(&who.email.to_string()));
    let letter = Draft {
        not_after: Some(expires(session, ctx.now)),
        ..ctx.at_once(
            id.as_str(),
            to,
            Post::People {
                people: PeoplePost::Registered,
            },
        )
    };
    ctx.post(tx, vec![letter]).await?;
    Ok(())
}

fn account(address: &str) -> Account {
    Account {
        platform: Platform::Email,
        id: address.to_owned(),
    }
}

/// What a link in a letter leads to.
#[derive(Clone, Debug)]
pub struct Found {
    /// The session.
    pub session: Session,
    /// What was typed, or who it became.
    pub registration: Registration,
    /// Who it became, once it was confirmed.
    pub member: Option<Member>,
    /// Their answer.
    pub answer: Option<Answer>,
    /// How many wait before them.
    pub ahead: i64,
}

/// What a link leads to; none when it leads nowhere. Looking changes nothing, since programs follow links too.
///
/// # Errors
/// What the database says.
pub async fn look(tx: &mut Tx, ctx: &Context, token: &str) -> Result<Option<Found>, StorageError> {
    let Some(registration) = registrations::by_token(tx, &ctx.community.id, token).await? else {
        return Ok(None);
    };
    let Some(session) = sessions::by_id(tx, &registration.session).await? else {
        return Ok(None);
    };
    let (mut member, mut answer, mut ahead) = (None, None, 0);
    if let Some(id) = &registration.member {
        member = members::by_id(tx, id).await?;
        answer = rsvps::of(tx, &session.id, id).await?;
        if let Some((place, way)) = answer.and_then(|it| Some((it.place?, it.way))) {
            ahead = rsvps::ahead_of(tx, &session.id, way, place).await?;
        }
    }
    Ok(Some(Found {
        session,
        registration,
        member,
        answer,
        ahead,
    }))
}

/// Confirms a registration, or says something else by its link afterwards. None when the link leads nowhere.
///
/// # Errors
/// Refused when the link has run out, or the session takes no answers any more.
pub async fn say(
    tx: &mut Tx,
    ctx: &Context,
    token: &str,
    partstat: PartStat,
    way: Option<Way>,
) -> Done<Option<Found>> {
    let Some(found) = look(tx, ctx, token).await? else {
        return Ok(None);
    };
    if let Some(words) = closed(&found.session, ctx.now) {
        return refused(words);
    }
    let first = found.member.is_none();
    let (member, way) = match found.member {
        Some(member) => (member, way),
        None if ctx.now >= found.registration.expires_at => {
            return refused(
                "This link has run out, and nothing was kept. Please register once more; it takes half a minute.",
            );
        }
        // Who did not ask for it says so by doing nothing.
        None if partstat != PartStat::Accepted => return refused("Nothing was confirmed."),
        None => {
            let way = way.or(found.registration.way);
            (become_contact(tx, ctx, &found.registration).await?, way)
        }
    };
    let way = way.filter(|way| ways(found.session.mode).contains(way));
    let address = accounts::alive(tx, &member.id).await?.into_iter();
    let account = address.rev().find(|it| it.platform == Platform::Email);
    let actor = Actor {
        account: account.unwrap_or_else(|| account_of_nobody(&found.registration.id)),
        member,
        level: Permission::Guest,
    };
    let said = found.answer.map(|answer| answer.partstat);
    rsvp::answer(tx, ctx, &actor, found.session.clone(), partstat, way).await?;
    if first && said != Some(PartStat::Accepted) {
        invitation::send_to(tx, ctx, &found.session.id, &actor.member.id).await?;
    }
    Ok(look(tx, ctx, token).await?)
}

/// For the audit log, where somebody has taken their address away since.
fn account_of_nobody(id: &RegistrationId) -> Account {
    account(id.as_str())
}

/// Who a registration is from now on: whoever has this mailbox already, or a contact.
async fn become_contact(tx: &mut Tx, ctx: &Context, who: &Registration) -> Result<Member, Failure> {
    let community = &ctx.community.id;
    let Ok(email) = crate::domain::email::Email::parse(&who.address) else {
        return refused("This link has run out. Please register once more.");
    };
    let typed = account(email.as_str());
    let known = registrations::accounts_of(tx, community, &email).await?;
    let member = match known.first() {
        Some(first) => members::by_account(tx, community, first).await?,
        None => None,
    };
    let organisation = match who.organisation.as_str() {
        "" => None,
        name => {
            let (mint, now) = (&ctx.mint, ctx.now);
            Some(communities::organisation_named(tx, mint, now, community, name).await?)
        }
    };
    let id = match &member {
        Some(member) => {
            // What is known of somebody is not changed by what a form says.
            if let (None, Some(organisation)) = (&member.organisation, &organisation) {
                members::set_organisation(tx, &member.id, organisation).await?;
            }
            // Whoever follows a link in a letter reads their mail.
            accounts::set_there(tx, &typed).await?;
            member.id.clone()
        }
        None => {
            let new = NewMember {
                name: who.name.clone(),
                standing: Standing::Contact,
                permission: Permission::Guest,
                organisation,
                joined_at: None,
            };
            let id = members::insert(tx, &ctx.mint, ctx.now, community, &new).await?;
            members::add_account(tx, ctx.now, community, &id, &typed).await?;
            erasures::lift(tx, ctx.now, community, KnownBy::Account(typed)).await?;
            identity::alike::want(tx, ctx).await?;
            id
        }
    };
    let stated = who.country.as_deref().map(Country::parse);
    if let Some(Ok(country)) = stated
        && member.as_ref().is_none_or(|one| one.country.is_none())
    {
        preferences::set_country(tx, community, &id, country).await?;
    }
    consent(tx, ctx, &id, who).await?;
    registrations::confirm(tx, ctx.now, &who.id, &id).await?;
    match members::by_id(tx, &id).await? {
        Some(member) => Ok(member),
        None => Err(StorageError::NotFound.into()),
    }
}

/// Keeps what somebody agreed to, as the text read.
async fn consent(
    tx: &mut Tx,
    ctx: &Context,
    member: &crate::domain::ids::MemberId,
    who: &Registration,
) -> Result<(), StorageError> {
    let said = consents::of(tx, member).await?;
    let mut texts = vec![crate::domain::people::consent::ConsentText {
        purpose: Purpose::Registering,
        version: who.version.clone(),
        text: who.wording.clone(),
    }];
    texts.extend(
        who.news
            .then(|| ctx.community.settings.consent_text(Purpose::Mail)),
    );
    for text in &texts {
        if Consented::of(said.get(&text.purpose), &text.version) == Consented::Yes {
            continue;
        }
        let new = NewConsent {
            member,
            text,
            yes: true,
            via: PAGE,
            noted_by: None,
            note: "",
        };
        consents::add(tx, &ctx.mint, ctx.now, &ctx.community.id, new).await?;
    }
    Ok(())
}
