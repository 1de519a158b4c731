//! Tournaments and the teams that play in them: `/api/tournaments`, `/api/teams`.

use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::auth::{Credentials, Right};
use super::error::ApiError;
use super::reply;
use super::request::Fields;
use super::wire::{TeamJson, TournamentJson};
use crate::domain::{TeamId, TournamentId};
use crate::random;
use crate::store::Team;

pub async fn list(app: App) -> Result<Response, ApiError> {
    let tournaments = app.store.tournaments().await?;
    let lines: Vec<TournamentJson<'_>> = tournaments.iter().map(TournamentJson::from).collect();
    Ok(reply::json(StatusCode::OK, &lines))
}

pub async fn show(app: App, id: String) -> Result<Response, ApiError> {
    let found = app.store.tournament(id.parse()?).await?;
    Ok(reply::json(StatusCode::OK, &TournamentJson::from(&found)))
}

pub async fn create(
    app: App,
    who: Credentials,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    let fields = fields?;
    let created = app
        .create_tournament(fields.name("name")?, fields.sport()?)
        .await?;
    Ok(reply::json(
        StatusCode::CREATED,
        &TournamentJson::from(&created),
    ))
}

pub async fn rename(
    app: App,
    who: Credentials,
    id: String,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    let name = fields?.name("name")?;
    let id: TournamentId = id.parse()?;
    app.broker.rename_tournament(id, name).await?;
    show(app, id.to_string()).await
}

/// With its teams and matches, which disappear from all lists.
pub async fn delete(app: App, who: Credentials, id: String) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    app.broker.delete_tournament(id.parse()?).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

pub async fn teams(app: App, query: Fields) -> Result<Response, ApiError> {
    let of: TournamentId = query.id("tournamentID")?;
    app.store.tournament(of).await?;
    Ok(shown(StatusCode::OK, &app.store.teams(of).await?))
}

fn shown(status: StatusCode, teams: &[Team]) -> Response {
    let lines: Vec<TeamJson<'_>> = teams.iter().map(TeamJson::from).collect();
    reply::json(status, &lines)
}

/// Enters one team (`name`) or a list of them (`names`), all or none; a name that is there already stays once.
pub async fn enter_teams(
    app: App,
    who: Credentials,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    let fields = fields?;
    let tournament: TournamentId = fields.id("tournamentID")?;
    app.store.tournament(tournament).await?;
    let several = fields.has("names");
    let names = match several {
        true => fields.list_of_names("names")?,
        false => vec![fields.name("name")?],
    };
    let team = |name| Team {
        id: TeamId(random::id()),
        tournament,
        name,
    };
    let entered = app
        .store
        .enter_teams(names.into_iter().map(team).collect())
        .await?;
    match (several, entered.first()) {
        (false, Some(team)) => Ok(reply::json(StatusCode::CREATED, &TeamJson::from(team))),
        _ => Ok(shown(StatusCode::CREATED, &entered)),
    }
}

/// Renames a team in its matches, too.
pub async fn rename_team(
    app: App,
    who: Credentials,
    id: String,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    let name = fields?.name("name")?;
    let id: TeamId = id.parse()?;
    let team = app.store.team(id).await?;
    let others = app.store.teams(team.tournament).await?;
    if others
        .iter()
        .any(|other| other.id != id && other.name == name)
    {
        let message = format!("there is already a team “{name}” in this tournament");
        return Err(ApiError::new(StatusCode::CONFLICT, "team_exists", message).in_field("name"));
    }
    app.broker.rename_team(id, name).await?;
    let team = app.store.team(id).await?;
    Ok(reply::json(StatusCode::OK, &TeamJson::from(&team)))
}

/// Its matches stay, with its name.
pub async fn delete_team(app: App, who: Credentials, id: String) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    app.store.delete_team(id.parse()?).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
