//! A program that embeds the library can follow what a run does.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wirecopy::detect::{ScanConfig, Silent, scan};

/// A subscriber that keeps the events it receives.
#[derive(Default, Clone)]
struct Heard(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Heard {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("wirecopy")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        self.0.lock().unwrap().push(line.0);
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn an_embedding_program_receives_the_events() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("docs.jsonl");
    std::fs::write(&file, "{\"id\": \"a\", \"text\": \"Rain fell on the quay all day.\"}\n")
        .unwrap();
    let heard = Heard::default();
    tracing::subscriber::set_global_default(heard.clone()).unwrap();
    let inputs = vec![file.to_string_lossy().into_owned()];
    let config = ScanConfig { inputs, threads: 1, ..ScanConfig::default() };
    scan(&config, &Silent).unwrap();
    let lines = heard.0.lock().unwrap();
    for parts in [&["stage", "name=\"read\""][..], &["wirecopy::corpus", "reads", "docs.jsonl"]] {
        let has = |line: &String| parts.iter().all(|part| line.contains(part));
        assert!(lines.iter().any(has), "{parts:?}: {lines:#?}");
    }
}
