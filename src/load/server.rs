//! The server's process, if it runs on this machine, and this one: what the kernel says of them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

/// The kernel counts processor time in hundredths of a second for programs, whatever it does inside.
const TICK: Duration = Duration::from_millis(10);
/// A listening socket in `/proc/net/tcp`.
const LISTENING: &str = "0A";

pub struct Process(u32);

impl Process {
    /// This program.
    pub fn own() -> Process {
        Process(std::process::id())
    }

    /// Who listens on this address; `None` if that is another machine, or another user's process.
    pub fn listening_on(address: SocketAddr) -> Option<Process> {
        if !address.ip().is_loopback() {
            return None;
        }
        let port = format!(":{:04X}", address.port());
        let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .find_map(|table| {
                table.lines().find_map(|line| {
                    let fields: Vec<&str> = line.split_whitespace().collect();
                    let found = fields.get(1)?.ends_with(&port) && *fields.get(3)? == LISTENING;
                    found
                        .then(|| format!("socket:[{}]", fields.get(9).copied().unwrap_or_default()))
                })
            })?;
        let holds = |process: &Path| {
            let files = fs::read_dir(process.join("fd")).ok();
            files.into_iter().flatten().flatten().any(|file| {
                fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == inode.as_str())
            })
        };
        fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            holds(&entry.path()).then_some(Process(number))
        })
    }

    /// Memory that is not swapped out.
    pub fn memory_bytes(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
    }

    pub fn processor_time(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).ok()?;
        // Fields 14 and 15; the first after the name is the third.
        let ticks: u32 = stat
            .rsplit_once(')')?
            .1
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u32>().unwrap_or(0))
            .sum();
        Some(TICK * ticks)
    }
}
