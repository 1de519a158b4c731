//! The real binary, a real database in a temporary folder, real sockets: what users rely on.

mod access;
mod bad_input;
mod bad_network;
mod chance;
mod classic;
mod command_line;
mod courts;
mod faults;
mod fuzz_readers;
mod fuzz_server;
mod golden;
mod layering;
mod limits;
mod network;
mod organising;
mod pages;
mod peers;
mod referees;
mod roles;
mod schema;
mod score;
mod sports;
mod venue;
mod watchers;
