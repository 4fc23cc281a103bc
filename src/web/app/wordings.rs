//! The words of what the bot says: each message with its usual text, its placeholders and how it reads now. Other words are
//! looked at before they are used.

use askama::Template;

use super::ORGANISER;
use super::acts::{button, form, showing};
use crate::domain::people::member::Permission;
use crate::storage::{StorageError, Tx, appearances, sessions, wordings};
use crate::web::routes::{Route, get};
use crate::web::said::shown;
use crate::web::shown::{Answer, Fragment, Frame, Problem, page};
use crate::web::visit::{Fields, Visit};
use crate::words::time;
use crate::words::view::{Reader, SessionView};
use crate::words::wording::example::example;
use crate::words::wording::{ALL, Wordings, named};

/// How many versions are shown.
const VERSIONS: i64 = 12;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/app/wordings", ORGANISER, |visit| Box::pin(list(visit))),
        get("/app/wordings/{name}", ORGANISER, |visit| {
            Box::pin(one(visit))
        }),
    ]
}

#[derive(Template)]
#[template(path = "app/wordings.html")]
struct WordingsPage {
    frame: Frame,
    wordings: Vec<(&'static str, String, bool)>,
}

/// What a message is for, as a line of a list begins.
fn capitalised(about: &str) -> String {
    let mut letters = about.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

async fn list(visit: Visit) -> Answer {
    let community = visit.community.id.clone();
    let own = visit
        .read(move |tx| Box::pin(async move { wordings::in_force(tx, &community).await }))
        .await?;
    let wordings = ALL.iter().map(|wording| {
        let is_own = own.iter().any(|(name, _)| name == wording.name);
        (wording.name, capitalised(wording.about), is_own)
    });
    page(&WordingsPage {
        frame: visit.frame("Wording"),
        wordings: wordings.collect(),
    })
}

#[derive(Template)]
#[template(path = "app/wording.html")]
struct WordingPage {
    frame: Frame,
    name: &'static str,
    example: Fragment,
    about_session: Option<i64>,
    usual: &'static str,
    own: bool,
    places: Vec<(String, &'static str, String, bool)>,
    form: Option<Fragment>,
    reset: Option<Fragment>,
    versions: Vec<(String, String, String)>,
}

/// A session to come, to show what a message would say of it.
async fn to_come(
    tx: &mut Tx,
    community: &crate::domain::ids::CommunityId,
    now: crate::domain::time::Instant,
) -> Result<Option<SessionView>, StorageError> {
    let Some(session) = sessions::next(tx, community, None, now).await? else {
        return Ok(None);
    };
    Ok(Some(SessionView {
        appearances: appearances::of_session(tx, &session.id).await?,
        talks: appearances::talks(tx, &session.id).await?,
        agenda: None,
        session,
        prepared: None,
    }))
}

async fn one(visit: Visit) -> Answer {
    let wording = named(visit.part("name")).map_err(|_| Problem::Nothing)?;
    let (community, now) = (visit.community.id.clone(), visit.now);
    let read = visit.read(move |tx| {
        Box::pin(async move {
            let own = wordings::in_force(tx, &community).await?;
            let versions = wordings::history(tx, &community, wording.name, VERSIONS).await?;
            Ok((own, versions, to_come(tx, &community, now).await?))
        })
    });
    let (own, versions, view) = read.await?;
    let current = own.iter().find(|(name, _)| name == wording.name);
    let current = current.map(|(_, text)| text.clone());
    let reader = Reader {
        zones: visit.community.zones(),
        prefix: "".into(),
        now,
        name: Some(visit.signed()?.member.name.clone()),
        wordings: Wordings::of(own),
    };
    let back = visit.link(&format!("/app/wordings/{}", wording.name));
    let may = visit.signed()?.level >= Permission::Deputy;
    let values = [current.clone().unwrap_or_default()];
    let holding = |act| {
        let name = Fields::default().with("name", wording.name);
        showing(act, name, &values)
    };
    // The usual text where there is no other.
    let preset = holding("wording-set").with("text", wording.text);
    page(&WordingPage {
        frame: visit.frame(capitalised(wording.about)),
        name: wording.name,
        example: shown(&example(wording, view.as_ref(), &reader))?,
        about_session: view.as_ref().map(|view| view.session.number),
        usual: wording.text,
        own: current.is_some(),
        places: wording
            .places()
            .map(|place| {
                let needed = wording.must.iter().any(|must| must.name == place.name);
                (
                    format!("{{{}}}", place.name),
                    place.about,
                    place.example.to_owned(),
                    needed,
                )
            })
            .collect(),
        form: match may {
            true => Some(form(&visit, "wording-set", &preset, &[], &back)?.written()?),
            false => None,
        },
        reset: match may && current.is_some() {
            true => Some(button(
                &visit,
                "wording-reset",
                &holding("wording-reset"),
                "Use the usual words again",
                &back,
            )?),
            false => None,
        },
        versions: versions
            .into_iter()
            .map(|version| {
                let by = version
                    .typed_by
                    .map_or_else(String::new, |name| name.to_string());
                (
                    time::short(version.typed_at, visit.community.zone),
                    by,
                    version.text,
                )
            })
            .collect(),
    })
}
