//! An S3-compatible store of given objects that misbehaves for certain keys.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Objects by key.
pub(super) type Objects = BTreeMap<String, Vec<u8>>;

/// A server on the loopback interface; its threads end with the tests.
pub(super) struct Server {
    pub(super) port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

struct Request {
    method: String,
    path: String,
    query: String,
    range: Option<(usize, usize)>,
}

impl Server {
    pub(super) fn new(objects: Objects) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let (objects, log) = (Arc::new(objects), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (objects, log) = (Arc::clone(&objects), Arc::clone(&log));
                thread::spawn(move || answer(stream, &objects, &log));
            }
        });
        Self { port, seen }
    }

    /// Requests so far: method and path.
    pub(super) fn requests(&self, path: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|line| line.ends_with(path)).count()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ');
    let (method, address) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut range = None;
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(wanted) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            let (start, end) = wanted.split_once('-')?;
            range = Some((start.parse().ok()?, end.parse().unwrap_or(usize::MAX - 1)));
        }
    }
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    Some(Request { method, path: decoded(path), query: query.to_owned(), range })
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, more)) = rest.split_first() {
        let code = (first == b'%').then(|| std::str::from_utf8(&more[..2]).unwrap());
        bytes.push(code.map_or(first, |code| u8::from_str_radix(code, 16).unwrap()));
        rest = if code.is_some() { &more[2..] } else { more };
    }
    String::from_utf8(bytes).unwrap()
}

fn answer(mut stream: TcpStream, objects: &Objects, seen: &Mutex<Vec<String>>) {
    let Some(request) = read(&stream) else { return };
    let line = format!("{} {}", request.method, request.path);
    let before = {
        let mut seen = seen.lock().unwrap();
        seen.push(line.clone());
        seen.iter().filter(|other| **other == line).count() - 1
    };
    let key = request.path.trim_start_matches("/bucket").trim_start_matches('/');
    let done = if request.query.contains("list-type=2") {
        let prefix = request.query.split('&').find_map(|part| part.strip_prefix("prefix="));
        let page = list(objects, &decoded(prefix.unwrap_or_default()));
        respond(&mut stream, "200 OK", "", page.as_bytes())
    } else if key.starts_with("denied") {
        respond(&mut stream, "403 Forbidden", "", b"<Error><Code>AccessDenied</Code></Error>")
    } else if key.starts_with("busy") && before < 2 {
        respond(&mut stream, "503 Slow Down", "", b"")
    } else if let Some(object) = objects.get(key) {
        send(&mut stream, &request, key, object, before)
    } else {
        respond(&mut stream, "404 Not Found", "", b"<Error><Code>NoSuchKey</Code></Error>")
    };
    // A reader that has enough closes the connection.
    done.ok();
}

fn respond(to: &mut TcpStream, status: &str, more: &str, body: &[u8]) -> std::io::Result<()> {
    let length = body.len();
    write!(to, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n")?;
    to.write_all(body)
}

/// Sends an object or a part of it; `cut` ends every transfer early, `flaky` the first two.
fn send(
    to: &mut TcpStream,
    request: &Request,
    key: &str,
    object: &[u8],
    before: usize,
) -> std::io::Result<()> {
    let (start, end) = request.range.unwrap_or((0, usize::MAX - 1));
    let end = (end + 1).min(object.len());
    let part = &object[start.min(end)..end];
    let (status, range) = match request.range {
        Some(_) => {
            let range = format!("Content-Range: bytes {start}-{}/{}\r\n", end - 1, object.len());
            ("206 Partial Content", range)
        }
        None => ("200 OK", String::new()),
    };
    let more = "ETag: \"one\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n";
    let length = part.len();
    write!(to, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n")?;
    write!(to, "{more}{range}\r\n")?;
    if request.method == "HEAD" {
        return Ok(());
    }
    let cut = key.starts_with("cut") || (key.starts_with("flaky") && before < 2);
    if cut {
        to.write_all(&part[..length / 2])?;
        to.flush()?;
        thread::sleep(Duration::from_millis(100));
        return Ok(());
    }
    to.write_all(part)
}

/// Keys below a prefix, deliberately not in order.
fn list(objects: &Objects, prefix: &str) -> String {
    let mut page =
        "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    for (key, object) in objects.iter().rev().filter(|(key, _)| key.starts_with(prefix)) {
        let size = object.len().to_string();
        page += "<Contents><LastModified>2024-01-01T00:00:00.000Z</LastModified>";
        for (name, value) in [("Key", key), ("Size", &size), ("ETag", &"\"one\"".to_owned())] {
            page += &["<", name, ">", value, "</", name, ">"].concat();
        }
        page += "</Contents>";
    }
    page + "</ListBucketResult>"
}
