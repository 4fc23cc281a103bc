//! Where a command works: the configuration, the database, and the community that was meant.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::config::{Config, Section};
use crate::actions::Context;
use crate::domain::community::Community;
use crate::domain::ids::{CommunityId, Mint};
use crate::domain::time::Instant;
use crate::storage::{Db, StorageError, communities};

/// The database, open, with the community that a command is about.
pub struct Place {
    /// The database.
    pub db: Db,
    /// What actions need.
    pub ctx: Context,
}

impl Place {
    /// Reads the configuration in `file` and opens its database for the community `slug`, or the first; an action
    /// may take as long as `limit` says, or as usual.
    ///
    /// # Errors
    /// One line that names what is missing.
    pub async fn open(
        file: &Path,
        slug: Option<&str>,
        mint: Arc<Mint>,
        now: Instant,
        limit: Option<Duration>,
    ) -> anyhow::Result<Self> {
        let config = Config::load(file)?;
        let section = section(&config, slug)?.clone();
        let mut options = config.database.options();
        options.action_limit = limit.unwrap_or(options.action_limit);
        let db = Db::open(&options).await?;
        let community = ensure(&db, &mint, now, &section).await?;
        Ok(Self {
            db,
            ctx: Context {
                mint,
                now,
                community: Arc::new(community),
            },
        })
    }
}

fn community(id: CommunityId, section: &Section) -> Community {
    Community {
        id,
        slug: section.slug.clone(),
        name: section.name.clone(),
        zone: section.zone,
        settings: section.settings(),
    }
}

/// The section that is meant.
///
/// # Errors
/// One line that names the communities there are.
pub fn section<'c>(config: &'c Config, slug: Option<&str>) -> anyhow::Result<&'c Section> {
    if let Some(section) = config.community(slug) {
        return Ok(section);
    }
    let known: Vec<&str> = config.communities.iter().map(|c| c.slug.as_str()).collect();
    bail!(
        "there is no community “{}” in {}: known are {}",
        slug.unwrap_or_default(),
        config.file.display(),
        known.join(", ")
    )
}

/// Makes the community and its partners be in the database as configured.
///
/// # Errors
/// What the database says.
pub async fn ensure(
    db: &Db,
    mint: &Arc<Mint>,
    now: Instant,
    section: &Section,
) -> anyhow::Result<Community> {
    let (mint, own) = (mint.clone(), section.clone());
    let partners = section.settings().partner;
    let id: CommunityId = db
        .write(move |tx| {
            Box::pin(async move {
                let id =
                    communities::upsert(tx, &mint, now, &own.slug, &own.name, own.zone).await?;
                let mut keep = Vec::new();
                for partner in &partners {
                    keep.push(communities::upsert_partner(tx, &mint, now, &id, partner).await?);
                }
                communities::retire_partners(tx, &id, &keep).await?;
                Ok::<_, StorageError>(id)
            })
        })
        .await
        .with_context(|| format!("the community “{}” could not be written", section.slug))?;
    Ok(community(id, section))
}
