//! Courts and their referees: `/api/courts`, what a referee is handed for a match or a court, and the code that is typed.

use serde_json::Value;
use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::auth::{Credentials, Visitor};
use super::door::Peer;
use super::error::ApiError;
use super::reply::{self, Json};
use super::request::Fields;
use super::routes::call::Expected;
use super::wire::{CourtJson, HeldTokenJson, RedeemedCodeJson, RefereeSecretsJson, timestamp};
use crate::broker::Withdrawn;
use crate::domain::{Assignment, Court, CourtId, MatchId};
use crate::organising::Handout;
use crate::store::{HeldToken, Revised};

pub async fn list(app: App) -> Result<Json<Vec<CourtJson<'static>>>, ApiError> {
    let courts = app.store.courts().await?;
    let lines: Vec<CourtJson<'_>> = courts.iter().map(|court| shown(&app, court)).collect();
    Ok(reply::shown(StatusCode::OK, &lines))
}

pub async fn show(app: App, id: String) -> Result<Json<CourtJson<'static>>, ApiError> {
    let court = app.store.court(id.parse()?).await?;
    Ok(answer(&app, StatusCode::OK, &court))
}

fn shown<'a>(app: &App, court: &'a Revised<Court>) -> CourtJson<'a> {
    CourtJson::new(court, &app.broker.court_matches(court.value.id))
}

fn answer(app: &App, status: StatusCode, court: &Revised<Court>) -> Json<CourtJson<'static>> {
    reply::revised(status, &shown(app, court), court.revision)
}

async fn current(app: App, id: CourtId) -> Result<Value, ApiError> {
    let court = app.store.court(id).await?;
    Ok(serde_json::to_value(shown(&app, &court)).unwrap_or_default())
}

pub async fn create(
    app: App,
    fields: Result<Fields, ApiError>,
) -> Result<Json<CourtJson<'static>>, ApiError> {
    let court = app.hall.create_court(fields?.name("name")?).await?;
    Ok(answer(&app, StatusCode::CREATED, &court))
}

pub async fn rename(
    app: App,
    id: String,
    Expected(seen): Expected,
    fields: Result<Fields, ApiError>,
) -> Result<Json<CourtJson<'static>>, ApiError> {
    let fields = fields?;
    fields.only(&["name"], &[])?;
    let (id, name) = (id.parse()?, fields.name("name")?);
    let renamed = app.hall.rename_court(Court { id, name }, seen).await;
    let court = ApiError::of(renamed, current(app.clone(), id)).await?;
    Ok(answer(&app, StatusCode::OK, &court))
}

/// Its matches stay, on no court.
pub async fn delete(app: App, id: String, Expected(seen): Expected) -> Result<Response, ApiError> {
    let id = id.parse()?;
    let deleted = app.hall.delete_court(id, seen).await;
    ApiError::of(deleted, current(app, id)).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// New secrets for a match's referee; the ones before are good for nothing any more.
pub async fn hand_out_match(
    app: App,
    peer: Peer,
    id: String,
) -> Result<Json<RefereeSecretsJson>, ApiError> {
    let id: MatchId = id.parse()?;
    app.summary(id)?;
    hand_out(&app, &peer, Assignment::Match(id)).await
}

/// The same for whoever referees on a court.
pub async fn hand_out_court(
    app: App,
    peer: Peer,
    id: String,
) -> Result<Json<RefereeSecretsJson>, ApiError> {
    let id: CourtId = id.parse()?;
    app.store.court(id).await?;
    hand_out(&app, &peer, Assignment::Court(id)).await
}

async fn hand_out(
    app: &App,
    peer: &Peer,
    assignment: Assignment,
) -> Result<Json<RefereeSecretsJson>, ApiError> {
    let handout = app.hall.hand_out(assignment).await?;
    let body = handed_out(app, peer, assignment, handout);
    Ok(reply::shown(StatusCode::CREATED, &body))
}

pub fn handed_out(
    app: &App,
    peer: &Peer,
    assignment: Assignment,
    handout: Handout,
) -> RefereeSecretsJson {
    RefereeSecretsJson {
        referee_url: app.referee_url(peer, assignment, &handout.token),
        referee_token: handout.token,
        referee_code: handout.code,
    }
}

pub async fn revoke_match(app: App, id: String) -> Result<Response, ApiError> {
    let id: MatchId = id.parse()?;
    app.summary(id)?;
    revoke(&app, Assignment::Match(id)).await
}

pub async fn revoke_court(app: App, id: String) -> Result<Response, ApiError> {
    let id: CourtId = id.parse()?;
    app.store.court(id).await?;
    revoke(&app, Assignment::Court(id)).await
}

async fn revoke(app: &App, assignment: Assignment) -> Result<Response, ApiError> {
    app.hall.revoke(assignment).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// A referee who cannot scan types the code and gets what the QR code would have held.
pub async fn redeem_code(
    app: App,
    who: Credentials,
    visitor: Visitor,
    fields: Result<Fields, ApiError>,
) -> Result<Json<RedeemedCodeJson>, ApiError> {
    let fields = fields?;
    let code = fields.text("code")?;
    let exchanged = app.access.redeem_code(code, &who, &visitor).await?;
    if let Some(ended) = exchanged.ended {
        app.broker.withdraw(Withdrawn::Token(ended)).await;
    }
    let (match_id, court_id) = ids(exchanged.of);
    let told = RedeemedCodeJson {
        referee_token: exchanged.token,
        match_id,
        court_id,
    };
    Ok(reply::shown(StatusCode::CREATED, &told))
}

fn ids(of: Assignment) -> (Option<MatchId>, Option<CourtId>) {
    match of {
        Assignment::Match(id) => (Some(id), None),
        Assignment::Court(id) => (None, Some(id)),
    }
}

/// The tokens that phones hold, each with the device and when it was used.
pub async fn held_tokens(app: App) -> Result<Json<Vec<HeldTokenJson<'static>>>, ApiError> {
    let held = app.store.held_tokens().await?;
    let connected = app.access.connected().tokens();
    let lines = held.iter().map(|held: &HeldToken| {
        let (match_id, court_id) = ids(held.token.of);
        HeldTokenJson {
            id: held.token.id,
            match_id,
            court_id,
            device: held.device.as_deref(),
            created_at: timestamp(held.created_at),
            used_at: held.used_at.map(timestamp),
            connected: connected.contains(&held.token.id),
        }
    });
    let lines: Vec<HeldTokenJson<'_>> = lines.collect();
    Ok(reply::shown(StatusCode::OK, &lines))
}

/// Ends one token; whoever came with it is sent away.
pub async fn end_token(app: App, id: String) -> Result<Response, ApiError> {
    let Some(ended) = app.store.end_referee_token(id.parse()?).await? else {
        let message = "there is no token with this ID, or it has ended";
        return Err(ApiError::new(StatusCode::NOT_FOUND, "not_found", message));
    };
    app.broker.withdraw(Withdrawn::Token(ended)).await;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
