//! The app's manifest, from which Slack makes the app: every address, event and permission that the adapter uses, and the
//! commands as people may type them.

use serde_json::{Value, json};

use super::modal::{ADD_TO_AGENDA, MY_PROFILE, NEW_SERIES};
use super::render::cut;
use crate::chat::command::TABLE;
use crate::domain::people::member::Permission;

/// What the bot is allowed, with what for.
pub(super) const SCOPES: [&str; 10] = [
    // To be told who speaks to it: commands, and its name in a channel.
    "commands",
    "app_mentions:read",
    // To write where it was invited, and to people.
    "chat:write",
    "im:write",
    // To hear what is said to it alone, and to find again what it posted.
    "im:history",
    "channels:history",
    "groups:history",
    // To know who comes into the community's channels.
    "channels:read",
    // To know people by their address, and their zone.
    "users:read",
    "users:read.email",
];

/// What it is told of.
const EVENTS: [&str; 8] = [
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "member_joined_channel",
    "message.im",
    "team_join",
    "tokens_revoked",
    "user_change",
];

/// The most characters of what stands beside the command.
const HINT: usize = 1_000;

/// The manifest of an app that is reached at `base_url`, or where `sockets`, over connections that it opens; `shared` says
/// that several workspaces install it, `whole` that an organisation installs it for its workspaces.
pub fn manifest(base_url: &str, sockets: bool, shared: bool, whole: bool) -> Value {
    let at = |path: &str| format!("{}/slack/{path}", base_url.trim_end_matches('/'));
    let mut command = json!({
        "command": "/convene",
        "description": "Sessions, answers, reminders: “help” shows what you can do",
        "usage_hint": hint(),
        "should_escape": false,
    });
    let mut interactivity = json!({ "is_enabled": true });
    let mut events = json!({ "bot_events": EVENTS });
    if !sockets {
        command["url"] = json!(at("commands"));
        interactivity["request_url"] = json!(at("interactivity"));
        events["request_url"] = json!(at("events"));
    }
    let mut oauth = json!({ "scopes": { "bot": SCOPES } });
    if shared {
        oauth["redirect_urls"] = json!([at("oauth")]);
    }
    let shortcut = |kind: &str, name: &str, title: &str, what: &str| json!({ "type": kind, "callback_id": name, "name": title, "description": what });
    json!({
        "display_information": {
            "name": "Convene",
            "description": "Runs the community's sessions, answers, reminders and figures",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": true,
                "messages_tab_enabled": true,
                "messages_tab_read_only_enabled": false,
            },
            "bot_user": { "display_name": "Convene", "always_online": true },
            "shortcuts": [
                shortcut("message", ADD_TO_AGENDA, "Add to the agenda", "Puts this message on a meeting's agenda"),
                shortcut("global", NEW_SERIES, "New series", "Plans a series of sessions"),
                shortcut("global", MY_PROFILE, "What I prefer", "Time zone, quiet hours, reminders"),
            ],
            "slash_commands": [command],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": whole,
            "socket_mode_enabled": sockets,
            "token_rotation_enabled": false,
        },
    })
}

/// What may be typed by everybody, by example.
fn hint() -> String {
    let everybody = TABLE.iter().filter(|it| it.level <= Permission::Member);
    let examples: Vec<&str> = everybody.map(|spec| spec.example).collect();
    cut(&examples.join(" | "), HINT)
}
