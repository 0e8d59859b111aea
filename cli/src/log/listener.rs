//! Prints the events of a run on standard error, one a line, with the time since the begin.

use super::{Level, Log};
use crate::args::RunArgs;
use crate::output;
use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wirecopy::error::Result;

/// Prints events from now on, if any are asked for.
#[expect(clippy::unnecessary_wraps, reason = "a build without events refuses")]
pub(crate) fn listen(run: &RunArgs) -> Result<()> {
    if !run.quiet && run.log.most() >= Level::Info {
        // Somebody else who listens already in this process hears what is told.
        tracing::subscriber::set_global_default(Listener::new(run.log.clone())).ok();
    }
    Ok(())
}

/// Writes events down.
struct Listener {
    log: Log,
    begun: Instant,
    spans: Mutex<BTreeMap<u64, Open>>,
    next: AtomicU64,
}

/// A span that has begun.
struct Open {
    text: String,
    since: Instant,
    target: &'static str,
    /// Handles that are held of it.
    handles: usize,
}

impl Listener {
    fn new(log: Log) -> Self {
        let (spans, next) = (Mutex::default(), AtomicU64::new(1));
        Self { log, begun: Instant::now(), spans, next }
    }

    fn spans(&self) -> MutexGuard<'_, BTreeMap<u64, Open>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn print(&self, level: Level, target: &str, text: &str) {
        let target = target.strip_prefix("wirecopy::").unwrap_or(target);
        let seconds = self.begun.elapsed().as_secs_f64();
        output::message(&format!("[{seconds:.3} s] {} {target}: {text}", level.name()));
    }
}

fn level(metadata: &Metadata<'_>) -> Level {
    match *metadata.level() {
        tracing::Level::ERROR => Level::Error,
        tracing::Level::WARN => Level::Warn,
        tracing::Level::INFO => Level::Info,
        tracing::Level::DEBUG => Level::Debug,
        tracing::Level::TRACE => Level::Trace,
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.log.allows(metadata.target(), level(metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(match self.log.most() {
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
            Level::Trace => LevelFilter::TRACE,
        })
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line::default();
        span.record(&mut line);
        let (metadata, number) = (span.metadata(), self.next.fetch_add(1, Ordering::Relaxed));
        let text = format!("{}{}", metadata.name(), line.fields);
        let open = Open { text, since: Instant::now(), target: metadata.target(), handles: 1 };
        self.spans().insert(number, open);
        Id::from_u64(number)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        let metadata = event.metadata();
        self.print(level(metadata), metadata.target(), &format!("{}{}", line.message, line.fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}

    fn clone_span(&self, span: &Id) -> Id {
        if let Some(open) = self.spans().get_mut(&span.into_u64()) {
            open.handles += 1;
        }
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        let mut spans = self.spans();
        let Some(open) = spans.get_mut(&span.into_u64()) else { return false };
        open.handles -= 1;
        if open.handles > 0 {
            return false;
        }
        let closed = spans.remove(&span.into_u64());
        drop(spans);
        let told = closed.filter(|open| self.log.allows(open.target, Level::Debug));
        if let Some(open) = told {
            let took = open.since.elapsed().as_secs_f64();
            self.print(Level::Debug, open.target, &format!("{} took {took:.3} s", open.text));
        }
        true
    }
}

/// The fields of an event, as text.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to memory cannot fail.
        if field.name() == "message" {
            write!(self.message, "{value:?}").ok();
        } else {
            write!(self.fields, " {}={value:?}", field.name()).ok();
        }
    }
}
