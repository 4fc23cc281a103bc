//! What an event means, as far as the event itself tells: pure, from JSON. In a room the bot hears only what is
//! addressed to it: a line that begins with `!convene` or with its name, or a command in answer to one of its own
//! posts. Everything else is talk between people.

use matrix_sdk::ruma::UserId;
use serde::Deserialize;
use serde_json::Value;

use crate::chat::command;
use crate::domain::people::member::Permission;

/// What stands before a command in a room.
const PREFIX: &str = "!convene";

/// An event of a room's timeline, as far as it matters.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Event {
    pub event_id: String,
    pub sender: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub state_key: Option<String>,
    pub origin_server_ts: i64,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    redacts: Option<String>,
    #[serde(default)]
    unsigned: Value,
}

/// Who the bot is, to know when it is meant.
pub(super) struct Me<'a> {
    pub id: &'a UserId,
    /// What it is called in the room, where an event mentions it.
    pub name: Option<String>,
}

/// What an event means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// A line that is addressed to the bot.
    Line {
        text: String,
        /// The post that it answers, or in whose thread it stands.
        answers: Option<String>,
    },
    /// A line that was addressed to the bot reads otherwise now.
    Edited,
    /// A command, meant for the bot if the post that it answers is the bot's.
    Answer { text: String, answers: String },
    /// A reaction to a post.
    Reaction { to: String, key: String },
    /// Choices in a poll; none when a choice was taken back.
    Vote { poll: String, chosen: Vec<String> },
    /// An event was taken back.
    Removed { what: String },
    /// Somebody came, changed their name, or went.
    Member {
        change: Change,
        /// What they were called before.
        was: Option<String>,
    },
    /// The rooms of a space changed.
    Rooms,
    /// Nothing to the bot.
    Talk,
}

/// What became of somebody's membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Came,
    Renamed,
    Went,
}

impl Event {
    /// What the event means in a room, or between the bot and one person when `direct`.
    pub(super) fn meant(&self, me: &Me<'_>, direct: bool) -> Meant {
        if self.kind == "m.room.member" {
            return self.membership(me);
        }
        if self.sender == me.id.as_str() {
            return Meant::Talk;
        }
        match self.kind.as_str() {
            "m.room.message" => self.message(me, direct),
            "m.reaction" => self.reaction(),
            "m.room.redaction" => self.redaction(),
            "m.poll.response" | "org.matrix.msc3381.poll.response" => self.vote(),
            "m.space.child" => Meant::Rooms,
            _ => Meant::Talk,
        }
    }

    /// The post that it answers, or in whose thread it stands; also of an event that cannot be read.
    pub(super) fn answered(&self) -> Option<String> {
        let thread = self.text("/m.relates_to/rel_type") == Some("m.thread");
        let root = self.text("/m.relates_to/event_id").filter(|_| thread);
        let replied = self.text("/m.relates_to/m.in_reply_to/event_id");
        root.or(replied).map(str::to_owned)
    }

    /// Whether somebody is mentioned in it.
    pub(super) fn mentions(&self, user: &UserId) -> bool {
        let mentioned = self.content.pointer("/m.mentions/user_ids");
        let mentioned = mentioned.and_then(Value::as_array);
        mentioned.is_some_and(|all| all.iter().any(|one| one == user.as_str()))
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        self.content.pointer(pointer)?.as_str()
    }

    fn message(&self, me: &Me<'_>, direct: bool) -> Meant {
        let relation = self.text("/m.relates_to/rel_type");
        if self.text("/msgtype") != Some("m.text") {
            return Meant::Talk;
        }
        if relation == Some("m.replace") {
            return self.edited(me, direct);
        }
        let body = self.text("/body").unwrap_or_default();
        let replied = self.text("/m.relates_to/m.in_reply_to/event_id");
        let thread = self
            .text("/m.relates_to/event_id")
            .filter(|_| relation == Some("m.thread"));
        let body = match replied {
            Some(_) => without_quotation(body),
            None => body,
        };
        let answers = thread.or(replied).map(str::to_owned);
        let body = body.trim();
        if let Some(text) = after_prefix(body).or_else(|| self.after_name(me, body)) {
            let text = text.to_owned();
            return Meant::Line { text, answers };
        }
        match answers {
            answers if direct => Meant::Line {
                text: body.to_owned(),
                answers,
            },
            Some(answers) if command::parse(body, Permission::Guest).is_ok() => Meant::Answer {
                text: body.to_owned(),
                answers,
            },
            _ => Meant::Talk,
        }
    }

    /// An edit of a line that was, or now is, addressed to the bot; of any other it is nothing.
    fn edited(&self, me: &Me<'_>, direct: bool) -> Meant {
        let body = self.text("/m.new_content/body").unwrap_or_default().trim();
        let addressed = after_prefix(body).is_some() || self.after_name(me, body).is_some();
        match direct || addressed {
            true => Meant::Edited,
            false => Meant::Talk,
        }
    }

    /// What follows the bot's name, where the line begins with it and the bot is really mentioned: a name alone may
    /// be somebody else's as well.
    fn after_name<'b>(&self, me: &Me<'_>, body: &'b str) -> Option<&'b str> {
        if !self.mentions(me.id) {
            return None;
        }
        let names = [
            Some(me.id.as_str()),
            me.name.as_deref(),
            Some(me.id.localpart()),
        ];
        let body = body
            .strip_prefix('@')
            .filter(|_| !body.starts_with(me.id.as_str()))
            .unwrap_or(body);
        names.into_iter().flatten().find_map(|name| {
            let start = body.get(..name.len())?;
            let rest = &body[name.len()..];
            let ends = rest.is_empty() || rest.starts_with([':', ',', ' ', '\n', '\u{a0}']);
            (!name.is_empty() && ends && start.eq_ignore_ascii_case(name))
                .then(|| rest.trim_start_matches([':', ',', '\u{a0}']).trim())
        })
    }

    fn reaction(&self) -> Meant {
        match (
            self.text("/m.relates_to/rel_type"),
            self.text("/m.relates_to/event_id"),
            self.text("/m.relates_to/key"),
        ) {
            (Some("m.annotation"), Some(to), Some(key)) => Meant::Reaction {
                to: to.to_owned(),
                key: key.to_owned(),
            },
            _ => Meant::Talk,
        }
    }

    fn redaction(&self) -> Meant {
        let what = self.redacts.as_deref().or(self.text("/redacts"));
        match what {
            Some(what) => Meant::Removed {
                what: what.to_owned(),
            },
            None => Meant::Talk,
        }
    }

    fn vote(&self) -> Meant {
        let Some(poll) = self.text("/m.relates_to/event_id") else {
            return Meant::Talk;
        };
        let stable = self.content.pointer("/m.selections");
        let unstable = self
            .content
            .pointer("/org.matrix.msc3381.poll.response/answers");
        let chosen = stable.or(unstable).and_then(Value::as_array);
        let Some(chosen) = chosen else {
            return Meant::Talk;
        };
        let chosen = chosen.iter().filter_map(Value::as_str);
        Meant::Vote {
            poll: poll.to_owned(),
            chosen: chosen.map(str::to_owned).collect(),
        }
    }

    fn membership(&self, me: &Me<'_>) -> Meant {
        let before = &self.unsigned["prev_content"];
        let was = before["membership"].as_str().unwrap_or("leave");
        let is = self.text("/membership").unwrap_or("leave");
        if self.state_key.as_deref() == Some(me.id.as_str()) {
            return Meant::Talk;
        }
        let name = self.text("/displayname");
        let change = match (was, is) {
            ("join", "join") if before["displayname"].as_str() != name => Change::Renamed,
            ("join", "join") => return Meant::Talk,
            (_, "join") => Change::Came,
            ("join", "leave" | "ban") => Change::Went,
            _ => return Meant::Talk,
        };
        Meant::Member {
            change,
            was: before["displayname"].as_str().map(str::to_owned),
        }
    }
}

/// What follows `!convene`.
fn after_prefix(body: &str) -> Option<&str> {
    let start = body.get(..PREFIX.len())?;
    let rest = &body[PREFIX.len()..];
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (ends && start.eq_ignore_ascii_case(PREFIX)).then(|| rest.trim())
}

/// Older clients repeat above an answer what it answers, each line behind `> `.
fn without_quotation(body: &str) -> &str {
    let mut rest = body;
    while let Some(line) = rest.strip_prefix("> ").or_else(|| rest.strip_prefix(">\n")) {
        rest = line.split_once('\n').map_or("", |(_, below)| below);
    }
    rest
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::user_id;
    use serde_json::json;

    use super::*;

    fn heard(direct: bool, kind: &str, content: Value) -> Meant {
        let event = json!({
            "event_id": "$e", "sender": "@mei:localhost", "type": kind, "origin_server_ts": 1,
            "content": content,
        });
        let event: Event = serde_json::from_value(event).unwrap();
        let me = Me {
            id: user_id!("@convene:localhost"),
            name: Some("Convene".to_owned()),
        };
        event.meant(&me, direct)
    }

    fn line(direct: bool, content: Value) -> Option<String> {
        let mut content = content;
        content["msgtype"] = json!("m.text");
        match heard(direct, "m.room.message", content) {
            Meant::Line { text, .. } => Some(text),
            _ => None,
        }
    }

    #[test]
    fn a_room_is_heard_where_the_bot_is_addressed() {
        let me = json!({ "user_ids": ["@convene:localhost"] });
        let said = |body: &str| line(false, json!({ "body": body, "m.mentions": me }));
        assert_eq!(said("!convene rsvp yes").as_deref(), Some("rsvp yes"));
        assert_eq!(said("!Convene").as_deref(), Some(""));
        assert_eq!(said("Convene: rsvp yes").as_deref(), Some("rsvp yes"));
        assert_eq!(said("@convene help").as_deref(), Some("help"));
        assert_eq!(said("@convene:localhost help").as_deref(), Some("help"));
        assert_eq!(said("!convened yesterday"), None);
        assert_eq!(said("Convener, hello"), None);
        assert_eq!(said("thanks, Convene"), None);
        let unmentioned = line(false, json!({ "body": "Convene: rsvp yes" }));
        assert_eq!(unmentioned, None);
    }

    #[test]
    fn a_direct_message_needs_no_prefix() {
        assert_eq!(
            line(true, json!({ "body": " rsvp yes " })).as_deref(),
            Some("rsvp yes")
        );
        let typed = json!({ "body": "!convene rsvp yes" });
        assert_eq!(line(true, typed).as_deref(), Some("rsvp yes"));
    }

    #[test]
    fn in_a_thread_only_commands_are_answers() {
        let thread = json!({ "rel_type": "m.thread", "event_id": "$card",
            "m.in_reply_to": { "event_id": "$other" } });
        let said = |body: &str| {
            let content = json!({ "msgtype": "m.text", "body": body, "m.relates_to": thread });
            heard(false, "m.room.message", content)
        };
        let answer = Meant::Answer {
            text: "rsvp yes".to_owned(),
            answers: "$card".to_owned(),
        };
        assert_eq!(
            said("> <@convene:localhost> Card\n> more\n\nrsvp yes"),
            answer
        );
        assert_eq!(said("Looking forward to it!"), Meant::Talk);
    }

    #[test]
    fn bad13_an_edit_is_no_line_and_only_one_that_is_addressed_to_the_bot_is_answered() {
        let edit = |body: &str| {
            json!({ "msgtype": "m.text", "body": format!("* {body}"),
                "m.new_content": { "msgtype": "m.text", "body": body },
                "m.relates_to": { "rel_type": "m.replace", "event_id": "$x" } })
        };
        let heard = |direct, body| heard(direct, "m.room.message", edit(body));
        assert_eq!(heard(true, "rsvp no"), Meant::Edited);
        assert_eq!(heard(false, "!convene rsvp no"), Meant::Edited);
        assert_eq!(heard(false, "See you there!"), Meant::Talk);
    }

    #[test]
    fn notices_and_what_is_no_text_are_talk() {
        for content in [
            json!({ "msgtype": "m.notice", "body": "!convene help" }),
            json!({ "msgtype": "m.image", "body": "!convene help" }),
            json!({}),
        ] {
            assert_eq!(heard(true, "m.room.message", content), Meant::Talk);
        }
    }

    #[test]
    fn both_forms_of_a_poll_are_understood() {
        let vote = |chosen: &[&str]| Meant::Vote {
            poll: "$poll".to_owned(),
            chosen: chosen.iter().map(|it| (*it).to_owned()).collect(),
        };
        let to = json!({ "rel_type": "m.reference", "event_id": "$poll" });
        let stable = json!({ "m.relates_to": to, "m.selections": ["1"] });
        assert_eq!(heard(false, "m.poll.response", stable), vote(&["1"]));
        let unstable = json!({ "m.relates_to": to,
            "org.matrix.msc3381.poll.response": { "answers": [] } });
        let kind = "org.matrix.msc3381.poll.response";
        assert_eq!(heard(false, kind, unstable), vote(&[]));
    }
}
