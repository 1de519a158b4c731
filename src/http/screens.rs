//! TVs without a mouse: each shows a short code, and an organiser says by that code what it is to show.
//!
//! A TV asks every few seconds. One that nobody has adopted is only remembered while it asks, so that no stranger can
//! fill the disk; an adopted one is in the database and finds its orders again whichever side was restarted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use warp::http::StatusCode;
use warp::reply::Response;

use super::app::App;
use super::door::{Counted, Peer};
use super::error::ApiError;
use super::reply::{self, Json};
use super::request::Fields;
use super::wire::{ScreenJson, ScreenOrdersJson, timestamp};
use crate::clock::WallMs;
use crate::store::Screen;

/// TVs that wait to be adopted: more than any hall has. The box itself, which may be a proxy, has room for all; some of it is kept
/// for its own screen.
const WAITING_MAX: usize = 64;
const OF_STRANGERS_MAX: usize = 60;
/// Those of one address, and of a link.
const OF_ADDRESS_MAX: usize = 4;
const OF_LINK_MAX: usize = 32;
/// A TV asks every four seconds; one that has been silent for this long is off.
const OFF_AFTER_MS: WallMs = 15_000;
/// Random hexadecimal digits of a TV's own id.
const ID_LENGTH: usize = 32;
/// The longest query that a screen may be told.
const SHOWS_MAX_CHARS: usize = 500;
/// Letters that cannot be mixed up and spell no words.
const CODE_ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const CODE_LETTERS: usize = 4;

/// The TVs that ask. Cheap to clone.
#[derive(Clone, Default)]
pub struct WaitingScreens(Arc<Mutex<HashMap<String, Seen>>>);

/// When a TV last asked, and from where.
#[derive(Clone)]
struct Seen {
    at: WallMs,
    address: IpAddr,
    counted: Counted,
    adopted: bool,
}

impl Seen {
    fn is_on(&self, now: WallMs) -> bool {
        (now - self.at).abs() <= OFF_AFTER_MS
    }
}

impl WaitingScreens {
    fn seen(&self) -> MutexGuard<'_, HashMap<String, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a TV. A stranger finds no place where too many wait already: none that still asks is forgotten.
    fn note(&self, id: &str, new: Seen) -> Result<(), ApiError> {
        let mut seen = self.seen();
        let now = new.at;
        let known = seen.get(id).is_some_and(|before| before.is_on(now));
        if !new.adopted && !known {
            seen.retain(|_, other| other.adopted || other.is_on(now));
            require_place(&seen, new.counted)?;
        }
        seen.insert(id.to_owned(), new);
        Ok(())
    }
}

/// Refuses a newcomer for whom there is no place beside those who wait.
fn require_place(seen: &HashMap<String, Seen>, of: Counted) -> Result<(), ApiError> {
    let waiting = || seen.values().filter(|other| !other.adopted);
    let (all, is_the_box) = (waiting().count(), of.is_the_box());
    let strangers = waiting().filter(|other| !other.counted.is_the_box());
    if all >= WAITING_MAX || (!is_the_box && strangers.count() >= OF_STRANGERS_MAX) {
        let message = "too many TVs wait to be adopted; adopt or close some of them";
        return Err(too_many(StatusCode::SERVICE_UNAVAILABLE, message));
    }
    let link = of.link();
    let of_network = waiting().filter(|other| other.counted.network == of.network);
    let of_link = waiting().filter(|other| link.is_some() && other.counted.link() == link);
    let has_its_share = of_network.count() >= OF_ADDRESS_MAX || of_link.count() >= OF_LINK_MAX;
    if !is_the_box && has_its_share {
        let message = "too many TVs of this address wait to be adopted; adopt or close one of them";
        return Err(too_many(StatusCode::TOO_MANY_REQUESTS, message));
    }
    Ok(())
}

fn too_many(status: StatusCode, message: &str) -> ApiError {
    ApiError {
        retry_after_seconds: Some(15),
        ..ApiError::new(status, "too_many_screens", message)
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
    peer: Peer,
    fields: Result<Fields, ApiError>,
) -> Result<Json<ScreenOrdersJson>, ApiError> {
    let fields = fields?;
    let id = fields.text("id")?;
    if id.len() != ID_LENGTH || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = "“id” is 32 hexadecimal digits that the TV made up";
        return Err(ApiError::bad_request("bad_id", message).in_field("id"));
    }
    let kept = app.store.screen(id.to_owned()).await?;
    let seen = Seen {
        at: app.clock.now_ms(),
        address: peer.address.ip().to_canonical(),
        counted: peer.place.counted(),
        adopted: kept.is_some(),
    };
    app.waiting.note(id, seen)?;
    let (name, shows) = kept.map_or((None, None), |kept| (kept.name, Some(kept.shows)));
    let code = code(id);
    let orders = ScreenOrdersJson { code, name, shows };
    Ok(reply::shown(StatusCode::OK, &orders))
}

/// Every TV that is adopted, and every one that waits to be.
pub async fn list(app: App) -> Result<Json<Vec<ScreenJson>>, ApiError> {
    let kept = app.store.screens().await?;
    let now = app.clock.now_ms();
    let seen = app.waiting.seen().clone();
    let waits = |(id, seen): &(&String, &Seen)| {
        seen.is_on(now) && !kept.iter().any(|screen| screen.id == **id)
    };
    let mut waiting: Vec<_> = seen.iter().filter(waits).collect();
    waiting.sort_by_key(|(id, _)| *id);
    let lines: Vec<ScreenJson> = kept
        .iter()
        .map(|screen| told(screen, true, seen.get(&screen.id), now))
        .chain(waiting.into_iter().map(|(id, seen)| {
            let new = Screen {
                id: id.clone(),
                name: None,
                shows: String::new(),
            };
            told(&new, false, Some(seen), now)
        }))
        .collect();
    Ok(reply::shown(StatusCode::OK, &lines))
}

fn told(screen: &Screen, adopted: bool, seen: Option<&Seen>, now: WallMs) -> ScreenJson {
    ScreenJson {
        code: code(&screen.id),
        name: screen.name.clone(),
        shows: adopted.then(|| screen.shows.clone()),
        on: seen.is_some_and(|seen| seen.is_on(now)),
        seen_at: seen.map(|seen| timestamp(seen.at)),
        address: seen.map(|seen| seen.address),
    }
}

/// Adopts a TV, or gives it new orders.
pub async fn direct(
    app: App,
    wanted: String,
    fields: Result<Fields, ApiError>,
) -> Result<Json<ScreenJson>, ApiError> {
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
    let mut all = app.waiting.seen();
    if let Some(seen) = all.get_mut(&kept.id) {
        seen.adopted = true;
    }
    let seen = all.get(&kept.id);
    Ok(reply::shown(StatusCode::OK, &told(&kept, true, seen, now)))
}

/// Lets a TV go: it shows its code again.
pub async fn release(app: App, wanted: String) -> Result<Response, ApiError> {
    let id = find(&app, &wanted).await?.id;
    app.store.delete_screen(id.clone()).await?;
    // If it still asks, it asks anew.
    app.waiting.seen().remove(&id);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::door::network_of;

    fn seen(address: &str, at: WallMs) -> Seen {
        let address: IpAddr = address.parse().unwrap();
        Seen {
            at,
            address,
            counted: network_of(address, &[]),
            adopted: false,
        }
    }

    #[test]
    fn made_up_tvs_do_not_push_a_true_one_off_the_list() {
        let waiting = WaitingScreens::default();
        waiting.note("true", seen("10.0.0.1", 0)).unwrap();
        let mut refused = Vec::new();
        for number in 0..200 {
            let address = format!("10.0.1.{}", number / 5);
            let asked = waiting.note(&number.to_string(), seen(&address, 1_000));
            refused.extend(asked.err().map(|error| error.status.as_u16()));
        }
        assert_eq!(waiting.seen().len(), OF_STRANGERS_MAX);
        assert!(waiting.seen().contains_key("true"));
        assert!(refused.contains(&429) && refused.contains(&503));
        waiting.note("own", seen("127.0.0.1", 1_000)).unwrap();
        waiting.note("true", seen("10.0.0.1", 4_000)).unwrap();
        let adopted = Seen {
            adopted: true,
            ..seen("10.0.1.1", 4_000)
        };
        waiting.note("adopted", adopted).unwrap();
        // Once the others are silent there is room.
        let later = 2_000 + OFF_AFTER_MS;
        waiting.note("new", seen("10.0.1.1", later)).unwrap();
        assert!(waiting.seen().contains_key("true"));
        assert!(!waiting.seen().contains_key("0"));
    }
    #[test]
    fn made_up_tvs_of_one_link_leave_room_for_others() {
        let waiting = WaitingScreens::default();
        let noted = (1..100).filter(|last| {
            let of_link = seen(&format!("fe80::{last:x}"), 0);
            waiting.note(&last.to_string(), of_link).is_ok()
        });
        assert_eq!(noted.count(), OF_LINK_MAX);
        waiting.note("true", seen("10.0.0.1", 0)).unwrap();
    }
}
