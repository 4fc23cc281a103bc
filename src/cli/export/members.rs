//! The table of members, as `import members` takes it.

use std::borrow::Cow;

use serde_json::json;

use crate::cli::Answer;
use crate::domain::people::career::CareerStage;
use crate::domain::people::member::Standing;
use crate::domain::platform::Platform;
use crate::domain::time::{Instant, Zone};
use crate::formats::members::HEADINGS;
use crate::formats::people_csv;
use crate::storage::export::MemberRecord;

pub(super) fn answer(found: &[MemberRecord], zone: Zone, now: Instant) -> Answer {
    // A contact who was imported again would become a member.
    let (members, others): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|record| record.standing == Standing::Member);
    let text = people_csv::to_text(
        &HEADINGS,
        members.iter().map(|record| row(record, zone, now)),
    );
    let json = found.iter().map(|record| {
        json!({
            "id": record.id,
            "name": record.name,
            "standing": record.standing,
            "permission": record.permission,
            "organisation": record.organisation,
            "partner": record.partner,
            "sector": record.sector,
            "discipline": record.discipline,
            "career_stage": record.career_stage,
            "country": record.country,
            "country_source": record.country_source,
            "zone": record.zone,
            "quiet": record.quiet,
            "ladder": record.ladder,
            "onboarded_at": record.onboarded_at,
            "joined_at": record.joined_at,
            "accounts": record.accounts,
            "roles": record.roles,
            "opt_outs": record.opt_outs,
            "consents": record.consents,
        })
    });
    let json = json.collect::<Vec<_>>().into();
    let mut answer = Answer::done(text, json);
    if !others.is_empty() {
        let others = others.len();
        answer.notes.push(format!(
            "{others} people who are no members (speakers known by name, people who left) are only in --json."
        ));
    }
    answer
}

fn row(record: &MemberRecord, zone: Zone, now: Instant) -> Vec<Cow<'_, str>> {
    let account = |platform: Platform| {
        let mut accounts = record.accounts.iter();
        let account = accounts.find(|account| account.platform == platform);
        Cow::from(account.map_or("", |account| account.id.as_str()))
    };
    let onboarded = record.onboarded_at.map_or("no".to_owned(), |at| {
        at.with_timezone(&zone).date_naive().to_string()
    });
    let today = now.with_timezone(&zone).date_naive();
    let mut groups: Vec<&str> = Vec::new();
    for term in &record.roles {
        if term.covers(today) && !groups.contains(&term.group.as_str()) {
            groups.push(&term.group);
        }
    }
    vec![
        record.name.as_str().into(),
        account(Platform::Email),
        record
            .organisation
            .as_ref()
            .map_or("", |name| name.as_str())
            .into(),
        record.sector.as_str().into(),
        record.country.as_deref().unwrap_or_default().into(),
        record.discipline.as_str().into(),
        groups.join("; ").into(),
        record.zone.map_or("", |zone| zone.name()).into(),
        account(Platform::Matrix),
        account(Platform::Slack),
        account(Platform::Discord),
        onboarded.into(),
        record.country_source.as_str().into(),
        account(Platform::Local),
        record.career_stage.map_or("", CareerStage::as_str).into(),
    ]
}
