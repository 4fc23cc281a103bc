//! What a page answers: HTML that a template wrote, another page, or a problem in words for whoever asked.

use std::fmt;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::visit::Visit;
use super::{app, assets};
use crate::domain::community::Community;
use crate::domain::people::member::Permission;
use crate::storage::StorageError;

/// What a page makes of a visit.
pub type Answer = Result<Response, Problem>;

/// A piece of a page that a template wrote and escaped. Nothing else becomes one.
#[derive(Clone, Debug, Default)]
pub struct Fragment(String);

impl Fragment {
    /// What `template` writes.
    ///
    /// # Errors
    /// [`Problem::Unwritten`].
    pub fn of(template: &impl Template) -> Result<Self, Problem> {
        Ok(Self(template.render()?))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Fragment {}

/// Who reads a page, as its head shows them.
#[derive(Clone, Debug)]
pub struct Me {
    /// Their name.
    pub name: String,
    /// What they may do.
    pub level: Permission,
    /// What their forms carry.
    pub seal: String,
    /// What tells the form that takes back what was just done.
    pub once: String,
}

/// What stands around every page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What the page is called.
    pub title: String,
    /// The community.
    pub community: String,
    /// What paths begin with.
    pub base: String,
    /// Where the style sheet is.
    pub style: String,
    /// Who reads it, where somebody is signed in.
    pub me: Option<Me>,
    /// The path of the page, to mark where one is.
    pub path: String,
    /// What was just done, where something was.
    pub told: Option<Fragment>,
}

impl Frame {
    /// What stands around a page of `visit`.
    pub fn of(visit: &Visit, title: String) -> Self {
        let path = visit.path.strip_prefix(&visit.base).unwrap_or(&visit.path);
        Self {
            title,
            community: visit.community.name.to_string(),
            base: visit.base.clone(),
            style: assets::style(),
            me: visit.who.as_ref().map(|signed| Me {
                name: signed.member.name.to_string(),
                level: signed.level,
                seal: signed.seal(),
                once: visit.once(),
            }),
            path: path.to_owned(),
            told: visit.who.as_ref().and_then(|_| app::told::just_now(visit)),
        }
    }

    /// Whether a part of the pages is where one is.
    pub fn is_here(&self, part: &str) -> bool {
        // The log is read from the settings.
        let path = match self.path.as_str() {
            "/app/log" => "/app/settings",
            path => path,
        };
        let longest = app::PARTS
            .iter()
            .map(|(part, _)| *part)
            .filter(|part| {
                let rest = path.strip_prefix(part);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .max_by_key(|part| part.len());
        longest == Some(part)
    }
}

/// A page that `template` writes.
///
/// # Errors
/// [`Problem::Unwritten`].
pub fn page(template: &impl Template) -> Answer {
    with_status(StatusCode::OK, template)
}

/// The same, with another status than that all is well.
///
/// # Errors
/// [`Problem::Unwritten`].
pub fn with_status(status: StatusCode, template: &impl Template) -> Answer {
    Ok((status, Html(template.render()?)).into_response())
}

/// Sends the browser on to look at another page of ours.
///
/// # Errors
/// None; it is what pages answer.
pub fn go_to(path: &str) -> Answer {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let to = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    Ok(response)
}

/// Why there is no page.
#[derive(Debug)]
pub enum Problem {
    /// There is nothing at that address, or nothing for this reader.
    Nothing,
    /// Nobody is signed in.
    SignIn,
    /// Whoever is signed in may not; who may.
    NotAllowed(Permission),
    /// Another site sent the form.
    Foreign,
    /// The form is of a browser's earlier sign-in.
    Stale,
    /// What was brought is no form.
    NoForm,
    /// Too much was brought.
    TooLarge,
    /// Too many requests; after how many seconds another.
    TooMany(i64),
    /// It took too long.
    Slow,
    /// The database failed.
    Broken(StorageError),
    /// A template failed.
    Unwritten(askama::Error),
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        Self::Broken(error)
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::Unwritten(error)
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: &'a Frame,
    words: &'a str,
    next: &'a str,
    to: &'a str,
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::Nothing => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotAllowed(_) | Self::Foreign | Self::Stale => StatusCode::FORBIDDEN,
            Self::NoForm => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Slow => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) | Self::Unwritten(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What is the matter, and what to do next.
    fn words(&self) -> (&'static str, String) {
        match self {
            Self::Nothing => (
                "Not found",
                "There is no such page. The address may have a mistake in it, or what was here is gone.".to_owned(),
            ),
            Self::SignIn => (
                "Please sign in",
                "You are not signed in here any more. Nothing was changed: sign in, and do it again.".to_owned(),
            ),
            Self::NotAllowed(least) => (
                "Not for you",
                format!("This is for {}. Ask one of them, or to be made one.", role(*least)),
            ),
            Self::Foreign => (
                "Not from here",
                "Another site sent this form, or your browser does not say where it comes from. Nothing was changed: \
                 open the page here and send it again."
                    .to_owned(),
            ),
            Self::Stale => (
                "Out of date",
                "This form was opened before you signed in anew. Nothing was changed: go back, load the page again, and \
                 send it once more."
                    .to_owned(),
            ),
            Self::NoForm => (
                "That could not be read",
                "What was sent is no form of ours. Nothing was changed.".to_owned(),
            ),
            Self::TooLarge => (
                "Too large",
                "That is more than fits. Nothing was changed: shorten it, or bring the file in parts.".to_owned(),
            ),
            Self::TooMany(seconds) => (
                "A moment, please",
                format!("That was a lot at once. Nothing was changed: try again in {seconds} seconds."),
            ),
            Self::Slow => (
                "That took too long",
                "We gave up after half a minute. Look whether it was done before you do it again.".to_owned(),
            ),
            Self::Broken(_) | Self::Unwritten(_) => (
                "Something broke",
                "That is our fault, and it was written down. Nothing was changed: try again in a minute.".to_owned(),
            ),
        }
    }

    fn note(&self) {
        match self {
            Self::Broken(error) => tracing::error!(%error, "a page could not be made"),
            Self::Unwritten(error) => tracing::error!(%error, "a page could not be written"),
            _ => {}
        }
    }

    /// The problem as a page of a community; `path` is what was asked for.
    pub fn shown(self, community: &Community, base: &str, path: &str) -> Response {
        self.note();
        let looked = matches!(self, Self::SignIn) && path.strip_prefix(base) == Some("/app");
        if looked {
            // Whoever only looks in is shown the way.
            return go_to(&format!("{base}/app/sign-in"))
                .unwrap_or_else(|_| StatusCode::NOT_FOUND.into_response());
        }
        let (title, words) = self.words();
        let (next, to) = match self {
            Self::SignIn => ("Sign in", format!("{base}/app/sign-in")),
            _ if path.starts_with(&format!("{base}/app")) => {
                ("To the season", format!("{base}/app"))
            }
            _ => ("To the first page", format!("{base}/")),
        };
        let frame = Frame {
            title: title.to_owned(),
            community: community.name.to_string(),
            base: base.to_owned(),
            style: assets::style(),
            me: None,
            path: String::new(),
            told: None,
        };
        let page = ProblemPage {
            frame: &frame,
            words: &words,
            next,
            to: &to,
        };
        let mut response = match page.render() {
            Ok(text) => (self.status(), Html(text)).into_response(),
            Err(_) => (self.status(), words).into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Self::TooMany(seconds) = self {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// The problem where no community is meant.
    pub fn alone(self, first: Option<&Community>) -> Response {
        match first {
            Some(first) => self.shown(first, "", ""),
            None => (self.status(), self.words().1).into_response(),
        }
    }
}

/// Who has a permission, for people.
fn role(least: Permission) -> &'static str {
    match least {
        Permission::Guest => "everybody",
        Permission::Member => "members",
        Permission::Speaker => "speakers and organisers",
        Permission::Organiser => "organisers",
        Permission::Deputy => "managers and their deputies",
        Permission::Manager => "managers",
    }
}
