//! The bytes on a watcher's socket: frames that are written as they stand in the log, and pongs.

use std::io::{self, ErrorKind, IoSlice, Write as _};

use arrayvec::ArrayVec;
use bytes::{Buf as _, Bytes};
use mio::net::TcpStream;

use crate::broker::{BATCH_FRAMES, Placed};

/// Says if these bytes are whole pongs and nothing else (RFC 6455, section 5.5.3): masked, and short.
pub fn are_pongs(mut bytes: &[u8]) -> bool {
    const HEAD_AND_MASK: usize = 6;
    while let [0x8a, length @ 0x80..=0xfd, ..] = bytes {
        match bytes.get(HEAD_AND_MASK + usize::from(length & 0x7f)..) {
            Some(more) => bytes = more,
            None => return false,
        }
    }
    bytes.is_empty()
}

/// Writes the rest of a frame; says whether all of it is out.
pub fn write_rest(stream: &mut TcpStream, rest: &mut Bytes) -> io::Result<bool> {
    while !rest.is_empty() {
        match stream.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => rest.advance(written),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Writes these frames in one call. The first that is not out becomes the rest, and its place is returned: those after it
/// are to be pulled again.
pub fn write_batch(
    stream: &mut TcpStream,
    batch: &[Placed],
    rest: &mut Bytes,
) -> io::Result<Option<u64>> {
    let slices: ArrayVec<IoSlice<'_>, BATCH_FRAMES> = batch
        .iter()
        .map(|(_, frame)| IoSlice::new(frame.bytes()))
        .collect();
    let written = match slices.as_slice() {
        [alone] => stream.write(alone),
        many => stream.write_vectored(many),
    };
    let mut written = match written {
        Ok(0) => return Err(ErrorKind::WriteZero.into()),
        Ok(written) => written,
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => 0,
        Err(error) => return Err(error),
    };
    for (place, frame) in batch {
        let length = frame.bytes().len();
        if written < length {
            *rest = frame.bytes().slice(written..);
            return Ok(Some(*place));
        }
        written -= length;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::are_pongs;

    #[test]
    fn only_whole_masked_pongs_are_passed_over() {
        let empty = [0x8a, 0x80, 1, 2, 3, 4];
        let with_text = [0x8a, 0x82, 1, 2, 3, 4, b'h', b'i'];
        assert!(are_pongs(&empty));
        assert!(are_pongs(&[empty.as_slice(), &with_text, &empty].concat()));
        let cases: [(&str, &[u8]); 6] = [
            ("half a pong", &empty[..5]),
            ("a pong without its text", &with_text[..7]),
            ("a ping", &[0x89, 0x80, 1, 2, 3, 4]),
            ("a close frame", &[0x88, 0x80, 1, 2, 3, 4]),
            ("a pong that is not masked", &[0x8a, 0x00]),
            ("a pong that is too long", &[0x8a, 0xfe, 0, 200, 1, 2, 3, 4]),
        ];
        for (what, bytes) in cases {
            assert!(!are_pongs(bytes), "{what}");
            assert!(!are_pongs(&[&empty, bytes].concat()), "a pong and {what}");
        }
    }
}
