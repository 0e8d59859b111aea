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
    let commit = added.json()["commit"].as_str().map(|name| format!("\"{name}\""));
    assert_eq!(added.header("etag"), commit.as_deref());
    let found = server.ask("POST", "/api/query?min_tokens=8", "", text).json();
    assert_eq!(found["most_complete"], "new/1");
    // A writer beside the server is not kept out between two requests.
    Writer::open(&server.index).unwrap().add(vec![Document::new("new/2", text)]).unwrap();
    let gone = server.ask("DELETE", "/api/documents?id=new/1", &shown, "");
    assert_eq!(gone.status, 200, "{gone:?}");
    assert!(gone.header("etag").is_some_and(|tag| Some(tag) != commit.as_deref()));
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
