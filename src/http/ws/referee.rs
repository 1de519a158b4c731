//! A referee's connection: events in, answers out, in order.

use std::pin::pin;
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};

use super::vigil::{Due, Vigil};
use super::{Line, Socket, close_frame, last_words, policy, say_goodbye};
use crate::broker::{Answer, Closing, Notice, Seat, Submission};
use crate::domain::Refusal;
use crate::http::door::Place;
use crate::http::wire;

/// Events of one connection that may wait for their answers; then its socket is not read.
const UNANSWERED_MAX: usize = 200;
/// Refusals for speed, less the answers of other kinds, after which a connection is no referee but a flood.
const FLOOD: usize = 2_000;
/// Frames without a good signature, after which somebody else speaks into this connection.
const FORGED_MAX: usize = 20;
/// How long a peer may take to read what it is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// How an event's text becomes an event: the original spelling is known to the routes, not here.
pub type Parse = Box<dyn FnMut(&str) -> Submission + Send>;

/// Serves one referee's connection until it or its seat ends.
pub async fn referee(line: Line, seat: Seat, parse: Parse, place: Place) {
    let mut session = Session {
        socket: line.into_socket().await,
        seat,
        parse,
        place,
        unanswered: 0,
        too_fast: 0,
        forged: 0,
        stopping: false,
    };
    let closing = session.run().await;
    let Session { socket, seat, .. } = session;
    seat.leave().await;
    if let Some(closing) = last_words(closing) {
        say_goodbye(socket, closing).await;
    }
}

/// Sends a referee away whose token is no longer good.
pub async fn turn_away(line: Line, seat: Seat) {
    seat.leave().await;
    say_goodbye(
        line.into_socket().await,
        Some(close_frame(Closing::Revoked)),
    )
    .await;
}

struct Session {
    socket: Socket,
    seat: Seat,
    parse: Parse,
    place: Place,
    unanswered: usize,
    too_fast: usize,
    forged: usize,
    /// The server stops: nothing more is read, what was read is answered.
    stopping: bool,
}

impl Session {
    async fn run(&mut self) -> Result<Option<CloseFrame>, Error> {
        let mut vigil = Vigil::new();
        let mut wake = pin!(tokio::time::sleep_until(vigil.next()));
        loop {
            if self.stopping && self.unanswered == 0 {
                return Ok(Some(close_frame(crate::broker::Closing::End(
                    crate::broker::End::Restart,
                ))));
            }
            let listening = !self.stopping && self.unanswered < UNANSWERED_MAX;
            tokio::select! {
                notice = self.seat.notice() => {
                    let Some(notice) = notice else { return Ok(Some(policy("too slow to follow"))) };
                    if let Some(frame) = self.tell(notice).await? {
                        return Ok(Some(frame));
                    }
                }
                message = self.socket.next(), if listening => {
                    vigil.heard();
                    if let Some(frame) = self.hear(message).await? {
                        return Ok(frame);
                    }
                }
                () = wake.as_mut() => {
                    match vigil.due() {
                        Some(Due::Gone) => return Ok(None),
                        Some(Due::Ping) => self.send(Message::Ping(Bytes::new())).await?,
                        None => {}
                    }
                    wake.as_mut().reset(vigil.next());
                }
            }
        }
    }

    /// Sends one notice, and with it those that wait already. Some end the connection.
    async fn tell(&mut self, first: Notice) -> Result<Option<CloseFrame>, Error> {
        let mut next = Some(first);
        while let Some(notice) = next {
            let message = match notice {
                Notice::Welcome(summary) => Message::text(wire::referee_welcome(&summary)),
                Notice::Answer(answer) => {
                    if self.count(&answer) > FLOOD {
                        return Ok(Some(policy("too many events at once")));
                    }
                    Message::text(wire::answer(&answer))
                }
                Notice::Event(frame) => match Utf8Bytes::try_from(frame.json()) {
                    Ok(text) => Message::Text(text),
                    Err(_) => return Err(Error::ConnectionClosed),
                },
                Notice::Duty(duty) => Message::text(wire::duty(duty)),
                Notice::Stopping => {
                    self.hand_over().await?;
                    next = self.seat.notice().now_or_never().flatten();
                    continue;
                }
                Notice::Close(closing) => {
                    self.flush().await?;
                    return Ok(Some(close_frame(closing)));
                }
            };
            timeout(WRITE_TIMEOUT, self.socket.feed(message))
                .await
                .unwrap_or(Err(Error::ConnectionClosed))?;
            next = self.seat.notice().now_or_never().flatten();
        }
        self.flush().await?;
        Ok(None)
    }

    /// Keeps the counts that an answer changes; returns how many in a row were refused for speed.
    fn count(&mut self, answer: &Answer) -> usize {
        self.unanswered = self.unanswered.saturating_sub(1);
        match answer.outcome {
            Err(Refusal::RateLimited) => self.too_fast += 1,
            _ => self.too_fast = self.too_fast.saturating_sub(1),
        }
        self.too_fast
    }

    /// Takes one message. `Some` ends the connection, with or without a word.
    async fn hear(
        &mut self,
        message: Option<Result<Message, Error>>,
    ) -> Result<Option<Option<CloseFrame>>, Error> {
        let submission = match message {
            None | Some(Ok(Message::Close(_))) => return Ok(Some(None)),
            Some(Ok(Message::Text(text))) => self.place.allow((self.parse)(text.as_str())),
            Some(Ok(Message::Binary(_))) => Err(Refusal::BadJson(
                "this was a binary frame; send events as text frames".into(),
            )
            .into()),
            Some(Ok(_)) => {
                self.flush().await?;
                return Ok(None);
            }
            Some(Err(Error::Capacity(_))) => {
                return Ok(Some(Some(policy("this frame is far too large"))));
            }
            Some(Err(error)) => return Err(error),
        };
        if let Err(unreadable) = &submission
            && unreadable.refusal == Refusal::BadSignature
        {
            self.forged += 1;
            if self.forged > FORGED_MAX {
                return Ok(Some(Some(policy(
                    "too many frames without a good signature",
                ))));
            }
        }
        self.unanswered += 1;
        let taken = self.seat.submit(submission).await;
        // A match that ends this seat says so in a notice.
        Ok((!taken && self.stopping).then_some(None))
    }

    /// Takes what has already arrived, so that a stopping server loses nothing that it was sent.
    async fn hand_over(&mut self) -> Result<(), Error> {
        while self.unanswered < UNANSWERED_MAX {
            let Some(message) = self.socket.next().now_or_never() else {
                break;
            };
            if self.hear(message).await?.is_some() {
                break;
            }
        }
        self.stopping = true;
        Ok(())
    }

    async fn send(&mut self, message: Message) -> Result<(), Error> {
        timeout(WRITE_TIMEOUT, self.socket.send(message))
            .await
            .unwrap_or(Err(Error::ConnectionClosed))
    }

    async fn flush(&mut self) -> Result<(), Error> {
        timeout(WRITE_TIMEOUT, self.socket.flush())
            .await
            .unwrap_or(Err(Error::ConnectionClosed))
    }
}
