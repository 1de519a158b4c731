//! The group in which both sides agree on keys: 2,048 bits, RFC 5054, appendix A.
//!
//! A safe prime. Elements travel as 512 hexadecimal digits, always the same length.

use std::sync::LazyLock;

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U2048};
use sha2::{Digest, Sha256};

use super::hex::{from_hex, to_hex};
use crate::random::{self, NoRandom};

const PRIME: &str = "ac6bdb41324a9a9bf166de5e1389582faf72b6651987ee07fc3192943db56050\
                     a37329cbb4a099ed8193e0757767a13dd52312ab4b03310dcd7f48a9da04fd50\
                     e8083969edb767b0cf6095179a163ab3661a05fbd5faaae82918a9962f0b93b8\
                     55f97993ec975eeaa80d740adbf4ff747359d041d5c33ea71d281e446b14773b\
                     ca97b43a23fb801676bd207a436c6481f1d2b9078717461a5b9d32e688f87748\
                     544523b524b0d57d5ea77a2775d2ecfa032cfbdbf52fb3786160279004e57ae6\
                     af874e7303ce53299ccc041c7bc308d82a5698f3a8d0c38271ae35f8e9dbfbb6\
                     94b5c803d89f7ae435de236d525f54759b65e372fcd68ef20fa7111f9e4aff73";
const GENERATOR: U2048 = U2048::from_u8(2);
pub const ELEMENT_BYTES: usize = 256;

type Number = FixedMontyForm<{ U2048::LIMBS }>;

/// Computed at the first use: the compiler would take minutes for it.
static MODULUS: LazyLock<FixedMontyParams<{ U2048::LIMBS }>> =
    LazyLock::new(|| FixedMontyParams::new_vartime(Odd::<U2048>::from_be_hex(PRIME)));

fn modulo(number: &U2048) -> Number {
    Number::new(number, &MODULUS)
}

/// An element of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element(Number);

/// A secret exponent of 256 bits. Never printed.
#[derive(Clone, Copy)]
pub struct Exponent(U256);

impl Exponent {
    pub fn random() -> Result<Exponent, NoRandom> {
        let mut bytes = [0; 32];
        random::fill(&mut bytes)?;
        Ok(Exponent::from_bytes(&bytes))
    }

    pub fn from_bytes(bytes: &[u8; 32]) -> Exponent {
        Exponent(U256::from_be_slice(bytes))
    }
}

impl Element {
    /// The generator to the power of a secret.
    pub fn of(secret: &Exponent) -> Element {
        Element(modulo(&GENERATOR)).power(secret)
    }

    pub fn power(self, exponent: &Exponent) -> Element {
        Element(self.0.pow(&exponent.0))
    }

    pub fn times(self, other: Element) -> Element {
        Element(self.0 * other.0)
    }

    pub fn plus(self, other: Element) -> Element {
        Element(self.0 + other.0)
    }

    #[cfg(test)]
    pub fn minus(self, other: Element) -> Element {
        Element(self.0 - other.0)
    }

    /// A number of 256 bits as an element: the multiplier of SRP.
    pub fn from_small(bytes: &[u8; 32]) -> Element {
        let mut all = [0; ELEMENT_BYTES];
        all[ELEMENT_BYTES - bytes.len()..].copy_from_slice(bytes);
        Element(modulo(&U2048::from_be_slice(&all)))
    }

    pub fn bytes(&self) -> [u8; ELEMENT_BYTES] {
        let mut bytes = [0; ELEMENT_BYTES];
        bytes.copy_from_slice(self.0.retrieve().to_be_bytes().as_ref());
        bytes
    }

    pub fn hex(&self) -> String {
        to_hex(&self.bytes())
    }

    /// An element that somebody sent. `None` for what is none, or would make the secret known: 0, 1 and N - 1.
    pub fn from_hex(text: &str) -> Option<Element> {
        let bytes: [u8; ELEMENT_BYTES] = from_hex(text)?;
        let element = Element(modulo(&U2048::from_be_slice(&bytes)));
        let one = modulo(&U2048::ONE);
        let known = [modulo(&U2048::ZERO), one, -one];
        // A number above N would have two spellings.
        (element.bytes() == bytes && !known.contains(&element.0)).then_some(element)
    }
}

/// SHA-256 of N and the padded generator: the multiplier `k` of SRP-6a.
pub fn multiplier() -> [u8; 32] {
    let generator = Element(modulo(&GENERATOR)).bytes();
    let mut hash = Sha256::new();
    hash.update(MODULUS.modulus().get().to_be_bytes());
    hash.update(generator);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sides_agree_and_a_listener_has_neither_secret() {
        let (a, b) = (Exponent::random().unwrap(), Exponent::random().unwrap());
        let (public_a, public_b) = (Element::of(&a), Element::of(&b));
        assert_eq!(public_b.power(&a), public_a.power(&b));
        assert_eq!(Element::from_hex(&public_a.hex()), Some(public_a));
    }

    #[test]
    fn an_element_that_gives_the_secret_away_is_none() {
        let spelled = |number: U2048| to_hex(number.to_be_bytes().as_ref());
        let modulus = MODULUS.modulus().get();
        for number in [
            U2048::ZERO,
            U2048::ONE,
            modulus - U2048::ONE,
            modulus,
            modulus + U2048::from_u8(2),
        ] {
            assert_eq!(Element::from_hex(&spelled(number)), None);
        }
        assert_eq!(Element::from_hex("02"), None);
        assert_eq!(Element::from_hex(&"é".repeat(256)), None);
    }
}
