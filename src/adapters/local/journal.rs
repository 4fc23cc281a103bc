//! The file that lets the rooms outlive the process: one JSON line per change, synced before the
//! change is acknowledged. A line torn by a crash was acknowledged to nobody and is cut off.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::LocalError;
use super::store::{Entry, Store};

/// From this length on the journal is rewritten at open, with only what still stands.
const LARGE: u64 = 4 << 20;

#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    /// Where the last whole line ends; what lies behind it is a failed write.
    length: u64,
}

impl Journal {
    /// Opens or makes the file, readable by its owner alone, and replays it into `store`.
    pub fn open(path: &Path, store: &mut Store) -> Result<Self, LocalError> {
        let wrong = |source| LocalError::File {
            path: path.to_owned(),
            source,
        };
        let file = open_private(path, false).map_err(wrong)?;
        let mut reader = BufReader::new(&file);
        let (mut length, mut number, mut line) = (0, 0, Vec::new());
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(wrong)?;
            if line.last() != Some(&b'\n') {
                break;
            }
            number += 1;
            let entry = serde_json::from_slice(&line).map_err(|source| LocalError::Line {
                path: path.to_owned(),
                number,
                source,
            })?;
            store.apply(entry);
            length += read as u64;
        }
        let mut journal = Self {
            file,
            path: path.to_owned(),
            length,
        };
        if length > LARGE {
            journal.rewrite(store).map_err(wrong)?;
        }
        Ok(journal)
    }

    /// Adds one line; once this returns, a power cut does not lose it.
    pub fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.length += line.len() as u64;
        Ok(())
    }

    /// Writes the file anew with only what still stands; until it has its name, the old one is whole.
    pub fn rewrite(&mut self, store: &Store) -> io::Result<()> {
        let path = self.path.as_path();
        let new = with_suffix(path);
        let mut lines = Vec::new();
        for entry in store.entries() {
            serde_json::to_writer(&mut lines, &entry)?;
            lines.push(b'\n');
        }
        let mut file = open_private(&new, true)?;
        file.write_all(&lines)?;
        file.sync_all()?;
        std::fs::rename(&new, path)?;
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        (self.file, self.length) = (file, lines.len() as u64);
        Ok(())
    }
}

fn with_suffix(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn open_private(path: &Path, truncate: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(truncate);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(path)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}
