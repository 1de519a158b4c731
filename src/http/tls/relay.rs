//! The inner side of a TLS connection: a pair of local sockets, one for the rest of the program, one for a task that
//! encrypts and decrypts what passes.
//!
//! Watchers' frames are written by threads that know sockets and nothing else (`http/ws/crowd.rs`), and that is what makes
//! them cheap. With a pair in between they stay as they are, and plain connections cost nothing more. While nothing
//! passes a relay holds no buffer.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::Duration;

use rustix::net::sockopt::set_socket_send_buffer_size;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf, split};
use tokio::net::UnixStream;
use tokio::time::timeout;

/// The kernel's buffer between the two ends, in each direction; it doubles the number. Small, so that who takes nothing is
/// noticed as early as on a plain connection.
const PAIR_BYTES: usize = 16 * 1024;
/// The most that is encrypted at once: what one record of TLS holds.
const OUTWARD_BYTES: usize = 16 * 1024;
/// The most that is decrypted at once.
const INWARD_BYTES: usize = 4 * 1024;
/// How long the client may take to hang up after it was told the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Two ends of a line inside the program: one for a relay, and one that looks like a connection.
///
/// These are Unix sockets, which nobody else can reach. Reading, writing and waiting are the same calls as on a TCP
/// socket, which is all that is done with a connection once it is accepted.
pub fn pair() -> io::Result<(UnixStream, std::net::TcpStream)> {
    let (near, far) = StdUnixStream::pair()?;
    for end in [&near, &far] {
        end.set_nonblocking(true)?;
        set_socket_send_buffer_size(end, PAIR_BYTES)?;
    }
    Ok((
        UnixStream::from_std(near)?,
        std::net::TcpStream::from(OwnedFd::from(far)),
    ))
}

/// Carries bytes between the two sides until both have ended, or one broke.
pub async fn relay<T: AsyncRead + AsyncWrite + Unpin>(tls: T, near: UnixStream) {
    let (mut from_client, mut to_client) = split(tls);
    let (from_inside, mut to_inside) = near.into_split();
    let outward = async {
        loop {
            from_inside.readable().await?;
            let mut bytes = Vec::with_capacity(OUTWARD_BYTES);
            match from_inside.try_read_buf(&mut bytes) {
                Ok(0) => break,
                Ok(_) => {
                    to_client.write_all(&bytes).await?;
                    to_client.flush().await?;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        to_client.shutdown().await
    };
    let inward = async {
        let mut heard = true;
        loop {
            let bytes = next_bytes(&mut from_client).await?;
            if bytes.is_empty() {
                break;
            }
            // Nobody inside listens any more: what the client still says is passed over, or its connection would be reset
            // before it has read the end.
            heard = heard && to_inside.write_all(&bytes).await.is_ok();
        }
        // It may be gone.
        let _ = to_inside.shutdown().await;
        io::Result::Ok(())
    };
    let (mut outward, mut inward) = (pin!(outward), pin!(inward));
    let mut all_heard = false;
    let ended = loop {
        tokio::select! {
            ended = outward.as_mut() => break ended,
            heard = inward.as_mut(), if !all_heard => match heard {
                Ok(()) => all_heard = true,
                Err(error) => break Err(error),
            },
        }
    };
    match ended {
        Ok(()) if all_heard => {}
        Ok(()) => {
            // A client that does not hang up is left.
            let _ = timeout(FAREWELL, inward).await;
        }
        Err(error) => tracing::debug!("an encrypted connection ended: {error}"),
    }
}

/// Reads what the client says next, into as much memory as that needs; nothing at the end.
async fn next_bytes<R: AsyncRead + Unpin>(from: &mut R) -> io::Result<Vec<u8>> {
    poll_fn(|context| {
        let mut room = [MaybeUninit::uninit(); INWARD_BYTES];
        let mut room = ReadBuf::uninit(&mut room);
        let read = ready!(Pin::new(&mut *from).poll_read(context, &mut room));
        Poll::Ready(match read {
            Ok(()) => Ok(room.filled().to_vec()),
            // Many clients close without saying so in TLS. Whether something is missing, HTTP and websockets know.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Vec::new()),
            Err(error) => Err(error),
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use tokio::io::AsyncReadExt as _;
    use tokio::io::duplex;

    use super::*;

    #[tokio::test]
    async fn what_is_said_on_either_side_comes_out_on_the_other_and_so_does_the_end() {
        let (near, mut inside) = pair().unwrap();
        let (tls, mut client) = duplex(1024);
        let relaying = tokio::spawn(relay(tls, near));
        inside.set_nonblocking(false).unwrap();
        let inside = tokio::task::spawn_blocking(move || {
            let mut asked = [0; 5];
            inside.read_exact(&mut asked).unwrap();
            // More than both buffers hold.
            inside.write_all(&vec![7; 300_000]).unwrap();
            assert_eq!(&asked, b"score");
        });
        client.write_all(b"score").await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, vec![7; 300_000]);
        inside.await.unwrap();
        drop(client);
        relaying.await.unwrap();
    }

    #[tokio::test]
    async fn an_end_that_the_client_says_is_heard_inside_and_can_still_be_answered() {
        let (near, mut inside) = pair().unwrap();
        let (tls, mut client) = duplex(1024);
        let relaying = tokio::spawn(relay(tls, near));
        inside.set_nonblocking(false).unwrap();
        let inside = tokio::task::spawn_blocking(move || {
            let mut all = String::new();
            inside.read_to_string(&mut all).unwrap();
            inside.write_all(b"goodbye").unwrap();
            all
        });
        client.write_all(b"that is all").await.unwrap();
        client.shutdown().await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert_eq!(
            (answer.as_str(), inside.await.unwrap().as_str()),
            ("goodbye", "that is all")
        );
        relaying.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_hang_up_after_the_end_is_left() {
        let (near, inside) = pair().unwrap();
        let (tls, _client) = duplex(1024);
        let relaying = tokio::spawn(relay(tls, near));
        drop(inside);
        relaying.await.unwrap();
    }
}
