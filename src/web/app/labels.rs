//! Short words for states, as labels have them; whole sentences are the bot's.

use crate::domain::events::completeness::Missing;
use crate::domain::events::session::{Session, Status};
use crate::domain::time::Instant;

/// How a session stands, and how that looks.
pub(super) fn state(session: &Session, now: Instant) -> (&'static str, &'static str) {
    match session.status {
        Status::Cancelled => ("called off", "bad"),
        Status::Skipped => ("left out", ""),
        Status::Planned if session.ends_at <= now => ("held", ""),
        Status::Planned if session.starts_at <= now => ("on now", "good"),
        Status::Planned if session.announced_at.is_some() => ("announced", "good"),
        Status::Planned => ("not announced", ""),
    }
}

/// What a session lacks, in a word or two.
pub(super) fn lacks(missing: &Missing) -> String {
    match missing {
        Missing::Theme => "theme".to_owned(),
        Missing::Speakers { invited } if invited.is_empty() => "speaker".to_owned(),
        Missing::Speakers { .. } => "speaker’s yes".to_owned(),
        Missing::SpeakerOf(gaps) => {
            let labels: Vec<&str> = gaps.iter().map(|gap| gap.label.as_str()).collect();
            format!("speaker of {}", labels.join(" and "))
        }
        Missing::Host => "host".to_owned(),
        Missing::Agenda => "agenda".to_owned(),
        Missing::Link => "video link".to_owned(),
        Missing::Place => "room".to_owned(),
    }
}
