//! A disk that fills up soon.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system in memory; it goes away with this value.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one of so many kilobytes at `folder`; says so and answers `None` where that is not allowed.
    pub fn mount(folder: &Path, kilobytes: u32) -> Option<Self> {
        let size = format!("size={kilobytes}k");
        let mut mount = Command::new("mount");
        let mounted = mount
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder);
        match mounted.output() {
            Ok(done) if done.status.success() => Some(Self(folder.to_owned())),
            Ok(done) => {
                let why = String::from_utf8_lossy(&done.stderr).into_owned();
                eprintln!(
                    "skipped: a small disk needs the right to mount: {}",
                    why.trim()
                );
                None
            }
            Err(error) => {
                eprintln!("skipped: a small disk needs `mount`: {error}");
                None
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
