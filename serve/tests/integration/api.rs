//! Questions and lists.

use crate::client::{Running, encoded, sample, start, start_index, start_with};
use serde_json::{Value, json};
use wirecopy::corpus::Document;
use wirecopy::detect::{ScanConfig, Silent, scan_documents};

#[test]
fn a_pasted_text_finds_who_printed_it() {
    let server = start(|_| ());
    let article = &sample()[0];
    let pasted = format!("An editor's own first line. {} And a last one.", article.text.as_str());
    let answer = server.ask("POST", "/api/query", "content-type: text/plain\r\n", &pasted);
    assert_eq!(answer.status, 200, "{answer:?}");
    let said = answer.json();
    assert!(said["share"].as_f64().unwrap() > 0.8, "{said}");
    assert_eq!(said["most_complete"], json!(article.id));
    let source = &said["sources"][0];
    assert_eq!(
        (&source["id"], &source["outlet"]),
        (&json!(article.id), &json!(article.meta.outlet.as_deref()))
    );
    let pair = &said["passages"][0];
    let [own, other] = if pair["a"]["id"] == "draft" { ["a", "b"] } else { ["b", "a"] };
    let span = |side: &str, key: &str| usize::try_from(pair[side][key].as_u64().unwrap()).unwrap();
    assert_eq!(pasted[span(own, "start")..span(own, "end")], *pair[own]["text"].as_str().unwrap());
    assert!(!pair[other]["id"].is_null());
    assert!(said.get("report").is_none());
    assert_eq!((&said["min_tokens"], &said["sure_tokens"]), (&json!(15), &json!(15)));
    let longer = server.ask("POST", "/api/query?min_tokens=40", "", &pasted).json();
    assert_eq!(longer["min_tokens"], 40);
    let with = server.ask("POST", "/api/query?report=true", "", &pasted).json();
    assert!(
        with["report"]["index"]["documents"]["id"].as_array().unwrap().contains(&json!("draft"))
    );
}

#[test]
fn documents_are_asked_about_as_json_and_never_found_in_themselves() {
    let server = start(|_| ());
    let all = sample();
    let list: Vec<Value> =
        all.iter().map(|one| json!({ "id": one.id, "text": one.text.as_str() })).collect();
    let body = Value::from(list).to_string();
    let answer = server.ask("POST", "/api/query", "content-type: application/json\r\n", &body);
    let said = answer.json();
    for (document, said) in all.iter().zip(said["answers"].as_array().expect("a list")) {
        assert_eq!(said["id"], json!(document.id));
        let sources = said["sources"].as_array().unwrap();
        assert!(sources.iter().all(|source| source["id"] != json!(document.id)), "{said}");
    }
    let lines = all.iter().map(|d| format!("{}\n", json!({ "text": d.text.as_str() })));
    let lines: String = lines.collect();
    let asked = server.ask("POST", "/api/query", "content-type: application/x-ndjson\r\n", &lines);
    assert_eq!(asked.json()["answers"].as_array().unwrap().len(), all.len());
}

#[test]
fn what_is_wrong_with_a_document_is_named() {
    let server = start(|_| ());
    for (body, cause) in [
        (r#"{"text": "x", "author": "me"}"#, "unknown field `author`"),
        (r#"[{"text": "x"}, {"txt": "y"}]"#, "unknown field `txt`"),
        (r#"{"id": {}, "text": "x"}"#, "an id is a text or a whole number"),
        (r#"{"id": "a"}"#, "missing field `text`"),
    ] {
        let refused = server.ask("POST", "/api/query", "content-type: application/json\r\n", body);
        assert_eq!(refused.status, 400, "{refused:?}");
        let said = refused.json()["error"]["cause"].as_str().unwrap().to_owned();
        assert!(said.contains(cause), "{said}");
    }
    for (flows, status) in [("bogus", 400), ("date", 200), ("", 200)] {
        assert_eq!(server.get(&format!("/api/flows?basis={flows}")).status, status);
    }
}

#[test]
fn as_many_candidates_are_searched_as_the_index_itself_searches() {
    let server = start(|_| ());
    let said = server.get("/api/openapi.json").json();
    let settings = said["paths"]["/api/query"]["post"]["parameters"].as_array().unwrap();
    let own = settings.iter().find(|one| one["name"] == "max_candidates").unwrap();
    let usual = wirecopy::index::QueryConfig::default().max_candidates;
    assert_eq!(
        (&own["schema"]["default"], &own["schema"]["maximum"]),
        (&json!(usual), &json!(usual))
    );
    let of = |most: usize| format!("/api/query?max_candidates={most}");
    assert_eq!(server.ask("POST", &of(usual), "", "a text").status, 200);
    assert_eq!(server.ask("POST", &of(usual + 1), "", "a text").status, 400);
}

#[test]
fn families_are_those_of_a_scan() {
    check_families(&start(|_| ()));
}

#[test]
fn families_that_the_index_does_not_keep_are_found_by_the_server() {
    check_families(&start_index(sample(), false, |_| ()));
}

fn check_families(server: &Running) {
    let scan = scan_documents(sample(), Vec::new(), &ScanConfig::default(), &Silent).unwrap();
    // Of a family an index keeps all but its number in a run.
    let of = |n| {
        let mut family = serde_json::to_value(scan.family(n)).unwrap();
        family.as_object_mut().unwrap().remove("family").unwrap();
        family
    };
    let expected: Vec<Value> = scan.ranked().into_iter().map(of).collect();
    assert!(!expected.is_empty());
    let listed = server.get("/api/families?count=200&members=10000").json();
    assert_eq!(listed["families"].as_array().unwrap(), &expected);
    assert_eq!(listed["total"], json!(expected.len()));
    for family in &expected {
        let path = format!("/api/families/{}", family["key"].as_str().unwrap());
        assert_eq!(&server.get(&path).json(), family);
    }
    let one = server.get("/api/families?count=1&members=1").json();
    assert_eq!(one["families"][0]["members"].as_array().unwrap().len(), 1);
    let kind = expected[0]["kind"].as_str().unwrap();
    let of_kind = server.get(&format!("/api/families?kind={kind}")).json();
    let fitting = expected.iter().filter(|family| family["kind"] == *kind).count();
    assert_eq!(of_kind["total"], json!(fitting));
    let flows = server.get("/api/flows").json();
    assert_eq!(flows["flows"], serde_json::to_value(scan.flows()).unwrap());
}

#[test]
fn documents_and_outlets_are_listed_and_ids_may_be_anything() {
    let hostile = "a/../b?<script>alert(1)</script>&c=\u{202e}d";
    let mut all = sample();
    all.push(Document::new(hostile, "a text that nobody else has printed so far"));
    let count = all.len();
    let server = start_with(all, |_| ());
    let listed = server.get("/api/documents?count=200").json();
    assert_eq!(listed["documents"].as_array().unwrap().len(), count);
    let one = server.get(&format!("/api/documents?id={}", encoded(hostile))).json();
    assert_eq!((&one["id"], &one["families"]), (&json!(hostile), &json!([])));
    assert_eq!(one["text"], "a text that nobody else has printed so far");
    let outlets = server.get("/api/outlets").json();
    let sum: u64 = outlets["outlets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outlet| outlet["documents"].as_u64().unwrap())
        .sum();
    assert_eq!(sum, count as u64);
    let first = server.get("/api/documents?count=2").json();
    assert_eq!((&first["next"], &first["total"]), (&json!(2), &json!(count)));
    let missing = server.get("/api/documents?id=nobody");
    assert_eq!(missing.status, 404);
}

#[test]
fn what_is_wrong_is_said_with_cause_and_cure() {
    let server = start(|_| ());
    let json = "content-type: application/json\r\n";
    let deep = format!("{{\"text\":{}", "[".repeat(100_000));
    for (method, path, headers, body, status) in [
        ("GET", "/nowhere", "", "", 404),
        ("GET", "/api/query", "", "", 405),
        ("PUT", "/api/stats", "", "", 405),
        ("GET", "/api/families?colour=red", "", "", 400),
        ("GET", "/api/families?count=100000", "", "", 400),
        ("GET", "/api/families?kind=gossip", "", "", 400),
        ("GET", "/api/families?after=01/02/2020", "", "", 400),
        ("GET", "/api/families?count=5&count=6", "", "", 400),
        ("GET", "/api/documents?id=a&id=b", "", "", 400),
        ("GET", "/healthz?id=a", "", "", 400),
        ("GET", "/api/families/0123456789abcdef", "", "", 404),
        ("POST", "/api/query", json, "{\"tekst\":1}", 400),
        ("POST", "/api/query", json, deep.as_str(), 400),
        ("POST", "/api/query?min_tokens=1", "", "x", 400),
        ("POST", "/api/query", json, "{\"text\":\"x\",\"date\":\"soon\"}", 400),
        ("POST", "/api/query", "content-type: image/png\r\n", "x", 415),
        ("POST", "/api/query", "content-type: text/plain; charset=utf-16le\r\n", "x", 415),
        ("POST", "/api/query", "content-encoding: gzip\r\n", "x", 415),
        ("POST", "/api/query", json, "5", 400),
        ("POST", "/api/documents", json, "[]", 403),
        ("DELETE", "/api/documents?id=x", "", "", 403),
    ] {
        let answer = server.ask(method, path, headers, body);
        assert_eq!(answer.status, status, "{method} {path}: {answer:?}");
        let error = &answer.json()["error"];
        for part in ["cause", "cure"] {
            assert!(error[part].as_str().is_some_and(|text| !text.is_empty()), "{answer:?}");
        }
    }
}

#[test]
fn a_document_that_is_none_is_named_in_plain_words() {
    let server = start(|_| ());
    let answer = server.ask("POST", "/api/query", "content-type: application/json\r\n", "5");
    assert!(answer.body.contains("expected an object with a text"), "{answer:?}");
    let known = "content-type: text/plain; charset=\"UTF-8\"\r\ncontent-encoding: identity\r\n";
    assert_eq!(server.ask("POST", "/api/query", known, "x").status, 200);
}

#[test]
fn a_server_whose_index_is_gone_says_so_until_it_is_back() {
    let server = start(|_| ());
    let away = server.index.with_extension("away");
    std::fs::rename(&server.index, &away).unwrap();
    let behind = server.until("/healthz", |answer| answer.status == 503);
    assert_eq!(behind.json()["status"], json!("behind"));
    assert!(server.get("/metrics").body.contains("wirecopy_behind 1\n"));
    std::fs::rename(&away, &server.index).unwrap();
    let back = server.until("/healthz", |answer| answer.status == 200);
    assert_eq!(back.json()["status"], json!("ok"));
}

#[test]
fn heads_and_options_are_answered() {
    let server = start(|_| ());
    let head = server.ask("HEAD", "/api/stats", "", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let options = server.ask("OPTIONS", "/api/documents", "", "");
    assert_eq!(options.status, 204);
    assert_eq!(options.header("allow"), Some("GET, POST, DELETE, HEAD, OPTIONS"));
    assert!(options.header("access-control-allow-origin").is_none());
}

#[test]
fn health_stats_and_metrics() {
    let server = start(|_| ());
    let count = sample().len();
    assert_eq!(server.get("/healthz").json()["documents"], json!(count));
    server.until("/api/stats", |answer| answer.json()["scan"]["documents"] == json!(count));
    let stats = server.get("/api/stats").json();
    assert_eq!((&stats["index"]["documents"], &stats["writable"]), (&json!(count), &json!(false)));
    let metrics = server.get("/metrics");
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let said = format!("wirecopy_documents {count}\n");
    assert!(metrics.body.contains(&said), "{}", metrics.body);
    assert!(metrics.body.contains("route=\"/healthz\",status=\"200\"} 1\n"), "{}", metrics.body);
}

#[test]
fn an_index_without_texts_says_what_it_cannot_show() {
    let server = start(|settings| {
        let bare = settings.index.with_file_name("bare.index");
        wirecopy::index::Writer::create_without_texts(&bare, 5).unwrap().add(sample()).unwrap();
        settings.index = bare;
    });
    let id = sample().remove(0).id;
    let document = server.get(&format!("/api/documents?id={id}")).json();
    assert_eq!((&document["id"], &document["text"]), (&json!(id), &Value::Null));
    let text = sample().remove(0).text.into_string();
    let answer = server.ask("POST", "/api/query", "content-type: text/plain\r\n", &text).json();
    assert_eq!((&answer["texts"], &answer["share"]), (&json!(false), &json!(1.0)));
    let listed = server.get("/api/documents?count=200").json();
    assert_eq!(listed["total"], json!(sample().len()));
    // What nobody can know is none, and not zero.
    assert_eq!(document["families"], Value::Null);
    let outlets = server.get("/api/outlets").json();
    let first = &outlets["outlets"][0];
    assert_eq!((&first["families"], &first["sharing"]), (&Value::Null, &Value::Null), "{first}");
    assert!(first["documents"].as_u64() > Some(0), "{first}");
    let stats = server.get("/api/stats").json();
    let index = &stats["index"];
    assert_eq!((&stats["scans"], &stats["scan"]), (&json!(false), &Value::Null), "{stats}");
    assert_eq!((&index["families"], &index["former_keys"]), (&Value::Null, &Value::Null));
    for path in ["/api/families", "/api/flows"] {
        let refused = server.get(path);
        assert_eq!(refused.status, 404, "{refused:?}");
        assert!(refused.body.contains("keeps no texts"), "{refused:?}");
    }
}

#[test]
fn an_answer_that_is_held_already_is_not_sent_again() {
    let server = start(|_| ());
    let scanned = |answer: &crate::client::Answer| !answer.json()["scan"].is_null();
    server.until("/api/stats", scanned);
    let id = encoded(&sample()[0].id);
    for path in [
        "/api/stats",
        "/api/families",
        "/api/outlets",
        "/page/index",
        &format!("/api/documents?id={id}"),
    ] {
        let first = server.get(path);
        let tag = first.header("etag").unwrap().to_owned();
        for held in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let again = server.ask("GET", path, &format!("if-none-match: {held}\r\n"), "");
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}: {again:?}");
            assert_eq!(again.header("etag"), Some(tag.as_str()));
            assert_eq!(again.header("content-type"), None);
        }
        let other = server.ask("GET", path, "if-none-match: \"other\"\r\n", "");
        assert_eq!((other.status, &other.body), (200, &first.body), "{path}");
    }
    // What two answers of one commit say differs, and so do their tags.
    let [one, two] =
        ["/api/families?count=1", "/api/families?count=2"].map(|path| server.get(path));
    assert_ne!(one.header("etag"), two.header("etag"));
    // A question is answered whatever is held of it.
    let body = "a text of a few words that nobody has printed so far";
    let asked = server.ask("POST", "/api/query", "if-none-match: *\r\n", body);
    assert_eq!(asked.status, 200, "{asked:?}");
}
