//! Prints the events of the library on standard error, one a line, with the time since the start.
//!
//! `tracing-subscriber` keeps the spans and filters; this says what a line looks like.

use super::level::{Level, Log};
use crate::output;
use std::fmt;
use std::io::{self, Write};
use std::time::Instant;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{FmtSpan, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::{LookupSpan, Registry};
use wirecopy::error::Result;

/// Prints events from now on, if any are asked for.
#[expect(clippy::unnecessary_wraps, reason = "a build without events refuses")]
pub(crate) fn listen(log: &Log, quiet: bool) -> Result<()> {
    let most = log.most();
    if quiet || most < Level::Info {
        return Ok(());
    }
    // The closing line of `info` has the time of each stage already.
    let spans = if most >= Level::Debug { FmtSpan::CLOSE } else { FmtSpan::NONE };
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(spans)
        .event_format(Lines { start: Instant::now() })
        .with_writer(|| Messages)
        .with_filter(targets(log));
    // A subscriber that is set in this process already hears the events instead.
    tracing::subscriber::set_global_default(Registry::default().with(layer)).ok();
    Ok(())
}

fn targets(log: &Log) -> Targets {
    let parts = log.parts.iter().map(|(part, level)| (part.as_str(), filter(*level)));
    Targets::new().with_default(filter(log.level)).with_targets(parts)
}

fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    }
}

/// `[0.012 s] debug corpus: reads path=news.jsonl`.
struct Lines {
    start: Instant,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let seconds = self.start.elapsed().as_secs_f64();
        let level = metadata.level().as_str().to_ascii_lowercase();
        let target = metadata.target();
        let target = target.strip_prefix("wirecopy::").unwrap_or(target);
        write!(out, "[{seconds:.3} s] {level} {target}: ")?;
        // Only the end of a span names it as its parent.
        if let Some(span) = event.parent().and_then(|id| context.span(id)) {
            out.write_str(span.name())?;
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>() {
                write!(out, " {fields}")?;
            }
            out.write_str(": ")?;
        }
        context.format_fields(out, event)
    }
}

/// Takes whole events, each in one call, and prints them as messages.
struct Messages;

impl Write for Messages {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        output::message(&String::from_utf8_lossy(event));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::level::parse;
    use super::*;

    #[test]
    fn the_longest_part_decides() {
        let log = parse("error,wirecopy=info,wirecopy::corpus=trace,wirecopy::corp=error").unwrap();
        let targets = targets(&log);
        let enabled = |target, level| targets.would_enable(target, &level);
        assert!(enabled("wirecopy::corpus", tracing::Level::TRACE));
        assert!(enabled("wirecopy::corpus::csv", tracing::Level::TRACE));
        assert!(enabled("wirecopy::detect", tracing::Level::INFO));
        assert!(!enabled("wirecopy::detect", tracing::Level::DEBUG));
        assert!(!enabled("other", tracing::Level::WARN));
    }
}
