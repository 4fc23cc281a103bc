//! The text columns in which nobody writes, by what they can hold of somebody; those in which people write are in
//! `texts.rs`. Whoever adds a column says here or there what erasing a person does to it; a test walks the schema and
//! misses none.
//!
//! Columns of [`SETTLED`] are dealt with by name in `erase.rs`, or with their row by
//! [`references`](crate::storage::identities::references). The rest ([`PLAIN`]) cannot hold anybody.

/// Columns that hold who somebody is, and are settled by name.
pub const SETTLED: &[(&str, &[&str])] = &[
    (
        "accounts",
        &["account", "member_id", "direct_room", "zone_told"],
    ),
    ("acknowledgements", &["member_id"]),
    ("agenda_items", &["member_id"]),
    ("appearances", &["member_id", "bio"]),
    ("arrivals", &["member_id"]),
    ("attendance", &["identity", "member_id", "name"]),
    ("attended_spans", &["person"]),
    ("audit", &["member_id", "account"]),
    ("audit_changes", &["changes"]),
    ("calendar_links", &["hash", "member_id", "unsent"]),
    ("checklist_duties", &["member_id"]),
    ("checklist_items", &["done_by"]),
    ("checklists", &["member_id"]),
    ("consents", &["member_id", "noted_by"]),
    ("drafts", &["decided_by"]),
    ("figure_snapshots", &["taken_by"]),
    ("forgettings", &["who"]),
    ("identifiers", &["member_id", "value"]),
    ("invitations", &["member_id", "address"]),
    ("likenesses", &["one", "other"]),
    (
        "link_codes",
        &["account", "asked_account", "hash", "unsent"],
    ),
    ("link_tries", &["account"]),
    ("materialised", &["after_member"]),
    (
        "members",
        &[
            "id",
            "name",
            "name_folded",
            "permission",
            "sector",
            "discipline",
            "zone",
            "quiet_from",
            "quiet_until",
            "ladder",
            "reach",
            "career_stage",
            "standing",
            "erased",
        ],
    ),
    ("merges", &["kept", "gone", "merged_by"]),
    ("opt_outs", &["member_id"]),
    ("outbox", &["destination", "tried_in", "message_ref"]),
    ("proposals", &["member_id"]),
    ("questions", &["member_id"]),
    (
        "registrations",
        &[
            "member_id",
            "hash",
            "unsent",
            "address",
            "mailbox",
            "name",
            "organisation",
            "country",
        ],
    ),
    ("reported_figures", &["recorded_by"]),
    (
        "reviews",
        &[
            "identity",
            "name",
            "email",
            "suggested_member",
            "decided_by",
        ],
    ),
    ("role_terms", &["member_id"]),
    (
        "sign_ins",
        &["hash", "member_id", "account", "unsent", "browser"],
    ),
    (
        "signed_in",
        &["id", "hash", "previous", "member_id", "account"],
    ),
    ("rsvps", &["member_id"]),
    ("speaker_links", &["hash", "member_id", "unsent"]),
    ("standing_answers", &["member_id"]),
    ("todo_numbers", &["member_id"]),
    ("updates", &["member_id"]),
    ("waivers", &["waived_by"]),
    ("wordings", &["typed_by"]),
];

/// Columns that hold ids of other things, words of a fixed list, dates, rooms, what a manager configured, counts that
/// name nobody, or hashes.
pub const PLAIN: &[(&str, &[&str])] = &[
    ("accounts", &["community_id", "platform"]),
    ("acknowledgements", &["community_id", "what", "version"]),
    (
        "agenda_items",
        &["id", "community_id", "session_id", "status"],
    ),
    (
        "appearances",
        &[
            "id",
            "community_id",
            "session_id",
            "organisation_id",
            "talk_id",
            "part",
            "presence",
        ],
    ),
    ("arrivals", &["community_id", "welcome"]),
    (
        "attendance",
        &[
            "id",
            "community_id",
            "session_id",
            "source",
            "part",
            "country",
        ],
    ),
    ("attended_spans", &["community_id", "facet"]),
    ("audit", &["id", "community_id", "via", "act", "outcome"]),
    ("audit_changes", &["audit_id", "community_id"]),
    ("calendar_links", &["community_id"]),
    ("sign_ins", &["community_id", "platform"]),
    ("signed_in", &["community_id", "platform"]),
    // Cards stand in rooms, never with a person.
    (
        "cards",
        &[
            "session_id",
            "destination",
            "community_id",
            "message_ref",
            "kind",
        ],
    ),
    (
        "checklist_duties",
        &["checklist_id", "duty", "community_id"],
    ),
    (
        "checklist_items",
        &[
            "id",
            "checklist_id",
            "community_id",
            "key",
            "item_group",
            "duty",
            "due",
            "ticks",
        ],
    ),
    (
        "checklists",
        &["id", "community_id", "session_id", "template", "version"],
    ),
    ("communities", &["id", "slug", "name", "zone"]),
    // The wording is what the community asks everybody.
    (
        "consents",
        &["id", "community_id", "purpose", "version", "wording", "via"],
    ),
    ("deadlines", &["id", "community_id", "due_on"]),
    (
        "drafts",
        &["id", "community_id", "kind", "destination", "decision"],
    ),
    ("erasures", &["community_id", "hash", "erasure"]),
    // A snapshot is numbers and labels of partners; nothing in it refers to people.
    (
        "figure_snapshots",
        &["community_id", "from_date", "to_date", "figures"],
    ),
    ("forgettings", &["id", "community_id"]),
    ("identifiers", &["community_id", "kind"]),
    ("inbox", &["platform", "event_id"]),
    ("invitations", &["session_id", "community_id"]),
    ("installations", &["platform", "space", "token", "refresh"]),
    ("leases", &["name", "owner"]),
    ("likenesses", &["id", "community_id", "reason", "decision"]),
    (
        "link_codes",
        &["community_id", "platform", "asked_platform"],
    ),
    ("link_tries", &["community_id", "platform"]),
    ("materialised", &["subject", "rung", "community_id"]),
    // Figures are split by these two, so they stay.
    (
        "members",
        &[
            "community_id",
            "organisation_id",
            "country",
            "country_source",
        ],
    ),
    ("merges", &["community_id", "way"]),
    ("monthly_figures", &["community_id", "kind", "facet"]),
    ("opt_outs", &["kind"]),
    ("organisation_aliases", &["community_id", "organisation_id"]),
    (
        "organisations",
        &["id", "community_id", "label", "sector", "country", "zone"],
    ),
    (
        "outbox",
        &[
            "id",
            "community",
            "kind",
            "token",
            "state",
            "lease_owner",
            "draft",
        ],
    ),
    ("proposals", &["id", "community_id"]),
    (
        "questions",
        &["community_id", "session_id", "status", "asked_on"],
    ),
    // The wording is what the community asks everybody.
    (
        "registrations",
        &[
            "id",
            "community_id",
            "session_id",
            "way",
            "version",
            "wording",
        ],
    ),
    (
        "reported_figures",
        &[
            "community_id",
            "figure",
            "series_id",
            "from_date",
            "to_date",
        ],
    ),
    (
        "reviews",
        &[
            "id",
            "community_id",
            "session_id",
            "part",
            "country",
            "decision",
        ],
    ),
    (
        "role_terms",
        &["id", "community_id", "role_group", "since", "until"],
    ),
    (
        "rsvps",
        &["session_id", "community_id", "partstat", "seat", "way"],
    ),
    (
        "series",
        &[
            "id",
            "community_id",
            "slug",
            "zone",
            "schedule",
            "planned_until",
            "ends_on",
            "mode",
            "kind",
            "checklist",
            "for_groups",
        ],
    ),
    (
        "sessions",
        &[
            "id",
            "community_id",
            "series_id",
            "recurrence_id",
            "wall",
            "zone",
            "status",
            "mode",
            "kind",
            "for_groups",
        ],
    ),
    // Cursors, switches and the key of erasures.
    ("settings", &["community", "key", "value"]),
    ("speaker_links", &["id", "community_id", "session_id"]),
    (
        "standing_answers",
        &["series_id", "community_id", "partstat", "way", "from_wall"],
    ),
    ("talks", &["id", "session_id"]),
    ("todo_numbers", &["item_id", "community_id"]),
    ("updates", &["id", "community_id", "session_id"]),
    (
        "waivers",
        &["session_id", "organisation_id", "community_id"],
    ),
    ("wordings", &["id", "community_id", "name"]),
];
