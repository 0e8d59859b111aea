//! What all requests share.
//!
//! Made by listen, handed to every handler. Invariant: nothing in it grows with the requests.

use crate::archive::Archive;
use crate::metrics::Metrics;
use crate::refusal::{Answered, Refusal};
use crate::settings::Settings;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) archive: Arc<Archive>,
    pub(crate) metrics: Metrics,
    /// One permit for each question in work.
    workers: Arc<Semaphore>,
    /// Questions that wait for one.
    waiting: AtomicUsize,
    /// Held while the index is written.
    pub(crate) writer: tokio::sync::Mutex<()>,
}

/// The same, as handlers have it.
pub(crate) type State = Arc<Shared>;

impl Shared {
    pub(crate) fn new(settings: Settings, archive: Archive) -> State {
        Arc::new(Self {
            workers: Arc::new(Semaphore::new(settings.limits.queries.max(1))),
            waiting: AtomicUsize::new(0),
            writer: tokio::sync::Mutex::new(()),
            metrics: Metrics::default(),
            settings,
            archive: Arc::new(archive),
        })
    }

    /// Runs `work` on a thread of its own, when it is its turn.
    ///
    /// # Errors
    /// Too many wait; the time is over; what `work` returns.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Answered<T> + Send + 'static,
    ) -> Answered<T> {
        let limits = &self.settings.limits;
        let busy = || Refusal::later("the server has too much to do", "ask again in a moment");
        let _place = Place::take(&self.waiting, limits.waiting).ok_or_else(busy)?;
        let turn = Arc::clone(&self.workers).acquire_owned();
        let turn = timeout(limits.request_time, turn).await.map_err(|_| busy())?;
        let turn = turn.map_err(|closed| Refusal::failed(&closed))?;
        // The turn ends with the work, also where nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        match timeout(limits.request_time, done).await {
            Ok(Ok(done)) => done,
            Ok(Err(panicked)) => Err(Refusal::failed(&panicked)),
            Err(_) => Err(Refusal::later(
                "the answer takes longer than the server allows",
                "ask with a shorter text",
            )),
        }
    }
}

/// A place among those that wait.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(waiting);
        (before < most).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
