//! The routes and the words of the original system, kept so that its clients and its documentation still hold.
//!
//! All French words are here; `domain/matches/original.rs` reads the events.

mod events;
mod routes;

use serde::Serialize;
use serde_json::{Value, json};
use warp::http::StatusCode;
use warp::reply::Response;

pub use events::event;
use events::line;
pub use routes::routes;

use super::app::App;
use super::door::Peer;
use super::error::ApiError;
use super::old_events::OldEvents;
use super::reply;
use super::request::Fields;
use crate::domain::{Assignment, BySide, MatchId, Status, TournamentId};
use crate::organising::Pairing;
use crate::store::{NewSide, Portion, Recorded};

/// What a summary ends with: the newest events, no more than this.
const SUMMARY: Portion = Portion {
    events: 2_000,
    bytes: 512 * 1024,
};

/// How an answer of a create route looks: JSON for `POST`, the bare ID for the `GET` of the open mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Json,
    BareId,
}

impl Style {
    fn created(self, id: impl ToString, body: &Value) -> Response {
        match self {
            Style::Json => reply::json(StatusCode::CREATED, body),
            Style::BareId => reply::text(StatusCode::CREATED, id.to_string()),
        }
    }
}

pub async fn create_tournament(
    app: App,
    fields: Result<Fields, ApiError>,
    style: Style,
) -> Result<Response, ApiError> {
    let fields = fields?;
    let (name, choice) = (fields.name("tournamentName")?, fields.sport()?);
    let starts_on = fields.day("startsOn")?;
    let created = app
        .hall
        .create_tournament(name, starts_on, choice)
        .await?
        .value;
    Ok(style.created(created.id, &json!({ "tournamentID": created.id })))
}

pub async fn create_match(
    app: App,
    peer: Peer,
    fields: Result<Fields, ApiError>,
    style: Style,
) -> Result<Response, ApiError> {
    let fields = fields?;
    let new = Pairing {
        confirmed: false,
        sides: BySide {
            a: NewSide::Named(fields.name("equipeA")?),
            b: NewSide::Named(fields.name("equipeB")?),
        },
        court: fields.optional_id("courtID")?,
    };
    let created = if fields.has("sport") && !fields.has("tournamentID") {
        app.hall.create_match(None, new, fields.sport()?).await?
    } else {
        let tournament = fields.id::<TournamentId>("tournamentID")?;
        let of = Some(tournament);
        app.hall.create_match(of, new, fields.rules()?).await?
    };
    let id = created.summary.setup.id;
    let body = json!({
        "matchID": id,
        "refereeToken": created.handout.token,
        "refereeUrl": app.referee_url(&peer, Assignment::Match(id), &created.handout.token),
        "watchUrl": app.watch_url(&peer, id),
    });
    Ok(style.created(id, &body))
}

pub async fn live_matches(app: App) -> Response {
    let live: Vec<MatchId> = app
        .broker
        .summaries(None)
        .iter()
        .filter(|summary| summary.attendance.is_live())
        .map(|summary| summary.setup.id)
        .collect();
    reply::json(StatusCode::OK, &live)
}

#[derive(Serialize)]
struct TournamentLine {
    #[serde(rename = "tournamentID")]
    id: TournamentId,
    #[serde(rename = "tournamentName")]
    name: String,
    sport: String,
}

/// The tournaments that are not over: without matches yet, or with one that is not finished.
pub async fn live_tournaments(app: App) -> Result<Response, ApiError> {
    let summaries = app.broker.summaries(None);
    let over = |id: TournamentId| {
        let mut matches = summaries
            .iter()
            .filter(|summary| summary.tournament() == Some(id))
            .peekable();
        matches.peek().is_some() && matches.all(|summary| summary.status == Status::Finished)
    };
    let lines: Vec<TournamentLine> = app
        .store
        .tournaments()
        .await?
        .into_iter()
        .map(|found| found.value)
        .filter(|tournament| !over(tournament.id))
        .map(|tournament| TournamentLine {
            id: tournament.id,
            name: tournament.name,
            sport: tournament.sport,
        })
        .collect();
    Ok(reply::json(StatusCode::OK, &lines))
}

pub async fn summary(app: App, peer: Peer, query: Fields) -> Result<Response, ApiError> {
    let id: MatchId = query.id("matchID")?;
    let summary = app.summary(id)?;
    let first = app.store.newest(id, summary.seq, SUMMARY).await?;
    let events = OldEvents {
        store: app.store.clone(),
        id,
        after: first.saturating_sub(1),
        upto: summary.seq,
    };
    let state: Value = serde_json::from_str(summary.state.get()).unwrap_or_default();
    let setup = &summary.setup;
    let mut head = json!({
            "matchID": id,
            "tournamentID": setup.tournament.as_ref().map(|tournament| tournament.id),
            "sport": setup.sport,
            "equipeA": setup.sides.a.name,
            "equipeB": setup.sides.b.name,
            "status": summary.status.as_str(),
            "score": state["score"],
            "faults": state["fouls"],
            "timeouts": state["timeouts"],
    });
    if events.after > 0 {
        // Only the newest events follow; `/api/matches/ID/events` has the others.
        head["more"] = true.into();
    }
    let mut head = head.to_string().into_bytes();
    // The object goes on with its events.
    head.pop();
    head.extend_from_slice(br#","events":["#);
    let in_french = move |recorded: &Recorded| serde_json::to_vec(&line(id, recorded));
    events.answer(head, in_french, b"]}", &peer.place).await
}
