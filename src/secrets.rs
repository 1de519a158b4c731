//! Tokens and PINs: made from the operating system's random numbers, kept as hashes.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

use crate::random::{self, NoRandom};
use crate::store::{CodeHash, TokenHash};

const PIN_DIGITS: usize = 8;

/// A secret of 128 random bits, in hexadecimal.
pub fn new_token() -> Result<String, NoRandom> {
    let mut bytes = [0; 16];
    random::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// The letters and digits that nobody mixes up (Crockford's base 32).
const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_CHARACTERS: usize = 8;

/// A short secret of 40 random bits for typing, such as `7K3M-Q2XA`. Whoever takes it must count the tries.
pub fn new_code() -> Result<String, NoRandom> {
    let mut bytes = [0; CODE_CHARACTERS];
    random::fill(&mut bytes)?;
    let mut code: String = bytes
        .iter()
        .map(|byte| char::from(CODE_ALPHABET[usize::from(byte % 32)]))
        .collect();
    code.insert(CODE_CHARACTERS / 2, '-');
    Ok(code)
}

/// The hash of a code as somebody typed it: in any case, with or without spaces, with O for 0 and I or L for 1.
pub fn hash_code(typed: &str) -> CodeHash {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    // Marked, so that no token has the hash of a code.
    CodeHash(hash_token(&format!("code {plain}")).0)
}

pub fn hash_token(token: &str) -> TokenHash {
    TokenHash(hex(&Sha256::digest(token.as_bytes())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A new organiser PIN, in groups that can be read out: `4829 1376`.
pub fn new_pin() -> Result<String, NoRandom> {
    let mut pin = String::new();
    while pin.len() < PIN_DIGITS {
        let mut byte = [0];
        random::fill(&mut byte)?;
        // 250 is the largest multiple of ten: the rest would favour low digits.
        if byte[0] < 250 {
            pin.push(char::from(b'0' + byte[0] % 10));
        }
    }
    pin.insert(PIN_DIGITS / 2, ' ');
    Ok(pin)
}

/// The argon2id hash of a PIN, in the PHC string format.
pub fn hash_pin(pin: &str) -> Result<String, argon2::password_hash::Error> {
    let digits: String = pin.chars().filter(char::is_ascii_digit).collect();
    Ok(Argon2::default()
        .hash_password(digits.as_bytes())?
        .to_string())
}

/// Says if these digits are the PIN of this hash.
pub fn verify_pin(digits: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(digits.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_eight_digits_and_only_itself() {
        let pin = new_pin().unwrap();
        assert_eq!(pin.chars().filter(char::is_ascii_digit).count(), PIN_DIGITS);
        let hash = hash_pin(&pin).unwrap();
        assert!(!hash.contains(&pin.replace(' ', "")));
        assert!(verify_pin(&pin.replace(' ', ""), &hash));
        assert!(!verify_pin("00000000", &hash) || pin.replace(' ', "") == "00000000");
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), CODE_CHARACTERS + 1);
        let hash = hash_code(&code);
        assert_eq!(hash_code(&code.to_lowercase().replace('-', " ")), hash);
        assert_eq!(hash_code("o1-LI 00zz"), hash_code("0111 00ZZ"));
        assert_ne!(hash_code("0111-00ZZ"), hash_code("0111-00ZY"));
        assert_ne!(hash_code(&code).0, hash_token(&code).0);
    }
}
