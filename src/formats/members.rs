//! The table of members: `name,email,organisation,sector,country,discipline,role_groups,zone,
//! matrix,slack,discord,onboarded`, and what our own export adds: `country_source,local,career_stage`.
//!
//! A row is found again by its e-mail or an account, so it needs one of them; an empty cell says
//! nothing (it does not erase what is known).

use std::collections::HashMap;
use std::io::Read;

use super::cells;
use super::dates;
use super::decode::Limits;
use super::problems::{Problems, Refused};
use super::table::{Column, Row, Table};
use crate::domain::country::Country;
use crate::domain::email::Email;
use crate::domain::people::career::CareerStage;
use crate::domain::people::member::CountrySource;
pub use crate::domain::people::member::Onboarded;
use crate::domain::text::UserText;
use crate::domain::time::Zone;

/// The headings of the table, in the order in which it is written.
pub const HEADINGS: [&str; 15] = [
    "name",
    "email",
    "organisation",
    "sector",
    "country",
    "discipline",
    "role_groups",
    "zone",
    "matrix",
    "slack",
    "discord",
    "onboarded",
    "country_source",
    "local",
    "career_stage",
];

const COLUMNS: &[Column] = &[
    Column::needed("name").also(&["full_name"]),
    Column::optional("email").also(&["e_mail", "email_address", "mail"]),
    Column::optional("organisation").also(&["organization", "affiliation"]),
    Column::optional("sector"),
    Column::optional("country"),
    Column::optional("discipline"),
    Column::optional("role_groups").also(&["role_group", "roles"]),
    Column::optional("zone").also(&["time_zone", "timezone"]),
    Column::optional("matrix").also(&["matrix_id"]),
    Column::optional("slack").also(&["slack_id"]),
    Column::optional("discord").also(&["discord_id"]),
    Column::optional("onboarded"),
    Column::optional("country_source"),
    Column::optional("local"),
    Column::optional("career_stage").also(&["career"]),
];

/// The columns by which a member is found again.
const NAMING: [&str; 5] = ["email", "matrix", "slack", "discord", "local"];

/// One member, as the table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// The line of the file.
    pub line: u64,
    /// The name.
    pub name: UserText,
    /// The e-mail address.
    pub email: Option<Email>,
    /// The organisation, as written; the alias list decides which it is.
    pub organisation: Option<UserText>,
    /// The sector, as written.
    pub sector: Option<UserText>,
    /// The country.
    pub country: Option<Country>,
    /// Where the country is known from; `None` when the table only states it.
    pub country_source: Option<CountrySource>,
    /// The discipline.
    pub discipline: Option<UserText>,
    /// How far they are in their career.
    pub career_stage: Option<CareerStage>,
    /// The role groups.
    pub role_groups: Vec<UserText>,
    /// The person's own zone.
    pub zone: Option<Zone>,
    /// The account on Matrix, such as `@ada:example.org`.
    pub matrix: Option<String>,
    /// The account on Slack.
    pub slack: Option<String>,
    /// The account on Discord.
    pub discord: Option<String>,
    /// The account in the built-in chat.
    pub local: Option<String>,
    /// Whether they were welcomed before; `None` when the table does not say.
    pub onboarded: Option<Onboarded>,
}

/// The members of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// One per row.
    pub rows: Vec<MemberRow>,
    /// What the person who brought the table should know about how it was read.
    pub notices: Vec<String>,
}

/// Reads the table of members.
///
/// # Errors
/// [`Refused`] with every bad line: nothing of the table may be used then.
pub fn read(reader: impl Read, limits: &Limits) -> Result<Members, Refused> {
    let (members, problems) = examine(reader, limits)?;
    problems.finish(members)
}

/// Reads the table of members as far as it can be read: the good lines, and what is wrong with the
/// others, so that whoever checks further can name all bad lines at once.
///
/// # Errors
/// [`Refused`] when the file as a whole cannot be read.
pub fn examine(reader: impl Read, limits: &Limits) -> Result<(Members, Problems), Refused> {
    let mut table = Table::read(reader, COLUMNS, limits)?;
    let mut problems = std::mem::take(&mut table.problems);
    let mut notices = std::mem::take(&mut table.notices);
    if !NAMING.iter().any(|it| table.has(it)) {
        problems.add(
            None,
            "A member is found again by e-mail or account: the table needs one of the headings \
             email, matrix, slack, discord.",
        );
    }
    let mut seen = HashMap::new();
    let mut rows = Vec::new();
    for row in table.rows() {
        let mut reader = RowReader {
            row,
            problems: &mut problems,
            notices: &mut notices,
        };
        if let Some(member) = member(&mut reader) {
            note_repeats(&member, &mut seen, &mut problems);
            rows.push(member);
        }
    }
    Ok((Members { rows, notices }, problems))
}

fn member(row: &mut RowReader<'_, '_>) -> Option<MemberRow> {
    // Every cell is read before any is missed, so that all faults of the line are named.
    let name = row.text("name");
    let email = row.parsed("email", |cell| {
        Email::parse(cell).map_err(|error| error.to_string())
    });
    let organisation = row.text("organisation");
    let sector = row.text("sector");
    let country = row.parsed("country", |cell| {
        Country::parse(cell).map_err(|error| error.to_string())
    });
    let country_source = row.parsed("country_source", |cell| {
        (cell.to_lowercase().parse::<CountrySource>()).map_err(|error| error.to_string())
    });
    let discipline = row.text("discipline");
    let career_stage = row.parsed("career_stage", |cell| {
        CareerStage::parse(cell).map_err(|error| format!("{error}."))
    });
    let role_groups = row.texts("role_groups");
    let zone = row.parsed("zone", cells::zone);
    let matrix = row.parsed("matrix", matrix_account);
    let slack = row.parsed("slack", account);
    let discord = row.parsed("discord", account);
    let local = row.parsed("local", account);
    let onboarded = row.parsed("onboarded", onboarded);
    let line = row.row.line();
    let Some(name) = name else {
        if row.row.cell("name").trim().is_empty() {
            row.problems.add(line, "the name is missing.");
        }
        return None;
    };
    if NAMING.iter().all(|it| row.row.cell(it).trim().is_empty()) {
        row.problems.add(
            line,
            "neither e-mail nor account, so nobody could be found again.",
        );
    }
    Some(MemberRow {
        line,
        name,
        email,
        organisation,
        sector,
        country,
        country_source,
        discipline,
        career_stage,
        role_groups,
        zone,
        matrix,
        slack,
        discord,
        local,
        onboarded,
    })
}

fn note_repeats(
    member: &MemberRow,
    seen: &mut HashMap<(&'static str, String), u64>,
    problems: &mut Problems,
) {
    let email = member.email.as_ref().map(|email| email.as_str().to_owned());
    let by = [
        ("e-mail", email),
        ("matrix account", member.matrix.clone()),
        ("slack account", member.slack.clone()),
        ("discord account", member.discord.clone()),
        ("local account", member.local.clone()),
    ];
    let mut said = None;
    for (kind, name) in by {
        let Some(name) = name else { continue };
        let shown = name.clone();
        let first = *seen.entry((kind, name)).or_insert(member.line);
        if first != member.line && said != Some(first) {
            let line = member.line;
            problems.add(line, format!("repeats line {first} ({kind} {shown})."));
            said = Some(first);
        }
    }
}

fn matrix_account(cell: &str) -> Result<String, String> {
    let account = account(cell)?;
    match account
        .strip_prefix('@')
        .and_then(|rest| rest.split_once(':'))
    {
        Some((local, server)) if !local.is_empty() && !server.is_empty() => Ok(account),
        _ => Err(format!(
            "{account} is not a Matrix account; write @name:server."
        )),
    }
}

fn account(cell: &str) -> Result<String, String> {
    if cell.len() > 255 || cell.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let shown: String = cell.chars().take(60).collect();
        return Err(format!(
            "{shown} is not an account: it has no spaces and at most 255 letters."
        ));
    }
    Ok(cell.to_owned())
}

fn onboarded(cell: &str) -> Result<Onboarded, String> {
    match cells::yes_or_no(cell) {
        Some(true) => Ok(Onboarded::Yes),
        Some(false) => Ok(Onboarded::No),
        None => dates::date(cell)
            .map(Onboarded::On)
            .map_err(|reason| format!("onboarded is yes, no or a date. {reason}")),
    }
}

/// Reads the cells of one row and notes what is wrong with each.
pub(super) struct RowReader<'r, 't> {
    pub(super) row: Row<'t>,
    pub(super) problems: &'r mut Problems,
    pub(super) notices: &'r mut Vec<String>,
}

impl RowReader<'_, '_> {
    /// The text under a heading, if there is one.
    pub(super) fn text(&mut self, name: &str) -> Option<UserText> {
        self.text_of(name, self.row.cell(name))
    }

    /// The texts of a list under a heading.
    pub(super) fn texts(&mut self, name: &str) -> Vec<UserText> {
        let cell = self.row.cell(name);
        let parts = cells::list(cell).filter_map(|part| self.text_of(name, part));
        parts.collect()
    }

    fn text_of(&mut self, name: &str, cell: &str) -> Option<UserText> {
        let line = self.row.line();
        match cells::text(cell) {
            Ok((text, changed)) => {
                if changed {
                    self.notices.push(format!(
                        "Line {line}: control characters were taken out of {name}."
                    ));
                }
                text
            }
            Err(reason) => {
                self.problems.add(line, format!("{name}: {reason}"));
                None
            }
        }
    }

    /// What `parse` makes of the cell under a heading, if it is not empty.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let cell = self.row.cell(name).trim();
        if cell.is_empty() {
            return None;
        }
        match parse(cell) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.problems.add(self.row.line(), reason);
                None
            }
        }
    }
}
