//! What a stranger can do to the server, and how soon it is over.

use crate::client::{read_answer, start};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

#[test]
fn a_slow_header_is_cut_off() {
    let server = start(|settings| settings.limits.header_time = Duration::from_millis(900));
    let mut stream = server.connect();
    let started = Instant::now();
    let mut open = true;
    for byte in b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ".iter().cycle() {
        if stream.write_all(&[*byte]).is_err() || started.elapsed() > Duration::from_secs(10) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        stream.set_nonblocking(true).unwrap();
        open =
            stream.read(&mut [0; 512]).is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock);
        stream.set_nonblocking(false).unwrap();
        if !open {
            break;
        }
    }
    assert!(!open && started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[test]
fn a_slow_body_is_cut_off() {
    let server = start(|settings| settings.limits.body_time = Duration::from_millis(700));
    let mut stream = server.connect();
    let head = "POST /api/query HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nslow";
    let started = Instant::now();
    stream.write_all(head.as_bytes()).unwrap();
    let answer = read_answer(&mut stream);
    assert_eq!(answer.status, 408, "{answer:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_body_over_the_limit_is_refused_at_once() {
    let server = start(|settings| settings.limits.body_bytes = 10_000);
    let body = "word ".repeat(6_000);
    let told = server.ask("POST", "/api/query", "", &body);
    assert_eq!(told.status, 413, "{told:?}");
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    let head = "POST /api/query HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    let untold = server.raw(format!("{head}{chunk}0\r\n\r\n").as_bytes());
    assert_eq!(untold.status, 413, "{untold:?}");
}

#[test]
fn ten_thousand_headers_are_refused_at_once() {
    let server = start(|_| ());
    let headers = "x-more: 1\r\n".repeat(10_000);
    let started = Instant::now();
    let answer = server.ask("GET", "/healthz", &headers, "");
    assert_eq!(answer.status, 431, "{answer:?}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_head_over_its_limit_is_refused() {
    let server = start(|_| ());
    let with = |bytes: usize| {
        server.ask("GET", "/healthz", &format!("x-long: {}\r\n", "x".repeat(bytes)), "")
    };
    assert_eq!(with(31 << 10).status, 200);
    let refused = with(33 << 10);
    assert_eq!(refused.status, 431, "{refused:?}");
    assert!(refused.header("content-security-policy").is_some(), "{refused:?}");
}

#[test]
fn no_spelling_of_a_path_leads_to_a_file() {
    let server = start(|_| ());
    for path in [
        "/../Cargo.toml",
        "/page/../../Cargo.toml",
        "/page/%2e%2e/%2e%2e/Cargo.toml",
        "/page/..%2f..%2fCargo.toml",
        "//etc/passwd",
        "/page/texts/../../../etc/passwd/0",
        "/page/texts/..%2f..%2f/0",
        "/%00",
        "/page/style.css%00.html",
        "/.git/config",
    ] {
        let answer = server.get(path);
        assert!(matches!(answer.status, 400 | 404 | 410), "{path}: {answer:?}");
    }
}

#[test]
fn another_host_or_origin_is_refused() {
    let server = start(|settings| settings.hosts = vec!["desk.example".to_owned()]);
    let get = |host: &str| {
        let text = format!("GET /healthz HTTP/1.1\r\n{host}connection: close\r\n\r\n");
        server.raw(text.as_bytes()).status
    };
    assert_eq!(get("host: localhost\r\n"), 200);
    assert_eq!(get("host: desk.example:8080\r\n"), 200);
    assert_eq!(get("host: evil.example\r\n"), 421);
    assert_eq!(get("host: localhost\r\nhost: evil.example\r\n"), 400);
    assert_eq!(get(""), 400);
    let own = format!("origin: http://{}\r\n", server.address);
    assert_eq!(server.ask("POST", "/api/query", &own, "some words").status, 200);
    for origin in ["http://evil.example", "null"] {
        let origin = format!("origin: {origin}\r\n");
        assert_eq!(server.ask("POST", "/api/query", &origin, "some words").status, 403);
    }
}

#[test]
fn every_answer_tells_the_browser_what_it_may_do() {
    let server = start(|_| ());
    for path in ["/", "/page/script.js", "/api/stats", "/nowhere"] {
        let answer = server.get(path);
        for (name, part) in [
            ("content-security-policy", "default-src 'none'"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert!(answer.header(name).is_some_and(|value| value.contains(part)), "{answer:?}");
        }
        assert!(answer.header("access-control-allow-origin").is_none());
    }
}

#[test]
fn idle_sockets_end_and_keep_nobody_out() {
    let server = start(|settings| {
        settings.limits.header_time = Duration::from_millis(1_500);
        settings.limits.connections = 220;
    });
    let idle: Vec<_> = (0..200).map(|_| server.connect()).collect();
    for _ in 0..20 {
        assert_eq!(server.get("/healthz").status, 200);
    }
    let started = Instant::now();
    for mut stream in idle {
        assert_eq!(stream.read(&mut [0; 64]).unwrap_or(0), 0);
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_connection_over_the_cap_is_told_so() {
    let server = start(|settings| settings.limits.connections = 2);
    let held: Vec<_> = (0..2).map(|_| server.connect()).collect();
    std::thread::sleep(Duration::from_millis(200));
    let answer = read_answer(&mut server.connect());
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("content-security-policy").is_some(), "{answer:?}");
    assert!(answer.json()["error"]["cure"].is_string());
    drop(held);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(server.get("/healthz").status, 200);
}

/// One question is at work and one waits: of more at once some are turned away, and what is listed
/// is answered all the same.
#[test]
fn what_is_looked_up_does_not_wait_for_questions() {
    const AT_ONCE: usize = 6;
    let server = start(|settings| {
        (settings.limits.queries, settings.limits.waiting) = (1, 1);
        settings.limits.body_bytes = 4 << 20;
    });
    assert_eq!(server.get("/api/families").status, 200);
    let key = server.get("/api/families?count=1").json()["families"][0]["key"].clone();
    let family = format!("/api/families/{}", key.as_str().unwrap());
    let words: Vec<String> = (0..500_000).map(|n| format!("w{n}")).collect();
    let long = words.join(" ");
    for _ in 0..40 {
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let ask = || server.ask("POST", "/api/query", "", &long).status;
            let questions: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(ask)).collect();
            for path in ["/api/families", family.as_str(), "/api/documents"] {
                assert_eq!(server.get(path).status, 200, "{path}");
            }
            questions.into_iter().map(|question| question.join().unwrap()).collect()
        });
        assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
        assert!(statuses.contains(&200), "{statuses:?}");
        if statuses.contains(&503) {
            return;
        }
    }
    panic!("no question was turned away");
}
