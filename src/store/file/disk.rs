//! How much room the scores have left.

use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;

use crate::store::Store;

/// A disk below this many bytes keeps a tenth for the scores, a larger one a twentieth.
const SMALL_DISK_BYTES: u64 = 1_000_000_000;
/// The most that is kept of any disk.
const KEPT_MAX_BYTES: u64 = 500_000_000;

/// The disk that the database lies on.
pub struct Room {
    pub free_bytes: u64,
    pub total_bytes: u64,
    /// The database and what is written ahead of it.
    pub database_bytes: u64,
}

/// What may still be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Headroom {
    Enough,
    /// Only what scores need.
    Low,
    /// Only what organisers send.
    Least,
}

impl Room {
    /// What this much room is enough for.
    pub fn headroom(&self) -> Headroom {
        let share = match self.total_bytes < SMALL_DISK_BYTES {
            true => self.total_bytes / 10,
            false => self.total_bytes / 20,
        };
        let kept = share.min(KEPT_MAX_BYTES);
        if self.free_bytes < kept / 4 {
            Headroom::Least
        } else if self.free_bytes < kept {
            Headroom::Low
        } else {
            Headroom::Enough
        }
    }

    /// What is free on the disk of a folder, in bytes.
    pub fn free_in(folder: &Path) -> std::io::Result<u64> {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

impl Room {
    /// The size of the disk of a folder, in bytes.
    pub fn total_of(folder: &Path) -> std::io::Result<u64> {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(disk.f_blocks.saturating_mul(disk.f_frsize))
    }
}

impl Store {
    /// What could be written when the disk was last looked at.
    pub fn headroom(&self) -> Headroom {
        match self.headroom.load(Ordering::Relaxed) {
            0 => Headroom::Enough,
            1 => Headroom::Low,
            _ => Headroom::Least,
        }
    }

    /// Looks how much room the disk has. Asked every few seconds, and not for each event.
    pub async fn look_at_room(&self) {
        let store = self.clone();
        let looked = tokio::task::spawn_blocking(move || store.room()).await;
        let Ok(Ok(room)) = looked else {
            // A disk that cannot be looked at says so when it is written to.
            return;
        };
        let (now, before) = (room.headroom(), self.headroom());
        if now > before {
            tracing::warn!(
                "the disk is nearly full: {} bytes are free",
                room.free_bytes
            );
        }
        self.headroom.store(now as u8, Ordering::Relaxed);
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_disk_keeps_a_tenth_a_large_one_half_a_gigabyte() {
        let headroom = |total_bytes: u64, free_bytes: u64| {
            Room {
                free_bytes,
                total_bytes,
                database_bytes: 0,
            }
            .headroom()
        };
        for (total, low) in [
            (64_000_000, 6_400_000),
            (4_000_000_000, 200_000_000),
            (32_000_000_000, 500_000_000),
        ] {
            assert_eq!(headroom(total, low), Headroom::Enough);
            assert_eq!(headroom(total, low - 1), Headroom::Low);
            assert_eq!(headroom(total, low / 4), Headroom::Low);
            assert_eq!(headroom(total, low / 4 - 1), Headroom::Least);
        }
    }
}
