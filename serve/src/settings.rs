//! What a server is told at its start, and every bound that it keeps.
//!
//! Made by the program, read by all of this package. Invariant: whatever a stranger can make grow
//! has a bound here.

use crate::token::Token;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use wirecopy::error::{Error, Result};

/// Lengths in tokens that a question may give for the shortest passage.
pub(crate) const MIN_TOKENS: RangeInclusive<usize> = 2..=10_000;
/// Most connections: what is more is a slip.
const CONNECTIONS: usize = 1_000_000;
/// Longest time for an answer.
const REQUEST_TIME: Duration = Duration::from_secs(86_400);

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

    /// Refuses what could not work, before anything is served.
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |name: &'static str, cause: String, cure: String| {
            Err(Error::Setting { name: name.into(), cause, cure })
        };
        let range = |name, got: u64, low: usize, high: u64| {
            let cause = format!("{got} is out of range");
            refuse(name, cause, format!("give a number from {low} to {high}"))
        };
        let (least, most) = (*MIN_TOKENS.start(), *MIN_TOKENS.end());
        let Limits { body_bytes, connections, request_time, .. } = self.limits;
        if !MIN_TOKENS.contains(&(self.min_tokens as usize)) {
            return range("min_tokens", self.min_tokens.into(), least, most as u64);
        }
        if !(1..=CONNECTIONS).contains(&connections) {
            return range("max_connections", connections as u64, 1, CONNECTIONS as u64);
        }
        if request_time.is_zero() || request_time > REQUEST_TIME {
            return range("max_seconds", request_time.as_secs(), 1, REQUEST_TIME.as_secs());
        }
        if body_bytes == 0 {
            let cause = "0 bytes hold no request".to_owned();
            return refuse("max_body", cause, "give a size such as 4MiB".to_owned());
        }
        match self.hosts.iter().find(|host| !is_name(host)) {
            None => Ok(()),
            Some(host) => refuse(
                "host",
                format!("`{host}` is no name of a host"),
                "give it as desk.example, without http://, port and path".to_owned(),
            ),
        }
    }
}

/// Whether this is what a browser sends as the name of a host, but for the port.
fn is_name(host: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    host.parse::<IpAddr>().is_ok() || (!host.is_empty() && host.bytes().all(is_part))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(change: impl FnOnce(&mut Settings)) -> Result<()> {
        let mut settings = Settings::new("x");
        change(&mut settings);
        settings.check()
    }

    #[test]
    fn what_could_not_work_is_refused_by_name() {
        let refused = [
            checked(|settings| settings.min_tokens = 0),
            checked(|settings| settings.min_tokens = 10_001),
            checked(|settings| settings.limits.connections = 0),
            checked(|settings| settings.limits.connections = usize::MAX),
            checked(|settings| settings.limits.request_time = Duration::ZERO),
            checked(|settings| settings.limits.request_time = Duration::MAX),
            checked(|settings| settings.limits.body_bytes = 0),
        ];
        let names = refused.map(|one| one.unwrap_err().to_string());
        let names = names.iter().map(|said| said.split(':').next().unwrap_or_default());
        assert_eq!(
            names.collect::<Vec<_>>().join(" "),
            "min_tokens min_tokens max_connections max_connections max_seconds max_seconds max_body"
        );
        for host in ["http://x", "desk.example:443", "desk.example/", "", "[fe80::1]", "d\u{e9}sk"]
        {
            let refused = checked(|settings| settings.hosts = vec![host.to_owned()]);
            assert!(refused.unwrap_err().to_string().starts_with("host: "), "{host}");
        }
        for host in ["desk.example", "Desk_1.example.", "10.0.0.7", "fe80::1"] {
            checked(|settings| settings.hosts = vec![host.to_owned()]).unwrap();
        }
    }
}
