//! Websockets: the handshake, and the socket that remains of a connection.
//!
//! Nothing of the HTTP connection is kept: the TCP stream is taken out of hyper's upgrade and hyper's own read buffer (8 to
//! 16 KB) is dropped. A referee then gets a task and tungstenite; a watcher must cost less and joins the [`crowd`].

mod crowd;
mod old_history;
mod raw;
mod referee;
mod rotation;
mod vigil;
mod watcher;

use std::io;
use std::time::Duration;

use futures_util::SinkExt as _;
use hyper::upgrade::{OnUpgrade, Upgraded};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::reply::Response;

pub use crowd::Crowd;
pub use referee::{Parse, referee, turn_away};
pub use watcher::Followed;

use super::door::Io;
use super::error::ApiError;
use crate::broker::{Closing, End};

/// How long a client may take to read the end, and how many KiB of what it still sends are passed over.
const FAREWELL: Duration = Duration::from_secs(2);
const FAREWELL_READS: usize = 1024;

pub type Socket = WebSocketStream<TcpStream>;

/// What is left of an HTTP connection that became a websocket.
pub struct Line {
    stream: TcpStream,
    /// What the client said before it had its answer.
    early: Vec<u8>,
}

impl Line {
    /// For a referee, who sends events of up to 16 KiB; twice that is still answered rather than cut off.
    pub async fn into_socket(self) -> Socket {
        let config = config(2048, 32 * 1024);
        WebSocketStream::from_partially_read(self.stream, self.early, Role::Server, Some(config))
            .await
    }
}

fn config(read_buffer: usize, message_max: usize) -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(read_buffer)
        .write_buffer_size(0)
        .max_message_size(Some(message_max))
        .max_frame_size(Some(message_max))
}

/// A checked request to become a websocket.
pub struct Handshake {
    accept: HeaderValue,
    on_upgrade: OnUpgrade,
}

impl Handshake {
    pub fn check(
        headers: &HeaderMap,
        on_upgrade: Option<OnUpgrade>,
    ) -> Result<Handshake, ApiError> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        let asks =
            text(header::UPGRADE).is_some_and(|value| value.eq_ignore_ascii_case("websocket"));
        let (true, Some(on_upgrade)) = (asks, on_upgrade) else {
            return Err(ApiError::new(
                StatusCode::UPGRADE_REQUIRED,
                "websocket_only",
                "this address is a websocket; connect with ws://",
            ));
        };
        if text(header::SEC_WEBSOCKET_VERSION) != Some("13") {
            return Err(ApiError::bad_request(
                "bad_handshake",
                "only websocket version 13 is spoken here",
            ));
        }
        let accept = text(header::SEC_WEBSOCKET_KEY)
            .and_then(|key| HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok())
            .ok_or_else(|| {
                ApiError::bad_request("bad_handshake", "Sec-WebSocket-Key is missing")
            })?;
        Ok(Handshake { accept, on_upgrade })
    }

    /// Answers 101 and runs `session` on what is left of the connection.
    pub fn start<S, F>(self, session: S) -> Response
    where
        S: FnOnce(Line) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let on_upgrade = self.on_upgrade;
        // A task of its own for the set-up: what that needs is not paid for as long as the session lasts.
        tokio::spawn(async move {
            if let Ok(upgraded) = on_upgrade.await
                && let Some(line) = settle(upgraded)
            {
                tokio::spawn(session(line));
            }
        });
        let mut response = Response::default();
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, self.accept);
        response
    }
}

fn settle(upgraded: Upgraded) -> Option<Line> {
    let parts = upgraded.downcast::<Io>().ok()?;
    let stream = parts.io.into_inner().into_inner();
    let early = parts.read_buf.to_vec();
    Some(Line { stream, early })
}

/// The close frame for a reason of ours (CONTRACT, section 3).
fn close_frame(closing: Closing) -> CloseFrame {
    let (code, reason) = match closing {
        Closing::Revoked => (4003, "this token was revoked; scan the new QR code"),
        Closing::End(End::Idle) => (4001, "no referee for a long time; connect again to follow"),
        Closing::End(End::Deleted) => (4004, "this match was deleted"),
        Closing::End(End::Restart) => (1012, "the server restarts; connect again"),
    };
    CloseFrame {
        code: CloseCode::from(code),
        reason: reason.into(),
    }
}

/// What is still to be said at the end of a session: nothing to a connection that broke, else a close frame of ours
/// or the answer to the client's own.
fn last_words(ended: Result<Option<CloseFrame>, Error>) -> Option<Option<CloseFrame>> {
    let frame = |code, reason: &'static str| {
        Some(Some(CloseFrame {
            code,
            reason: reason.into(),
        }))
    };
    match ended {
        Ok(closing) => Some(closing),
        Err(Error::Utf8(_)) => frame(CloseCode::Invalid, "text must be UTF-8"),
        Err(Error::Protocol(_)) => frame(CloseCode::Protocol, "this is not the websocket protocol"),
        Err(_) => None,
    }
}

/// Sends a referee the last words and waits a moment for the client to have read them.
async fn say_goodbye(mut socket: Socket, closing: Option<CloseFrame>) {
    let farewell = async {
        match closing {
            Some(frame) => socket.close(Some(frame)).await?,
            // tungstenite has the answer to the client's close frame ready.
            None => drop(socket.flush().await),
        }
        see_off(socket.get_mut(), &[]).await?;
        Ok::<(), Error>(())
    };
    // A client that doesn't take its leave is left.
    let _ = tokio::time::timeout(FAREWELL, farewell).await;
}

/// Writes the last bytes, and reads until the client has hung up.
async fn see_off(stream: &mut TcpStream, last: &[u8]) -> io::Result<()> {
    stream.write_all(last).await?;
    stream.shutdown().await?;
    // Closing with unread bytes would reset the connection before the farewell is read.
    let mut unread = [0; 1024];
    for _ in 0..FAREWELL_READS {
        if stream.read(&mut unread).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// The close frame for a client that does not keep to the rules.
fn policy(reason: &'static str) -> CloseFrame {
    CloseFrame {
        code: CloseCode::from(4008),
        reason: reason.into(),
    }
}
