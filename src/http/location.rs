//! The addresses that this server tells people.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::sync::watch;

use super::door::Peer;
use super::tls::Tls;
use crate::discovery::plain_addresses;

/// The place at which the server listens, and the names by which it is found. Cheap to clone.
#[derive(Clone)]
pub struct Location {
    pub listening: SocketAddr,
    /// The name under which the network finds us, while it is announced.
    pub local_name: Option<watch::Receiver<String>>,
    /// Further names, if somebody said them.
    pub also_known_as: Arc<[String]>,
    /// There for a hall that has a certificate.
    pub tls: Option<Tls>,
}

impl Location {
    /// The address at which the client at hand, or a phone beside it, can reach us: without a final slash.
    ///
    /// With a certificate it is a name that this is good for, or every phone would be warned.
    pub(super) fn base_url(&self, peer: &Peer) -> String {
        if let Some(named) = self.named().into_iter().next() {
            return named;
        }
        let reached = peer.local.ip().to_canonical();
        // Somebody at the box itself wants an address for the phones, if we listen for them at all.
        let address = if reached.is_loopback() && self.listening.ip().is_unspecified() {
            plain_addresses().first().copied().unwrap_or(reached)
        } else {
            reached
        };
        self.url(&host(address), peer.local.port())
    }

    /// Every address, the most useful first, each with a final slash.
    pub(super) fn all(&self, peer: &Peer) -> Vec<String> {
        let mut all = vec![format!("{}/", self.base_url(peer))];
        all.extend(self.at_start());
        all.extend(self.local());
        let mut seen = HashSet::new();
        all.retain(|address| seen.insert(address.clone()));
        all
    }

    /// The same before anybody has come, without the announced name.
    pub fn at_start(&self) -> Vec<String> {
        let ip = self.listening.ip();
        let mut ips = if ip.is_unspecified() {
            plain_addresses()
        } else {
            vec![ip]
        };
        if self.listening.is_ipv4() {
            ips.retain(IpAddr::is_ipv4);
        }
        if ips.is_empty() {
            ips.push(Ipv4Addr::LOCALHOST.into());
        }
        let plain = ips
            .into_iter()
            .map(|ip| self.url(&host(ip), self.listening.port()));
        let all = self.named().into_iter().chain(plain);
        all.map(|url| format!("{url}/")).collect()
    }

    /// The announced name as an address, with a final slash.
    pub fn local(&self) -> Option<String> {
        let name = self.local_name.as_ref()?.borrow().clone();
        Some(format!("{}/", self.url(&name, self.listening.port())))
    }

    /// Says whether browsers warn of this address of ours, because the certificate is not good for it.
    pub fn warns_at(&self, address: &str) -> bool {
        let covered = |tls: &Tls| {
            let uri = address.parse::<hyper::Uri>().ok();
            uri.is_some_and(|uri| uri.host().is_some_and(|host| tls.names().cover(host)))
        };
        self.tls.as_ref().is_some_and(|tls| !covered(tls))
    }

    /// The addresses by the certificate's names, without a final slash.
    fn named(&self) -> Vec<String> {
        let Some(tls) = &self.tls else {
            return Vec::new();
        };
        let names = tls.names();
        // Somebody said these on purpose; and the name of a wildcard can be known in no other way.
        let said = self.also_known_as.iter().map(String::as_str);
        let said = said.filter(|name| names.cover(name));
        let mut seen = HashSet::new();
        said.chain(names.to_open())
            .filter(|name| seen.insert(*name))
            .map(|name| self.url(name, self.listening.port()))
            .collect()
    }

    /// The port is left out where browsers know it by themselves.
    fn url(&self, host: &str, port: u16) -> String {
        match (&self.tls, port) {
            (None, 80) => format!("http://{host}"),
            (None, _) => format!("http://{host}:{port}"),
            (Some(_), 443) => format!("https://{host}"),
            (Some(_), _) => format!("https://{host}:{port}"),
        }
    }
}

fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
