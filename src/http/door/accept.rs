//! The accept loop: bounded connections, bounded requests, slow clients dropped, graceful stop.
//!
//! Over 400 lines: what happens to a connection from its first byte to the end of the server, in this order.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Body as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, timeout};
use warp::filters::BoxedFilter;
use warp::http::{HeaderValue, Method, Request, StatusCode, header};
use warp::reply::Response;

use super::addresses::{Addresses, Admission};
use super::conversations::{ClientWait, Conversation, Conversations};
use super::guesses::Asker;
use super::host::Names;
use super::networks::{Counted, Prefix};
use super::origin::{AddressRules, Head, preflight};
use super::patience::Patient;
use super::reserve::{self, Reserve, Reserved};
use super::room::counted;
use crate::broker::Submission;
use crate::discovery::link_prefixes;
use crate::domain::Refusal;
use crate::domain::matches::event::Unreadable;
use crate::http::error::ApiError;
use crate::http::secure::{Front, OpenedBody};
use crate::http::tls::{Tls, to_https};

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The most that is kept of a request before it is handled, and the longest head: the least that hyper allows.
const REQUEST_BUFFER_BYTES: usize = 8 * 1024;
/// How often the links of the box are looked at: a phone of a new link counts for its 64 bits until then.
const LINKS_EVERY: Duration = Duration::from_secs(10);
/// Connections that are read and answered for the first time at once. Each takes 8 KB for it, which a crowd that comes back
/// after the Wi-Fi was away would take all at the same moment, and the heap keeps.
const FIRST_TURNS: usize = 16;
/// So long a client waits for that at most: one that hangs amid its request must not keep the others from theirs.
const TURN_WAIT: Duration = Duration::from_millis(250);
/// A client that takes nothing of what it is sent for this long is dropped.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// What the kernel may keep for a client that does not read; it doubles the number. Left alone it takes megabytes.
const SEND_BUFFER_BYTES: u32 = 64 * 1024;
/// Clients over the limit that may take their time to hear so at the same time; the others are told in passing.
const TURNED_AWAY_AT_ONCE: usize = 64;
/// Sockets that may wait to be accepted.
const BACKLOG: u32 = 4096;

/// What a request knows of its connection.
#[derive(Clone, Debug)]
pub struct Peer {
    pub address: SocketAddr,
    /// Our own side: an address at which this client reaches us.
    pub local: SocketAddr,
    pub place: Place,
    /// A body was left unread: the client is still sending, and hears of the answer only if the rest is taken, too.
    pub unread: Arc<AtomicBool>,
    pub transport: Transport,
}

/// How a connection is spoken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Plain,
    Tls,
    /// Plain HTTP where TLS is spoken: nothing is answered there but where to go.
    PlainForTls,
}

/// What hyper reads and writes of a connection.
pub type Io = TokioIo<Patient<TcpStream>>;

/// One of the places of `--max-connections`: taken as long as the connection, or what it became, holds it.
#[derive(Clone, Debug)]
pub struct Place(Arc<Held>);

#[derive(Debug)]
struct Held {
    of_all: OfAll,
    of_address: Admission,
}

#[derive(Debug)]
enum OfAll {
    #[expect(dead_code, reason = "held, never read")]
    Ordinary(OwnedSemaphorePermit),
    Reserved(Box<Reserved>),
}

impl Place {
    /// As what the client is counted.
    pub fn counted(&self) -> Counted {
        self.admission().counted()
    }

    /// Since when the client's address is known.
    pub fn known_since(&self) -> Instant {
        self.admission().known_since()
    }

    /// Counts what is created without a log-in, or says how long to wait.
    pub fn may_create(&self, bytes: usize) -> Result<(), Duration> {
        self.admission().may_create(bytes)
    }

    /// The client as one of many who wait, without anything that its browser says.
    pub fn asker(&self) -> Asker {
        Asker {
            counted: self.counted(),
            since: self.known_since(),
            browser: None,
            has_right: self.admission().has_right(),
        }
    }

    /// Notes that somebody at the client's address has shown a good right: room is kept for such.
    pub fn note_right(&self) {
        self.admission().note_right();
    }

    pub(super) fn admission(&self) -> &Admission {
        &self.0.of_address
    }

    /// The place of the reserve that this is, if it is one.
    fn reserved(&self) -> Option<&Reserved> {
        match &self.0.of_all {
            OfAll::Ordinary(_) => None,
            OfAll::Reserved(reserved) => Some(reserved),
        }
    }

    /// The event, or a refusal if the address of this connection sends too many.
    pub fn allow(&self, submission: Submission) -> Submission {
        if self.0.of_address.may_publish() {
            return submission;
        }
        let id = match submission {
            Ok(event) => Some(event.id),
            Err(unreadable) => unreadable.id,
        };
        Err(Unreadable {
            id,
            refusal: Refusal::RateLimited,
        })
    }
}

#[cfg(test)]
impl Place {
    /// A place of some phone, apart from any server.
    pub fn of_a_phone() -> Place {
        let of_address = Addresses::new(100).admit([10, 0, 0, 1].into());
        let ordinary = Arc::new(Semaphore::new(1)).try_acquire_owned();
        Place(Arc::new(Held {
            of_all: OfAll::Ordinary(ordinary.expect("a place")),
            of_address: of_address.expect("a new address"),
        }))
    }
}

/// Says which methods an address takes; none where nothing is.
pub type MethodsOf = Arc<dyn Fn(&str) -> Option<HeaderValue> + Send + Sync>;

/// The routes behind the door, and the facts about addresses that the door has to know before.
#[derive(Clone)]
pub struct Routes {
    pub filter: BoxedFilter<(Response,)>,
    pub rules_of: fn(&str) -> AddressRules,
    pub methods_of: MethodsOf,
}

/// The door with its places.
pub struct Server {
    listener: TcpListener,
    places: Arc<Semaphore>,
    reserve: Reserve,
    max_connections: usize,
    addresses: Addresses,
    tls: Option<Tls>,
}

/// The places of a server that has stopped accepting.
pub struct Places {
    places: Arc<Semaphore>,
    reserve: Reserve,
    max_connections: usize,
}

impl Places {
    /// Waits until every connection has ended.
    pub async fn empty(&self) {
        let all = u32::try_from(self.max_connections).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        let _ = self.places.acquire_many(all).await;
        self.reserve.empty().await;
    }
}

impl Server {
    /// Listens. `[::]` means every address; on a machine without IPv6 that is `0.0.0.0`.
    pub async fn bind(
        address: SocketAddr,
        max_connections: usize,
        max_per_address: usize,
        tls: Option<Tls>,
    ) -> std::io::Result<Server> {
        let listener = match listen(address) {
            Err(error)
                if address.ip() == Ipv6Addr::UNSPECIFIED
                    && error.kind() != ErrorKind::AddrInUse =>
            {
                listen((Ipv4Addr::UNSPECIFIED, address.port()).into())?
            }
            other => other?,
        };
        Ok(Server {
            listener,
            places: Arc::new(Semaphore::new(max_connections)),
            reserve: Reserve::new(max_connections),
            max_connections,
            addresses: Addresses::new(max_per_address),
            tls,
        })
    }

    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub fn places(&self) -> Places {
        Places {
            places: self.places.clone(),
            reserve: self.reserve.clone(),
            max_connections: self.max_connections,
        }
    }

    fn place_for(&self, address: SocketAddr) -> Result<Place, Full> {
        let ordinary = self.places.clone().try_acquire_owned();
        let of_address = self.addresses.admit(address.ip()).ok_or(Full::Address)?;
        let of_all = match ordinary {
            Ok(place) => OfAll::Ordinary(place),
            Err(_) => {
                let reserved = self.reserve.take(of_address.counted());
                OfAll::Reserved(Box::new(reserved.ok_or(Full::Server)?))
            }
        };
        Ok(Place(Arc::new(Held { of_all, of_address })))
    }

    /// Serves until `stop` becomes true; connections that wait for nothing are closed then.
    pub async fn run(
        self,
        routes: Routes,
        names: Names,
        front: Front,
        mut stop: watch::Receiver<bool>,
    ) {
        let turned_away = Arc::new(Semaphore::new(TURNED_AWAY_AT_ONCE));
        let inside = Inside {
            routes,
            names,
            front,
            tls: self.tls.clone(),
            turns: Arc::new(Semaphore::new(FIRST_TURNS)),
            conversations: Conversations::default(),
        };
        let until_stop = stop.clone();
        let looking = tokio::spawn(look_at_links(self.addresses.clone()));
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = stopped(&mut stop) => {
                    looking.abort();
                    return;
                }
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Usually out of file descriptors: give the others time to end.
                    tracing::warn!("a connection could not be accepted: {error}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            match self.place_for(address) {
                Ok(place) => {
                    let Ok(local) = stream.local_addr() else {
                        continue;
                    };
                    let peer = Peer {
                        address,
                        local,
                        place,
                        unread: Arc::default(),
                        transport: Transport::Plain,
                    };
                    tokio::spawn(serve(stream, peer, inside.clone(), until_stop.clone()));
                }
                Err(full) => match turned_away.clone().try_acquire_owned() {
                    Ok(permit) => {
                        drop(tokio::spawn(turn_away(
                            stream,
                            full,
                            self.tls.clone(),
                            permit,
                        )));
                    }
                    Err(_) if self.tls.is_some() => {}
                    Err(_) => turn_away_in_passing(&stream, full),
                },
            }
        }
    }
}

/// Keeps up with the links of the box, which come and go with cables and Wi-Fi.
async fn look_at_links(addresses: Addresses) {
    let mut ticks = tokio::time::interval(LINKS_EVERY);
    loop {
        ticks.tick().await;
        let prefix = |(address, length)| Prefix { address, length };
        match link_prefixes() {
            Ok(links) => addresses.set_links(links.into_iter().map(prefix).collect()),
            Err(error) => tracing::debug!("the network interfaces cannot be listed: {error}"),
        }
    }
}

/// What every connection needs that has got a place.
#[derive(Clone)]
struct Inside {
    routes: Routes,
    names: Names,
    front: Front,
    tls: Option<Tls>,
    turns: Arc<Semaphore>,
    conversations: Conversations,
}

/// Why a connection gets no place.
#[derive(Debug, Clone, Copy)]
enum Full {
    Server,
    Address,
}

impl Full {
    const fn answer(self) -> (&'static str, &'static str) {
        match self {
            Full::Server => (
                "503 Service Unavailable",
                r#"{"error":{"code":"too_many_connections","message":"this server is full; try again in some seconds, please"}}"#,
            ),
            Full::Address => (
                "429 Too Many Requests",
                r#"{"error":{"code":"too_many_connections","message":"too many connections from your address; try again in some seconds (the organiser can raise --max-per-address)"}}"#,
            ),
        }
    }

    fn told(self) -> String {
        let (status, body) = self.answer();
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nRetry-After: 10\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    // Every connection that is accepted inherits it.
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn serve(stream: TcpStream, peer: Peer, inside: Inside, mut stop: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("{}: {error}", peer.address);
    }
    let patience = patience_with(&peer.place);
    // Before hyper has room for what may never come.
    let spoken_to = tokio::select! {
        readable = timeout(patience, stream.readable()) => matches!(readable, Ok(Ok(()))),
        () = stopped(&mut stop) => false,
    };
    if !spoken_to {
        return;
    }
    let (stream, peer) = match inside.tls.clone() {
        None => (stream, peer),
        Some(tls) => {
            // In a box of its own: plain connections have no need of its room.
            let hearing = Box::pin(timeout(patience, tls.listen(stream, peer.place.clone())));
            let (stream, transport) = tokio::select! {
                heard = hearing => match heard {
                    Ok(Ok(heard)) => heard,
                    Ok(Err(error)) => return tracing::debug!("{}: no TLS: {error}", peer.address),
                    Err(_) => return,
                },
                () = stopped(&mut stop) => return,
            };
            (stream, Peer { transport, ..peer })
        }
    };
    let turn = timeout(TURN_WAIT, inside.turns.clone().acquire_owned()).await;
    let turn = turn.ok().and_then(Result::ok);
    // In a box of its own: until its turn, a connection has no need of this much room.
    let (conversation, must_end) = inside.conversations.begin(peer.place.counted());
    let talk = Box::pin(converse(stream, peer, inside, turn, conversation, stop));
    tokio::select! {
        () = talk => {}
        _ = must_end => {}
    }
}

/// How long the client of a place may take to send the head of a request.
fn patience_with(place: &Place) -> Duration {
    match place.reserved() {
        Some(_) => reserve::PATIENCE,
        None => HEADER_TIMEOUT,
    }
}

/// Reads requests and answers them for as long as the connection lasts.
async fn converse(
    stream: TcpStream,
    peer: Peer,
    inside: Inside,
    turn: Option<OwnedSemaphorePermit>,
    conversation: Conversation,
    mut stop: watch::Receiver<bool>,
) {
    let turn = Mutex::new(turn);
    let unread = peer.unread.clone();
    let Inside {
        routes,
        names,
        front,
        ..
    } = inside;
    let patience = patience_with(&peer.place);
    let (rules_of, methods_of) = (routes.rules_of, routes.methods_of);
    let routes = TowerToHyperService::new(warp::service(routes.filter));
    let client_wait = conversation.client_wait.clone();
    let unsent = client_wait.unsent();
    let service = hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
        let place = peer.place.clone();
        request.extensions_mut().insert(peer.clone());
        let transport = peer.transport;
        let head = Head::of(&request, rules_of(request.uri().path()));
        let allowed = allowed(&names, &head, &peer, &request);
        let on_tls = (transport == Transport::PlainForTls).then(|| to_https(&request));
        let asks_what_it_may = head.method == Method::OPTIONS;
        let methods = asks_what_it_may.then(|| methods_of(request.uri().path()));
        let (routes, client_wait, front) = (routes.clone(), client_wait.clone(), front.clone());
        let turn = turn.lock().unwrap_or_else(PoisonError::into_inner).take();
        async move {
            let _until_answered = turn;
            let response = match allowed {
                Ok(_) if let Some(on_tls) = on_tls => on_tls,
                Ok(_) if let Some(methods) = methods => preflight(methods),
                Ok(_guest) => {
                    in_turn(&place, &client_wait, || answer(front, routes, request)).await?
                }
                Err(error) => error.into_response(),
            };
            let response = finished(response, &head, &place, &client_wait);
            Ok::<_, Infallible>(counted(response, &place, head.writes()))
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(REQUEST_BUFFER_BYTES)
        .serve_connection(
            TokioIo::new(Patient::new(stream, PATIENCE, unread).telling(unsent)),
            service,
        )
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended: {error}");
    }
}

/// Asks everything that is known before a request is read: the name it uses, the page it comes from, and the place it has.
fn allowed<B>(
    names: &Names,
    head: &Head,
    peer: &Peer,
    request: &Request<B>,
) -> Result<Option<OwnedSemaphorePermit>, ApiError> {
    names.check(request)?;
    head.check_origin(peer.transport)?;
    match peer.place.reserved() {
        Some(reserved) => reserved.check(request),
        None => Ok(None),
    }
}

/// Gives a response the headers of this server.
fn finished(response: Response, head: &Head, place: &Place, client_wait: &ClientWait) -> Response {
    // A stream of events has no length, and goes on.
    let goes_on = response.body().size_hint().exact().is_none();
    if !goes_on {
        client_wait.is_answered();
    }
    let mut response = head.finish(response);
    if place.reserved().is_some() && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        // The place is for the next one.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// Answers a request when its turn has come, in a task of its own: what it began is finished even if its client hangs up.
/// The answer is made only then: a request that waits for its turn takes no room for it.
async fn in_turn<Answering>(
    place: &Place,
    client_wait: &ClientWait,
    answer: impl FnOnce() -> Answering,
) -> Result<Response, Infallible>
where
    Answering: Future<Output = Result<Response, Infallible>> + Send + 'static,
{
    // However many connections one address has, the others' requests come in between.
    let _turn = place.admission().turn().await;
    client_wait.works();
    match tokio::spawn(answer()).await {
        Ok(answered) => answered,
        Err(error) => Ok(broken(&error)),
    }
}

/// Answers one request: in between, the front takes its signature or seal off.
async fn answer<R>(
    front: Front,
    routes: R,
    request: Request<hyper::body::Incoming>,
) -> Result<Response, Infallible>
where
    R: hyper::service::Service<Request<OpenedBody>, Response = Response, Error = Infallible>,
{
    match front.open(request).await {
        Ok(opened) => {
            let (request, sealer) = opened.split();
            Ok(sealer.seal(routes.call(request).await?).await)
        }
        Err(error) => Ok(error.into_response()),
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender is gone only when the program ends.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Tells a client over a limit so without waiting for it: clients that hang must not keep the news from all others.
fn turn_away_in_passing(stream: &TcpStream, full: Full) {
    // Closing with unread bytes would reset the connection before the answer is read. A new socket has room for one.
    let _ = stream.try_read(&mut [0; 4096]);
    let _ = stream.try_write(full.told().as_bytes());
}

/// Tells a client over a limit so.
async fn turn_away(stream: TcpStream, full: Full, tls: Option<Tls>, permit: OwnedSemaphorePermit) {
    let answer = full.told();
    let permit = Arc::new(permit);
    let told = async {
        let mut stream = match tls {
            Some(tls) => tls.listen(stream, permit.clone()).await?.0,
            None => stream,
        };
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing with unread bytes would reset the connection before the answer is read.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whoever does not listen in time is not worth waiting for.
    let _ = timeout(Duration::from_secs(2), told).await;
}

/// A handler that panicked takes nobody else with it.
fn broken(error: &tokio::task::JoinError) -> Response {
    tracing::error!("a request could not be answered: {error}");
    let message = "something went wrong here; the server's log says what";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message).into_response()
}
