//! Formats, draws and Swiss rounds: tried, proposed, accepted.

use warp::http::StatusCode;

use crate::domain::TournamentId;
use crate::http::app::App;
use crate::http::error::ApiError;
use crate::http::reply::{self, Json};
use crate::http::request::Fields;
use crate::http::wire::running::{
    DryRunJson, FixturesJson, FormatJson, ProposedDrawJson, ProposedRoundJson,
};
use crate::http::wire::shapes::Either;
use crate::store::DoneBy;

/// The minutes of a match where nobody has said how many.
const MINUTES: u64 = 25;
/// More than anybody has or waits.
const COURTS_MAX: u64 = 200;
const MINUTES_MAX: u64 = 1_000;

pub async fn show_format(app: App, id: String) -> Result<Json<FormatJson>, ApiError> {
    let laid = app.hall.laid_down(id.parse()?).await?;
    Ok(reply::shown(
        StatusCode::OK,
        &FormatJson::from(&laid.structure),
    ))
}

/// Stores a format; `dry_run=1` only says what it means, with `courts` and `minutes` a match for the length.
pub async fn put_format(
    app: App,
    id: String,
    query: Fields,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<Either<FormatJson, DryRunJson>>, ApiError> {
    let id: TournamentId = id.parse()?;
    let format = fields?.format()?;
    if query.has("dry_run") && query.text("dry_run")? != "0" {
        let courts = match query.count("courts", COURTS_MAX)? {
            Some(courts) => courts,
            None => (app.store.courts().await?.len() as u64).max(1),
        };
        let minutes = query.count("minutes", MINUTES_MAX)?.unwrap_or(MINUTES);
        let run = app.hall.try_format(id, &format).await?;
        let body = DryRunJson::new(&run, courts, minutes);
        return Ok(Json::encoded(reply::json(StatusCode::OK, &body)));
    }
    let laid = app.hall.choose_format(id, format, by).await?;
    let body = FormatJson::from(&laid.structure);
    Ok(Json::encoded(reply::json(StatusCode::OK, &body)))
}

/// Proposes a draw, or accepts one by its token.
pub async fn draw(
    app: App,
    id: String,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<Either<ProposedDrawJson, FixturesJson>>, ApiError> {
    let (id, fields): (TournamentId, _) = (id.parse()?, fields?);
    if fields.has("accept") {
        let token = fields.token()?;
        let moment = app.hall.accept_draw(id, token, by).await?;
        let body = FixturesJson::new(&moment);
        return Ok(Json::encoded(reply::json(StatusCode::OK, &body)));
    }
    let proposed = app.hall.propose_draw(id, fields.draw()?).await?;
    let body = ProposedDrawJson::from(&proposed);
    Ok(Json::encoded(reply::json(StatusCode::OK, &body)))
}

/// Proposes the next Swiss round, or accepts one by its token.
pub async fn rounds(
    app: App,
    id: String,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<Either<ProposedRoundJson, FixturesJson>>, ApiError> {
    let (id, fields): (TournamentId, _) = (id.parse()?, fields?);
    if fields.has("accept") {
        let token = fields.token()?;
        let moment = app.hall.accept_round(id, token, by).await?;
        let body = FixturesJson::new(&moment);
        return Ok(Json::encoded(reply::json(StatusCode::OK, &body)));
    }
    let proposed = app.hall.propose_round(id, fields.pairs()?).await?;
    let body = ProposedRoundJson::from(&proposed);
    Ok(Json::encoded(reply::json(StatusCode::OK, &body)))
}
