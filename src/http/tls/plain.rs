//! The answers to plain HTTP on a port that speaks TLS.

use warp::http::uri::Authority;
use warp::http::{HeaderValue, Method, Request, StatusCode, header};
use warp::reply::Response;

use crate::http::error::ApiError;
use crate::http::reply;

/// Sends a reader to the same address by https, so that yesterday's QR code still works; refuses everything else.
///
/// Nothing may remember it: the box may speak plain HTTP again next week.
pub fn to_https<B>(request: &Request<B>) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let location = reads
        .then(|| location(request))
        .flatten()
        .filter(|_| !request.headers().contains_key(header::UPGRADE));
    let Some(location) = location else {
        return ApiError::new(
            StatusCode::FORBIDDEN,
            "https_required",
            "this server speaks https; write https:// in place of http://, or wss:// in place of ws://",
        )
        .into_response();
    };
    let mut response = reply::empty(StatusCode::PERMANENT_REDIRECT);
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The same address by https, of the host that the client called us.
fn location<B>(request: &Request<B>) -> Option<HeaderValue> {
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let host: Authority = host.parse().ok()?;
    // What plain HTTP leaves out is not what https does.
    let port = if host.port().is_some() { "" } else { ":80" };
    let path = request.uri().path_and_query()?;
    HeaderValue::try_from(format!("https://{host}{port}{path}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_sent_to_the_same_address_and_writers_are_refused() {
        let answered = |method: Method, host: &str, upgrade: bool| {
            let mut request = Request::builder()
                .method(method)
                .uri("/match?id=7")
                .header(header::HOST, host);
            if upgrade {
                request = request.header(header::UPGRADE, "websocket");
            }
            let response = to_https(&request.body(()).unwrap());
            let location = response.headers().get(header::LOCATION);
            (
                response.status().as_u16(),
                location.map(|location| location.to_str().unwrap().to_owned()),
            )
        };
        for (host, location) in [
            (
                "courtside.local:8000",
                "https://courtside.local:8000/match?id=7",
            ),
            ("courtside.local", "https://courtside.local:80/match?id=7"),
            ("[fd00::1]", "https://[fd00::1]:80/match?id=7"),
        ] {
            assert_eq!(
                answered(Method::GET, host, false),
                (308, Some(location.into()))
            );
        }
        assert_eq!(answered(Method::HEAD, "a:1", false).0, 308);
        assert_eq!(answered(Method::POST, "a:1", false), (403, None));
        assert_eq!(answered(Method::GET, "a:1", true), (403, None));
        assert_eq!(answered(Method::GET, "no host at all", false), (403, None));
    }
}
