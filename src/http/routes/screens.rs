//! TVs.

use super::route::{May, Route, delete, get, patch, post};
use crate::http::openapi::requests::{object, reference, screen_id};
use crate::http::screens;

pub fn routes() -> Vec<Route> {
    vec![
        get("/api/screens", May::Oversee, screens::list)
            .does("All TVs, also those that wait to be adopted")
            .returns(200),
        post("/api/screens", May::Anybody, screens::ask)
            .does("A TV asks what to show")
            .takes(|| object(&[("id", screen_id(), true)]))
            .returns(200)
            .also(&[429]),
        patch("/api/screens/{code}", May::Organise, screens::direct)
            .does("Say what a TV shows, by the code on it")
            .takes_little(|| reference("ScreenChange"))
            .returns(200),
        delete("/api/screens/{code}", May::Organise, screens::release)
            .does("Let a TV go")
            .gives_nothing(),
    ]
}
