//! Corrections of matches: a preview, and an organiser's event with what follows from it.

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use warp::http::StatusCode;
use warp::reply::Response;

use crate::broker::{Accepted, Answer};
use crate::domain::{EventId, MatchId};
use crate::http::app::App;
use crate::http::classic;
use crate::http::error::ApiError;
use crate::http::reply::{self, Json};
use crate::http::request::{self, Fields};
use crate::http::wire::running::{ConsequencesJson, RefusedWithEffectsJson};
use crate::organising::{Correction, Refused};
use crate::store::DoneBy;

/// The effects of a correcting event, which is not stored.
pub async fn preview(
    app: App,
    id: String,
    fields: Result<Fields, ApiError>,
) -> Result<Json<ConsequencesJson>, ApiError> {
    let id: MatchId = id.parse()?;
    app.summary(id)?;
    let event = fields?.into_text();
    let event = own_spelling(id, &event)?;
    let found = app.hall.preview(id, &event).await?;
    let body = found
        .as_ref()
        .map_or_else(ConsequencesJson::none, ConsequencesJson::from);
    Ok(reply::shown(StatusCode::OK, &body))
}

/// The fate of an organiser's event.
pub enum Corrected {
    /// It is stored, as a deed of its tournament.
    Stored(Answer),
    /// It corrects nothing: it is published like a referee's.
    Plain,
    /// The rules refuse it, as they would refuse a referee's.
    Refused(Answer),
}

/// Takes an organiser's event as a correction, if it is one. `text` may have `accept` beside what an event has.
pub async fn correct(
    app: &App,
    id: MatchId,
    text: &RawValue,
    by: DoneBy,
) -> Result<Corrected, Response> {
    let told = |error: ApiError| error.into_response();
    let of_fixture = app
        .broker
        .summary(id)
        .is_some_and(|summary| summary.setup.fixture.is_some());
    if !of_fixture {
        return Ok(Corrected::Plain);
    }
    let (event, accept) = without_accept(text).map_err(told)?;
    let Ok(event) = own_spelling(id, &event) else {
        // Told in its place, as any event that cannot be read.
        return Ok(Corrected::Plain);
    };
    let corrected = app.hall.correct(id, Correction { event, accept }, by).await;
    match corrected {
        Ok(None) => Ok(Corrected::Plain),
        Ok(Some(stored)) => Ok(Corrected::Stored(Answer {
            id: Some(stored.id),
            outcome: Ok(Accepted {
                seq: stored.seq,
                duplicate: stored.duplicate,
            }),
            state: stored.state,
        })),
        Err(Refused::Event(refusal)) => {
            let summary = app.summary(id).map_err(told)?;
            Ok(Corrected::Refused(Answer {
                id: given_id(text),
                outcome: Err(refusal),
                state: summary.state,
            }))
        }
        Err(refused) => Err(refusal(refused)),
    }
}

fn given_id(text: &RawValue) -> Option<EventId> {
    let event: Value = serde_json::from_str(text.get()).ok()?;
    EventId::new(event.get("id")?.as_str()?)
}

/// The event in today's words, whichever spelling it came in.
fn own_spelling(id: MatchId, event: &str) -> Result<String, ApiError> {
    let read = classic::event(id, event);
    let read = read.map_err(|unreadable| Refused::Event(unreadable.refusal))?;
    Ok(read.body().to_owned())
}

fn without_accept(
    text: &RawValue,
) -> Result<(String, Option<crate::organising::Accept>), ApiError> {
    let Ok(mut event) = serde_json::from_str::<Map<String, Value>>(text.get()) else {
        return Ok((text.get().to_owned(), None));
    };
    let Some(accept) = event.remove("accept") else {
        return Ok((text.get().to_owned(), None));
    };
    let accept = request::accept_from(&accept)?;
    Ok((Value::Object(event).to_string(), Some(accept)))
}

/// A refusal with the effects that have to be seen first, where these are the reason.
pub fn refusal(refused: Refused) -> Response {
    match refused {
        Refused::Consequences(found) => {
            let message = Refused::Consequences(found.clone()).to_string();
            let body = RefusedWithEffectsJson::new(&found, message);
            reply::json(StatusCode::CONFLICT, &body)
        }
        refused => ApiError::from(refused).into_response(),
    }
}
