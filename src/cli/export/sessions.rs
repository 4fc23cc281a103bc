//! The table of sessions, as `import series` takes it.

use std::borrow::Cow;

use serde_json::json;

use crate::cli::Answer;
use crate::domain::events::session::{Part, Status};
use crate::formats::people_csv;
use crate::formats::series::HEADINGS;
use crate::storage::export::SessionRecord;

pub(super) fn answer(found: &[SessionRecord]) -> Answer {
    let (held, others): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|record| record.status == Status::Planned);
    let text = people_csv::to_text(&HEADINGS, held.iter().map(|record| row(record)));
    let json = found.iter().map(|record| {
        let [yes, maybe, no, waiting] = record.answers;
        json!({
            "id": record.id,
            "number": record.number,
            "series": record.series,
            "title": record.title,
            "theme": record.theme,
            "wall": record.wall,
            "zone": record.zone,
            "minutes": record.minutes,
            "starts_at": record.starts_at,
            "status": record.status,
            "reason": record.reason,
            "link": record.link,
            "place": record.place,
            "recording": record.recording,
            "notes": record.notes,
            "mode": record.mode,
            "seats": { "online": record.seats.0, "in_person": record.seats.1 },
            "announced_at": record.announced_at,
            "answers": { "yes": yes, "maybe": maybe, "no": no, "waiting": waiting },
            "came": record.came,
            "estimate": record.estimate,
            "talks": record.talks,
            "parts": record.parts.iter().map(|(name, organisation, part)| json!({
                "name": name, "organisation": organisation, "part": part,
            })).collect::<Vec<_>>(),
        })
    });
    let mut answer = Answer::done(text, json.collect::<Vec<_>>().into());
    if !others.is_empty() {
        answer.notes.push(format!(
            "{} sessions that were left out or called off are only in --json.",
            others.len()
        ));
    }
    answer
}

fn row(record: &SessionRecord) -> Vec<Cow<'_, str>> {
    let speakers = record
        .parts
        .iter()
        .filter(|(_, _, part)| *part == Part::Speaker);
    let speakers: Vec<String> = speakers
        .map(|(name, organisation, _)| match organisation.as_str() {
            "" => name.to_string(),
            organisation => format!("{name} ({organisation})"),
        })
        .collect();
    let seats = record.seats.0.or(record.seats.1);
    vec![
        record.number.to_string().into(),
        record.series.as_str().into(),
        record.wall.date().to_string().into(),
        record.wall.format("%H:%M").to_string().into(),
        record.zone.name().into(),
        record.theme.as_str().into(),
        speakers.join("; ").into(),
        record.link.as_str().into(),
        seats
            .map_or(String::new(), |seats| seats.to_string())
            .into(),
        record.mode.as_str().into(),
    ]
}
