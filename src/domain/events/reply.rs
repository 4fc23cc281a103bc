//! What the bot answers, as ids, numbers, what was typed, and the words of a refusal; `words/` makes sentences of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::attendance::Decision;
use super::draft::DraftReply;
use super::meeting::MeetingReply;
use super::programme::ProgrammeReply;
use super::reminder::Audience;
use super::rsvp::{Answer, PartStat, Way};
use super::wording::WordingReply;
use crate::domain::checklist::ChecklistReply;
use crate::domain::figures::FiguresReply;
use crate::domain::ids::{MemberId, ProposalId, ReviewId, SeriesId, SessionId};
use crate::domain::people::member::{MessageKind, Permission};
use crate::domain::people::privacy::PrivacyReply;
use crate::domain::people::told::PeopleReply;
use crate::domain::text::{Cleaned, UserText};
use crate::domain::time::Instant;
use crate::domain::undo::{Asked, Undone};

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// No, in these words.
    Refused {
        /// The words.
        words: String,
    },
    /// What somebody may do here, or how one command goes.
    Help {
        /// The command asked about.
        about: Option<String>,
        /// What they may do.
        level: Permission,
    },
    /// The sessions to come.
    Sessions {
        /// Of this series only.
        series: Option<SeriesId>,
    },
    /// The series and their rules.
    SeriesList,
    /// One session, after something was done to it.
    Session {
        /// Which.
        session: SessionId,
        /// What was done.
        done: SessionDone,
    },
    /// A series was planned.
    SeriesPlanned {
        /// Which.
        series: SeriesId,
        /// The number of its first session.
        first: i64,
        /// How many were planned.
        count: i64,
        /// What was decided for the person who typed the rule.
        notes: Vec<String>,
    },
    /// A series' rule changed.
    SeriesChanged {
        /// Which.
        series: SeriesId,
        /// Numbers of sessions that have another date now.
        moved: Vec<i64>,
        /// Numbers of sessions that are new.
        added: Vec<i64>,
        /// Numbers of sessions that are left out now.
        skipped: Vec<i64>,
        /// People told of it.
        told: i64,
        /// What was decided for the person who typed the rule.
        notes: Vec<String>,
    },
    /// What a series' sessions have in common changed.
    SeriesSet {
        /// Which.
        series: SeriesId,
        /// Sessions that follow it.
        sessions: i64,
    },
    /// About joint presenting and the balance of a year.
    Programme {
        /// What.
        programme: ProgrammeReply,
    },
    /// A preview with its buttons.
    Preview {
        /// Of what.
        proposal: ProposalId,
    },
    /// A preview was dismissed.
    Dismissed,
    /// An answer to an invitation was taken.
    Answered {
        /// To which.
        session: SessionId,
        /// The answer.
        answer: Answer,
        /// How many are ahead in line.
        ahead: i64,
        /// Whether it was no change.
        again: bool,
    },
    /// An answer to an invitation was taken back.
    Retracted {
        /// To which.
        session: SessionId,
    },
    /// An answer to several sessions of a series was taken.
    AnsweredFollowing {
        /// Of which series.
        series: SeriesId,
        /// What was said.
        partstat: PartStat,
        /// How they take part.
        way: Way,
        /// From which day on.
        from: NaiveDate,
        /// The numbers of the sessions.
        sessions: Vec<i64>,
        /// The numbers of those that were full.
        waiting: Vec<i64>,
    },
    /// Somebody checked in.
    CheckedIn {
        /// To which session.
        session: SessionId,
        /// When.
        at: Instant,
        /// Whether they had before.
        again: bool,
    },
    /// An estimate was written down.
    Estimated {
        /// Of which session.
        session: SessionId,
    },
    /// A list of those who came was written down.
    Listed {
        /// Of which session.
        session: SessionId,
        /// How many are on it.
        count: i64,
        /// Names on it that are nobody's.
        unknown: Vec<UserText>,
    },
    /// The names that wait for a decision.
    Review {
        /// Of which session.
        session: SessionId,
    },
    /// A decision about a name was taken.
    Reviewed {
        /// Which.
        review: ReviewId,
        /// What.
        decision: Decision,
        /// Whom it was matched with.
        member: Option<MemberId>,
    },
    /// Everybody with an address in a report is a guest.
    GuestsDecided {
        /// In the report of this session.
        session: SessionId,
        /// How many.
        count: u64,
    },
    /// The figures of a session.
    Summary {
        /// Which.
        session: SessionId,
    },
    /// Who answered what.
    Answers {
        /// To which session.
        session: SessionId,
    },
    /// The next digest as it stands.
    DigestPreview {
        /// Its short name.
        slug: String,
    },
    /// Somebody's preferences.
    Preferences {
        /// Which of them was asked for or set.
        about: Preference,
    },
    /// A reminder will come again.
    Snoozed {
        /// Of which session.
        session: SessionId,
        /// When.
        until: Instant,
    },
    /// A deadline was added.
    DeadlineAdded {
        /// Its day.
        due_on: NaiveDate,
        /// What it is.
        title: UserText,
    },
    /// A term in a role group began or ended.
    Role {
        /// Whose.
        member: MemberId,
        /// Of which group.
        group: String,
        /// The first day.
        since: Option<NaiveDate>,
        /// The last day.
        until: Option<NaiveDate>,
    },
    /// What would be posted.
    Rehearsed {
        /// Over how many days.
        days: i64,
    },
    /// What waits, failed or is unknown.
    Outbox,
    /// Posting is held or goes on.
    Paused {
        /// Whether it is held.
        paused: bool,
    },
    /// Everything that was due before a restore is tried now.
    HeldRetried {
        /// How many rows.
        count: u64,
    },
    /// Everything that was missed was forgotten.
    MissedDropped {
        /// How many rows.
        count: u64,
        /// Whether it was everything due before a restore instead.
        #[serde(default)]
        held: bool,
    },
    /// About checklists.
    Checklist(ChecklistReply),
    /// About meetings.
    Meeting {
        /// What.
        meeting: MeetingReply,
    },
    /// About a wording.
    Wording(WordingReply),
    /// About drafts.
    Draft(DraftReply),
    /// A row will be tried again, or was forgotten.
    Row {
        /// Whether it was forgotten.
        dropped: bool,
    },
    /// About figures.
    Figures {
        /// What.
        figures: FiguresReply,
    },
    /// An answer about people.
    People {
        /// What.
        people: PeopleReply,
    },
    /// Somebody's last action was undone.
    Undone(Undone),
    /// Who did what.
    Acts(Asked),
    /// About what is held on the reader.
    Privacy(PrivacyReply),
}

/// What was done to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "kebab-case")]
pub enum SessionDone {
    /// It was looked at.
    Shown {
        /// By somebody who runs the community, who sees what is still to be done.
        #[serde(default)]
        inside: bool,
    },
    /// It was added.
    Added {
        /// What there is to say about its time.
        note: Option<String>,
    },
    /// A detail was set.
    Set {
        /// What, in a word.
        what: String,
        /// What was changed of the typed text.
        cleaned: CleanedWords,
    },
    /// Where its recording is was set.
    Recorded,
    /// Who has a part in it changed.
    Cast {
        /// What, in a word.
        what: String,
    },
    /// It will be announced.
    Announced,
    /// It and all others of its series are announced.
    AnnouncedAll,
    /// It was moved.
    Moved {
        /// People told.
        told: i64,
        /// Whether a reminder of the old date had gone out and is armed again.
        rearmed: bool,
        /// What there is to say about its time.
        note: Option<String>,
    },
    /// It is left out.
    Skipped,
    /// It was called off.
    Cancelled {
        /// People told.
        told: i64,
    },
    /// It takes place after all.
    Restored {
        /// People told.
        told: i64,
    },
    /// It is held another way: online, in a room, or both.
    Held {
        /// People told.
        told: i64,
    },
    /// People were reminded by hand.
    Chased {
        /// Whom.
        audience: Audience,
        /// How many.
        asked: i64,
    },
}

impl SessionDone {
    /// Whether something is posted because of it.
    pub fn is_told(&self) -> bool {
        match self {
            Self::Announced | Self::AnnouncedAll => true,
            Self::Moved { told, .. }
            | Self::Cancelled { told }
            | Self::Restored { told }
            | Self::Held { told }
            | Self::Chased { asked: told, .. } => *told > 0,
            Self::Shown { .. }
            | Self::Added { .. }
            | Self::Set { .. }
            | Self::Recorded
            | Self::Cast { .. }
            | Self::Skipped => false,
        }
    }
}

/// What was changed of a typed text, in a form that can be stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CleanedWords {
    /// Line breaks became spaces.
    pub controls: bool,
    /// Direction controls were taken out.
    pub bidi: bool,
    /// Piles of marks were cut.
    pub marks: bool,
}

impl From<Cleaned> for CleanedWords {
    fn from(cleaned: Cleaned) -> Self {
        Self {
            controls: cleaned.controls,
            bidi: cleaned.bidi,
            marks: cleaned.marks,
        }
    }
}

/// A preference of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preference {
    /// The zone they are told times in.
    Zone,
    /// Their quiet hours.
    Quiet,
    /// Their ladder of reminders.
    Remind,
    /// A kind of message they are spared.
    Mute(MessageKind),
}
