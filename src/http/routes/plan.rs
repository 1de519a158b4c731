//! The day of the hall: courts and times.

use super::route::{May, Parameter, Route, get, patch, post};
use crate::http::openapi::requests::{day, reference};
use crate::http::plan;

pub fn routes() -> Vec<Route> {
    vec![
        get("/api/plan", May::Anybody, plan::show)
            .does("The plan of a day: courts and times; to organisers also what is not published")
            .query(Parameter {
                name: "day",
                required: false,
                shape: day,
                what: "as 2027-01-10; today where it is left out",
            })
            .returns(200),
        get("/api/plan/history", May::Anybody, plan::history)
            .does("What organisers did to the plan, the newest first")
            .returns(200),
        post("/api/plan/undo", May::Organise, plan::undo)
            .does("Take the last change of the plan back, or of its settings")
            .returns(200)
            .also(&[409]),
        get("/api/teams/{id}/day", May::Anybody, plan::team_day)
            .does("What a team plays and may play, where and when, or after which match")
            .returns(200),
        patch("/api/plan/settings", May::Organise, plan::change_settings)
            .does("Change the time zone, the opening hours, lengths, closures and wishes")
            .takes(|| reference("PlanSettingsChange"))
            .returns(200),
        post("/api/plan/auto", May::Organise, plan::auto)
            .does("Propose a plan for a day; accept it with its token")
            .takes(|| reference("NewPlan"))
            .returns(200)
            .also(&[409]),
        post("/api/plan/late", May::Organise, plan::late)
            .does("Propose the rest of today, which runs late; accept it with its token")
            .takes(|| reference("LatePlan"))
            .returns(200)
            .also(&[409]),
        post("/api/plan/move", May::Organise, plan::r#move)
            .does("Move a match by hand, unless it clashes; or ask where it may go")
            .takes_little(|| reference("PlanMove"))
            .returns(200)
            .also(&[404, 409]),
        post("/api/plan/lock", May::Organise, plan::lock)
            .does("Keep matches where they are planned, or let proposals move them again")
            .takes(|| reference("LockedMatches"))
            .returns(200)
            .also(&[409]),
        post("/api/plan/referee", May::Organise, plan::referee)
            .does("Name the team or the person that referees a match, or nobody")
            .takes_little(|| reference("NamedReferee"))
            .returns(200)
            .also(&[404, 409]),
        post("/api/plan/publish", May::Organise, plan::publish)
            .does("Show the plan of a day to everybody, and number its matches")
            .takes(|| reference("DayOfPlan"))
            .returns(200)
            .also(&[409]),
    ]
}
