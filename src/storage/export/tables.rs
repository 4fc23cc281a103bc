//! Every table as it is stored.

use serde_json::{Map, Value as Json};

use crate::domain::ids::CommunityId;
use crate::storage::{Row, StorageError, Tx};

/// The tables of a community with the question for each. `inbox` and `leases` are the whole service's; `link_codes` and
/// `link_tries` hold secrets of ten minutes, `calendar_links` those of people's calendars, `sign_ins` and `signed_in`
/// those of browsers, `registrations` what strangers typed and did not confirm yet, `speaker_links` secrets of speakers, `erasures` means nothing without its key, and `forgettings` is work of a
/// minute on those who must not be exported any more. `audit_changes` is how rows were before what can be undone today.
const TABLES: &[(&str, &str)] = &[
    ("communities", "SELECT * FROM communities WHERE id = $1"),
    (
        "organisations",
        "SELECT * FROM organisations WHERE community_id = $1 ORDER BY id",
    ),
    (
        "organisation_aliases",
        "SELECT * FROM organisation_aliases WHERE community_id = $1 ORDER BY alias",
    ),
    (
        "members",
        "SELECT * FROM members WHERE community_id = $1 ORDER BY id",
    ),
    (
        "accounts",
        "SELECT * FROM accounts WHERE community_id = $1 ORDER BY platform, account",
    ),
    (
        "invitations",
        "SELECT * FROM invitations WHERE community_id = $1 ORDER BY session_id, member_id",
    ),
    (
        "role_terms",
        "SELECT * FROM role_terms WHERE community_id = $1 ORDER BY id",
    ),
    (
        "opt_outs",
        "SELECT * FROM opt_outs WHERE member_id IN (SELECT id FROM members WHERE community_id = $1) ORDER BY member_id, kind",
    ),
    (
        "identifiers",
        "SELECT * FROM identifiers WHERE community_id = $1 ORDER BY member_id, kind, value",
    ),
    (
        "likenesses",
        "SELECT * FROM likenesses WHERE community_id = $1 ORDER BY id",
    ),
    (
        "merges",
        "SELECT * FROM merges WHERE community_id = $1 ORDER BY number",
    ),
    (
        "series",
        "SELECT * FROM series WHERE community_id = $1 ORDER BY id",
    ),
    (
        "sessions",
        "SELECT * FROM sessions WHERE community_id = $1 ORDER BY number",
    ),
    (
        "talks",
        "SELECT * FROM talks WHERE session_id IN (SELECT id FROM sessions WHERE community_id = $1) ORDER BY session_id, place",
    ),
    (
        "appearances",
        "SELECT * FROM appearances WHERE community_id = $1 ORDER BY id",
    ),
    (
        "waivers",
        "SELECT * FROM waivers WHERE community_id = $1 ORDER BY session_id, organisation_id",
    ),
    (
        "rsvps",
        "SELECT * FROM rsvps WHERE community_id = $1 ORDER BY session_id, member_id",
    ),
    (
        "standing_answers",
        "SELECT * FROM standing_answers WHERE community_id = $1 ORDER BY series_id, member_id",
    ),
    (
        "drafts",
        "SELECT * FROM drafts WHERE community_id = $1 ORDER BY id",
    ),
    (
        "wordings",
        "SELECT * FROM wordings WHERE community_id = $1 ORDER BY id",
    ),
    (
        "cards",
        "SELECT * FROM cards WHERE community_id = $1 ORDER BY session_id, destination",
    ),
    (
        "agenda_items",
        "SELECT * FROM agenda_items WHERE community_id = $1 ORDER BY session_id, place",
    ),
    (
        "updates",
        "SELECT * FROM updates WHERE community_id = $1 ORDER BY session_id, place",
    ),
    (
        "questions",
        "SELECT * FROM questions WHERE community_id = $1 ORDER BY number",
    ),
    (
        "attendance",
        "SELECT * FROM attendance WHERE community_id = $1 ORDER BY id",
    ),
    (
        "reviews",
        "SELECT * FROM reviews WHERE community_id = $1 ORDER BY id",
    ),
    (
        "proposals",
        "SELECT * FROM proposals WHERE community_id = $1 ORDER BY id",
    ),
    (
        "deadlines",
        "SELECT * FROM deadlines WHERE community_id = $1 ORDER BY id",
    ),
    (
        "checklists",
        "SELECT * FROM checklists WHERE community_id = $1 ORDER BY id",
    ),
    (
        "checklist_items",
        "SELECT * FROM checklist_items WHERE community_id = $1 ORDER BY checklist_id, place",
    ),
    (
        "checklist_duties",
        "SELECT * FROM checklist_duties WHERE community_id = $1 ORDER BY checklist_id, duty",
    ),
    (
        "todo_numbers",
        "SELECT * FROM todo_numbers WHERE community_id = $1 ORDER BY member_id, number",
    ),
    (
        "arrivals",
        "SELECT * FROM arrivals WHERE community_id = $1 ORDER BY member_id",
    ),
    (
        "acknowledgements",
        "SELECT * FROM acknowledgements WHERE community_id = $1 ORDER BY member_id, what, version",
    ),
    (
        "consents",
        "SELECT * FROM consents WHERE community_id = $1 ORDER BY member_id, given_at, id",
    ),
    (
        "audit",
        "SELECT * FROM audit WHERE community_id = $1 ORDER BY id",
    ),
    (
        "outbox",
        "SELECT * FROM outbox WHERE community = $1 ORDER BY due_at, id",
    ),
    (
        "materialised",
        "SELECT * FROM materialised WHERE community_id = $1 ORDER BY subject, revision, rung",
    ),
    (
        "monthly_figures",
        "SELECT * FROM monthly_figures WHERE community_id = $1 ORDER BY kind, month, facet",
    ),
    (
        "attended_spans",
        "SELECT * FROM attended_spans WHERE community_id = $1 ORDER BY person, span",
    ),
    (
        "figure_snapshots",
        "SELECT * FROM figure_snapshots WHERE community_id = $1 ORDER BY number",
    ),
    (
        "reported_figures",
        "SELECT * FROM reported_figures WHERE community_id = $1 ORDER BY number",
    ),
    (
        "settings",
        "SELECT * FROM settings WHERE community = $1 ORDER BY key",
    ),
];

/// Every row of every table of a community as it is stored: instants in milliseconds, truth as 0 and 1.
///
/// # Errors
/// What the database says.
pub async fn tables(
    tx: &mut Tx,
    community: &CommunityId,
) -> Result<Map<String, Json>, StorageError> {
    let mut tables = Map::new();
    for &(table, sql) in TABLES {
        let rows = tx.all(sql, params![community]).await?;
        let rows = rows
            .iter()
            .map(Row::to_json)
            .collect::<Result<Vec<_>, _>>()?;
        tables.insert(table.to_owned(), Json::Array(rows));
    }
    Ok(tables)
}
