//! A request without a right changes no row: over every operation of the API's own description, and the old routes.
//!
//! Requests are made from the description, so that a new operation is tried by itself. At the end an organiser makes the same
//! ones, and they change rows: they were not refused for being wrong.

mod hall;

use std::collections::BTreeSet;

use courtside::http::operations;
use hall::{Asked, Hall};

#[test]
fn a_request_without_a_right_changes_no_row() {
    let hall = Hall::new();
    let before = hall.rows();
    let requests = hall.requests();
    assert!(requests.len() > 50, "{} requests", requests.len());
    for (who, name, value) in &hall.strangers {
        for asked in &requests {
            let path = &asked.path;
            // A referee may score the match, and say how the phone is.
            let own = path.contains("/events") || path.contains("/device");
            if *who == "the referee" && own {
                continue;
            }
            let status = hall.send(asked, (name, value));
            let after = hall.rows();
            assert!(
                after == before,
                "{who}: {} {path} was answered {status} and changed {:?}",
                asked.method,
                after.symmetric_difference(&before).collect::<Vec<_>>()
            );
        }
        let token = value.trim_start_matches("Bearer ");
        let id = &hall.fixture.id;
        if *who != "the referee" {
            hall.say(&format!("/referee?IdMatch={id}"), token);
        }
        for path in [format!("/spectateur?matchID={id}"), "/watch".to_owned()] {
            hall.say(&path, token);
        }
        assert!(hall.rows() == before, "{who}, over websockets");
    }
    let bearer = format!("Bearer {}", hall.organiser);
    let (mut now, mut changed, mut refused) = (before, BTreeSet::new(), Vec::new());
    for asked in &requests {
        let name = format!("{} {}", asked.method, asked.path);
        // The rest is asked for with a token, too.
        let asked = Asked {
            body: asked.body.replace(r#""on":true"#, r#""on":false"#),
            ..asked.clone()
        };
        let status = hall.send(&asked, ("Authorization", &bearer));
        if status >= 400 && !(asked.method == "GET" && asked.path.starts_with("/create-")) {
            refused.push(format!("{status} {name}"));
        }
        let after = hall.rows();
        if after != now {
            changed.insert(name);
            now = after;
        }
    }
    // A wrong PIN and a wrong code stay wrong, and no match was left aside.
    refused.retain(|line| {
        !line.contains("POST /api/session")
            && !line.contains("/open?")
            // No round can be paired while the first is played.
            && !line.contains("/rounds?")
            // The courts were deleted before: there is nothing to plan on, or to call to.
            && !line.contains("POST /api/plan/")
            && !line.contains("/call?")
            && !line.contains("POST /api/referee-code")
    });
    assert_eq!(refused, Vec::<String>::new(), "an organiser may");
    assert!(
        changed.len() >= 18,
        "rows are changed by these: {changed:#?}"
    );
}

#[test]
fn no_operation_is_left_out() {
    let hall = Hall::new();
    let asked: BTreeSet<String> = hall
        .requests()
        .iter()
        .map(|asked| {
            let path = asked.path.split('?').next().unwrap_or_default();
            format!("{} {path}", asked.method)
        })
        .collect();
    // Websockets are opened with `say`. Files and streams of the venue's news only leave the server.
    let opened = [
        "/referee",
        "/spectateur",
        "/watch",
        "/events",
        "/static/{*file}",
    ];
    let mut count = 0;
    for operation in operations().filter(|operation| !opened.contains(&operation.path)) {
        let name = format!("{} {}", operation.method, hall.path(operation.path));
        assert!(asked.contains(&name), "{name} is asked for by nobody");
        count += 1;
    }
    assert!(count > 60, "{count}");
}
