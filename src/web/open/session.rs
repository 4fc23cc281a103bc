//! `/session/NUMBER`: one session, and the form by which strangers register for it.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;

use super::home::Head;
use super::load;
use super::told::{self, Told, told};
use crate::actions::{Failure, registration};
use crate::domain::country::Country;
use crate::domain::events::session::{Mode, Session};
use crate::domain::people::consent::Purpose;
use crate::domain::people::registration::{Form, Problem as Wrong, Registrant};
use crate::web::shown::{Answer, Problem, page as answer, with_status};
use crate::web::visit::{Fields, Visit};

/// A choice of a list.
struct Choice {
    code: &'static str,
    name: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "open/session.html")]
struct Page {
    head: Head,
    told: Told,
    letters: bool,
    both: bool,
    form: Form,
    wrong: Vec<Wrong>,
    /// What went wrong with all of it.
    refused: String,
    countries: Vec<Choice>,
    consent: (String, String),
    news: String,
}

impl Page {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> &str {
        let found = self.wrong.iter().find(|(one, _)| one.as_str() == field);
        found.map_or("", |(_, words)| words.as_str())
    }
}

#[derive(Template)]
#[template(path = "open/asked.html")]
struct Asked {
    head: Head,
    told: Told,
    address: String,
}

/// What somebody typed.
fn typed(fields: &Fields) -> Form {
    Form {
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_owned(),
        organisation: fields.get("organisation").to_owned(),
        country: fields.get("country").to_owned(),
        way: fields.get("way").to_owned(),
        consent: fields.get("consent").to_owned(),
        news: fields.get("news").to_owned(),
    }
}

/// The session that a path names, as strangers may see it.
async fn find(visit: &Visit) -> Result<(Session, Told, String), Problem> {
    let number = visit.part("number").parse().map_err(|_| Problem::Nothing)?;
    let (community, now) = (Arc::clone(&visit.community), visit.now);
    let found =
        visit.read(move |tx| Box::pin(async move { load::one(tx, &community, number, now).await }));
    let (view, public) = found.await?.ok_or(Problem::Nothing)?;
    let told = told(&view, &public, &visit.community, now);
    let data = told::for_script(&told::event(&view, &public, &visit.community));
    Ok((view.session, told, data))
}

fn head(visit: &Visit, told: &Told, data: String) -> Head {
    let path = format!("/session/{}", told.number);
    let mut head = Head::of(visit, &told.name, &path);
    head.about = format!(
        "{}, {} {} {} {}, {}. {}",
        told.weekday, told.day, told.month, told.year, told.hours, told.mode, head.community
    );
    head.data = data;
    head.listed = true;
    head
}

/// The page.
pub(super) async fn look(visit: Visit) -> Answer {
    let (session, told, data) = find(&visit).await?;
    let page = form(&visit, &session, told, data, Form::default());
    answer(&page)
}

fn form(visit: &Visit, session: &Session, told: Told, data: String, form: Form) -> Page {
    let settings = &visit.community.settings;
    let consent = settings.consent_text(Purpose::Registering);
    let chosen = Country::parse(&form.country).ok();
    let mut countries: Vec<Choice> = Country::all()
        .map(|country| Choice {
            code: country.code(),
            name: country.name(),
            chosen: Some(country) == chosen,
        })
        .collect();
    countries.sort_by_key(|one| one.name);
    Page {
        head: head(visit, &told, data),
        told,
        letters: settings.mail_from.is_some(),
        both: session.mode == Mode::Both,
        form,
        wrong: Vec::new(),
        refused: String::new(),
        countries,
        consent: (consent.version, consent.text),
        news: settings.consent_text(Purpose::Mail).text,
    }
}

/// Somebody registers.
pub(super) async fn register(visit: Visit) -> Answer {
    let (session, told, data) = find(&visit).await?;
    let typed = typed(&visit.form);
    if visit.community.settings.mail_from.is_none() {
        return Err(Problem::Nothing);
    }
    let who: Registrant = match typed.read(session.mode) {
        Ok(who) => who,
        Err(wrong) => {
            let mut page = form(&visit, &session, told, data, typed);
            page.wrong = wrong;
            return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (ctx, about, them) = (visit.context(), session.clone(), who.clone());
    let asked =
        visit.site.parts.db.write(move |tx| {
            Box::pin(async move { registration::ask(tx, &ctx, &about, &them).await })
        });
    match asked.await {
        Ok(()) => {}
        Err(Failure::Refused(refused)) => {
            let mut page = form(&visit, &session, told, data, typed);
            page.refused = refused.0;
            return with_status(StatusCode::CONFLICT, &page);
        }
        Err(Failure::Storage(error)) => return Err(error.into()),
    }
    (visit.site.parts.wake)();
    let mut head = head(&visit, &told, String::new());
    head.title = "Look into your mail".to_owned();
    head.listed = false;
    answer(&Asked {
        head,
        told,
        address: who.email.to_string(),
    })
}
