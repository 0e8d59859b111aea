//! The one line of progress on a terminal.
//!
//! Fed by progress with the stages of detect; drawn by indicatif, at most ten times a second, by
//! the thread that has done some work then. Invariant: the line is gone before anything else is
//! printed, and a run without a line pays for none.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use wirecopy::detect::Stage;

/// The stage whose units are bytes of input.
const READING: &str = "read";
/// Drawings in a second.
const RATE: u8 = 10;
/// Full, growing and empty cells of the bar.
const CELLS: &str = "━╸ ";

/// Bytes of a known number.
const BYTES: &str = "{prefix:8} {bar:24} {binary_bytes}/{binary_total_bytes}  \
                     {binary_bytes_per_sec}  {eta} left";
/// Bytes of an unknown number.
const STREAM: &str = "{prefix:8} {binary_bytes}  {binary_bytes_per_sec}";
/// Units of a known number.
const UNITS: &str = "{prefix:8} {bar:24} {percent:>3} %  {eta} left";
/// Nothing is known but the time.
const TIME: &str = "{prefix:8} {elapsed}";

/// The line.
#[derive(Debug)]
pub(super) struct Bar {
    drawn: Option<ProgressBar>,
}

impl Bar {
    /// A line that is drawn only if `shown`.
    pub(super) fn new(shown: bool) -> Self {
        let target = || ProgressDrawTarget::stderr_with_hz(RATE);
        Self::on(shown.then(target))
    }

    fn on(target: Option<ProgressDrawTarget>) -> Self {
        Self { drawn: target.map(|target| ProgressBar::with_draw_target(None, target)) }
    }

    /// A stage starts.
    pub(super) fn start(&self, stage: Stage) {
        let Some(bar) = &self.drawn else { return };
        bar.reset();
        match stage.total {
            0 => bar.unset_length(),
            total => bar.set_length(total),
        }
        bar.set_style(style(template(stage)));
        bar.set_prefix(stage.name);
        bar.tick();
    }

    /// Some units are done.
    pub(super) fn advance(&self, units: u64) {
        if let Some(bar) = &self.drawn {
            bar.inc(units);
        }
    }

    /// Prints something, with the line out of the way.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        match &self.drawn {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.drawn {
            bar.finish_and_clear();
        }
    }
}

fn template(stage: Stage) -> &'static str {
    match (stage.name == READING, stage.total > 0) {
        (true, true) => BYTES,
        (true, false) => STREAM,
        (false, true) => UNITS,
        (false, false) => TIME,
    }
}

fn style(template: &str) -> ProgressStyle {
    // A test parses each of the four.
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars(CELLS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    #[test]
    fn the_line_says_how_far() {
        let screen = InMemoryTerm::new(4, 100);
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        let bar = Bar::on(Some(target));
        let shown = |name, total, done| {
            bar.start(Stage { name, total });
            bar.advance(done);
            if let Some(bar) = &bar.drawn {
                bar.force_draw();
            }
            screen.contents()
        };
        let reading = shown("read", 100 << 20, 25 << 20);
        assert!(
            reading.starts_with("read     ━━━━━━╸                  25.00 MiB/100.00 MiB  ")
                && reading.ends_with(" left"),
            "{reading}"
        );
        let stream = shown("read", 0, 1 << 20);
        assert!(stream.starts_with("read     1.00 MiB  ") && stream.ends_with("/s"), "{stream}");
        let search = shown("search", 4, 1);
        assert!(search.starts_with("search   ━━━━━━╸                   25 %  "), "{search}");
        assert!(shown("search", 4, 9).contains(" 100 %"), "more than was promised");
        assert_eq!(shown("align", 0, 5), "align    0s");
        bar.clear();
        assert_eq!(screen.contents(), "");
    }

    #[test]
    fn the_line_steps_aside() {
        let screen = InMemoryTerm::new(4, 100);
        let bar = Bar::on(Some(ProgressDrawTarget::term_like(Box::new(screen.clone()))));
        bar.start(Stage { name: "align", total: 0 });
        assert_ne!(screen.contents(), "");
        bar.aside(|| assert_eq!(screen.contents(), ""));
    }

    #[test]
    fn every_template_is_one() {
        for template in [BYTES, STREAM, UNITS, TIME] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn nothing_is_drawn_where_nothing_is_shown() {
        let bar = Bar::new(false);
        bar.start(Stage { name: "read", total: 1 });
        bar.advance(1);
        assert!(bar.drawn.is_none());
        bar.clear();
    }
}
