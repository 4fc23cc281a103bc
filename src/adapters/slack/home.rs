//! The app's home tab: the sessions to come with one's answers, what is left to do, what one prefers. It asks the bot what
//! anybody could ask, and shows the answers on one page.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::Slack;
use super::api::PUBLISH;
use super::hear::Asked;
use super::modal::OPEN_PROFILE;
use super::render::{blocks, words};
use super::teams::Team;
use crate::chat::Said;
use crate::chat::handing::gather;
use crate::chat::message::Message;

/// How long the bot may take for all of it.
const TAKING: Duration = Duration::from_secs(20);
/// Somebody who goes to and fro sees the same page for so long.
const FRESH: Duration = Duration::from_secs(5);
/// The most blocks of a page.
const BLOCKS: usize = 100;
/// So many people's pages are remembered.
const REMEMBERED: usize = 10_000;

/// What is asked for each part of the page.
const PARTS: [(&str, &[&str]); 3] = [
    ("Your sessions", &["sessions"]),
    ("What is left for you", &["todo"]),
    ("What you prefer", &["zone", "quiet", "remind"]),
];

impl Slack {
    /// Shows `user` their page, soon; `event_id` is of what made it necessary. With `again`, also where it was shown just now.
    pub(super) fn show_home(&self, team: Arc<Team>, user: &str, event_id: &str, again: bool) {
        let now = Instant::now();
        {
            let mut shown = self.homes();
            let fresh = shown.get(user).is_some_and(|at| now < *at + FRESH);
            if fresh && !again {
                return;
            }
            if shown.len() >= REMEMBERED {
                shown.retain(|_, at| now < *at + FRESH);
            }
            shown.insert(user.to_owned(), now);
        }
        let Some(slack) = self.itself.upgrade() else {
            return;
        };
        let (user, event_id) = (user.to_owned(), event_id.to_owned());
        tokio::spawn(async move { slack.publish_home(&team, &user, &event_id).await });
    }

    async fn publish_home(&self, team: &Team, user: &str, event_id: &str) {
        let asked = PARTS.iter().flat_map(|(_, lines)| lines.iter());
        let asked = asked.enumerate().map(|(at, line)| {
            let asked = Asked {
                event_id: format!("home:{event_id}:{at}"),
                user,
                name: "",
                channel: "",
                at: self.clock.now(),
            };
            self.inbound(team, &asked, Said::Typed((*line).to_owned()))
        });
        let answers = gather(&self.heard, asked.collect(), Instant::now() + TAKING).await;
        if answers.iter().all(Option::is_none) {
            // It was asked before, or the service stops.
            return;
        }
        let values = json!({ "user_id": user, "view": page(answers) });
        let published = async { self.api.call(PUBLISH, team.caller()?, None, &values).await };
        let published = published.await;
        if let Err(error) = published {
            tracing::warn!(%error, "a home tab could not be shown");
        }
    }
}

/// The page of what the bot answered, in the order in which it was asked.
fn page(answers: Vec<Option<Message>>) -> Value {
    let (mut shown, mut answers) = (Vec::new(), answers.into_iter());
    for (title, lines) in PARTS {
        shown.push(json!({ "type": "header", "text": words(title) }));
        for message in answers.by_ref().take(lines.len()).flatten() {
            shown.extend(blocks(&message).iter().map(|(block, _)| json!(block)));
        }
        shown.push(json!({ "type": "divider" }));
    }
    shown.truncate(BLOCKS - 1);
    shown.push(json!({
        "type": "actions",
        "elements": [{
            "type": "button",
            "action_id": OPEN_PROFILE,
            "text": words("Change what I prefer"),
            "value": "profile",
        }],
    }));
    json!({ "type": "home", "blocks": shown })
}
