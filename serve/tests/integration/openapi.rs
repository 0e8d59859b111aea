//! The description of the interface is what the server answers.

use crate::client::{sample, start};
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[test]
fn the_description_has_every_address_with_its_methods_and_no_other() {
    let server = start(|_| ());
    let said = server.get("/api/openapi.json").json();
    assert!(said["openapi"].as_str().unwrap().starts_with("3."));
    let described: BTreeMap<String, Vec<String>> = said["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, methods)| {
            let mut all: Vec<String> = methods
                .as_object()
                .unwrap()
                .keys()
                .filter(|key| *key != "parameters")
                .map(|method| method.to_uppercase())
                .collect();
            all.sort();
            (path.clone(), all)
        })
        .collect();
    let routed: BTreeMap<String, Vec<String>> = wirecopy_serve::addresses()
        .into_iter()
        .map(|(path, methods)| {
            let mut all: Vec<String> = methods.iter().map(|&method| method.to_owned()).collect();
            all.sort();
            (path.to_owned(), all)
        })
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn every_setting_of_the_description_is_known_and_every_reference_leads_somewhere() {
    let server = start(|_| ());
    let said = server.get("/api/openapi.json").json();
    for (path, methods) in said["paths"].as_object().unwrap() {
        for name in settings(&methods["get"]) {
            let asked = server.get(&format!("{}?{name}=", path.replace("{key}", "0")));
            assert_ne!(asked.status, 400, "{path} {name}: {asked:?}");
        }
    }
    let mut references = Vec::new();
    gather(&said, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let at = reference.strip_prefix('#').unwrap();
        assert!(said.pointer(at).is_some(), "{reference}");
    }
}

#[test]
fn every_field_that_is_answered_is_described() {
    let server = start(|_| ());
    let said = server.get("/api/openapi.json").json();
    let text = sample()[0].text.as_str().to_owned();
    let body = json!({ "id": 7, "text": text }).to_string();
    let asked = server.ask("POST", "/api/query", "content-type: application/json\r\n", &body);
    let answer = asked.json();
    assert_eq!((asked.status, &answer["id"]), (200, &json!("7")), "{asked:?}");
    assert!(!answer["passages"].as_array().unwrap().is_empty());
    let families = server.get("/api/families").json();
    let document = format!("/api/documents?id={}", crate::client::encoded(&sample()[0].id));
    let mut missing = Vec::new();
    for (value, schema) in [
        (&answer, "Answer"),
        (&families["families"][0], "Family"),
        (&server.get("/api/flows").json()["flows"][0], "Flow"),
        (&server.get("/api/outlets").json()["outlets"][0], "Outlet"),
        (&server.get("/api/documents").json()["documents"][0], "Listed"),
        (&server.get(&document).json(), "Document"),
    ] {
        let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
        undescribed(&said, value, (&reference, schema), &mut missing);
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Names the fields of a value that its schema does not have.
fn undescribed(all: &Value, value: &Value, (schema, name): (&Value, &str), into: &mut Vec<String>) {
    let at = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    if let Some(at) = at {
        return undescribed(all, value, (all.pointer(at).unwrap(), name), into);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return undescribed(all, value, (&choices[0], name), into);
    }
    match value {
        Value::Object(fields) => {
            let Some(described) = schema["properties"].as_object() else { return };
            for (field, value) in fields {
                let name = format!("{name}.{field}");
                match described.get(field) {
                    Some(schema) => undescribed(all, value, (schema, &name), into),
                    None => into.push(name),
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                undescribed(all, value, (&schema["items"], name), into);
            }
        }
        _ => {}
    }
}

fn settings(method: &Value) -> Vec<String> {
    let all = method["parameters"].as_array().cloned().unwrap_or_default();
    let of_query = all.iter().filter(|one| one["in"] == "query");
    of_query.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn gather(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| gather(value, into));
        }
        Value::Array(all) => all.iter().for_each(|value| gather(value, into)),
        _ => {}
    }
}
