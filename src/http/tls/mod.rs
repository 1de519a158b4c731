//! TLS, for a hall that has a certificate.
//!
//! The one port then speaks TLS. What decides is the first byte of a connection: a handshake of TLS begins with 0x16, and
//! no request of HTTP does. Who speaks plain HTTP is told the right address and nothing else (`plain`).
//!
//! No Strict-Transport-Security is sent: it would lock phones out of a box that speaks plain HTTP again next week.

mod certificate;
mod intake;
mod plain;
pub mod relay;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{Accepted, Acceptor};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::StartHandshake;

use certificate::{Certificate, Renewal};
pub use certificate::{CertificateError, SubjectNames};
use intake::{Bounded, Counted, Intake};
pub(super) use plain::to_https;

use super::door::{PATIENCE, Patient, Transport};

/// The longest beginning of a handshake. Browsers say 2 KB at most, keys for the age of quantum computers included.
const HELLO_MAX_BYTES: usize = 8 * 1024;
/// The most that one connection keeps encrypted and not yet sent.
const UNSENT_BYTES: usize = 16 * 1024;
/// How often the certificate's files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// The first byte of a connection that begins with a handshake of TLS.
const HANDSHAKE: u8 = 0x16;

/// The means of the door to speak TLS. Cheap to clone.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    certificate: Arc<Certificate>,
    config: Arc<ServerConfig>,
    /// Turns to sign: the one thing in a handshake that takes the processor's time. Half of the cores are left to the scores.
    signing: Semaphore,
    intake: Intake,
}

impl Tls {
    /// Reads a certificate and its key, both PEM.
    pub fn open(certificate: PathBuf, key: PathBuf) -> Result<Tls, TlsError> {
        let certificate = Arc::new(Certificate::open(certificate, key)?);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // A phone that comes back is known by its ticket: nothing is signed again, and nothing kept here for it.
        config.ticketer = ring::Ticketer::new()?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Tls(Arc::new(Inner {
            certificate,
            config: Arc::new(config),
            signing: Semaphore::new(cores.div_ceil(2)),
            intake: Intake::new(),
        })))
    }

    /// The names for which the certificate is good.
    pub fn names(&self) -> SubjectNames {
        self.0.certificate.names()
    }

    /// Sentences on what works, but not well.
    pub fn warnings(&self) -> Vec<String> {
        self.0.certificate.warnings()
    }

    /// Shows the new certificate after a renewal, for as long as the program runs.
    pub async fn keep_fresh(self) {
        let mut look = tokio::time::interval(LOOK_EVERY);
        loop {
            look.tick().await;
            let certificate = self.0.certificate.clone();
            // A panic there has been printed, and the old certificate is still good.
            let found = tokio::task::spawn_blocking(move || certificate.refresh()).await;
            match found {
                Ok(Renewal::Shown(warnings)) => {
                    tracing::info!("the certificate was renewed");
                    for warning in warnings {
                        tracing::warn!("{warning}");
                    }
                }
                Ok(Renewal::Useless(reason)) => {
                    tracing::warn!(
                        "the certificate's files changed, and the old one is kept: {reason}"
                    );
                }
                Ok(Renewal::Unchanged) | Err(_) => {}
            }
        }
    }

    /// Finds out what is spoken on a connection and makes the handshake of TLS; everything is plain on the one that is returned.
    /// How long that may take is for the caller to say. `held` is let go when the client's own connection has ended.
    pub async fn listen<H: Send + 'static>(
        &self,
        stream: TcpStream,
        held: H,
    ) -> io::Result<(TcpStream, Transport)> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 1 && first != [HANDSHAKE] {
            return Ok((stream, Transport::PlainForTls));
        }
        let tls = self.handshake(stream).await?;
        let (near, inside) = relay::pair()?;
        let inside = TcpStream::from_std(inside)?;
        tokio::spawn(async move {
            relay::relay(tls, near).await;
            drop(held);
        });
        Ok((inside, Transport::Tls))
    }

    async fn handshake(&self, stream: TcpStream) -> io::Result<Bounded<Patient<TcpStream>>> {
        let accepted = hello(&stream).await?;
        let start = StartHandshake::from_parts(
            accepted,
            Counted::new(Patient::new(stream, PATIENCE, Arc::default())),
        );
        // Who hangs after its hello holds no turn.
        let rest = {
            let _turn = self.0.signing.acquire().await;
            start.into_stream_with(self.0.config.clone(), |connection| {
                connection.set_buffer_limit(Some(UNSENT_BYTES));
            })
        };
        Ok(Bounded::new(rest.await?, self.0.intake.clone()))
    }
}

/// TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    #[error("TLS cannot be set up: {0}")]
    Library(#[from] rustls::Error),
}

/// The beginning of a handshake. Until it is there in full, its bytes are all that is kept.
async fn hello(stream: &TcpStream) -> io::Result<Accepted> {
    let mut acceptor = Acceptor::default();
    let mut heard = 0;
    loop {
        stream.readable().await?;
        match hear(stream, &mut acceptor, &mut heard) {
            Ok(Some(accepted)) => return Ok(accepted),
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads what there is of a hello. A function of its own: what it needs is not kept while nothing comes.
fn hear(
    stream: &TcpStream,
    acceptor: &mut Acceptor,
    heard: &mut usize,
) -> io::Result<Option<Accepted>> {
    let mut bytes = [0; 4096];
    let read = stream.try_read(&mut bytes)?;
    *heard += read;
    if read == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if *heard > HELLO_MAX_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a hello that is too long",
        ));
    }
    let mut unread = &bytes[..read];
    while !unread.is_empty() {
        acceptor.read_tls(&mut unread)?;
    }
    acceptor.accept().map_err(|(error, mut alert)| {
        let mut told = Vec::new();
        // Into memory, which takes everything; a new socket has room for it.
        let _ = alert.write_all(&mut told);
        let _ = stream.try_write(&told);
        io::Error::new(io::ErrorKind::InvalidData, error)
    })
}
