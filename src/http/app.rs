//! What every request may use: the store, the broker, the door, and this server's own addresses.

use std::sync::Arc;

use serde_json::Value;
use warp::http::StatusCode;

use super::auth::Access;
use super::door::Peer;
use super::error::ApiError;
use super::location::Location;
use super::qr::QrCodes;
use super::request::SportChoice;
use super::screens::WaitingScreens;
use super::secrets::{hash_code, hash_token, new_code, new_token};
use super::secure::{Channels, Exchanges, Front};
use super::sports::SportsText;
use super::wire::date;
use super::ws::Crowd;
use crate::backups::Backups;
use crate::broker::{Broker, Summary};
use crate::clock::{Clock, WallMs};
use crate::domain::sport::{BASE, RulesError};
use crate::domain::{CourtId, MatchId, Rules, Sport, TournamentId};
use crate::random;
use crate::store::{
    Assignment, Court, Fixture, RefereeSecrets, Sports, Store, Tournament, TournamentRef,
};

/// Everything that a request may need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub sports: Sports,
    pub sports_text: SportsText,
    pub broker: Broker,
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

/// What a referee is handed: shown once and then only known as hashes.
pub(super) struct Handout {
    /// For the QR code.
    pub token: String,
    /// For typing.
    pub code: String,
}

impl Handout {
    fn new() -> Result<(Handout, RefereeSecrets), ApiError> {
        let (token, code) = (new_token()?, new_code()?);
        let secrets = RefereeSecrets {
            token: hash_token(&token),
            code: hash_code(&code),
        };
        Ok((Handout { token, code }, secrets))
    }
}

/// A new match and what its referee is handed.
pub(super) struct Created {
    pub summary: Summary,
    pub handout: Handout,
}

/// Who plays whom, and where if that is known.
pub(super) struct Pairing {
    pub side_a: String,
    pub side_b: String,
    pub court: Option<CourtId>,
}

impl App {
    /// Creates a tournament. Which variant it plays is settled now: a rule change in the middle of it is none.
    pub(super) async fn create_tournament(
        &self,
        name: String,
        choice: SportChoice,
    ) -> Result<Tournament, ApiError> {
        let sport = self.sport(&choice.sport).await?;
        let created_at = self.clock.now_ms();
        let (variant, _) = self.rules(&sport, choice.variant.as_deref(), &[&choice.overrides])?;
        let new = Tournament {
            id: TournamentId(random::id()),
            name,
            sport: sport.id.clone(),
            variant: Some(variant),
            overrides: choice.overrides,
            created_at,
        };
        Ok(self.store.create_tournament(new).await?)
    }

    /// Creates a match of a tournament, by the tournament's rules where the match has none of its own.
    pub(super) async fn create_match(
        &self,
        tournament: TournamentId,
        pairing: Pairing,
        choice: SportChoice,
    ) -> Result<Created, ApiError> {
        let of = self.store.tournament(tournament).await?;
        let sport = self.sport(&of.sport).await?;
        let variant = choice.variant.as_deref().or(of.variant.as_deref());
        let rules = self.rules(&sport, variant, &[&of.overrides, &choice.overrides])?;
        let tournament = TournamentRef {
            id: of.id,
            name: of.name,
        };
        self.create_fixture(Some(tournament), &sport, rules, pairing)
            .await
    }

    /// Creates a match outside any tournament.
    pub(super) async fn create_friendly(
        &self,
        choice: SportChoice,
        pairing: Pairing,
    ) -> Result<Created, ApiError> {
        let sport = self.sport(&choice.sport).await?;
        let rules = self.rules(&sport, choice.variant.as_deref(), &[&choice.overrides])?;
        self.create_fixture(None, &sport, rules, pairing).await
    }

    async fn create_fixture(
        &self,
        tournament: Option<TournamentRef>,
        sport: &Sport,
        (variant, rules): (String, Rules),
        pairing: Pairing,
    ) -> Result<Created, ApiError> {
        let court = match pairing.court {
            Some(court) => Some(self.store.court(court).await?),
            None => None,
        };
        let (handout, secrets) = Handout::new()?;
        let fixture = Fixture {
            id: MatchId(random::id()),
            tournament,
            sport: sport.id.as_str().into(),
            variant: Some(variant),
            rules: Arc::new(rules),
            side_a: pairing.side_a,
            side_b: pairing.side_b,
            court,
            created_at: self.clock.now_ms(),
        };
        let summary = self.broker.create_match(fixture, secrets).await?;
        Ok(Created { summary, handout })
    }

    async fn sport(&self, id: &str) -> Result<Arc<Sport>, ApiError> {
        let (catalogue, problems) = self.sports.current().await;
        match catalogue.find(id) {
            Ok(sport) => Ok(sport.clone()),
            Err(unknown) => {
                let wrong: String = problems
                    .iter()
                    .map(|problem| format!("; sports/{}, {}", problem.file, problem.reason))
                    .collect();
                let message = format!("{unknown}{wrong}");
                Err(ApiError::bad_request("unknown_sport", message).in_field("sport"))
            }
        }
    }

    /// The name of the variant that was chosen, or that is valid today, and its rules.
    fn rules(
        &self,
        sport: &Sport,
        variant: Option<&str>,
        overrides: &[&Value],
    ) -> Result<(String, Rules), ApiError> {
        let today = date(self.clock.now_ms());
        match sport.rules_for(variant, overrides, &today) {
            Ok((found, rules)) => {
                let name = found.map_or(BASE, |variant| variant.id.as_str());
                Ok((name.to_owned(), rules))
            }
            Err(error @ RulesError::UnknownVariant { .. }) => {
                Err(ApiError::bad_request("unknown_variant", error.to_string()).in_field("variant"))
            }
            Err(error @ RulesError::Wrong { .. }) => {
                Err(ApiError::bad_request("bad_rules", error.to_string()).in_field("rules"))
            }
        }
    }

    pub(super) async fn create_court(&self, name: String) -> Result<Court, ApiError> {
        let id = CourtId(random::id());
        Ok(self.store.create_court(Court { id, name }).await?)
    }

    /// Gives a match or a court new secrets; the ones before are good for nothing any more.
    pub(super) async fn new_handout(&self, assignment: Assignment) -> Result<Handout, ApiError> {
        let (handout, secrets) = Handout::new()?;
        self.broker
            .replace_referee_secrets(assignment, secrets)
            .await?;
        Ok(handout)
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
