//! A server in a process of its own, and what it uses.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};

/// Runs until it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens on the loopback.
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts it and waits for the line that tells its port.
    pub fn start(mut command: Command, told: impl Fn(&str) -> Option<u16>) -> anyhow::Result<Self> {
        let child = command.stdout(Stdio::piped()).spawn()?;
        let mut server = Self { child, port: 0 };
        let mut lines = BufReader::new(server.child.stdout.take().context("its output")?).lines();
        while let Some(line) = lines.next() {
            if let Some(port) = told(&line?) {
                // What it says later is nobody's business, and must not fill the pipe.
                std::thread::spawn(move || lines.for_each(drop));
                server.port = port;
                return Ok(server);
            }
        }
        bail!("{command:?} does not serve")
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Processor time of all its threads so far, in the kernel too.
    pub fn processor(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()))?;
        // After the name, which is in parentheses: user and system time are fields 14 and 15, in hundredths.
        let rest = stat.rsplit_once(')').context("a name")?.1;
        let ticks: u64 = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Resident memory now, in KiB.
    pub fn resident(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("its memory")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}
