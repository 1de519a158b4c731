//! The real binary, a real database in a temporary folder, real sockets: what users rely on.

mod access;
mod backup;
mod bad_input;
mod classic;
mod clock;
mod command_line;
mod courts;
mod disk;
mod faults;
mod golden;
mod layering;
mod limits;
mod organising;
mod pages;
mod power;
mod preload;
mod referees;
mod roles;
mod schema;
mod score;
mod soak;
mod sports;
mod venue;
mod watchers;
