//! `/api/openapi.json`: the REST interface described for programs, in OpenAPI 3.1.
//!
//! One line an operation in [`OPERATIONS`], the shapes in `schemas`. `tests/integration/roles.rs` holds the table to the routes
//! that there are, `tests/api/run` the descriptions to what the server really answers.

mod schemas;

use std::borrow::Cow;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use warp::http::HeaderMap;
use warp::reply::Response;

use self::schemas::{COMPONENTS, array, id, object, reference, text, whole};
use super::assets::Asset;

/// Who may ask for an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Anybody,
    /// With the token of the match, or an organiser.
    Referee,
    Organiser,
}

/// What is sent along.
#[derive(Clone, Copy)]
enum Sends {
    Nothing,
    /// JSON of this shape.
    Json(fn() -> Value),
}

struct Operation {
    method: &'static str,
    path: &'static str,
    does: &'static str,
    who: Who,
    query: fn() -> Vec<Value>,
    sends: Sends,
    /// The status of success and what comes with it.
    gives: (u16, Option<fn() -> Value>),
    /// What else can be answered, besides what follows from the path, the body and who may ask.
    also: &'static [u16],
}

fn nothing() -> Vec<Value> {
    Vec::new()
}

const fn get(path: &'static str, does: &'static str, gives: fn() -> Value) -> Operation {
    Operation {
        method: "get",
        path,
        does,
        who: Who::Anybody,
        query: nothing,
        sends: Sends::Nothing,
        gives: (200, Some(gives)),
        also: &[],
    }
}

const fn change(
    method: &'static str,
    path: &'static str,
    does: &'static str,
    sends: Sends,
    gives: (u16, Option<fn() -> Value>),
) -> Operation {
    Operation {
        method,
        who: Who::Organiser,
        sends,
        gives,
        ..get(path, does, object_of_anything)
    }
}

fn object_of_anything() -> Value {
    json!({ "type": "object" })
}

const NO_CONTENT: (u16, Option<fn() -> Value>) = (204, None);

const OPERATIONS: &[Operation] = &[
    get("/api/session", "Who the caller is", || reference("Session")),
    Operation {
        who: Who::Anybody,
        also: &[401, 403, 409, 429],
        ..change(
            "post",
            "/api/session",
            "Log in as an organiser: a token to send as a bearer, and a cookie that only reads",
            Sends::Json(|| object(&[("pin", text(), true)])),
            (200, Some(|| reference("LoggedIn"))),
        )
    },
    Operation {
        query: || {
            vec![query(
                "everywhere",
                false,
                json!({ "type": "string" }),
                "end the sessions of all organisers, too, whatever it says",
            )]
        },
        also: &[401, 403],
        who: Who::Anybody,
        ..change(
            "delete",
            "/api/session",
            "Log out",
            Sends::Nothing,
            NO_CONTENT,
        )
    },
    Operation {
        who: Who::Organiser,
        ..get(
            "/api/sessions",
            "Every device on which an organiser is logged in, the latest used first",
            || array(reference("LoggedInDevice")),
        )
    },
    change(
        "delete",
        "/api/sessions/{id}",
        "Log a device out",
        Sends::Nothing,
        NO_CONTENT,
    ),
    get(
        "/api/venue",
        "The venue; for an organiser also how the box is",
        || reference("Venue"),
    ),
    change(
        "put",
        "/api/venue/clock",
        "Set the venue's clock",
        Sends::Json(|| object(&[("now", schemas::moment(), true)])),
        (200, Some(|| object(&[("now", schemas::moment(), true)]))),
    ),
    change(
        "put",
        "/api/venue/signed-only",
        "Refuse secrets that others on the network can read, or take them again",
        Sends::Json(|| object(&[("on", schemas::yes_or_no(), true)])),
        (200, Some(|| object(&[("on", schemas::yes_or_no(), true)]))),
    ),
    Operation {
        who: Who::Anybody,
        ..change(
            "post",
            "/api/channel",
            "Open a channel, whose requests are signed or sealed; with A and B both sides agree on its key for this once",
            Sends::Json(|| {
                object(&[
                    ("page", schemas::hex(16), true),
                    ("A", schemas::hex(256), false),
                ])
            }),
            (
                201,
                Some(|| {
                    object(&[
                        ("channel", schemas::hex(16), true),
                        ("B", schemas::hex(256), false),
                    ])
                }),
            ),
        )
    },
    Operation {
        who: Who::Anybody,
        also: &[409],
        ..change(
            "post",
            "/api/session/srp",
            "Begin to prove the PIN without sending it (SRP-6a)",
            Sends::Json(|| object(&[("A", schemas::hex(256), true)])),
            (201, Some(|| reference("PinExchange"))),
        )
    },
    Operation {
        who: Who::Anybody,
        also: &[401, 404, 409, 429],
        ..change(
            "post",
            "/api/session/srp/{attempt}",
            "Prove the PIN: opens a session, whose key is not in the answer",
            Sends::Json(|| object(&[("M1", schemas::hex(32), true)])),
            (200, Some(|| reference("ProvenLogIn"))),
        )
    },
    Operation {
        who: Who::Anybody,
        also: &[401, 403, 409, 429],
        ..change(
            "post",
            "/api/session/verifier",
            "Tell the PIN once, sealed, where the database is older than this kind of log-in",
            Sends::Json(|| object(&[("pin", text(), true)])),
            NO_CONTENT,
        )
    },
    get("/api/sports", "The sports that can be played here", || {
        array(reference("Sport"))
    }),
    get("/api/openapi.json", "This description", object_of_anything),
    get("/api/tournaments", "All tournaments", || {
        array(reference("Tournament"))
    }),
    Operation {
        also: &[404],
        ..change(
            "post",
            "/api/tournaments",
            "Make a tournament",
            Sends::Json(|| reference("NewTournament")),
            (201, Some(|| reference("Tournament"))),
        )
    },
    get("/api/tournaments/{id}", "One tournament", || {
        reference("Tournament")
    }),
    change(
        "patch",
        "/api/tournaments/{id}",
        "Rename a tournament",
        Sends::Json(schemas::named),
        (200, Some(|| reference("Tournament"))),
    ),
    change(
        "delete",
        "/api/tournaments/{id}",
        "Delete a tournament with its matches",
        Sends::Nothing,
        NO_CONTENT,
    ),
    Operation {
        query: || vec![query("tournamentID", true, id(), "whose teams")],
        also: &[404],
        ..get(
            "/api/teams",
            "The teams of a tournament, in the order of entry",
            || array(reference("Team")),
        )
    },
    Operation {
        also: &[404, 409],
        ..change(
            "post",
            "/api/teams",
            "Enter one team, or several at once",
            Sends::Json(|| reference("NewTeams")),
            (
                201,
                Some(|| json!({ "oneOf": [reference("Team"), array(reference("Team"))] })),
            ),
        )
    },
    Operation {
        also: &[409],
        ..change(
            "patch",
            "/api/teams/{id}",
            "Rename a team, also in its matches",
            Sends::Json(schemas::named),
            (200, Some(|| reference("Team"))),
        )
    },
    change(
        "delete",
        "/api/teams/{id}",
        "Delete a team",
        Sends::Nothing,
        NO_CONTENT,
    ),
    get("/api/courts", "All courts and what is played there", || {
        array(reference("Court"))
    }),
    Operation {
        also: &[409],
        ..change(
            "post",
            "/api/courts",
            "Make a court",
            Sends::Json(schemas::named),
            (201, Some(|| reference("Court"))),
        )
    },
    get("/api/courts/{id}", "One court", || reference("Court")),
    Operation {
        also: &[409],
        ..change(
            "patch",
            "/api/courts/{id}",
            "Rename a court",
            Sends::Json(schemas::named),
            (200, Some(|| reference("Court"))),
        )
    },
    change(
        "delete",
        "/api/courts/{id}",
        "Delete a court",
        Sends::Nothing,
        NO_CONTENT,
    ),
    change(
        "post",
        "/api/courts/{id}/referee-token",
        "New secrets for whoever scores on a court; the old ones are good for nothing then",
        Sends::Nothing,
        (201, Some(|| reference("RefereeSecrets"))),
    ),
    change(
        "delete",
        "/api/courts/{id}/referee-token",
        "Take a court's secrets away",
        Sends::Nothing,
        NO_CONTENT,
    ),
    Operation {
        query: || {
            vec![query(
                "tournamentID",
                false,
                id(),
                "only the matches of this one",
            )]
        },
        ..get("/api/matches", "All matches", || array(reference("Match")))
    },
    Operation {
        also: &[404],
        ..change(
            "post",
            "/api/matches",
            "Make a match, of a tournament or a friendly one",
            Sends::Json(|| reference("NewMatch")),
            (
                201,
                Some(|| json!({ "allOf": [reference("Match"), reference("RefereeSecrets")] })),
            ),
        )
    },
    get("/api/matches/{id}", "One match, with its rules", || {
        reference("Match")
    }),
    change(
        "patch",
        "/api/matches/{id}",
        "Change who plays, or where",
        Sends::Json(|| reference("MatchChange")),
        (200, Some(|| reference("Match"))),
    ),
    change(
        "delete",
        "/api/matches/{id}",
        "Delete a match",
        Sends::Nothing,
        NO_CONTENT,
    ),
    Operation {
        also: &[503],
        ..change(
            "post",
            "/api/matches/{id}/open",
            "Take up a match that was left aside because a start had ended over it",
            Sends::Nothing,
            (200, Some(|| reference("Match"))),
        )
    },
    Operation {
        query: || {
            vec![query(
                "after",
                false,
                whole(),
                "only the events after this seq",
            )]
        },
        ..get(
            "/api/matches/{id}/events",
            "The next 1,000 events of a match",
            || array(reference("Recorded")),
        )
    },
    Operation {
        who: Who::Referee,
        query: || {
            vec![
                query(
                    "device",
                    false,
                    text(),
                    "what the sender's device calls itself",
                ),
                query(
                    "correction",
                    false,
                    text(),
                    "in an open venue: take it while a referee scores",
                ),
            ]
        },
        ..change(
            "post",
            "/api/matches/{id}/events",
            "Publish one event, or up to 500",
            Sends::Json(|| reference("NewEvents")),
            (
                200,
                Some(|| json!({ "oneOf": [reference("Answer"), array(reference("Answer"))] })),
            ),
        )
    },
    change(
        "post",
        "/api/matches/{id}/referee-token",
        "New secrets for the referee of a match; the old ones are good for nothing then",
        Sends::Nothing,
        (201, Some(|| reference("RefereeSecrets"))),
    ),
    change(
        "delete",
        "/api/matches/{id}/referee-token",
        "Take a match's secrets away",
        Sends::Nothing,
        NO_CONTENT,
    ),
    Operation {
        who: Who::Referee,
        ..change(
            "post",
            "/api/matches/{id}/device",
            "A referee's device says how it is",
            Sends::Json(|| reference("DeviceReport")),
            NO_CONTENT,
        )
    },
    Operation {
        who: Who::Anybody,
        also: &[401, 403, 429],
        ..change(
            "post",
            "/api/referee-code",
            "Exchange a referee's short code for a token",
            Sends::Json(|| object(&[("code", text(), true)])),
            (201, Some(|| reference("RedeemedCode"))),
        )
    },
    Operation {
        who: Who::Organiser,
        ..get(
            "/api/referee-tokens",
            "The referees' tokens that phones hold, with the device and when it was used",
            || array(reference("HeldToken")),
        )
    },
    change(
        "delete",
        "/api/referee-tokens/{id}",
        "End one referee's token; who came with it is sent away",
        Sends::Nothing,
        NO_CONTENT,
    ),
    Operation {
        who: Who::Organiser,
        ..get(
            "/api/desk",
            "Every match that is not over, with the devices that score it",
            || array(reference("DeskLine")),
        )
    },
    Operation {
        who: Who::Anybody,
        also: &[429],
        ..change(
            "post",
            "/api/screens",
            "A TV asks what to show",
            Sends::Json(|| {
                object(&[(
                    "id",
                    json!({ "type": "string", "pattern": "^[0-9a-fA-F]{32}$" }),
                    true,
                )])
            }),
            (200, Some(|| reference("ScreenOrders"))),
        )
    },
    Operation {
        who: Who::Organiser,
        ..get(
            "/api/screens",
            "All TVs, also those that wait to be adopted",
            || array(reference("Screen")),
        )
    },
    change(
        "patch",
        "/api/screens/{code}",
        "Say what a TV shows, by the code on it",
        Sends::Json(|| reference("ScreenChange")),
        (200, Some(|| reference("Screen"))),
    ),
    change(
        "delete",
        "/api/screens/{code}",
        "Let a TV go",
        Sends::Nothing,
        NO_CONTENT,
    ),
];

fn query(name: &str, required: bool, schema: Value, what: &str) -> Value {
    json!({ "in": "query", "name": name, "required": required, "schema": schema, "description": what })
}

impl Operation {
    fn describe(&self) -> Value {
        let mut parameters = (self.query)();
        for name in ["id", "code", "attempt"] {
            if self.path.contains(&format!("{{{name}}}")) {
                let schema = if name == "code" { text() } else { id() };
                parameters.push(
                    json!({ "in": "path", "name": name, "required": true, "schema": schema }),
                );
            }
        }
        let mut described = json!({
            "summary": self.does,
            "operationId": self.name(),
            "parameters": parameters,
            "responses": self.responses(),
            "security": self.security(),
        });
        if let Sends::Json(schema) = self.sends {
            described["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema() } } });
        }
        described
    }

    /// `get /api/matches/{id}` is `getApiMatchesById`: stable for programs that are generated.
    fn name(&self) -> String {
        let parts = self
            .path
            .split(['/', '-', '.'])
            .filter(|part| !part.is_empty());
        let named = parts.map(|part| match part.strip_prefix('{') {
            Some(by) => format!("By{}", capital(by.trim_end_matches('}'))),
            None => capital(part),
        });
        self.method.to_owned() + &named.collect::<String>()
    }

    fn security(&self) -> Value {
        match self.who {
            Who::Anybody => json!([{}]),
            Who::Organiser if self.method == "get" => {
                json!([{ "bearer": [] }, { "cookie": [] }, {}])
            }
            Who::Referee | Who::Organiser => json!([{ "bearer": [] }, {}]),
        }
    }

    fn responses(&self) -> Value {
        let (status, schema) = self.gives;
        let mut responses = Map::new();
        let mut success = json!({ "description": "done" });
        if let Some(schema) = schema {
            success["content"] = json!({ "application/json": { "schema": schema() } });
        }
        responses.insert(status.to_string(), success);
        let mut errors = vec![503, 500, 421];
        let has_body = matches!(self.sends, Sends::Json(_));
        if has_body || self.path.contains('{') || !(self.query)().is_empty() {
            errors.push(400);
        }
        if has_body {
            errors.extend([408, 413]);
        }
        if self.path.contains('{') {
            errors.push(404);
        }
        if self.who != Who::Anybody {
            errors.extend([401, 403]);
        }
        errors.extend(self.also);
        for status in errors {
            let error = json!({
                "description": reason(status),
                "content": { "application/json": { "schema": reference("Error") } },
            });
            responses.insert(status.to_string(), error);
        }
        Value::Object(responses)
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "a field is missing or wrong; the error names it",
        401 => "log in, or send a token",
        403 => "this role, token or page of another site may not",
        404 => "there is nothing with this ID",
        408 => "the rest of the request did not come in time",
        409 => "it is there already, or something is missing that it needs",
        413 => "too much at once",
        429 => "too many of these; wait for the seconds of Retry-After",
        421 => "this server has no such name; open it by its address",
        503 => "nothing can be saved now, or the server is full or busy; try again",
        _ => "a mistake in Courtside",
    }
}

/// The whole description.
fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation.describe();
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Courtside",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Live scores for a sports hall. Everybody may read; a referee's token publishes the events of its match, \
                            an organiser's session may do everything. In an open venue nobody needs either. Instead of sending a \
                            secret, a request may be signed (header Courtside-Sign) or sealed with its answer (Courtside-Seal): CHANNEL \
                            NUMBER PROOF [SESSION] on a channel of POST /api/channel. It is then also answered with 409 stale_channel, \
                            409 replayed or 403 bad_signature. An organiser may demand that: 403 signature_required. \
                            Where a hall has a certificate, plain http is sent to https (308) for reading and refused (403 `https_required`) otherwise.",
        },
        "paths": paths,
        "components": {
            "schemas": COMPONENTS.iter().map(|(name, schema)| ((*name).to_owned(), schema())).collect::<Map<_, _>>(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "courtside_PORT_VENUE",
                    "description": "The port, and the last eight letters of the venue's ID; `__Host-` before it where https is spoken. It only reads.",
                },
            },
        },
    })
}

static DOCUMENT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "application/json",
        Cow::Owned(document().to_string().into_bytes()),
    )
});

/// Which methods an address takes, as the `Allow` header says it. What is not described here is only read, or only written to.
pub fn methods_of(path: &str) -> String {
    let fits = |known: &str| {
        let (mut known, mut asked) = (known.split('/'), path.split('/'));
        loop {
            match (known.next(), asked.next()) {
                (None, None) => return true,
                (Some(part), Some(asked)) if part == asked || part.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let mut methods: Vec<String> = OPERATIONS
        .iter()
        .filter(|operation| fits(operation.path))
        .map(|operation| operation.method.to_uppercase())
        .collect();
    if methods.iter().any(|method| method == "GET") {
        methods.push("HEAD".to_owned());
    }
    match (methods.is_empty(), path.starts_with("/create-")) {
        (true, true) => "POST".to_owned(),
        (true, false) => "GET, HEAD".to_owned(),
        (false, _) => methods.join(", "),
    }
}

pub fn answer(headers: &HeaderMap) -> Response {
    DOCUMENT.answer(headers)
}
