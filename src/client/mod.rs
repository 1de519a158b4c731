//! A small client of a running server, for the commands that play referee or watcher.

pub mod trust;

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use futures_util::StreamExt;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use crate::http::tls::relay;
use trust::TrustError;

/// How long a server may take to be reached, and to answer. A PIN takes a Pi a second.
const PATIENCE: Duration = Duration::from_secs(10);

pub type Socket = WebSocketStream<TcpStream>;

/// `http://HOST[:PORT]` or `https://HOST[:PORT]`, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    host: String,
    port: u16,
    secure: bool,
}

impl FromStr for BaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<BaseUrl, String> {
        let wrong =
            || "write it as http://HOST:PORT, for example http://192.168.1.5:8000".to_owned();
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let uri: hyper::Uri = with_scheme.parse().map_err(|_| wrong())?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong()),
        };
        match uri.host() {
            Some(host) if matches!(uri.path(), "" | "/") => Ok(BaseUrl {
                host: host.to_owned(),
                port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
                secure,
            }),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl BaseUrl {
    pub fn host_and_port(&self) -> (&str, u16) {
        (self.host.trim_matches(['[', ']']), self.port)
    }

    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("cannot reach {0}: {1}")]
    Unreachable(BaseUrl, std::io::Error),
    /// Most often its certificate is not one that is trusted here.
    #[error("no https with {0}: {1}; --ca FILE names a certificate to trust")]
    Untrusted(BaseUrl, std::io::Error),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("{0} gave no answer within {seconds} s", seconds = PATIENCE.as_secs())]
    Silent(BaseUrl),
    /// The server answered with an error of its own.
    #[error("the server says: {message} ({code})")]
    Refused {
        status: StatusCode,
        code: String,
        message: String,
    },
    #[error("the connection broke: {0}")]
    Broken(String),
}

impl ClientError {
    /// Says if trying again later can help.
    pub fn is_passing(&self) -> bool {
        match self {
            ClientError::Unreachable(..) | ClientError::Silent(_) | ClientError::Broken(_) => true,
            ClientError::Refused { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            ClientError::Untrusted(..) | ClientError::Trust(_) => false,
        }
    }

    fn refused(status: StatusCode, body: &[u8]) -> ClientError {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |field: &str| {
            body["error"][field]
                .as_str()
                .unwrap_or("no reason given")
                .to_owned()
        };
        ClientError::Refused {
            status,
            code: text("code"),
            message: text("message"),
        }
    }
}

impl From<hyper::Error> for ClientError {
    fn from(error: hyper::Error) -> Self {
        ClientError::Broken(error.to_string())
    }
}

/// Talks to one server, with or without an organiser's session.
#[derive(Clone)]
pub struct Client {
    url: BaseUrl,
    bearer: Option<String>,
    tls: Option<TlsConnector>,
}

impl Client {
    /// Trusts the certificates in the file, if one is named, else those that this machine trusts.
    pub fn new(url: BaseUrl, ca: Option<&Path>) -> Result<Client, ClientError> {
        let tls = match (url.secure, ca) {
            (false, _) => None,
            (true, Some(file)) => Some(trust::in_file(file)?),
            (true, None) => Some(trust::of_this_machine()?),
        };
        Ok(Client {
            url,
            bearer: None,
            tls,
        })
    }

    /// Opens an organiser's session.
    pub async fn log_in(mut self, pin: &str) -> Result<Client, ClientError> {
        let answer = self
            .post("/api/session", &serde_json::json!({ "pin": pin }))
            .await?;
        self.bearer = answer["token"].as_str().map(str::to_owned);
        Ok(self)
    }

    pub async fn get(&self, path: &str) -> Result<Value, ClientError> {
        self.soon(self.request(Method::GET, path, Vec::new())).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, ClientError> {
        self.soon(self.request(Method::POST, path, body.to_string().into_bytes()))
            .await
    }

    async fn reach(&self) -> Result<TcpStream, ClientError> {
        let connecting = TcpStream::connect(self.url.host_and_port());
        let stream = tokio::time::timeout(PATIENCE, connecting)
            .await
            .map_err(|_| ClientError::Silent(self.url.clone()))?
            .map_err(|error| ClientError::Unreachable(self.url.clone(), error))?;
        stream
            .set_nodelay(true)
            .map_err(|error| ClientError::Broken(error.to_string()))?;
        Ok(stream)
    }

    async fn connect(&self) -> Result<TcpStream, ClientError> {
        let stream = self.reach().await?;
        let Some(tls) = &self.tls else {
            return Ok(stream);
        };
        let (near, far) = relay::pair().map_err(|error| ClientError::Broken(error.to_string()))?;
        let secured = self.secure(tls, stream).await?;
        tokio::spawn(relay::relay(secured, near));
        TcpStream::from_std(far).map_err(|error| ClientError::Broken(error.to_string()))
    }

    /// A connection by https that is not waited for: what is written to it waits until it is there. `None` for plain http.
    pub fn line(&self) -> Option<std::io::Result<std::net::TcpStream>> {
        let tls = self.tls.clone()?;
        Some(relay::pair().map(|(near, far)| {
            let client = self.clone();
            tokio::spawn(async move {
                // The other end sees that there is no connection; why, the first request has said.
                if let Ok(stream) = client.reach().await
                    && let Ok(secured) = client.secure(&tls, stream).await
                {
                    relay::relay(secured, near).await;
                }
            });
            far
        }))
    }

    /// Makes the handshake of TLS.
    async fn secure(
        &self,
        tls: &TlsConnector,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, ClientError> {
        let untrusted = |error| ClientError::Untrusted(self.url.clone(), error);
        let name = self.url.host_and_port().0.to_owned();
        let name =
            ServerName::try_from(name).map_err(|error| untrusted(std::io::Error::other(error)))?;
        tokio::time::timeout(PATIENCE, tls.connect(name, stream))
            .await
            .map_err(|_| ClientError::Silent(self.url.clone()))?
            .map_err(untrusted)
    }

    /// An answer, unless that takes too long.
    async fn soon<T>(
        &self,
        answer: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        tokio::time::timeout(PATIENCE, answer)
            .await
            .unwrap_or_else(|_| Err(ClientError::Silent(self.url.clone())))
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Value, ClientError> {
        let stream = self.connect().await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.url.to_string())
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(bearer) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        let request = request
            .body(Full::new(bytes::Bytes::from(body)))
            .map_err(|error| ClientError::Broken(error.to_string()))?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        connection.abort();
        if !status.is_success() {
            return Err(ClientError::refused(status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| ClientError::Broken(error.to_string()))
    }

    /// Opens a websocket.
    pub async fn socket(&self, path: &str) -> Result<Socket, ClientError> {
        let stream = self.connect().await?;
        let address = format!("ws://{}{path}", self.url);
        let config = WebSocketConfig::default().read_buffer_size(16 * 1024);
        let opening = tokio_tungstenite::client_async_with_config(address, stream, Some(config));
        let opened = tokio::time::timeout(PATIENCE, opening).await;
        match opened.map_err(|_| ClientError::Silent(self.url.clone()))? {
            Ok((socket, _)) => Ok(socket),
            Err(tungstenite::Error::Http(response)) => Err(ClientError::refused(
                response.status(),
                response.body().as_deref().unwrap_or_default(),
            )),
            Err(error) => Err(ClientError::Broken(error.to_string())),
        }
    }
}

/// The next message, as it came and read; an error when the connection ends.
pub async fn next_message(socket: &mut Socket) -> Result<(Utf8Bytes, Value), ClientError> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let message = serde_json::from_str(&text)
                    .map_err(|error| ClientError::Broken(error.to_string()))?;
                return Ok((text, message));
            }
            Some(Ok(Message::Close(Some(frame)))) => {
                return Err(ClientError::Broken(frame.reason.to_string()));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(ClientError::Broken(error.to_string())),
            None => return Err(ClientError::Broken("the server is gone".into())),
        }
    }
}

/// A text made safe for a path or a query.
pub fn encoded(text: &str) -> String {
    const UNSAFE: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_');
    percent_encoding::utf8_percent_encode(text, UNSAFE).to_string()
}

/// Creates a tournament with one match: its ID and its referee's token.
pub async fn create_match(
    client: &Client,
    sport: &str,
    side_a: &str,
    side_b: &str,
) -> Result<(String, Option<String>), ClientError> {
    let name = format!("{sport} trial");
    let tournament = client
        .post(
            "/create-tournament",
            &json!({ "tournamentName": name, "sport": sport }),
        )
        .await?;
    let created = client
        .post(
            "/create-match",
            &json!({ "tournamentID": tournament["tournamentID"], "equipeA": side_a, "equipeB": side_b }),
        )
        .await?;
    let id = created["matchID"].as_str().unwrap_or_default().to_owned();
    Ok((id, created["refereeToken"].as_str().map(str::to_owned)))
}
