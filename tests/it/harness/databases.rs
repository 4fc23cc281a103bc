//! Every storage story runs on SQLite (a file of its own) and on PostgreSQL (a database of its
//! own in one private cluster of this process).

use std::future::Future;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use convene::storage::{Db, Options};

/// Runs `story` on an empty database of each kind.
pub async fn on_both<F, Ended>(story: F)
where
    F: Fn(Db) -> Ended,
    Ended: Future<Output = ()>,
{
    for place in Place::both() {
        eprintln!("on {}", place.name);
        let db = Db::open(&place.options()).await.unwrap();
        story(db.clone()).await;
        db.close().await;
    }
}

/// Where an empty database is or can be made; it goes away with this value.
pub struct Place {
    /// `sqlite` or `postgres`.
    pub name: &'static str,
    /// The address for [`Options`].
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    /// A file in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            name: "sqlite",
            url: format!("sqlite:{}", folder.path().join("test.sqlite").display()),
            _folder: Some(folder),
        }
    }

    /// A database of its own in this process's cluster; `None` when the tests are told to do
    /// without.
    pub fn postgres() -> Option<Self> {
        if std::env::var("CONVENE_TEST_POSTGRES").is_ok_and(|word| word == "skip") {
            return None;
        }
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        let cluster = CLUSTER.get_or_init(Cluster::start);
        Some(Self {
            name: "postgres",
            url: cluster.database(),
            _folder: None,
        })
    }

    /// Another empty one of the kind of this name.
    pub fn of(name: &str) -> Self {
        match name {
            "postgres" => Self::postgres().expect("PostgreSQL is there"),
            _ => Self::sqlite(),
        }
    }

    /// Both kinds.
    pub fn both() -> Vec<Self> {
        std::iter::once(Self::sqlite())
            .chain(Self::postgres())
            .collect()
    }

    /// The usual options for this place.
    pub fn options(&self) -> Options {
        Options::new(&self.url)
    }
}

/// A PostgreSQL server of our own on a Unix socket. It stops when the pipe to its keeper closes,
/// which happens when this process ends, however it ends.
struct Cluster {
    programs: PathBuf,
    socket: PathBuf,
    counter: AtomicU32,
    _keeper: Mutex<Child>,
}

const KEEPER: &str = r#"
set -e
dir="$1" bin="$2"
exec 2>"$dir/keeper.log"
trap '' INT TERM HUP
"$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir/initdb.log"
"$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -o "-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=off -c max_connections=200" start >"$dir/start.log"
echo ready
cat >"$dir/rest"
"$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >"$dir/stop.log"
cd /
rm -rf "$dir"
"#;

impl Cluster {
    fn start() -> Self {
        let programs = programs().expect(
            "PostgreSQL is not installed: install the package `postgresql`, \
             or set CONVENE_TEST_POSTGRES=skip",
        );
        // Short, since the path of a socket has to fit 107 bytes.
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp");
        let folder = folder.unwrap().keep();
        let mut keeper = if is_root() {
            let given = Command::new("chown").arg("postgres").arg(&folder).status();
            assert!(given.is_ok_and(|status| status.success()), "chown failed");
            let mut keeper = Command::new("runuser");
            keeper.args(["-u", "postgres", "--"]);
            keeper
        } else {
            Command::new("env")
        };
        keeper.args(["sh", "-c", KEEPER, "keeper"]);
        keeper.arg(&folder).arg(&programs).current_dir("/");
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = keeper.stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(keeper.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        if line.trim() != "ready" {
            let mut why = String::new();
            for log in ["keeper.log", "initdb.log", "start.log", "server.log"] {
                if let Ok(mut file) = std::fs::File::open(folder.join(log)) {
                    let _ = file.read_to_string(&mut why);
                }
            }
            panic!("the private PostgreSQL did not start: {why}");
        }
        Self {
            programs,
            socket: folder,
            counter: AtomicU32::new(0),
            _keeper: Mutex::new(keeper),
        }
    }

    fn database(&self) -> String {
        let name = format!("test{}", self.counter.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(self.programs.join("createdb"))
            .args(["-U", "postgres", "-h"])
            .arg(&self.socket)
            .arg(&name)
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        format!(
            "postgres:///{name}?user=postgres&host={}",
            self.socket.display()
        )
    }
}

/// The newest installed PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|process| process.uid() == 0)
}
