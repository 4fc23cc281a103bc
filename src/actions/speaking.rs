//! Speakers say what is still missing of their talk, on a page of their own that a private link leads to.

use super::{Actor, Context, Done, Draft, card, people, refused, to_member};
use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::events::reply::Reply;
use crate::domain::events::session::{Appearance, Part, Session, Status};
use crate::domain::ids::{MemberId, SessionId};
use crate::domain::people::consent::{Purpose, Standing};
use crate::domain::people::member::Member;
use crate::domain::people::speaking::{Asked, Said};
use crate::domain::people::told::{PeoplePost, PeopleReply};
use crate::storage::consents::{self, NewConsent};
use crate::storage::speaking::{self, Contribution};
use crate::storage::{StorageError, Tx, appearances, ledger, members, sessions};

/// The way in.
const PAGE: &str = "page";

/// The speakers of a session whom `who` means; all where nobody is named.
async fn speakers(
    tx: &mut Tx,
    ctx: &Context,
    session: &Session,
    who: Option<&str>,
) -> Done<Vec<Appearance>> {
    let mut found = appearances::of_session(tx, &session.id).await?;
    found.retain(|one| one.part == Part::Speaker);
    if let Some(who) = who {
        let named = people::named(tx, ctx, who).await?;
        found.retain(|one| one.member == named.id);
        if found.is_empty() {
            return refused(format!(
                "{} is no speaker of session {number}. To add them: session speaker {number} \"{}\"",
                named.name,
                named.name,
                number = session.number,
            ));
        }
    }
    if found.is_empty() {
        return refused(format!(
            "Session {number} has no speakers yet. To add one: session speaker {number} \"Mei Tanaka\"",
            number = session.number,
        ));
    }
    Ok(found)
}

/// Sends the speakers of a session, or the one who is named, the link to their page, and answers with links for whoever
/// asked. Links that were given before go on.
///
/// # Errors
/// Refused when there is nobody to send one to.
pub async fn give_links(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    who: Option<&str>,
) -> Done<Reply> {
    let found = speakers(tx, ctx, session, who).await?;
    let (mut shown, mut drafts) = (Vec::new(), Vec::new());
    for one in &found {
        let (mint, community) = (&ctx.mint, &ctx.community.id);
        let (id, member) = (&session.id, &one.member);
        let theirs = speaking::give_link(tx, mint, ctx.now, community, id, member).await?;
        shown.push(speaking::give_link(tx, mint, ctx.now, community, id, member).await?);
        drafts.push(Draft {
            not_after: Some(session.ends_at),
            ..ctx.at_once(
                theirs,
                to_member(&one.member),
                Post::People {
                    people: PeoplePost::SpeakerPage,
                },
            )
        });
    }
    ctx.post(tx, drafts).await?;
    ctx.audit(
        tx,
        actor,
        "session page",
        &format!("session {}", session.number),
    )
    .await?;
    Ok(super::identity::answer(PeopleReply::SpeakerPages {
        session: session.id.clone(),
        hashes: shown,
    }))
}

/// Ends the links to the pages of a session's speakers, or of the one who is named.
///
/// # Errors
/// Refused when there is nobody who could have one.
pub async fn end_links(
    tx: &mut Tx,
    ctx: &Context,
    actor: &Actor,
    session: &Session,
    who: Option<&str>,
) -> Done<Reply> {
    let mut links = 0;
    for one in speakers(tx, ctx, session, who).await? {
        links += speaking::end_links(tx, &session.id, &one.member).await?;
    }
    ctx.audit(
        tx,
        actor,
        "session page stop",
        &format!("session {}", session.number),
    )
    .await?;
    Ok(super::identity::answer(PeopleReply::SpeakerPagesEnded {
        links,
    }))
}

/// A speaker's page as it stands.
#[derive(Clone, Debug)]
pub struct Page {
    /// The session.
    pub session: Session,
    /// Who.
    pub member: Member,
    /// What they have said.
    pub said: Contribution,
    /// What they say to being recorded, now.
    pub recording: Standing,
    /// What they say to recording and slides being for everybody, now.
    pub publishing: Standing,
}

impl Page {
    /// What is still asked.
    pub fn missing(&self) -> Vec<Asked> {
        let said = &self.said;
        let open = |standing| matches!(standing, Standing::Open | Standing::Older);
        Asked::ALL
            .iter()
            .copied()
            .filter(|asked| match asked {
                Asked::Title => said.title.is_empty(),
                Asked::Summary => said.summary.is_empty(),
                Asked::Bio => said.bio.is_empty(),
                Asked::Slides => said.slides.is_empty(),
                Asked::Recording => open(self.recording),
                Asked::Publishing => open(self.publishing),
            })
            .collect()
    }
}

/// The page that a link leads to; none when it leads nowhere.
///
/// # Errors
/// What the database says.
pub async fn look(tx: &mut Tx, ctx: &Context, token: &str) -> Result<Option<Page>, StorageError> {
    match speaking::by_token(tx, &ctx.community.id, token).await? {
        Some((session, member)) => page_of(tx, &ctx.community, session, member).await,
        None => Ok(None),
    }
}

/// Somebody's page of a session; none when they do not speak there.
///
/// # Errors
/// What the database says.
pub async fn page_of(
    tx: &mut Tx,
    community: &Community,
    session: SessionId,
    member: MemberId,
) -> Result<Option<Page>, StorageError> {
    let said = speaking::of(tx, &session, &member).await?;
    let answers = consents::of(tx, &member).await?;
    let standing = |purpose| {
        let text = community.settings.consent_text(purpose);
        Standing::of(answers.get(&purpose), &text.version)
    };
    let (recording, publishing) = (standing(Purpose::Recording), standing(Purpose::Publishing));
    let session = sessions::by_id(tx, &session).await?;
    let member = members::by_id(tx, &member).await?;
    Ok(match (session, member, said) {
        (Some(session), Some(member), Some(said)) => Some(Page {
            session,
            member,
            said,
            recording,
            publishing,
        }),
        _ => None,
    })
}

/// Keeps what a speaker says. What they left empty stays as it was; each consent is an answer of its own.
///
/// # Errors
/// Refused when the session does not take place.
pub async fn say(tx: &mut Tx, ctx: &Context, token: &str, new: &Said) -> Done<Option<Page>> {
    let Some(page) = look(tx, ctx, token).await? else {
        return Ok(None);
    };
    if page.session.status != Status::Planned {
        return refused("This session was called off; nothing needs to be written for it.");
    }
    let was = &page.said;
    let keep = |new: &crate::domain::text::UserText, old: &crate::domain::text::UserText| {
        if new.is_empty() {
            old.clone()
        } else {
            new.clone()
        }
    };
    let mut said = Contribution {
        talk: was.talk.clone(),
        title: keep(&new.title, &was.title),
        summary: keep(&new.summary, &was.summary),
        bio: keep(&new.bio, &was.bio),
        slides: match new.slides.as_str() {
            "" => was.slides.clone(),
            slides => slides.to_owned(),
        },
    };
    let of_talk = !(said.title.is_empty() && said.summary.is_empty() && said.slides.is_empty());
    if said.talk.is_none() && of_talk {
        let (mint, session) = (&ctx.mint, &page.session.id);
        said.talk = Some(appearances::add_talk(tx, mint, ctx.now, session, &said.title).await?);
    }
    if said != *was {
        if let Some(talk) = &said.talk {
            speaking::set_talk(tx, talk, &said).await?;
        }
        speaking::set_speaker(tx, &page.session.id, &page.member.id, &said).await?;
        if said.title != was.title {
            card::refresh(tx, ctx, &page.session.id).await?;
        }
        note(tx, ctx, &page, "speaker's page").await?;
    }
    for (purpose, yes, standing) in [
        (Purpose::Recording, new.recording, page.recording),
        (Purpose::Publishing, new.publishing, page.publishing),
    ] {
        let Some(yes) = yes else { continue };
        let same = match standing {
            Standing::Yes => yes,
            Standing::No => !yes,
            Standing::Open | Standing::Older => false,
        };
        if same {
            continue;
        }
        let text = ctx.community.settings.consent_text(purpose);
        let answer = NewConsent {
            member: &page.member.id,
            text: &text,
            yes,
            via: PAGE,
            noted_by: None,
            note: "",
        };
        consents::add(tx, &ctx.mint, ctx.now, &ctx.community.id, answer).await?;
        note(tx, ctx, &page, "consent").await?;
    }
    Ok(look(tx, ctx, token).await?)
}

async fn note(tx: &mut Tx, ctx: &Context, page: &Page, act: &str) -> Result<(), StorageError> {
    let line = ledger::Audit {
        member: Some(&page.member.id),
        account: "",
        via: PAGE,
        act,
        subject: &format!("session {}", page.session.number),
        outcome: "done",
    };
    ledger::audit(tx, &ctx.mint, ctx.now, &ctx.community.id, line).await
}
