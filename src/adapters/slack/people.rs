//! The workspace's list of people, read page by page at each start and once a day: what they are called, the zone they live
//! in, whether their account is deactivated. What happens in between comes as events.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::api::{Failed, Method, TEAMS, USERS};
use super::payload::text;
use super::teams::Team;
use super::{LONGEST_PAUSE, Slack};
use crate::chat::handing::all_taken;

/// How many people there are on a page.
const PAGE: u32 = 200;
/// How often the list is read.
const EVERY: Duration = Duration::from_secs(24 * 3_600);
/// How long the bot may take for a page.
const TAKING: Duration = Duration::from_secs(60);

/// Reads the list of `team` until `stop`, once a day.
pub(super) async fn follow(slack: Arc<Slack>, team: Arc<Team>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let wait = match read(&slack, &team).await {
            Ok(people) => {
                tracing::info!(
                    community.slug = %team.slug,
                    people,
                    "read the list of people on Slack"
                );
                EVERY
            }
            // Without the permission it is not read at all; “convene check” says so.
            Err(Failed::Refused(word)) => {
                tracing::warn!(reason = %word, "the list of people on Slack cannot be read");
                EVERY
            }
            Err(error) => {
                tracing::warn!(%error, "the list of people on Slack was not read to its end");
                LONGEST_PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Reads the whole list; answers how many people there are. Where the app is installed in an organisation, each of its
/// workspaces has a list of its own.
async fn read(slack: &Arc<Slack>, team: &Arc<Team>) -> Result<usize, Failed> {
    if !team.met().is_some_and(|met| met.whole) {
        return read_one(slack, team, None).await;
    }
    let (mut cursor, mut people) = (String::new(), 0);
    loop {
        let (page, next) = page(slack, team, TEAMS, json!({ "limit": PAGE }), &cursor).await?;
        for workspace in page["teams"].as_array().map_or(&[][..], Vec::as_slice) {
            people += read_one(slack, team, Some(text(workspace, "/id"))).await?;
        }
        match next {
            Some(next) => cursor = next,
            None => return Ok(people),
        }
    }
}

/// Reads the list of one workspace.
async fn read_one(
    slack: &Arc<Slack>,
    team: &Arc<Team>,
    workspace: Option<&str>,
) -> Result<usize, Failed> {
    let (mut cursor, mut people) = (String::new(), 0);
    loop {
        let mut values = json!({ "limit": PAGE });
        if let Some(workspace) = workspace {
            values["team_id"] = json!(workspace);
        }
        let (page, next) = page(slack, team, USERS, values, &cursor).await?;
        let listed = page["members"].as_array().map_or(&[][..], Vec::as_slice);
        people += listed.len();
        slack.tell_of(team, listed).await?;
        match next {
            Some(next) => cursor = next,
            None => return Ok(people),
        }
    }
}

/// The page of a list that begins at `cursor`, and where the next one begins, if there is one.
async fn page(
    slack: &Slack,
    team: &Team,
    method: Method,
    mut values: Value,
    cursor: &str,
) -> Result<(Value, Option<String>), Failed> {
    if !cursor.is_empty() {
        values["cursor"] = json!(cursor);
    }
    loop {
        match slack.api.call(method, team.caller()?, None, &values).await {
            Err(Failed::Wait(time)) => tokio::time::sleep(time).await,
            page => {
                let page = page?;
                let next = text(&page, "/response_metadata/next_cursor");
                let more = !next.is_empty() && next != cursor;
                let next = more.then(|| next.to_owned());
                return Ok((page, next));
            }
        }
    }
}

impl Slack {
    /// Tells the bot of a page of people; what it was told before it knows by its id.
    async fn tell_of(&self, team: &Team, listed: &[Value]) -> Result<(), Failed> {
        let mut known = Vec::new();
        for user in listed {
            let stamp = user["updated"].as_i64().unwrap_or(0);
            let id = format!("user:{}:{stamp}", text(user, "/id"));
            known.extend(self.person(team, user, &id, self.clock.now(), false));
        }
        let deadline = tokio::time::Instant::now() + TAKING;
        match all_taken(&self.heard, known, deadline).await {
            true => Ok(()),
            false => Err(Failed::Unclear(BUSY.to_owned())),
        }
    }
}

const BUSY: &str = "what is known of people could not be kept";
