//! The accept loop: bounded connections, bounded requests, slow clients dropped, graceful stop.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::service::Service as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use warp::filters::BoxedFilter;
use warp::http::{HeaderValue, Method, Request, StatusCode, header};
use warp::reply::Response;

use super::error::ApiError;
use super::reply;

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// The most that is kept of a request before it is handled.
const REQUEST_BUFFER_BYTES: usize = 16 * 1024;
/// Clients over the limit that may be told so at the same time; the others just find a closed door.
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
}

/// One of the places of `--max-connections`: taken as long as the connection, or what it became, holds it.
#[derive(Clone, Debug)]
pub struct Place(#[expect(dead_code, reason = "held, never read")] Arc<OwnedSemaphorePermit>);

/// The door with its places.
pub struct Server {
    listener: TcpListener,
    places: Arc<Semaphore>,
    max_connections: usize,
}

/// The places of a server that has stopped accepting.
pub struct Places {
    places: Arc<Semaphore>,
    max_connections: usize,
}

impl Places {
    /// Waits until every connection has ended.
    pub async fn empty(&self) {
        let all = u32::try_from(self.max_connections).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        let _ = self.places.acquire_many(all).await;
    }
}

impl Server {
    /// Listens. `[::]` means every address; on a machine without IPv6 that is `0.0.0.0`.
    pub async fn bind(address: SocketAddr, max_connections: usize) -> std::io::Result<Server> {
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
            max_connections,
        })
    }

    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub fn places(&self) -> Places {
        Places {
            places: self.places.clone(),
            max_connections: self.max_connections,
        }
    }

    /// Serves until `stop` becomes true; connections that wait for nothing are closed then.
    pub async fn run(self, routes: BoxedFilter<(Response,)>, mut stop: watch::Receiver<bool>) {
        let turned_away = Arc::new(Semaphore::new(TURNED_AWAY_AT_ONCE));
        let until_stop = stop.clone();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = stopped(&mut stop) => return,
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
            match self.places.clone().try_acquire_owned() {
                Ok(place) => {
                    let Ok(local) = stream.local_addr() else {
                        continue;
                    };
                    let peer = Peer {
                        address,
                        local,
                        place: Place(Arc::new(place)),
                    };
                    tokio::spawn(serve(stream, peer, routes.clone(), until_stop.clone()));
                }
                Err(_) => {
                    if let Ok(permit) = turned_away.clone().try_acquire_owned() {
                        tokio::spawn(turn_away(stream, permit));
                    }
                }
            }
        }
    }
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn serve(
    stream: TcpStream,
    peer: Peer,
    routes: BoxedFilter<(Response,)>,
    mut stop: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("{}: {error}", peer.address);
    }
    let routes = TowerToHyperService::new(warp::service(routes));
    let service = hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(peer.clone());
        let head = Head::of(&request);
        let routes = routes.clone();
        async move {
            let response = match head.check_origin() {
                Ok(()) if head.method == Method::OPTIONS => preflight(),
                // A task of its own: what a request began is finished even if its client hangs up.
                Ok(()) => match tokio::spawn(routes.call(request)).await {
                    Ok(answered) => answered?,
                    Err(error) => broken(&error),
                },
                Err(error) => error.into_response(),
            };
            Ok::<_, Infallible>(head.finish(response))
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(REQUEST_BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
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

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender is gone only when the program ends.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Tells a client over the limit that the server is full.
async fn turn_away(mut stream: TcpStream, _permit: OwnedSemaphorePermit) {
    const BODY: &str = r#"{"error":{"code":"too_many_connections","message":"this server is full; try again in some seconds, please"}}"#;
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 10\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing with unread bytes would reset the connection before the answer is read.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whoever does not listen in time is not worth waiting for.
    let _ = tokio::time::timeout(Duration::from_secs(2), told).await;
}

/// A handler that panicked takes nobody else with it.
fn broken(error: &tokio::task::JoinError) -> Response {
    tracing::error!("a request could not be answered: {error}");
    let message = "something went wrong here; the server's log says what";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message).into_response()
}

/// A page of another site may ask what it may do here: read.
fn preflight() -> Response {
    let mut response = reply::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("last-event-id"),
    );
    response
}

/// What of a request decides over its response, beside the route.
struct Head {
    method: Method,
    host: Option<HeaderValue>,
    origin: Option<HeaderValue>,
    /// Changes something, or opens a door to do so.
    writes: bool,
    public: bool,
}

impl Head {
    fn of<B>(request: &Request<B>) -> Head {
        let headers = request.headers();
        Head {
            method: request.method().clone(),
            host: headers.get(header::HOST).cloned(),
            origin: headers.get(header::ORIGIN).cloned(),
            // The open mode creates with GET, as the original system did.
            writes: headers.contains_key(header::UPGRADE)
                || request.uri().path().starts_with("/create-")
                || !is_read(request.method()),
            public: !request.uri().path().starts_with("/api/session"),
        }
    }

    /// A page of another site must not write here, nor open a websocket, with our visitor's rights.
    fn check_origin(&self) -> Result<(), ApiError> {
        let Some(origin) = self.origin.as_ref().filter(|_| self.writes) else {
            return Ok(());
        };
        let own = self.host.as_ref().and_then(|host| host.to_str().ok());
        let from = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"))
            .map(|(_, host)| host);
        if from.is_some() && from == own {
            return Ok(());
        }
        Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "this request comes from a page of another site; open this server's own pages",
        ))
    }

    fn finish(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        for (name, value) in SECURITY_HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if is_read(&self.method) && self.public {
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                HeaderValue::from_static("*"),
            );
        }
        response
    }
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

const SECURITY_HEADERS: [(header::HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' ws: wss:; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: Method, path: &str, origin: Option<&'static str>, upgrade: bool) -> Head {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "courtside.local:8000");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        if upgrade {
            request = request.header(header::UPGRADE, "websocket");
        }
        Head::of(&request.body(()).expect("a request"))
    }

    #[test]
    fn a_foreign_page_may_read_but_neither_write_nor_open_a_websocket() {
        let own = Some("http://courtside.local:8000");
        let foreign = Some("http://evil.example");
        for (method, path, origin, upgrade, allowed) in [
            (Method::POST, "/", None, false, true),
            (Method::POST, "/", own, false, true),
            (Method::GET, "/watch", own, true, true),
            (Method::GET, "/live-match", foreign, false, true),
            (Method::POST, "/", foreign, false, false),
            (Method::DELETE, "/", Some("null"), false, false),
            (Method::GET, "/watch", foreign, true, false),
            (Method::GET, "/create-match", foreign, false, false),
        ] {
            let head = head(method, path, origin, upgrade);
            assert_eq!(
                head.check_origin().is_ok(),
                allowed,
                "{} {path} {origin:?}",
                head.method
            );
        }
    }
}
