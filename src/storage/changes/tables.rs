//! Which tables an action's changes are kept of, so that they can be put back, and by what their rows are known. A
//! test walks the schema and misses none.

/// A table whose rows are put back.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns of its key.
    pub key: &'static [&'static str],
    /// Columns that go on without anybody's doing, or are counted from other rows: they are neither compared nor put
    /// back.
    pub loose: &'static [&'static str],
}

const fn table(
    name: &'static str,
    key: &'static [&'static str],
    loose: &'static [&'static str],
) -> Table {
    Table { name, key, loose }
}

/// The tables whose rows are put back.
pub const TABLES: &[Table] = &[
    table(
        "accounts",
        &["community_id", "platform", "account"],
        &["direct_room", "gone_at"],
    ),
    table("acknowledgements", &["member_id", "what", "version"], &[]),
    table("agenda_items", &["id"], &[]),
    table("appearances", &["id"], &[]),
    table("arrivals", &["member_id"], &[]),
    table("attendance", &["id"], &[]),
    table("cards", &["session_id", "destination"], &["edits", "dirty"]),
    table("checklist_duties", &["checklist_id", "duty"], &[]),
    table("checklist_items", &["id"], &[]),
    table("checklists", &["id"], &[]),
    table("deadlines", &["id"], &[]),
    table("drafts", &["id"], &[]),
    table("identifiers", &["member_id", "kind", "value"], &[]),
    table("likenesses", &["id"], &[]),
    table(
        "materialised",
        &["subject", "revision", "rung"],
        &["after_member", "done"],
    ),
    table("members", &["id"], &[]),
    table("opt_outs", &["member_id", "kind"], &[]),
    table("organisation_aliases", &["community_id", "alias"], &[]),
    table("organisations", &["id"], &[]),
    table(OUTBOX, &["id"], &[]),
    table("questions", &["community_id", "number"], &[]),
    table("reported_figures", &["community_id", "number"], &[]),
    table("reviews", &["id"], &[]),
    table("role_terms", &["id"], &[]),
    table("rsvps", &["session_id", "member_id"], &[]),
    table("series", &["id"], &[]),
    table("sessions", &["id"], COUNTED),
    table("settings", &["community", "key"], &[]),
    table("standing_answers", &["series_id", "member_id"], &[]),
    table("talks", &["id"], &[]),
    table("updates", &["id"], &[]),
    table("waivers", &["session_id", "organisation_id"], &[]),
    table("wordings", &["id"], &[]),
];

/// Posts have rules of their own: what has gone out cannot be taken back.
pub const OUTBOX: &str = "outbox";

/// What a session's row counts: of other rows, and its versions in calendars, which only ever grow.
const COUNTED: &[&str] = &[
    "sequence",
    "changed_at",
    "yes_online",
    "yes_in_person",
    "maybe",
    "declined",
    "offered_online",
    "offered_in_person",
    "waiting_online",
    "waiting_in_person",
    "next_place",
    "recorded",
];

/// Tables whose changes are not put back: what is counted from others and counted again, what remembers that
/// something was heard or done, what is permanent by its meaning, numbers that are not given twice, and what no
/// command changes that can be undone.
pub const APART: &[&str] = &[
    "attended_spans",
    "audit",
    "audit_changes",
    "calendar_links",
    "communities",
    "consents",
    "erasures",
    "figure_snapshots",
    "forgettings",
    "inbox",
    "invitations",
    "installations",
    "leases",
    "link_codes",
    "link_tries",
    "merges",
    "monthly_figures",
    "proposals",
    "sign_ins",
    "signed_in",
    "registrations",
    "speaker_links",
    "todo_numbers",
];

pub(super) fn find(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}
