//! Tournaments and the teams that play in them: `/api/tournaments`, `/api/teams`.

use serde_json::Value;
use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::error::ApiError;
use super::reply::{self, Json};
use super::request::Fields;
use super::routes::call::Expected;
use super::wire::shapes::OneOrSeveral;
use super::wire::{TeamJson, TournamentJson};
use crate::domain::{Team, TeamId, Tournament, TournamentId};
use crate::organising::{NewTeam, TournamentChange};
use crate::store::{DoneBy, Revised};

pub async fn list(app: App) -> Result<Json<Vec<TournamentJson<'static>>>, ApiError> {
    let tournaments = app.store.tournaments().await?;
    let lines: Vec<TournamentJson<'_>> = tournaments.iter().map(TournamentJson::from).collect();
    Ok(reply::shown(StatusCode::OK, &lines))
}

pub async fn show(app: App, id: String) -> Result<Json<TournamentJson<'static>>, ApiError> {
    let found = app.store.tournament(id.parse()?).await?;
    Ok(answer(StatusCode::OK, &found))
}

fn answer(status: StatusCode, found: &Revised<Tournament>) -> Json<TournamentJson<'static>> {
    reply::revised(status, &TournamentJson::from(found), found.revision)
}

async fn current(app: App, id: TournamentId) -> Result<Value, ApiError> {
    let found = app.store.tournament(id).await?;
    Ok(serde_json::to_value(TournamentJson::from(&found)).unwrap_or_default())
}

pub async fn create(
    app: App,
    fields: Result<Fields, ApiError>,
) -> Result<Json<TournamentJson<'static>>, ApiError> {
    let fields = fields?;
    let (name, choice) = (fields.name("name")?, fields.sport()?);
    let starts_on = fields.day("startsOn")?;
    let created = app.hall.create_tournament(name, starts_on, choice).await?;
    Ok(answer(StatusCode::CREATED, &created))
}

/// Changes the name and the first day; and the sport, the variant and the rules until a match of it has begun.
pub async fn change(
    app: App,
    id: String,
    Expected(seen): Expected,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<TournamentJson<'static>>, ApiError> {
    let fields = fields?;
    let known = [
        "name",
        "startsOn",
        "factor",
        "standings",
        "sport",
        "variant",
        "rules",
    ];
    fields.only(&known, &[])?;
    let change = TournamentChange {
        name: fields.optional_name("name")?,
        starts_on: fields.day("startsOn")?,
        factor: fields.factor()?,
        points_table: fields.points_table()?,
        choice: fields.other_rules()?,
    };
    let id = id.parse()?;
    let changed = app.hall.change_tournament(id, seen, change, by).await;
    let changed = ApiError::of(changed, current(app, id)).await?;
    Ok(answer(StatusCode::OK, &changed))
}

/// With its teams and matches, which disappear from all lists.
pub async fn delete(app: App, id: String, Expected(seen): Expected) -> Result<Response, ApiError> {
    let id = id.parse()?;
    let deleted = app.hall.delete_tournament(id, seen).await;
    ApiError::of(deleted, current(app, id)).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

pub async fn teams(app: App, query: Fields) -> Result<Json<Vec<TeamJson<'static>>>, ApiError> {
    let of: TournamentId = query.id("tournamentID")?;
    app.store.tournament(of).await?;
    Ok(reply::shown(
        StatusCode::OK,
        &lines(&app.store.teams(of).await?),
    ))
}

fn lines(teams: &[Revised<Team>]) -> Vec<TeamJson<'_>> {
    teams.iter().map(TeamJson::from).collect()
}

/// Enters one team (`name`, and what else is known) or a list of them (`names`, or `teams` with what else is known), all or
/// none. A name that is there already stays once, and takes over what is told of it.
pub async fn enter_teams(
    app: App,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<OneOrSeveral<TeamJson<'static>>>, ApiError> {
    let fields = fields?;
    let tournament: TournamentId = fields.id("tournamentID")?;
    let several = fields.has("names") || fields.has("teams");
    let new = if fields.has("teams") {
        fields.new_teams()?
    } else if several {
        let names = fields.list_of_names("names")?;
        names.into_iter().map(NewTeam::named).collect()
    } else {
        vec![fields.new_team()?]
    };
    let entered = app.hall.enter_teams(tournament, new, by).await?;
    Ok(Json::encoded(match (several, entered.first()) {
        (false, Some(team)) => reply::json(StatusCode::CREATED, &TeamJson::from(team)),
        _ => reply::json(StatusCode::CREATED, &lines(&entered)),
    }))
}

async fn current_team(app: App, id: TeamId) -> Result<Value, ApiError> {
    let found = app.store.team(id).await?;
    Ok(serde_json::to_value(TeamJson::from(&found)).unwrap_or_default())
}

pub async fn show_team(app: App, id: String) -> Result<Json<TeamJson<'static>>, ApiError> {
    let team = app.store.team(id.parse()?).await?;
    let body = TeamJson::from(&team);
    Ok(reply::revised(StatusCode::OK, &body, team.revision))
}

/// Changes a team's name, which its matches show, too, and its players.
pub async fn change_team(
    app: App,
    id: String,
    Expected(seen): Expected,
    by: DoneBy,
    fields: Result<Fields, ApiError>,
) -> Result<Json<TeamJson<'static>>, ApiError> {
    let fields = fields?;
    let known = [
        "name", "short", "club", "seed", "colour", "players", "presence",
    ];
    fields.only(&known, &["short", "club", "seed", "colour"])?;
    let change = fields.team_change()?;
    let id = id.parse()?;
    let changed = app.hall.change_team(id, seen, change, by).await;
    let team = ApiError::of(changed, current_team(app, id)).await?;
    let body = TeamJson::from(&team);
    Ok(reply::revised(StatusCode::OK, &body, team.revision))
}

/// Its matches stay, with its name.
pub async fn delete_team(
    app: App,
    id: String,
    Expected(seen): Expected,
    by: DoneBy,
) -> Result<Response, ApiError> {
    let id = id.parse()?;
    let deleted = app.hall.delete_team(id, seen, by).await;
    ApiError::of(deleted, current_team(app, id)).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
