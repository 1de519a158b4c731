//! The one table of routes, and the way of a request through it.
//!
//! An operation is said once, as a value: method, path, who may, query, body, answer and handler (`route`). Everything that
//! has to know of routes reads the table: which handler is asked, with which right and how much of a body; `Allow`, `HEAD`,
//! 405; what pages of other sites may do (`door/origin`); the description of the API (`openapi`); and the tests of rights.
//! warp hands every request over with its parts, and does not know one path.

pub mod call;
mod courts;
mod live;
mod matches;
mod pages;
mod plan;
mod referees;
pub mod route;
mod running;
mod screens;
mod sessions;
mod tournaments;
mod venue;

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use hyper::upgrade::OnUpgrade;
use warp::filters::path::FullPath;
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use warp::reply::Response;
use warp::{Filter, Rejection};

use super::app::App;
use super::assets::Asset;
use super::auth::{Access, Right, Role};
use super::classic;
use super::creating;
use super::door::{AddressRules, Peer, Routes, require_room_for_answers};
use super::error::ApiError;
use super::openapi;
use super::request;
use super::secure::Proven;
use crate::clock::Clock;
use crate::domain::MatchId;

pub use route::May;

use call::{Call, Chunks, chunks};
use route::{Route, Takes};

/// Every operation of the server.
static TABLE: LazyLock<Vec<Route>> = LazyLock::new(|| {
    [
        classic::routes(),
        live::routes(),
        sessions::routes(),
        venue::routes(),
        tournaments::routes(),
        running::routes(),
        courts::routes(),
        matches::routes(),
        plan::routes(),
        referees::routes(),
        screens::routes(),
        pages::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// The answer of `/api/openapi.json`.
static DESCRIPTION: LazyLock<Asset> = LazyLock::new(|| openapi::description(TABLE.iter()));

/// An operation as tests name it, which try each.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    pub may: May,
}

/// Every operation that there is.
pub fn operations() -> impl Iterator<Item = Operation> {
    TABLE.iter().map(|route| Operation {
        method: route.method.clone(),
        path: route.path,
        may: route.may,
    })
}

/// The server's routes, and what the door has to know of them.
///
/// # Panics
///
/// A handler asks for a body or a parameter that its route has not: a mistake in the table, which every start would show.
pub fn routes(app: App) -> Routes {
    assert!(
        TABLE.iter().all(Route::is_sound),
        "a handler asks for what its route has not"
    );
    let access = app.access.clone();
    let app = Arc::new(app);
    let raw_query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let filter = warp::method()
        .and(warp::path::full())
        .and(raw_query)
        .and(warp::header::headers_cloned())
        .and(warp::ext::get::<Peer>())
        .and(warp::ext::optional::<Proven>())
        .and(warp::ext::optional::<OnUpgrade>())
        .and(warp::body::stream())
        .then(
            move |method: Method,
                  path: FullPath,
                  raw_query,
                  headers: HeaderMap,
                  peer,
                  proven,
                  upgrade,
                  body| {
                let call = Call {
                    app: App::clone(&app),
                    peer,
                    headers,
                    raw_query,
                    proven,
                    upgrade,
                    parameter: None,
                    body: None,
                    role: None,
                };
                answer(method, path, call, chunks(body))
            },
        )
        .recover(|rejection: Rejection| async move { Ok::<_, Infallible>(unreadable(&rejection)) })
        .unify()
        .boxed();
    Routes {
        filter,
        rules_of: rules,
        methods_of: Arc::new(move |path| allow(&there(path, &access))),
    }
}

/// The operations at an address, each with the parameter that the address has for it.
fn at(path: &str) -> Vec<(&'static Route, Option<&str>)> {
    let fits = |route: &'static Route| Some((route, route.fits(path)?));
    TABLE.iter().filter_map(fits).collect()
}

/// The door's view of an address.
fn rules(path: &str) -> AddressRules {
    let here = at(path);
    let any = |says: fn(&Route) -> bool| here.iter().any(|(route, _)| says(route));
    AddressRules {
        get_writes: any(Route::is_get_that_writes),
        for_own_pages: any(|route| route.for_own_pages),
        for_boards: any(|route| route.for_boards),
    }
}

/// The same without those that are only there in an open venue, where this is none.
fn there<'a>(path: &'a str, access: &Access) -> Vec<(&'static Route, Option<&'a str>)> {
    let mut here = at(path);
    here.retain(|(route, _)| access.is_open() || route.may != May::AnybodyWhereOpen);
    here
}

async fn answer(method: Method, path: FullPath, call: Call, body: Chunks) -> Response {
    let here = there(path.as_str(), &call.app.access);
    let Some((route, parameter)) = here.iter().find(|(route, _)| route.answers(&method)) else {
        return nothing_here(&method, path.as_str(), &here);
    };
    let call = Call {
        parameter: parameter.map(str::to_owned),
        ..call
    };
    let clock = call.app.clock.clone();
    let mut response = match admit(route, call, body).await {
        Ok(call) => route.handle(call).await,
        Err(error) => error.into_response(),
    };
    if let Some(date) = date(&clock) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// The `Date` of a response by the clock that an organiser has put right: pages reckon by it how far they are from what is stamped
/// here. Otherwise the system's date is right.
fn date(clock: &Clock) -> Option<HeaderValue> {
    if !clock.is_corrected() {
        return None;
    }
    let now = jiff::Timestamp::from_millisecond(clock.now_ms()).ok()?;
    let text = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    HeaderValue::try_from(text.ok()?).ok()
}

/// Says why no operation at an address answers a method.
fn nothing_here(method: &Method, path: &str, here: &[(&Route, Option<&str>)]) -> Response {
    let Some(methods) = allow(here) else {
        let message = "there is nothing at this address";
        return ApiError::new(StatusCode::NOT_FOUND, "not_found", message).into_response();
    };
    let mut anywhere = at(path).into_iter();
    let message = if anywhere.any(|(route, _)| route.answers(method)) {
        "creating with GET works in the open mode only; use POST"
    } else {
        "this address does not take this method"
    };
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let mut response = ApiError::new(status, "method_not_allowed", message).into_response();
    response.headers_mut().insert(header::ALLOW, methods);
    response
}

/// The methods of these operations, as `Allow` names them.
fn allow(here: &[(&Route, Option<&str>)]) -> Option<HeaderValue> {
    let mut methods: Vec<&str> = here
        .iter()
        .map(|(route, _)| route.method.as_str())
        .collect();
    if here.iter().any(|(route, _)| route.has_head()) {
        methods.push(Method::HEAD.as_str());
    }
    let methods = methods.join(", ");
    HeaderValue::try_from(methods)
        .ok()
        .filter(|methods| !methods.is_empty())
}

/// Lets a request through that has the right which its route asks for, with as much of its body as it may send.
async fn admit(route: &Route, mut call: Call, body: Chunks) -> Result<Call, ApiError> {
    let limit = match route.takes {
        Takes::Nothing => None,
        Takes::Json { limit_bytes, .. } => Some(limit_bytes),
    };
    let mut right = role(route.may, &call).await;
    // Events know by themselves how long the answer to them will be.
    if route.may == May::Organise && limit.is_some_and(|limit| limit > request::SMALL_BODY_BYTES) {
        let room = require_room_for_answers(&call.peer.place);
        right = right.and_then(|role| room.map(|()| role));
    }
    if right.is_err() && limit.is_some() {
        // The client may still be sending, and hears of the refusal only if the rest is taken, too.
        call.peer.unread.store(true, Ordering::Relaxed);
    }
    call.role = right?;
    if let Some(limit) = limit {
        call.body = Some(request::read(body, &call.peer, Ok(limit)).await);
        // Asked again: the body may have come slowly, and the right may have been withdrawn meanwhile.
        call.role = role(route.may, &call).await?;
    }
    if route.creates {
        creating::allow(&call)?;
    }
    Ok(call)
}

/// The role in which a request may do what it wants; `None` where everybody may.
async fn role(may: May, call: &Call) -> Result<Option<Role>, ApiError> {
    let right = match may {
        May::Anybody | May::AnybodyWhereOpen | May::Referee => return Ok(None),
        May::Oversee => Right::Oversee,
        May::Organise => Right::Organise,
        May::Publish => {
            let id: MatchId = call.parameter.as_deref().unwrap_or_default().parse()?;
            call.app.summary(id)?;
            Right::Publish(id)
        }
    };
    let role = call.app.access.require(&call.credentials(), right).await?;
    Ok(Some(role))
}

/// A request that warp hands over without its connection, which would be a mistake of ours.
fn unreadable(rejection: &Rejection) -> Response {
    tracing::error!("{rejection:?}");
    let message = "something went wrong here; the server's log says what";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_operation_is_there_twice_and_no_two_templates_take_one_path() {
        let mut seen = HashSet::new();
        for route in &*TABLE {
            let example = route.path.replace(['{', '}', '*'], "");
            let here = at(&example);
            let templates: HashSet<&str> = here.iter().map(|(route, _)| route.path).collect();
            assert_eq!(templates.len(), 1, "{templates:?}");
            assert!(
                seen.insert((&route.method, route.path)),
                "{} {}",
                route.method,
                route.path
            );
        }
        assert!(seen.len() > 60, "{}", seen.len());
    }

    #[test]
    fn a_handler_finds_what_it_asks_for() {
        for route in &*TABLE {
            assert!(route.is_sound(), "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn nobody_without_a_right_sends_a_large_body() {
        for route in &*TABLE {
            if let Takes::Json { limit_bytes, .. } = route.takes {
                let small = limit_bytes <= request::SMALL_BODY_BYTES;
                let judged = matches!(route.may, May::Organise | May::Publish);
                assert!(small || judged, "{} {}", route.method, route.path);
            }
        }
    }

    #[test]
    fn what_answers_that_something_was_created_is_bounded_for_strangers_in_an_open_venue() {
        let made = |route: &&Route| {
            let of_api = matches!(route.gives, route::Gives::Json { status: 201, .. });
            of_api && route.may == May::Organise && matches!(route.takes, Takes::Json { .. })
        };
        for route in TABLE.iter().filter(made) {
            assert!(route.creates, "{} {}", route.method, route.path);
        }
        for route in TABLE
            .iter()
            .filter(|route| route.path.starts_with("/create-"))
        {
            assert!(route.creates, "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn everything_under_api_is_described() {
        for route in TABLE.iter().filter(|route| route.path.starts_with("/api/")) {
            let told = !route.does.is_empty() && !matches!(route.gives, route::Gives::Undescribed);
            assert!(told, "{} {}", route.method, route.path);
        }
    }
}
