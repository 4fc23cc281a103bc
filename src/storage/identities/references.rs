//! Every column of every table that names a member. Whoever adds a table with such a column adds it here, or a
//! member cannot be merged with another; a test walks the schema and says so.
//!
//! A table in which somebody can stand as often as they like moves as it is (`many!`). Where they can stand
//! only once for a key (an answer for each session), two rows may meet (`once!`): one stays, the other is saved
//! with all its columns, which are therefore named here. What is of use to its owner alone is saved and does not
//! move (`own!`).
//!
//! The same list says what becomes of the rows when somebody is erased ([`Erase`]), and what is shown to somebody who
//! asks what is held on them.

use crate::domain::ids::MemberId;
use crate::domain::people::merging::Record;
use crate::storage::{Row, StorageError, Tx, Value};

/// A column, and what it holds: a null has to be bound with its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(non_camel_case_types, reason = "the lists of columns read as SQL does")]
pub enum Column {
    /// Text.
    text(&'static str),
    /// An integer.
    int(&'static str),
}

impl Column {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::text(name) | Self::int(name) => name,
        }
    }

    /// Its value in `record`.
    pub(super) fn value(self, record: &Record) -> Value {
        match (self, record.get(self.name())) {
            (_, Some(serde_json::Value::String(text))) => Value::Text(text.clone()),
            (_, Some(serde_json::Value::Number(n))) if n.is_i64() => {
                Value::Int(n.as_i64().unwrap_or_default())
            }
            (Self::text(_), _) => Value::NullText,
            (Self::int(_), _) => Value::NullInt,
        }
    }
}

/// When a row of the one who goes meets one of the other, and only one can stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meet {
    /// Never.
    Never,
    /// When they have the same key.
    ByKey,
    /// Always: it is of use to nobody else.
    Always,
}

/// What becomes of a row that names somebody who is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erase {
    /// It counts, and names what is left of them: nobody.
    Keep,
    /// It stays without them, as what others work with.
    Blank,
    /// It goes.
    Drop,
}

/// A column that names a member.
#[derive(Debug)]
pub struct Reference {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What tells the rows of one member apart.
    pub key: &'static [&'static str],
    /// Its columns, where two rows may meet; else none.
    pub columns: &'static [Column],
    /// When two rows of it meet.
    pub meet: Meet,
    /// What a manager calls its rows, one and several; none for what nobody asks about.
    pub noun: Option<[&'static str; 2]>,
    /// What becomes of its rows when the member is erased.
    pub erase: Erase,
    whole: &'static str,
    blank: &'static str,
    drop: &'static str,
    count: &'static str,
    rows: &'static str,
    take: &'static str,
    give: &'static str,
    remove: &'static str,
    insert: &'static str,
}

/// The text of a statement behind its `WHERE`, for a key whose first value is parameter `$3`, or `$2`.
macro_rules! with_key {
    (3:) => {
        ""
    };
    (3: $one:literal) => {
        concat!(" AND ", $one, " = $3")
    };
    (3: $one:literal, $two:literal) => {
        concat!(" AND ", $one, " = $3 AND ", $two, " = $4")
    };
    (2:) => {
        ""
    };
    (2: $one:literal) => {
        concat!(" AND ", $one, " = $2")
    };
    (2: $one:literal, $two:literal) => {
        concat!(" AND ", $one, " = $2 AND ", $two, " = $3")
    };
}

/// A table of which a member can have any number of rows, told apart by a key of their own.
macro_rules! many {
    ($erase:ident, $table:literal . $column:literal by ($($key:literal),*) $(, $one:literal or $several:literal)?) => {
        Reference {
            table: $table,
            column: $column,
            key: &[$($key),*],
            columns: &[],
            meet: Meet::Never,
            noun: noun!($($one, $several)?),
            erase: Erase::$erase,
            whole: concat!("SELECT * FROM ", $table, " WHERE ", $column, " = $1"),
            blank: concat!("UPDATE ", $table, " SET ", $column, " = NULL WHERE ", $column, " = $1"),
            drop: concat!("DELETE FROM ", $table, " WHERE ", $column, " = $1"),
            count: concat!("SELECT count(*) AS n FROM ", $table, " WHERE ", $column, " = $1"),
            rows: "",
            take: concat!("UPDATE ", $table, " SET ", $column, " = $1 WHERE ", $column, " = $2 RETURNING ", $column $(, ", ", $key)*),
            give: concat!("UPDATE ", $table, " SET ", $column, " = $1 WHERE ", $column, " = $2", with_key!(3: $($key),*)),
            remove: "",
            insert: "",
        }
    };
}

macro_rules! noun {
    () => {
        None
    };
    ($one:literal, $several:literal) => {
        Some([$one, $several])
    };
}

/// A table of which a member can have one row only for each key, all its columns named.
macro_rules! once {
    ($erase:ident, $table:literal . $column:literal by ($($key:literal),*)
        of ($first:ident: $shape:ident $(, $rest:ident: $rest_shape:ident)*) $(, $one:literal or $several:literal)?) => {
        once!(@Meet::ByKey, $erase, $table . $column by ($($key),*) of ($first: $shape $(, $rest: $rest_shape)*) $(, $one or $several)?)
    };
    (@$meet:expr, $erase:ident, $table:literal . $column:literal by ($($key:literal),*)
        of ($first:ident: $shape:ident $(, $rest:ident: $rest_shape:ident)*) $(, $one:literal or $several:literal)?) => {
        Reference {
            table: $table,
            column: $column,
            key: &[$($key),*],
            columns: &[Column::$shape(stringify!($first)) $(, Column::$rest_shape(stringify!($rest)))*],
            meet: $meet,
            noun: noun!($($one, $several)?),
            erase: Erase::$erase,
            whole: concat!("SELECT * FROM ", $table, " WHERE ", $column, " = $1"),
            blank: concat!("UPDATE ", $table, " SET ", $column, " = NULL WHERE ", $column, " = $1"),
            drop: concat!("DELETE FROM ", $table, " WHERE ", $column, " = $1"),
            count: concat!("SELECT count(*) AS n FROM ", $table, " WHERE ", $column, " = $1"),
            rows: concat!("SELECT ", stringify!($first) $(, ", ", stringify!($rest))*, " FROM ", $table, " WHERE ", $column, " = $1"),
            take: concat!("UPDATE ", $table, " SET ", $column, " = $1 WHERE ", $column, " = $2 RETURNING ", $column $(, ", ", $key)*),
            give: concat!("UPDATE ", $table, " SET ", $column, " = $1 WHERE ", $column, " = $2", with_key!(3: $($key),*)),
            remove: concat!("DELETE FROM ", $table, " WHERE ", $column, " = $1", with_key!(2: $($key),*)),
            insert: concat!("INSERT INTO ", $table, " (", stringify!($first) $(, ", ", stringify!($rest))*, ") VALUES"),
        }
    };
}

/// What only the one it is about can have: none of it moves.
macro_rules! own {
    ($($rest:tt)*) => { once!(@Meet::Always, $($rest)*) };
}

/// Every column that names a member.
pub const REFERENCES: &[Reference] = &[
    once!(Drop, "accounts"."member_id" by ("platform", "account")
        of (community_id: text, platform: text, account: text, member_id: text, direct_room: text, created_at: int,
            zone_told: text, gone_at: int),
        "account" or "accounts"),
    once!(Keep, "rsvps"."member_id" by ("session_id")
        of (session_id: text, member_id: text, community_id: text, partstat: text, seat: text, way: text, place: int,
            offer_until: int, answered_at: int),
        "answer" or "answers"),
    once!(Drop, "standing_answers"."member_id" by ("series_id")
        of (series_id: text, member_id: text, community_id: text, partstat: text, way: text, from_wall: text,
            answered_at: int),
        "answer to a whole series" or "answers to whole series"),
    once!(Keep, "appearances"."member_id" by ("session_id", "part")
        of (id: text, community_id: text, session_id: text, member_id: text, organisation_id: text, talk_id: text,
            part: text, created_at: int, presence: text, bio: text),
        "part in a session" or "parts in sessions"),
    many!(Keep, "attendance"."member_id" by ("id"), "record of having come" or "records of having come"),
    once!(Drop, "invitations"."member_id" by ("session_id")
        of (session_id: text, member_id: text, community_id: text, address: text, sequence: int, sent_at: int,
            answered_stamp: int),
        "invitation by mail" or "invitations by mail"),
    many!(Drop, "calendar_links"."member_id" by ("hash"), "link to a calendar" or "links to a calendar"),
    many!(Drop, "sign_ins"."member_id" by ("hash")),
    many!(Drop, "signed_in"."member_id" by ("id"), "browser that is signed in" or "browsers that are signed in"),
    many!(Drop, "registrations"."member_id" by ("id"), "registration" or "registrations"),
    many!(Drop, "speaker_links"."member_id" by ("id"), "link to a speaker's page" or "links to speakers' pages"),
    many!(Drop, "role_terms"."member_id" by ("id"), "term in a role group" or "terms in role groups"),
    once!(Drop, "opt_outs"."member_id" by ("kind") of (member_id: text, kind: text, since: int), "wish" or "wishes"),
    once!(Drop, "identifiers"."member_id" by ("kind", "value")
        of (community_id: text, member_id: text, kind: text, value: text, created_at: int)),
    many!(Keep, "reviews"."suggested_member" by ("id")),
    many!(Blank, "reviews"."decided_by" by ("id")),
    many!(Drop, "proposals"."member_id" by ("id")),
    many!(Blank, "audit"."member_id" by ("id")),
    many!(Blank, "merges"."merged_by" by ("number")),
    many!(Drop, "checklists"."member_id" by ("id"), "checklist" or "checklists"),
    many!(Blank, "checklist_items"."done_by" by ("id")),
    many!(Drop, "checklist_duties"."member_id" by ("checklist_id", "duty"), "duty" or "duties"),
    own!(Drop, "todo_numbers"."member_id" by ("item_id")
        of (member_id: text, item_id: text, community_id: text, number: int)),
    once!(Drop, "arrivals"."member_id" by ()
        of (member_id: text, community_id: text, arrived_at: int, welcome: text)),
    once!(Drop, "acknowledgements"."member_id" by ("what", "version")
        of (member_id: text, community_id: text, what: text, version: text, at: int)),
    many!(Drop, "consents"."member_id" by ("id"), "consent" or "consents"),
    many!(Blank, "consents"."noted_by" by ("id")),
    many!(Blank, "agenda_items"."member_id" by ("id"), "item of an agenda" or "items of agendas"),
    many!(Blank, "updates"."member_id" by ("id"), "update" or "updates"),
    many!(Blank, "wordings"."typed_by" by ("id")),
    many!(Blank, "drafts"."decided_by" by ("id")),
    many!(Blank, "waivers"."waived_by" by ("session_id", "organisation_id")),
    many!(Blank, "figure_snapshots"."taken_by" by ("number")),
    many!(Blank, "reported_figures"."recorded_by" by ("number")),
    many!(Blank, "questions"."member_id" by ("number"), "question" or "questions"),
];

/// Columns of [`REFERENCES`] of which a member can have one row only for each key, and that still move as they are:
/// `aside` sees to it first that none meet.
pub const SET_ASIDE: &[(&str, &str)] = &[("checklists", "member_id")];

/// Columns that hold a member's id without being one of [`REFERENCES`]: they outlive the member, or are moved by
/// other means.
pub const APART: &[(&str, &str)] = &[("materialised", "after_member")];

/// The reference of this table and column.
pub fn reference(table: &str, column: &str) -> Option<&'static Reference> {
    REFERENCES
        .iter()
        .find(|one| (one.table, one.column) == (table, column))
}

/// A row as it is stored.
pub(in crate::storage) fn record(row: &Row) -> Result<Record, StorageError> {
    match row.to_json()? {
        serde_json::Value::Object(record) => Ok(record),
        _ => Err(StorageError::Internal("a row that is no object".to_owned())),
    }
}

impl Reference {
    /// Whether two rows can meet.
    pub fn is_once(&self) -> bool {
        self.meet != Meet::Never
    }

    /// The key of a row of it.
    pub fn key_of(&self, record: &Record) -> Vec<serde_json::Value> {
        let value = |column: &&str| record.get(*column).cloned().unwrap_or_default();
        self.key.iter().map(value).collect()
    }

    /// How many rows name `member`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn count(&self, tx: &mut Tx, member: &MemberId) -> Result<i64, StorageError> {
        tx.one(self.count, params![member]).await?.get("n")
    }

    /// The rows that name `member`, with all their columns.
    ///
    /// # Errors
    /// What the database says.
    pub async fn whole(&self, tx: &mut Tx, member: &MemberId) -> Result<Vec<Record>, StorageError> {
        let rows = tx.all(self.whole, params![member]).await?;
        rows.iter().map(record).collect()
    }

    /// Has the rows that name somebody who is erased name nobody: `left` is what is left of them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn erase(
        &self,
        tx: &mut Tx,
        member: &MemberId,
        left: &MemberId,
    ) -> Result<(), StorageError> {
        match self.erase {
            Erase::Keep => self.take(tx, left, member).await.map(drop),
            Erase::Blank => tx.run(self.blank, params![member]).await.map(drop),
            Erase::Drop => tx.run(self.drop, params![member]).await.map(drop),
        }
    }

    /// The rows that name `member`, where two rows can meet; else none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rows(&self, tx: &mut Tx, member: &MemberId) -> Result<Vec<Record>, StorageError> {
        if !self.is_once() {
            return Ok(Vec::new());
        }
        let rows = tx.all(self.rows, params![member]).await?;
        rows.iter().map(record).collect()
    }

    /// Has the rows that name `from` name `to`; answers their keys.
    ///
    /// # Errors
    /// [`StorageError::Unique`] when two rows meet.
    pub async fn take(
        &self,
        tx: &mut Tx,
        to: &MemberId,
        from: &MemberId,
    ) -> Result<Vec<Record>, StorageError> {
        let rows = tx.all(self.take, params![to, from]).await?;
        rows.iter().map(record).collect()
    }

    /// Has the row with this key name `to` again, if it still names `from`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn give(
        &self,
        tx: &mut Tx,
        to: &MemberId,
        from: &MemberId,
        key: &Record,
    ) -> Result<bool, StorageError> {
        let mut values = params![to, from];
        values.extend(self.key_values(key));
        Ok(tx.run(self.give, values).await? > 0)
    }

    /// Takes away the row of `member` that meets another.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove(
        &self,
        tx: &mut Tx,
        member: &MemberId,
        row: &Record,
    ) -> Result<(), StorageError> {
        let mut values = params![member];
        values.extend(self.key_values(row));
        tx.run(self.remove, values).await?;
        Ok(())
    }

    /// Puts a row back that was taken away, unless another has taken its place meanwhile.
    ///
    /// # Errors
    /// What the database says.
    pub async fn put_back(&self, tx: &mut Tx, row: &Record) -> Result<bool, StorageError> {
        let values = self.columns.iter().map(|column| column.value(row));
        let put = tx.insert_many(
            self.insert,
            "ON CONFLICT DO NOTHING",
            vec![values.collect()],
        );
        Ok(put.await? > 0)
    }

    fn key_values(&self, record: &Record) -> Vec<Value> {
        let column = |name: &&'static str| Column::text(name).value(record);
        self.key.iter().map(column).collect()
    }
}
