//! `courtside load`: what a box and its network can hold, found out before the day.
//!
//! One thread and raw sockets, so that the test itself takes little: every event is numbered, and each watcher is held to having
//! each of them once and in order.

pub mod herd;
mod report;
mod server;
mod tally;

use std::error::Error;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use clap::Args;

use self::herd::{Heard, Herd, client_frame};
use self::report::Report;
use self::server::Process;
use self::tally::Tally;
use super::client::{BaseUrl, Client, ClientError};
use super::referee::create_match;
use super::{PinFlag, ServerUrl, runtime};

/// Handshakes under way at the same time, so that the server's backlog never overflows.
const JOINING_AT_ONCE: usize = 256;
/// How long a server may take to let some of them in.
const JOIN_PATIENCE: Duration = Duration::from_secs(20);
/// What is still under way this long after the last event is lost.
const GRACE: Duration = Duration::from_secs(10);
/// File descriptors beside the connections.
const SPARE_FILES: u64 = 64;
/// A sport in which points add up without an end.
const SPORT: &str = "BASKETBALL";
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
    /// Half-way, all watchers leave and come back at once, as after a Wi-Fi that went away
    #[arg(long)]
    reconnect: bool,
    #[command(flatten)]
    pin: PinFlag,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// A match of the test and its referee.
struct Played {
    path: String,
    referee: usize,
    watch: String,
}

impl Load {
    pub fn run(self) -> Result<(), Box<dyn Error>> {
        let wanted = self.watchers as u64 + u64::from(self.matches) + SPARE_FILES;
        let files = rlimit::increase_nofile_limit(wanted)?;
        if files < wanted {
            return Err(format!(
                "this system allows {files} open files and {wanted} are needed: take fewer watchers, or raise the limit with ulimit -n"
            )
            .into());
        }
        let report = Run::prepare(&self)?.play()?;
        match self.json {
            true => println!("{}", report.to_json()),
            false => print!("{report}"),
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

fn resolve(url: &BaseUrl) -> Result<SocketAddr, ClientError> {
    let found = url.host_and_port().to_socket_addrs();
    let unreachable = |error| ClientError::Unreachable(url.clone(), error);
    found
        .map_err(unreachable)?
        .next()
        .ok_or_else(|| unreachable(std::io::ErrorKind::NotFound.into()))
}

/// One test under way.
struct Run<'a> {
    load: &'a Load,
    address: SocketAddr,
    host: String,
    herd: Herd,
    played: Vec<Played>,
    /// What each connection of the herd is.
    tally: Tally,
    report: Report,
    process: Option<Process>,
}

impl<'a> Run<'a> {
    /// Creates the matches, lets the referees in and then the watchers.
    fn prepare(load: &'a Load) -> Result<Run<'a>, Box<dyn Error>> {
        let url = &load.server.url;
        let address = resolve(url)?;
        let created = runtime()?.block_on(create(load))?;
        let mut run = Run {
            load,
            address,
            host: url.to_string(),
            herd: Herd::new()?,
            played: Vec::new(),
            tally: Tally::new(created.len()),
            report: Report::default(),
            process: Process::listening_on(address),
        };
        for (id, token) in created {
            let token = token
                .map(|token| format!("&token={token}"))
                .unwrap_or_default();
            run.played.push(Played {
                path: format!("/referee?IdMatch={id}{token}"),
                referee: 0,
                watch: format!("/watch?matchID={id}"),
            });
        }
        run.let_referees_in()?;
        run.report.server_before = run.process.as_ref().and_then(Process::memory_bytes);
        let begun = Instant::now();
        run.let_watchers_in(false)?;
        run.report.joined_in = begun.elapsed();
        run.report.server_with = run.process.as_ref().and_then(Process::memory_bytes);
        Ok(run)
    }

    fn let_referees_in(&mut self) -> Result<(), Box<dyn Error>> {
        for number in 0..self.played.len() {
            let path = self.played[number].path.clone();
            let referee = self.herd.connect(self.address, &self.host, &path)?;
            self.played[number].referee = referee;
            self.tally.add_referee(number);
        }
        self.wait_for_welcomes()?;
        match self.tally.refused() {
            None => Ok(()),
            Some(reason) => {
                Err(format!("the server does not let the referees in: {reason}").into())
            }
        }
    }

    /// `again`: with everything since the place where each watcher was, as a page does that lost its connection.
    fn let_watchers_in(&mut self, again: bool) -> Result<(), Box<dyn Error>> {
        for number in 0..self.load.watchers {
            let (of, played) = (number % self.played.len(), self.played.len() + number);
            let after = match again {
                true => format!("&after={}", self.tally.last_seen(played)),
                false => "&after=now".to_owned(),
            };
            let path = format!("{}{after}", self.played[of].watch);
            let Ok(client) = self.herd.connect(self.address, &self.host, &path) else {
                self.report.turned_away += 1;
                continue;
            };
            match again {
                true => self.tally.comes_back(played, client),
                false => self.tally.add_watcher(of),
            }
            if number % JOINING_AT_ONCE == JOINING_AT_ONCE - 1 {
                self.wait_for_welcomes()?;
            }
        }
        self.wait_for_welcomes()
    }

    fn wait_for_welcomes(&mut self) -> Result<(), Box<dyn Error>> {
        let begun = Instant::now();
        while self.tally.waiting() > 0 {
            if begun.elapsed() > JOIN_PATIENCE {
                let waiting = self.tally.waiting();
                return Err(format!(
                    "the server does not answer: {waiting} connections still wait"
                )
                .into());
            }
            self.listen(Duration::from_millis(100))?;
        }
        Ok(())
    }

    /// Reads what has come within this time.
    fn listen(&mut self, patience: Duration) -> std::io::Result<()> {
        let tally = &mut self.tally;
        self.herd.read(patience, |client, _, heard| match heard {
            Heard::Text(text) => tally.heard(client, text),
            Heard::Ended(reason) => tally.ended(client, &reason),
        })?;
        Ok(())
    }

    /// Sends the events at their times, and listens until everything has come.
    fn play(mut self) -> Result<Report, Box<dyn Error>> {
        let cpu = self.process.as_ref().and_then(Process::processor_time);
        let begun = Instant::now();
        let lasts = Duration::from_secs_f64(self.load.seconds);
        let pause = match self.load.rate {
            rate if rate > 0.0 => Duration::from_secs_f64(1.0 / rate),
            _ => Duration::MAX,
        };
        let mut left = !self.load.reconnect;
        // The matches' events are spread over the pause between two of them.
        let first = |number: usize| match pause {
            Duration::MAX => Duration::MAX,
            pause => pause.mul_f64(number as f64 / self.played.len() as f64),
        };
        let mut next: Vec<Duration> = (0..self.played.len()).map(first).collect();
        loop {
            let now = begun.elapsed();
            if now >= lasts {
                break;
            }
            for (number, due) in next.iter_mut().enumerate() {
                if *due <= now {
                    self.send(number)?;
                    *due += pause;
                }
            }
            if !left && now >= lasts / 2 {
                left = true;
                self.come_back()?;
            }
            let soonest = next.iter().min().copied().unwrap_or(lasts).min(lasts);
            self.listen(soonest.saturating_sub(begun.elapsed()))?;
        }
        let over = Instant::now();
        while !self.tally.is_complete() && over.elapsed() < GRACE {
            self.listen(Duration::from_millis(50))?;
        }
        self.report.lasted = begun.elapsed();
        self.report.processor = cpu
            .zip(self.process.as_ref().and_then(Process::processor_time))
            .map(|(before, after)| after.saturating_sub(before));
        self.report.server_after = self.process.as_ref().and_then(Process::memory_bytes);
        self.report.watchers = self.load.watchers;
        self.report.matches = self.played.len();
        self.tally.finish(&mut self.report);
        Ok(self.report)
    }

    fn send(&mut self, number: usize) -> Result<(), Box<dyn Error>> {
        let event = self.tally.next_event(number, self.load.filling);
        let referee = self.played[number].referee;
        self.herd
            .send(referee, &client_frame(&event))
            .map_err(|error| format!("the connection of a referee failed: {error}").into())
    }

    fn come_back(&mut self) -> Result<(), Box<dyn Error>> {
        for client in self.tally.watchers_connected() {
            self.herd.hang_up(client);
        }
        let begun = Instant::now();
        self.let_watchers_in(true)?;
        self.report.came_back_in = Some(begun.elapsed());
        Ok(())
    }
}

type Created = Vec<(String, Option<String>)>;

async fn create(load: &Load) -> Result<Created, ClientError> {
    let mut client = Client::new(load.server.url.clone());
    if let Some(pin) = load.pin.get() {
        client = client.log_in(&pin).await?;
    }
    let mut created = Vec::new();
    for number in 1..=load.matches {
        created.push(create_match(&client, SPORT, &format!("Load {number} A"), "B").await?);
    }
    Ok(created)
}
