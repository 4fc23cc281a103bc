//! The table of all pages: which there are, who may ask for each, how often, and how much they may bring. Nothing is served
//! that does not stand here, and who is not named may not; a test goes through it with everybody there is.

use crate::domain::people::member::Permission;
use crate::storage::BoxFuture;

use super::guard::limits::Kind;
use super::shown::Answer;
use super::visit::Visit;
use super::{app, assets, open};

/// How a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To look.
    Get,
    /// To change something.
    Post,
}

/// Who may ask for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, known or not.
    Anybody,
    /// Whoever holds the private link that the path has; the page tells nothing to others.
    Holder,
    /// Who is signed in to this community and may do at least this much there.
    AtLeast(Permission),
}

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Below each community, and for the first at the root.
    Community,
    /// At the root alone.
    Root,
}

/// Makes a page.
pub type Page = fn(Visit) -> BoxFuture<'static, Answer>;

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Route {
    /// How it is asked for.
    pub method: Method,
    /// Its path below the community, as axum writes it.
    pub path: String,
    /// Where it stands.
    pub place: Place,
    /// Who may.
    pub who: Who,
    /// What it is counted as.
    pub kind: Kind,
    /// The most bytes of a request.
    pub body: usize,
    /// Makes it.
    pub page: Page,
}

/// The most bytes of a form.
const FORM: usize = 64 << 10;

/// A page to look at.
pub fn get(path: impl Into<String>, who: Who, page: Page) -> Route {
    Route {
        method: Method::Get,
        path: path.into(),
        place: Place::Community,
        who,
        kind: Kind::Look,
        body: 0,
        page,
    }
}

/// A form that is sent.
pub fn post(path: impl Into<String>, who: Who, page: Page) -> Route {
    let kind = match who {
        Who::AtLeast(_) => Kind::Change,
        Who::Anybody | Who::Holder => Kind::Say,
    };
    Route {
        method: Method::Post,
        kind,
        body: FORM,
        ..get(path, who, page)
    }
}

impl Route {
    /// The same, for files of up to so many bytes.
    #[must_use]
    pub fn with_file(mut self, bytes: usize) -> Self {
        (self.kind, self.body) = (Kind::Upload, bytes);
        self
    }

    /// The same, at the root alone.
    #[must_use]
    pub fn at_root(mut self) -> Self {
        self.place = Place::Root;
        self
    }
}

/// Every page there is.
pub fn all() -> Vec<Route> {
    [assets::routes(), open::routes(), app::routes()].concat()
}
