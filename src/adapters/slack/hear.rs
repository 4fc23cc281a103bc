//! What Slack's requests mean: a command typed, a button pressed, a message to the bot, somebody who came or went. Pure,
//! as far as the workspace is known.

use serde_json::Value;

use super::Slack;
use super::payload::{instant, named, text, typed};
use super::render::BUTTON;
use super::teams::Team;
use crate::chat::{Inbound, Said};
use crate::domain::email::Email;
use crate::domain::platform::{Account, MessageRef, Platform, Room};
use crate::domain::time::{Instant, Zone};

/// Slack's own account, which is nobody.
const SLACKBOT: &str = "USLACKBOT";

/// One person's request, as far as all kinds of them agree.
pub(super) struct Asked<'a> {
    pub event_id: String,
    pub user: &'a str,
    pub name: &'a str,
    pub channel: &'a str,
    pub at: Instant,
}

impl Slack {
    /// What a request means that comes from a member of `team`.
    pub(super) fn inbound(&self, team: &Team, asked: &Asked<'_>, said: Said) -> Inbound {
        let direct = asked.channel.starts_with('D') || asked.channel.is_empty();
        if asked.channel.starts_with('D') {
            self.teams.belongs(asked.channel, team);
        }
        self.teams.belongs(asked.user, team);
        let switches = match &said {
            Said::Typed(line) | Said::Pressed(line) => line.starts_with("in "),
            _ => false,
        };
        let known = self.teams.name_of(asked.user);
        Inbound {
            event_id: asked.event_id.clone(),
            from: account(asked.user),
            display_name: named(known.as_deref().unwrap_or(asked.name)),
            room: room(asked.channel),
            direct,
            // Who belongs to several communities says in a direct message which one they mean.
            space: (!(direct && switches)).then(|| team.slug.clone()),
            at: asked.at,
            about: None,
            said,
        }
    }

    /// A slash command.
    pub(super) fn command(
        &self,
        team: &Team,
        command: &Value,
        at: Instant,
        print: String,
    ) -> Inbound {
        let asked = Asked {
            event_id: triggered(command, print),
            user: text(command, "/user_id"),
            name: text(command, "/user_name"),
            channel: text(command, "/channel_id"),
            at,
        };
        self.inbound(team, &asked, Said::Typed(typed(text(command, "/text"))))
    }

    /// A button that was pressed; none where it is not one of ours.
    pub(super) fn pressed(
        &self,
        team: &Team,
        action: &Value,
        at: Instant,
        print: String,
    ) -> Option<Inbound> {
        let pressed = action.pointer("/actions/0")?;
        let command = text(pressed, "/value");
        if !text(pressed, "/action_id").starts_with(BUTTON) || command.is_empty() {
            return None;
        }
        let channel = match text(action, "/channel/id") {
            "" => text(action, "/container/channel_id"),
            channel => channel,
        };
        let asked = Asked {
            event_id: triggered(action, print),
            user: text(action, "/user/id"),
            name: self::name(&action["user"]),
            channel,
            at: instant(text(pressed, "/action_ts")).unwrap_or(at),
        };
        let message = match text(action, "/container/message_ts") {
            "" => text(action, "/message/ts"),
            id => id,
        };
        let mut inbound = self.inbound(team, &asked, Said::Pressed(command.to_owned()));
        inbound.about = (!message.is_empty()).then(|| MessageRef {
            room: room(channel),
            id: message.to_owned(),
        });
        Some(inbound)
    }

    /// What an event of the Events API means to the bot; nothing where it is not meant.
    pub(super) fn event(&self, team: &Team, envelope: &Value, now: Instant) -> Vec<Inbound> {
        let event = &envelope["event"];
        let happened = envelope["event_time"].as_i64();
        let happened = happened.and_then(|at| instant(&at.to_string()));
        let at = instant(text(event, "/ts")).or(happened).unwrap_or(now);
        let from = text(event, "/user");
        let (user, said) = match text(event, "/type") {
            "message" => match self.message(team, event) {
                Some(said) if from.is_empty() => (text(event, "/message/user"), said),
                Some(said) => (from, said),
                None => return Vec::new(),
            },
            "app_mention" => match mentioned(event, team) {
                Some(said) => (from, said),
                None => return Vec::new(),
            },
            "member_joined_channel"
                if team.has_channel(text(event, "/channel")) && is_person(event, from, team) =>
            {
                (from, Said::Joined { email: None })
            }
            kind @ ("team_join" | "user_change") => {
                let id = text(envelope, "/event_id");
                let came = kind == "team_join";
                return self.person(team, &event["user"], id, at, came);
            }
            _ => return Vec::new(),
        };
        let asked = Asked {
            event_id: text(envelope, "/event_id").to_owned(),
            user,
            name: "",
            channel: text(event, "/channel"),
            at,
        };
        vec![self.inbound(team, &asked, said)]
    }

    /// What there is to follow of somebody in Slack's list of people, who `came` just now or may have been there for long.
    pub(super) fn person(
        &self,
        team: &Team,
        user: &Value,
        event_id: &str,
        at: Instant,
        came: bool,
    ) -> Vec<Inbound> {
        let Some(person) = Person::of(user) else {
            return Vec::new();
        };
        let id = text(user, "/id");
        let was = self.teams.name_of(id).filter(|was| *was != person.name);
        self.teams.keep_name(id, &person.name);
        let mut said = Vec::new();
        if person.gone {
            said.push(("left", Said::Left));
        } else {
            let email = || person.email.clone();
            said.extend(came.then(|| ("joined", Said::Joined { email: email() })));
            said.extend(was.map(|was| ("renamed", Said::Renamed { was: named(&was) })));
            let zone = person.zone;
            let present = Said::Present {
                email: email(),
                zone,
            };
            said.push(("present", present));
        }
        said.into_iter()
            .map(|(what, said)| {
                let asked = Asked {
                    event_id: format!("{event_id}|{what}"),
                    user: id,
                    name: &person.name,
                    channel: "",
                    at,
                };
                self.inbound(team, &asked, said)
            })
            .collect()
    }

    /// A message in the direct room with the bot: what it says, or that it was changed.
    fn message(&self, team: &Team, event: &Value) -> Option<Said> {
        if text(event, "/channel_type") != "im" {
            return None;
        }
        match text(event, "/subtype") {
            "" => {
                let from = text(event, "/user");
                let said = typed(text(event, "/text"));
                is_person(event, from, team).then(|| Said::Typed(without_prefix(&said).to_owned()))
            }
            "message_changed" => {
                let message = &event["message"];
                let from = text(message, "/user");
                let changed = text(message, "/text") != text(event, "/previous_message/text");
                (changed && is_person(message, from, team)).then_some(Said::Edited)
            }
            _ => None,
        }
    }
}

/// What is said to the bot by its name at the beginning of a message in a channel.
fn mentioned(event: &Value, team: &Team) -> Option<Said> {
    if !is_person(event, text(event, "/user"), team) {
        return None;
    }
    let mention = format!("<@{}>", team.met()?.user);
    let said = typed(text(event, "/text").trim().strip_prefix(&mention)?);
    Some(Said::Typed(
        said.trim_start_matches([':', ',', ' ']).to_owned(),
    ))
}

/// Somebody in Slack's list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub name: String,
    pub email: Option<Email>,
    pub zone: Option<Zone>,
    /// Whether the account is deactivated.
    pub gone: bool,
}

impl Person {
    /// What is said of a user; none of a bot, or of somebody from another workspace.
    pub fn of(user: &Value) -> Option<Self> {
        let id = text(user, "/id");
        let is = |key: &str| user[key] == true;
        if id.is_empty() || id == SLACKBOT || is("is_bot") || is("is_stranger") {
            return None;
        }
        Some(Self {
            name: name(user).to_owned(),
            email: Email::parse(text(user, "/profile/email")).ok(),
            zone: text(user, "/tz").parse().ok(),
            gone: is("deleted"),
        })
    }
}

/// What a user is called, the name that people read first.
fn name(user: &Value) -> &str {
    let names = [
        "/profile/real_name",
        "/real_name",
        "/profile/display_name",
        "/username",
        "/name",
    ];
    let mut names = names.iter().map(|pointer| text(user, pointer));
    names.find(|name| !name.is_empty()).unwrap_or("")
}

/// Whether something was said by a person: not by a bot, ours among them.
fn is_person(event: &Value, user: &str, team: &Team) -> bool {
    let me = team.met().is_some_and(|met| met.user == user);
    !user.is_empty() && !me && user != SLACKBOT && text(event, "/bot_id").is_empty()
}

/// What is said in a direct message, with or without what stands before a command elsewhere.
fn without_prefix(said: &str) -> &str {
    ["/convene", "!convene"]
        .iter()
        .find_map(|prefix| {
            let rest = said.strip_prefix(prefix)?;
            (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
        })
        .unwrap_or(said)
}

/// The id of what somebody triggered: a replay has the same.
pub(super) fn triggered(asked: &Value, print: String) -> String {
    match text(asked, "/trigger_id") {
        "" => print,
        trigger => format!("trigger:{trigger}"),
    }
}

pub(super) fn account(user: &str) -> Account {
    Account {
        platform: Platform::Slack,
        id: user.to_owned(),
    }
}

pub(super) fn room(channel: &str) -> Room {
    Room {
        platform: Platform::Slack,
        id: channel.to_owned(),
    }
}
