//! The shapes of what is sent for the plan of the hall.

use serde_json::{Value, json};

use super::{Schema, closed, day, id, moment, object, or_null, text, yes_or_no};

fn minutes() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": 600 })
}

fn name() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 200 })
}

fn time_of_day() -> Value {
    json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" })
}

fn ids(most: u32) -> Value {
    json!({ "type": "array", "items": id(), "maxItems": most })
}

fn closure() -> Value {
    closed(object(&[
        ("courtID", or_null(id()), false),
        ("from", moment(), true),
        ("to", moment(), true),
    ]))
}

fn wish() -> Value {
    closed(object(&[
        ("tournamentID", id(), true),
        ("stage", or_null(text()), false),
        ("key", or_null(text()), false),
        ("courtIDs", ids(200), false),
        ("notBefore", or_null(moment()), false),
        ("minutes", or_null(minutes()), false),
        ("rest", or_null(minutes()), false),
        ("lastRoundTogether", yes_or_no(), false),
    ]))
}

pub const COMPONENTS: &[(&str, Schema)] = &[
    ("PlanSettingsChange", || {
        let many = |items: Value| json!({ "type": "array", "items": items, "maxItems": 200 });
        let by_sport = json!({ "type": "object", "additionalProperties": minutes() });
        let calling = json!({ "enum": ["planned", "next_free_court"] });
        let by = json!({ "enum": ["nobody", "teams", "people"] });
        let referees = closed(object(&[
            ("by", by, false),
            ("people", many(name()), false),
        ]));
        let zone = json!({ "type": "string", "examples": ["Europe/Paris"] });
        closed(object(&[
            ("timeZone", or_null(zone), false),
            ("opens", time_of_day(), false),
            ("closes", time_of_day(), false),
            ("changeover", minutes(), false),
            ("rest", minutes(), false),
            ("minutes", by_sport, false),
            ("closures", many(closure()), false),
            ("wishes", many(wish()), false),
            ("calling", calling, false),
            ("referees", referees, false),
        ]))
    }),
    ("NewPlan", || {
        let proposed = object(&[("day", or_null(day()), false)]);
        json!({ "anyOf": [proposed, object(&[("accept", text(), true)])] })
    }),
    ("LatePlan", || object(&[("accept", or_null(text()), false)])),
    ("PlanMove", || {
        let to = [
            ("courtID", or_null(id()), false),
            ("at", or_null(moment()), false),
            ("confirm", or_null(yes_or_no()), false),
        ];
        let with = |of: (&'static str, Value, bool)| object(&[&[of][..], &to].concat());
        let one = with(("matchID", id(), true));
        json!({ "anyOf": [one, with(("matchIDs", ids(2_000), true))] })
    }),
    ("LockedMatches", || {
        object(&[
            ("matchIDs", ids(2_000), true),
            ("locked", yes_or_no(), true),
        ])
    }),
    ("NamedReferee", || {
        object(&[
            ("matchID", id(), true),
            ("teamID", or_null(id()), false),
            ("name", or_null(name()), false),
        ])
    }),
    ("DayOfPlan", || object(&[("day", or_null(day()), false)])),
    ("NewCall", || {
        let states = json!({ "enum": ["planned", "soon", "called", "on_court"] });
        object(&[("state", states, true), ("courtID", or_null(id()), false)])
    }),
];
