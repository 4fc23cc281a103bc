//! Who is in a guild, read page by page after each connection that is new: what they are called, which roles they have, who
//! came and who went while nobody listened. What happens in between comes as events.

use std::collections::HashSet;

use serde_json::Value;

use super::api::{Failed, Route};
use super::hear::{Asked, account, text};
use super::{Community, Discord};
use crate::chat::{Inbound, Said};
use crate::domain::time::Instant;

/// How many people there are on a page.
const PAGE: usize = 1_000;

impl Discord {
    /// Reads who is in the guild of a community; those who joined after `since` came just now.
    pub(super) async fn people_of(
        &self,
        community: &Community,
        since: Option<Instant>,
    ) -> Result<Vec<Inbound>, Failed> {
        let guild = community.guild.as_str();
        let (mut said, mut there, mut after) = (Vec::new(), HashSet::new(), "0".to_owned());
        loop {
            let route = Route::get("guilds/{}/members", &[guild])
                .with("limit", PAGE)
                .with("after", &after);
            let page = self.patiently(&route).await?;
            let page = page.as_array().map_or(&[][..], Vec::as_slice);
            for member in page {
                let user = text(member, "/user/id");
                there.insert(user.to_owned());
                let joined = text(member, "/joined_at").parse::<Instant>().ok();
                let came = since.is_some_and(|since| joined.is_some_and(|joined| joined > since));
                said.extend(self.person(guild, member, came));
                said.extend(self.present(guild, member));
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = text(last, "/user/id").to_owned(),
                _ => break,
            }
        }
        let known = match there.is_empty() {
            // Nobody is not an answer.
            true => Vec::new(),
            false => (self.keep.people)(community.slug.clone())
                .await
                .map_err(Failed::Unclear)?,
        };
        let gone = known.into_iter().filter(|it| !there.contains(it));
        said.extend(gone.filter_map(|user| {
            let user = serde_json::json!({ "id": account(&user).id });
            self.gone(guild, &user)
        }));
        Ok(said)
    }

    /// Somebody is there, and may have been for long.
    fn present(&self, guild: &str, member: &Value) -> Option<Inbound> {
        let user = &member["user"];
        let id = text(user, "/id");
        if id.is_empty() || user["bot"] == true {
            return None;
        }
        let name = super::hear::name(user, member);
        let asked = Asked {
            event_id: format!(
                "member:{guild}:{id}:present:{}:{name}",
                text(member, "/joined_at")
            ),
            user: id,
            name,
            channel: "",
            guild,
            at: self.clock.now(),
        };
        let said = Said::Present {
            email: None,
            zone: None,
        };
        self.inbound(&asked, said)
    }

    /// Asks, and again where Discord asks to wait.
    pub(super) async fn patiently(&self, route: &Route) -> Result<Value, Failed> {
        loop {
            match self.api.call(route, None).await {
                Err(Failed::Wait(time, _)) => tokio::time::sleep(time).await,
                done => return done,
            }
        }
    }
}
