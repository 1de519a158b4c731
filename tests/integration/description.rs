//! `/api/openapi.json` and what is really answered: no field is left out of the one, none is in another order in the other.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::venue::Venue;

/// The fields of an answer that its schema does not name, as paths.
fn undeclared(document: &Value, schema: &Value, answer: &Value, path: &str) -> BTreeSet<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = document.pointer(&reference[1..]).expect("a schema");
        return undeclared(document, found, answer, path);
    }
    for of in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[of].as_array() {
            let each = choices.iter();
            let each = each.map(|one| undeclared(document, one, answer, path));
            return each.min_by_key(BTreeSet::len).expect("a choice");
        }
    }
    match answer {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| {
                let path = format!("{path}.{name}");
                match (&schema["properties"][name], &schema["additionalProperties"]) {
                    (Value::Null, Value::Bool(true)) => BTreeSet::new(),
                    (Value::Null, Value::Null | Value::Bool(_)) => BTreeSet::from([path]),
                    (Value::Null, of_all) => undeclared(document, of_all, value, &path),
                    (known, _) => undeclared(document, known, value, &path),
                }
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .flat_map(|item| undeclared(document, &schema["items"], item, path))
            .collect(),
        _ => BTreeSet::new(),
    }
}

/// The schema of a success of an operation.
fn schema_of<'a>(document: &'a Value, method: &str, path: &str) -> &'a Value {
    let responses = &document["paths"][path][method]["responses"];
    let responses = responses.as_object().expect("an operation");
    let success = responses.iter().find(|(status, _)| status.starts_with('2'));
    let (_, success) = success.expect("a success");
    &success["content"]["application/json"]["schema"]
}

#[test]
fn every_field_that_is_answered_is_described() {
    let venue = Venue::open();
    let court = venue
        .post("/api/courts", &json!({ "name": "Court 1" }))
        .json();
    let cup = json!({ "name": "Cup", "sport": "tennis", "rules": { "set": { "target": 4 } } });
    let cup = venue.post("/api/tournaments", &cup).json();
    let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
    let body = json!({ "sport": "football", "sides": sides, "courtID": court["id"] });
    let created = venue.post("/api/matches", &body);
    let id = created.json()["id"].as_str().expect("an ID").to_owned();
    let events = format!("/api/matches/{id}/events");
    let clock = json!({ "type": "clock", "detail": { "action": "start", "seconds": 0 } });
    let card = json!({ "type": "card", "side": "A", "detail": { "colour": "yellow" } });
    let published = venue.post(
        &events,
        &json!([{ "type": "start" }, clock, card, { "type": "x" }]),
    );
    let document = venue.get("/api/openapi.json").json();
    let mut answers = vec![
        ("post", "/api/matches".to_owned(), created.json()),
        (
            "post",
            "/api/matches/{id}/events".to_owned(),
            published.json(),
        ),
        ("get", "/api/tournaments/{id}".to_owned(), cup),
        ("get", "/api/courts/{id}".to_owned(), court),
    ];
    let lists = [
        "venue", "sports", "matches", "desk", "session", "courts", "screens",
    ];
    let of_match = ["matches/{id}", "matches/{id}/events"];
    for template in lists.iter().chain(&of_match) {
        let template = format!("/api/{template}");
        let answer = venue.get(&template.replace("{id}", &id)).json();
        answers.push(("get", template, answer));
    }
    for (method, path, answer) in &answers {
        let schema = schema_of(&document, method, path);
        let missing = undeclared(&document, schema, answer, "");
        assert_eq!(missing, BTreeSet::new(), "{method} {path}");
    }
    // The test sees a field that is not described, wherever it is.
    let (method, path, answer) = &mut answers[1];
    assert_eq!(
        answer[0]["state"]["clock"],
        Value::Null,
        "before its first event"
    );
    answer[1]["state"]["clock"]["more"] = json!(1);
    let schema = schema_of(&document, method, path);
    let missing = undeclared(&document, schema, answer, "");
    assert_eq!(missing, BTreeSet::from([".state.clock.more".to_owned()]));
}

/// The names of the schemas that this one leads to.
fn named_in(document: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(inside) => {
            let reference = inside.get("$ref").and_then(Value::as_str);
            if let Some(name) = reference.and_then(|path| path.rsplit('/').next())
                && found.insert(name.to_owned())
            {
                named_in(document, &document["components"]["schemas"][name], found);
            }
            inside
                .values()
                .for_each(|one| named_in(document, one, found));
        }
        Value::Array(inside) => inside.iter().for_each(|one| named_in(document, one, found)),
        _ => {}
    }
}

/// The objects of a schema that name fields and let others pass, as paths.
fn open_objects(schema: &Value, path: &str, found: &mut Vec<String>) {
    match schema {
        Value::Object(inside) => {
            let closed = inside.get("additionalProperties") == Some(&json!(false));
            if inside.contains_key("properties") && !closed {
                found.push(path.to_owned());
            }
            for (name, schema) in inside {
                open_objects(schema, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(inside) => {
            for schema in inside {
                open_objects(schema, path, found);
            }
        }
        _ => {}
    }
}

#[test]
fn an_answer_may_have_no_field_that_is_not_described() {
    let document = Venue::open().get("/api/openapi.json").json();
    let mut answered = BTreeSet::new();
    for path in document["paths"].as_object().expect("paths").values() {
        for operation in path.as_object().expect("methods").values() {
            named_in(&document, &operation["responses"], &mut answered);
        }
    }
    assert!(answered.contains("State") && !answered.contains("NewMatch"));
    let schemas = &document["components"]["schemas"];
    let mut open = Vec::new();
    for name in &answered {
        open_objects(&schemas[name], name, &mut open);
    }
    // Events are what their senders make of them.
    assert_eq!(open, ["Recorded/properties/event"]);
    for (name, field) in [
        ("State", "clock"),
        ("WholeMatch", "guardMs"),
        ("Variant", "name"),
        ("Variant", "valid_from"),
    ] {
        let properties = &schemas[name]["properties"];
        assert!(properties[field].is_object(), "{name}.{field}");
    }
}

#[test]
fn a_state_has_its_fields_in_the_same_order_wherever_it_is_answered() {
    let venue = Venue::open();
    let sides = json!({ "A": { "name": "Lyon" }, "B": { "name": "Metz" } });
    let made = venue.post(
        "/api/matches",
        &json!({ "sport": "football", "sides": sides }),
    );
    let id = made.json()["id"].as_str().expect("an ID").to_owned();
    let events = format!("/api/matches/{id}/events");
    let one = venue.post(&events, &json!({ "type": "start" }));
    let several = venue.post(&events, &json!([{ "type": "point", "side": "A" }]));
    let shown = venue.get(&format!("/api/matches/{id}"));
    for answer in [made, one, several, shown] {
        let text = String::from_utf8(answer.body).expect("text");
        let state = text.split_once(r#""state":{"#).expect("a state").1;
        let fields = [
            "status", "winner", "score", "periods", "period", "points", "serving",
        ];
        let places = fields.map(|field| state.find(&format!("\"{field}\":")).expect("a field"));
        assert!(places.is_sorted() && places[0] == 0, "{text}");
    }
}
