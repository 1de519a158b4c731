//! The network fails in every way it knows: what referees scored arrives once and in order, watchers miss nothing, and
//! whoever only takes a place loses it.

use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::bad_network::BadNetwork;
use crate::chance::{Chance, long, seed};
use crate::venue::{Fixture, PATIENCE, Socket, Venue};

const MATCHES: usize = 4;
const WATCHERS_OF_EACH: usize = 2;
/// A client that hears nothing for so long while it waits for something connects anew. Longer than any stall.
const GIVE_UP_AFTER: Duration = Duration::from_millis(1_500);
const TICK: Duration = Duration::from_millis(10);

/// A websocket through the bad network; `None` if it came to nothing.
fn connect(network: SocketAddr, path: &str) -> Option<Socket> {
    let stream = TcpStream::connect(network).ok()?;
    stream.set_nodelay(true).ok()?;
    stream.set_read_timeout(Some(GIVE_UP_AFTER)).ok()?;
    let (socket, _) = tungstenite::client(format!("ws://{network}{path}"), stream).ok()?;
    socket.get_ref().set_read_timeout(Some(TICK)).ok()?;
    Some(Socket(socket))
}

/// The next message within a tick: `Ok(None)` if there is none, an error if the connection is gone.
fn hear(socket: &mut Socket) -> Result<Option<Value>, ()> {
    match socket.0.read() {
        Ok(Message::Text(text)) => Ok(Some(serde_json::from_str(&text).expect("JSON"))),
        Ok(Message::Close(_)) => Err(()),
        Ok(_) => Ok(None),
        Err(tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
            Ok(None)
        }
        Err(_) => Err(()),
    }
}

/// A referee's client that keeps what was not acknowledged, and sends all of it again on each connection.
struct Referee {
    network: SocketAddr,
    path: String,
    events: Vec<Value>,
    acked: usize,
    sent: usize,
    socket: Option<Socket>,
    heard: Instant,
    connections: usize,
    duplicates: usize,
    chance: Chance,
}

impl Referee {
    fn new(network: SocketAddr, fixture: &Fixture, chance: Chance) -> Referee {
        Referee {
            network,
            path: format!("/referee?matchID={}&device=whistle", fixture.id),
            events: Vec::new(),
            acked: 0,
            sent: 0,
            socket: None,
            heard: Instant::now(),
            connections: 0,
            duplicates: 0,
            chance,
        }
    }

    /// Plays until a moment, then waits until everything is acknowledged.
    fn play(&mut self, until: Instant) {
        let mut next_event = Instant::now();
        while Instant::now() < until || self.acked < self.events.len() {
            assert!(
                Instant::now() < until + PATIENCE,
                "{} of {} acknowledged",
                self.acked,
                self.events.len()
            );
            if Instant::now() >= next_event && Instant::now() < until {
                let side = if self.chance.percent(50) { "A" } else { "B" };
                let id = format!("event-{}", self.events.len());
                self.events
                    .push(json!({ "type": "point", "side": side, "id": id }));
                next_event = Instant::now() + Duration::from_millis(20 + self.chance.below(60));
            }
            if self.turn().is_err() {
                self.socket = None;
            }
        }
    }

    /// Sends what is to be sent and hears at most one answer.
    fn turn(&mut self) -> Result<(), ()> {
        if self.socket.is_none() {
            self.socket = connect(self.network, &self.path);
            self.sent = self.acked;
            self.heard = Instant::now();
            self.connections += 1;
        }
        let socket = self.socket.as_mut().ok_or(())?;
        while self.sent < self.events.len() {
            // Some that were acknowledged long ago; the network doubles others.
            let old = self.chance.percent(3) && self.acked > 0;
            let old = old.then(|| self.chance.below(self.acked as u64) as usize);
            for index in [Some(self.sent), old].into_iter().flatten() {
                let text = Message::text(self.events[index].to_string());
                socket.0.send(text).map_err(drop)?;
            }
            self.sent += 1;
        }
        let Some(message) = hear(socket)? else {
            let waits = self.acked < self.events.len();
            let silent = self.heard.elapsed() > GIVE_UP_AFTER;
            return if waits && silent { Err(()) } else { Ok(()) };
        };
        self.heard = Instant::now();
        match message["type"].as_str() {
            Some("ack") => {
                self.duplicates += usize::from(message["duplicate"] == true);
                let id = message["id"].as_str().ok_or(())?;
                let index: usize = id["event-".len()..].parse().map_err(drop)?;
                assert!(index <= self.acked, "answers come in order");
                assert_eq!(message["seq"], index as u64 + 1);
                self.acked = self.acked.max(index + 1);
            }
            // An old connection of this device was heard of later than this one.
            Some("refused") => {
                assert!(
                    matches!(message["code"].as_str(), Some("standby" | "rate_limited")),
                    "{message}"
                );
                std::thread::sleep(Duration::from_millis(300));
                return Err(());
            }
            _ => {}
        }
        Ok(())
    }
}

/// Follows a match until it has seen all of it; returns the ids in order and how often it connected.
fn follow(
    network: SocketAddr,
    fixture: &Fixture,
    last: &AtomicU64,
    until: Instant,
) -> (Vec<Value>, usize) {
    let (mut seen, mut connections) = (Vec::new(), 0);
    let (mut socket, mut heard) = (None, Instant::now());
    while seen.len() as u64 != last.load(Ordering::Relaxed) {
        assert!(Instant::now() < until + 2 * PATIENCE, "{} seen", seen.len());
        if socket.is_none() {
            let path = format!("/spectateur?matchID={}&after={}", fixture.id, seen.len());
            socket = connect(network, &path);
            heard = Instant::now();
            connections += 1;
        }
        let Some(open) = socket.as_mut() else {
            continue;
        };
        match hear(open) {
            Ok(Some(message)) => {
                heard = Instant::now();
                assert_ne!(message["type"], "resync", "it was never far behind");
                if message["type"] == "event" {
                    assert_eq!(message["seq"], seen.len() as u64 + 1, "no gap, no repeat");
                    seen.push(message["event"]["id"].clone());
                }
            }
            Ok(None) if heard.elapsed() < GIVE_UP_AFTER => {}
            _ => socket = None,
        }
    }
    (seen, connections)
}

#[test]
fn over_a_network_that_fails_all_the_time_each_event_arrives_once_and_in_order() {
    let seed = seed();
    let seconds = if long() { 240 } else { 8 };
    let venue = Venue::open();
    let fixtures: Vec<Fixture> = (0..MATCHES).map(|_| venue.create_match()).collect();
    let until = Instant::now() + Duration::from_secs(seconds);
    let network = BadNetwork::to(venue.address, until, seed);
    let address = network.address;
    let totals = std::thread::scope(|scope| {
        let games: Vec<_> = fixtures
            .iter()
            .enumerate()
            .map(|(number, fixture)| {
                let venue = &venue;
                scope.spawn(move || {
                    let last = AtomicU64::new(u64::MAX);
                    std::thread::scope(|scope| {
                        let watchers: Vec<_> = (0..WATCHERS_OF_EACH)
                            .map(|_| scope.spawn(|| follow(address, fixture, &last, until)))
                            .collect();
                        let chance = Chance::branch(seed, 1_000_000 + number);
                        let mut referee = Referee::new(address, fixture, chance);
                        referee.play(until);
                        let sent = referee.events;
                        last.store(sent.len() as u64, Ordering::Relaxed);
                        let ids: Vec<Value> =
                            sent.iter().map(|event| event["id"].clone()).collect();
                        let history = venue.history(fixture);
                        let stored: Vec<Value> = history
                            .iter()
                            .map(|recorded| recorded["event"]["id"].clone())
                            .collect();
                        assert_eq!(stored, ids, "each once, in the order sent");
                        let count =
                            |side| sent.iter().filter(|event| event["side"] == side).count();
                        let summary = venue.get(&format!("/get-summary?matchID={}", fixture.id));
                        let score = json!({ "A": count("A"), "B": count("B") });
                        assert_eq!(summary.json()["score"], score);
                        let mut reconnected = referee.connections - 1;
                        for watcher in watchers {
                            let (seen, connections) = watcher.join().expect("followed");
                            assert_eq!(seen, ids);
                            reconnected += connections - 1;
                        }
                        (ids.len(), referee.duplicates, reconnected)
                    })
                })
            })
            .collect();
        let games = games.into_iter().map(|game| game.join().expect("played"));
        games.fold((0, 0, 0), |sum, game| {
            (sum.0 + game.0, sum.1 + game.1, sum.2 + game.2)
        })
    });
    let (events, duplicates, reconnected) = totals;
    let count = |of: &std::sync::atomic::AtomicUsize| of.load(Ordering::Relaxed);
    eprintln!(
        "{events} events, {duplicates} answered as duplicates, {reconnected} times connected anew, {} cuts, {} vanished, {} stalls, {} delivered twice",
        count(&network.done.cut),
        count(&network.done.vanished),
        count(&network.done.stalled),
        count(&network.done.twice)
    );
    assert!(duplicates > 0 && reconnected > 0);
    assert!(count(&network.done.cut) > 0 && count(&network.done.twice) > 0);
}
