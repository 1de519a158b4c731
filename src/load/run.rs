//! A load test under way: who joins, who sends, and when.

use std::collections::VecDeque;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use tokio::runtime::Runtime;

use super::Trial;
use super::herd::{Heard, Herd, client_frame};
use super::report::Report;
use super::server::Process;
use super::tally::Tally;
use crate::client::{BaseUrl, Client, ClientError, create_match};
use crate::clock;

/// Handshakes under way at the same time: as many as a server's backlog takes, which is 4096.
const JOINING_AT_ONCE: usize = 4000;
/// Of them those that are begun before anybody else has a turn.
const JOINING_PER_TURN: usize = 64;
/// How long a server may let nobody in.
const JOIN_PATIENCE: Duration = Duration::from_secs(10);
/// What is still under way this long after the last event is lost.
const GRACE: Duration = Duration::from_secs(10);
/// A referee whose socket is full tries again after this.
const FULL_PAUSE: Duration = Duration::from_millis(5);
/// A sport in which points add up without an end.
const SPORT: &str = "BASKETBALL";

/// A match of the test and its referee.
struct Played {
    path: String,
    referee: usize,
    watch: String,
}

/// One test under way.
pub struct Run {
    trial: Trial,
    address: SocketAddr,
    host: String,
    herd: Herd,
    played: Vec<Played>,
    /// The members of the test: the referee of each match, then the watchers.
    tally: Tally,
    /// Members who are to join.
    queue: VecDeque<usize>,
    /// How many were still to join, and when that changed.
    progress: (usize, Instant),
    report: Report,
    process: Option<Process>,
    /// Makes the connections of https.
    client: Client,
    runtime: Runtime,
}

impl Run {
    /// Creates the matches, lets the referees in and then the watchers.
    pub fn prepare(
        trial: Trial,
        url: &BaseUrl,
        client: Client,
        runtime: Runtime,
    ) -> Result<Run, Box<dyn Error>> {
        let address = resolve(url)?;
        let created = runtime.block_on(create(trial.matches, &client))?;
        let mut run = Run {
            trial,
            address,
            host: url.to_string(),
            herd: Herd::new()?,
            tally: Tally::new(created.len(), trial.watchers),
            played: created.into_iter().map(played).collect(),
            queue: VecDeque::new(),
            progress: (0, clock::monotonic()),
            report: Report::default(),
            process: Process::listening_on(address),
            client,
            runtime,
        };
        let referees = run.played.len();
        run.queue.extend(0..referees);
        run.join_all()?;
        if let Some(reason) = run.tally.reason() {
            return Err(format!("the server does not let the referees in: {reason}").into());
        }
        run.report.server_before = run.process.as_ref().and_then(Process::memory_bytes);
        let begun = clock::monotonic();
        run.queue.extend(referees..referees + trial.watchers);
        run.join_all()?;
        run.report.joined_in = begun.elapsed();
        run.report.server_with = run.process.as_ref().and_then(Process::memory_bytes);
        Ok(run)
    }

    fn join_all(&mut self) -> Result<(), Box<dyn Error>> {
        self.progress.1 = clock::monotonic();
        while self.is_joining() {
            if self.is_stuck() {
                let waiting = self.to_join();
                return Err(format!(
                    "the server does not answer: {waiting} connections still wait"
                )
                .into());
            }
            self.join_some();
            self.listen(self.next_to_join(Duration::from_millis(100)))?;
        }
        Ok(())
    }

    fn to_join(&self) -> usize {
        self.queue.len() + self.tally.asking()
    }

    fn is_joining(&self) -> bool {
        self.to_join() > 0
    }

    /// Says if nobody has been let in for long.
    fn is_stuck(&mut self) -> bool {
        if self.progress.0 != self.to_join() {
            self.progress = (self.to_join(), clock::monotonic());
        }
        self.progress.1.elapsed() > JOIN_PATIENCE
    }

    /// How long to wait for something to read: not at all while somebody can be connected.
    fn next_to_join(&self, otherwise: Duration) -> Duration {
        match self.queue.is_empty() || self.tally.asking() >= JOINING_AT_ONCE {
            true => otherwise,
            false => Duration::ZERO,
        }
    }

    /// Connects some of those who are to join, few at a time, so that nobody else waits.
    fn join_some(&mut self) {
        for _ in 0..JOINING_PER_TURN {
            if self.tally.asking() >= JOINING_AT_ONCE {
                return;
            }
            let Some(member) = self.queue.pop_front() else {
                return;
            };
            let path = self.path_of(member);
            match self.connect(&path) {
                Ok(client) => {
                    if let Some(played) = self.played.get_mut(member) {
                        played.referee = client;
                    }
                    self.tally.asks(member, client);
                }
                Err(error) => self.tally.gone(member, &error.to_string()),
            }
        }
    }

    fn connect(&mut self, path: &str) -> io::Result<usize> {
        let _within = self.runtime.enter();
        match self.client.line() {
            None => self.herd.connect(self.address, &self.host, path),
            Some(line) => self.herd.open(TcpStream::from_std(line?), &self.host, path),
        }
    }

    /// Who comes back wants everything since the place where it was, as a page does that lost its connection.
    fn path_of(&self, member: usize) -> String {
        if let Some(played) = self.played.get(member) {
            return played.path.clone();
        }
        let (of, last) = self.tally.place_of(member);
        let after = last.map_or_else(|| "now".to_owned(), |seq| seq.to_string());
        format!("{}&after={after}", self.played[of].watch)
    }

    /// Reads what has come within this time.
    fn listen(&mut self, patience: Duration) -> io::Result<()> {
        let tally = &mut self.tally;
        self.herd.read(patience, |client, _, heard| match heard {
            Heard::Text(text) => tally.heard(client, text),
            Heard::Ended(reason) => tally.ended(client, &reason),
        })?;
        Ok(())
    }

    /// Sends the events at their times, and listens until everything has come.
    pub fn play(mut self) -> Result<Report, Box<dyn Error>> {
        let cpu = self.process.as_ref().and_then(Process::processor_time);
        let begun = clock::monotonic();
        let lasts = Duration::from_secs_f64(self.trial.seconds);
        let mut leaves = self.trial.reconnect.then_some(lasts / 2);
        let mut left = None;
        let mut next = self.first_events();
        loop {
            let now = begun.elapsed();
            if now >= lasts {
                break;
            }
            self.send_due(&mut next, now)?;
            if leaves.take_if(|moment| *moment <= now).is_some() {
                left = Some(clock::monotonic());
                self.leave();
            }
            self.join_some();
            self.note_return(left);
            let due = next.iter().chain(&leaves).min();
            let soonest = due.map_or(lasts, |due| lasts.min(*due));
            let pause = soonest.saturating_sub(begun.elapsed());
            self.listen(self.next_to_join(pause))?;
        }
        self.listen_out(left)?;
        self.finish(cpu, begun);
        Ok(self.report)
    }

    fn pause(&self) -> Duration {
        match self.trial.rate {
            rate if rate > 0.0 => Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX),
            _ => Duration::MAX,
        }
    }

    /// When the first event of each match is due: they are spread over the pause between two of them.
    fn first_events(&self) -> Vec<Duration> {
        let first = |number: usize| match self.pause() {
            Duration::MAX => Duration::MAX,
            pause => pause.mul_f64(number as f64 / self.played.len() as f64),
        };
        (0..self.played.len()).map(first).collect()
    }

    fn send_due(&mut self, next: &mut [Duration], now: Duration) -> io::Result<()> {
        let pause = self.pause();
        for (of, due) in next.iter_mut().enumerate() {
            if *due > now {
                continue;
            }
            *due = match self.tally.has_referee(of) {
                false => Duration::MAX,
                true if self.send(of)? => due.saturating_add(pause),
                true => now + FULL_PAUSE,
            };
        }
        Ok(())
    }

    /// Sends a match's next event; `false` if there is no room for it yet.
    fn send(&mut self, of: usize) -> io::Result<bool> {
        let event = self.tally.next_event(of, self.trial.filling);
        let (referee, now) = (self.played[of].referee, clock::monotonic());
        match self.herd.send(referee, &client_frame(&event)) {
            Ok(()) => {
                self.tally.sent(of, now);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => {
                // What the server said before it closed is the better reason.
                self.listen(Duration::ZERO)?;
                self.tally.ended(referee, &error.to_string());
                Ok(true)
            }
        }
    }

    fn leave(&mut self) {
        for (member, client) in self.tally.leave() {
            self.herd.hang_up(client);
            self.queue.push_back(member);
        }
        self.progress.1 = clock::monotonic();
    }

    /// Notes when all are back who have left.
    fn note_return(&mut self, left: Option<Instant>) {
        if self.report.came_back_in.is_none() && !self.is_joining() {
            self.report.came_back_in = left.map(|left| left.elapsed());
        }
    }

    /// Listens until everything has come, or nothing comes any more.
    fn listen_out(&mut self, left: Option<Instant>) -> io::Result<()> {
        let mut over = clock::monotonic();
        while (self.is_joining() || !self.tally.is_complete()) && over.elapsed() < GRACE {
            self.join_some();
            self.listen(self.next_to_join(Duration::from_millis(50)))?;
            if self.is_joining() && !self.is_stuck() {
                over = clock::monotonic();
            }
            self.note_return(left);
        }
        for member in std::mem::take(&mut self.queue) {
            self.tally.gone(member, "the server does not answer");
        }
        self.tally.give_up_waiting("the server does not answer");
        Ok(())
    }

    fn finish(&mut self, cpu: Option<Duration>, begun: Instant) {
        let now = self.process.as_ref().and_then(Process::processor_time);
        self.report.lasted = begun.elapsed();
        self.report.processor = cpu
            .zip(now)
            .map(|(before, after)| after.saturating_sub(before));
        self.report.server_after = self.process.as_ref().and_then(Process::memory_bytes);
        self.report.own_memory = Process::own().memory_bytes();
        self.report.own_processor = Process::own().processor_time();
        self.report.watchers = self.trial.watchers;
        self.report.matches = self.played.len();
        let tally = std::mem::replace(&mut self.tally, Tally::new(0, 0));
        tally.finish(&mut self.report);
    }
}

fn resolve(url: &BaseUrl) -> Result<SocketAddr, ClientError> {
    let found = url.host_and_port().to_socket_addrs();
    let unreachable = |error| ClientError::Unreachable(url.clone(), error);
    found
        .map_err(unreachable)?
        .next()
        .ok_or_else(|| unreachable(ErrorKind::NotFound.into()))
}

fn played((id, token): (String, Option<String>)) -> Played {
    let token = token.map_or_else(String::new, |token| format!("&token={token}"));
    Played {
        path: format!("/referee?IdMatch={id}{token}"),
        referee: 0,
        watch: format!("/watch?matchID={id}"),
    }
}

type Created = Vec<(String, Option<String>)>;

async fn create(matches: u32, client: &Client) -> Result<Created, ClientError> {
    let mut created = Vec::new();
    for number in 1..=matches {
        created.push(create_match(client, SPORT, &format!("Load {number} A"), "B").await?);
    }
    Ok(created)
}
