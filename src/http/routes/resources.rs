//! The routes under `/api` that change something, a function for each resource.

use std::sync::Arc;

use warp::Filter;
use warp::filters::BoxedFilter;
use warp::reply::Response;

use super::{
    answer, credentials, first_of, organisers_json, peer, query, small_json, visitor, with,
};
use crate::http::app::App;
use crate::http::request::Fields;
use crate::http::{api, courts, desk, screens, secure, sessions, tournaments};

pub fn sessions(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let session = warp::path!("api" / "session").and(with(app));
    let show = session
        .clone()
        .and(warp::get())
        .and(credentials())
        .then(sessions::show);
    let log_in = session
        .clone()
        .and(warp::post())
        .and(credentials())
        .and(visitor())
        .and(small_json())
        .then(sessions::log_in);
    let log_out = session
        .and(warp::delete())
        .and(credentials())
        .and(query())
        .then(sessions::log_out);
    let list = warp::path!("api" / "sessions")
        .and(with(app))
        .and(warp::get())
        .and(credentials())
        .then(sessions::list);
    let end = warp::path!("api" / "sessions" / String)
        .and(with(app))
        .and(warp::delete())
        .and(credentials())
        .then(|id, app, who| sessions::end(app, who, id));
    first_of([
        show.map(answer).boxed(),
        log_in.map(answer).boxed(),
        log_out.map(answer).boxed(),
        list.map(answer).boxed(),
        end.map(answer).boxed(),
    ])
}

/// How a secret is proven without sending it.
pub fn exchanges(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let channel = warp::path!("api" / "channel")
        .and(warp::post())
        .and(with(app))
        .and(visitor())
        .and(small_json())
        .then(secure::open_channel);
    let begin = warp::path!("api" / "session" / "srp")
        .and(warp::post())
        .and(with(app))
        .and(visitor())
        .and(small_json())
        .then(secure::begin_log_in);
    let finish = warp::path!("api" / "session" / "srp" / String)
        .and(warp::post())
        .and(with(app))
        .and(visitor())
        .and(small_json())
        .then(|id, app, visitor, fields| secure::finish_log_in(app, visitor, id, fields));
    let verifier = warp::path!("api" / "session" / "verifier")
        .and(warp::post())
        .and(with(app))
        .and(visitor())
        .and(credentials())
        .and(small_json())
        .then(secure::make_verifier);
    first_of([
        channel.map(answer).boxed(),
        begin.map(answer).boxed(),
        finish.map(answer).boxed(),
        verifier.map(answer).boxed(),
    ])
}

pub fn tournaments(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let all = warp::path!("api" / "tournaments").and(with(app));
    let list = all.clone().and(warp::get()).then(tournaments::list);
    let create = all
        .and(warp::post())
        .and(organisers_json(app))
        .then(tournaments::create);
    let one = warp::path!("api" / "tournaments" / String).and(with(app));
    let show = one
        .clone()
        .and(warp::get())
        .then(|id, app| tournaments::show(app, id));
    let rename = one
        .clone()
        .and(warp::patch())
        .and(organisers_json(app))
        .then(|id, app, who, fields| tournaments::rename(app, who, id, fields));
    let delete = one
        .and(warp::delete())
        .and(credentials())
        .then(|id, app, who| tournaments::delete(app, who, id));
    first_of([
        list.map(answer).boxed(),
        create.map(answer).boxed(),
        show.map(answer).boxed(),
        rename.map(answer).boxed(),
        delete.map(answer).boxed(),
    ])
}

pub fn teams(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let all = warp::path!("api" / "teams").and(with(app));
    let list = all
        .clone()
        .and(warp::get())
        .and(query())
        .then(tournaments::teams);
    let enter = all
        .and(warp::post())
        .and(organisers_json(app))
        .then(tournaments::enter_teams);
    let one = warp::path!("api" / "teams" / String).and(with(app));
    let rename = one
        .clone()
        .and(warp::patch())
        .and(organisers_json(app))
        .then(|id, app, who, fields| tournaments::rename_team(app, who, id, fields));
    let delete = one
        .and(warp::delete())
        .and(credentials())
        .then(|id, app, who| tournaments::delete_team(app, who, id));
    first_of([
        list.map(answer).boxed(),
        enter.map(answer).boxed(),
        rename.map(answer).boxed(),
        delete.map(answer).boxed(),
    ])
}

pub fn screens(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let all = warp::path!("api" / "screens").and(with(app));
    let ask = all
        .clone()
        .and(warp::post())
        .and(peer())
        .and(small_json())
        .then(screens::ask);
    let list = all.and(warp::get()).and(credentials()).then(screens::list);
    let one = warp::path!("api" / "screens" / String).and(with(app));
    let direct = one
        .clone()
        .and(warp::patch())
        .and(credentials())
        .and(small_json())
        .then(|code, app, who, fields| screens::direct(app, who, code, fields));
    let release = one
        .and(warp::delete())
        .and(credentials())
        .then(|code, app, who| screens::release(app, who, code));
    first_of([
        ask.map(answer).boxed(),
        list.map(answer).boxed(),
        direct.map(answer).boxed(),
        release.map(answer).boxed(),
    ])
}

pub fn matches(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let all = warp::path!("api" / "matches").and(with(app));
    let list = all
        .clone()
        .and(warp::get())
        .and(query())
        .map(|app: App, query: Fields| api::matches(&app, &query));
    let create = all
        .and(warp::post())
        .and(peer())
        .and(organisers_json(app))
        .then(api::create_match);
    let one = warp::path!("api" / "matches" / String).and(with(app));
    let show = one
        .clone()
        .and(warp::get())
        .then(|id, app| api::match_by_id(app, id));
    let delete = one
        .and(warp::delete())
        .and(credentials())
        .then(|id, app, who| api::delete_match(app, who, id));
    let amend = warp::path!("api" / "matches" / String)
        .and(with(app))
        .and(warp::patch())
        .and(organisers_json(app))
        .then(|id, app, who, fields| api::amend_match(app, who, id, fields));
    let open = warp::path!("api" / "matches" / String / "open")
        .and(with(app))
        .and(warp::post())
        .and(credentials())
        .then(|id, app, who| api::open_match(app, who, id));
    let report = warp::path!("api" / "matches" / String / "device")
        .and(with(app))
        .and(warp::post())
        .and(credentials())
        .and(small_json())
        .then(|id, app, who, fields| desk::report(app, who, id, fields));
    let events = warp::path!("api" / "matches" / String / "events").and(with(app));
    let history = events
        .clone()
        .and(warp::get())
        .and(peer())
        .and(query())
        .then(|id, app, peer, query| api::events(app, peer, id, query));
    let publish = events
        .and(warp::post())
        .and(credentials())
        .and(peer())
        .and(query())
        .and(warp::body::stream())
        .then(|id, app, who, peer, query, body| api::publish(app, who, peer, id, query, body));
    first_of([
        list.map(answer).boxed(),
        create.map(answer).boxed(),
        show.map(answer).boxed(),
        delete.map(answer).boxed(),
        amend.map(answer).boxed(),
        open.map(answer).boxed(),
        report.map(answer).boxed(),
        history.map(answer).boxed(),
        publish.map(answer).boxed(),
    ])
}

pub fn courts(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let all = warp::path!("api" / "courts").and(with(app));
    let list = all.clone().and(warp::get()).then(courts::list);
    let create = all
        .and(warp::post())
        .and(organisers_json(app))
        .then(courts::create);
    let one = warp::path!("api" / "courts" / String).and(with(app));
    let show = one
        .clone()
        .and(warp::get())
        .then(|id, app| courts::show(app, id));
    let rename = one
        .clone()
        .and(warp::patch())
        .and(organisers_json(app))
        .then(|id, app, who, fields| courts::rename(app, who, id, fields));
    let delete = one
        .and(warp::delete())
        .and(credentials())
        .then(|id, app, who| courts::delete(app, who, id));
    first_of([
        list.map(answer).boxed(),
        create.map(answer).boxed(),
        show.map(answer).boxed(),
        rename.map(answer).boxed(),
        delete.map(answer).boxed(),
    ])
}

/// What referees are handed, and what they make of it.
pub fn referees(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let of_match = warp::path!("api" / "matches" / String / "referee-token")
        .and(with(app))
        .and(credentials());
    let of_court = warp::path!("api" / "courts" / String / "referee-token")
        .and(with(app))
        .and(credentials());
    let hand_out_match = of_match
        .clone()
        .and(warp::post())
        .and(peer())
        .then(|id, app, who, peer| courts::hand_out_match(app, who, peer, id));
    let revoke_match = of_match
        .and(warp::delete())
        .then(|id, app, who| courts::revoke_match(app, who, id));
    let hand_out_court = of_court
        .clone()
        .and(warp::post())
        .and(peer())
        .then(|id, app, who, peer| courts::hand_out_court(app, who, peer, id));
    let revoke_court = of_court
        .and(warp::delete())
        .then(|id, app, who| courts::revoke_court(app, who, id));
    let redeem = warp::path!("api" / "referee-code")
        .and(with(app))
        .and(warp::post())
        .and(credentials())
        .and(visitor())
        .and(small_json())
        .then(courts::redeem_code);
    let held = warp::path!("api" / "referee-tokens")
        .and(with(app))
        .and(warp::get())
        .and(credentials())
        .then(courts::held_tokens);
    let end = warp::path!("api" / "referee-tokens" / String)
        .and(with(app))
        .and(warp::delete())
        .and(credentials())
        .then(|id, app, who| courts::end_token(app, who, id));
    let desk = warp::path!("api" / "desk")
        .and(warp::get())
        .and(with(app))
        .and(credentials())
        .then(desk::desk);
    first_of([
        hand_out_match.map(answer).boxed(),
        revoke_match.map(answer).boxed(),
        hand_out_court.map(answer).boxed(),
        revoke_court.map(answer).boxed(),
        redeem.map(answer).boxed(),
        held.map(answer).boxed(),
        end.map(answer).boxed(),
        desk.map(answer).boxed(),
    ])
}
