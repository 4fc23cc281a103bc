//! A community: a partnership with its partner organisations, rooms, ladders and digests.
//! The record is in the database; the settings come from the configuration file and are the same
//! for every process that opens it.

use serde::{Deserialize, Serialize};

use super::checklist::{Conduct, Nudges, Onboarding, RunBook, Template};
use super::email::Email;
use super::events::digest::DigestPlan;
use super::events::meeting::Groups;
use super::events::reminder::Ladders;
use super::events::warning::Watched;
use super::holidays::Place;
use super::ids::CommunityId;
use super::people::consent::ConsentText;
use super::people::hours::Hours;
use super::platform::{Account, Platform, Room};
use super::retention::Retention;
use super::text::UserText;
use super::time::Zone;

/// A community as the database holds it, with its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Community {
    /// Its id.
    pub id: CommunityId,
    /// Its short name in commands and addresses.
    pub slug: String,
    /// Its name.
    pub name: UserText,
    /// The zone that plans without a zone are meant in.
    pub zone: Zone,
    /// What the manager configured.
    pub settings: Settings,
}

/// What the manager configured for a community.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where what is posted.
    pub rooms: Rooms,
    /// The partner organisations.
    pub partner: Vec<Partner>,
    /// When whom is reminded.
    pub reminders: Ladders,
    /// How seats are passed on.
    pub waitlist: Waitlist,
    /// Hours in which people who chose none are left alone.
    pub quiet: Option<Hours>,
    /// What is posted on a rule.
    pub digest: Vec<DigestPlan>,
    /// The rooms and kinds of which an organiser sees each post before it goes.
    pub drafts: Vec<String>,
    /// How sessions are planned.
    pub planning: Planning,
    /// How people are received.
    pub onboarding: Onboarding,
    /// What is to be done for sessions.
    pub run_book: RunBook,
    /// The code of conduct.
    pub conduct: Option<Conduct>,
    /// What people are asked to allow, in words of its own.
    pub consent: Vec<ConsentText>,
    /// What is kept how long.
    pub retention: Retention,
    /// When people are told of what became late.
    pub nudges: Nudges,
    /// Checklists of its own, some instead of those that are compiled in.
    pub checklist: Vec<Template>,
    /// How meetings are prepared.
    pub meetings: Meetings,
    /// The rooms of role groups.
    pub group_room: Vec<GroupRoom>,
    /// What is looked out for when dates are set.
    pub warnings: Warnings,
    /// The public page.
    pub page: PublicPage,
    /// What the addresses of its pages begin with, no slash at the end. Follows from the whole configuration.
    pub site: String,
    /// The address that letters come from, where any are sent. Follows from the whole configuration.
    pub mail_from: Option<Email>,
}

/// What the public page says of the community.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublicPage {
    /// Who they are and what they do, in a sentence or two; where it is empty the partners are named.
    pub about: String,
}

/// The room of a role group: what concerns its members alone is posted there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRoom {
    /// The role group.
    pub group: String,
    /// Its room.
    pub room: RoomAddress,
}

impl Settings {
    /// What people call a room: by its name, or by what it is for where its id is none.
    pub fn called(&self, room: &Room) -> String {
        let is = |known: &Option<RoomAddress>| known.as_ref().is_some_and(|it| it.0 == *room);
        let group = self.group_room.iter().find(|it| it.room.0 == *room);
        match group {
            _ if room.platform == Platform::Local || room.alias().is_some() => room.called(),
            _ if is(&self.rooms.announcements) || self.rooms.is_mirror(room) => {
                "the announcements room".to_owned()
            }
            _ if is(&self.rooms.organisers) => "the organisers’ room".to_owned(),
            Some(group) => format!("the room of {}", group.group),
            None => room.called(),
        }
    }

    /// The one room that all of `groups` share, where they have one.
    pub fn room_of(&self, groups: &Groups) -> Option<&RoomAddress> {
        let room = |name: &String| {
            let found = self
                .group_room
                .iter()
                .find(|it| it.group.eq_ignore_ascii_case(name));
            found.map(|it| &it.room)
        };
        let (first, rest) = groups.names().split_first()?;
        let first = room(first)?;
        rest.iter()
            .all(|name| room(name) == Some(first))
            .then_some(first)
    }
}

/// The rooms of a community by what they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rooms {
    /// Announcement cards and digests.
    pub announcements: Option<RoomAddress>,
    /// Further rooms, on other platforms too, in which everything for the announcements room is posted as well.
    pub mirrors: Vec<RoomAddress>,
    /// Drafts, summaries and nags for those who run the community.
    pub organisers: Option<RoomAddress>,
}

impl Rooms {
    /// Whether it is one in which everything for the announcements room is posted as well.
    pub fn is_mirror(&self, room: &Room) -> bool {
        self.mirrors.iter().any(|mirror| mirror.0 == *room)
    }
}

/// A room as it is written in the configuration: `platform:id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomAddress(pub Room);

impl TryFrom<String> for RoomAddress {
    type Error = super::platform::NotAnAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<RoomAddress> for String {
    fn from(address: RoomAddress) -> Self {
        address.0.to_string()
    }
}

/// An account as it is written in the configuration: `platform:id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountAddress(pub Account);

impl TryFrom<String> for AccountAddress {
    type Error = super::platform::NotAnAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<AccountAddress> for String {
    fn from(address: AccountAddress) -> Self {
        address.0.to_string()
    }
}

/// A partner organisation: its people are internal, everybody else is external.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Its full name.
    pub name: String,
    /// Its short label in figures and on cards.
    pub label: String,
    /// The zone its people mostly live in.
    pub zone: Zone,
    /// Its country, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: Option<String>,
    /// The part of the country whose public holidays it keeps, by name or code of ISO 3166-2.
    #[serde(default)]
    pub region: Option<String>,
    /// Its sector.
    #[serde(default)]
    pub sector: String,
    /// Other names that people write for it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// How a freed seat is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Waitlist {
    /// Within this many hours of the start a seat is offered and not simply given, because people
    /// have made other plans by then.
    pub ask_within_hours: u32,
    /// Minutes that an offer stands before it goes to the next in line.
    pub offer_minutes: u32,
}

impl Default for Waitlist {
    fn default() -> Self {
        Self {
            ask_within_hours: 12,
            offer_minutes: 60,
        }
    }
}

/// How sessions are planned and posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Planning {
    /// Days ahead to which a series without an end is planned.
    pub horizon_days: u32,
    /// The most sessions of one series at a time.
    pub max_sessions: u32,
    /// What reaches more people than this is previewed first.
    pub preview_above: u32,
    /// Seconds that a card waits for more answers before it is edited.
    pub card_pause_seconds: u32,
}

impl Default for Planning {
    fn default() -> Self {
        Self {
            horizon_days: 366,
            max_sessions: 400,
            preview_above: 20,
            card_pause_seconds: 5,
        }
    }
}

/// How meetings are prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Meetings {
    /// How many working days before a meeting its agenda closes; 0 for at its start.
    pub agenda_days: u32,
}

impl Default for Meetings {
    fn default() -> Self {
        Self { agenda_days: 2 }
    }
}

/// What is looked out for when dates are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Warnings {
    /// Countries and regions whose public holidays count besides the partners'.
    pub holidays: Vec<Place>,
}

impl Community {
    /// Whose holidays and clocks are looked at when a date is set: the partners', then the other countries'.
    pub fn watched(&self) -> Vec<Watched> {
        let partners = self.settings.partner.iter().map(|partner| Watched {
            label: partner.label.clone(),
            zone: Some(partner.zone),
            place: partner
                .country
                .as_deref()
                .and_then(|country| Place::new(country, partner.region.as_deref()).ok()),
        });
        let others = self.settings.warnings.holidays.iter();
        let others = others.map(|place| Watched {
            label: String::new(),
            zone: None,
            place: Some(*place),
        });
        partners.chain(others).collect()
    }

    /// The zones in which times are told to many: the community's, then those of its partners that
    /// differ.
    pub fn zones(&self) -> Vec<Zone> {
        let mut zones = vec![self.zone];
        for partner in &self.settings.partner {
            if !zones.contains(&partner.zone) {
                zones.push(partner.zone);
            }
        }
        zones
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_called_by_its_name_or_by_what_it_is_for() {
        let room = |text: &str| text.parse::<Room>().unwrap();
        let mut settings = Settings::default();
        settings.rooms.announcements = Some(RoomAddress(room("matrix:!a1:example.org")));
        let called = |text: &str| settings.called(&room(text));
        assert_eq!(called("local:hall"), "#hall");
        assert_eq!(called("matrix:#hall:example.org"), "#hall");
        assert_eq!(called("matrix:!a1:example.org"), "the announcements room");
        assert_eq!(called("matrix:!b2:example.org"), "#!b2:example.org");
    }
}
