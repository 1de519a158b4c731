//! The bound of what clients leave half said. TLS keeps a record, or a message of the handshake, until it is whole: 16 and 64 KB that
//! nobody could use, for each connection that stops in the middle.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::server::TlsStream;

/// The room that every connection has, used or not: the library reads so much at once.
const FREE_BYTES: usize = 4 * 1024;
/// The longest record, and what comes with the read that ends it.
const MOST_BYTES: usize = 17 * 1024 + FREE_BYTES;
/// Connections that may be in the middle of something longer at the same time: 5 MB.
const LONG_AT_ONCE: usize = 256;

/// The room for what is half said, for all connections. Cheap to clone.
#[derive(Clone)]
pub struct Intake(Arc<Semaphore>);

impl Intake {
    pub fn new() -> Intake {
        Intake(Arc::new(Semaphore::new(LONG_AT_ONCE)))
    }
}

/// A connection whose bytes are counted as they come.
pub struct Counted<S> {
    inner: S,
    /// Bytes that have come since something was whole.
    half_said: usize,
}

impl<S> Counted<S> {
    pub fn new(inner: S) -> Counted<S> {
        Counted {
            inner,
            half_said: 0,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        self.half_said += buffer.filled().len() - before;
        if self.half_said > MOST_BYTES {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "more bytes than any record has",
            )));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// A connection of TLS that takes of the common room what it leaves half said, and ends where there is none.
pub struct Bounded<S> {
    tls: TlsStream<Counted<S>>,
    intake: Intake,
    /// While something longer is under way.
    long: Option<OwnedSemaphorePermit>,
}

impl<S> Bounded<S> {
    pub fn new(tls: TlsStream<Counted<S>>, intake: Intake) -> Bounded<S> {
        Bounded {
            tls,
            intake,
            long: None,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.tls).poll_read(context, buffer);
        if read.is_ready() {
            self.tls.get_mut().0.half_said = 0;
            self.long = None;
        } else if self.long.is_none() && self.tls.get_ref().0.half_said > FREE_BYTES {
            match self.intake.0.clone().try_acquire_owned() {
                Ok(permit) => self.long = Some(permit),
                Err(_) => {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::OutOfMemory,
                        "too many clients are in the middle of a record",
                    )));
                }
            }
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tls).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_shutdown(context)
    }
}
