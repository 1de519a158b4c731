//! The shapes of what is sent and answered, in JSON Schema.

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

pub fn named() -> Value {
    object(&[("name", name(), true)])
}

fn one_of(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

pub fn array(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Fields by name, each with whether it must be there. Others may come with later versions.
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

fn by_side(of: &Value) -> Value {
    object(&[("A", of.clone(), true), ("B", of.clone(), true)])
}

fn number() -> Value {
    json!({ "type": "integer" })
}

/// A side is named by who plays on it.
fn sides() -> Value {
    by_side(&named())
}

type Schema = fn() -> Value;

pub const COMPONENTS: &[(&str, Schema)] = &[
    ("Error", || {
        let error = object(&[
            ("code", text(), true),
            ("message", text(), true),
            ("field", text(), false),
        ]);
        object(&[("error", error, true)])
    }),
    ("Session", || {
        object(&[
            ("role", one_of(&["organiser", "watcher"]), true),
            ("writes", yes_or_no(), true),
            ("open", yes_or_no(), true),
        ])
    }),
    ("LoggedInDevice", || {
        object(&[
            ("id", id(), true),
            ("device", text(), true),
            ("address", text(), true),
            ("createdAt", moment(), true),
            ("usedAt", moment(), true),
            ("current", yes_or_no(), true),
        ])
    }),
    ("LoggedIn", || {
        object(&[("token", text(), true), ("expiresAt", moment(), true)])
    }),
    ("PinExchange", || {
        object(&[
            ("attempt", id(), true),
            ("salt", hex(16), true),
            ("rounds", whole(), true),
            ("B", hex(256), true),
        ])
    }),
    ("ProvenLogIn", || {
        object(&[
            ("M2", hex(32), true),
            ("session", id(), true),
            ("expiresAt", moment(), true),
        ])
    }),
    ("Venue", || {
        object(&[
            ("id", id(), true),
            ("name", text(), true),
            ("open", yes_or_no(), true),
            ("version", text(), true),
            ("addresses", array(text()), true),
            ("box", reference("Box"), false),
            (
                "sportProblems",
                array(object(&[("file", text(), true), ("reason", text(), true)])),
                false,
            ),
        ])
    }),
    ("Box", || {
        object(&[
            ("fault", or_null(text()), true),
            ("watchers", whole(), true),
            ("now", moment(), true),
            ("startedAt", moment(), true),
            ("signedOnly", yes_or_no(), true),
            ("backups", array(reference("Backups")), true),
            (
                "guessing",
                object(&[
                    ("since", moment(), true),
                    ("tries", whole(), true),
                    ("networks", array(text()), true),
                ]),
                false,
            ),
            ("leftAside", array(reference("Match")), true),
            ("freeBytes", whole(), false),
            ("totalBytes", whole(), false),
            ("databaseBytes", whole(), false),
        ])
    }),
    ("Backups", || {
        object(&[
            ("folder", text(), true),
            ("newestAt", or_null(moment()), true),
            ("count", whole(), true),
            ("problem", or_null(text()), true),
        ])
    }),
    ("Sport", || {
        object(&[
            ("id", text(), true),
            ("name", object(&[("en", text(), false)]), true),
            ("icon", text(), true),
            ("guard_ms", whole(), true),
            ("rules", object(&[]), true),
            (
                "variants",
                array(object(&[
                    ("id", text(), true),
                    ("rules", object(&[]), true),
                ])),
                true,
            ),
            ("standings", object(&[]), true),
            ("sources", array(text()), true),
        ])
    }),
    ("Tournament", || {
        object(&[
            ("id", id(), true),
            ("name", text(), true),
            ("sport", text(), true),
            ("variant", or_null(text()), true),
            ("rules", object(&[]), false),
            ("createdAt", moment(), true),
        ])
    }),
    ("NewTournament", || {
        object(&[
            ("name", name(), true),
            ("sport", sport(), true),
            ("variant", or_null(text()), false),
            ("rules", or_null(object(&[])), false),
        ])
    }),
    ("Team", || {
        object(&[
            ("id", id(), true),
            ("tournamentID", id(), true),
            ("name", text(), true),
        ])
    }),
    ("NewTeams", || {
        let one = object(&[("tournamentID", id(), true), ("name", name(), true)]);
        let names = json!({ "type": "array", "items": name(), "maxItems": 1000 });
        let several = object(&[("tournamentID", id(), true), ("names", names, true)]);
        json!({ "anyOf": [one, several] })
    }),
    ("Court", || {
        object(&[
            ("id", id(), true),
            ("name", text(), true),
            ("currentMatchID", or_null(id()), true),
            ("nextMatchIDs", array(id()), true),
        ])
    }),
    ("Match", || {
        object(&[
            ("id", id(), true),
            ("matchID", id(), true),
            ("tournamentID", or_null(id()), true),
            ("tournamentName", or_null(text()), true),
            ("courtID", or_null(id()), true),
            ("courtName", or_null(text()), true),
            ("sport", text(), true),
            ("sides", by_side(&object(&[("name", text(), true)])), true),
            ("status", status(), true),
            ("live", yes_or_no(), true),
            ("seq", whole(), true),
            ("state", reference("State"), true),
            ("createdAt", moment(), true),
            ("updatedAt", moment(), true),
            ("clockAt", moment(), false),
            ("variant", or_null(text()), false),
            ("rules", object(&[]), false),
            ("watchUrl", text(), false),
        ])
    }),
    ("State", || {
        object(&[
            ("status", status(), true),
            ("winner", or_null(one_of(&["A", "B"])), true),
            ("score", by_side(&number()), true),
            ("periods", array(by_side(&number())), true),
            ("period", number(), true),
            ("points", or_null(by_side(&text())), true),
            ("serving", or_null(one_of(&["A", "B"])), true),
            ("fouls", by_side(&number()), true),
            ("cards", by_side(&object(&[])), true),
            ("timeouts", by_side(&number()), true),
            ("prompt", array(text()), true),
            ("reason", or_null(text()), true),
            ("confirmed", yes_or_no(), true),
        ])
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
        let sides = object(&[
            ("A", or_null(named()), false),
            ("B", or_null(named()), false),
        ]);
        object(&[
            ("sides", or_null(sides), false),
            ("courtID", or_null(id()), false),
        ])
    }),
    ("RefereeSecrets", || {
        object(&[
            ("refereeUrl", text(), true),
            ("refereeToken", text(), true),
            ("refereeCode", text(), true),
        ])
    }),
    ("RedeemedCode", || {
        object(&[
            ("refereeToken", text(), true),
            ("matchID", or_null(id()), true),
            ("courtID", or_null(id()), true),
        ])
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
    ("Recorded", || {
        object(&[
            ("seq", whole(), true),
            ("at", moment(), true),
            ("event", object(&[("type", text(), true)]), true),
        ])
    }),
    ("Answer", || {
        object(&[
            ("type", one_of(&["ack", "refused"]), true),
            ("id", or_null(text()), false),
            ("seq", whole(), false),
            ("duplicate", yes_or_no(), false),
            ("code", text(), false),
            ("message", text(), false),
            ("state", reference("State"), true),
        ])
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
    ("HeldToken", || {
        object(&[
            ("id", id(), true),
            ("matchID", or_null(id()), true),
            ("courtID", or_null(id()), true),
            ("device", or_null(text()), true),
            ("createdAt", moment(), true),
            ("usedAt", or_null(moment()), true),
            ("connected", yes_or_no(), true),
        ])
    }),
    ("DeskLine", || {
        let device = object(&[
            ("device", or_null(text()), true),
            ("name", or_null(text()), true),
            ("presence", one_of(&["active", "standby", "gone"]), true),
            ("since", moment(), true),
            ("battery", or_null(whole()), true),
            ("unsent", or_null(whole()), true),
            ("reportedAt", or_null(moment()), true),
        ]);
        object(&[
            ("matchID", id(), true),
            ("begunAt", or_null(moment()), true),
            ("watchers", whole(), true),
            ("devices", array(device), true),
        ])
    }),
    ("ScreenOrders", || {
        object(&[
            ("code", text(), true),
            ("name", or_null(text()), true),
            ("shows", or_null(text()), true),
        ])
    }),
    ("Screen", || {
        object(&[
            ("code", text(), true),
            ("name", or_null(text()), true),
            ("shows", or_null(text()), true),
            ("on", yes_or_no(), true),
            ("seenAt", or_null(moment()), true),
            ("address", or_null(text()), true),
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

fn status() -> Value {
    one_of(&["scheduled", "live", "suspended", "finished"])
}
