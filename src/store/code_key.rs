//! The key by which the codes of referees are kept.
//!
//! A code has 40 bits: whoever had its SHA-256 would find it in days, all codes of a venue at once. So what is kept is an
//! HMAC of that, by a key of 256 bits in a file of its own in the data folder, in no database and no backup. The database
//! knows a mark of the key, and so notices when it has another.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, TransactionBehavior};
use sha2::Sha256;

use super::access::{self, TokenHash};
use super::error::{OpenError, StoreError};
use super::file::copy::sync_folder;
use crate::random;

/// The file of the key in the data folder.
const CODE_KEY_FILE: &str = "codes.key";
const KEY_BYTES: usize = 32;
/// The block of SHA-256, for which HMAC fills a key up with zeros.
const BLOCK_BYTES: usize = 64;
/// The setting that says by which key the codes are kept.
const CODE_KEY_MARK: &str = "code_key_mark";

/// The SHA-256 of a code as it was typed, in hexadecimal. It must not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeHash(pub String);

pub struct CodeKey([u8; KEY_BYTES]);

impl CodeKey {
    /// All that is kept of a code.
    pub fn keyed(&self, code: &CodeHash) -> TokenHash {
        TokenHash(self.hmac(code.0.as_bytes()))
    }

    fn hmac(&self, text: &[u8]) -> String {
        let mut block = [0; BLOCK_BYTES];
        block[..KEY_BYTES].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(text);
        hex(&mac.finalize().into_bytes())
    }

    /// Tells keys apart, and nothing of them.
    fn mark(&self) -> String {
        self.hmac(b"the key of the codes")
    }

    /// The key of a data folder, made where there is none, after the codes of its database have been brought in line with it.
    pub(super) fn settle(
        folder: &Path,
        connection: &mut Connection,
        database: &Path,
    ) -> Result<CodeKey, OpenError> {
        let failed = |cause| OpenError::Folder {
            folder: folder.to_owned(),
            cause,
        };
        let found = CodeKey::read(folder).map_err(failed)?;
        let is_there = found.is_some();
        let key = match found {
            Some(key) => key,
            None => CodeKey::make(folder).map_err(failed)?,
        };
        let lost = key
            .take_over(connection)
            .map_err(|cause| OpenError::from_store(database.to_owned(), cause))?;
        if lost {
            let file = folder.join(CODE_KEY_FILE);
            let what = if is_there { "is another" } else { "was lost" };
            tracing::warn!(
                "{} {what}: the codes that referees were given are good for nothing any more; hand out new ones",
                file.display()
            );
        }
        Ok(key)
    }

    /// `None` where there is none, or no whole one.
    fn read(folder: &Path) -> io::Result<Option<CodeKey>> {
        match fs::read_to_string(folder.join(CODE_KEY_FILE)) {
            Ok(text) => Ok(unhex(text.trim()).map(CodeKey)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A new one. It has its name when it is on the disk, whole.
    fn make(folder: &Path) -> io::Result<CodeKey> {
        let mut key = [0; KEY_BYTES];
        random::fill(&mut key).map_err(io::Error::other)?;
        let file = folder.join(CODE_KEY_FILE);
        let new = folder.join(format!("{CODE_KEY_FILE}.new"));
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut writing: File = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&new)?;
        writeln!(writing, "{}", hex(&key))?;
        writing.sync_all()?;
        fs::rename(&new, &file)?;
        sync_folder(&file)?;
        Ok(CodeKey(key))
    }

    /// Brings the codes in line with this key: those of before there was one are keyed, those of another are forgotten.
    /// Says whether there were any of another.
    fn take_over(&self, connection: &mut Connection) -> Result<bool, StoreError> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mark = access::setting(&transaction, CODE_KEY_MARK)?;
        let ours = self.mark();
        let lost = match mark {
            Some(mark) if mark == ours => return Ok(false),
            Some(_) => forget_codes(&transaction)? > 0,
            None => {
                for code in codes(&transaction)? {
                    let keyed = self.keyed(&CodeHash(code.0.clone()));
                    keep_as(&transaction, &code, &keyed)?;
                }
                false
            }
        };
        access::set(&transaction, CODE_KEY_MARK, &ours)?;
        transaction.commit()?;
        Ok(lost)
    }
}

/// All codes as they are kept.
fn codes(connection: &Connection) -> Result<Vec<TokenHash>, StoreError> {
    let sql = "SELECT token_hash FROM referee_tokens WHERE kind = 'code'";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0).map(TokenHash))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many codes there were.
fn forget_codes(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.execute("DELETE FROM referee_tokens WHERE kind = 'code'", [])?)
}

fn keep_as(connection: &Connection, was: &TokenHash, is: &TokenHash) -> Result<(), StoreError> {
    let sql = "UPDATE referee_tokens SET token_hash = ?2 WHERE token_hash = ?1";
    connection.execute(sql, [&was.0, &is.0])?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; KEY_BYTES]> {
    if text.len() != 2 * KEY_BYTES || !text.is_ascii() {
        return None;
    }
    let mut key = [0; KEY_BYTES];
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_code_is_kept_as_the_hmac_of_rfc_4231() {
        let mut key = [0; KEY_BYTES];
        key[..20].fill(0x0b);
        let kept = CodeKey(key).keyed(&CodeHash("Hi There".into()));
        assert_eq!(
            kept.0,
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn the_key_is_made_once_for_its_owner_alone_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let made = CodeKey::make(folder.path()).unwrap();
        let file = folder.path().join(CODE_KEY_FILE);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let read = CodeKey::read(folder.path()).unwrap().unwrap();
        assert_eq!(read.0, made.0);
        fs::write(&file, "half").unwrap();
        assert!(CodeKey::read(folder.path()).unwrap().is_none());
    }
}
