//! The index as it is now, and again after every commit of a writer.
//!
//! Asked by every handler. A watcher looks for another manifest and opens what it names. The lists
//! of what is there are made after that, in the background, from the families that the index keeps;
//! beside them all documents are scanned for flows and the page, which takes far longer: lists wait
//! for no scan. Each is made of the latest commit, and what came and went meanwhile is passed over.
//! Until each is done, that of the commit before is shown. Invariant: a request sees one commit
//! from its start to its end.

use crate::browse::Browse;
use crate::commit::Commit;
use crate::listing::Listing;
use crate::refusal::{Answered, Refusal};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use wirecopy::error::Result;
use wirecopy::hash::xxh3_64;
use wirecopy::store::Shelf;

/// Time between two looks at the manifest.
const LOOK: Duration = Duration::from_millis(300);

/// Why nothing can be listed yet, and what to do.
const STILL: &str = "what is in this index is still being found";
const SOON: &str = "ask again in a moment; questions about a text are answered meanwhile";

/// Why nothing that a scan finds can be listed.
pub(crate) const NO_TEXTS: &str =
    "the index keeps no texts, by which families are judged; questions about a text are answered";

/// What is made of a commit, and where that is at.
#[derive(Debug)]
enum Made<T> {
    /// Not done for any commit.
    Waiting,
    /// More documents than the server is to scan.
    TooMany,
    /// The index keeps no texts.
    NoTexts,
    /// Failed.
    Failed,
    /// Done, the latest and the one before it.
    Done(Arc<T>, Option<Arc<T>>),
}

impl<T> Made<T> {
    fn latest(&self) -> Option<Arc<T>> {
        match self {
            Self::Done(latest, _) => Some(Arc::clone(latest)),
            _ => None,
        }
    }
}

/// An index that others may write to.
#[derive(Debug)]
pub(crate) struct Archive {
    path: PathBuf,
    now: watch::Sender<Arc<Commit>>,
    /// Held while a commit is opened, so that an earlier one never takes the place of a later one.
    opening: Mutex<()>,
    listing: watch::Sender<Made<Listing>>,
    browse: watch::Sender<Made<Browse>>,
    most: u64,
    /// Whether what is there now cannot be opened, so that answers are of an earlier commit.
    behind: AtomicBool,
}

/// What shows that a manifest is another: what is in it, since the time of a file says little where
/// clocks are set, two commits come at once, or an index is put back from a copy.
fn stamp(path: &Path) -> Option<u64> {
    let manifest = Shelf::at(path).manifest().ok().flatten()?;
    Some(xxh3_64(&manifest))
}

impl Archive {
    /// Opens the index at `path`; families are found for at most `most` documents.
    pub(crate) fn open(path: &Path, most: u64) -> Result<Self> {
        let now = watch::Sender::new(Arc::new(Commit::open(path)?));
        let (listing, browse) =
            (watch::Sender::new(Made::Waiting), watch::Sender::new(Made::Waiting));
        let behind = AtomicBool::new(false);
        let (path, opening) = (path.to_path_buf(), Mutex::new(()));
        Ok(Self { path, now, opening, listing, browse, most, behind })
    }

    /// Where the index is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The commit of now.
    pub(crate) fn commit(&self) -> Arc<Commit> {
        Arc::clone(&self.now.borrow())
    }

    /// Opens what is there now, if that is another commit.
    pub(crate) fn reopen(&self) -> Result<Arc<Commit>> {
        let _turn = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.commit();
        let opened = Commit::open(&self.path)?;
        if before.name == opened.name {
            return Ok(before);
        }
        tracing::info!(commit = opened.name, documents = opened.reader.len(), "opened");
        let opened = Arc::new(Commit { order: before.order + 1, ..opened });
        self.now.send_replace(Arc::clone(&opened));
        Ok(opened)
    }

    /// Whether answers are of an earlier commit because that of now cannot be opened.
    pub(crate) fn is_behind(&self) -> bool {
        self.behind.load(Ordering::Relaxed)
    }

    /// Whether a commit is one that is scanned, so that there are flows, and data of the page.
    pub(crate) fn scans(&self, commit: &Commit) -> bool {
        commit.reader.info().texts && commit.reader.len() <= self.most
    }

    /// The latest lists that are done.
    pub(crate) fn listed(&self) -> Option<Arc<Listing>> {
        self.listing.borrow().latest()
    }

    /// The latest scan that is done.
    pub(crate) fn browsed(&self) -> Option<Arc<Browse>> {
        self.browse.borrow().latest()
    }

    /// The scan of a commit, where that is the latest one done or the one before it.
    pub(crate) fn browsed_of(&self, commit: &str) -> Option<Arc<Browse>> {
        match &*self.browse.borrow() {
            Made::Done(latest, before) => {
                let mut both = std::iter::once(latest).chain(before);
                both.find(|browse| browse.commit == commit).cloned()
            }
            _ => None,
        }
    }

    /// The latest lists, waiting for the first.
    pub(crate) async fn listing(&self, patience: Duration) -> Answered<Arc<Listing>> {
        self.first(&self.listing, patience).await
    }

    /// The latest scan, waiting for the first.
    pub(crate) async fn browse(&self, patience: Duration) -> Answered<Arc<Browse>> {
        self.first(&self.browse, patience).await
    }

    async fn first<T>(&self, of: &watch::Sender<Made<T>>, patience: Duration) -> Answered<Arc<T>> {
        let mut changes = of.subscribe();
        let done = changes.wait_for(|now| !matches!(now, Made::Waiting));
        let Ok(Ok(now)) = tokio::time::timeout(patience, done).await else {
            return Err(Refusal::later(STILL, SOON));
        };
        match &*now {
            Made::Done(latest, _) => Ok(Arc::clone(latest)),
            Made::TooMany => Err(Refusal::missing(
                format!(
                    "an index is scanned of {} documents at most, and this one has more",
                    self.most
                ),
                "ask what a text shares with the index, or raise --max-browse",
            )),
            Made::NoTexts => Err(Refusal::missing(NO_TEXTS, "make an index with texts")),
            Made::Failed => Err(Refusal::failed(&"the scan of the index failed")),
            Made::Waiting => Err(Refusal::later(STILL, SOON)),
        }
    }

    /// Looks for commits of others, and gathers what is in each, until it is dropped.
    pub(crate) async fn watch(self: Arc<Self>) {
        tokio::join!(self.look(), self.list(), self.scan());
    }

    /// Opens the commits of others.
    async fn look(self: &Arc<Self>) {
        let mut seen = None;
        loop {
            let now = stamp(&self.path);
            if now.is_none() || now != seen || self.is_behind() {
                let archive = Arc::clone(self);
                let opened = tokio::task::spawn_blocking(move || archive.reopen()).await;
                let failed = opened.map_or_else(
                    |error| Some(error.to_string()),
                    |opened| opened.err().map(|error| error.to_string()),
                );
                let was_behind = self.behind.swap(failed.is_some(), Ordering::Relaxed);
                // It is tried again and again, and said once.
                match failed {
                    Some(error) if !was_behind => {
                        tracing::error!(error, "the index cannot be opened anew");
                    }
                    Some(_) => {}
                    None => seen = now,
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Makes the lists of each commit whose families the index keeps.
    async fn list(&self) {
        let mut commits = self.now.subscribe();
        loop {
            let commit = Arc::clone(&commits.borrow_and_update());
            if Listing::is_kept(&commit) {
                publish(&self.listing, in_background(move || Listing::kept(&commit)).await);
            }
            if commits.changed().await.is_err() {
                return;
            }
        }
    }

    /// Scans each commit.
    async fn scan(&self) {
        let mut commits = self.now.subscribe();
        loop {
            let commit = Arc::clone(&commits.borrow_and_update());
            self.scan_one(commit).await;
            if commits.changed().await.is_err() {
                return;
            }
        }
    }

    async fn scan_one(&self, commit: Arc<Commit>) {
        let (is_kept, order) = (Listing::is_kept(&commit), commit.order);
        if !commit.reader.info().texts {
            self.browse.send_replace(Made::NoTexts);
            return;
        }
        if commit.reader.len() > self.most {
            self.browse.send_replace(Made::TooMany);
            if !is_kept {
                self.listing.send_replace(Made::TooMany);
            }
            return;
        }
        let scanned = in_background(move || {
            let (browse, families) = Browse::of(&commit, !is_kept)?;
            let found = (!is_kept).then(|| Listing::found(&commit, families)).transpose()?;
            Ok((browse, found))
        });
        match scanned.await {
            Ok((browse, found)) => {
                publish(&self.browse, Ok(browse));
                // The lists of a later commit may be there already.
                let is_late = self.listed().is_some_and(|listed| listed.commit.order > order);
                if let Some(found) = found.filter(|_| !is_late) {
                    publish(&self.listing, Ok(found));
                }
            }
            Err(failed) => {
                publish(&self.browse, Err(failed));
                if !is_kept {
                    self.listing.send_replace(Made::Failed);
                }
            }
        }
    }
}

/// Runs `work` on a thread of its own; why it failed is text.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> std::result::Result<T, String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(panicked) => Err(panicked.to_string()),
    }
}

/// Puts what was made of a commit in the place of what was there.
fn publish<T>(to: &watch::Sender<Made<T>>, made: std::result::Result<T, String>) {
    to.send_modify(|now| {
        *now = match made {
            Ok(made) => Made::Done(Arc::new(made), now.latest()),
            Err(error) => {
                tracing::error!(error, "what is in the index cannot be gathered");
                Made::Failed
            }
        }
    });
}
