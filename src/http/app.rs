//! The things that every request may use: the store, the broker, the hall, the door, and this server's own addresses.

use warp::http::StatusCode;

use super::auth::Access;
use super::door::Peer;
use super::error::ApiError;
use super::location::Location;
use super::qr::QrCodes;
use super::screens::WaitingScreens;
use super::secure::{Channels, Exchanges, Front};
use super::sports::SportsText;
use super::ws::Crowd;
use crate::backups::Backups;
use crate::broker::{Broker, Summary};
use crate::clock::{Clock, WallMs};
use crate::domain::{Assignment, MatchId};
use crate::organising::Hall;
use crate::store::{Sports, Store};

/// Everything that a request may need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub sports: Sports,
    pub sports_text: SportsText,
    pub broker: Broker,
    pub hall: Hall,
    pub crowd: Crowd,
    pub access: Access,
    pub backups: Backups,
    pub clock: Clock,
    pub location: Location,
    pub started_at: WallMs,
    pub waiting: WaitingScreens,
    pub qr_codes: QrCodes,
    pub channels: Channels,
    pub front: Front,
    pub exchanges: Exchanges,
}

impl App {
    pub(super) fn summary(&self, id: MatchId) -> Result<Summary, ApiError> {
        self.broker.summary(id).ok_or_else(|| {
            ApiError::new(
                StatusCode::NOT_FOUND,
                "not_found",
                "there is no match with this ID",
            )
        })
    }

    /// Says if a draw has made this match.
    pub(super) fn is_of_a_fixture(&self, id: MatchId) -> bool {
        let summary = self.broker.summary(id);
        summary.is_some_and(|summary| summary.setup.fixture.is_some())
    }

    /// This server's address as the client at hand, or a phone beside it, can reach it: without a final slash.
    pub(super) fn base_url(&self, peer: &Peer) -> String {
        self.location.base_url(peer)
    }

    /// The address in a referee's QR code. The token is behind the #: no server and no log ever sees it there.
    pub(super) fn referee_url(&self, peer: &Peer, of: Assignment, token: &str) -> String {
        let base = self.base_url(peer);
        match of {
            Assignment::Match(id) => format!("{base}/score?match={id}#token={token}"),
            Assignment::Court(id) => format!("{base}/score?court={id}#token={token}"),
        }
    }

    pub(super) fn watch_url(&self, peer: &Peer, id: MatchId) -> String {
        format!("{}/match?id={id}", self.base_url(peer))
    }
}
