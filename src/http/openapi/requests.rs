//! The shapes of what is sent, in JSON Schema. Requests are read field by field for the sake of their error messages, so
//! there are no types to take them from; what is not named here is ignored.

pub mod plan;

use serde_json::{Map, Value, json};

pub fn text() -> Value {
    json!({ "type": "string" })
}

/// A whole number that is not negative.
pub fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

pub fn id() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

/// So many bytes in hexadecimal.
pub fn hex(bytes: usize) -> Value {
    json!({ "type": "string", "pattern": format!("^[0-9a-f]{{{}}}$", 2 * bytes) })
}

pub fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// A name that people read.
fn name() -> Value {
    // A letter or digit of any script, which patterns of JSON Schema cannot say.
    json!({
        "type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S",
        "description": "needs a letter or digit; what is invisible is left out",
    })
}

/// The ID of a sport. Files can add some, so this is no list.
fn sport() -> Value {
    json!({ "type": "string", "examples": ["BADMINTON", "football"] })
}

/// The ID that a TV makes up to be known by.
pub fn screen_id() -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-fA-F]{32}$" })
}

/// An object whose fields are told nowhere: the routes that have it are no part of the description.
pub fn any_object() -> Value {
    json!({ "type": "object" })
}

pub fn named() -> Value {
    object(&[("name", name(), true)])
}

pub fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Fields by name, each with whether it must be there.
pub fn object(fields: &[(&str, Value, bool)]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|(name, schema, _)| ((*name).to_owned(), schema.clone()))
        .collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|(_, _, required)| *required)
        .map(|(name, _, _)| *name)
        .collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// A side is a team of the tournament, or is named by who plays on it.
fn side() -> Value {
    let team = object(&[("teamID", id(), true), ("name", or_null(name()), false)]);
    json!({ "anyOf": [closed(team), closed(named())] })
}

fn sides() -> Value {
    object(&[("A", side(), true), ("B", side(), true)])
}

/// The same, and no other fields.
pub fn closed(mut schema: Value) -> Value {
    schema["additionalProperties"] = false.into();
    schema
}

fn players() -> Value {
    let number = json!({ "anyOf": [
        { "type": "integer", "minimum": 0, "maximum": 65535 },
        { "type": "string", "minLength": 1, "maxLength": 4, "pattern": r"\S" },
        { "type": "null" },
    ] });
    let player = closed(object(&[("number", number, false), ("name", name(), true)]));
    json!({ "type": "array", "items": player, "maxItems": 60 })
}

fn short() -> Value {
    json!({ "type": "string", "maxLength": 4 })
}

/// Empty for none.
fn club() -> Value {
    json!({ "type": "string", "maxLength": 200 })
}

fn seed() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": 65535 })
}

fn colour() -> Value {
    json!({ "type": "string", "pattern": "^#[0-9a-fA-F]{6}$" })
}

pub fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

pub type Schema = fn() -> Value;

pub const COMPONENTS: &[(&str, Schema)] = &[
    ("NewTournament", || {
        object(&[
            ("name", name(), true),
            ("sport", sport(), true),
            ("startsOn", or_null(day()), false),
            ("variant", or_null(text()), false),
            ("rules", or_null(object(&[])), false),
        ])
    }),
    ("TournamentChange", || {
        closed(object(&[
            ("name", name(), false),
            ("startsOn", day(), false),
            (
                "factor",
                json!({ "type": "integer", "minimum": 0, "maximum": 100 }),
                false,
            ),
            ("standings", object(&[]), false),
            ("sport", sport(), false),
            ("variant", text(), false),
            ("rules", object(&[]), false),
        ]))
    }),
    ("TeamChange", || {
        let presence = json!({ "enum": ["unknown", "present", "absent"] });
        closed(object(&[
            ("name", name(), false),
            ("short", or_null(short()), false),
            ("club", or_null(club()), false),
            ("seed", or_null(seed()), false),
            ("colour", or_null(colour()), false),
            ("players", players(), false),
            ("presence", presence, false),
        ]))
    }),
    ("CourtChange", || closed(named())),
    ("NewTeams", || {
        let fields = [
            ("name", name(), true),
            ("short", or_null(short()), false),
            ("club", or_null(club()), false),
            ("seed", or_null(seed()), false),
            ("colour", or_null(colour()), false),
            ("players", or_null(players()), false),
        ];
        let team = object(&fields);
        let tournament = ("tournamentID", id(), true);
        let one: Vec<_> = std::iter::once(tournament.clone()).chain(fields).collect();
        let names = json!({ "type": "array", "items": name(), "maxItems": 1000 });
        let named = object(&[tournament.clone(), ("names", names, true)]);
        let teams = json!({ "type": "array", "items": team, "maxItems": 1000 });
        let several = object(&[tournament, ("teams", teams, true)]);
        json!({ "anyOf": [object(&one), named, several] })
    }),
    ("NewFormat", || {
        let stage = object(&[("key", text(), true), ("kind", text(), true)]);
        let stages = json!({ "type": "array", "items": stage, "maxItems": 16 });
        object(&[("stages", stages, true)])
    }),
    ("NewDraw", || {
        let mode = json!({ "enum": ["ranks", "lots", "manual"] });
        let lines = json!({ "type": "array", "items": or_null(id()), "maxItems": 64 });
        let proposed = object(&[
            ("mode", mode, true),
            ("lots", or_null(whole()), false),
            ("seeds", or_null(whole()), false),
            ("lines", or_null(lines), false),
            (
                "keep_apart",
                or_null(json!({ "enum": ["club", "none"] })),
                false,
            ),
            (
                "absent",
                or_null(json!({ "enum": ["leave_out", "keep"] })),
                false,
            ),
        ]);
        json!({ "anyOf": [proposed, object(&[("accept", text(), true)])] })
    }),
    ("NewRound", || {
        let pair = json!({ "type": "array", "items": or_null(id()), "minItems": 2, "maxItems": 2 });
        let pairs = json!({ "type": "array", "items": pair, "maxItems": 32 });
        object(&[
            ("pairs", or_null(pairs), false),
            ("accept", or_null(text()), false),
        ])
    }),
    ("FixtureEdit", || {
        let kind = |name: &str| ("kind", json!({ "enum": [name] }), true);
        let key = ("key", text(), true);
        let side = object(&[("teamID", id(), false), ("source", object(&[]), false)]);
        let place = object(&[("key", text(), true), ("side", text(), true)]);
        let teams = json!({ "type": "array", "items": id() });
        let groups = json!({ "type": "array", "items": teams });
        let confirm = ("confirm", or_null(yes_or_no()), false);
        json!({ "anyOf": [
            object(&[kind("remove"), key.clone()]),
            object(&[
                kind("add"),
                ("stage", text(), true),
                ("group", or_null(text()), false),
                ("round", or_null(whole()), false),
                ("key", or_null(text()), false),
                ("a", side.clone(), true),
                ("b", side.clone(), true),
                confirm.clone(),
            ]),
            object(&[kind("change"), key, ("a", or_null(side.clone()), false), ("b", or_null(side), false), confirm.clone()]),
            object(&[kind("swap"), ("first", place.clone(), true), ("second", place, true), confirm]),
            object(&[kind("split"), ("group", text(), true), ("into", groups, true)]),
        ] })
    }),
    ("NewDecision", || {
        let kind = |names: &[&str]| ("kind", json!({ "enum": names }), true);
        let team = ("teamID", id(), true);
        let group = ("group", text(), true);
        let teams = (
            "teams",
            json!({ "type": "array", "items": id(), "minItems": 2 }),
            true,
        );
        let reason = ("reason", or_null(text()), false);
        let accept = ("accept", or_null(object(&[("token", text(), true)])), false);
        json!({ "anyOf": [
            object(&[kind(&["withdrawal"]), team.clone(), reason.clone(), accept.clone()]),
            object(&[kind(&["late_entry"]), team.clone(), group.clone(), accept.clone()]),
            object(&[
                kind(&["order", "rank", "lots", "play_off"]),
                ("group", or_null(text()), false),
                ("best", or_null(whole()), false),
                teams,
                reason.clone(),
                accept.clone(),
            ]),
            object(&[
                kind(&["points"]), team, group, ("points", whole(), true), reason.clone(), accept.clone(),
            ]),
            object(&[
                kind(&["walkover"]), ("key", text(), true), ("winner", json!({ "enum": ["A", "B"] }), true), accept.clone(),
            ]),
            object(&[kind(&["keep", "replay"]), ("key", text(), true), reason, accept]),
        ] })
    }),
    ("ClubPoints", || {
        let points = json!({ "type": "integer", "minimum": 0, "maximum": 1_000_000 });
        let points = json!({ "type": "array", "items": points, "maxItems": 64 });
        object(&[("points", points, true)])
    }),
    ("NewMatch", || {
        let place = ("courtID", or_null(id()), false);
        let (variant, rules) = (
            ("variant", or_null(text()), false),
            ("rules", or_null(object(&[])), false),
        );
        let of_tournament = object(&[
            ("tournamentID", id(), true),
            ("sides", sides(), true),
            ("confirm", or_null(yes_or_no()), false),
            place.clone(),
            variant.clone(),
            rules.clone(),
        ]);
        let friendly = object(&[
            ("sport", sport(), true),
            ("sides", sides(), true),
            place,
            variant,
            rules,
        ]);
        json!({ "anyOf": [of_tournament, friendly] })
    }),
    ("MatchChange", || {
        let sides = object(&[("A", side(), false), ("B", side(), false)]);
        closed(object(&[
            ("sides", closed(sides), false),
            ("confirm", yes_or_no(), false),
            ("courtID", or_null(id()), false),
            ("sport", sport(), false),
            ("variant", text(), false),
            ("rules", object(&[]), false),
        ]))
    }),
    // The broker carries any kind of message: what an event is made of is judged event by event, and told in its answer.
    (
        "Event",
        || json!({ "type": "object", "examples": [{ "type": "point", "side": "A" }, { "type": "undo" }] }),
    ),
    ("NewEvents", || {
        // So one that is no object is refused in its place, and the others are taken.
        let several = json!({ "type": "array", "items": {}, "maxItems": 500, "examples": [[{ "type": "start" }]] });
        let other = json!({ "description": "refused in the answer, as an event that is none" });
        json!({ "anyOf": [reference("Event"), several, other] })
    }),
    ("DeviceReport", || {
        object(&[
            (
                "device",
                // The limit is in bytes; a longer text has more in any case.
                json!({ "type": "string", "minLength": 1, "maxLength": 100 }),
                true,
            ),
            ("name", or_null(name()), false),
            ("battery", or_null(whole()), false),
            ("unsent", or_null(whole()), false),
        ])
    }),
    ("ScreenChange", || {
        let shows = json!({ "type": "string", "maxLength": 500 });
        object(&[
            ("shows", or_null(shows), false),
            ("name", or_null(name()), false),
        ])
    }),
];
