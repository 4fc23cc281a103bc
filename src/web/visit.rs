//! One request as a page sees it: which community, who, what they ask for and what they bring.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::HeaderMap;
use sha2::{Digest, Sha256};

use super::shown::{Frame, Problem};
use super::site::Site;
use crate::actions::Context;
use crate::chat::command::Command;
use crate::chat::{Asked, Outcome};
use crate::domain::community::Community;
use crate::domain::people::member::{Member, Permission};
use crate::domain::platform::Account;
use crate::domain::seen::Seen;
use crate::domain::time::Instant;
use crate::storage::{BoxFuture, StorageError, Tx};

/// Values by name, as a form or an address has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn read(text: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(text)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The first value of a name, less what stands around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value of a name as it was sent, with the line ends of a form as people know them.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let fitting = self.0.iter().filter(move |(known, _)| known == name);
        fitting.map(|(_, value)| value.as_str())
    }

    /// Every name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

/// A file that was brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// What it is called, for people; nothing is opened by this name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who.
    pub member: Member,
    /// The account that they act with.
    pub account: Account,
    /// What they may do now.
    pub level: Permission,
    /// The id of their browser's sign-in, which no page shows.
    pub id: String,
}

impl Signed {
    /// What a form of this browser carries, so that no other can send it.
    pub fn seal(&self) -> String {
        hex::encode(Sha256::digest(format!("form|{}", self.id).as_bytes()))
    }
}

/// One request.
pub struct Visit {
    /// What pages are made of.
    pub site: Arc<Site>,
    /// The community that is meant.
    pub community: Arc<Community>,
    /// What paths of its pages begin with: nothing at the root, else `/c/SLUG`.
    pub base: String,
    /// The path that was asked for.
    pub path: String,
    /// The parts of the path that have a name.
    pub named: HashMap<String, String>,
    /// What stands behind the question mark.
    pub query: Fields,
    /// What a form brings.
    pub form: Fields,
    /// The file that a form brings.
    pub file: Option<File>,
    /// Who, where the route wants to know.
    pub who: Option<Signed>,
    /// From where.
    pub address: IpAddr,
    /// The request's headers.
    pub headers: HeaderMap,
    /// When.
    pub now: Instant,
}

impl Visit {
    /// A named part of the path.
    pub fn part(&self, name: &str) -> &str {
        self.named.get(name).map_or("", String::as_str)
    }

    /// The address of a page of this community, as links in it have it.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// What an action needs besides its transaction.
    pub fn context(&self) -> Context {
        Context {
            mint: Arc::clone(&self.site.parts.mint),
            now: self.now,
            community: Arc::clone(&self.community),
        }
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Problem::SignIn`] where nobody is, which the table keeps from happening.
    pub fn signed(&self) -> Result<&Signed, Problem> {
        self.who.as_ref().ok_or(Problem::SignIn)
    }

    /// Reads records as of one instant.
    ///
    /// # Errors
    /// [`Problem::Broken`].
    pub async fn read<T, F>(&self, ask: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, StorageError>> + Send + 'static,
    {
        Ok(self.site.parts.db.read(ask).await?)
    }

    /// Does what is asked, by the same way as in chat; unless what the form had `seen` is not so any more.
    ///
    /// # Errors
    /// [`Problem::Broken`].
    pub async fn ask(
        &self,
        command: Command,
        once: &str,
        seen: Option<Seen>,
    ) -> Result<Outcome, Problem> {
        let signed = self.signed()?;
        let asked = Asked {
            community: Arc::clone(&self.community),
            account: signed.account.clone(),
            name: signed.member.name.clone(),
            command,
            // Of this person's browser alone, so that nobody can use up somebody else's.
            once: format!("{}|{once}", &signed.seal()[..16]),
            seen,
        };
        Ok((self.site.parts.ask)(asked).await?)
    }

    /// What stands around a page called `title`.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::of(self, title.into())
    }

    /// Something that tells a form from every other.
    pub fn once(&self) -> String {
        format!("{:032x}", self.site.parts.mint.random())
    }
}
