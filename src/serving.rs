//! A server as it runs: started in the order in which its parts need each other, and stopped in the reverse order.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::backups::{Backups, Plan};
use crate::broker::{Broker, Settings, Withdrawn};
use crate::clock::Clock;
use crate::config::{Config, TlsFiles};
use crate::discovery::{Announcement, Discovery};
use crate::domain::{Venue, VenueId};
use crate::http::auth::Access;
use crate::http::door::{Names, Places, Server, reserve_size};
use crate::http::secure::{Channels, Exchanges, Front, Verifier};
use crate::http::tls::{Tls, TlsError};
use crate::http::wire::JsonCodec;
use crate::http::{self, App, Crowd, Location, QrCodes, SportsText, WaitingScreens};
use crate::organising::Hall;
use crate::random;
use crate::secrets::{hash_pin, new_pin};
use crate::store::{DATABASE_FILE, Fault, OpenError, Sports, Store, StoreError};

const DEFAULT_NAME: &str = "Courtside";
/// File descriptors beside the connections: database, pipes, discovery.
const SPARE_FILES: u64 = 200;
/// A connection, and the pair of sockets inside of one that is encrypted.
const FILES_OF_TLS: u64 = 3;
/// How often a store that failed is tried again.
const PROBE_EVERY: Duration = Duration::from_secs(3);
/// How often a database that read as damaged is looked at again.
const LOOK_AGAIN_EVERY: Duration = Duration::from_secs(10);
/// How often pads are looked for whose session has ended.
const END_PADS_EVERY: Duration = Duration::from_secs(3);
/// How long clients may take to leave when the server stops.
const STOP_GRACE: Duration = Duration::from_secs(8);
/// How long the last backup may take; everything is on disk by then. With the time before and some to spare it is within the
/// service's TimeoutStopSec.
const LAST_BACKUP: Duration = Duration::from_secs(10);

/// A server that accepts connections.
pub struct Serving {
    store: Store,
    broker: Broker,
    location: Location,
    /// The organiser's PIN if this start made it: it is readable this once.
    pin: Option<String>,
    discovery: Option<Discovery>,
    places: Places,
    accepting: JoinHandle<()>,
    stop_accepting: watch::Sender<bool>,
    care: JoinHandle<Fault>,
    pads: JoinHandle<()>,
    /// Carries the results of tournaments on.
    results: JoinHandle<()>,
    /// Foresees the rest of the day.
    day: JoinHandle<()>,
    backing_up: JoinHandle<()>,
    stop_backups: oneshot::Sender<()>,
}

impl Serving {
    /// Opens the store, then starts broker, web server, discovery and backups.
    pub async fn start(config: &Config) -> Result<Serving, Box<dyn Error>> {
        let tls = open_tls(config)?;
        allow_files_for(config, tls.is_some());
        let clock = Clock::new();
        let store = open_store(config, &clock)?;
        store.look_at_room().await;
        // Of a large database only what is read is looked at, so that damage is met here.
        let unreadable = |cause| OpenError::from_store(config.data.join(DATABASE_FILE), cause);
        let broker = start_broker(config, &store, &clock)
            .await
            .map_err(unreadable)?;
        let server = bind(config, tls.clone()).await?;
        let listening = server.local_addr()?;
        let discovery = announce(config, store.venue(), listening);
        let location = Location {
            listening,
            local_name: discovery.as_ref().map(Discovery::hostname),
            also_known_as: config.also_known_as.clone().into(),
            tls,
        };
        let signed_only = store.signed_only().await.map_err(unreadable)?;
        let app = assemble(config, &store, &broker, &location, &clock, signed_only)?;
        let results = tokio::spawn(app.hall.clone().follow_results());
        let day = tokio::spawn(app.hall.clone().follow_day());
        let (access, front, backups) = (app.access.clone(), app.front.clone(), app.backups.clone());
        let places = server.places();
        let (stop_accepting, stopping) = watch::channel(false);
        let accepting =
            tokio::spawn(server.run(http::routes(app), names(config, &location), front, stopping));
        let pin = first_pin(&store, config.open, unreadable).await?;
        let (stop_backups, stopping) = oneshot::channel();
        let backing_up = backups.keep_making(store.clone(), plan(config), stopping);
        notify(&[NotifyState::Ready]);
        Ok(Serving {
            care: tokio::spawn(care_for(store.clone(), clock)),
            pads: tokio::spawn(end_pads(access, broker.clone())),
            results,
            day,
            backing_up: tokio::spawn(backing_up),
            store,
            broker,
            location,
            pin,
            discovery,
            places,
            accepting,
            stop_accepting,
            stop_backups,
        })
    }

    pub fn venue(&self) -> &Venue {
        self.store.venue()
    }

    pub fn location(&self) -> &Location {
        &self.location
    }

    /// The organiser's PIN, if this start made it.
    pub fn new_pin(&self) -> Option<&str> {
        self.pin.as_deref()
    }

    /// Waits for a fault that only a new start mends.
    pub async fn broken(&mut self) -> Fault {
        match (&mut self.care).await {
            Ok(fault) => fault,
            // A panic there has been printed; the server goes on without what it cared for.
            Err(_) => std::future::pending().await,
        }
    }

    /// Takes the last events, says goodbye, saves and makes the last backup. An error means that something is not saved.
    pub async fn stop(self) -> Result<(), Box<dyn Error>> {
        notify(&[NotifyState::Stopping]);
        // `false` would mean that nobody accepts any more, which is what we want.
        let _ = self.stop_accepting.send(true);
        if let Some(discovery) = self.discovery {
            discovery.withdraw().await;
        }
        // A panic there has been printed; the events still have to be saved.
        let _ = self.accepting.await;
        self.broker.stop().await;
        let left = tokio::time::timeout(STOP_GRACE, self.places.empty()).await;
        if left.is_err() {
            tracing::warn!("some clients did not leave in time");
        }
        self.care.abort();
        self.pads.abort();
        self.results.abort();
        self.day.abort();
        let store = self.store;
        let closed = tokio::task::spawn_blocking(move || store.close()).await?;
        // An error means that none are made.
        let _ = self.stop_backups.send(());
        let backed_up = tokio::time::timeout(LAST_BACKUP, self.backing_up).await;
        if backed_up.is_err() {
            tracing::warn!("the last backup was not made in time");
        }
        Ok(closed?)
    }
}

fn open_store(config: &Config, clock: &Clock) -> Result<Store, OpenError> {
    let fresh = || Venue {
        id: VenueId(random::id()),
        name: config.name.clone().unwrap_or_else(|| DEFAULT_NAME.into()),
    };
    Store::open(&config.data, clock.clone(), config.name.as_deref(), fresh)
}

async fn start_broker(config: &Config, store: &Store, clock: &Clock) -> Result<Broker, StoreError> {
    let settings = Settings {
        referee_gc: config.referee_gc,
        events_per_second: config.referee_rate,
    };
    // One codec for the life of the program: every cursor and task may then simply refer to it.
    let codec: &'static JsonCodec = Box::leak(Box::new(JsonCodec {
        venue: store.venue().clone(),
        open: config.open,
    }));
    Broker::start(store.clone(), clock.clone(), codec, settings).await
}

async fn bind(config: &Config, tls: Option<Tls>) -> Result<Server, String> {
    Server::bind(
        config.listen,
        config.max_connections as usize,
        config.max_per_address as usize,
        tls,
    )
    .await
    .map_err(|error| cannot_listen(config.listen, &error))
}

fn assemble(
    config: &Config,
    store: &Store,
    broker: &Broker,
    location: &Location,
    clock: &Clock,
    signed_only: bool,
) -> std::io::Result<App> {
    let channels = Channels::default();
    let sports = Sports::in_data(&config.data);
    let (store, broker, clock) = (store.clone(), broker.clone(), clock.clone());
    Ok(App {
        sports_text: SportsText::default(),
        hall: Hall::new(store.clone(), broker.clone(), sports.clone(), clock.clone()),
        crowd: Crowd::gather()?,
        backups: Backups::default(),
        access: Access::new(
            store.clone(),
            clock.clone(),
            config.open,
            location,
            signed_only,
        ),
        front: Front::new(store.clone(), channels.clone()),
        exchanges: Exchanges::default(),
        started_at: clock.now_ms(),
        waiting: WaitingScreens::default(),
        qr_codes: QrCodes::default(),
        location: location.clone(),
        store,
        sports,
        broker,
        channels,
        clock,
    })
}

fn names(config: &Config, location: &Location) -> Names {
    Names::new(
        &config.hostname,
        &config.also_known_as,
        location.local_name.clone(),
        location.tls.clone(),
    )
}

fn plan(config: &Config) -> Plan {
    Plan {
        every: config.backup_every,
        keep: config.backup_keep as usize,
        data: config.data.clone(),
        second: config.backup_to.clone(),
        same_disk: config.backup_same_disk,
    }
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> String {
    let hint = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "another program listens there; stop it, or choose another with --listen"
        }
        std::io::ErrorKind::PermissionDenied => {
            "ports below 1024 need a permission; choose another with --listen"
        }
        _ => "choose another with --listen",
    };
    format!("cannot listen on {address}: {error}; {hint}")
}

/// Reads the hall's certificate, if it has one, and goes on looking after it.
fn open_tls(config: &Config) -> Result<Option<Tls>, TlsError> {
    let Some(TlsFiles { certificate, key }) = config.tls.clone() else {
        return Ok(None);
    };
    let tls = Tls::open(certificate, key)?;
    for warning in tls.warnings() {
        tracing::warn!("{warning}");
    }
    tokio::spawn(tls.clone().keep_fresh());
    Ok(Some(tls))
}

/// Makes room for the connections; the server still works with less.
fn allow_files_for(config: &Config, encrypted: bool) {
    let files_each = if encrypted { FILES_OF_TLS } else { 1 };
    let places = config.max_connections as usize;
    let wanted = (places + reserve_size(places)) as u64 * files_each + SPARE_FILES;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(allowed) if allowed < wanted => {
            tracing::warn!(
                "this system allows {allowed} open files; {wanted} would be needed for all connections"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::warn!("the limit of open files could not be raised: {error}"),
    }
}

fn announce(config: &Config, venue: &Venue, listening: SocketAddr) -> Option<Discovery> {
    if !config.mdns || listening.ip().is_loopback() {
        return None;
    }
    let announcement = Announcement {
        venue: venue.name.clone(),
        hostname: config.hostname.clone(),
        port: listening.port(),
    };
    Discovery::announce(&announcement)
        .inspect_err(|error| tracing::warn!("not announced on the network: {error}"))
        .ok()
}

/// At the first start that needs one, makes the organiser's PIN; it is readable this once.
async fn first_pin(
    store: &Store,
    open: bool,
    unreadable: impl Fn(StoreError) -> OpenError,
) -> Result<Option<String>, Box<dyn Error>> {
    if open || store.pin_hash().await.map_err(&unreadable)?.is_some() {
        return Ok(None);
    }
    let pin = new_pin()?;
    let hashing = pin.clone();
    let kept = tokio::task::spawn_blocking(move || -> Result<_, Box<dyn Error + Send + Sync>> {
        Ok((hash_pin(&hashing)?, Verifier::of_pin(&hashing)?.to_text()))
    });
    let (hash, verifier) = kept.await?.map_err(|error| error.to_string())?;
    store.set_pin(hash, verifier).await.map_err(&unreadable)?;
    Ok(Some(pin))
}

/// Feeds the watchdog while the store's writer answers, and tries a store that failed until it works again.
///
/// A full disk does not stop the feeding: a restart would not make room, and watchers can still read. Ends with a fault that
/// only a new start mends.
async fn care_for(store: Store, clock: Clock) -> Fault {
    let feed_every = sd_notify::watchdog_enabled().map(|timeout| timeout / 3);
    let mut tick = tokio::time::interval(feed_every.unwrap_or(PROBE_EVERY).min(PROBE_EVERY));
    let mut look_again = tokio::time::interval(LOOK_AGAIN_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = look_again.tick() => store.look_again(),
        }
        clock.settle();
        store.look_at_room().await;
        if store.fault().is_some() {
            // Success or failure shows in the store's own state.
            let _ = store.probe().await;
        }
        // Also without a watchdog: the writer then looks whether its files are still there.
        if store.writer_answers().await {
            notify(&[NotifyState::Watchdog]);
        }
        if let Some(fault @ Fault::Restart(_)) = store.fault() {
            return fault;
        }
    }
}

/// Sends pads away whose session has ended without a request: by time, or by another process.
async fn end_pads(access: Access, broker: Broker) {
    let mut tick = tokio::time::interval(END_PADS_EVERY);
    loop {
        tick.tick().await;
        // A database that cannot be read now must not keep organisers from scoring.
        for ended in access.ended_pads().await.unwrap_or_default() {
            broker.withdraw(Withdrawn::Session(ended)).await;
        }
    }
}

fn notify(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!("systemd was not told: {error}");
    }
}
