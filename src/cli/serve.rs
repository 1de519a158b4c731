//! `courtside serve`: opens the store, starts broker, web server and discovery, says where it is, and stops in the
//! reverse order.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{oneshot, watch};

use crate::backups::{Backups, Plan};
use crate::broker::{Broker, Settings, Withdrawn};
use crate::clock::Clock;
use crate::config::{Config, TlsFiles};
use crate::discovery::{Announcement, Discovery};
use crate::domain::Venue;
use crate::domain::VenueId;
use crate::http::auth::Access;
use crate::http::door::{Names, Server, reserve_size};
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

/// What ends the server: SIGTERM or SIGINT.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let (mut term, mut int) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
    })
}

/// Serves until told to stop; says where it listens once it does.
pub async fn serve(
    config: Config,
    serving: Option<oneshot::Sender<SocketAddr>>,
) -> Result<(), Box<dyn Error>> {
    let stop = stop_signal()?;
    let tls = open_tls(&config)?;
    let files_each = if tls.is_some() { FILES_OF_TLS } else { 1 };
    let places = config.max_connections as usize;
    allow_many_files((places + reserve_size(places)) as u64 * files_each + SPARE_FILES);
    let clock = Clock::new();
    let fresh = || Venue {
        id: VenueId(random::id()),
        name: config.name.clone().unwrap_or_else(|| DEFAULT_NAME.into()),
    };
    let settling = clock.clone();
    let store = Store::open(&config.data, clock.clone(), config.name.as_deref(), fresh)?;
    let settings = Settings {
        referee_gc: config.referee_gc,
        events_per_second: config.referee_rate,
    };
    // One codec for the life of the program: every cursor and task may then simply refer to it.
    let codec: &'static JsonCodec = Box::leak(Box::new(JsonCodec {
        venue: store.venue().clone(),
        open: config.open,
    }));
    store.look_at_room().await;
    // Of a large database only what is read is looked at, so that damage is met here.
    let unreadable = |cause| OpenError::from_store(config.data.join(DATABASE_FILE), cause);
    let broker = Broker::start(store.clone(), clock.clone(), codec, settings)
        .await
        .map_err(unreadable)?;
    let server = Server::bind(
        config.listen,
        config.max_connections as usize,
        config.max_per_address as usize,
        tls.clone(),
    )
    .await
    .map_err(|error| cannot_listen(config.listen, &error))?;
    let listening = server.local_addr()?;
    let discovery = announce(&config, store.venue(), listening);
    let location = Location {
        listening,
        local_name: discovery.as_ref().map(Discovery::hostname),
        also_known_as: config.also_known_as.clone().into(),
        tls: tls.clone(),
    };
    let backups = Backups::default();
    let channels = Channels::default();
    let front = Front::new(store.clone(), channels.clone());
    let sports = Sports::in_data(&config.data);
    let access = Access::new(
        store.clone(),
        clock.clone(),
        config.open,
        &location,
        store.signed_only().await.map_err(unreadable)?,
    );
    let app = App {
        store: store.clone(),
        sports: sports.clone(),
        sports_text: SportsText::default(),
        broker: broker.clone(),
        hall: Hall::new(store.clone(), broker.clone(), sports, clock.clone()),
        crowd: Crowd::gather()?,
        backups: backups.clone(),
        access: access.clone(),
        front: front.clone(),
        channels,
        exchanges: Exchanges::default(),
        started_at: clock.now_ms(),
        waiting: WaitingScreens::default(),
        qr_codes: QrCodes::default(),
        clock,
        location: location.clone(),
    };
    let places = server.places();
    let (stop_server, stopping) = watch::channel(false);
    let names = Names::new(
        &config.hostname,
        &config.also_known_as,
        location.local_name.clone(),
        tls,
    );
    let accepting = tokio::spawn(server.run(http::routes(app), names, front, stopping));

    let pin = first_pin(&store, config.open, unreadable).await?;
    print_welcome(&store.venue().name, &location, pin.as_deref(), &config);
    let mut care = tokio::spawn(care_for(store.clone(), settling));
    let pads = tokio::spawn(end_pads(access, broker.clone()));
    let plan = Plan {
        every: config.backup_every,
        keep: config.backup_keep as usize,
        data: config.data.clone(),
        second: config.backup_to.clone(),
        same_disk: config.backup_same_disk,
    };
    let (stop_backups, stopping) = oneshot::channel();
    let backing_up = tokio::spawn(backups.keep_making(store.clone(), plan, stopping));
    notify(&[NotifyState::Ready]);
    if let Some(serving) = serving {
        // Who asked may not wait any more.
        let _ = serving.send(listening);
    }

    let restart = tokio::select! {
        () = stop => None,
        Ok(fault) = &mut care => Some(fault),
    };
    tracing::info!("stopping: taking the last events");
    notify(&[NotifyState::Stopping]);
    // `false` would mean that nobody accepts any more, which is what we want.
    let _ = stop_server.send(true);
    if let Some(discovery) = discovery {
        discovery.withdraw().await;
    }
    // A panic there has been printed; the events still have to be saved.
    let _ = accepting.await;
    broker.stop().await;
    if tokio::time::timeout(STOP_GRACE, places.empty())
        .await
        .is_err()
    {
        tracing::warn!("some clients did not leave in time");
    }
    care.abort();
    pads.abort();
    let closed = tokio::task::spawn_blocking(move || store.close()).await?;
    // An error means that none are made.
    let _ = stop_backups.send(());
    if tokio::time::timeout(LAST_BACKUP, backing_up).await.is_err() {
        tracing::warn!("the last backup was not made in time");
    }
    closed?;
    restart.map_or(Ok(()), |fault| Err(fault.into()))
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
fn allow_many_files(wanted: u64) {
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

fn print_welcome(venue: &str, location: &Location, pin: Option<&str>, config: &Config) {
    let (open, data) = (config.open, &config.data);
    let mut text = format!("\n{venue} is open. In a browser on this network:\n\n");
    let addresses = location.at_start();
    for address in &addresses {
        let warns = if location.warns_at(address) {
            "   (browsers warn: the certificate is for other names)"
        } else {
            ""
        };
        text += &format!("    {address}{warns}\n");
    }
    if let Some(address) = location.local() {
        text += &format!("    {address}   (where names ending in .local work)\n");
    }
    if let Some(pin) = pin {
        text += &format!(
            "\nOrganiser PIN: {pin}\n    Write it down: it is shown only this once. \
             A new one: courtside pin --new --data {}\n",
            data.display()
        );
    }
    if open {
        text += "\nOpen mode: anyone on this network may create matches and score.\n";
    }
    if let Some(code) = addresses
        .first()
        .and_then(|address| QrCode::new(address.as_bytes()).ok())
    {
        // Light on dark, as most terminals are; scanners read both.
        let image = code
            .render::<Dense1x2>()
            .dark_color(Dense1x2::Light)
            .light_color(Dense1x2::Dark)
            .build();
        text += &format!("\n{image}\n");
    }
    let mut out = std::io::stdout().lock();
    // Nobody reads: the server serves all the same.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
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
