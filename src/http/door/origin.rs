//! What a request from a page of another site may do, and the headers that every response carries.

use warp::http::{HeaderValue, Method, Request, StatusCode, header};
use warp::reply::Response;

use super::Transport;
use crate::http::error::ApiError;
use crate::http::reply;

/// The kind of an address, as the table of routes says it.
#[derive(Debug, Clone, Copy, Default)]
pub struct AddressRules {
    /// `GET` changes something here, as it did in the original system.
    pub get_writes: bool,
    /// Pages of other sites must not read it.
    pub for_own_pages: bool,
    /// Boards of LEDs ask for it, whose library names `file://` as where it comes from. They only watch.
    pub for_boards: bool,
}

/// A page of another site may ask what it may do here: read. Anybody else hears which methods there are.
pub fn preflight(methods: Option<HeaderValue>) -> Response {
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
    if let Some(methods) = methods {
        headers.insert(header::ALLOW, methods);
    }
    response
}

/// What of a request decides over its response, beside the route.
pub struct Head {
    pub method: Method,
    /// Of the target if it has one, else of the head.
    host: Option<String>,
    origin: Option<HeaderValue>,
    /// Changes something, or opens a door to do so.
    writes: bool,
    address: AddressRules,
}

impl Head {
    pub fn of<B>(request: &Request<B>, address: AddressRules) -> Head {
        let headers = request.headers();
        Head {
            method: request.method().clone(),
            host: match request.uri().authority() {
                Some(authority) => Some(authority.to_string()),
                None => headers
                    .get(header::HOST)
                    .and_then(|host| host.to_str().ok())
                    .map(str::to_owned),
            },
            origin: headers.get(header::ORIGIN).cloned(),
            writes: headers.contains_key(header::UPGRADE)
                || address.get_writes
                || !is_read(request.method()),
            address,
        }
    }

    /// Says if the request changes something, or opens a door to do so.
    pub fn writes(&self) -> bool {
        self.writes
    }

    /// A page of another site must not write here, nor open a websocket, with our visitor's rights.
    ///
    /// A server that speaks TLS has its pages by https: one by http would be somebody else's on the way.
    pub fn check_origin(&self, transport: Transport) -> Result<(), ApiError> {
        let Some(origin) = self.origin.as_ref().filter(|_| self.writes) else {
            return Ok(());
        };
        // No web page has this origin.
        if origin == "file://" && self.address.for_boards {
            return Ok(());
        }
        let own = self.host.as_deref();
        let from = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.split_once("://"))
            .filter(|(scheme, _)| transport == Transport::Plain || *scheme == "https")
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

    pub fn finish(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        for (name, value) in SECURITY_HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if is_read(&self.method) && !self.address.for_own_pages {
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

    /// At an address that boards watch, or that a `GET` writes to, or at any other.
    fn head(method: Method, path: &str, origin: Option<&'static str>, upgrade: bool) -> Head {
        let address = AddressRules {
            get_writes: path == "/create-match",
            for_boards: path == "/watch",
            for_own_pages: false,
        };
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
        Head::of(&request.body(()).expect("a request"), address)
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
            (Method::GET, "/watch", Some("file://"), true, true),
            (Method::GET, "/referee", Some("file://"), true, false),
            (Method::POST, "/watch", Some("file://x"), false, false),
        ] {
            let head = head(method, path, origin, upgrade);
            assert_eq!(
                head.check_origin(Transport::Plain).is_ok(),
                allowed,
                "{} {path} {origin:?}",
                head.method
            );
        }
    }

    #[test]
    fn where_tls_is_spoken_a_page_that_came_by_http_is_foreign() {
        for (origin, allowed) in [
            ("https://courtside.local:8000", true),
            ("http://courtside.local:8000", false),
            ("https://evil.example", false),
        ] {
            let head = head(Method::POST, "/", Some(origin), false);
            assert_eq!(
                head.check_origin(Transport::Tls).is_ok(),
                allowed,
                "{origin}"
            );
        }
    }
}
