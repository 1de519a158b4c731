//! Tells the local network where the venue is: `_http._tcp` under the venue's name, and
//! `HOSTNAME.local`, by multicast DNS (RFC 6762, RFC 6763).
//!
//! `mdns-sd` publishes; who may hold a name is decided here. The library's own probing does not see a
//! rival that turns up later, lets the names on two interfaces drift apart, and after a rename answers
//! questions for the service with the rival's host name. So `probe.rs` asks the network who else answers
//! for our names: before we take them, at every change of address, and now and then afterwards.
//! Each interface has a publisher of its own, because one for all would give out the link-local addresses
//! of one link on another, where nobody can reach them.

mod addresses;
mod names;
mod probe;

use std::{
    collections::{BTreeMap, btree_map::Entry},
    io,
    time::Duration,
};

use mdns_sd::{IfKind, ServiceDaemon, ServiceInfo};
use tokio::{
    runtime::{Handle, TryCurrentError},
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tracing::{debug, info, warn};

use crate::{clock, random};

use addresses::{Links, links};
pub use addresses::{link_prefixes, plain_addresses};
use names::Names;
use probe::rivals;

const SERVICE: &str = "_http._tcp.local";
/// The longest DNS label, in bytes (RFC 1035, 2.3.4).
const LABEL_MAX: usize = 63;
/// A change of address is seen by looking: an event would take a netlink socket, hence `unsafe`.
const LINK_CHECK_S: u32 = 1;
/// When we ask again after an announcement, and how often when all is quiet.
const FIRST_GUARD: Duration = Duration::from_secs(1);
const GUARD_INTERVAL: Duration = Duration::from_secs(60);
/// Bounds what a device that answers for every name can make us ask.
const CLAIM_TRIES: u32 = 20;
/// The library repeats a goodbye after 120 ms, by a timer that reports nothing.
const GOODBYE_REPEAT: Duration = Duration::from_millis(150);
const WITHDRAW_LIMIT: Duration = Duration::from_secs(1);

/// What to announce.
#[derive(Clone, Debug)]
pub struct Announcement {
    /// The instance name people see: any text, cut to 63 bytes.
    pub venue: String,
    /// A bare label such as `courtside`, which becomes `courtside.local`.
    pub hostname: String,
    /// The TCP port of the HTTP server.
    pub port: u16,
}

/// Why nothing is announced. The server works without: the plain addresses remain.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    #[error("{0:?} cannot be a host name: use 1 to 63 letters, digits and inner hyphens")]
    BadHostname(String),
    #[error("the network interfaces cannot be listed: {0}")]
    Interfaces(#[from] io::Error),
    #[error("mDNS must be started within a tokio runtime")]
    NoRuntime(#[from] TryCurrentError),
}

/// A running announcement. Dropping it withdraws it too, but only `withdraw` waits for that.
#[derive(Debug)]
pub struct Discovery {
    hostname: watch::Receiver<String>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Discovery {
    /// Starts to claim and announce the names, in the background. Trouble after this point is logged and
    /// tried again when the network changes.
    ///
    /// # Errors
    /// See [`DiscoveryError`].
    pub fn announce(announcement: &Announcement) -> Result<Discovery, DiscoveryError> {
        let names = Names::new(announcement)?;
        links()?;
        let runtime = Handle::try_current()?;
        let (shown, hostname) = watch::channel(names.host());
        let (stop, stopped) = oneshot::channel();
        let mut responder = Responder {
            names,
            publishers: BTreeMap::new(),
            announced: None,
            shown,
        };
        let task = runtime.spawn(async move {
            tokio::select! {
                () = responder.keep() => {}
                // An error means that `Discovery` was dropped: withdraw then as well.
                _ = stopped => {}
            }
            responder.withdraw().await;
        });
        Ok(Discovery {
            hostname,
            stop,
            task,
        })
    }

    /// The host name, such as `courtside.local`. Until the first claim is settled (under a second) it is
    /// the wanted one; a conflict then changes it to `courtside-2.local` or higher.
    pub fn hostname(&self) -> watch::Receiver<String> {
        self.hostname.clone()
    }

    /// Says goodbye, so that the venue leaves everybody's lists at once. Takes at most a second.
    pub async fn withdraw(self) {
        // The task may be gone already (a runtime that shuts down); there is nobody to tell then.
        let _ = self.stop.send(());
        if timeout(WITHDRAW_LIMIT, self.task).await.is_err() {
            debug!("mDNS goodbye not finished in time");
        }
    }
}

struct Responder {
    names: Names,
    publishers: BTreeMap<String, ServiceDaemon>,
    /// The full service name that the publishers announce now.
    announced: Option<String>,
    shown: watch::Sender<String>,
}

impl Responder {
    /// Claims the names and keeps them: follows the interfaces, and settles conflicts that show later
    /// (two venues started at once, or two networks became one).
    async fn keep(&mut self) {
        let mut known = Links::new();
        let mut guard_at = clock::now();
        let mut conflicts = 0;
        // RFC 6762, 8.3 wants every announcement twice, a second apart.
        let mut announce_again = false;
        let mut ticks = interval(Duration::from_secs(LINK_CHECK_S.into()));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match links() {
                Ok(links) if links != known => {
                    self.claim(&links).await;
                    self.publish(&links);
                    known = links;
                    announce_again = true;
                    guard_at = clock::now() + FIRST_GUARD;
                }
                Ok(_) if clock::now() >= guard_at => {
                    let rivals = rivals(&known, &self.names.claim(), false).await;
                    conflicts = if rivals.any() { conflicts + 1 } else { 0 };
                    // One who should have given way and did not will not: then we do.
                    if rivals.any() && (rivals.we_lose || conflicts > 1) {
                        sleep(stagger(conflicts)).await;
                        self.claim(&known).await;
                    }
                    if announce_again || rivals.any() {
                        self.publish(&known);
                    }
                    // A rival that gives way says goodbye to a name that we keep: announce it afterwards.
                    announce_again = rivals.any();
                    let wait = if announce_again {
                        FIRST_GUARD
                    } else {
                        GUARD_INTERVAL
                    };
                    guard_at = clock::now() + wait;
                }
                Ok(_) => {}
                Err(error) => warn!(%error, "cannot list the network interfaces"),
            }
        }
    }

    /// Counts each name up until nobody else answers for it. Numbers never go down while the server
    /// runs: a name that changes back and forth would confuse people more than a number does.
    async fn claim(&mut self, links: &Links) {
        for _ in 0..CLAIM_TRIES {
            let rivals = rivals(links, &self.names.claim(), true).await;
            if !rivals.any() {
                return;
            }
            self.names.hostname_number += u32::from(rivals.host);
            self.names.venue_number += u32::from(rivals.instance);
        }
        warn!(
            tries = CLAIM_TRIES,
            "somebody answers for every name; taking one all the same"
        );
    }

    /// Announces the names on all links and ends the publishers of links that are gone.
    fn publish(&mut self, links: &Links) {
        for (_, gone) in self
            .publishers
            .extract_if(.., |name, _| !links.contains_key(name))
        {
            stop(&gone);
        }
        let info = match self.names.service_info() {
            Ok(info) => info,
            Err(error) => return warn!(%error, "cannot describe the service for mDNS"),
        };
        let service = info.get_fullname().to_owned();
        let host = self.names.host();
        let is_renamed = self.shown.send_if_modified(|shown| {
            *shown != host && {
                shown.clone_from(&host);
                true
            }
        });
        let before = self.announced.replace(service.clone());
        if is_renamed || before.as_ref() != Some(&service) {
            info!(host, service, "announcing by mDNS");
        }
        // A goodbye for a service that stays would reach the others after its new announcement.
        let before = before.filter(|before| *before != service);
        for name in links.keys() {
            // Whatever fails here is tried again at the next guard, which announces too.
            if let Err(error) = self.publish_on(name, &info, before.as_deref()) {
                warn!(link = name, %error, "cannot announce by mDNS here");
            }
        }
    }

    fn publish_on(
        &mut self,
        link: &str,
        info: &ServiceInfo,
        before: Option<&str>,
    ) -> mdns_sd::Result<()> {
        let publisher = match self.publishers.entry(link.to_owned()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let publisher = ServiceDaemon::new()?;
                publisher.disable_interface(IfKind::All)?;
                publisher.enable_interface(IfKind::Name(link.to_owned()))?;
                publisher.set_ip_check_interval(LINK_CHECK_S)?;
                entry.insert(publisher)
            }
        };
        if let Some(before) = before {
            publisher.unregister(before)?;
        }
        publisher.register(info.clone())
    }

    /// Says goodbye on all links, twice as everything in mDNS.
    async fn withdraw(self) {
        for publisher in self.publishers.values() {
            if let Some(service) = &self.announced
                && let Ok(done) = publisher.unregister(service)
            {
                let _ = done.recv_async().await;
            }
        }
        sleep(GOODBYE_REPEAT).await;
        self.publishers.values().for_each(stop);
    }
}

/// Ends a publisher's thread. An error means that it has ended.
fn stop(publisher: &ServiceDaemon) {
    let _ = publisher.shutdown();
}

/// Keeps two machines that do the same thing at the same time from doing so for ever.
fn stagger(conflicts: u32) -> Duration {
    let random = random::number().unwrap_or_default();
    Duration::from_millis(random % (250 * u64::from(conflicts)))
}
