//! The real binary, run in a folder of its own as somebody would run it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

/// What a finished run left.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    /// The exit code.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Standard output of a run that went well.
    pub fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// The one line on standard error of a run that was refused.
    pub fn refused(self) -> String {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        assert_eq!(self.err.lines().count(), 1, "one line: {}", self.err);
        let line = self.err.trim_end();
        line.strip_prefix("convene: ").unwrap_or(line).to_owned()
    }

    /// Standard output as JSON.
    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.done()).unwrap()
    }
}

/// The binary, to be started in `folder` with nothing configured from outside.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_convene"));
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CONVENE") {
            command.env_remove(name);
        }
    }
    // Whatever else listens on this machine.
    command.env("CONVENE__SERVER__LISTEN", "127.0.0.1:0");
    command
}

/// Runs the binary in `folder` to its end.
pub fn run<W: AsRef<OsStr>>(folder: &Path, words: &[W]) -> Ran {
    program(folder).args(words).output().unwrap().into()
}
