//! The REST resources under `/api`: venue, matches.

use std::time::SystemTime;

use serde_json::Value;
use serde_json::value::RawValue;
use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::auth::{Credentials, Role};
use super::classic;
use super::courts::handed_out;
use super::door::{Peer, room_for_answer};
use super::error::ApiError;
use super::old_events::OldEvents;
use super::reply::{self, Json};
use super::request::{Body, Fields};
use super::routes::call::Expected;
use super::running::{self, Corrected};
use super::wire::shapes::OneOrSeveral;
use super::wire::{
    self, AnswerJson, BackupsJson, BoxJson, ClockJson, CreatedMatchJson, EventJson, GuessingJson,
    MatchJson, RoomJson, SignedOnlyJson, SportProblemJson, VenueJson, WholeMatchJson,
    WholeVenueJson, timestamp,
};
use crate::backups::Place;
use crate::broker::{Answer, Publisher, Summary, Withdrawn};
use crate::clock::WallMs;
use crate::domain::{Assignment, Author, BySide, MatchId, Refusal, Seq, TournamentId};
use crate::organising::Pairing;
use crate::store::{DoneBy, MatchChange, Recorded};

/// The most events of one history request; who wants more asks again with `after`.
const EVENTS_PAGE: u64 = 1000;
/// The most that the answer to an event has beside the state.
const ANSWER_BYTES: usize = 256;
/// The most events in one array.
const PUBLISH_MAX: usize = 500;

pub async fn venue(
    app: App,
    who: Credentials,
    peer: Peer,
) -> Result<Json<WholeVenueJson<'static>>, ApiError> {
    let venue = app.store.venue();
    let shown = VenueJson {
        id: venue.id,
        name: &venue.name,
        open: app.access.is_open(),
    };
    let mut body = WholeVenueJson {
        venue: shown,
        time_zone: app.hall.plan_settings().await?.time_zone,
        version: env!("CARGO_PKG_VERSION"),
        addresses: app.location.all(&peer),
        sport_problems: None,
        r#box: None,
    };
    if !app.access.is_open() && !app.access.is_organiser(&who).await? {
        return Ok(reply::shown(StatusCode::OK, &body));
    }
    let (_, problems) = app.sports.current().await;
    let problems = problems.iter().map(|problem| SportProblemJson {
        file: &problem.file,
        reason: &problem.reason,
    });
    body.sport_problems = Some(problems.collect());
    let left_aside = app.broker.left_aside();
    body.r#box = Some(state_of_the_box(&app, &left_aside).await);
    Ok(reply::shown(StatusCode::OK, &body))
}

/// An organiser's device knows the time better than a box without a clock.
pub async fn set_clock(
    app: App,
    fields: Result<Fields, ApiError>,
) -> Result<Json<ClockJson>, ApiError> {
    let fields = fields?;
    let now: jiff::Timestamp = fields.text("now")?.parse().map_err(|_| {
        ApiError::bad_request(
            "bad_field",
            "“now” is a moment such as 2026-05-30T09:30:00Z",
        )
        .in_field("now")
    })?;
    app.clock.set(now.as_millisecond());
    app.hall.clock_was_set();
    tracing::info!("an organiser has set the clock to {now}");
    let now = timestamp(app.clock.now_ms());
    Ok(reply::shown(StatusCode::OK, &ClockJson { now }))
}

/// Allows or forbids secrets that others on the network can read.
pub async fn set_signed_only(
    app: App,
    fields: Result<Fields, ApiError>,
) -> Result<Json<SignedOnlyJson>, ApiError> {
    let on = fields?.flag("on")?;
    app.access.set_signed_only(on).await?;
    if app.access.is_signed_only() {
        app.broker.withdraw(Withdrawn::Readable).await;
    }
    tracing::info!("an organiser has set signed-only to {on}");
    Ok(reply::shown(StatusCode::OK, &SignedOnlyJson { on }))
}

/// What an organiser wants to know of the appliance.
async fn state_of_the_box<'a>(app: &App, left_aside: &'a [Summary]) -> BoxJson<'a> {
    let store = app.store.clone();
    let room = tokio::task::spawn_blocking(move || store.room()).await;
    let stats = app.broker.stats();
    let guessing = app.access.siege().map(|siege| GuessingJson {
        since: timestamp(app.clock.now_ms() - siege.since.as_millis() as WallMs),
        tries: siege.tries,
        networks: siege.networks,
    });
    BoxJson {
        fault: app.store.fault().map(|fault| fault.to_string()),
        watchers: stats.match_watchers + stats.venue_watchers,
        now: timestamp(app.clock.now_ms()),
        started_at: timestamp(app.started_at),
        signed_only: app.access.is_signed_only(),
        backups: app.backups.places().iter().map(backups_json).collect(),
        left_aside: left_aside.iter().map(MatchJson::from).collect(),
        guessing,
        room: room.ok().and_then(Result::ok).map(|room| RoomJson {
            free_bytes: room.free_bytes,
            total_bytes: room.total_bytes,
            database_bytes: room.database_bytes,
        }),
    }
}

fn backups_json(place: &Place) -> BackupsJson {
    let newest = place
        .newest
        .and_then(|moment| moment.duration_since(SystemTime::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_millis()).ok());
    BackupsJson {
        folder: place.folder.to_string_lossy().into_owned(),
        newest_at: newest.map(timestamp),
        count: place.count,
        problem: place.problem.clone(),
    }
}

pub async fn matches(app: App, query: Fields) -> Result<Json<Vec<MatchJson<'static>>>, ApiError> {
    let tournament = query.optional_id::<TournamentId>("tournamentID")?;
    let summaries = app.broker.summaries(tournament);
    let lines: Vec<MatchJson<'_>> = summaries.iter().map(MatchJson::from).collect();
    Ok(reply::shown(StatusCode::OK, &lines))
}

pub async fn match_by_id(app: App, id: String) -> Result<Json<WholeMatchJson<'static>>, ApiError> {
    shown(&app, id.parse()?).await
}

/// A match as it is now.
pub async fn shown(app: &App, id: MatchId) -> Result<Json<WholeMatchJson<'static>>, ApiError> {
    let summary = app.summary(id)?;
    let body = whole(app, &summary).await;
    let revision = summary.setup.revision;
    Ok(reply::revised(StatusCode::OK, &body, revision))
}

async fn current(app: App, id: MatchId) -> Result<Value, ApiError> {
    let summary = app.summary(id)?;
    Ok(serde_json::to_value(whole(&app, &summary).await).unwrap_or_default())
}

async fn whole<'a>(app: &App, summary: &'a Summary) -> WholeMatchJson<'a> {
    let (catalogue, _) = app.sports.current().await;
    let sport = catalogue.find(&summary.setup.sport).ok();
    WholeMatchJson::new(summary, sport.map(|sport| sport.guard_ms))
}

pub async fn create_match(
    app: App,
    peer: Peer,
    fields: Result<Fields, ApiError>,
) -> Result<Json<CreatedMatchJson<'static>>, ApiError> {
    let fields = fields?;
    let of: Option<TournamentId> = fields.optional_id("tournamentID")?;
    let sides = fields.object("sides")?;
    let new = Pairing {
        sides: BySide {
            a: sides.object("A")?.side()?,
            b: sides.object("B")?.side()?,
        },
        confirmed: fields.confirmed()?,
        court: fields.optional_id("courtID")?,
    };
    let choice = match of {
        Some(_) => fields.rules()?,
        None => fields.sport()?,
    };
    let created = app.hall.create_match(of, new, choice).await?;
    let id = created.summary.setup.id;
    let body = CreatedMatchJson {
        shown: MatchJson::from(&created.summary),
        watch_url: app.watch_url(&peer, id),
        secrets: handed_out(&app, &peer, Assignment::Match(id), created.handout),
    };
    Ok(reply::shown(StatusCode::CREATED, &body))
}

/// Changes who plays or where, and by which rules until it has begun; `"courtID": null` takes the match off its court.
pub async fn amend_match(
    app: App,
    id: String,
    Expected(seen): Expected,
    fields: Result<Fields, ApiError>,
) -> Result<Json<WholeMatchJson<'static>>, ApiError> {
    let id: MatchId = id.parse()?;
    app.summary(id)?;
    let fields = fields?;
    let known = ["sides", "confirm", "courtID", "sport", "variant", "rules"];
    fields.only(&known, &["courtID"])?;
    let mut change = MatchChange {
        confirmed: fields.confirmed()?,
        ..MatchChange::default()
    };
    if fields.has("sides") {
        let sides = fields.object("sides")?;
        sides.only(&["A", "B"], &[])?;
        let side = |name: &'static str| match sides.has(name) {
            true => sides.object(name)?.side().map(Some),
            false => Ok::<_, ApiError>(None),
        };
        change.sides = BySide {
            a: side("A")?,
            b: side("B")?,
        };
    }
    if fields.names("courtID") {
        change.court = Some(fields.optional_id("courtID")?);
    }
    let choice = fields.other_rules()?;
    let changed = app.hall.change_match(id, seen, change, choice).await;
    ApiError::of(changed, current(app.clone(), id)).await?;
    shown(&app, id).await
}

pub async fn delete_match(
    app: App,
    id: String,
    Expected(seen): Expected,
) -> Result<Response, ApiError> {
    let id = id.parse()?;
    let deleted = app.hall.delete_match(id, seen).await;
    ApiError::of(deleted, current(app, id)).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// Takes up a match that was left aside, because a start had ended over it.
pub async fn open_match(app: App, id: String) -> Result<Json<WholeMatchJson<'static>>, ApiError> {
    let id: MatchId = id.parse()?;
    app.summary(id)?;
    app.broker.open_left_aside(id).await?;
    shown(&app, id).await
}

pub async fn events(
    app: App,
    peer: Peer,
    id: String,
    query: Fields,
) -> Result<Json<Vec<EventJson<'static>>>, ApiError> {
    let id: MatchId = id.parse()?;
    let summary = app.summary(id)?;
    let after: Seq = match query.has("after") {
        true => query.text("after")?.parse().map_err(|_| bad_after())?,
        false => 0,
    };
    let events = OldEvents {
        store: app.store,
        id,
        after,
        upto: summary.seq.min(after.saturating_add(EVENTS_PAGE)),
    };
    let line = |recorded: &Recorded| serde_json::to_vec(&EventJson::from(recorded));
    let answer = events.answer(b"[".to_vec(), line, b"]", &peer.place);
    Ok(Json::encoded(answer.await?))
}

pub fn bad_after() -> ApiError {
    ApiError::bad_request("bad_field", "“after” is the seq of an event, or “now”").in_field("after")
}

/// Publishes one event or an array of them; the answer has the same shape.
///
/// An organiser's event that corrects a match of a draw is stored as a deed of the tournament, with what follows from it.
pub async fn publish(
    app: App,
    role: Role,
    peer: Peer,
    by: DoneBy,
    id: String,
    query: Fields,
    body: Result<Body, ApiError>,
) -> Result<Json<OneOrSeveral<AnswerJson<'static>>>, Response> {
    let told = ApiError::into_response;
    let id: MatchId = id.parse().map_err(|error| told(ApiError::from(error)))?;
    let body = body.map_err(told)?;
    // In an open venue nobody has logged in: a correction says that it is one. The rules take that for an organiser's, rate and
    // disk for anybody's.
    let corrects = app.access.is_open() && query.has("correction");
    let author = match role {
        _ if corrects => Author::Organiser,
        Role::Organiser(_) => Author::Organiser,
        Role::Referee(_) => Author::Referee,
    };
    let several = body.trim_ascii_start().first() == Some(&b'[');
    let texts: Vec<Box<RawValue>> = if several {
        serde_json::from_slice(&body).map_err(not_json)
    } else {
        serde_json::from_slice(&body)
            .map(|one| vec![one])
            .map_err(not_json)
    }
    .map_err(told)?;
    if texts.len() > PUBLISH_MAX {
        let message = format!("an array may have at most {PUBLISH_MAX} events");
        return Err(told(ApiError::bad_request("too_large", message)));
    }
    let publisher = Publisher {
        author,
        device: query.text("device").ok().map(Box::from),
        by: role.by(),
    };
    // What is published cannot be answered with `busy` any more.
    let each = app.summary(id).map_err(told)?.state.get().len() + ANSWER_BYTES;
    let room = room_for_answer(&peer.place, texts.len() * each).map_err(told)?;
    let corrects = author == Author::Organiser && app.is_of_a_fixture(id);
    let answers = if corrects {
        in_turn(&app, id, &publisher, &peer, texts, by).await?
    } else {
        let parsed = texts.iter();
        let parsed = parsed.map(|text| peer.place.allow(classic::event(id, text.get())));
        let published = app.broker.publish(id, publisher, parsed.collect()).await;
        published.map_err(|error| told(error.into()))?
    };
    // As they are encoded: read as JSON and written again, the state would have its fields in another order.
    let mut text = answers
        .iter()
        .map(wire::answer)
        .collect::<Vec<_>>()
        .join(",");
    if body.trim_ascii_start().first() == Some(&b'[') {
        text = format!("[{text}]");
    }
    let mut response = reply::with_type(StatusCode::OK, "application/json", text);
    if let Some(room) = room {
        response.extensions_mut().insert(room);
    }
    Ok(Json::encoded(response))
}

/// Takes an organiser's events one by one: each may be a correction. What follows from the first is asked before anything is
/// stored; an event in a row from which something follows is refused in its place, with all behind it.
async fn in_turn(
    app: &App,
    id: MatchId,
    publisher: &Publisher,
    peer: &Peer,
    texts: Vec<Box<RawValue>>,
    by: DoneBy,
) -> Result<Vec<Answer>, Response> {
    let mut answers = Vec::with_capacity(texts.len());
    for text in texts {
        match running::correct(app, id, &text, by.clone()).await {
            Ok(Corrected::Stored(answer) | Corrected::Refused(answer)) => answers.push(answer),
            Ok(Corrected::Plain) => {
                let event = peer.place.allow(classic::event(id, text.get()));
                let published = app.broker.publish(id, publisher.clone(), vec![event]).await;
                answers.extend(published.map_err(|error| ApiError::from(error).into_response())?);
            }
            Err(refusal) if answers.is_empty() => return Err(refusal),
            Err(_) => {
                let message =
                    "other matches change with this event: send it alone, and look at the effects";
                let state = app.summary(id).map_err(ApiError::into_response)?.state;
                answers.push(Answer {
                    id: None,
                    outcome: Err(Refusal::BadEvent(message.to_owned())),
                    state,
                });
                break;
            }
        }
    }
    Ok(answers)
}

fn not_json(error: impl std::fmt::Display) -> ApiError {
    ApiError::bad_request("bad_json", format!("this is not JSON: {error}"))
}
