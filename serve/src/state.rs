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
    questions: Lane,
    looks: Lane,
    /// Held while the index is written.
    pub(crate) writer: tokio::sync::Mutex<()>,
}

/// The same, as handlers have it.
pub(crate) type State = Arc<Shared>;

impl Shared {
    pub(crate) fn new(settings: Settings, archive: Archive) -> State {
        Arc::new(Self {
            questions: Lane::new(settings.limits.queries),
            looks: Lane::new(settings.limits.looks),
            writer: tokio::sync::Mutex::new(()),
            metrics: Metrics::default(),
            settings,
            archive: Arc::new(archive),
        })
    }

    /// Answers a question on a thread of its own, when it is its turn.
    ///
    /// # Errors
    /// Too many wait; the time is over; what `work` returns.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Answered<T> + Send + 'static,
    ) -> Answered<T> {
        self.turn(&self.questions, work).await
    }

    /// Looks something up on a thread of its own, so that what the disk or a long list takes holds
    /// up no connection. It waits for other looks, never for questions, which take longer.
    ///
    /// # Errors
    /// As of [`Shared::work`].
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce() -> Answered<T> + Send + 'static,
    ) -> Answered<T> {
        self.turn(&self.looks, look).await
    }

    async fn turn<T: Send + 'static>(
        &self,
        lane: &Lane,
        work: impl FnOnce() -> Answered<T> + Send + 'static,
    ) -> Answered<T> {
        let limits = &self.settings.limits;
        let busy = || Refusal::later("the server has too much to do", "ask again in a moment");
        let _place = Place::take(&lane.waiting, limits.waiting).ok_or_else(busy)?;
        let turn = Arc::clone(&lane.permits).acquire_owned();
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

/// Work of one kind, so much of it at once.
#[derive(Debug)]
struct Lane {
    /// One permit for each that is in work.
    permits: Arc<Semaphore>,
    /// How many are in work or wait for a permit.
    waiting: AtomicUsize,
}

impl Lane {
    fn new(at_once: usize) -> Self {
        let permits = Arc::new(Semaphore::new(at_once.max(1)));
        Self { permits, waiting: AtomicUsize::new(0) }
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
