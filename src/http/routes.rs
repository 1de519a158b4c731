//! Which request goes where: every route as a warp filter, grouped as the files of this folder are.

mod resources;

use std::convert::Infallible;
use std::sync::Arc;

use warp::filters::BoxedFilter;
use warp::http::{HeaderMap, StatusCode};
use warp::reject::{InvalidQuery, MethodNotAllowed};
use warp::reply::Response;
use warp::{Filter, Rejection};

use super::app::App;
use super::auth::{Credentials, Right, Visitor};
use super::classic::{self, Style};
use super::door::Peer;
use super::error::ApiError;
use super::request::{self, Fields, Query};
use super::secure::Proven;
use super::{api, assets, feeds, openapi, sports, venue};

/// All routes of the server.
pub fn routes(app: App) -> BoxedFilter<(Response,)> {
    let app = Arc::new(app);
    first_of([
        classic_routes(&app),
        stream_routes(&app),
        resources::sessions(&app),
        resources::exchanges(&app),
        resources::tournaments(&app),
        resources::teams(&app),
        resources::screens(&app),
        resources::matches(&app),
        resources::courts(&app),
        resources::referees(&app),
        venue_routes(&app),
        page_routes(),
    ])
    .recover(|rejection: Rejection| async move { Ok::<_, Infallible>(rejected(&rejection)) })
    .unify()
    .boxed()
}

/// The first of these routes that takes a request. Each is in a box of its own: the types of filters that hold each
/// other grow with every route, and with them the time to compile them.
fn first_of(
    routes: impl IntoIterator<Item = BoxedFilter<(Response,)>>,
) -> BoxedFilter<(Response,)> {
    let none = warp::any().and_then(|| async { Err(warp::reject::not_found()) });
    routes
        .into_iter()
        .fold(none.boxed(), |before, next| before.or(next).unify().boxed())
}

fn with(app: &Arc<App>) -> impl Filter<Extract = (App,), Error = Infallible> + Clone + use<> {
    let app = app.clone();
    warp::any().map(move || App::clone(&app))
}

fn credentials() -> impl Filter<Extract = (Credentials,), Error = Infallible> + Copy {
    warp::header::headers_cloned()
        .and(warp::ext::optional::<Proven>())
        .map(|headers: HeaderMap, proven: Option<Proven>| {
            proven.map_or_else(
                || Credentials::from_headers(&headers),
                Credentials::from_proof,
            )
        })
}

fn visitor() -> impl Filter<Extract = (Visitor,), Error = Rejection> + Copy {
    warp::header::headers_cloned()
        .and(peer())
        .map(|headers: HeaderMap, peer: Peer| Visitor::new(&headers, &peer))
}

fn peer() -> impl Filter<Extract = (Peer,), Error = Rejection> + Copy {
    warp::ext::get::<Peer>()
}

fn query() -> impl Filter<Extract = (Fields,), Error = Rejection> + Copy {
    warp::query::<Query>().map(Fields::from_query)
}

/// The fields of a small body, which anybody may send.
fn small_json() -> impl Filter<Extract = (Result<Fields, ApiError>,), Error = Rejection> + Copy {
    peer()
        .and(warp::body::stream())
        .then(|peer: Peer, stream| async move {
            let body = request::read(stream, &peer, Ok(request::SMALL_BODY_BYTES)).await;
            body.and_then(Fields::from_json)
        })
}

/// The credentials and the fields of an organiser. Nobody else's body is read.
fn organisers_json(
    app: &Arc<App>,
) -> impl Filter<Extract = (Credentials, Result<Fields, ApiError>), Error = Rejection> + Clone + use<>
{
    with(app)
        .and(credentials())
        .and(peer())
        .and(warp::body::stream())
        .then(
            |app: App, who: Credentials, peer: Peer, stream| async move {
                let right = app.access.require(&who, Right::Organise).await;
                let limit = right.map(|_| request::LARGE_BODY_BYTES);
                let body = request::read(stream, &peer, limit).await;
                (who, body.and_then(Fields::from_json))
            },
        )
        .untuple_one()
}

fn query_as_fields() -> impl Filter<Extract = (Result<Fields, ApiError>,), Error = Rejection> + Copy
{
    query().map(Ok)
}

fn answer(result: Result<Response, ApiError>) -> Response {
    result.unwrap_or_else(ApiError::into_response)
}

fn classic_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let tournament = warp::path!("create-tournament").and(with(app));
    let new_match = warp::path!("create-match").and(with(app)).and(peer());
    let style = |style| warp::any().map(move || style);
    let post_tournament = tournament
        .clone()
        .and(warp::post())
        .and(organisers_json(app))
        .and(style(Style::Json))
        .then(classic::create_tournament);
    let get_tournament = tournament
        .and(warp::get())
        .and(credentials())
        .and(query_as_fields())
        .and(style(Style::BareId))
        .then(classic::create_tournament);
    let post_match = new_match
        .clone()
        .and(warp::post())
        .and(organisers_json(app))
        .and(style(Style::Json))
        .then(classic::create_match);
    let get_match = new_match
        .and(warp::get())
        .and(credentials())
        .and(query_as_fields())
        .and(style(Style::BareId))
        .then(classic::create_match);
    let live_matches = warp::path!("live-match")
        .and(warp::get())
        .and(with(app))
        .map(|app: App| Ok(classic::live_matches(&app)));
    let live_tournaments = warp::path!("live-tournament")
        .and(warp::get())
        .and(with(app))
        .then(classic::live_tournaments);
    let summary = warp::path!("get-summary")
        .and(warp::get())
        .and(with(app))
        .and(peer())
        .and(query())
        .then(classic::summary);
    first_of([
        post_tournament.map(answer).boxed(),
        get_tournament.map(answer).boxed(),
        post_match.map(answer).boxed(),
        get_match.map(answer).boxed(),
        live_matches.map(answer).boxed(),
        live_tournaments.map(answer).boxed(),
        summary.map(answer).boxed(),
    ])
}

fn stream_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let socket = warp::get()
        .and(with(app))
        .and(peer())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<hyper::upgrade::OnUpgrade>())
        .and(query());
    let raw_query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let referee = warp::path!("referee")
        .and(socket.clone())
        .and(raw_query)
        .then(feeds::referee);
    let watch = warp::path!("spectateur")
        .or(warp::path!("watch"))
        .unify()
        .and(socket)
        .then(feeds::watch);
    let events = warp::path!("events")
        .and(warp::get())
        .and(with(app))
        .and(peer())
        .and(query())
        .and(warp::sse::last_event_id())
        .then(feeds::events);
    first_of([
        referee.map(answer).boxed(),
        watch.map(answer).boxed(),
        events.map(answer).boxed(),
    ])
}

fn venue_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let get = || warp::get().and(with(app));
    let venue = warp::path!("api" / "venue")
        .and(get())
        .and(credentials())
        .and(peer())
        .then(api::venue)
        .map(answer);
    let clock = warp::path!("api" / "venue" / "clock")
        .and(warp::put())
        .and(with(app))
        .and(credentials())
        .and(small_json())
        .then(api::set_clock)
        .map(answer);
    let signed_only = warp::path!("api" / "venue" / "signed-only")
        .and(warp::put())
        .and(with(app))
        .and(credentials())
        .and(small_json())
        .then(api::set_signed_only)
        .map(answer);
    let description = warp::path!("api" / "openapi.json")
        .and(warp::get())
        .and(warp::header::headers_cloned())
        .map(|headers: HeaderMap| openapi::answer(&headers));
    let sports = warp::path!("api" / "sports")
        .and(get())
        .and(warp::header::headers_cloned())
        .then(sports::list);
    let health = warp::path!("healthz")
        .and(get())
        .map(|app: App| venue::health(&app));
    let metrics = warp::path!("metrics")
        .and(get())
        .map(|app: App| venue::metrics(&app));
    let qr_place = warp::path!("qr.svg");
    let qr = qr_place
        .and(get())
        .and(peer())
        .and(query())
        .then(venue::qr)
        .map(answer);
    // A referee's token stays out of addresses, which a proxy on the way may log.
    let secret_qr = qr_place
        .and(warp::post())
        .and(with(app))
        .and(peer())
        .and(small_json())
        .then(venue::secret_qr)
        .map(answer);
    first_of([
        venue.boxed(),
        clock.boxed(),
        signed_only.boxed(),
        description.boxed(),
        sports.boxed(),
        health.boxed(),
        metrics.boxed(),
        qr.boxed(),
        secret_qr.boxed(),
    ])
}

fn page_routes() -> BoxedFilter<(Response,)> {
    fn found(response: Option<Response>) -> Result<Response, Rejection> {
        response.ok_or_else(warp::reject::not_found)
    }
    let reads = warp::get()
        .or(warp::head())
        .unify()
        .and(warp::header::headers_cloned());
    let pages = warp::path::end()
        .map(|| "index.html")
        .or(warp::path!("match").map(|| "match.html"))
        .unify()
        .or(warp::path!("score").map(|| "score.html"))
        .unify()
        .or(warp::path!("tv").map(|| "tv.html"))
        .unify()
        .and(reads)
        .and_then(|path, headers| async move { found(assets::serve_page(path, &headers)) });
    let help = warp::path!("help")
        .and(reads)
        .and_then(|headers: HeaderMap| async move { found(assets::serve_help(&headers)) });
    let files = warp::path("static")
        .and(warp::path::tail())
        .and(reads)
        .and_then(|path: warp::path::Tail, headers| async move {
            found(assets::serve(path.as_str(), &headers))
        });
    first_of([pages.boxed(), help.boxed(), files.boxed()])
}

fn rejected(rejection: &Rejection) -> Response {
    let error = if rejection.find::<MethodNotAllowed>().is_some() {
        ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "this address does not take this method",
        )
    } else if rejection.find::<InvalidQuery>().is_some() {
        ApiError::bad_request("bad_query", "the part after the ? cannot be read")
    } else if rejection.is_not_found() {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing at this address",
        )
    } else {
        tracing::debug!("{rejection:?}");
        ApiError::bad_request("bad_request", "this request cannot be read")
    };
    error.into_response()
}
