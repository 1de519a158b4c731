//! Reading a tournament: fixtures, bracket, tables, history, clubs.

use warp::http::{HeaderMap, StatusCode};

use super::tagged;
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::reply::{self, Json};
use crate::http::request::Fields;
use crate::http::wire::running::{BracketJson, ClubsJson, DeedsJson, FixturesJson, StandingsJson};

pub async fn fixtures(
    app: App,
    id: String,
    headers: HeaderMap,
) -> Result<Json<FixturesJson>, ApiError> {
    let moment = app.hall.moment(id.parse()?).await?;
    Ok(tagged(&headers, &FixturesJson::new(&moment)))
}

pub async fn bracket(
    app: App,
    id: String,
    headers: HeaderMap,
) -> Result<Json<BracketJson>, ApiError> {
    let moment = app.hall.moment(id.parse()?).await?;
    Ok(tagged(&headers, &BracketJson::new(&moment)))
}

/// `live=1` counts running matches, too.
pub async fn standings(
    app: App,
    id: String,
    query: Fields,
    headers: HeaderMap,
) -> Result<Json<StandingsJson>, ApiError> {
    let live = query.has("live") && !matches!(query.text("live")?, "0" | "false");
    let moment = app.hall.moment(id.parse()?).await?;
    Ok(tagged(&headers, &StandingsJson::new(&moment, live)))
}

pub async fn history(
    app: App,
    id: String,
    headers: HeaderMap,
) -> Result<Json<DeedsJson>, ApiError> {
    let laid = app.hall.laid_down(id.parse()?).await?;
    Ok(tagged(&headers, &DeedsJson::from(&*laid)))
}

pub async fn clubs(app: App) -> Result<Json<ClubsJson>, ApiError> {
    let clubs = app.hall.clubs().await?;
    Ok(reply::shown(StatusCode::OK, &ClubsJson::from(&clubs)))
}
