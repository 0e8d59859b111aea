//! What a run reports while it works: a bar on a terminal, warnings, and whether to stop.
//!
//! Fed by detect through `Progress`; prints through output. Invariant: the bar and messages never
//! mix on a line.

use super::args::RunArgs;
use super::bar::Bar;
use super::flags::flag;
use super::log::Level;
use super::publish::Writer;
use super::warn::Warnings;
use super::{output, signal};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use wirecopy::corpus::Problem;
use wirecopy::detect::{Progress, Stage};
use wirecopy::error::{Result, with_names};
use wirecopy::output::{TableForm, write_table};
use wirecopy::record;
use wirecopy::store;

/// The stage in which inputs are read.
const READ: &str = "read";

/// Reports the events of a run on standard error.
#[derive(Debug)]
pub(super) struct Reporter {
    bar: Bar,
    warnings: Mutex<Warnings>,
    warns: bool,
    skipped: Option<Skipped>,
}

impl Reporter {
    /// Reports what `args` ask for; at most `printed_warnings` warnings in full.
    pub(super) fn new(args: &RunArgs, printed_warnings: usize) -> Self {
        let bar = !args.quiet && !args.no_progress && args.log.most() < Level::Debug;
        let shown = bar && output::stderr_is_terminal();
        let warns = !args.quiet && args.log.level >= Level::Warn;
        let skipped = args.skipped.clone().map(|path| Skipped::new(path, TableForm::default()));
        let warnings = Mutex::new(Warnings::new(printed_warnings));
        Self { bar: Bar::new(shown), warnings, warns, skipped }
    }

    /// Writes the list of records left out in a form of its own, where nothing is left out yet.
    pub(super) fn write_tables(&mut self, form: TableForm) {
        self.skipped = self.skipped.take().map(|skipped| Skipped::new(skipped.path, form));
    }

    /// Takes the bar away and prints the closing line of the warnings.
    pub(super) fn finish(&self) {
        signal::read();
        self.bar.clear();
        let lines = {
            let warnings = self.warnings();
            [warnings.closing(), warnings.reasons(), warnings.partly()]
        };
        for line in lines.into_iter().flatten().filter(|_| self.warns) {
            output::message(&line);
        }
    }

    /// The list of records left out, to be published beside a result.
    pub(super) fn beside(&self) -> Vec<(&Path, Writer<'_>)> {
        self.skipped.iter().map(|skipped| (&*skipped.path, &*skipped.write as Writer<'_>)).collect()
    }

    /// Publishes the list of records left out by itself.
    pub(super) fn publish(&self) -> Result<()> {
        self.beside().into_iter().try_for_each(|(path, write)| store::publish(path, write))
    }

    fn warnings(&self) -> std::sync::MutexGuard<'_, Warnings> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Reporter {
    fn start(&self, stage: Stage) {
        if stage.name != READ {
            signal::read();
        }
        self.bar.start(stage);
    }

    fn advance(&self, units: u64) {
        self.bar.advance(units);
    }

    fn problem(&self, problem: &Problem) {
        let problem = &problem.with_names(flag);
        if let Some(skipped) = self.skipped.as_ref().filter(|_| problem.skipped) {
            skipped.add(problem);
        }
        let text = self.warnings().admit(problem);
        if let Some(text) = text.filter(|_| self.warns) {
            self.bar.aside(|| output::message(&text));
        }
    }

    fn more_problems(&self, skipped: u64, _: u64) {
        self.warnings().more(skipped);
    }

    fn note(&self, text: &str) {
        if self.warns {
            let text = with_names(text, flag);
            self.bar.aside(|| output::message(&text));
        }
    }

    fn stopped(&self) -> bool {
        signal::stopped()
    }
}

type ToFile = dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync;

/// The list of records left out.
struct Skipped {
    path: PathBuf,
    problems: Arc<Mutex<Vec<Problem>>>,
    write: Box<ToFile>,
}

impl std::fmt::Debug for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Skipped").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Skipped {
    /// A list in the format that the name of its file implies.
    fn new(path: PathBuf, form: TableForm) -> Self {
        let problems = Arc::<Mutex<Vec<Problem>>>::default();
        let (listed, name) = (Arc::clone(&problems), path.clone());
        let write = move |out: &mut dyn Write| {
            let problems = listed.lock().unwrap_or_else(PoisonError::into_inner);
            let records: Vec<record::Skipped<'_>> =
                problems.iter().map(record::Skipped::of).collect();
            write_table(&name, &records, form, out)
        };
        Self { path, problems, write: Box::new(write) }
    }

    fn add(&self, problem: &Problem) {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(problem.clone());
    }
}
