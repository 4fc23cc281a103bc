//! What would keep the app from Slack, asked without changing anything there.

use super::api::{Api, Failed};
use super::install::Installed;
use super::manifest::SCOPES;
use super::teams::{Met, Teams};
use super::{Mode, SlackOptions};
use crate::chat::Findings;

/// Asks Slack whose each token is; `kept` are those that workspaces gave by consent.
pub async fn check(options: SlackOptions, kept: Vec<Installed>) -> Findings {
    let mut findings = Findings::default();
    let by_consent = options.consent.is_some();
    let api = match Api::new(options.api, options.posts_per_minute) {
        Ok(api) => api,
        Err(error) => {
            findings
                .bad
                .push(format!("Slack cannot be called from here: {error}"));
            return findings;
        }
    };
    let teams = Teams::new(options.communities);
    for installed in kept {
        if let Some(team) = teams.by_id(&installed.team, None) {
            team.hold(Some(installed));
        }
    }
    for team in teams.all() {
        if by_consent && team.held().is_none() {
            findings.notes.push(format!(
                "the app is not installed in the workspace of “{}” yet: its owner opens /slack/oauth of the running service",
                team.slug
            ));
            continue;
        }
        match super::teams::ask_who(&api, &team).await {
            Ok(met) => {
                let missing = missing(&met);
                findings.good.push(format!(
                    "Slack answers for “{}”: the workspace {} ({})",
                    team.slug, met.name, met.team
                ));
                if !missing.is_empty() {
                    findings.bad.push(format!(
                        "the app lacks permissions in the workspace of “{}”: {}; give it those of “convene slack manifest” and install it again",
                        team.slug,
                        missing.join(", ")
                    ));
                }
            }
            Err(Failed::Away(_, why) | Failed::Unclear(why) | Failed::Refused(why)) => findings
                .bad
                .push(format!("Slack cannot be used for “{}”: {why}", team.slug)),
            Err(Failed::Wait(_)) => findings.notes.push(format!(
                "Slack asked to wait, so nothing was asked for “{}”",
                team.slug
            )),
        }
    }
    if let Mode::Socket { .. } = options.mode {
        findings.notes.push(
            "Slack is listened to over Socket Mode, so no address has to be reachable".to_owned(),
        );
    }
    findings
}

/// What a token is not allowed and should be; nothing where Slack does not say.
fn missing(met: &Met) -> Vec<&'static str> {
    let Some(allowed) = &met.scopes else {
        return Vec::new();
    };
    let absent = |scope: &&str| !allowed.iter().any(|it| it == scope);
    SCOPES.into_iter().filter(absent).collect()
}
