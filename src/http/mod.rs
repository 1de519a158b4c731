//! The outside: one table of routes, a file per resource, one place each for rights, errors and public JSON.

mod api;
mod app;
mod assets;
pub mod auth;
pub mod classic;
mod connected;
mod courts;
mod creating;
mod desk;
pub mod door;
mod error;
mod feeds;
mod location;
mod old_events;
mod openapi;
mod preload;
mod qr;
mod reply;
mod request;
mod routes;
mod screens;
pub mod secure;
mod sessions;
mod sports;
pub mod tls;
mod tournaments;
mod venue;
pub mod wire;
mod ws;

pub use app::App;
pub use location::Location;
pub use qr::QrCodes;
pub use routes::{May, Operation, operations, routes};
pub use screens::WaitingScreens;
pub use sports::SportsText;
pub use ws::Crowd;
