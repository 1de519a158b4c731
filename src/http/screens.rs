//! TVs without a mouse: each shows a short code, and an organiser says by that code what it is to show.
//!
//! A TV asks every few seconds. One that nobody has adopted is only remembered while it asks, so that no stranger can
//! fill the disk; an adopted one is in the database and finds its orders again whichever side was restarted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::auth::{Credentials, Right};
use super::door::Peer;
use super::error::ApiError;
use super::reply;
use super::request::Fields;
use super::wire::timestamp;
use crate::clock::WallMs;
use crate::store::Screen;

/// More TVs than any hall has; the one that was silent for longest makes room.
const SEEN_MAX: usize = 64;
/// A TV asks every four seconds; one that has been silent for this long is off.
const OFF_AFTER_MS: WallMs = 15_000;
/// Random hexadecimal digits of a TV's own id.
const ID_LENGTH: usize = 32;
/// The longest query that a screen may be told.
const SHOWS_MAX_CHARS: usize = 500;
/// Letters that cannot be mixed up and spell no words.
const CODE_ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const CODE_LETTERS: usize = 4;

/// When each TV last asked. Cheap to clone.
#[derive(Clone, Default)]
pub struct WaitingScreens(Arc<Mutex<HashMap<String, WallMs>>>);

impl WaitingScreens {
    fn seen(&self) -> MutexGuard<'_, HashMap<String, WallMs>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, id: &str, now: WallMs) {
        let mut seen = self.seen();
        if seen.len() >= SEEN_MAX && !seen.contains_key(id) {
            let longest = seen.iter().min_by_key(|(_, at)| **at);
            if let Some(silent) = longest.map(|(id, _)| id.clone()) {
                seen.remove(&silent);
            }
        }
        seen.insert(id.to_owned(), now);
    }
}

/// What a TV shows until it is adopted: always the same for the same TV.
fn code(id: &str) -> String {
    Sha256::digest(id)
        .iter()
        .take(CODE_LETTERS)
        .map(|byte| char::from(CODE_ALPHABET[usize::from(*byte) % CODE_ALPHABET.len()]))
        .collect()
}

/// A TV says that it is there, and learns what to show.
pub async fn ask(
    app: App,
    _peer: Peer,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    let fields = fields?;
    let id = fields.text("id")?;
    if id.len() != ID_LENGTH || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = "“id” is 32 hexadecimal digits that the TV made up";
        return Err(ApiError::bad_request("bad_id", message).in_field("id"));
    }
    app.waiting.note(id, app.clock.now_ms());
    let kept = app.store.screen(id.to_owned()).await?;
    let (name, shows) = kept.map_or((None, None), |kept| (kept.name, Some(kept.shows)));
    Ok(reply::json(
        StatusCode::OK,
        &json!({ "code": code(id), "name": name, "shows": shows }),
    ))
}

/// Every TV that is adopted, and every one that waits to be.
pub async fn list(app: App, who: Credentials) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Oversee).await?;
    let kept = app.store.screens().await?;
    let now = app.clock.now_ms();
    let seen = app.waiting.seen().clone();
    let waits = |(id, at): &(&String, &WallMs)| {
        (now - **at).abs() <= OFF_AFTER_MS && !kept.iter().any(|screen| screen.id == **id)
    };
    let mut waiting: Vec<_> = seen.iter().filter(waits).collect();
    waiting.sort();
    let lines: Vec<Value> = kept
        .iter()
        .map(|screen| told(screen, true, seen.get(&screen.id).copied(), now))
        .chain(waiting.into_iter().map(|(id, at)| {
            let new = Screen {
                id: id.clone(),
                name: None,
                shows: String::new(),
            };
            told(&new, false, Some(*at), now)
        }))
        .collect();
    Ok(reply::json(StatusCode::OK, &lines))
}

fn told(screen: &Screen, adopted: bool, seen: Option<WallMs>, now: WallMs) -> Value {
    json!({
        "code": code(&screen.id),
        "name": screen.name,
        "shows": adopted.then_some(&screen.shows),
        "on": seen.is_some_and(|at| (now - at).abs() <= OFF_AFTER_MS),
        "seenAt": seen.map(timestamp),
    })
}

/// Adopts a TV, or gives it new orders.
pub async fn direct(
    app: App,
    who: Credentials,
    wanted: String,
    fields: Result<Fields, ApiError>,
) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    let fields = fields?;
    let known = find(&app, &wanted).await?;
    let shows = match fields.has("shows") {
        true => fields.text("shows")?.trim_start_matches('?').to_owned(),
        false => known.shows,
    };
    if shows.chars().count() > SHOWS_MAX_CHARS || shows.chars().any(char::is_control) {
        let message = "“shows” is the query of a /tv address, at most 500 characters";
        return Err(ApiError::bad_request("bad_field", message).in_field("shows"));
    }
    let name = match (fields.names("name"), fields.has("name")) {
        (true, true) => Some(fields.name("name")?),
        (true, false) => None,
        _ => known.name,
    };
    let id = known.id;
    let kept = app.store.keep_screen(Screen { id, name, shows }).await?;
    let now = app.clock.now_ms();
    let seen = app.waiting.seen().get(&kept.id).copied();
    Ok(reply::json(StatusCode::OK, &told(&kept, true, seen, now)))
}

/// Lets a TV go: it shows its code again.
pub async fn release(app: App, who: Credentials, wanted: String) -> Result<Response, ApiError> {
    app.access.require(&who, Right::Organise).await?;
    let id = find(&app, &wanted).await?.id;
    app.store.delete_screen(id).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

async fn find(app: &App, wanted: &str) -> Result<Screen, ApiError> {
    let wanted = wanted.to_ascii_uppercase();
    let kept = app.store.screens().await?;
    if let Some(screen) = kept.into_iter().find(|screen| code(&screen.id) == wanted) {
        return Ok(screen);
    }
    let seen = app.waiting.seen();
    let waiting = seen.keys().find(|id| code(id) == wanted);
    let new = |id: &String| Screen {
        id: id.clone(),
        name: None,
        shows: String::new(),
    };
    waiting.map(new).ok_or_else(|| {
        let message = "no screen shows this code now; open /tv on it and try again";
        ApiError::new(StatusCode::NOT_FOUND, "not_found", message)
    })
}
