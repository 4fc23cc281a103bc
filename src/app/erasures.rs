//! Who was erased, kept in a file beside the database as well: an older copy that is put back does not know of it.
//! Before a service starts, and after a restore, the file is read, and whoever is there again is forgotten again.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio_util::sync::CancellationToken;

use crate::actions::Context;
use crate::actions::privacy::forget;
use crate::domain::community::Community;
use crate::domain::ids::CommunityId;
use crate::domain::people::erasure::{Erased, ErasureKey};
use crate::formats::erasures::{self as format, Log};
use crate::storage::privacy::erasures;
use crate::storage::{Db, Options, StorageError, backup};

/// How often a running service looks whether the file lacks something.
const EVERY: Duration = Duration::from_secs(20);

/// Makes file and database know the same; answers whether the file knew of somebody whom the database did not.
///
/// # Errors
/// One line that names the file.
pub async fn settle(db: &Db, file: &Path) -> anyhow::Result<bool> {
    let there = read(file)?;
    let known = db.read(|tx| {
        Box::pin(async move {
            let rows = tx.all("SELECT id FROM communities", Vec::new()).await?;
            let communities: Vec<CommunityId> = rows
                .iter()
                .map(|row| row.get("id"))
                .collect::<Result<_, _>>()?;
            let (key, all) = (erasures::key(tx).await?, erasures::all(tx).await?);
            Ok::<_, StorageError>((key, all, communities))
        })
    });
    let (key, known, communities) = known.await?;
    let news: Vec<Erased> = match &there {
        Some(log) => {
            check_ours(file, log, key.as_ref(), &known)?;
            let all = log.erased.iter();
            let ours = all.filter(|one| communities.contains(&one.community));
            ours.filter(|one| !known.contains(one)).cloned().collect()
        }
        None => Vec::new(),
    };
    if let Some(log) = there.filter(|_| !news.is_empty()) {
        let new = news.clone();
        db.write(move |tx| {
            Box::pin(async move {
                erasures::set_key(tx, &log.key).await?;
                erasures::add(tx, &new).await
            })
        })
        .await?;
    }
    let whole = db.read(|tx| {
        Box::pin(async move { Ok((erasures::key(tx).await?, erasures::all(tx).await?)) })
    });
    let whole: Result<_, StorageError> = whole.await;
    if let (Some(key), all) = whole? {
        keep(file, key, all)?;
    }
    Ok(!news.is_empty())
}

fn check_ours(
    file: &Path,
    log: &Log,
    key: Option<&ErasureKey>,
    known: &[Erased],
) -> anyhow::Result<()> {
    if key.is_some_and(|key| *key != log.key) && !known.is_empty() {
        bail!(
            "the log of erasures {} belongs to another database; move it away, or change database.erasure_log",
            file.display()
        );
    }
    Ok(())
}

/// Has the file hold these as well as what it holds already.
fn keep(file: &Path, key: ErasureKey, erased: Vec<Erased>) -> anyhow::Result<()> {
    let there = read(file)?;
    if erased.is_empty() {
        return Ok(());
    }
    if let Some(log) = &there {
        check_ours(file, log, Some(&key), &erased)?;
    }
    // What was lifted here is still standing in the file.
    let same = |a: &Erased, b: &Erased| {
        (&a.community, &a.erasure, &a.hash) == (&b.community, &b.erasure, &b.hash)
    };
    let others = there.iter().flat_map(|log| &log.erased);
    let others = others.filter(|other| !erased.iter().any(|one| same(one, other)));
    let mut all: Vec<Erased> = erased.iter().chain(others).cloned().collect();
    all.sort_by(|a, b| (a.at, &a.erasure, &a.hash).cmp(&(b.at, &b.erasure, &b.hash)));
    let log = Log { key, erased: all };
    if there.as_ref() != Some(&log) {
        write(file, &format::write(&log))
            .with_context(|| format!("the log of erasures {} cannot be written", file.display()))?;
    }
    Ok(())
}

/// Has the file hold what a database knows that is about to be replaced by an older copy of it.
///
/// # Errors
/// One line that names the file.
pub async fn keep_of_replaced(options: &Options, file: &Path) -> anyhow::Result<()> {
    match backup::erased_in(options).await? {
        Some((key, erased)) => keep(file, key, erased),
        None => Ok(()),
    }
}

fn read(file: &Path) -> anyhow::Result<Option<Log>> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => bail!(
            "the log of erasures {} cannot be read: {error}",
            file.display()
        ),
    };
    format::read(&text).with_context(|| {
        format!(
            "the log of erasures {} is damaged; mend it or move it away",
            file.display()
        )
    })
}

/// Puts a new file in the place of the old one, readable by this user alone.
fn write(file: &Path, text: &str) -> std::io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut part = tempfile::Builder::new()
        .prefix(".convene-erased-")
        .tempfile_in(folder)?;
    part.write_all(text.as_bytes())?;
    part.as_file().sync_all()?;
    part.persist(file).map_err(|error| error.error)?;
    std::fs::File::open(folder)?.sync_all()
}

/// The same before a service starts or after a restore: whoever the file knows and the database has again is forgotten
/// again. Answers how many were.
///
/// # Errors
/// One line that names the file, or what the database says.
pub async fn replay(db: &Db, file: &Path, communities: &[Context]) -> anyhow::Result<u64> {
    if !settle(db, file).await? {
        return Ok(0);
    }
    let mut forgotten = 0;
    for ctx in communities {
        let ctx = ctx.clone();
        let again = db.write(move |tx| Box::pin(async move { forget::again(tx, &ctx).await }));
        forgotten += again.await?;
    }
    settle(db, file).await?;
    Ok(forgotten)
}

/// Keeps the file up to date until `stopping`, and once more then.
pub async fn follow(db: Db, file: std::path::PathBuf, stopping: CancellationToken) {
    let mut written: Option<i64> = None;
    loop {
        let stopped = tokio::select! {
            () = stopping.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        match counted(&db).await {
            Ok(count) if written != Some(count) => match settle(&db, &file).await {
                Ok(_) => written = Some(count),
                Err(error) => tracing::error!("{error:#}"),
            },
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the log of erasures could not be kept"),
        }
        if stopped {
            return;
        }
    }
}

/// Changes with each erasure and each return.
async fn counted(db: &Db) -> Result<i64, StorageError> {
    db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT count(*) + count(lifted_at) AS n FROM erasures";
            tx.one(sql, Vec::new()).await?.get("n")
        })
    })
    .await
}

/// What actions need in each of these communities, now.
pub fn contexts(
    mint: &Arc<crate::domain::ids::Mint>,
    now: crate::domain::time::Instant,
    communities: &[Arc<Community>],
) -> Vec<Context> {
    communities
        .iter()
        .map(|community| Context {
            mint: Arc::clone(mint),
            now,
            community: Arc::clone(community),
        })
        .collect()
}
