//! The description of the interface is what the server answers.

use crate::client::start;
use serde_json::Value;
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
