//! `/speaker/TOKEN`: a speaker's own page, by a private link and without an account. It asks for what is missing; what is there
//! can be changed.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;

use super::home::Head;
use super::load;
use super::told::{Told, told};
use crate::actions::Failure;
use crate::actions::speaking::{self, Page};
use crate::domain::people::consent::{Purpose, Standing};
use crate::domain::people::speaking::{Asked, Mistake, SpeakerForm};
use crate::web::follow::load::views;
use crate::web::shown::{Answer, Problem, go_to, page as answer, with_status};
use crate::web::visit::{Fields, Visit};
use crate::words::view::SessionView;

/// A text that is asked.
struct Text {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    long: bool,
    /// What is there.
    there: String,
    /// What was typed and not taken.
    typed: String,
    wrong: String,
}

/// Something that is allowed or not.
struct Choice {
    name: &'static str,
    question: &'static str,
    text: String,
    /// What was said: `yes`, `no`, or nothing.
    said: &'static str,
    typed: String,
}

#[derive(Template)]
#[template(path = "open/speaker.html")]
struct SpeakerPage {
    head: Head,
    told: Told,
    token: String,
    name: String,
    texts: Vec<Text>,
    choices: Vec<Choice>,
    missing: usize,
    saved: bool,
    wrong: bool,
    refused: String,
}

fn typed(fields: &Fields) -> SpeakerForm {
    SpeakerForm {
        title: fields.get("title").to_owned(),
        summary: fields.get("summary").to_owned(),
        bio: fields.get("bio").to_owned(),
        slides: fields.get("slides").to_owned(),
        recording: fields.get("recording").to_owned(),
        publishing: fields.get("publishing").to_owned(),
    }
}

/// What was typed, and what became of it.
#[derive(Default)]
struct Tried {
    form: SpeakerForm,
    wrong: Vec<Mistake>,
    refused: String,
}

async fn shown(visit: &Visit, page: Page, tried: Tried) -> Result<SpeakerPage, Problem> {
    let (community, now) = (Arc::clone(&visit.community), visit.now);
    let session = page.session.clone();
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let mut views = views(tx, vec![session]).await?;
            let public = load::public(tx, &community, &views).await?;
            Ok((views.pop(), public))
        })
    });
    let (view, public) = read.await?;
    let view: SessionView = view.ok_or(Problem::Nothing)?;
    let told = told(&view, &public, &visit.community, now);
    let (missing, form) = (page.missing().len(), &tried.form);
    let wrong = |asked: Asked| {
        let found = tried.wrong.iter().find(|(field, _)| *field == asked);
        found.map(|(_, words)| words.clone()).unwrap_or_default()
    };
    let text = |asked: Asked, label, hint, long, there: &str, typed: &str| Text {
        name: asked.as_str(),
        label,
        hint,
        long,
        there: there.to_owned(),
        typed: typed.to_owned(),
        wrong: wrong(asked),
    };
    let said = &page.said;
    let texts = vec![
        text(
            Asked::Title,
            "Title of your talk",
            "",
            false,
            said.title.as_str(),
            &form.title,
        ),
        text(
            Asked::Summary,
            "What it is about",
            "A paragraph for those who wonder whether to come.",
            true,
            said.summary.as_str(),
            &form.summary,
        ),
        text(
            Asked::Bio,
            "Who you are",
            "Some sentences, as the host may read them out. It is shown in public only if you allow that you are named.",
            true,
            said.bio.as_str(),
            &form.bio,
        ),
        text(
            Asked::Slides,
            "Your slides",
            "An address at which they can be opened, once there is one.",
            false,
            &said.slides,
            &form.slides,
        ),
    ];
    let settings = &visit.community.settings;
    let choice = |purpose, asked: Asked, question, standing, typed: &str| Choice {
        name: asked.as_str(),
        question,
        text: settings.consent_text(purpose).text,
        said: match standing {
            Standing::Yes => "yes",
            Standing::No => "no",
            Standing::Open | Standing::Older => "",
        },
        typed: typed.to_owned(),
    };
    let choices = vec![
        choice(
            Purpose::Recording,
            Asked::Recording,
            "May your talk be recorded?",
            page.recording,
            &form.recording,
        ),
        choice(
            Purpose::Publishing,
            Asked::Publishing,
            "May everybody see the recording and your slides?",
            page.publishing,
            &form.publishing,
        ),
    ];
    Ok(SpeakerPage {
        head: Head::of(visit, "Your talk", "/"),
        told,
        token: visit.part("token").to_owned(),
        name: page.member.name.to_string(),
        texts,
        choices,
        missing,
        saved: visit.query.get("saved") == "1",
        wrong: !tried.wrong.is_empty(),
        refused: tried.refused,
    })
}

async fn find(visit: &Visit) -> Result<Page, Problem> {
    let (ctx, token) = (visit.context(), visit.part("token").to_owned());
    let found =
        visit.read(move |tx| Box::pin(async move { speaking::look(tx, &ctx, &token).await }));
    found.await?.ok_or(Problem::Nothing)
}

/// The page.
pub(super) async fn look(visit: Visit) -> Answer {
    let page = find(&visit).await?;
    answer(&shown(&visit, page, Tried::default()).await?)
}

/// Keeps what the speaker says.
pub(super) async fn say(visit: Visit) -> Answer {
    let form = typed(&visit.form);
    let said = match form.read() {
        Ok(said) => said,
        Err(wrong) => {
            let page = find(&visit).await?;
            let tried = Tried {
                form,
                wrong,
                ..Tried::default()
            };
            let page = shown(&visit, page, tried).await?;
            return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (ctx, token) = (visit.context(), visit.part("token").to_owned());
    let kept = visit
        .site
        .parts
        .db
        .write(move |tx| Box::pin(async move { speaking::say(tx, &ctx, &token, &said).await }));
    match kept.await {
        Ok(found) => drop(found.ok_or(Problem::Nothing)?),
        Err(Failure::Refused(refused)) => {
            let page = find(&visit).await?;
            let tried = Tried {
                form,
                refused: refused.0,
                ..Tried::default()
            };
            let page = shown(&visit, page, tried).await?;
            return with_status(StatusCode::CONFLICT, &page);
        }
        Err(Failure::Storage(error)) => return Err(error.into()),
    }
    (visit.site.parts.wake)();
    go_to(&format!("{}?saved=1", visit.path))
}
