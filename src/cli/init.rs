//! `convene init`: a configuration that explains itself, and an empty database.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::json;

use super::Answer;
use super::config::{Config, NewCommunity, slug_of, template};
use super::place::ensure;
use crate::actions::{Context, people};
use crate::domain::ids::Mint;
use crate::domain::platform::Account;
use crate::domain::time::Instant;
use crate::storage::Db;

/// What to begin with.
#[derive(Clone, Debug, clap::Args)]
pub struct InitArgs {
    /// Who may do everything at first, as platform:id, for example local:ada
    #[arg(long, value_name = "ACCOUNT")]
    pub manager: Option<Account>,
    /// What the community is called
    #[arg(long, value_name = "NAME", default_value = "Our community")]
    pub name: String,
}

/// Writes `file` and makes the database that it names; if one fails, neither is there.
///
/// # Errors
/// One line that names what is in the way.
pub async fn run(
    args: &InitArgs,
    file: &Path,
    mint: Arc<Mint>,
    now: Instant,
) -> anyhow::Result<Answer> {
    let new = NewCommunity {
        slug: slug_of(&args.name),
        name: args.name.clone(),
        manager: args.manager.clone(),
    };
    let text = template(&new);
    let config = Config::check_text(file, &text)?;
    let database = config.database.options().sqlite_path();
    let was_there = database.as_ref().is_some_and(|file| file.exists());
    write_new(file, &text)?;
    let made = make(&config, args.manager.as_ref(), &mint, now).await;
    if let Err(error) = made {
        // What was written a moment ago is taken back: a second try then finds nothing in its way.
        let _ = std::fs::remove_file(file);
        if let (false, Some(database)) = (was_there, &database) {
            let _ = std::fs::remove_file(database);
        }
        return Err(error);
    }
    let mut said = format!(
        "Wrote {}, which explains every setting.\nMade the database {}.\n",
        file.display(),
        config.database.shown()
    );
    match &args.manager {
        Some(account) => said.push_str(&format!("{account} may do everything.\n")),
        None => said.push_str("Nobody manages it yet: add an account to “managers”.\n"),
    }
    said.push_str("Next: convene check, then convene serve.\n");
    let json = json!({
        "config": file,
        "database": config.database.shown(),
        "community": new.slug,
        "manager": args.manager.as_ref().map(ToString::to_string),
    });
    Ok(Answer::done(said, json))
}

fn write_new(file: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // A password may be written into it later.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut made = match options.open(file) {
        Ok(made) => made,
        Err(error) => match error.kind() {
            ErrorKind::AlreadyExists => bail!(
                "{} is there already: edit it, or move it away first",
                file.display()
            ),
            ErrorKind::NotFound => bail!(
                "the folder of {} does not exist: create it first",
                file.display()
            ),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => bail!(
                "cannot write {}: give this user write access to its folder, or name another file by --config",
                file.display()
            ),
            _ => bail!("cannot write {}: {error}", file.display()),
        },
    };
    made.write_all(text.as_bytes())
        .and_then(|()| made.sync_all())
        .with_context(|| format!("cannot write {}", file.display()))
}

async fn make(
    config: &Config,
    manager: Option<&Account>,
    mint: &Arc<Mint>,
    now: Instant,
) -> anyhow::Result<()> {
    let db = Db::open(&config.database.options()).await?;
    for section in &config.communities {
        let community = ensure(&db, mint, now, section).await?;
        let Some(account) = manager.cloned() else {
            continue;
        };
        let ctx = Context {
            mint: mint.clone(),
            now,
            community: Arc::new(community),
        };
        let set = db.write(move |tx| {
            Box::pin(async move { people::set_managers(tx, &ctx, &[account]).await })
        });
        set.await?;
    }
    db.close().await;
    Ok(())
}
