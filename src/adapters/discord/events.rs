//! The guild's list of events: a session stands there as it is, and who is interested in it has answered.
//!
//! An event of ours is known by the last line of its description, `Session 21`, and by having been made by the bot; nothing
//! has to be remembered for it. So making it so is the same once and twice, also after a crash in between.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::api::{Failed, Route};
use super::hear::{Asked, text};
use super::render::cut;
use super::{Community, Discord};
use crate::chat::{Event, Inbound, Said};
use crate::domain::platform::Room;

/// The most characters of an event's name, description and place.
const NAME: usize = 100;
const DESCRIPTION: usize = 1_000;
const PLACE: usize = 100;
/// What Discord calls an event that takes place somewhere else than in one of its voice channels.
const ELSEWHERE: u64 = 3;
/// Only members of the guild see it.
const OF_THE_GUILD: u64 = 2;
/// Where an event stands.
const PLANNED: u64 = 1;
const ON: u64 = 2;
const OVER: u64 = 3;
const OFF: u64 = 4;

/// What is known of the events of guilds.
#[derive(Default)]
pub(super) struct Known(Mutex<Inside>);

#[derive(Default)]
struct Inside {
    /// What each event was made to say, by guild and session, as long as nobody else changed it.
    said: HashMap<(String, i64), (Event, String)>,
    /// The session of each event of ours.
    numbers: HashMap<String, i64>,
    /// Who is interested in each event.
    interested: HashMap<String, HashSet<String>>,
}

impl Known {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Discord {
    /// Makes the event of a session be as `event` says; answers its id.
    pub(super) async fn make_so(&self, room: &Room, event: &Event) -> Result<String, Failed> {
        let Some(community) = self.guilds.of_channel(&room.id).filter(|it| it.events) else {
            return Ok(String::new());
        };
        let key = (community.guild.clone(), event.number);
        if let Some((said, id)) = self.events.inside().said.get(&key)
            && said == event
        {
            return Ok(id.clone());
        }
        let id = self.make(community, event).await?;
        let mut inside = self.events.inside();
        inside.said.insert(key, (event.clone(), id.clone()));
        if !id.is_empty() {
            inside.numbers.insert(id.clone(), event.number);
        }
        Ok(id)
    }

    async fn make(&self, community: &Community, event: &Event) -> Result<String, Failed> {
        let guild = community.guild.as_str();
        let listed = self
            .api
            .call(&Route::get("guilds/{}/scheduled-events", &[guild]), None)
            .await?;
        let ours = |it: &&Value| {
            let status = it["status"].as_u64().unwrap_or(PLANNED);
            matches!(status, PLANNED | ON) && self.number_of(it) == Some(event.number)
        };
        let there = listed.as_array().and_then(|all| all.iter().find(ours));
        match (there, event.off) {
            (None, true) => Ok(String::new()),
            (None, false) if event.start <= self.clock.now() => Ok(String::new()),
            (None, false) => {
                let route = Route::post("guilds/{}/scheduled-events", &[guild]);
                let mut values = values(event);
                values["privacy_level"] = json!(OF_THE_GUILD);
                values["entity_type"] = json!(ELSEWHERE);
                let made = self.api.call(&route, Some(&values)).await?;
                Ok(text(&made, "/id").to_owned())
            }
            (Some(there), off) => {
                let id = text(there, "/id").to_owned();
                let is_on = there["status"] == ON;
                let changes = match (off, is_on) {
                    (true, true) => json!({ "status": OVER }),
                    (true, false) => json!({ "status": OFF }),
                    (false, _) => changes(there, values(event), is_on),
                };
                if changes.as_object().is_some_and(|it| !it.is_empty()) {
                    let route = Route::patch("guilds/{}/scheduled-events/{}", &[guild, &id]);
                    self.api.call(&route, Some(&changes)).await?;
                }
                Ok(id)
            }
        }
    }

    /// The session that an event is; none of one that the bot did not make.
    fn number_of(&self, event: &Value) -> Option<i64> {
        let me = self.guilds.me();
        let creator = text(event, "/creator_id");
        if me.is_some_and(|me| !creator.is_empty() && creator != me.user) {
            return None;
        }
        let last = text(event, "/description").lines().last()?;
        last.strip_prefix(SESSION)?.parse().ok()
    }

    /// An event was made, changed or taken out: where it says anything else than it was made to say, that is known no more.
    pub(super) fn event_changed(&self, event: &Value, is_there: bool) {
        let number = self.number_of(event);
        let id = text(event, "/id");
        let mut inside = self.events.inside();
        if let Some(number) = number {
            inside.numbers.insert(id.to_owned(), number);
        }
        let stands = is_there && matches!(event["status"].as_u64(), Some(PLANNED | ON));
        let is_on = event["status"] == ON;
        inside.said.retain(|_, (said, known)| {
            let same = || changes(event, values(said), is_on) == json!({});
            known.as_str() != id || (stands != said.off && (said.off || same()))
        });
    }

    /// Somebody is interested in an event, or no longer: that is their answer, where it counts as one.
    pub(super) async fn interest(&self, told: &Value, interested: bool) -> Option<Inbound> {
        let (guild, user) = (text(told, "/guild_id"), text(told, "/user_id"));
        let event = text(told, "/guild_scheduled_event_id");
        let word = self.guilds.of_guild(guild)?.interested?;
        {
            let mut inside = self.events.inside();
            let all = inside.interested.entry(event.to_owned()).or_default();
            if interested && !all.insert(user.to_owned()) {
                return None;
            }
            if !interested {
                all.remove(user);
            }
        }
        let number = self.session_of(guild, event).await?;
        self.interest_of(guild, event, user, "", number, word, interested)
    }

    #[expect(clippy::too_many_arguments, reason = "one fact each")]
    fn interest_of(
        &self,
        guild: &str,
        event: &str,
        user: &str,
        name: &str,
        number: i64,
        word: &str,
        interested: bool,
    ) -> Option<Inbound> {
        let line = match interested {
            true => format!("rsvp {word} {number}"),
            // An answer that was given another way since stands.
            false => format!("rsvp none {number} was={word}"),
        };
        let at = self.clock.now();
        let known = self.guilds.seen(guild, user);
        let asked = Asked {
            // Discord has no id for it.
            event_id: format!(
                "interest:{event}:{user}:{interested}:{}",
                at.timestamp_millis()
            ),
            user,
            name: known.as_ref().map_or(name, |seen| &seen.name),
            channel: "",
            guild,
            at,
        };
        self.inbound(&asked, Said::Pressed(line))
    }

    async fn session_of(&self, guild: &str, event: &str) -> Option<i64> {
        if let Some(number) = self.events.inside().numbers.get(event) {
            return Some(*number);
        }
        let route = Route::get("guilds/{}/scheduled-events/{}", &[guild, event]);
        let found = self.api.call(&route, None).await.ok()?;
        let number = self.number_of(&found)?;
        self.events
            .inside()
            .numbers
            .insert(event.to_owned(), number);
        Some(number)
    }

    /// What changed of who is interested while nobody listened: whoever is and has not answered, and whoever was and is no
    /// longer, as far as that was known.
    pub(super) async fn interest_meanwhile(
        &self,
        community: &Community,
    ) -> Result<Vec<Inbound>, Failed> {
        let mut said = Vec::new();
        let Some(word) = community.interested else {
            return Ok(said);
        };
        let guild = community.guild.as_str();
        let route = Route::get("guilds/{}/scheduled-events", &[guild]);
        let listed = self.api.call(&route, None).await?;
        for event in listed.as_array().into_iter().flatten() {
            let (Some(number), id) = (self.number_of(event), text(event, "/id")) else {
                continue;
            };
            self.events.inside().numbers.insert(id.to_owned(), number);
            if event["status"] != PLANNED {
                continue;
            }
            let route =
                Route::get("guilds/{}/scheduled-events/{}/users", &[guild, id]).with("limit", 100);
            let mut people = HashMap::new();
            let mut after = String::new();
            loop {
                let page = match after.is_empty() {
                    true => self.api.call(&route, None).await?,
                    false => {
                        self.api
                            .call(&route.clone().with("after", &after), None)
                            .await?
                    }
                };
                let page = page.as_array().map_or(&[][..], Vec::as_slice);
                for one in page {
                    let user = &one["user"];
                    people.insert(
                        text(user, "/id").to_owned(),
                        super::hear::name(user, &Value::Null).to_owned(),
                    );
                }
                match page.last() {
                    Some(last) if page.len() == 100 => after = text(last, "/user/id").to_owned(),
                    _ => break,
                }
            }
            let now: HashSet<String> = people.keys().cloned().collect();
            let before = self
                .events
                .inside()
                .interested
                .insert(id.to_owned(), now.clone());
            let answered = (self.keep.answered)(community.slug.clone(), number).await;
            let answered = answered.map_err(Failed::Unclear)?;
            let known = before.unwrap_or_default();
            let new = now
                .iter()
                .filter(|it| !known.contains(*it) && !answered.contains(*it));
            let gone = known.iter().filter(|it| !now.contains(*it));
            let all = new.map(|it| (it, true)).chain(gone.map(|it| (it, false)));
            said.extend(all.filter_map(|(user, interested)| {
                let name = people.get(user).map_or("", String::as_str);
                self.interest_of(guild, id, user, name, number, word, interested)
            }));
        }
        Ok(said)
    }
}

/// What the last line of a description begins with; the session's number follows.
const SESSION: &str = "Session ";

/// An event as Discord is told of it.
fn values(event: &Event) -> Value {
    let last = format!("{SESSION}{}", event.number);
    let own = event
        .description
        .trim()
        .trim_end_matches(last.as_str())
        .trim_end();
    let room = DESCRIPTION - last.len() - 1;
    let description = match own.is_empty() {
        true => last,
        false => format!("{}\n{last}", cut(own, room)),
    };
    let place = match event.place.trim() {
        "" => "Online",
        place => place,
    };
    json!({
        "name": cut(&event.title, NAME),
        "description": description,
        "scheduled_start_time": event.start.to_rfc3339(),
        "scheduled_end_time": event.end.to_rfc3339(),
        "entity_metadata": { "location": cut(place, PLACE) },
    })
}

/// What of `wanted` is otherwise there; the start of what is on cannot be changed.
fn changes(there: &Value, mut wanted: Value, is_on: bool) -> Value {
    let Some(values) = wanted.as_object_mut() else {
        return wanted;
    };
    values.retain(|key, value| match key.as_str() {
        "scheduled_start_time" if is_on => false,
        "scheduled_start_time" | "scheduled_end_time" => {
            let instant = |value: &Value| {
                let text = value.as_str().unwrap_or_default();
                chrono::DateTime::parse_from_rfc3339(text).ok()
            };
            instant(value) != instant(&there[key])
        }
        "entity_metadata" => value["location"] != there[key]["location"],
        _ => *value != there[key],
    });
    wanted
}

#[cfg(test)]
mod tests {
    use super::super::render::units;
    use super::*;
    use crate::domain::time::instant_from_millis;

    fn event() -> Event {
        Event {
            number: 21,
            title: "Knowledge Share: Synthetic data".to_owned(),
            description: "With Mei Tanaka\nSession 21".to_owned(),
            start: instant_from_millis(1_800_000_000_000),
            end: instant_from_millis(1_800_003_600_000),
            place: String::new(),
            off: false,
        }
    }

    #[test]
    fn an_event_keeps_discords_limits_and_has_an_end() {
        let long = "Ein sehr langer Titel 😀 ".repeat(200);
        let event = Event {
            title: long.clone(),
            description: long.clone(),
            place: long,
            ..event()
        };
        let values = values(&event);
        let length = |pointer: &str| units(text(&values, pointer));
        assert!((1..=100).contains(&length("/name")));
        assert!((1..=1_000).contains(&length("/description")));
        assert!((1..=100).contains(&length("/entity_metadata/location")));
        assert!(text(&values, "/description").ends_with("\nSession 21"));
        assert_eq!(
            text(&values, "/scheduled_end_time"),
            "2027-01-15T09:00:00+00:00"
        );
    }

    #[test]
    fn only_what_is_otherwise_is_changed() {
        let mut there = values(&event());
        there["scheduled_start_time"] = json!("2027-01-15T08:00:00Z");
        assert_eq!(changes(&there, values(&event()), false), json!({}));
        let moved = Event {
            start: instant_from_millis(1_800_000_060_000),
            ..event()
        };
        let moved = values(&moved);
        assert_eq!(
            changes(&there, moved.clone(), false),
            json!({ "scheduled_start_time": "2027-01-15T08:01:00+00:00" })
        );
        assert_eq!(changes(&there, moved, true), json!({}));
    }
}
