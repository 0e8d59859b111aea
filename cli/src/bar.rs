//! The one line of progress on a terminal.
//!
//! Used by progress. Drawn at most ten times a second, by whoever has done some work then, so there
//! is no thread of its own. Invariant: the line is gone before anything else is printed.

use super::output;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wirecopy::detect::Stage;

/// The stage whose units are bytes of input.
const READING: &str = "read";
/// Least time between two drawings.
const PAUSE: Duration = Duration::from_millis(100);
/// Columns of the bar itself.
const BAR: usize = 24;

/// The line.
#[derive(Debug)]
pub(super) struct Bar {
    shown: bool,
    done: AtomicU64,
    line: Mutex<Line>,
}

#[derive(Debug)]
struct Line {
    stage: Stage,
    begun: Instant,
    drawn: Option<Instant>,
}

impl Bar {
    /// A line that is drawn only if `shown`.
    pub(super) fn new(shown: bool) -> Self {
        let stage = Stage { name: "", total: 0 };
        let line = Mutex::new(Line { stage, begun: Instant::now(), drawn: None });
        Self { shown, done: AtomicU64::new(0), line }
    }

    /// A stage begins.
    pub(super) fn start(&self, stage: Stage) {
        self.done.store(0, Ordering::Relaxed);
        let mut line = self.lock();
        (line.stage, line.begun) = (stage, Instant::now());
        if self.shown {
            self.draw(&mut line);
        }
    }

    /// Some units are done.
    pub(super) fn advance(&self, units: u64) {
        self.done.fetch_add(units, Ordering::Relaxed);
        if !self.shown {
            return;
        }
        // Somebody else is drawing already.
        let Ok(mut line) = self.line.try_lock() else { return };
        if line.drawn.is_none_or(|drawn| drawn.elapsed() >= PAUSE) {
            self.draw(&mut line);
        }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if self.lock().drawn.take().is_some() {
            print("\r\u{1b}[K");
        }
    }

    fn draw(&self, line: &mut Line) {
        let done = self.done.load(Ordering::Relaxed);
        let text = text(line.stage, done, line.begun.elapsed().as_secs_f64());
        let text: String = text.chars().take(output::width().saturating_sub(1)).collect();
        print(&format!("\r\u{1b}[K{text}"));
        line.drawn = Some(Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// There is nobody to tell when that fails.
fn print(text: &str) {
    let mut out = std::io::stderr().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).ok();
}

/// `read     ━━━━╸       12.0 MiB/71.0 MiB  80.1 MiB/s  1 s`.
fn text(stage: Stage, done: u64, seconds: f64) -> String {
    let reading = stage.name == READING;
    let mut text = format!("{:<8} ", stage.name);
    let rate = done as f64 / seconds.max(0.001);
    if stage.total > 0 {
        let share = (done as f64 / stage.total as f64).min(1.0);
        bar(share, &mut text);
        if reading {
            let [done, total] = [done, stage.total].map(|bytes| mib(bytes as f64));
            write!(text, " {done}/{total}  {}/s", mib(rate)).ok();
        } else {
            write!(text, " {:3.0} %", share * 100.0).ok();
        }
        if share > 0.0 && share < 1.0 {
            write!(text, "  {:.0} s left", seconds * (1.0 - share) / share).ok();
        }
    } else if reading {
        write!(text, "{}  {}/s", mib(done as f64), mib(rate)).ok();
    } else {
        write!(text, "{seconds:.0} s").ok();
    }
    text
}

fn bar(share: f64, text: &mut String) {
    let full = (0..BAR).filter(|&n| (n + 1) as f64 <= share * BAR as f64).count();
    text.extend(std::iter::repeat_n('━', full));
    if full < BAR {
        text.push('╸');
        text.extend(std::iter::repeat_n(' ', BAR - full - 1));
    }
}

fn mib(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / f64::from(1 << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far() {
        let stage = Stage { name: "read", total: 100 << 20 };
        assert_eq!(
            text(stage, 25 << 20, 0.5),
            "read     ━━━━━━╸                  25.0 MiB/100.0 MiB  50.0 MiB/s  2 s left"
        );
        assert_eq!(
            text(stage, 100 << 20, 2.0),
            "read     ━━━━━━━━━━━━━━━━━━━━━━━━ 100.0 MiB/100.0 MiB  50.0 MiB/s"
        );
        let unknown = Stage { name: "read", total: 0 };
        assert_eq!(text(unknown, 1 << 20, 1.0), "read     1.0 MiB  1.0 MiB/s");
        assert_eq!(text(Stage { name: "align", total: 0 }, 5, 3.2), "align    3 s");
        let search = Stage { name: "search", total: 4 };
        assert_eq!(text(search, 1, 1.0), "search   ━━━━━━╸                   25 %  3 s left");
        assert!(text(search, 9, 1.0).contains("100 %"), "more than was promised");
    }

    #[test]
    fn nothing_is_drawn_where_nothing_is_shown() {
        let bar = Bar::new(false);
        bar.start(Stage { name: "read", total: 1 });
        bar.advance(1);
        assert_eq!(bar.done.load(Ordering::Relaxed), 1);
        assert!(bar.lock().drawn.is_none());
        bar.clear();
    }
}
