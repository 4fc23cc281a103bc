//! What happens on Discord means: a message to the bot, somebody who came, went, changed their name or their roles. Pure, as
//! far as people are known.

use serde_json::Value;

use super::Community;
use super::Discord;
use super::guilds::Seen;
use crate::chat::{Inbound, Said};
use crate::domain::platform::{Account, MessageRef, Platform, Room};
use crate::domain::text::UserText;
use crate::domain::time::{Instant, instant_from_millis};

/// Where Discord's ids begin to count, in milliseconds.
const EPOCH: i64 = 1_420_070_400_000;

/// One person's doing, as far as all kinds of it agree.
pub(super) struct Asked<'a> {
    pub event_id: String,
    pub user: &'a str,
    pub name: &'a str,
    /// The channel; empty where it happened in none.
    pub channel: &'a str,
    /// The guild; empty in a direct message.
    pub guild: &'a str,
    pub at: Instant,
}

impl Discord {
    /// What somebody's doing means; none in a guild that is no community's.
    pub(super) fn inbound(&self, asked: &Asked<'_>, said: Said) -> Option<Inbound> {
        let direct = asked.guild.is_empty();
        let community = match direct {
            true => self.guilds.only(),
            false => Some(self.guilds.of_guild(asked.guild)?),
        };
        if direct && !asked.channel.is_empty() {
            self.guilds.keep_direct(asked.user, asked.channel);
        }
        let switches = match &said {
            Said::Typed(line) | Said::Pressed(line) => line.starts_with("in "),
            _ => false,
        };
        let slug = community.map(|one| one.slug.clone());
        Some(Inbound {
            event_id: asked.event_id.clone(),
            from: account(asked.user),
            display_name: named(asked.name),
            room: room(asked.channel),
            direct: direct || asked.channel.is_empty(),
            // Who belongs to several communities says in a direct message which one they mean.
            space: slug.filter(|_| !(direct && switches)),
            at: asked.at,
            about: None,
            said,
        })
    }

    /// A message that was written or changed; none where it is not for the bot.
    pub(super) fn message(&self, message: &Value, changed: bool) -> Option<Inbound> {
        let author = &message["author"];
        let user = text(author, "/id");
        if user.is_empty() || author["bot"] == true || !text(message, "/webhook_id").is_empty() {
            return None;
        }
        let (guild, content) = (text(message, "/guild_id"), text(message, "/content"));
        let id = text(message, "/id");
        let said = match (guild.is_empty(), changed) {
            (true, false) => Said::Typed(without_prefix(content.trim()).to_owned()),
            (true, true) => Said::Edited,
            (false, false) => Said::Typed(self.mentioned(content)?),
            (false, true) => return None,
        };
        let edited = text(message, "/edited_timestamp");
        if changed && edited.is_empty() {
            // Discord itself added a preview.
            return None;
        }
        let asked = Asked {
            event_id: match changed {
                true => format!("edited:{id}:{edited}"),
                false => format!("message:{id}"),
            },
            user,
            name: name(author, &message["member"]),
            channel: text(message, "/channel_id"),
            guild,
            at: match changed {
                true => self.clock.now(),
                false => made_at(id).unwrap_or_else(|| self.clock.now()),
            },
        };
        let mut inbound = self.inbound(&asked, said)?;
        let answered = text(message, "/message_reference/message_id");
        inbound.about = (!answered.is_empty()).then(|| MessageRef {
            room: inbound.room.clone(),
            id: answered.to_owned(),
        });
        Some(inbound)
    }

    /// What is said to the bot by its name at the beginning of a message in a channel.
    fn mentioned(&self, content: &str) -> Option<String> {
        let me = self.guilds.me()?.user;
        let content = content.trim();
        let rest = [format!("<@{me}>"), format!("<@!{me}>")]
            .iter()
            .find_map(|mention| content.strip_prefix(mention.as_str()))?;
        Some(rest.trim_start_matches([':', ',', ' ']).to_owned())
    }

    /// What there is to follow of somebody in a guild, who `came` just now or may have been there for long.
    pub(super) fn person(&self, guild: &str, member: &Value, came: bool) -> Vec<Inbound> {
        let user = text(member, "/user/id");
        let Some(community) = self.guilds.of_guild(guild) else {
            return Vec::new();
        };
        if user.is_empty() || member["user"]["bot"] == true {
            return Vec::new();
        }
        let called = name(&member["user"], member);
        let before = self.guilds.seen(guild, user);
        let seen = Seen {
            name: called.to_owned(),
            groups: groups_of(community, member),
        };
        self.guilds.see(guild, user, seen.clone());
        let joined = text(member, "/joined_at");
        let mut said = Vec::new();
        if came {
            said.push((format!("joined:{joined}"), Said::Joined { email: None }));
        }
        let was = before.as_ref().filter(|it| it.name != seen.name);
        if let Some(was) = was {
            let was = named(&was.name);
            said.push((self.now_id("renamed"), Said::Renamed { was }));
        }
        let same_roles = before.is_some_and(|it| it.groups == seen.groups);
        if !community.roles.is_empty() && !same_roles {
            let of = community.roles.iter().map(|(_, group)| group.clone());
            let mut of: Vec<String> = of.collect();
            of.sort();
            of.dedup();
            let id = self.now_id("groups");
            said.push((
                id,
                Said::Groups {
                    has: seen.groups,
                    of,
                },
            ));
        }
        let at = self.clock.now();
        said.into_iter()
            .filter_map(|(what, said)| {
                let asked = Asked {
                    event_id: format!("member:{guild}:{user}:{what}"),
                    user,
                    name: called,
                    channel: "",
                    guild,
                    at,
                };
                self.inbound(&asked, said)
            })
            .collect()
    }

    /// Somebody left a guild.
    pub(super) fn gone(&self, guild: &str, user: &Value) -> Option<Inbound> {
        let id = text(user, "/id");
        self.guilds.unsee(guild, id);
        if id.is_empty() || user["bot"] == true {
            return None;
        }
        let asked = Asked {
            event_id: format!("member:{guild}:{id}:{}", self.now_id("left")),
            user: id,
            name: "",
            channel: "",
            guild,
            at: self.clock.now(),
        };
        self.inbound(&asked, Said::Left)
    }

    /// For what Discord has no id, and what may be taken twice: what happened now.
    fn now_id(&self, what: &str) -> String {
        format!("{what}:{}", self.clock.now().timestamp_millis())
    }
}

/// The role groups that somebody's roles stand for, in order.
fn groups_of(community: &Community, member: &Value) -> Vec<String> {
    let roles = member["roles"].as_array().map_or(&[][..], Vec::as_slice);
    let has = |role: &str| roles.iter().any(|it| it.as_str() == Some(role));
    let groups = community.roles.iter().filter(|(role, _)| has(role));
    let mut groups: Vec<String> = groups.map(|(_, group)| group.clone()).collect();
    groups.sort();
    groups.dedup();
    groups
}

/// What somebody is called: in the guild, else everywhere.
pub(super) fn name<'a>(user: &'a Value, member: &'a Value) -> &'a str {
    let names = [
        text(member, "/nick"),
        text(user, "/global_name"),
        text(user, "/username"),
    ];
    names
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or("")
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

/// When something was made, by its id.
pub(super) fn made_at(id: &str) -> Option<Instant> {
    let id: u64 = id.parse().ok()?;
    let since = i64::try_from(id >> 22).ok()?;
    Some(instant_from_millis(since + EPOCH))
}

/// The lowest id that something made at `at` or later can have.
pub(super) fn id_at(at: Instant) -> String {
    let since = (at.timestamp_millis() - EPOCH).max(0);
    (u64::try_from(since).unwrap_or(0) << 22).to_string()
}

/// A text in a payload, empty where there is none.
pub(super) fn text<'a>(payload: &'a Value, pointer: &str) -> &'a str {
    let found = payload.pointer(pointer);
    found.and_then(Value::as_str).unwrap_or("")
}

/// A name as it may be kept.
fn named(name: &str) -> UserText {
    let clean = UserText::line(name, 120);
    clean.map(|(name, _)| name).unwrap_or_default()
}

pub(super) fn account(user: &str) -> Account {
    Account {
        platform: Platform::Discord,
        id: user.to_owned(),
    }
}

pub(super) fn room(channel: &str) -> Room {
    Room {
        platform: Platform::Discord,
        id: channel.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_when_and_an_instant_an_id() {
        // The example of Discord's own documentation.
        let at = made_at("175928847299117063").unwrap();
        assert_eq!(at.timestamp_millis(), 1_462_015_105_796);
        assert_eq!(
            id_at(at),
            (175_928_847_299_117_063_u64 >> 22 << 22).to_string()
        );
        assert_eq!(made_at("x"), None);
    }

    #[test]
    fn a_prefix_is_taken_off() {
        assert_eq!(without_prefix("/convene help"), "help");
        assert_eq!(without_prefix("!convene"), "");
        assert_eq!(without_prefix("/convened"), "/convened");
    }
}
