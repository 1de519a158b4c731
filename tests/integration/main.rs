//! The real binary, a real database in a temporary folder, real sockets: what users rely on.

mod access;
mod bad_input;
mod classic;
mod command_line;
mod faults;
mod golden;
mod layering;
mod pages;
mod referees;
mod schema;
mod score;
mod sports;
mod venue;
mod watchers;
