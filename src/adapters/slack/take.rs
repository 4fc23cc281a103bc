//! Whatever Slack sends, over HTTP or a socket: whose it is, what it means, and what is acknowledged.

use serde_json::{Value, json};

use super::Slack;
use super::answer::{Taken, alone};
use super::payload::{answer_url, text};
use super::teams::Team;
use crate::domain::time::Instant;

/// A request of Slack's.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    /// A slash command.
    Command(Value),
    /// A button, a form, a shortcut.
    Interaction(Value),
    /// An event, or the question whether the address is ours.
    Event(Value),
}

const STRANGE: &str = "Convene does not know this workspace. Whoever runs it can connect it: “convene check” says what is missing.";
const NO_BUTTON: &str =
    "That button is no longer known here. “/convene help” shows what you can do.";
const BUSY: &str =
    "I have a lot to do just now and could not take that up. Please try again in a moment.";
const ODD: &str = "I could not read that. “/convene help” shows what you can do.";

impl Slack {
    /// Takes what Slack sent at `at`; `print` stands for its id where it has none.
    pub(super) async fn take(&self, ask: Ask, at: Instant, print: String) -> Taken {
        match ask {
            Ask::Command(command) => self.take_command(&command, at, print).await,
            Ask::Interaction(action) => self.take_interaction(&action, at, print).await,
            Ask::Event(envelope) => self.take_event(&envelope, at).await,
        }
    }

    async fn take_command(&self, command: &Value, at: Instant, print: String) -> Taken {
        let team = text(command, "/team_id");
        let Some(team) = self
            .teams
            .by_id(team, some(text(command, "/enterprise_id")))
        else {
            return Taken::Done(Some(alone(STRANGE)));
        };
        if text(command, "/user_id").is_empty() {
            return Taken::Done(Some(alone(ODD)));
        }
        let url = self.url(text(command, "/response_url"));
        let inbound = self.command(&team, command, at, print);
        match self.ask(inbound, true, url).await {
            Taken::Again => Taken::Done(Some(alone(BUSY))),
            done => done,
        }
    }

    async fn take_interaction(&self, action: &Value, at: Instant, print: String) -> Taken {
        let url = self.url(text(action, "/response_url"));
        let answer = |words: &str| {
            if let Some(url) = url.clone() {
                self.say_at(url, alone(words));
            }
            Taken::Done(None)
        };
        if text(action, "/user/id").is_empty() {
            return answer(ODD);
        }
        let Some(team) = self.team_of(action) else {
            return answer(STRANGE);
        };
        if text(action, "/type") != "block_actions" {
            return answer(ODD);
        }
        let Some(inbound) = self.pressed(&team, action, at, print) else {
            return answer(NO_BUTTON);
        };
        match self.ask(inbound, false, url.clone()).await {
            Taken::Again => answer(BUSY),
            done => done,
        }
    }

    async fn take_event(&self, envelope: &Value, now: Instant) -> Taken {
        match text(envelope, "/type") {
            "url_verification" => {
                let challenge = text(envelope, "/challenge");
                return Taken::Done(Some(json!({ "challenge": challenge })));
            }
            "event_callback" if !text(envelope, "/event_id").is_empty() => {}
            _ => return Taken::Done(None),
        }
        let Some(team) = self.team_of_event(envelope) else {
            return Taken::Done(None);
        };
        for inbound in self.event(&team, envelope, now) {
            if self.tell(inbound).await == Taken::Again {
                return Taken::Again;
            }
        }
        Taken::Done(None)
    }

    /// The workspace of whoever acted: somebody of another one, in a channel that two share, is no member here.
    fn team_of(&self, action: &Value) -> Option<std::sync::Arc<Team>> {
        let enterprise = match text(action, "/enterprise/id") {
            "" => text(action, "/team/enterprise_id"),
            id => id,
        };
        let team = match text(action, "/user/team_id") {
            "" => text(action, "/team/id"),
            id => id,
        };
        self.teams.by_id(team, some(enterprise))
    }

    fn team_of_event(&self, envelope: &Value) -> Option<std::sync::Arc<Team>> {
        let enterprise = some(text(envelope, "/enterprise_id"));
        self.teams.by_id(text(envelope, "/team_id"), enterprise)
    }

    fn url(&self, said: &str) -> Option<reqwest::Url> {
        let url = answer_url(said, self.api.base());
        if url.is_none() && !said.is_empty() {
            tracing::warn!("an address for an answer that is not Slack's was left alone");
        }
        url
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
