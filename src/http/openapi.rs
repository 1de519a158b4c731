//! `/api/openapi.json`: the REST interface described for programs, in OpenAPI 3.1.
//!
//! All of it comes from the table of routes: what is answered from the types that are serialised, so that no field is left
//! out, and closed, so that one that is not described is found. `tests/api/run` holds it to what the server really answers.

pub mod requests;

use std::borrow::Cow;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use self::requests::{COMPONENTS, id, plan, reference, text};
use super::assets::Asset;
use super::error::ErrorJson;
use super::routes::route::{Gives, May, Parameter, Route, Takes};

/// One operation, and in the generator the types that it answers with.
struct Described<'a> {
    route: &'a Route,
    generator: &'a mut SchemaGenerator,
}

impl Described<'_> {
    fn describe(&mut self) -> Value {
        let query = |parameter: &Parameter| {
            json!({
                "in": "query",
                "name": parameter.name,
                "required": parameter.required,
                "schema": (parameter.shape)(),
                "description": parameter.what,
            })
        };
        let mut parameters: Vec<Value> = self.route.query.iter().map(query).collect();
        for name in ["id", "code", "attempt"] {
            if self.route.path.contains(&format!("{{{name}}}")) {
                let schema = if name == "code" { text() } else { id() };
                parameters.push(
                    json!({ "in": "path", "name": name, "required": true, "schema": schema }),
                );
            }
        }
        let mut described = json!({
            "summary": self.route.does,
            "operationId": self.name(),
            "parameters": parameters,
            "responses": self.responses(),
            "security": self.security(),
        });
        if let Takes::Json { shape, .. } = self.route.takes {
            described["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": shape() } } });
        }
        described
    }

    /// `get /api/matches/{id}` is `getApiMatchesById`: stable for programs that are generated.
    fn name(&self) -> String {
        let parts = self
            .route
            .path
            .split(['/', '-', '.'])
            .filter(|part| !part.is_empty());
        let named = parts.map(|part| match part.strip_prefix('{') {
            Some(by) => format!("By{}", capital(by.trim_end_matches('}'))),
            None => capital(part),
        });
        self.route.method.as_str().to_lowercase() + &named.collect::<String>()
    }

    fn security(&self) -> Value {
        match self.route.may {
            May::Anybody | May::AnybodyWhereOpen => json!([{}]),
            May::Oversee => json!([{ "bearer": [] }, { "cookie": [] }, {}]),
            May::Organise | May::Publish | May::Referee => json!([{ "bearer": [] }, {}]),
        }
    }

    fn success(&mut self) -> (u16, Value) {
        match self.route.gives {
            Gives::Json { status, shape } => {
                let shape = shape(self.generator);
                let content = json!({ "application/json": { "schema": shape } });
                (status, json!({ "description": "done", "content": content }))
            }
            Gives::Nothing { status } => (status, json!({ "description": "done" })),
            Gives::Undescribed => (200, json!({ "description": "done" })),
        }
    }

    fn responses(&mut self) -> Value {
        let (status, success) = self.success();
        let mut responses = Map::from_iter([(status.to_string(), success)]);
        let mut errors = vec![503, 500, 421];
        let has_body = matches!(self.route.takes, Takes::Json { .. });
        let has_parameter = self.route.path.contains('{');
        if has_body || has_parameter || !self.route.query.is_empty() {
            errors.push(400);
        }
        if has_body {
            errors.extend([408, 413]);
        }
        if has_parameter {
            errors.push(404);
        }
        if self.route.may != May::Anybody {
            errors.extend([401, 403]);
        }
        if self.route.creates {
            errors.push(429);
        }
        errors.extend(self.route.also);
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

/// Forbids every field that is not described, where a type has fields at all.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(schema) => {
            if schema.contains_key("properties") {
                schema.entry("additionalProperties").or_insert(false.into());
            }
            schema.values_mut().for_each(close);
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(close),
        _ => {}
    }
}

/// The whole description.
pub fn description<'a>(routes: impl Iterator<Item = &'a Route>) -> Asset {
    let document = document(routes).to_string();
    Asset::new("application/json", Cow::Owned(document.into_bytes()))
}

fn document<'a>(routes: impl Iterator<Item = &'a Route>) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
    });
    let mut generator = settings.for_serialize().into_generator();
    generator.subschema_for::<ErrorJson<'_>>();
    let mut paths = Map::new();
    for route in routes.filter(|route| !matches!(route.gives, Gives::Undescribed)) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        let generator = &mut generator;
        path[route.method.as_str().to_lowercase()] = Described { route, generator }.describe();
    }
    let mut answers = Value::Object(generator.take_definitions(true));
    close(&mut answers);
    let mut schemas: Map<String, Value> = COMPONENTS
        .iter()
        .chain(plan::COMPONENTS)
        .map(|(name, schema)| ((*name).to_owned(), schema()))
        .collect();
    if let Value::Object(answers) = answers {
        schemas.extend(answers);
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
            "schemas": schemas,
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
