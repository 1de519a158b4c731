//! The real binary, a real database in a temporary folder, real sockets: what users rely on.
#![expect(
    clippy::disallowed_methods,
    reason = "a test stands outside of the program: its time and its threads are real"
)]

mod access;
mod actions;
mod backup;
mod backups;
mod bad_input;
mod bad_network;
mod bounds;
mod chance;
mod clashes;
mod classic;
mod clock;
mod command_line;
mod courts;
mod description;
mod disk;
mod displaced;
mod faults;
mod floods;
mod fuzz_readers;
mod fuzz_server;
mod golden;
mod lagging;
mod layering;
mod limits;
mod load;
mod names;
mod network;
mod no_right;
mod organising;
mod pages;
mod peers;
mod plan;
mod power;
mod preload;
mod promises;
mod referees;
mod rights;
mod roles;
mod running;
mod schema;
mod score;
mod serving;
mod signing;
mod soak;
mod sports;
mod tls;
mod venue;
mod watchers;
mod withdrawn;
