//! How much room the scores have left.

use std::fs;
use std::path::Path;

use super::Store;

/// The disk that the database lies on.
pub struct Room {
    pub free_bytes: u64,
    pub total_bytes: u64,
    /// The database and what is written ahead of it.
    pub database_bytes: u64,
}

impl Room {
    /// What is free on the disk of a folder, in bytes.
    pub fn free_in(folder: &Path) -> std::io::Result<u64> {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

impl Store {
    /// How much room there is. Blocks for as long as the card takes to answer.
    pub fn room(&self) -> std::io::Result<Room> {
        let disk = rustix::fs::statvfs(&*self.file)?;
        let mut database_bytes = fs::metadata(&self.file)?.len();
        if let Ok(log) = fs::metadata(self.file.with_extension("db-wal")) {
            database_bytes += log.len();
        }
        Ok(Room {
            free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize),
            total_bytes: disk.f_blocks.saturating_mul(disk.f_frsize),
            database_bytes,
        })
    }
}
