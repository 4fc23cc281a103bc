//! Interactions: a slash command, a button, a menu, a form, a word that is being typed. Each is answered or put off within
//! three seconds.

use std::sync::Arc;

use serde_json::Value;

use super::Discord;
use super::answer::{ACK, Asking};
use super::commands::{ANY, SESSION, focused, line_of};
use super::form::{lines, of_message, view};
use super::hear::{Asked, made_at, name, room, text};
use super::render::{BUTTON, MENU, command_of};
use super::suggest;
use crate::chat::form::Form;
use crate::chat::handing::{MORE_LATER, gather};
use crate::chat::message::{Block, Line, Message};
use crate::chat::{Inbound, Said};
use crate::domain::platform::MessageRef;

const STRANGE: &str = "Convene does not know this server. Whoever runs it can connect it: “convene check” says what is missing.";
const NO_BUTTON: &str =
    "That button is no longer known here. “/convene” with “help” shows what you can do.";
const NO_FORM: &str =
    "The form could not be shown just now. Try again, or type it: “help” shows how.";
const ODD: &str = "I could not read that. “/convene” with “help” shows what you can do.";

impl Discord {
    /// Takes an interaction and answers it.
    pub(super) async fn interact(self: Arc<Self>, given: Value) {
        let Some((asked, asking)) = self.read(&given) else {
            tracing::warn!("an interaction could not be read");
            return;
        };
        if !asked.guild.is_empty() && self.guilds.of_guild(asked.guild).is_none() {
            return self.say(&asking, STRANGE).await;
        }
        let data = &given["data"];
        match given["type"].as_u64() {
            Some(2) => self.command(&asked, asking, data).await,
            Some(3) => self.pressed(&asked, asking, &given).await,
            Some(4) => self.suggest(&asked, &asking, data).await,
            Some(5) => self.sent(&asked, asking, data).await,
            _ => self.say(&asking, ODD).await,
        }
    }

    async fn command(self: &Arc<Self>, asked: &Asked<'_>, asking: Asking, data: &Value) {
        let line = line_of(data);
        let form = of_message(data).or_else(|| line.as_deref().and_then(Form::of_line));
        if let Some(form) = form {
            if !self.show_form(&asking, view(&form)).await {
                self.say(&asking, NO_FORM).await;
            }
            return;
        }
        match line.and_then(|line| self.inbound(asked, Said::Typed(line))) {
            Some(inbound) => self.ask(inbound, asking).await,
            None => self.say(&asking, ODD).await,
        }
    }

    async fn pressed(self: &Arc<Self>, asked: &Asked<'_>, asking: Asking, given: &Value) {
        let id = text(given, "/data/custom_id");
        let id = match id.starts_with(MENU) {
            true => text(given, "/data/values/0"),
            false => id,
        };
        let command = command_of(id).filter(|_| id.starts_with(BUTTON));
        let Some(command) = command else {
            return self.say(&asking, NO_BUTTON).await;
        };
        if let Some(form) = Form::of_line(command)
            && self.show_form(&asking, view(&form)).await
        {
            return;
        }
        let Some(mut inbound) = self.inbound(asked, Said::Pressed(command.to_owned())) else {
            return self.say(&asking, STRANGE).await;
        };
        let message = text(given, "/message/id");
        inbound.about = (!message.is_empty()).then(|| MessageRef {
            room: inbound.room.clone(),
            id: message.to_owned(),
        });
        self.ask(inbound, asking).await;
    }

    /// A form that was sent: the lines it stands for, and what the bot answers to them.
    async fn sent(self: &Arc<Self>, asked: &Asked<'_>, asking: Asking, data: &Value) {
        let lines = match lines(data) {
            Ok(lines) => lines,
            Err(wrong) => return self.say(&asking, wrong.as_deref().unwrap_or(ODD)).await,
        };
        let inbound = |(n, line): (usize, String)| {
            let asked = Asked {
                event_id: format!("{}|{n}", asked.event_id),
                ..*asked
            };
            self.inbound(&asked, Said::Typed(line))
        };
        let mut all: Vec<Inbound> = lines.into_iter().enumerate().filter_map(inbound).collect();
        match all.len() {
            0 => self.say(&asking, STRANGE).await,
            1 => self.ask(all.remove(0), asking).await,
            _ => {
                let deadline = tokio::time::Instant::now() + ACK;
                let answers = gather(&self.heard, all, deadline).await;
                self.show_message(&asking, &together(answers)).await;
            }
        }
    }

    async fn suggest(&self, asked: &Asked<'_>, asking: &Asking, data: &Value) {
        let Some((option, typed)) = focused(data) else {
            return self.suggest_these(asking, Vec::new()).await;
        };
        let community = match asked.guild.is_empty() {
            true => self.guilds.only(),
            false => self.guilds.of_guild(asked.guild),
        };
        let needs_sessions = option == SESSION || suggest::ends_in_session(&typed);
        let sessions = match community.filter(|_| needs_sessions) {
            Some(community) => {
                let asking = (self.keep.sessions)(community.slug.clone());
                // Discord waits for no longer than three seconds; without them there is something to suggest as well.
                let known = tokio::time::timeout(ACK, asking).await;
                known.ok().and_then(Result::ok).unwrap_or_default()
            }
            None => Vec::new(),
        };
        let choices = match option.as_str() {
            SESSION => suggest::sessions(&typed, &sessions),
            _ if text(data, "/name") == ANY => suggest::lines(&typed, &sessions),
            _ => Vec::new(),
        };
        self.suggest_these(asking, choices).await;
    }

    /// What an interaction says of itself.
    fn read<'a>(&self, given: &'a Value) -> Option<(Asked<'a>, Asking)> {
        let (id, token) = (text(given, "/id"), text(given, "/token"));
        let user = match given["member"]["user"].is_object() {
            true => &given["member"]["user"],
            false => &given["user"],
        };
        let user_id = text(user, "/id");
        if id.is_empty() || token.is_empty() || user_id.is_empty() {
            return None;
        }
        let at = made_at(id)?.min(self.clock.now());
        let channel = text(given, "/channel_id");
        let asked = Asked {
            event_id: format!("interaction:{id}"),
            user: user_id,
            name: name(user, &given["member"]),
            channel,
            guild: text(given, "/guild_id"),
            at,
        };
        let application = match text(given, "/application_id") {
            "" => self.guilds.me()?.application,
            id => id.to_owned(),
        };
        let asking = Asking {
            id: id.to_owned(),
            token: token.to_owned(),
            application,
            until: Asking::until(self.clock.now()),
            reference: MessageRef {
                room: room(channel),
                id: asked.event_id.clone(),
            },
            pressed: given["type"] == 3,
        };
        Some((asked, asking))
    }
}

/// Several answers as one, and that the others come later.
fn together(answers: Vec<Option<Message>>) -> Message {
    let missing = answers.iter().any(Option::is_none);
    let mut all = Message::default();
    for message in answers.into_iter().flatten() {
        all.blocks.extend(message.blocks);
    }
    if missing {
        all.blocks.push(Block::Quiet(Line::new().say(MORE_LATER)));
    }
    all
}
