//! What the demo's speakers allow, and where their slides are: most are named and give everything to everybody, some do not.

use crate::actions::{Context, Done};
use crate::domain::events::session::Part;
use crate::domain::people::consent::Purpose;
use crate::storage::consents::{self, NewConsent};
use crate::storage::speaking::{self, Contribution};
use crate::storage::{Tx, appearances, sessions};

/// Every so manyth speaker keeps their recording and slides to the community.
const KEEPS: usize = 7;

/// Writes down what speakers said on the form of the session they spoke at.
pub(super) async fn allow(tx: &mut Tx, ctx: &Context) -> Done<()> {
    let community = &ctx.community;
    let mut all = sessions::public_held(tx, &community.id, ctx.now, 100).await?;
    all.extend(sessions::public_to_come(tx, &community.id, ctx.now, 100).await?);
    let mut turn = 0;
    for session in all {
        for one in appearances::of_session(tx, &session.id).await? {
            if one.part != Part::Speaker {
                continue;
            }
            turn += 1;
            let said = consents::of(tx, &one.member).await?;
            for (purpose, yes) in [
                (Purpose::Listed, true),
                (Purpose::Recording, true),
                (Purpose::Publishing, turn % KEEPS != 0),
            ] {
                if said.contains_key(&purpose) {
                    continue;
                }
                let text = community.settings.consent_text(purpose);
                let new = NewConsent {
                    member: &one.member,
                    text: &text,
                    yes,
                    via: "page",
                    noted_by: None,
                    note: "",
                };
                consents::add(tx, &ctx.mint, session.planned_at, &community.id, new).await?;
            }
            let known = speaking::of(tx, &session.id, &one.member).await?;
            if let Some(Contribution {
                talk: Some(talk),
                title,
                summary,
                bio,
                ..
            }) = known
                && session.ends_at <= ctx.now
            {
                let slides = format!("https://slides.example/{}/{turn}", session.number);
                let said = Contribution {
                    talk: Some(talk.clone()),
                    title,
                    summary,
                    bio,
                    slides,
                };
                speaking::set_talk(tx, &talk, &said).await?;
            }
        }
    }
    Ok(())
}
