//! What has been shown, so that a change shows only what changed and a number finds its button.

use std::collections::HashMap;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::show;
use super::wire::{Post, Room};

pub(super) struct Screen<W> {
    output: W,
    /// What stands before a post, by room; nothing in the direct one.
    signs: HashMap<String, String>,
    day: String,
    /// The lines of each post as last shown.
    shown: HashMap<String, Vec<String>>,
    /// Posts that were typed here and need not be shown here again.
    pub own: Vec<String>,
    /// The latest post.
    pub latest: Option<Post>,
    /// The latest post with buttons.
    offering: Option<Post>,
}

impl<W: AsyncWrite + Unpin> Screen<W> {
    pub fn new(output: W, rooms: &[Room]) -> Self {
        let sign = |room: &Room| match room.direct {
            true => (room.id.clone(), String::new()),
            false => (room.id.clone(), format!("#{} ", show::clean(&room.id))),
        };
        Self {
            output,
            signs: rooms.iter().map(sign).collect(),
            day: String::new(),
            shown: HashMap::new(),
            own: Vec::new(),
            latest: None,
            offering: None,
        }
    }

    /// The terminal's own words.
    pub async fn tell(&mut self, text: &str) -> anyhow::Result<()> {
        let lines: Vec<_> = text.lines().map(show::clean).collect();
        self.write(&lines.join("\n")).await
    }

    /// Shows a new post.
    pub async fn posted(&mut self, post: Post) -> anyhow::Result<()> {
        let lines = show::lines(&post);
        if !self.own.contains(&post.id) {
            if post.day != self.day {
                self.day.clone_from(&post.day);
                self.write(&format!("--- {} ---", post.day)).await?;
            }
            let text = show::under(&format!("{}:", self.head(&post)), &lines);
            self.write(&text).await?;
        }
        self.shown.insert(post.id.clone(), lines);
        self.latest = Some(post.clone());
        if !show::commands(&post).is_empty() {
            self.offering = Some(post);
        }
        Ok(())
    }

    /// Shows what changed in a post.
    pub async fn edited(&mut self, post: Post) -> anyhow::Result<()> {
        let lines = show::lines(&post);
        let before = self.shown.insert(post.id.clone(), lines.clone());
        let before = before.unwrap_or_default();
        let changed: Vec<_> = lines
            .into_iter()
            .filter(|line| !before.contains(line))
            .collect();
        if !changed.is_empty() {
            let text = show::under(&format!("{} changed:", self.head(&post)), &changed);
            self.write(&text).await?;
        }
        if self.offering.as_ref().is_some_and(|old| old.id == post.id) {
            self.offering = Some(post);
        }
        Ok(())
    }

    /// The post that offers button `number`, and what the button stands for.
    pub fn button(&self, number: usize) -> Option<(Post, String)> {
        let post = self.offering.as_ref()?;
        let command = show::commands(post)
            .into_iter()
            .nth(number.checked_sub(1)?)?;
        Some((post.clone(), command))
    }

    fn head(&self, post: &Post) -> String {
        let sign = self.signs.get(&post.room).map_or("", String::as_str);
        let reply = if post.thread.is_some() { "↳ " } else { "" };
        let name = show::clean(&post.author.name);
        format!("{} {sign}{reply}{name}", post.clock)
    }

    async fn write(&mut self, text: &str) -> anyhow::Result<()> {
        self.output.write_all(text.as_bytes()).await?;
        self.output.write_all(b"\n").await?;
        self.output.flush().await?;
        Ok(())
    }
}
