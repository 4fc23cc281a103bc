//! Counts by month, kept in the transaction that changes what they count, and the ledger's own records.
//!
//! `monthly_figures` holds attendances (and yes answers of sessions of which it is recorded who came) by month and
//! facet; `attended_spans` holds for each person the months in which they came, a bit each, forty years to a row, so that different
//! people over any months are one pass over the people and never over their attendances. Who changes what is counted
//! says so in the same transaction:
//!
//! - attendance of one session, its month, or whether it took place: [`keep::Counted`], read before and settled
//!   after. Every function of `storage::attendance` and `storage::sessions` that changes these does it itself;
//! - what a figure is split by, of members (organisation, country): [`people::before_move`] and [`people::after_move`];
//! - whose records some are (a merge of two, and back): [`people::leave`] before and [`people::enter`] after;
//! - an answer to a session of which it is recorded who came: [`answers::leave`] and [`answers::enter`].
//!
//! [`recompute`] counts everything anew from the records, by code of its own, and finds nothing to differ.

/// A session's month as it is stored; `s` is the session.
macro_rules! month {
    () => {
        "(CAST(substr(s.wall, 1, 4) AS BIGINT) * 12 + CAST(substr(s.wall, 6, 2) AS BIGINT) - 1)"
    };
}

/// The facet of a member `m`, whose organisation is `o`; the same as [`crate::domain::figures::Facet::member`].
macro_rules! facet {
    () => {
        "(COALESCE(m.organisation_id, '') || '|' || COALESCE(m.country, o.country, '') || '|' ||
             CASE WHEN m.country IS NOT NULL THEN m.country_source
                  WHEN o.country IS NOT NULL THEN 'organisation' ELSE 'unknown' END)"
    };
}

/// Adds to counts that are there already.
macro_rules! adding {
    () => {
        "ON CONFLICT (community_id, kind, month, facet) DO UPDATE SET n = monthly_figures.n + excluded.n,
             records = monthly_figures.records + excluded.records,
             presenting = monthly_figures.presenting + excluded.presenting,
             checked_in = monthly_figures.checked_in + excluded.checked_in,
             listed = monthly_figures.listed + excluded.listed,
             reported = monthly_figures.reported + excluded.reported,
             timed = monthly_figures.timed + excluded.timed,
             minutes = monthly_figures.minutes + excluded.minutes"
    };
}

/// The columns of the counts.
macro_rules! into_monthly {
    () => {
        "INSERT INTO monthly_figures (community_id, kind, month, facet, n, records, presenting, checked_in, listed,
             reported, timed, minutes) "
    };
}

pub mod answers;
pub mod keep;
mod month;
pub mod people;
pub mod read;
pub mod recompute;
pub mod records;
pub mod reported;
pub mod snapshots;
mod texts;

use super::{Row, StorageError};
use crate::domain::figures::Sums;
use crate::domain::figures::period::Attended;

/// What a row of `monthly_figures` counts.
pub(super) const ATTENDANCE: &str = "attendance";
/// The same for yes answers.
pub(super) const ANSWER: &str = "answer";

/// The months of a row of `attended_spans`.
fn attended(row: &Row) -> Result<Attended, StorageError> {
    let mut months = Attended::default();
    let names = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"];
    for (word, name) in months.0.iter_mut().zip(names) {
        *word = row.get(name)?;
    }
    Ok(months)
}

fn sums(row: &Row) -> Result<Sums, StorageError> {
    Ok(Sums {
        n: row.get("n")?,
        records: row.get("records")?,
        presenting: row.get("presenting")?,
        checked_in: row.get("checked_in")?,
        listed: row.get("listed")?,
        reported: row.get("reported")?,
        timed: row.get("timed")?,
        minutes: row.get("minutes")?,
    })
}
