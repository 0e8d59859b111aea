//! What a server is told at its start, and every bound that it keeps.
//!
//! Made by the program, read by all of this package. Invariant: whatever a stranger can make grow
//! has a bound here.

use crate::token::Token;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// How an index is served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The index.
    pub index: PathBuf,
    /// Where to listen; the port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Names under which the server is reached, besides those of the machine itself.
    pub hosts: Vec<String>,
    /// What whoever adds or removes documents must know; none: nobody may.
    pub token: Option<Token>,
    /// Shortest passage in tokens, unless a question says otherwise.
    pub min_tokens: u32,
    /// The bounds.
    pub limits: Limits,
}

impl Settings {
    /// The settings for an index, on this machine alone.
    #[must_use]
    pub fn new(index: impl Into<PathBuf>) -> Self {
        Self {
            index: index.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            hosts: Vec::new(),
            token: None,
            min_tokens: 15,
            limits: Limits::default(),
        }
    }
}

/// The bounds of a server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest body of a request in bytes.
    pub body_bytes: usize,
    /// Time for the head of a request, also until the next one of an open connection.
    pub header_time: Duration,
    /// Time for the body of a request.
    pub body_time: Duration,
    /// Time for an answer, from the last byte of the request.
    pub request_time: Duration,
    /// Time for the other side to take any byte of an answer.
    pub write_time: Duration,
    /// Time for requests in work when the server is asked to stop.
    pub stop_time: Duration,
    /// Connections at once; a further one is turned away.
    pub connections: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Bytes of the head of a request.
    pub head_bytes: usize,
    /// Questions worked on at once; further ones wait.
    pub queries: usize,
    /// Lists and records looked up at once; further ones wait.
    pub looks: usize,
    /// Questions, and as many lists and records, that may wait; a further one is turned away.
    pub waiting: usize,
    /// Documents of one question.
    pub query_documents: usize,
    /// Documents of an index of which families are found.
    pub browse_documents: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            body_bytes: 4 << 20,
            header_time: Duration::from_secs(8),
            body_time: Duration::from_secs(25),
            request_time: Duration::from_secs(30),
            write_time: Duration::from_secs(30),
            stop_time: Duration::from_secs(5),
            connections: 1024,
            headers: 100,
            head_bytes: 32 << 10,
            queries: cores,
            looks: 2 * cores,
            waiting: 256,
            query_documents: 100,
            browse_documents: 1_000_000,
        }
    }
}
