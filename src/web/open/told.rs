//! A session as the public page tells it: text, which the template escapes, and addresses that we made.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::load::Public;
use crate::chat::plain;
use crate::domain::community::Community;
use crate::domain::events::rsvp::{Way, ways};
use crate::domain::events::session::{Mode, Part, Session, Status};
use crate::domain::people::registration::closed;
use crate::domain::time::{Instant, Zone};
use crate::words::calendar::summary;
use crate::words::view::SessionView;

/// From how few free seats on their number is told. How many there are in all is not, so that nobody counts those who come.
const FEW_LEFT: i64 = 10;

/// A session on a page.
pub(super) struct Told {
    pub(super) number: i64,
    /// Its theme, or its title where it has none.
    pub(super) name: String,
    /// Its title, where that is something else.
    pub(super) kicker: String,
    pub(super) weekday: String,
    pub(super) day: String,
    pub(super) month: String,
    pub(super) year: String,
    /// `14:00–15:00 London`.
    pub(super) hours: String,
    /// The start elsewhere: `09:00 New York`.
    pub(super) elsewhere: Vec<String>,
    pub(super) start: String,
    pub(super) speakers: Vec<String>,
    /// Those who said who they are.
    pub(super) people: Vec<Person>,
    /// Where slides are.
    pub(super) slides: Vec<String>,
    pub(super) talks: Vec<Talk>,
    pub(super) mode: &'static str,
    pub(super) place: String,
    pub(super) cancelled: bool,
    pub(super) running: bool,
    /// Whether somebody may register now.
    pub(super) open: bool,
    pub(super) full: bool,
    /// `3 seats left`, where that is to be told.
    pub(super) seats: String,
    pub(super) recording: String,
}

/// A talk.
pub(super) struct Talk {
    pub(super) title: String,
    pub(super) speaker: String,
    pub(super) summary: String,
    pub(super) slides: String,
}

/// A speaker.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) bio: String,
}

pub(super) fn told(
    view: &SessionView,
    public: &Public,
    community: &Community,
    now: Instant,
) -> Told {
    let session = &view.session;
    let zone = session.plan.zone;
    let (start, end) = (
        session.starts_at.with_timezone(&zone),
        session.ends_at.with_timezone(&zone),
    );
    let named = |name: &str| {
        let mut parts = view.appearances.iter();
        parts.any(|part| part.name.as_str() == name && public.named.contains(&part.member))
    };
    let over = session.ends_at <= now;
    let talks = view.talks.iter().map(|(_, title, speaker)| {
        let mut speakers = view.who(Part::Speaker);
        let giver = speakers.find(|one| {
            let said = public.said(view, &one.member);
            said.is_some_and(|said| said.talk.is_some() && said.title == *title)
        });
        let said = giver.and_then(|one| public.said(view, &one.member));
        let slides = giver.map_or("", |one| public.slides(view, &one.member));
        Talk {
            title: title.to_string(),
            speaker: speaker
                .as_ref()
                .filter(|name| named(name.as_str()))
                .map(ToString::to_string)
                .unwrap_or_default(),
            summary: said.map_or(String::new(), |said| said.summary.to_string()),
            slides: link(slides),
        }
    });
    let people = view
        .who(Part::Speaker)
        .filter(|one| public.named.contains(&one.member));
    let people = people.filter_map(|one| {
        let bio = &public.said(view, &one.member)?.bio;
        (!bio.is_empty()).then(|| Person {
            name: one.name.to_string(),
            bio: bio.to_string(),
        })
    });
    let slides = view.who(Part::Speaker).filter(|_| over);
    let slides = slides.map(|one| link(public.slides(view, &one.member)));
    let speakers = view.who(Part::Speaker);
    let speakers = speakers.filter(|one| public.named.contains(&one.member));
    let (full, seats) = seats(session);
    let open = closed(session, now).is_none();
    Told {
        number: session.number,
        name: session.name().to_string(),
        kicker: match session.theme.is_empty() {
            true => String::new(),
            false => session.title.to_string(),
        },
        weekday: start.format("%A").to_string(),
        day: start.format("%-d").to_string(),
        month: start.format("%b").to_string(),
        year: start.format("%Y").to_string(),
        hours: format!(
            "{}–{} {}",
            start.format("%H:%M"),
            end.format("%H:%M"),
            plain::city(zone)
        ),
        elsewhere: elsewhere(session, &community.zones()),
        start: start.to_rfc3339_opts(SecondsFormat::Secs, false),
        speakers: speakers
            .map(|one| match one.organisation.is_empty() {
                true => one.name.to_string(),
                false => format!("{} ({})", one.name, one.organisation),
            })
            .collect(),
        people: people.collect(),
        slides: slides.filter(|slides| !slides.is_empty()).collect(),
        talks: talks.collect(),
        mode: match session.mode {
            Mode::Online => "Online",
            Mode::InPerson => "In person",
            Mode::Both => "Online and in person",
        },
        place: match session.mode {
            Mode::Online => String::new(),
            _ => session.place.to_string(),
        },
        cancelled: session.status != Status::Planned,
        running: session.status == Status::Planned && session.is_running(now),
        open,
        full: open && full,
        seats: if open { seats } else { String::new() },
        recording: match over && public.shows_recording(view) {
            true => link(&session.recording),
            false => String::new(),
        },
    }
}

/// An address that may be an `href`; nothing for any other.
pub(super) fn link(address: &str) -> String {
    let fine = address.starts_with("https://") || address.starts_with("http://");
    match fine && !address.contains(|c: char| c.is_whitespace() || c.is_control()) {
        true => address.to_owned(),
        false => String::new(),
    }
}

/// Whether every way of taking part is full, and how few seats are left.
fn seats(session: &Session) -> (bool, String) {
    let free = |way: &Way| {
        let free = session.tally.free(session.capacity, *way);
        free.map(|free| free - session.tally.waiting())
    };
    let each: Vec<Option<i64>> = ways(session.mode).iter().map(free).collect();
    let Some(left) = each.iter().copied().sum::<Option<i64>>() else {
        return (false, String::new());
    };
    match left.max(0) {
        0 => (true, "All seats are taken; you can wait for one".to_owned()),
        1 => (false, "1 seat left".to_owned()),
        n if n <= FEW_LEFT => (false, format!("{n} seats left")),
        _ => (false, String::new()),
    }
}

/// The start in the other zones of the community.
fn elsewhere(session: &Session, zones: &[Zone]) -> Vec<String> {
    let home = session.starts_at.with_timezone(&session.plan.zone);
    let mut told: Vec<String> = Vec::new();
    for zone in zones {
        let there = session.starts_at.with_timezone(zone);
        if there.naive_local() == home.naive_local() {
            continue;
        }
        let format = match there.date_naive() == home.date_naive() {
            true => "%H:%M",
            false => "%a %H:%M",
        };
        told.push(format!("{} {}", there.format(format), plain::city(*zone)));
    }
    told
}

/// The session for programs that read pages (schema.org, Event).
pub(super) fn event(view: &SessionView, public: &Public, community: &Community) -> Value {
    let session = &view.session;
    let site = &community.settings.site;
    let page = format!("{site}/session/{}", session.number);
    let zone = session.plan.zone;
    let at = |instant: Instant| {
        let there = instant.with_timezone(&zone);
        there.to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let online = json!({ "@type": "VirtualLocation", "url": page });
    let place = session.place.as_str();
    let room = json!({ "@type": "Place", "name": place, "address": place });
    let (attendance, location) = match session.mode {
        Mode::Online => ("OnlineEventAttendanceMode", online),
        Mode::InPerson => ("OfflineEventAttendanceMode", room),
        Mode::Both => ("MixedEventAttendanceMode", json!([online, room])),
    };
    let speakers = view.who(Part::Speaker);
    let speakers: Vec<Value> = speakers
        .filter(|one| public.named.contains(&one.member))
        .map(|one| json!({ "@type": "Person", "name": one.name.as_str() }))
        .collect();
    let status = match session.status {
        Status::Planned => "EventScheduled",
        _ => "EventCancelled",
    };
    let mut event = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": summary(view),
        "startDate": at(session.starts_at),
        "endDate": at(session.ends_at),
        "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": format!("https://schema.org/{attendance}"),
        "location": location,
        "url": page,
        "isAccessibleForFree": true,
        "organizer": { "@type": "Organization", "name": community.name.as_str(), "url": format!("{site}/") },
    });
    if !speakers.is_empty() {
        event["performer"] = Value::Array(speakers);
    }
    event
}

/// JSON as it may stand between the tags of a script: no letter of it ends the element or begins another.
pub(super) fn for_script(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_data_ends_its_script() {
        let data = json!({ "name": "</script><script>alert(1)</script> & \u{2028}" });
        let text = for_script(&data);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back, data);
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(link("https://a.example/x"), "https://a.example/x");
        for other in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a b",
            "/x",
            "",
        ] {
            assert_eq!(link(other), "", "{other}");
        }
    }
}
