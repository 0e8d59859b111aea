//! A server over the sample, on a port of its own, and a plain client.

use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use wirecopy::corpus::Document;
use wirecopy::index::Writer;
use wirecopy_serve::{Server, Settings};

/// A server, until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) index: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The articles of the sample.
pub(crate) fn sample() -> Vec<Document> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/articles.jsonl");
    wirecopy::corpus::read_all(&[path.to_owned()]).unwrap()
}

/// Serves the sample.
pub(crate) fn start(change: impl FnOnce(&mut Settings)) -> Running {
    start_with(sample(), change)
}

/// Serves some documents.
pub(crate) fn start_with(documents: Vec<Document>, change: impl FnOnce(&mut Settings)) -> Running {
    start_index(documents, true, change)
}

/// Serves some documents of which the index keeps the families, or does not.
pub(crate) fn start_index(
    documents: Vec<Document>,
    families: bool,
    change: impl FnOnce(&mut Settings),
) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("news.index");
    let mut writer = Writer::create(&index, 5).unwrap();
    writer.set_families(families);
    writer.add(documents).unwrap();
    drop(writer);
    let mut settings = Settings::new(&index);
    settings.listen.set_port(0);
    change(&mut settings);
    let (stop, stopped) = oneshot::channel();
    let (told, address) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::bind(settings).await.unwrap();
            told.send(server.address()).unwrap();
            server.run(async { drop(stopped.await) }).await;
        });
    });
    let address = address.recv().unwrap();
    Running { address, index, stop: Some(stop), thread: Some(thread), _folder: folder }
}

impl Running {
    /// Sends bytes and reads until the other side closes.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The other side may have refused and closed before it took everything.
        stream.write_all(bytes).ok();
        read_answer(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// A request with headers (each ends a line) and a body.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let length = body.len();
        self.raw(
            format!(
                "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
                 content-length: {length}\r\n{headers}\r\n{body}",
                self.address
            )
            .as_bytes(),
        )
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", "")
    }

    /// Asks until the condition holds.
    pub(crate) fn until(&self, path: &str, holds: impl Fn(&Answer) -> bool) -> Answer {
        let start = Instant::now();
        loop {
            let answer = self.get(path);
            if holds(&answer) {
                return answer;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{answer:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Reads an answer to the end of the connection.
pub(crate) fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer is an end as well.
    stream.read_to_end(&mut bytes).ok();
    let all = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = all.split_once("\r\n\r\n").unwrap_or((&all, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    assert!(!chunked, "answers have a length: {head}");
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Some text, encoded for an address.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "%{byte:02x}").unwrap();
        all
    })
}
