//! Websockets and server-sent events.

use super::route::{May, Route, get};
use crate::http::feeds;

pub fn routes() -> Vec<Route> {
    vec![
        get("/referee", May::Referee, feeds::referee).streams(),
        get("/watch", May::Anybody, feeds::watch)
            .streams()
            .for_boards(),
        get("/spectateur", May::Anybody, feeds::watch)
            .streams()
            .for_boards(),
        get("/events", May::Anybody, feeds::events).streams(),
    ]
}
