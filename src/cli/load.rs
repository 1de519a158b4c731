//! `courtside load`: what a box and its network can hold, found out before the day.

use std::error::Error;
use std::ops::RangeInclusive;

use clap::Args;

use super::{PinFlag, ServerUrl, runtime, say};
use crate::load::{Run, Trial};

/// File descriptors beside the connections.
const SPARE_FILES: u64 = 64;
/// The largest event that a server takes, less what is around the filling.
const FILLING_MAX: usize = 16_000;

#[derive(Debug, Args)]
pub struct Load {
    #[command(flatten)]
    server: ServerUrl,
    /// Watchers, spread evenly over the matches
    #[arg(long, value_name = "N", default_value_t = 500)]
    watchers: usize,
    /// Matches, each with a referee; they are created, and stay
    #[arg(long, value_name = "M", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    matches: u32,
    /// Events a second in each match; 0 lets everybody just be there
    #[arg(long, value_name = "R", default_value_t = 10.0, value_parser = rate)]
    rate: f64,
    /// How long the events go on
    #[arg(long, value_name = "S", default_value_t = 10.0, value_parser = seconds)]
    seconds: f64,
    /// Bytes of text in each event, besides its own 60
    #[arg(long, value_name = "BYTES", default_value_t = 0, value_parser = filling)]
    filling: usize,
    /// Half-way, all watchers leave and come back at once, as after a Wi-Fi that went away; the events go on
    #[arg(long)]
    reconnect: bool,
    #[command(flatten)]
    pin: PinFlag,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

impl Load {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let files_each = if self.server.url.is_secure() { 3 } else { 1 };
        let wanted = (self.watchers as u64 + u64::from(self.matches)) * files_each + SPARE_FILES;
        let files = rlimit::increase_nofile_limit(wanted)?;
        if files < wanted {
            return Err(format!(
                "this system allows {files} open files and {wanted} are needed: take fewer watchers, or raise the limit with ulimit -n"
            )
            .into());
        }
        let (runtime, mut client) = (runtime()?, self.server.client()?);
        if let Some(pin) = self.pin.get() {
            client = runtime.block_on(client.log_in(&pin))?;
        }
        let trial = Trial {
            watchers: self.watchers,
            matches: self.matches,
            rate: self.rate,
            seconds: self.seconds,
            filling: self.filling,
            reconnect: self.reconnect,
        };
        let report = Run::prepare(trial, &self.server.url, client, runtime)?.play()?;
        match self.json {
            true => say(report.to_json())?,
            false => say(report.to_string().trim_end())?,
        }
        match report.verdict() {
            None => Ok(()),
            Some(verdict) => Err(verdict.into()),
        }
    }
}

fn within<T>(text: &str, range: RangeInclusive<T>, unit: &str) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    match text.parse() {
        Ok(value) if range.contains(&value) => Ok(value),
        _ => Err(format!(
            "between {} and {} {unit}",
            range.start(),
            range.end()
        )),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    within(text, 0.0..=100_000.0, "events a second")
}

fn seconds(text: &str) -> Result<f64, String> {
    within(text, 0.0..=86_400.0, "seconds")
}

fn filling(text: &str) -> Result<usize, String> {
    within(text, 0..=FILLING_MAX, "bytes")
}
