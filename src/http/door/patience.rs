//! A client that takes nothing for too long is given up, whatever it was being sent.
//!
//! hyper waits for ever for room in a client's socket, and keeps what was to be written for as long. Websockets have a
//! vigil of their own (`ws/vigil.rs`); this is the one of server-sent events and ordinary answers.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a client may go on sending a body that was refused, and how much of it is taken.
const FAREWELL: Duration = Duration::from_secs(2);
const FAREWELL_BYTES: usize = 1024 * 1024;

/// A stream whose writes fail when there was no room for them for so long.
///
/// Any room at all ends the waiting, so a slow client stays. The kernel tells of it when a third of the buffer is free:
/// with [`super::accept::SEND_BUFFER_BYTES`] that is some hundred bytes a second.
pub struct Patient<S> {
    inner: S,
    limit: Duration,
    /// Until when a write may wait; nothing while none does, which is nearly always.
    waits: Option<Pin<Box<Sleep>>>,
    /// Tells others that a write waits.
    unsent: Arc<AtomicBool>,
    /// The client is still sending what nobody reads.
    unread: Arc<AtomicBool>,
    passed_over: usize,
}

impl<S> Patient<S> {
    pub fn new(inner: S, limit: Duration, unread: Arc<AtomicBool>) -> Patient<S> {
        Patient {
            inner,
            limit,
            waits: None,
            unsent: Arc::default(),
            unread,
            passed_over: 0,
        }
    }

    /// Tells others here that a write waits.
    pub fn telling(self, unsent: Arc<AtomicBool>) -> Patient<S> {
        Patient { unsent, ..self }
    }

    pub fn into_inner(self) -> S {
        self.inner
    }

    /// What became of a write, or the end of the patience with it.
    fn waited<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.waits.take().is_some() {
                self.unsent.store(false, Ordering::Relaxed);
            }
            return written;
        }
        self.unsent.store(true, Ordering::Relaxed);
        let limit = self.limit;
        let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(limit)));
        ready!(waits.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(
            ErrorKind::TimedOut,
            "the client took nothing for too long",
        )))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.waited(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, pieces);
        self.waited(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.inner).poll_shutdown(context))?;
        if self.unread.load(Ordering::Relaxed) {
            return self.pass_over(context);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> Patient<S> {
    /// Takes and forgets what the client still sends. Closing with unread bytes would reset the connection before the
    /// answer is read.
    fn pass_over(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(FAREWELL)));
        if waits.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let mut piece = [0; 1024];
        while self.passed_over < FAREWELL_BYTES {
            let mut read = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut self.inner).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                break;
            }
            self.passed_over += read.filled().len();
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::advance;

    use super::*;
    use crate::clock;

    const LIMIT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up_after_the_limit() {
        let (ours, _frozen) = duplex(64);
        let since = clock::now();
        let ended = Patient::new(ours, LIMIT, Arc::default())
            .write_all(&[0; 100])
            .await;
        assert_eq!(
            ended.map_err(|error| error.kind()),
            Err(ErrorKind::TimedOut)
        );
        assert_eq!(since.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_a_byte_now_and_then_is_waited_for() {
        let (ours, mut slow) = duplex(64);
        let mut patient = Patient::new(ours, LIMIT, Arc::default());
        let writing = tokio::spawn(async move { patient.write_all(&[0; 70]).await });
        for _ in 0..70 {
            advance(LIMIT - Duration::from_secs(1)).await;
            slow.read_u8().await.unwrap();
        }
        writing.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nothing_is_to_be_written_does_not_count() {
        let (ours, mut quiet) = duplex(64);
        let mut patient = Patient::new(ours, LIMIT, Arc::default());
        for _ in 0..3 {
            patient.write_all(&[0; 64]).await.unwrap();
            advance(3 * LIMIT).await;
            quiet.read_exact(&mut [0; 64]).await.unwrap();
        }
    }
}
