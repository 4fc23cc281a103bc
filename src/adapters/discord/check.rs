//! What would keep the bot from Discord, asked without changing anything there.

use serde_json::Value;

use super::api::{Api, Failed, Route};
use super::hear::text;
use super::{Community, DiscordOptions};
use crate::chat::Findings;

/// That the application may be told who comes and goes: in many guilds, and in fewer than a hundred.
const MEMBERS: u64 = 1 << 14 | 1 << 15;
/// What the bot does in a channel: view it, send messages and embeds, read what was said.
const IN_CHANNELS: [(u64, &str); 4] = [
    (1 << 10, "View Channel"),
    (1 << 11, "Send Messages"),
    (1 << 14, "Embed Links"),
    (1 << 16, "Read Message History"),
];
/// What it needs for events, and for threads.
const EVENTS: [(u64, &str); 2] = [(1 << 33, "Manage Events"), (1 << 44, "Create Events")];
const THREADS: [(u64, &str); 1] = [(1 << 35, "Create Public Threads")];
/// Everything is allowed.
const ADMINISTRATOR: u64 = 1 << 3;

/// Asks Discord who the bot is, and what it may do where.
pub async fn check(options: DiscordOptions) -> Findings {
    let mut findings = Findings::default();
    let api = match Api::new(options.api, options.token) {
        Ok(api) => api,
        Err(error) => {
            findings
                .bad
                .push(format!("Discord cannot be called from here: {error}"));
            return findings;
        }
    };
    let application = match api.call(&Route::get("applications/@me", &[]), None).await {
        Ok(application) => application,
        Err(error) => {
            note(&mut findings, "Discord cannot be used", error);
            return findings;
        }
    };
    let flags = application["flags"].as_u64().unwrap_or(0);
    findings.good.push(format!(
        "Discord answers: the app “{}” ({})",
        text(&application, "/name"),
        text(&application, "/id")
    ));
    if options.members && flags & MEMBERS == 0 {
        findings.bad.push(
            "Discord does not tell the bot who comes and goes: switch on “Server Members Intent” on the app's page, below “Bot”, \
             or set members = false in [community.discord]"
                .to_owned(),
        );
    }
    findings.notes.push(
        "the bot needs no other privileged intent: “Message Content” and “Presence” can stay off"
            .to_owned(),
    );
    for community in &options.communities {
        of_community(
            &api,
            community,
            text(&application, "/bot/id"),
            &mut findings,
        )
        .await;
    }
    findings
}

async fn of_community(api: &Api, community: &Community, bot: &str, findings: &mut Findings) {
    let slug = &community.slug;
    let guild = match api
        .call(&Route::get("guilds/{}", &[&community.guild]), None)
        .await
    {
        Ok(guild) => guild,
        Err(Failed::Refused(..)) => {
            findings.bad.push(format!(
                "the bot is not in the server {} of “{slug}”: invite it by the link that README.md tells how to make",
                community.guild
            ));
            return;
        }
        Err(error) => {
            return note(
                findings,
                &format!("nothing could be asked of “{slug}”"),
                error,
            );
        }
    };
    findings.good.push(format!(
        "the bot is in the server “{}” ({}) of “{slug}”",
        text(&guild, "/name"),
        community.guild
    ));
    let me = match api
        .call(
            &Route::get("guilds/{}/members/{}", &[&community.guild, bot]),
            None,
        )
        .await
    {
        Ok(me) => me,
        Err(error) => {
            return note(
                findings,
                &format!("nothing could be asked of “{slug}”"),
                error,
            );
        }
    };
    let allowed = allowed(&guild, &me);
    let mut needed = IN_CHANNELS.to_vec();
    if community.events {
        needed.extend(EVENTS);
    }
    if community.threads {
        needed.extend(THREADS);
    }
    let lacking = needed
        .iter()
        .filter(|(bit, _)| allowed & ADMINISTRATOR == 0 && allowed & bit == 0);
    let lacking: Vec<&str> = lacking.map(|(_, name)| *name).collect();
    if !lacking.is_empty() {
        findings.bad.push(format!(
            "the bot lacks permissions in the server of “{slug}”: {}; give them to its role",
            lacking.join(", ")
        ));
    }
    for channel in &community.channels {
        match api.call(&Route::get("channels/{}", &[channel]), None).await {
            Ok(found) if text(&found, "/guild_id") == community.guild => {}
            Ok(_) => findings.bad.push(format!(
                "the channel {channel} is not in the server of “{slug}”"
            )),
            Err(Failed::Refused(..)) => findings.bad.push(format!(
                "the bot does not see the channel {channel} of “{slug}”: let its role view it"
            )),
            Err(error) => {
                return note(
                    findings,
                    &format!("nothing could be asked of the channel {channel}"),
                    error,
                );
            }
        }
    }
    let roles = guild["roles"].as_array().map_or(&[][..], Vec::as_slice);
    for (role, group) in &community.roles {
        if !roles.iter().any(|it| it["id"] == role.as_str()) {
            findings.bad.push(format!(
                "there is no role {role} for “{group}” in the server of “{slug}”"
            ));
        }
    }
}

/// What somebody may do in a guild, by everybody's role and their own.
fn allowed(guild: &Value, member: &Value) -> u64 {
    let of = |role: &Value| text(role, "/permissions").parse::<u64>().unwrap_or(0);
    let own = member["roles"].as_array().map_or(&[][..], Vec::as_slice);
    let roles = guild["roles"].as_array().into_iter().flatten();
    let theirs = roles.filter(|role| role["id"] == guild["id"] || own.contains(&role["id"]));
    theirs.map(of).fold(0, |all, one| all | one)
}

fn note(findings: &mut Findings, what: &str, failed: Failed) {
    match failed {
        Failed::Wait(..) => findings
            .notes
            .push(format!("Discord asked to wait: {what}")),
        failed => findings.bad.push(format!("{what}: {failed}")),
    }
}
