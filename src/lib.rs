//! Courtside: the nervous system of a multi-sport tournament, in one binary on a Raspberry Pi.
//!
//! A referee's tap goes: phone → websocket ([`http`]) → the match's task ([`broker`]) → the rules ([`domain`]) → the
//! disk ([`store`]) → and only then to the log that every watcher's cursor follows. An answer to the referee means
//! that the event is fsynced; nobody ever sees one that is not.
//!
//! The arrows point one way: `cli → serving → http, discovery → organising → broker, backups → store → domain`. ARCHITECTURE.md has the map, the
//! invariants and the reasons.

#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::too_many_lines)
)]

pub mod backups;
pub mod broker;
pub mod cli;
pub mod client;
pub mod clock;
pub mod config;
pub mod discovery;
pub mod domain;
pub mod http;
pub mod load;
pub mod organising;
pub mod random;
pub mod secrets;
pub mod serving;
pub mod store;
pub mod threads;
