//! Counts for Prometheus: requests, questions, connections, the index.
//!
//! Written by guard, listen and api, shown at `/metrics`. Invariant: the labels are addresses of
//! the table and classes of status, never what a stranger sent, so their number is bounded.

use crate::state::State as Shared;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the classes of time, in seconds.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What is counted of one address.
#[derive(Debug, Default)]
struct Route {
    /// By status.
    requests: BTreeMap<u16, u64>,
    /// Requests by class of time, and one more for the rest.
    within: [u64; BOUNDS.len() + 1],
    seconds: f64,
}

/// All counts.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    routes: Mutex<BTreeMap<String, Route>>,
    questions: AtomicU64,
    connections: AtomicU64,
    refused: AtomicU64,
}

impl Metrics {
    /// Counts a request that was answered.
    pub(crate) fn request(&self, route: &str, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let class = BOUNDS.iter().position(|&bound| seconds <= bound).unwrap_or(BOUNDS.len());
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Route::default());
        }
        let Some(of) = routes.get_mut(route) else { return };
        *of.requests.entry(status).or_default() += 1;
        of.within.get_mut(class).into_iter().for_each(|count| *count += 1);
        of.seconds += seconds;
    }

    /// Counts texts that were asked about.
    pub(crate) fn questions(&self, texts: usize) {
        self.questions.fetch_add(texts as u64, Ordering::Relaxed);
    }

    /// Counts a connection that was turned away.
    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a connection until what is returned is dropped.
    pub(crate) fn connection(&self) -> Connected<'_> {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connected(&self.connections)
    }

    fn text(&self) -> String {
        let mut out = String::new();
        let head = |out: &mut String, name: &str, kind: &str, help: &str| {
            writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}").unwrap_or_default();
        };
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        head(&mut out, "wirecopy_requests_total", "counter", "Requests answered.");
        for (route, of) in &*routes {
            for (status, count) in &of.requests {
                let labels = format!("route=\"{route}\",status=\"{status}\"");
                writeln!(out, "wirecopy_requests_total{{{labels}}} {count}").unwrap_or_default();
            }
        }
        let name = "wirecopy_request_seconds";
        head(&mut out, name, "histogram", "Time from the head of a request to its answer.");
        for (route, of) in &*routes {
            let mut sum = 0;
            let bounds = BOUNDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
            for (bound, count) in bounds.zip(of.within) {
                sum += count;
                writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {sum}")
                    .unwrap_or_default();
            }
            writeln!(out, "{name}_sum{{route=\"{route}\"}} {}", of.seconds).unwrap_or_default();
            writeln!(out, "{name}_count{{route=\"{route}\"}} {sum}").unwrap_or_default();
        }
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        head(&mut out, "wirecopy_questions_total", "counter", "Texts that were asked about.");
        writeln!(out, "wirecopy_questions_total {}", of(&self.questions)).unwrap_or_default();
        head(&mut out, "wirecopy_connections", "gauge", "Open connections.");
        writeln!(out, "wirecopy_connections {}", of(&self.connections)).unwrap_or_default();
        head(
            &mut out,
            "wirecopy_connections_refused_total",
            "counter",
            "Connections over the cap.",
        );
        writeln!(out, "wirecopy_connections_refused_total {}", of(&self.refused))
            .unwrap_or_default();
        out
    }
}

/// An open connection.
pub(crate) struct Connected<'a>(&'a AtomicU64);

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(shared): State<Shared>) -> Response<Body> {
    let mut text = shared.metrics.text();
    let info = shared.archive.commit().reader.info();
    let listed = shared.archive.listed();
    let families = listed.map_or(0, |listing| listing.families.len() as u64);
    let behind = u64::from(shared.archive.is_behind());
    for (name, help, value) in [
        ("wirecopy_documents", "Documents of the index.", info.documents),
        ("wirecopy_segments", "Segments of the index.", info.segments as u64),
        ("wirecopy_text_bytes", "Bytes of all texts.", info.text_bytes),
        ("wirecopy_families", "Families of the index.", families),
        ("wirecopy_behind", "1 while the index of now cannot be opened.", behind),
    ] {
        writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}")
            .unwrap_or_default();
    }
    let mut response = Response::new(Body::from(text));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
