//! Fixtures changed by hand, decisions, undo, and the points of the clubs.

use warp::http::StatusCode;
use warp::reply::Response;

use crate::domain::TournamentId;
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::reply::{self, Json};
use crate::http::request::Fields;
use crate::http::wire::running::{ClubsJson, DecidedJson, FixturesJson, UndoneJson};
use crate::store::DoneBy;

pub async fn change_fixtures(
    app: App,
    id: String,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<FixturesJson>, ApiError> {
    let fields = fields?;
    let edit = (fields.fixture_edit()?, fields.confirmed()?);
    let moment = app.hall.edit_fixtures(id.parse()?, edit, by).await?;
    Ok(reply::shown(StatusCode::OK, &FixturesJson::new(&moment)))
}

/// Decides. Where something follows, its effects are the answer until they are accepted.
pub async fn decide(
    app: App,
    id: String,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<DecidedJson>, Response> {
    let told = ApiError::into_response;
    let fields = fields.map_err(told)?;
    let wanted = fields.decision().map_err(told)?;
    let accept = fields.accept().map_err(told)?;
    let id: TournamentId = id.parse().map_err(|error| told(ApiError::from(error)))?;
    let decided = app.hall.decide(id, wanted, accept, by).await;
    match decided {
        Ok(decided) => Ok(reply::shown(StatusCode::OK, &DecidedJson::from(&decided))),
        Err(refused) => Err(super::corrections::refusal(refused)),
    }
}

pub async fn undo(app: App, id: String, by: DoneBy) -> Result<Json<UndoneJson>, ApiError> {
    let id: TournamentId = id.parse()?;
    let undone = app.hall.undo(id, by).await?;
    let laid = app.hall.laid_down(id).await?;
    Ok(reply::shown(
        StatusCode::OK,
        &UndoneJson::new(&laid, &undone),
    ))
}

pub async fn set_clubs(
    app: App,
    fields: Result<Fields, ApiError>,
) -> Result<Json<ClubsJson>, ApiError> {
    let points = fields?.points_of_ranks()?;
    let clubs = app.hall.set_club_points(points).await?;
    Ok(reply::shown(StatusCode::OK, &ClubsJson::from(&clubs)))
}
