//! What `check` tries of the machine: that the listener's address is free, that the folders can be
//! written and have room, that nobody else reads what is secret, and that the clock is not behind
//! what was written by it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;

use super::Config;
use crate::chat::Findings;
use crate::domain::time::Instant;
use crate::storage::{Db, StorageError, measures};

/// Less room than this is nearly none, in bytes.
const LITTLE: u64 = 200 << 20;
/// How far the clock may be behind what was written last; two machines differ by seconds.
const BEHIND: chrono::Duration = chrono::Duration::minutes(2);
/// After so many days without a copy somebody is reminded to make one.
const COPY_DAYS: i64 = 7;

/// The listener, if no service of ours has it already.
pub(super) fn listener(config: &Config, findings: &mut Findings) {
    let address = config.server.listen;
    match std::net::TcpListener::bind(address) {
        Ok(_) => findings
            .good
            .push(format!("{address} is free to listen at")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => findings.bad.push(format!(
            "another program listens at {address}: stop it, or change server.listen"
        )),
        Err(error) => findings.bad.push(format!(
            "cannot listen at {address} ({error}): change server.listen"
        )),
    }
}

/// What links begin with.
pub(super) fn links(config: &Config, findings: &mut Findings) {
    let own = |host: &str| {
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|own| host.starts_with(own))
    };
    match config.server.base_url.as_deref() {
        None => findings.notes.push(format!(
            "links begin with {}, which others may not reach: set server.base_url",
            config.base_url()
        )),
        Some(url) => {
            if let Some(host) = url.strip_prefix("http://")
                && !own(host)
            {
                findings.notes.push(format!(
                    "server.base_url is {url}: without HTTPS others on the way can read along; put a proxy with HTTPS in front and write https://"
                ));
            }
        }
    }
}

/// The folders of the database and of the chat's file.
pub(super) fn folders(config: &Config, findings: &mut Findings) {
    let database = config.database.options().sqlite_path();
    let files = [
        database.as_ref().map(|file| (file, "database.url")),
        Some((&config.server.chat_file, "server.chat_file")),
    ];
    let mut seen: Vec<PathBuf> = Vec::new();
    for (file, key) in files.into_iter().flatten() {
        let folder = folder_of(file);
        if seen.contains(&folder) {
            continue;
        }
        if !folder.is_dir() {
            findings.bad.push(format!(
                "the folder {} does not exist: create it, or change {key}",
                folder.display()
            ));
        } else if tempfile::tempfile_in(&folder).is_err() {
            findings.bad.push(format!(
                "cannot write to {}: give this user write access to it, or change {key}",
                folder.display()
            ));
        } else if let Some(left) = room_left(&folder) {
            // A copy before an update of the schema takes as much again as the database.
            let needed = LITTLE.max(2 * std::fs::metadata(file).map_or(0, |found| found.len()));
            if left < needed {
                findings.bad.push(format!(
                    "only {} MB are left in {}: free some space",
                    left >> 20,
                    folder.display()
                ));
            }
        }
        seen.push(folder);
    }
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(unix)]
fn room_left(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn room_left(_folder: &Path) -> Option<u64> {
    None
}

/// The files that hold a secret, or people: nobody else may read them.
pub(super) fn private(config: &Config, findings: &mut Findings) {
    let address = config.database.url.expose_secret();
    let password = config.database.url_file.is_none() && has_password(address);
    let files = [
        password.then(|| (config.file.clone(), "holds a password")),
        (config.database.url_file.clone()).map(|file| (file, "holds the database's address")),
        (config.database.options().sqlite_path())
            .map(|file| (file, "holds what is known of people")),
        Some((config.server.chat_file.clone(), "holds what was said")),
    ];
    for (file, what) in files.into_iter().flatten() {
        if others_read(&file) {
            findings.bad.push(format!(
                "{} {what} and others on this machine may read it: chmod 600 {}",
                file.display(),
                file.display()
            ));
        }
    }
}

/// Whether an address has a password before its `@`.
fn has_password(address: &str) -> bool {
    let authority = address.split_once("://").map(|(_, rest)| rest);
    let user = authority
        .and_then(|rest| rest.rsplit_once('@'))
        .map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':')) || address.contains("password=")
}

#[cfg(unix)]
fn others_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|found| found.permissions().mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn others_read(_file: &Path) -> bool {
    false
}

/// The clock against what was written by it, and the age of the last copy.
pub(super) async fn age(db: &Db, now: Instant, findings: &mut Findings) {
    let asked = db.read(move |tx| {
        Box::pin(async move {
            let newest = measures::newest_record(tx).await?;
            Ok::<_, StorageError>((newest, measures::take(tx, now).await?.last_backup))
        })
    });
    let (newest, copied) = match asked.await {
        Ok(found) => found,
        Err(error) => {
            let said = format!("the database cannot be read: {error}");
            return findings.bad.push(said);
        }
    };
    if let Some(newest) = newest.filter(|newest| *newest > now + BEHIND) {
        findings.bad.push(format!(
            "this machine's clock says {} and the database was written at {}: set the clock",
            now.format("%a %-d %b %Y %H:%M UTC"),
            newest.format("%a %-d %b %Y %H:%M UTC")
        ));
    }
    match copied.map(|at| (now - at).num_days()) {
        Some(days) if days >= COPY_DAYS => findings
            .notes
            .push(format!("the last “convene backup” is {days} days old")),
        Some(_) => findings
            .good
            .push("a backup was made in the last days".to_owned()),
        None if db.is_sqlite() => findings
            .notes
            .push("no backup was made yet: “convene backup FILE”".to_owned()),
        None => {}
    }
}
