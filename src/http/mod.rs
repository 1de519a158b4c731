//! The outside: routes as warp filters, a file per resource, one place each for rights, errors and public JSON.

mod api;
mod assets;
pub mod auth;
mod classic;
mod error;
mod feeds;
mod reply;
mod request;
pub mod server;
mod venue;
pub mod wire;
mod ws;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;
use warp::filters::BoxedFilter;
use warp::http::{HeaderMap, StatusCode};
use warp::reject::{InvalidQuery, MethodNotAllowed};
use warp::reply::Response;
use warp::{Filter, Rejection};

use crate::broker::{Broker, Summary};
use crate::clock::Clock;
use crate::discovery::plain_addresses;
use crate::domain::{MatchId, Sport, TournamentId};
use crate::store::{Fixture, Store, Tournament, TournamentRef};
use auth::{Access, Credentials, hash_token, new_token};
use classic::Style;
use error::ApiError;
use request::{Fields, Query};
use server::Peer;

/// Everything that a request may need. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub broker: Broker,
    pub access: Access,
    pub clock: Clock,
    /// The name under which the network finds us, while it is announced.
    pub local_name: Option<watch::Receiver<String>>,
    pub listening: SocketAddr,
}

/// A new match with the token of its referee, which is shown once and then only known as a hash.
struct Created {
    summary: Summary,
    token: String,
}

impl App {
    async fn create_tournament(
        &self,
        name: String,
        sport: &'static Sport,
    ) -> Result<Tournament, ApiError> {
        let id = TournamentId(Uuid::now_v7());
        let new = Tournament {
            id,
            name,
            sport,
            created_at: self.clock.now_ms(),
        };
        Ok(self.store.create_tournament(new).await?)
    }

    async fn create_match(
        &self,
        tournament: TournamentId,
        sides: (String, String),
    ) -> Result<Created, ApiError> {
        let Tournament {
            id, name, sport, ..
        } = self.store.tournament(tournament).await?;
        self.create_fixture(Some(TournamentRef { id, name }), sport, sides)
            .await
    }

    /// Creates a match outside any tournament.
    async fn create_friendly(
        &self,
        sport: &'static Sport,
        sides: (String, String),
    ) -> Result<Created, ApiError> {
        self.create_fixture(None, sport, sides).await
    }

    async fn create_fixture(
        &self,
        tournament: Option<TournamentRef>,
        sport: &'static Sport,
        (side_a, side_b): (String, String),
    ) -> Result<Created, ApiError> {
        let token = new_token()?;
        let id = MatchId(Uuid::now_v7());
        let created_at = self.clock.now_ms();
        let fixture = Fixture {
            id,
            tournament,
            sport,
            side_a,
            side_b,
            created_at,
        };
        let summary = self
            .broker
            .create_match(fixture, hash_token(&token))
            .await?;
        Ok(Created { summary, token })
    }

    async fn new_referee_token(&self, id: MatchId) -> Result<String, ApiError> {
        self.summary(id)?;
        let token = new_token()?;
        self.broker
            .replace_referee_token(id, hash_token(&token))
            .await?;
        Ok(token)
    }

    fn summary(&self, id: MatchId) -> Result<Summary, ApiError> {
        self.broker.summary(id).ok_or_else(|| {
            ApiError::new(
                StatusCode::NOT_FOUND,
                "not_found",
                "there is no match with this ID",
            )
        })
    }

    /// This server's address as the client at hand, or a phone beside it, can reach it: without a final slash.
    fn base_url(&self, peer: &Peer) -> String {
        let reached = peer.local.ip().to_canonical();
        // Somebody at the box itself wants an address for the phones, if we listen for them at all.
        let address = match reached.is_loopback() && self.listening.ip().is_unspecified() {
            true => plain_addresses().first().copied().unwrap_or(reached),
            false => reached,
        };
        base(address, peer.local.port())
    }

    fn referee_url(&self, peer: &Peer, id: MatchId, token: &str) -> String {
        format!("{}/score?match={id}#token={token}", self.base_url(peer))
    }

    fn watch_url(&self, peer: &Peer, id: MatchId) -> String {
        format!("{}/match?id={id}", self.base_url(peer))
    }

    /// Every address of this server, the most useful first.
    fn addresses(&self, peer: &Peer) -> Vec<String> {
        let mut addresses = vec![format!("{}/", self.base_url(peer))];
        addresses.extend(server_addresses(self.listening));
        if let Some(name) = &self.local_name {
            addresses.push(format!(
                "http://{}{}/",
                *name.borrow(),
                port_suffix(self.listening.port())
            ));
        }
        let mut seen = std::collections::HashSet::new();
        addresses.retain(|address| seen.insert(address.clone()));
        addresses
    }
}

/// The plain addresses of a server that listens here, each with a final slash.
pub fn server_addresses(listening: SocketAddr) -> Vec<String> {
    let ip = listening.ip();
    let mut ips = if ip.is_unspecified() {
        plain_addresses()
    } else {
        vec![ip]
    };
    if listening.is_ipv4() {
        ips.retain(IpAddr::is_ipv4);
    }
    if ips.is_empty() {
        ips.push(std::net::Ipv4Addr::LOCALHOST.into());
    }
    ips.into_iter()
        .map(|ip| format!("{}/", base(ip, listening.port())))
        .collect()
}

fn base(address: IpAddr, port: u16) -> String {
    match address {
        IpAddr::V4(address) => format!("http://{address}{}", port_suffix(port)),
        IpAddr::V6(address) => format!("http://[{address}]{}", port_suffix(port)),
    }
}

/// Nothing for port 80.
pub fn port_suffix(port: u16) -> String {
    if port == 80 {
        String::new()
    } else {
        format!(":{port}")
    }
}

/// All routes of the server.
pub fn routes(app: App) -> BoxedFilter<(Response,)> {
    let app = Arc::new(app);
    classic_routes(&app)
        .or(stream_routes(&app))
        .unify()
        .or(session_routes(&app))
        .unify()
        .or(tournament_routes(&app))
        .unify()
        .or(match_routes(&app))
        .unify()
        .or(venue_routes(&app))
        .unify()
        .or(page_routes())
        .unify()
        .recover(|rejection: Rejection| async move { Ok::<_, Infallible>(rejected(&rejection)) })
        .unify()
        .boxed()
}

fn with(app: &Arc<App>) -> impl Filter<Extract = (App,), Error = Infallible> + Clone + use<> {
    let app = app.clone();
    warp::any().map(move || App::clone(&app))
}

fn credentials() -> impl Filter<Extract = (Credentials,), Error = Infallible> + Copy {
    warp::header::headers_cloned().map(|headers: HeaderMap| Credentials::from_headers(&headers))
}

fn peer() -> impl Filter<Extract = (Peer,), Error = Rejection> + Copy {
    warp::ext::get::<Peer>()
}

fn query() -> impl Filter<Extract = (Fields,), Error = Rejection> + Copy {
    warp::query::<Query>().map(Fields::from_query)
}

fn json() -> impl Filter<Extract = (Result<Fields, ApiError>,), Error = Rejection> + Copy {
    request::body()
        .map(|body: Result<Vec<u8>, ApiError>| body.and_then(|body| Fields::from_json(&body)))
}

fn query_as_fields() -> impl Filter<Extract = (Result<Fields, ApiError>,), Error = Rejection> + Copy
{
    query().map(Ok)
}

fn answer(result: Result<Response, ApiError>) -> Response {
    result.unwrap_or_else(ApiError::into_response)
}

fn classic_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let tournament = warp::path!("create-tournament")
        .and(with(app))
        .and(credentials());
    let new_match = warp::path!("create-match")
        .and(with(app))
        .and(credentials())
        .and(peer());
    let style = |style| warp::any().map(move || style);
    let post_tournament = tournament
        .clone()
        .and(warp::post())
        .and(json())
        .and(style(Style::Json))
        .then(classic::create_tournament);
    let get_tournament = tournament
        .and(warp::get())
        .and(query_as_fields())
        .and(style(Style::BareId))
        .then(classic::create_tournament);
    let post_match = new_match
        .clone()
        .and(warp::post())
        .and(json())
        .and(style(Style::Json))
        .then(classic::create_match);
    let get_match = new_match
        .and(warp::get())
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
        .and(query())
        .then(classic::summary);
    post_tournament
        .or(get_tournament)
        .unify()
        .or(post_match)
        .unify()
        .or(get_match)
        .unify()
        .or(live_matches)
        .unify()
        .or(live_tournaments)
        .unify()
        .or(summary)
        .unify()
        .map(answer)
        .boxed()
}

fn stream_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let socket = warp::get()
        .and(with(app))
        .and(peer())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<hyper::upgrade::OnUpgrade>())
        .and(query());
    let referee = warp::path!("referee")
        .and(socket.clone())
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
    referee
        .or(watch)
        .unify()
        .or(events)
        .unify()
        .map(answer)
        .boxed()
}

fn session_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let session = warp::path!("api" / "session").and(with(app));
    let show = session
        .clone()
        .and(warp::get())
        .and(credentials())
        .then(api::session);
    let log_in = session
        .clone()
        .and(warp::post())
        .and(peer())
        .and(json())
        .then(api::log_in);
    let log_out = session
        .and(warp::delete())
        .and(credentials())
        .then(api::log_out);
    show.or(log_in)
        .unify()
        .or(log_out)
        .unify()
        .map(answer)
        .boxed()
}

fn tournament_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let all = warp::path!("api" / "tournaments").and(with(app));
    let list = all.clone().and(warp::get()).then(api::tournaments);
    let create = all
        .and(warp::post())
        .and(credentials())
        .and(json())
        .then(api::create_tournament);
    let one = warp::path!("api" / "tournaments" / String)
        .and(warp::get())
        .and(with(app))
        .then(|id, app| api::tournament(app, id));
    list.or(create).unify().or(one).unify().map(answer).boxed()
}

fn match_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let all = warp::path!("api" / "matches").and(with(app));
    let list = all
        .clone()
        .and(warp::get())
        .and(query())
        .map(|app: App, query: Fields| api::matches(&app, &query));
    let create = all
        .and(warp::post())
        .and(credentials())
        .and(peer())
        .and(json())
        .then(api::create_match);
    let one = warp::path!("api" / "matches" / String).and(with(app));
    let show = one
        .clone()
        .and(warp::get())
        .map(|id: String, app: App| api::match_by_id(&app, &id));
    let delete = one
        .and(warp::delete())
        .and(credentials())
        .then(|id, app, who| api::delete_match(app, who, id));
    let events = warp::path!("api" / "matches" / String / "events").and(with(app));
    let history = events
        .clone()
        .and(warp::get())
        .and(query())
        .then(|id, app, query| api::events(app, id, query));
    let publish = events
        .and(warp::post())
        .and(credentials())
        .and(query())
        .and(request::body())
        .then(|id, app, who, query, body| api::publish(app, who, id, query, body));
    let token = warp::path!("api" / "matches" / String / "referee-token")
        .and(warp::post())
        .and(with(app))
        .and(credentials())
        .and(peer())
        .then(|id, app, who, peer| api::new_referee_token(app, who, peer, id));
    list.or(create)
        .unify()
        .or(show)
        .unify()
        .or(delete)
        .unify()
        .or(history)
        .unify()
        .or(publish)
        .unify()
        .or(token)
        .unify()
        .map(answer)
        .boxed()
}

fn venue_routes(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let get = || warp::get().and(with(app));
    let venue = warp::path!("api" / "venue")
        .and(get())
        .and(peer())
        .map(|app: App, peer: Peer| api::venue(&app, &peer));
    let sports = warp::path!("api" / "sports")
        .and(warp::get())
        .map(api::sports);
    let health = warp::path!("healthz")
        .and(get())
        .map(|app: App| venue::health(&app));
    let metrics = warp::path!("metrics")
        .and(get())
        .map(|app: App| venue::metrics(&app));
    let qr = warp::path!("qr.svg")
        .and(get())
        .and(peer())
        .and(query())
        .map(|app: App, peer: Peer, query: Fields| answer(venue::qr(&app, &peer, &query)));
    venue
        .or(sports)
        .unify()
        .or(health)
        .unify()
        .or(metrics)
        .unify()
        .or(qr)
        .unify()
        .boxed()
}

fn page_routes() -> BoxedFilter<(Response,)> {
    fn page(path: &str, headers: &HeaderMap) -> Result<Response, Rejection> {
        assets::serve(path, headers).ok_or_else(warp::reject::not_found)
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
        .and(reads)
        .and_then(|path, headers| async move { page(path, &headers) });
    let files = warp::path("static")
        .and(warp::path::tail())
        .and(reads)
        .and_then(|path: warp::path::Tail, headers| async move { page(path.as_str(), &headers) });
    pages.or(files).unify().boxed()
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
