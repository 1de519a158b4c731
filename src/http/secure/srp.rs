//! The PIN without its digits on the air: SRP-6a, a password-authenticated key exchange.
//!
//! Names as in RFC 5054, group of 2,048 bits, H = SHA-256, every element padded to 256 bytes:
//!
//! - x = PBKDF2-HMAC-SHA256(digits, s, rounds), v = g^x; s, rounds and v are kept.
//! - A = g^a, B = k·v + g^b, k = H(N | g), u = H(A | B).
//! - S = (A · v^u)^b = (B - k·g^x)^(a + u·x), K = H(S).
//! - M1 = HMAC(K, "courtside client" | A | B | s), M2 = HMAC(K, "courtside server" | A | B | s).
//! - The session's key = HMAC(K, "courtside session").
//!
//! RFC 2945 hashes the user's name into x and M1; there is one user here. A listener learns nothing about the PIN, and
//! somebody who pretends to be server or page gets one guess a try.

use pbkdf2::pbkdf2_hmac_array;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::group::{Element, Exponent, multiplier};
use super::hex::{from_hex, to_hex};
use super::mac;
use crate::random::{self, NoRandom};

/// Slows down whoever has a copy of the database. A sixfold throttled browser takes half a second for it.
const ROUNDS: u32 = 30_000;
/// The first word of a kept verifier.
const SCHEME: &str = "srp6a-2048-sha256";

pub type Salt = [u8; 16];

/// All that is kept for checking a PIN this way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    pub rounds: u32,
    pub salt: Salt,
    element: Element,
}

impl Verifier {
    /// Slow on purpose.
    pub fn of_pin(pin: &str) -> Result<Verifier, NoRandom> {
        let mut salt = Salt::default();
        random::fill(&mut salt)?;
        Ok(Verifier::with_salt(pin, salt, ROUNDS))
    }

    fn with_salt(pin: &str, salt: Salt, rounds: u32) -> Verifier {
        let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
        let x = pbkdf2_hmac_array::<Sha256, 32>(digits.as_bytes(), &salt, rounds);
        Verifier {
            rounds,
            salt,
            element: Element::of(&Exponent::from_bytes(&x)),
        }
    }

    /// As it is kept in the settings.
    pub fn to_text(&self) -> String {
        let (salt, element) = (to_hex(&self.salt), self.element.hex());
        format!("{SCHEME}${}${salt}${element}", self.rounds)
    }

    pub fn from_text(text: &str) -> Option<Verifier> {
        let mut parts = text.split('$');
        if parts.next()? != SCHEME {
            return None;
        }
        Some(Verifier {
            rounds: parts.next()?.parse().ok()?,
            salt: from_hex(parts.next()?)?,
            element: Element::from_hex(parts.next()?)?,
        })
    }
}

/// The server's answer to `A`, and what it needs for judging the proof that follows.
pub struct Exchange {
    pub public: Element,
    proof: [u8; 32],
    answer: [u8; 32],
    session_key: [u8; 32],
}

/// What both sides have when the proof was right.
pub struct Agreed {
    /// The server's own proof, `M2`.
    pub answer: [u8; 32],
    pub session_key: [u8; 32],
}

impl Exchange {
    /// Three powers: too long for a thread of the runtime.
    pub fn begin(verifier: &Verifier, client: Element) -> Result<Exchange, NoRandom> {
        Ok(Exchange::with_secret(
            verifier,
            client,
            &Exponent::random()?,
        ))
    }

    fn with_secret(verifier: &Verifier, client: Element, b: &Exponent) -> Exchange {
        let k = Element::from_small(&multiplier());
        let public = k.times(verifier.element).plus(Element::of(b));
        let u = Sha256::new()
            .chain_update(client.bytes())
            .chain_update(public.bytes())
            .finalize()
            .into();
        let shared = client
            .times(verifier.element.power(&Exponent::from_bytes(&u)))
            .power(b);
        let key: [u8; 32] = Sha256::digest(shared.bytes()).into();
        let told = |label: &[u8]| {
            let (a, b) = (client.bytes(), public.bytes());
            mac(&key, &[label, &a, &b, &verifier.salt])
        };
        Exchange {
            public,
            proof: told(b"courtside client"),
            answer: told(b"courtside server"),
            session_key: mac(&key, &[b"courtside session"]),
        }
    }

    /// What follows from the client's proof, if it is right.
    pub fn judge(self, proof: &[u8; 32]) -> Option<Agreed> {
        bool::from(self.proof.ct_eq(proof)).then_some(Agreed {
            answer: self.answer,
            session_key: self.session_key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: Salt = [7; 16];

    /// Enough of a client to see the server from the other side: by the other formula for `S`.
    fn client(pin: &str, a: &Exponent, public: Element) -> [u8; 32] {
        let mine = Verifier::with_salt(pin, SALT, 10);
        let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
        let x = pbkdf2_hmac_array::<Sha256, 32>(digits.as_bytes(), &SALT, 10);
        let k = Element::from_small(&multiplier());
        let client = Element::of(a);
        let u: [u8; 32] = Sha256::new()
            .chain_update(client.bytes())
            .chain_update(public.bytes())
            .finalize()
            .into();
        let base = public.minus(k.times(mine.element));
        let shared = base.power(a).times(
            base.power(&Exponent::from_bytes(&x))
                .power(&Exponent::from_bytes(&u)),
        );
        let key: [u8; 32] = Sha256::digest(shared.bytes()).into();
        mac(
            &key,
            &[b"courtside client", &client.bytes(), &public.bytes(), &SALT],
        )
    }

    #[test]
    fn the_right_pin_is_proven_and_a_wrong_one_is_not() {
        let kept = Verifier::with_salt("4829 1376", SALT, 10);
        for (pin, right) in [("48291376", true), ("4829-1376", true), ("48291377", false)] {
            let a = Exponent::random().unwrap();
            let exchange = Exchange::begin(&kept, Element::of(&a)).unwrap();
            let proof = client(pin, &a, exchange.public);
            assert_eq!(exchange.judge(&proof).is_some(), right, "{pin}");
        }
    }

    #[test]
    fn a_verifier_is_read_as_it_was_written() {
        let kept = Verifier::with_salt("4829 1376", SALT, 10);
        assert_eq!(Verifier::from_text(&kept.to_text()), Some(kept));
        assert_eq!(Verifier::from_text(""), None);
        assert_eq!(Verifier::from_text("scrypt$1$00$00"), None);
    }
}
