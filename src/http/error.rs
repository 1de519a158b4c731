//! One error for every refusal over HTTP, and the one mapping to a status.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use warp::http::{HeaderValue, StatusCode, header};
use warp::reply::Response;

use super::reply;
use crate::domain::Key;
use crate::domain::ids::NotAnId;
use crate::domain::sport::RulesError;
use crate::domain::tournament::proposal::NoProposal;
use crate::organising::Refused;
use crate::random::NoRandom;
use crate::store::StoreError;

/// `{"error":{"code","message","field"?,"about"?}}` with the right status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    pub status: StatusCode,
    /// Stable; what programs decide on.
    pub code: &'static str,
    /// For people: what is wrong and what to do.
    pub message: String,
    /// The field of the request that is wrong.
    pub field: Option<&'static str>,
    pub about: Option<Box<About>>,
    pub retry_after_seconds: Option<u64>,
    /// How that is now which somebody else has changed meanwhile.
    pub current: Option<Box<Value>>,
}

/// The names that a message speaks of, so that a page says it in its reader's language. The code says which there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ErrorAbout")]
pub struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    /// The second of two teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    court: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round: Option<u16>,
    /// With `courtID`: the team `plays`, `plays_on` the court, or is `next_on` it.
    #[serde(skip_serializing_if = "Option::is_none")]
    clash: Option<&'static str>,
}

impl About {
    /// The names in a refusal; `None` where it has none.
    fn refusal(refused: &Refused) -> Option<Box<About>> {
        let about = match refused {
            Refused::Store(StoreError::AgainstItself { team }) => About {
                team: Some(team.clone()),
                ..About::default()
            },
            Refused::TwoAtOnce(clash) => About {
                team: Some(clash.team().to_owned()),
                court: clash.court().map(str::to_owned),
                clash: Some(clash.word()),
                ..About::default()
            },
            Refused::TwiceInARound { team, round } => About {
                team: Some(team.clone()),
                round: Some(*round),
                ..About::default()
            },
            Refused::TooLate { key, group } => About {
                key: Some(key.clone()),
                group: Some(group.clone()),
                ..About::default()
            },
            Refused::Alike { team, other } => About {
                team: Some(team.clone()),
                other: Some(other.clone()),
                ..About::default()
            },
            Refused::SeedTaken { team, other, seed } => About {
                team: Some(team.clone()),
                other: Some(other.clone()),
                seed: Some(*seed),
                ..About::default()
            },
            _ => return None,
        };
        Some(Box::new(about))
    }
}

/// An error as it is told.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub struct ErrorJson<'a> {
    error: Told<'a>,
    /// With 412: how it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<&'a Value>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(inline)]
struct Told<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'a About>,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError {
            status,
            code,
            message: message.into(),
            field: None,
            about: None,
            retry_after_seconds: None,
            current: None,
        }
    }

    pub fn bad_request(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn in_field(self, field: &'static str) -> ApiError {
        ApiError {
            field: Some(field),
            ..self
        }
    }

    pub fn into_response(self) -> Response {
        let error = Told {
            code: self.code,
            message: &self.message,
            field: self.field,
            about: self.about.as_deref(),
        };
        let mut response = reply::json(
            self.status,
            &ErrorJson {
                error,
                current: self.current.as_deref(),
            },
        );
        if let Some(seconds) = self.retry_after_seconds {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<NotAnId> for ApiError {
    fn from(error: NotAnId) -> Self {
        ApiError::bad_request("bad_id", error.to_string())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => {
                ApiError::new(StatusCode::NOT_FOUND, "not_found", error.to_string())
            }
            StoreError::Fault(fault) => ApiError {
                retry_after_seconds: Some(5),
                ..ApiError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "storage_unavailable",
                    format!("nothing can be saved now: {fault}"),
                )
            },
            StoreError::Taken { what, .. } => {
                let code = if what == "team" {
                    "team_exists"
                } else {
                    "name_taken"
                };
                ApiError::new(StatusCode::CONFLICT, code, error.to_string()).in_field("name")
            }
            StoreError::Changed => ApiError::new(
                StatusCode::PRECONDITION_FAILED,
                "changed",
                error.to_string(),
            ),
            StoreError::AgainstItself { .. } => {
                ApiError::new(StatusCode::CONFLICT, "unconfirmed", error.to_string())
                    .in_field("sides")
            }
            StoreError::HasBegun => {
                ApiError::new(StatusCode::CONFLICT, "has_begun", error.to_string())
            }
            StoreError::LeftAside => ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "left_aside",
                error.to_string(),
            ),
            StoreError::Diverged | StoreError::Unexpected(_) => {
                tracing::error!("{error}");
                ApiError::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "something went wrong here; the server's log says what",
                )
            }
        }
    }
}

impl From<NoRandom> for ApiError {
    fn from(error: NoRandom) -> Self {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            error.to_string(),
        )
    }
}

fn no_proposal(reason: &NoProposal, message: String) -> ApiError {
    let conflict = |code| ApiError::new(StatusCode::CONFLICT, code, message.clone());
    match reason {
        NoProposal::NoFormat => conflict("no_format"),
        NoProposal::NoSwissStage => conflict("no_swiss_stage"),
        NoProposal::NotReady { .. } => conflict("not_ready"),
        NoProposal::AllPaired { .. } => conflict("all_rounds_paired"),
        NoProposal::Stuck => conflict("stuck"),
        NoProposal::Format(_) | NoProposal::History(_) => {
            ApiError::bad_request("bad_format", message).in_field("stages")
        }
        NoProposal::UnknownTeam | NoProposal::NoLines => {
            ApiError::bad_request("bad_field", message).in_field("lines")
        }
        NoProposal::Pairs(_) => ApiError::bad_request("bad_field", message).in_field("pairs"),
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        let about = About::refusal(&refused);
        let error = of_refusal(refused);
        ApiError { about, ..error }
    }
}

fn of_refusal(refused: Refused) -> ApiError {
    let message = refused.to_string();
    match refused {
        Refused::Store(error) => error.into(),
        Refused::NoRandom(error) => error.into(),
        Refused::UnknownSport(_) => {
            ApiError::bad_request("unknown_sport", message).in_field("sport")
        }
        Refused::SportOfTournament => {
            ApiError::new(StatusCode::CONFLICT, "sport_of_tournament", message).in_field("sport")
        }
        Refused::Rules(RulesError::UnknownVariant { .. }) => {
            ApiError::bad_request("unknown_variant", message).in_field("variant")
        }
        Refused::Rules(RulesError::Wrong { .. }) => {
            ApiError::bad_request("bad_rules", message).in_field("rules")
        }
        Refused::Wrong(_) => ApiError::bad_request("bad_request", message),
        Refused::Event(refusal) => ApiError::new(StatusCode::CONFLICT, refusal.code(), message),
        Refused::NoProposal(reason) => no_proposal(&reason, message),
        Refused::Contradicts(_) => ApiError::new(StatusCode::CONFLICT, "has_begun", message),
        Refused::TooLate { .. } => {
            ApiError::new(StatusCode::CONFLICT, "has_begun", message).in_field("group")
        }
        Refused::AbsentTeams(_) => {
            ApiError::new(StatusCode::CONFLICT, "absent_teams", message).in_field("absent")
        }
        Refused::Alike { .. } => {
            ApiError::new(StatusCode::CONFLICT, "team_exists", message).in_field("name")
        }
        Refused::SeedTaken { .. } => {
            ApiError::new(StatusCode::CONFLICT, "seed_taken", message).in_field("seed")
        }
        Refused::TwoAtOnce(_) => {
            ApiError::new(StatusCode::CONFLICT, "unconfirmed", message).in_field("courtID")
        }
        Refused::TwiceInARound { .. } => {
            ApiError::new(StatusCode::CONFLICT, "unconfirmed", message).in_field("round")
        }
        Refused::Consequences(_) => {
            ApiError::new(StatusCode::CONFLICT, "has_consequences", message)
        }
        Refused::Stale => ApiError::new(StatusCode::CONFLICT, "stale", message),
        Refused::NothingToUndo => ApiError::new(StatusCode::CONFLICT, "nothing_to_undo", message),
    }
}

impl ApiError {
    /// With what is there now, where that is why something was refused (412).
    async fn or_current(
        refused: Refused,
        current: impl Future<Output = Result<Value, ApiError>>,
    ) -> ApiError {
        let changed = matches!(refused, Refused::Store(StoreError::Changed));
        let mut error = ApiError::from(refused);
        if changed {
            // Where it is gone, that is what is told.
            match current.await {
                Ok(current) => error.current = Some(Box::new(current)),
                Err(gone) => return gone,
            }
        }
        error
    }

    /// The outcome of a change; a refusal because somebody else was faster tells how it is now.
    pub async fn of<T>(
        outcome: Result<T, Refused>,
        current: impl Future<Output = Result<Value, ApiError>>,
    ) -> Result<T, ApiError> {
        match outcome {
            Ok(done) => Ok(done),
            Err(refused) => Err(ApiError::or_current(refused, current).await),
        }
    }
}
