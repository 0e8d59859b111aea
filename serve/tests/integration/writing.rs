//! Documents added and removed: with the token, and beside a program that adds.

use crate::client::{sample, start};
use serde_json::json;
use wirecopy::corpus::Document;
use wirecopy::index::Writer;
use wirecopy_serve::Token;

const SECRET: &str = "a token of the tests";

#[test]
fn whoever_shows_the_token_adds_and_removes() {
    let server = start(|settings| settings.token = Some(Token::new(SECRET).unwrap()));
    let shown = format!("authorization: Bearer {SECRET}\r\ncontent-type: application/json\r\n");
    let text = "The harbor master said that the last crane would be tested twice before noon.";
    let body = json!([{ "id": "new/1", "text": text, "outlet": "gazette" }]).to_string();
    for headers in ["", "authorization: Bearer another token of tests\r\n"] {
        let refused = server.ask("POST", "/api/documents", headers, &body);
        assert_eq!(refused.status, 401, "{refused:?}");
    }
    let added = server.ask("POST", "/api/documents", &shown, &body);
    assert_eq!((added.status, &added.json()["added"]), (200, &json!(1)), "{added:?}");
    let commit = added.json()["commit"].as_str().map(|name| format!("\"{name}-")).unwrap();
    assert!(added.header("etag").is_some_and(|tag| tag.starts_with(&commit)), "{added:?}");
    let found = server.ask("POST", "/api/query?min_tokens=8", "", text).json();
    assert_eq!(found["most_complete"], "new/1");
    // A writer beside the server is not kept out between two requests.
    Writer::open(&server.index).unwrap().add(vec![Document::new("new/2", text)]).unwrap();
    let gone = server.ask("DELETE", "/api/documents?id=new/1", &shown, "");
    assert_eq!(gone.status, 200, "{gone:?}");
    assert!(gone.header("etag").is_some_and(|tag| !tag.starts_with(&commit)));
    assert_eq!(server.get("/api/documents?id=new/1").status, 404);
    assert_eq!(server.get("/api/documents?id=new/2").status, 200);
    assert_eq!(server.ask("DELETE", "/api/documents?id=new/1", &shown, "").status, 404);
}

#[test]
fn a_server_that_only_reads_sees_what_a_program_adds() {
    let server = start(|_| ());
    let mut writer = Writer::open(&server.index).unwrap();
    let count = sample().len() as u64;
    for n in 1..=3 {
        let id = format!("late/{n}");
        writer
            .add(vec![Document::new(id, "a text that came later than all of the others")])
            .unwrap();
        server.until("/healthz", |answer| answer.json()["documents"] == json!(count + n));
    }
    let path = "/api/documents?count=200";
    server.until(path, |answer| answer.json()["total"] == json!(count + 3));
}

#[test]
fn a_writer_elsewhere_is_named_and_the_request_may_come_again() {
    let server = start(|settings| settings.token = Some(Token::new(SECRET).unwrap()));
    let _writer = Writer::open(&server.index).unwrap();
    let shown = format!("authorization: Bearer {SECRET}\r\ncontent-type: application/json\r\n");
    let refused = server.ask("POST", "/api/documents", &shown, "{\"id\":\"x\",\"text\":\"y\"}");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{refused:?}");
    assert!(refused.body.contains("another process is writing"), "{refused:?}");
}

#[test]
fn a_document_with_a_blank_name_is_refused() {
    let server = start(|settings| settings.token = Some(Token::new(SECRET).unwrap()));
    let shown = format!("authorization: Bearer {SECRET}\r\ncontent-type: application/json\r\n");
    let before = server.get("/healthz").json();
    for id in ["", " ", "\t\n", "\u{a0}\u{3000}"] {
        let body = json!([{ "id": "fine", "text": "x" }, { "id": id, "text": "y" }]).to_string();
        let refused = server.ask("POST", "/api/documents", &shown, &body);
        assert_eq!(refused.status, 400, "{id:?}: {refused:?}");
        assert!(refused.body.contains("a document has no id"), "{refused:?}");
    }
    assert_eq!(server.get("/healthz").json(), before, "nothing of such a request is added");
}

#[test]
fn lists_are_of_the_last_of_a_row_of_writes() {
    let server = start(|settings| settings.token = Some(Token::new(SECRET).unwrap()));
    let shown = format!("authorization: Bearer {SECRET}\r\ncontent-type: application/json\r\n");
    let count = sample().len() as u64;
    let text = "The harbor master said that the last crane would be tested twice before noon, and \
                that nobody would be told of it until the ferries had left the northern pier.";
    for n in 1..=8_u64 {
        let body = json!({ "id": format!("row/{n}"), "text": text, "outlet": format!("o{n}") });
        let added = server.ask("POST", "/api/documents", &shown, &body.to_string());
        assert_eq!(added.json()["documents"], json!(count + n), "{added:?}");
    }
    let last = server.get("/api/stats").json()["commit"].clone();
    for path in ["/api/documents", "/api/families", "/api/outlets", "/api/flows"] {
        server.until(path, |answer| answer.json()["commit"] == last);
    }
    let outlets = server.get("/api/outlets?text=o8").json();
    assert_eq!(outlets["outlets"][0]["families"], json!(1), "{outlets}");
}

#[test]
fn an_id_that_no_address_could_hold_is_refused_and_the_longest_one_opens() {
    let server = start(|settings| settings.token = Some(Token::new(SECRET).unwrap()));
    let shown = format!("authorization: Bearer {SECRET}\r\ncontent-type: application/json\r\n");
    let add = |id: &str| {
        let body = json!({ "id": id, "text": "x y z" }).to_string();
        server.ask("POST", "/api/documents", &shown, &body).status
    };
    let longest = "%".repeat(8 << 10);
    assert_eq!((add(&longest), add(&format!("{longest}%"))), (200, 400));
    let path = format!("/api/documents?id={}", crate::client::encoded(&longest));
    assert_eq!(server.get(&path).json()["id"], json!(longest));
    assert_eq!(server.ask("DELETE", &path, &shown, "").status, 200);
}

#[test]
fn blank_fields_are_unknown_and_a_mark_before_the_first_byte_is_no_text() {
    let server = start(|settings| settings.token = Some(Token::new(SECRET).unwrap()));
    let shown = format!("authorization: Bearer {SECRET}\r\ncontent-type: application/json\r\n");
    let body = json!({ "id": "blank", "text": "x", "date": " ", "outlet": "\u{a0}" });
    let added = server.ask("POST", "/api/documents", &shown, &format!("\u{feff}{body}"));
    assert_eq!(added.status, 200, "{added:?}");
    let document = server.get("/api/documents?id=blank").json();
    assert!(document["date"].is_null() && document["outlet"].is_null(), "{document}");
}

#[test]
fn a_request_waits_for_a_writer_that_is_done_in_a_moment() {
    let server = start(|settings| settings.token = Some(Token::new(SECRET).unwrap()));
    let shown = format!("authorization: Bearer {SECRET}\r\ncontent-type: application/json\r\n");
    let writer = Writer::open(&server.index).unwrap();
    let body = "{\"id\":\"x\",\"text\":\"y\"}";
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| server.ask("POST", "/api/documents", &shown, body));
        std::thread::sleep(std::time::Duration::from_millis(100));
        drop(writer);
        assert_eq!(asked.join().unwrap().status, 200);
    });
}
