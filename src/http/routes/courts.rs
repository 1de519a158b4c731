//! Courts.

use super::route::{May, Route, delete, get, patch, post};
use crate::http::courts;
use crate::http::openapi::requests::{named, reference};

pub fn routes() -> Vec<Route> {
    vec![
        get("/api/courts", May::Anybody, courts::list)
            .does("All courts and what is played there")
            .returns(200),
        post("/api/courts", May::Organise, courts::create)
            .does("Make a court")
            .takes(named)
            .returns(201)
            .creates()
            .also(&[409]),
        get("/api/courts/{id}", May::Anybody, courts::show)
            .does("One court")
            .returns(200),
        patch("/api/courts/{id}", May::Organise, courts::rename)
            .does("Rename a court")
            .takes(|| reference("CourtChange"))
            .returns(200)
            .also(&[409, 412]),
        delete("/api/courts/{id}", May::Organise, courts::delete)
            .does("Delete a court")
            .gives_nothing()
            .also(&[412]),
        post(
            "/api/courts/{id}/referee-token",
            May::Organise,
            courts::hand_out_court,
        )
        .does("New secrets for whoever scores on a court; the old ones are good for nothing then")
        .returns(201),
        delete(
            "/api/courts/{id}/referee-token",
            May::Organise,
            courts::revoke_court,
        )
        .does("Take a court's secrets away")
        .gives_nothing(),
    ]
}
