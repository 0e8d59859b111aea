//! Runs the library for Python: without the interpreter's lock, with progress and Ctrl-C.
//!
//! Between the functions of `results` and `wirecopy::detect`. The work runs on a thread of its own,
//! in a pool of its own, which ends with it: a process that is forked afterwards finds no pool with
//! threads that it does not have. The calling thread waits, looks for signals and reports progress.
//! Invariant: what was asked to stop has ended before the exception is raised.

use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use wirecopy::corpus::Problem;
use wirecopy::detect::{Progress, Stage};
use wirecopy::error::{Error, Result};

/// How long a signal or the progress waits to be looked at.
const PAUSE: Duration = Duration::from_millis(50);
/// Messages kept; the rest is counted.
const MESSAGES: usize = 20;

/// What a run reports while it works.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    stopped: AtomicBool,
    stage: Mutex<Current>,
    done: AtomicU64,
    messages: Mutex<Vec<String>>,
    more_messages: AtomicU64,
}

/// The stage of the moment: its name and its units.
type Current = (&'static str, u64);

impl Watch {
    /// What the user should know about the run, bounded.
    pub(crate) fn messages(&self) -> Vec<String> {
        let mut all = self.messages.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let more = self.more_messages.load(Ordering::Relaxed);
        if more > 0 {
            all.push(format!("{more} more messages like these"));
        }
        all
    }

    /// Adds a message.
    pub(crate) fn say(&self, text: String) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.len() < MESSAGES {
            messages.push(text);
        } else {
            self.more_messages.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn state(&self) -> (&'static str, u64, u64) {
        let (name, total) = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        (name, self.done.load(Ordering::Relaxed), total)
    }
}

impl Progress for Watch {
    fn start(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = (stage.name, stage.total);
        self.done.store(0, Ordering::Relaxed);
    }

    fn advance(&self, units: u64) {
        self.done.fetch_add(units, Ordering::Relaxed);
    }

    fn problem(&self, problem: &Problem) {
        self.say(format!("{}. {}", problem.cause, problem.with_names(str::to_owned).cure));
    }

    fn more_problems(&self, skipped: u64, noted: u64) {
        self.more_messages.fetch_add(skipped + noted, Ordering::Relaxed);
    }

    fn note(&self, text: &str) {
        self.say(text.to_owned());
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Does `work` in a pool of `threads` workers (0: all cores), and waits for it.
pub(crate) fn run<T: Send + 'static>(
    py: Python<'_>,
    threads: usize,
    progress: Option<&Py<PyAny>>,
    watch: &Arc<Watch>,
    work: impl FnOnce(&Watch) -> Result<T> + Send + 'static,
) -> PyResult<T> {
    let (sender, receiver) = channel();
    let own = Arc::clone(watch);
    let pooled = move || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let result = match pool {
            Ok(pool) => pool.install(|| work(&own)),
            Err(error) => Err(Error::Setting {
                name: "threads".into(),
                cause: error.to_string(),
                cure: "ask for fewer".to_owned(),
            }),
        };
        // The receiver is gone only where the interpreter ends.
        drop(sender.send(result));
    };
    thread::Builder::new().name("wirecopy".into()).spawn(pooled)?;
    let result = wait(py, &Mutex::new(receiver), progress, watch)?;
    result.map_err(|error| exception(&error))
}

/// Waits for a result; a signal, or an exception of `progress`, stops the work first.
fn wait<T: Send>(
    py: Python<'_>,
    receiver: &Mutex<Receiver<T>>,
    progress: Option<&Py<PyAny>>,
    watch: &Watch,
) -> PyResult<T> {
    let mut raised = None;
    loop {
        let next = py
            .detach(|| receiver.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(PAUSE));
        match (next, raised.take()) {
            (Ok(_) | Err(RecvTimeoutError::Disconnected), Some(error)) => return Err(error),
            (Ok(result), None) => {
                report(py, progress, watch)?;
                return Ok(result);
            }
            (Err(RecvTimeoutError::Disconnected), None) => {
                return Err(PyRuntimeError::new_err(
                    "internal error: a worker panicked. please report it with the documents",
                ));
            }
            (Err(RecvTimeoutError::Timeout), Some(error)) => raised = Some(error),
            (Err(RecvTimeoutError::Timeout), None) => {
                let looked = py.check_signals().and_then(|()| report(py, progress, watch));
                if let Err(error) = looked {
                    watch.stopped.store(true, Ordering::Relaxed);
                    raised = Some(error);
                }
            }
        }
    }
}

fn report(py: Python<'_>, progress: Option<&Py<PyAny>>, watch: &Watch) -> PyResult<()> {
    let Some(call) = progress else { return Ok(()) };
    call.call1(py, watch.state()).map(drop)
}

/// The exception that says what an error says. The settings have the same names in Python.
pub(crate) fn exception(error: &Error) -> PyErr {
    let text = error.to_string();
    match error {
        Error::Io { .. } => PyOSError::new_err(text),
        Error::Interrupted { .. } => PyKeyboardInterrupt::new_err(text),
        Error::Internal { .. } => PyRuntimeError::new_err(text),
        _ => PyValueError::new_err(text),
    }
}
