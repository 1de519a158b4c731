//! The database as a file: found, locked, opened and brought up to date; guarded while it is written; copied, backed up
//! and checked; and the disk that it lies on.

pub mod backup;
pub mod check;
pub mod copy;
pub mod disk;
pub mod guard;
pub mod migrate;
pub mod opening;
#[cfg(test)]
pub mod shape;
