//! Whatever Slack sends, over HTTP or a socket: whose it is, what it means, and what is acknowledged.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Slack;
use super::answer::{ACK, Body, Taken, alone};
use super::api::VIEW;
use super::entries::refused;
use super::hear::{Asked, triggered};
use super::modal::{answered, lines, of_action, view};
use super::payload::{answer_url, text, typed};
use super::teams::Team;
use crate::chat::Said;
use crate::chat::form::Form;
use crate::chat::handing::gather;
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
const NO_FORM: &str =
    "The form could not be shown just now. Try again, or type it: “/convene help” shows how.";
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
            return Taken::said(alone(STRANGE));
        };
        if text(command, "/user_id").is_empty() {
            return Taken::said(alone(ODD));
        }
        if let Some(form) = Form::of_line(&typed(text(command, "/text"))) {
            let opened = self.open(&team, text(command, "/trigger_id"), &form).await;
            return match opened {
                true => Taken::Done(None),
                false => Taken::said(alone(NO_FORM)),
            };
        }
        let url = self.url(text(command, "/response_url"));
        let inbound = self.command(&team, command, at, print);
        match self.ask(inbound, true, url).await {
            Taken::Again => Taken::said(alone(BUSY)),
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
        if let Some(form) = of_action(action) {
            return match self.open(&team, text(action, "/trigger_id"), &form).await {
                true => Taken::Done(None),
                false => answer(NO_FORM),
            };
        }
        match text(action, "/type") {
            "block_actions" => {}
            "view_submission" => return self.sent(&team, action, at, print).await,
            "view_closed" => return Taken::Done(None),
            _ => return answer(ODD),
        }
        let Some(inbound) = self.pressed(&team, action, at, print) else {
            return answer(NO_BUTTON);
        };
        let (user, event_id) = (inbound.from.id.clone(), inbound.event_id.clone());
        match self.ask(inbound, false, url.clone()).await {
            Taken::Again => answer(BUSY),
            done => {
                if text(action, "/view/type") == "home" {
                    self.show_home(team, &user, &event_id, true);
                }
                done
            }
        }
    }

    /// Shows a form to whoever asked for it, while Slack lets it; whether it is there.
    async fn open(&self, team: &Team, trigger: &str, form: &Form) -> bool {
        let values = json!({ "trigger_id": trigger, "view": view(form) });
        let opening = async { self.api.call(VIEW, team.caller()?, None, &values).await };
        match tokio::time::timeout(ACK, opening).await {
            Ok(Ok(_)) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "a form could not be shown");
                false
            }
            Err(_) => false,
        }
    }

    /// A form that was sent: the lines it stands for, and what the bot answers in its place.
    async fn sent(&self, team: &Arc<Team>, action: &Value, at: Instant, print: String) -> Taken {
        let lines = match lines(&action["view"]) {
            Ok(lines) => lines,
            Err(Some(errors)) => {
                let body = json!({ "response_action": "errors", "errors": errors });
                return Taken::Done(Some(Body::Other(body)));
            }
            Err(None) => return Taken::Done(None),
        };
        let deadline = tokio::time::Instant::now() + ACK;
        let (user, id) = (text(action, "/user/id"), triggered(action, print));
        let asked = lines.into_iter().enumerate().map(|(n, line)| {
            let asked = Asked {
                event_id: format!("{id}|{n}"),
                user,
                name: text(action, "/user/username"),
                channel: "",
                at,
            };
            self.inbound(team, &asked, Said::Typed(line))
        });
        let answers = gather(&self.heard, asked.collect(), deadline).await;
        self.show_home(Arc::clone(team), user, &id, true);
        let refused = refused(&action["view"], &answers);
        let body = refused.unwrap_or_else(|| answered(&answers));
        Taken::Done(Some(Body::Other(body)))
    }

    async fn take_event(&self, envelope: &Value, now: Instant) -> Taken {
        match text(envelope, "/type") {
            "url_verification" => {
                let challenge = text(envelope, "/challenge");
                let body = json!({ "challenge": challenge });
                return Taken::Done(Some(Body::Other(body)));
            }
            "event_callback" if !text(envelope, "/event_id").is_empty() => {}
            _ => return Taken::Done(None),
        }
        let Some(team) = self.team_of_event(envelope) else {
            return Taken::Done(None);
        };
        let id = text(envelope, "/event_id");
        match text(envelope, "/event/type") {
            "app_home_opened" if text(envelope, "/event/tab") != "messages" => {
                self.show_home(team, text(envelope, "/event/user"), id, false);
                return Taken::Done(None);
            }
            "app_uninstalled" => {
                self.lose(team);
                return Taken::Done(None);
            }
            "tokens_revoked" if envelope.pointer("/event/tokens/bot/0").is_some() => {
                self.lose(team);
                return Taken::Done(None);
            }
            _ => {}
        }
        for inbound in self.event(&team, envelope, now) {
            if self.tell(inbound).await == Taken::Again {
                return Taken::Again;
            }
        }
        Taken::Done(None)
    }

    /// The workspace of whoever acted: somebody of another one, in a channel that two share, is no member here.
    fn team_of(&self, action: &Value) -> Option<Arc<Team>> {
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

    fn team_of_event(&self, envelope: &Value) -> Option<Arc<Team>> {
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
