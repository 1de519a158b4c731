//! What sockets alone cost: a loop that answers each frame with a frame, without a disk, a rule or a second thread.

use std::io::{ErrorKind, Read as _, Write as _};
use std::thread;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::socket::{Herd, pairs};

/// Clients of a loop that ends with them. They expect answers like those of a server.
pub fn clients(count: usize, question: &[u8], answer: &[u8]) -> Herd {
    let (near, far) = pairs(count);
    let (question, answer) = (question.len(), answer.to_owned());
    thread::spawn(move || {
        let streams = near.into_iter().map(|stream| {
            stream.set_nonblocking(true).expect("a socket");
            TcpStream::from_std(stream)
        });
        answer_all(streams.collect(), question, &answer);
    });
    Herd::plain(far)
}

/// Answers every so many bytes of each socket until all are closed.
fn answer_all(mut streams: Vec<TcpStream>, question: usize, answer: &[u8]) {
    let mut poll = Poll::new().expect("an epoll");
    for (number, stream) in streams.iter_mut().enumerate() {
        poll.registry()
            .register(stream, Token(number), Interest::READABLE)
            .expect("an epoll");
    }
    let mut events = Events::with_capacity(streams.len());
    let (mut open, mut buffer) = (streams.len(), [0; 4096]);
    while open > 0 {
        poll.poll(&mut events, None).expect("an epoll");
        for event in &events {
            let stream = &mut streams[event.token().0];
            match stream.read(&mut buffer) {
                Ok(read) if read > 0 => {
                    assert_eq!(read, question, "one question at a time");
                    stream.write_all(answer).expect("the socket has room");
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // Closed, or reset because answers were left unread.
                _ => open -= 1,
            }
        }
    }
}
