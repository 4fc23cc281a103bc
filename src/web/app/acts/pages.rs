//! The form of each act on a page of its own, and what comes of it. What is done is told on the page that one came from;
//! what many would hear of is shown first, with its buttons; what was refused is shown with the form as it was filled in.

use askama::Template;
use axum::http::StatusCode;

use super::changes::{self, changed, opened, seen_in};
use super::{ACTS, Act, Kind};
use crate::chat::command::{self, Command};
use crate::chat::{Block, Message, Outcome};
use crate::domain::people::member::Permission;
use crate::storage::series;
use crate::web::app::{ORGANISER, told};
use crate::web::forms::{Field, Form};
use crate::web::routes::{Route, Who, get, post};
use crate::web::said::{said, shown};
use crate::web::shown::{Answer, Fragment, Frame, Problem, page, with_status};
use crate::web::visit::{Fields, Visit};

/// Where the form of an act is, below the community.
fn path(act: &Act) -> String {
    format!("/app/do/{}", act.name)
}

pub(in crate::web::app) fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for act in ACTS {
        let least = act.spec().map_or(Permission::Manager, |spec| spec.level);
        let who = Who::AtLeast(least.max(Permission::Organiser));
        routes.push(get(path(act), who, |visit| Box::pin(show(visit))));
        routes.push(post(path(act), who, |visit| Box::pin(do_it(visit))));
    }
    routes.push(post("/app/press", ORGANISER, |visit| {
        Box::pin(press(visit))
    }));
    routes
}

#[derive(Template)]
#[template(path = "app/act.html")]
struct ActPage {
    frame: Frame,
    words: &'static str,
    form: Fragment,
    back: String,
}

#[derive(Template)]
#[template(path = "app/answer.html")]
struct AnswerPage {
    frame: Frame,
    said: Fragment,
    back: String,
}

/// The act that the path names.
fn act_of(visit: &Visit) -> Result<&'static Act, Problem> {
    let name = visit.path.rsplit('/').next().unwrap_or_default();
    Act::named(name).ok_or(Problem::Nothing)
}

/// The page that a form leads back to: one of ours, or the season.
fn back_of(visit: &Visit, fields: &Fields) -> String {
    let back = fields.get("back");
    let fine = back.starts_with(&visit.link("/app"))
        && back.len() < 300
        && back
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    match fine {
        true => back.to_owned(),
        false => visit.link("/app"),
    }
}

/// The series of the community, to choose from.
pub(in crate::web::app) async fn series_of(
    visit: &Visit,
) -> Result<Vec<(String, String)>, Problem> {
    let community = visit.community.id.clone();
    let all = visit
        .read(move |tx| Box::pin(async move { series::all(tx, &community).await }))
        .await?;
    Ok(all
        .into_iter()
        .map(|series| (series.slug, series.title.to_string()))
        .collect())
}

/// The form of an act as it stands on a page; sent, it leads back to `back`. The values of `preset` are in it, and what
/// is needed and known from there is not asked for.
pub(in crate::web::app) fn form(
    visit: &Visit,
    name: &str,
    preset: &Fields,
    series: &[(String, String)],
    back: &str,
) -> Result<Form, Problem> {
    let act = Act::named(name).ok_or(Problem::Nothing)?;
    // Several forms of one act may stand on a page.
    let id = format!("{}-{}", act.name, &visit.once()[..8]);
    let mut form = Form::new(visit, id, visit.link(&path(act)))
        .submit(act.submit)
        .field(Field::hidden("back", back));
    form.danger = act.danger;
    if let Some(changes) = changes::of(act.name) {
        let asked = |name: &str| act.asks.iter().any(|ask| ask.name == name);
        let unasked = changes.by.iter().filter(|name| !asked(name));
        for name in unasked.copied().chain(["seen"]) {
            let value = preset.raw(name);
            if !value.is_empty() {
                form.fields.push(Field::hidden(name, value));
            }
        }
    }
    form.fields.extend(act.fields(preset, series));
    Ok(form)
}

pub(super) async fn choices(visit: &Visit, act: &Act) -> Result<Vec<(String, String)>, Problem> {
    match act.asks.iter().any(|ask| ask.kind == Kind::Series) {
        true => series_of(visit).await,
        false => Ok(Vec::new()),
    }
}

fn words(act: &Act) -> &'static str {
    let does = act.spec().map_or("", |spec| spec.does);
    // "Plans a series." below "Plan a series" says nothing.
    let said = does.trim_end_matches('.').replacen("s ", " ", 1);
    match said.eq_ignore_ascii_case(act.title) {
        true => "",
        false => does,
    }
}

async fn show(visit: Visit) -> Answer {
    let act = act_of(&visit)?;
    let series = choices(&visit, act).await?;
    let back = back_of(&visit, &visit.query);
    let preset = opened(&visit, act).await?;
    let form = form(&visit, act.name, &preset, &series, &back)?;
    page(&ActPage {
        frame: visit.frame(act.title),
        words: words(act),
        form: form.written()?,
        back,
    })
}

async fn do_it(visit: Visit) -> Answer {
    let act = act_of(&visit)?;
    let back = back_of(&visit, &visit.form);
    let command = match act.command(&visit.form) {
        Ok(command) => command,
        Err(why) => return again(&visit, act, &back, &Message::text(why)).await,
    };
    let seen = seen_in(act, &visit.form);
    match visit.ask(command, visit.form.get("once"), seen).await? {
        Outcome::Changed => changed(&visit, act, &back).await,
        Outcome::Refused(why) => again(&visit, act, &back, &why).await,
        outcome => answer(&visit, act.title, &back, outcome),
    }
}

/// The form as it was filled in, and why it was not taken.
async fn again(visit: &Visit, act: &Act, back: &str, why: &Message) -> Answer {
    let series = choices(visit, act).await?;
    let form = form(visit, act.name, &visit.form, &series, back)?;
    let form = form.again(&visit.form, shown(why)?);
    with_status(
        StatusCode::UNPROCESSABLE_ENTITY,
        &ActPage {
            frame: visit.frame(act.title),
            words: words(act),
            form: form.written()?,
            back: back.to_owned(),
        },
    )
}

/// What came of something: told where one came from, or on a page of its own where something is to be decided.
fn answer(visit: &Visit, title: &str, back: &str, outcome: Outcome) -> Answer {
    let message = match outcome {
        Outcome::Done(message) | Outcome::Refused(message) => message,
        Outcome::Before => Message::text("That was done already: the form was sent twice."),
        // Only said of the form of an act, which shows it itself.
        Outcome::Changed => Message::text("Somebody changed that meanwhile; nothing was done."),
        Outcome::Elsewhere => Message::text("Done. The bot tells you more in chat."),
    };
    let decides = message
        .blocks
        .iter()
        .any(|block| matches!(block, Block::Buttons(_)));
    if !decides && let Some(response) = told::and_go(visit, back, &message)? {
        return Ok(response);
    }
    page(&AnswerPage {
        frame: visit.frame(title),
        said: said(&message, visit, back)?,
        back: back.to_owned(),
    })
}

/// A button of a message was pressed, which types its command.
async fn press(visit: Visit) -> Answer {
    let back = back_of(&visit, &visit.form);
    let typed = visit.form.get("command");
    let switch = format!("in {} ", visit.community.slug);
    let line = typed.strip_prefix(&switch).unwrap_or(typed);
    let level = visit.signed()?.level;
    let command: Command = match command::parse(line, level) {
        Ok(command) => command,
        Err(why) => {
            let why = Message::text(why.to_string());
            return answer(&visit, "Not done", &back, Outcome::Refused(why));
        }
    };
    let outcome = visit.ask(command, visit.form.get("once"), None).await?;
    if let Outcome::Refused(why) = &outcome {
        return with_status(
            StatusCode::UNPROCESSABLE_ENTITY,
            &AnswerPage {
                frame: visit.frame("Not done"),
                said: said(why, &visit, &back)?,
                back,
            },
        );
    }
    answer(&visit, "Done", &back, outcome)
}

#[derive(Template)]
#[template(path = "app/button.html")]
struct ButtonForm<'a> {
    action: String,
    seal: String,
    once: String,
    back: &'a str,
    values: Vec<(&'a str, &'a str)>,
    label: &'a str,
    danger: bool,
}

/// An act of which everything is known, as a button; sent, it leads back to `back`.
pub(in crate::web::app) fn button(
    visit: &Visit,
    name: &str,
    preset: &Fields,
    label: &str,
    back: &str,
) -> Result<Fragment, Problem> {
    let act = Act::named(name).ok_or(Problem::Nothing)?;
    Fragment::of(&ButtonForm {
        action: visit.link(&path(act)),
        seal: visit.signed()?.seal(),
        once: visit.once(),
        back,
        values: preset.iter().collect(),
        label,
        danger: act.danger,
    })
}
