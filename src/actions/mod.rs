//! Floor 5. Every use case, each in one transaction: it reads and writes records through `storage/`, asks
//! the rules of `domain/`, and leaves what is to be posted in the outbox. No network, no text for people
//! but refusals. May import storage and domain.

pub mod attendance;
pub mod calendar;
pub mod card;
pub mod cast;
pub mod chase;
pub mod checklist;
pub mod deputy;
pub mod digest;
pub mod draft;
pub mod figures;
pub mod identity;
pub mod import;
pub mod invitation;
pub mod joint;
pub mod level;
pub mod mail;
pub mod meeting;
pub mod onboarding;
pub mod outbox;
pub mod people;
pub mod preference;
pub mod privacy;
pub mod proposal;
pub mod reach;
pub mod registration;
pub mod reminder;
pub mod retention;
pub mod review;
pub mod rsvp;
pub mod season;
pub mod seen;
pub mod series;
pub mod session;
pub mod sign_in;
pub mod speaking;
pub mod undo;
pub mod warning;
pub mod wording;

use std::sync::Arc;

use crate::domain::community::Community;
use crate::domain::events::post::Post;
use crate::domain::events::session::Session;
use crate::domain::ids::{MemberId, Mint};
use crate::domain::outbox::{Destination, Kind};
use crate::domain::people::member::{Member, Permission};
use crate::domain::platform::{Account, Platform};
use crate::domain::refusal::Refused;
use crate::domain::time::{Instant, Plan};
use crate::storage::outbox::drafted::enqueue_drafted;
use crate::storage::outbox::{Claimed, LeaseTerms, NewRow, enqueue_claimed, enqueue_many};
use crate::storage::{StorageError, Tx, ledger};

/// What every action needs besides its transaction.
#[derive(Clone, Debug)]
pub struct Context {
    /// Makes ids.
    pub mint: Arc<Mint>,
    /// Now.
    pub now: Instant,
    /// The community that is acted in.
    pub community: Arc<Community>,
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub member: Member,
    /// The account they used.
    pub account: Account,
    /// What they may do here and now.
    pub level: Permission,
}

/// Why an action did nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It was refused, in words for the person who asked.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The result of an action.
pub type Done<T> = Result<T, Failure>;

/// Refuses in these words.
pub fn refused<T>(words: impl Into<String>) -> Done<T> {
    Err(Refused::new(words).into())
}

/// Something to post, on its way to the outbox.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it is about: a session's id, a digest's name.
    pub subject: String,
    /// The revision of that subject's schedule.
    pub revision: i64,
    /// Where it goes.
    pub to: Destination,
    /// When it goes.
    pub due: Instant,
    /// The instant it was planned for: part of its key, while `due` may be put off.
    pub slot: Instant,
    /// When it becomes useless.
    pub not_after: Option<Instant>,
    /// What else tells it from others.
    pub extra: String,
    /// What it says.
    pub post: Post,
}

impl Context {
    /// Something to post as soon as this is committed.
    pub fn at_once(&self, subject: impl Into<String>, to: Destination, post: Post) -> Draft {
        Draft {
            subject: subject.into(),
            revision: 0,
            to,
            due: self.now,
            slot: self.now,
            not_after: None,
            extra: String::new(),
            post,
        }
    }

    /// Puts drafts into the outbox; how many were not there yet.
    ///
    /// # Errors
    /// What the database says.
    pub async fn post(&self, tx: &mut Tx, drafts: Vec<Draft>) -> Result<u64, StorageError> {
        let rows = self
            .mirrored(drafts)
            .into_iter()
            .map(|draft| self.row(draft))
            .collect::<Result<Vec<_>, _>>()?;
        let sorted = draft::sort(tx, self, rows).await?;
        let free = enqueue_many(tx, &self.mint, self.now, &sorted.free).await?;
        if sorted.held.is_empty() {
            return Ok(free);
        }
        let held = enqueue_drafted(tx, &self.mint, self.now, &sorted.held).await?;
        enqueue_many(tx, &self.mint, self.now, &sorted.about).await?;
        Ok(free + held)
    }

    /// With a copy for each mirror behind what goes to the announcements room. Answers stay where they belong, and an
    /// edit is made for each card anyway.
    fn mirrored(&self, drafts: Vec<Draft>) -> Vec<Draft> {
        let (mirrors, announcements) = (self.mirrors(), self.announcements());
        if mirrors.is_empty() {
            return drafts;
        }
        let copies = |draft: &Draft| match draft.post {
            Post::Reply { .. } | Post::CardEdit => Vec::new(),
            _ if Some(&draft.to) != announcements.as_ref() => Vec::new(),
            _ => (mirrors.iter())
                .map(|to| Draft {
                    to: to.clone(),
                    ..draft.clone()
                })
                .collect(),
        };
        drafts
            .into_iter()
            .flat_map(|draft| {
                let copies = copies(&draft);
                std::iter::once(draft).chain(copies)
            })
            .collect()
    }

    /// Puts an answer into the outbox as claimed already, for somebody who is kept waiting on `platform`; `None` when
    /// it was there before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn answer(
        &self,
        tx: &mut Tx,
        draft: Draft,
        platform: Platform,
        terms: &LeaseTerms,
    ) -> Result<Option<Claimed>, StorageError> {
        let row = self.row(draft)?;
        enqueue_claimed(tx, &self.mint, self.now, row, platform, terms).await
    }

    fn row(&self, draft: Draft) -> Result<NewRow, StorageError> {
        Ok(NewRow {
            community: self.community.id.clone(),
            kind: Kind::new(draft.post.kind()),
            subject: draft.subject,
            subject_revision: draft.revision,
            destination: draft.to,
            due_at: draft.due,
            slot: draft.slot,
            not_after: draft.not_after,
            extra: draft.extra,
            payload: serde_json::to_value(&draft.post)
                .map_err(|error| StorageError::Internal(format!("a post: {error}")))?,
        })
    }

    /// The announcements room, where there is one.
    pub fn announcements(&self) -> Option<Destination> {
        let room = self.community.settings.rooms.announcements.as_ref()?;
        Some(Destination::Room(room.0.clone()))
    }

    /// The rooms in which everything for the announcements room is posted as well.
    pub fn mirrors(&self) -> Vec<Destination> {
        let mirrors = self.community.settings.rooms.mirrors.iter();
        mirrors
            .map(|room| Destination::Room(room.0.clone()))
            .collect()
    }

    /// The rooms in which the card of an event stands: the one in which it is told of, and its mirrors.
    pub fn card_rooms(&self, session: &Session) -> Vec<Destination> {
        let room = self.room_of(session);
        let is_mirrored = room.is_some() && room == self.announcements();
        let mirrors = if is_mirrored {
            self.mirrors()
        } else {
            Vec::new()
        };
        room.into_iter().chain(mirrors).collect()
    }

    /// The room in which an event is told of: the announcements room, or that of the groups it is for.
    pub fn room_of(&self, session: &Session) -> Option<Destination> {
        if session.is_for_everybody() {
            return self.announcements();
        }
        let room = self.community.settings.room_of(&session.gathering.groups)?;
        Some(Destination::Room(room.0.clone()))
    }

    /// The room that stands in for many direct messages about an event.
    pub fn room_for_many(&self, session: &Session) -> Option<Destination> {
        self.room_of(session).or_else(|| self.announcements())
    }

    /// The organisers' room, where there is one.
    pub fn organisers(&self) -> Option<Destination> {
        let room = self.community.settings.rooms.organisers.as_ref()?;
        Some(Destination::Room(room.0.clone()))
    }

    /// Eight o'clock on a day, when people are told of what begins or ended with it.
    pub fn morning(&self, day: chrono::NaiveDate) -> Instant {
        let eight = chrono::NaiveTime::from_hms_opt(8, 0, 0).unwrap_or(chrono::NaiveTime::MIN);
        let plan = Plan {
            wall: day.and_time(eight),
            zone: self.community.zone,
        };
        plan.instant().unwrap_or_else(|| plan.wall.and_utc())
    }

    /// Today in the community's zone.
    pub fn today(&self) -> chrono::NaiveDate {
        self.now.with_timezone(&self.community.zone).date_naive()
    }

    /// Writes what somebody did into the audit log.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        act: &str,
        subject: &str,
    ) -> Result<(), StorageError> {
        let account = actor.account.to_string();
        let line = ledger::Audit {
            member: Some(&actor.member.id),
            account: &account,
            via: actor.account.platform.as_str(),
            act,
            subject,
            outcome: "done",
        };
        ledger::audit(tx, &self.mint, self.now, &self.community.id, line).await
    }
}

/// The destination of a member.
pub fn to_member(member: &MemberId) -> Destination {
    Destination::Member(member.clone())
}
