//! Who came to which session. The sources are kept apart: somebody seen by two has two lines.

use std::borrow::Cow;

use serde_json::json;

use crate::cli::Answer;
use crate::domain::time::Zone;
use crate::formats::people_csv;
use crate::storage::export::AttendanceRecord;

const HEADINGS: [&str; 10] = [
    "session",
    "date",
    "name",
    "email",
    "organisation",
    "partner",
    "country",
    "source",
    "role",
    "minutes",
];

pub(super) fn answer(found: &[AttendanceRecord], zone: Zone) -> Answer {
    let text = people_csv::to_text(&HEADINGS, found.iter().map(|record| row(record, zone)));
    let json = found.iter().map(|record| {
        json!({
            "session": record.number,
            "starts_at": record.starts_at,
            "source": record.source,
            "identity": record.identity,
            "member": record.member,
            "name": record.name,
            "email": record.email,
            "organisation": record.organisation,
            "partner": record.partner,
            "role": record.role,
            "minutes": record.minutes,
            "connection": record.connection,
            "country": record.country,
        })
    });
    Answer::done(text, json.collect::<Vec<_>>().into())
}

fn row(record: &AttendanceRecord, zone: Zone) -> Vec<Cow<'_, str>> {
    // Somebody with an address whom nobody knows is told apart by it.
    let of_report = record.identity.strip_prefix("email:").unwrap_or_default();
    let email = Some(record.email.as_str()).filter(|email| !email.is_empty());
    let partner = match &record.partner {
        Some(label) => label.as_str(),
        None if record.organisation.is_empty() => "unknown",
        None => "external",
    };
    let day = record.starts_at.with_timezone(&zone).date_naive();
    vec![
        record.number.to_string().into(),
        day.to_string().into(),
        record.name.as_str().into(),
        email.unwrap_or(of_report).into(),
        record.organisation.as_str().into(),
        partner.into(),
        record.country.as_deref().unwrap_or_default().into(),
        record.source.as_str().into(),
        record.role.as_str().into(),
        record
            .minutes
            .map_or(String::new(), |minutes| minutes.to_string())
            .into(),
    ]
}
