//! What every request may use: the store, the broker, the door, and this server's own addresses.

use std::net::{IpAddr, SocketAddr};

use tokio::sync::watch;
use uuid::Uuid;
use warp::http::StatusCode;

use super::auth::Access;
use super::error::ApiError;
use super::secrets::{hash_token, new_token};
use super::server::Peer;
use crate::broker::{Broker, Summary};
use crate::clock::Clock;
use crate::discovery::plain_addresses;
use crate::domain::{MatchId, Sport, TournamentId};
use crate::store::{Fixture, Store, Tournament, TournamentRef};

/// Everything that a request may need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub broker: Broker,
    pub access: Access,
    pub clock: Clock,
    /// The name under which the network finds us, while it is announced.
    pub local_name: Option<watch::Receiver<String>>,
    pub listening: SocketAddr,
}

/// A new match with the token of its referee, which is shown once and then only known as a hash.
pub(super) struct Created {
    pub summary: Summary,
    pub token: String,
}

impl App {
    pub(super) async fn create_tournament(
        &self,
        name: String,
        sport: &'static Sport,
    ) -> Result<Tournament, ApiError> {
        let id = TournamentId(Uuid::now_v7());
        let new = Tournament {
            id,
            name,
            sport,
            created_at: self.clock.now_ms(),
        };
        Ok(self.store.create_tournament(new).await?)
    }

    pub(super) async fn create_match(
        &self,
        tournament: TournamentId,
        sides: (String, String),
    ) -> Result<Created, ApiError> {
        let Tournament {
            id, name, sport, ..
        } = self.store.tournament(tournament).await?;
        self.create_fixture(Some(TournamentRef { id, name }), sport, sides)
            .await
    }

    /// Creates a match outside any tournament.
    pub(super) async fn create_friendly(
        &self,
        sport: &'static Sport,
        sides: (String, String),
    ) -> Result<Created, ApiError> {
        self.create_fixture(None, sport, sides).await
    }

    pub(super) async fn create_fixture(
        &self,
        tournament: Option<TournamentRef>,
        sport: &'static Sport,
        (side_a, side_b): (String, String),
    ) -> Result<Created, ApiError> {
        let token = new_token()?;
        let id = MatchId(Uuid::now_v7());
        let created_at = self.clock.now_ms();
        let fixture = Fixture {
            id,
            tournament,
            sport,
            side_a,
            side_b,
            created_at,
        };
        let summary = self
            .broker
            .create_match(fixture, hash_token(&token))
            .await?;
        Ok(Created { summary, token })
    }

    pub(super) async fn new_referee_token(&self, id: MatchId) -> Result<String, ApiError> {
        self.summary(id)?;
        let token = new_token()?;
        self.broker
            .replace_referee_token(id, hash_token(&token))
            .await?;
        Ok(token)
    }

    pub(super) fn summary(&self, id: MatchId) -> Result<Summary, ApiError> {
        self.broker.summary(id).ok_or_else(|| {
            ApiError::new(
                StatusCode::NOT_FOUND,
                "not_found",
                "there is no match with this ID",
            )
        })
    }

    /// This server's address as the client at hand, or a phone beside it, can reach it: without a final slash.
    pub(super) fn base_url(&self, peer: &Peer) -> String {
        let reached = peer.local.ip().to_canonical();
        // Somebody at the box itself wants an address for the phones, if we listen for them at all.
        let address = match reached.is_loopback() && self.listening.ip().is_unspecified() {
            true => plain_addresses().first().copied().unwrap_or(reached),
            false => reached,
        };
        base(address, peer.local.port())
    }

    pub(super) fn referee_url(&self, peer: &Peer, id: MatchId, token: &str) -> String {
        format!("{}/score?match={id}#token={token}", self.base_url(peer))
    }

    pub(super) fn watch_url(&self, peer: &Peer, id: MatchId) -> String {
        format!("{}/match?id={id}", self.base_url(peer))
    }

    /// Every address of this server, the most useful first.
    pub(super) fn addresses(&self, peer: &Peer) -> Vec<String> {
        let mut addresses = vec![format!("{}/", self.base_url(peer))];
        addresses.extend(server_addresses(self.listening));
        if let Some(name) = &self.local_name {
            addresses.push(format!(
                "http://{}{}/",
                *name.borrow(),
                port_suffix(self.listening.port())
            ));
        }
        let mut seen = std::collections::HashSet::new();
        addresses.retain(|address| seen.insert(address.clone()));
        addresses
    }
}

/// The plain addresses of a server that listens here, each with a final slash.
pub fn server_addresses(listening: SocketAddr) -> Vec<String> {
    let ip = listening.ip();
    let mut ips = if ip.is_unspecified() {
        plain_addresses()
    } else {
        vec![ip]
    };
    if listening.is_ipv4() {
        ips.retain(IpAddr::is_ipv4);
    }
    if ips.is_empty() {
        ips.push(std::net::Ipv4Addr::LOCALHOST.into());
    }
    ips.into_iter()
        .map(|ip| format!("{}/", base(ip, listening.port())))
        .collect()
}

fn base(address: IpAddr, port: u16) -> String {
    match address {
        IpAddr::V4(address) => format!("http://{address}{}", port_suffix(port)),
        IpAddr::V6(address) => format!("http://[{address}]{}", port_suffix(port)),
    }
}

/// Nothing for port 80.
pub fn port_suffix(port: u16) -> String {
    if port == 80 {
        String::new()
    } else {
        format!(":{port}")
    }
}
