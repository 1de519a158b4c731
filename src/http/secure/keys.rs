//! The keys of one channel, and what is done with them.
//!
//! - channel = HMAC(root, "courtside channel" | server's 16 bytes | page's 16 bytes)
//! - signing = HMAC(channel, "sign"), sealing = HMAC(channel, "seal")
//! - signature = HMAC(signing, number "\n" method "\n" target "\n" | body); a frame has the method `frame` and no target
//! - sealed = ChaCha20-Poly1305 (RFC 8439) with the tag apart, so that a sealed body is as long as the plain one.
//!   The nonce is 0 for a request and 1 for an answer in the first byte, and the number in the last eight. The associated
//!   data are method "\n" target, or the answer's status.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce, Tag};
use subtle::ConstantTimeEq;

use super::{ChannelId, mac};

/// What both sides have before there is a channel.
pub type Root = [u8; 32];
pub type Signature = [u8; 32];
pub type SealTag = [u8; 16];

/// The method under which frames are signed.
const FRAME: &str = "frame";

#[derive(Clone)]
pub struct Keys {
    signing: [u8; 32],
    sealing: [u8; 32],
}

/// The direction of a sealed body: no two bodies share a nonce.
#[derive(Clone, Copy)]
enum Way {
    Request = 0,
    Answer = 1,
}

impl Keys {
    pub fn new(root: &Root, channel: &ChannelId, page: &[u8; 16]) -> Keys {
        let key = mac(root, &[b"courtside channel", channel, page]);
        Keys {
            signing: mac(&key, &[b"sign"]),
            sealing: mac(&key, &[b"seal"]),
        }
    }

    pub fn signed(&self, number: u64, method: &str, target: &str, body: &[u8]) -> Signature {
        let head = format!("{number}\n{method}\n{target}\n");
        mac(&self.signing, &[head.as_bytes(), body])
    }

    /// Says if this is the signature of a request.
    pub fn has_signed(
        &self,
        signature: &Signature,
        number: u64,
        method: &str,
        target: &str,
        body: &[u8],
    ) -> bool {
        self.signed(number, method, target, body)
            .ct_eq(signature)
            .into()
    }

    /// Says if this is the signature of a websocket's frame.
    pub fn has_signed_frame(&self, signature: &Signature, number: u64, text: &str) -> bool {
        self.has_signed(signature, number, FRAME, "", text.as_bytes())
    }

    /// Makes a request's body readable in place. `false`: it was not sealed by these keys, or was changed since.
    pub fn open_request(
        &self,
        number: u64,
        method: &str,
        target: &str,
        body: &mut [u8],
        tag: &SealTag,
    ) -> bool {
        let about = format!("{method}\n{target}");
        ChaCha20Poly1305::new(&self.sealing.into())
            .decrypt_inout_detached(
                &nonce(Way::Request, number),
                about.as_bytes(),
                body.into(),
                &Tag::from(*tag),
            )
            .is_ok()
    }

    /// Encrypts an answer's body in place and returns its tag. `None`: it is too long for this cipher (256 GB).
    pub fn seal_answer(&self, number: u64, status: u16, body: &mut [u8]) -> Option<SealTag> {
        ChaCha20Poly1305::new(&self.sealing.into())
            .encrypt_inout_detached(
                &nonce(Way::Answer, number),
                status.to_string().as_bytes(),
                body.into(),
            )
            .ok()
            .map(Into::into)
    }
}

fn nonce(way: Way, number: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[0] = way as u8;
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    nonce.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::secure::hex::{from_hex, to_hex};

    fn keys() -> Keys {
        Keys::new(&[1; 32], &[2; 16], &[3; 16])
    }

    #[test]
    fn a_signature_is_for_one_number_method_target_and_body() {
        let signature = keys().signed(5, "POST", "/a?b=1", b"{}");
        let good = |number, method, target, body: &[u8]| {
            keys().has_signed(&signature, number, method, target, body)
        };
        assert!(good(5, "POST", "/a?b=1", b"{}"));
        assert!(!good(6, "POST", "/a?b=1", b"{}"));
        assert!(!good(5, "PUT", "/a?b=1", b"{}"));
        assert!(!good(5, "POST", "/a?b=2", b"{}"));
        assert!(!good(5, "POST", "/a?b=1", b"[]"));
        let other = Keys::new(&[1; 32], &[2; 16], &[4; 16]);
        assert!(!other.has_signed(&signature, 5, "POST", "/a?b=1", b"{}"));
    }

    /// The same numbers stand in `tests/web/secure.test.js`.
    #[test]
    fn pages_and_server_compute_the_same() {
        let signature = keys().signed(5, "POST", "/api/x?y=1", b"{\"a\":1}");
        assert_eq!(to_hex(&signature), SIGNATURE);
        let mut body = *b"{\"token\":\"secret\"}";
        let tag = keys().seal_answer(7, 201, &mut body).unwrap();
        assert_eq!((to_hex(&body).as_str(), to_hex(&tag).as_str()), SEALED);
    }
    const SIGNATURE: &str = "469973158022831a02b9891bb75a6352d48735a5e1a0790b3a4b0744664f424c";
    const SEALED: (&str, &str) = (
        "cbd3def1f366ea87a9e321df6c88bc2b7e0c",
        "83df133b8d9e5d76df19221b45be2a75",
    );

    #[test]
    fn what_was_sealed_by_a_page_is_opened_and_nothing_else() {
        let mut body: [u8; 2] = *b"{}";
        let cipher = ChaCha20Poly1305::new(&keys().sealing.into());
        let tag: SealTag = cipher
            .encrypt_inout_detached(
                &nonce(Way::Request, 9),
                b"POST\n/api/courts",
                body.as_mut_slice().into(),
            )
            .unwrap()
            .into();
        let opened = |number, method, target, tag: &SealTag| {
            let mut copy = body;
            keys().open_request(number, method, target, &mut copy, tag) && copy == *b"{}"
        };
        assert!(opened(9, "POST", "/api/courts", &tag));
        assert!(!opened(10, "POST", "/api/courts", &tag));
        assert!(!opened(9, "PUT", "/api/courts", &tag));
        assert!(!opened(9, "POST", "/api/courts?x", &tag));
        assert!(!opened(
            9,
            "POST",
            "/api/courts",
            &from_hex(&"00".repeat(16)).unwrap()
        ));
    }
}
