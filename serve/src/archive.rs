//! The index as it is now, and again after every commit of a writer.
//!
//! Asked by every handler. A watcher looks for another manifest and opens what it names; what a
//! scan finds in it is computed after that, in the background, and until then the page shows the
//! commit before. Invariant: a request sees one commit from its start to its end.

use crate::browse::Browse;
use crate::commit::Commit;
use crate::refusal::{Answered, Refusal};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use wirecopy::error::Result;
use wirecopy::store::Shelf;

/// Time between two looks at the manifest.
const LOOK: Duration = Duration::from_millis(300);

/// What a scan of the documents is at.
#[derive(Debug, Clone, Default)]
pub(crate) enum Browsing {
    /// Not done for any commit.
    #[default]
    Waiting,
    /// More documents than the server is to scan.
    TooMany,
    /// Failed.
    Failed,
    /// Done, the latest and the one before it.
    Done(Arc<Browse>, Option<Arc<Browse>>),
}

/// An index that others may write to.
#[derive(Debug)]
pub(crate) struct Archive {
    path: PathBuf,
    now: RwLock<Arc<Commit>>,
    browsing: watch::Sender<Browsing>,
    most: u64,
}

/// What shows that a manifest is another.
type Stamp = (Option<SystemTime>, u64);

fn stamp(path: &Path) -> Option<Stamp> {
    let meta = std::fs::metadata(Shelf::at(path).manifest_path()).ok()?;
    Some((meta.modified().ok(), meta.len()))
}

impl Archive {
    /// Opens the index at `path`; families are found for at most `most` documents.
    pub(crate) fn open(path: &Path, most: u64) -> Result<Self> {
        let now = RwLock::new(Arc::new(Commit::open(path)?));
        Ok(Self { path: path.to_path_buf(), now, browsing: watch::Sender::default(), most })
    }

    /// Where the index is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The commit of now.
    pub(crate) fn commit(&self) -> Arc<Commit> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Opens what is there now, if that is another commit.
    pub(crate) fn reopen(&self) -> Result<Arc<Commit>> {
        let opened = Arc::new(Commit::open(&self.path)?);
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.name != opened.name {
            tracing::info!(commit = opened.name, documents = opened.reader.len(), "opened");
            *now = opened;
        }
        Ok(Arc::clone(&now))
    }

    /// What a scan of the latest commit found, as far as one is done.
    pub(crate) fn browsing(&self) -> Browsing {
        self.browsing.borrow().clone()
    }

    /// The latest scan that is done.
    pub(crate) fn browsed(&self) -> Option<Arc<Browse>> {
        match self.browsing() {
            Browsing::Done(browse, _) => Some(browse),
            _ => None,
        }
    }

    /// The scan of a commit, where that is the latest one done or the one before it.
    pub(crate) fn browsed_of(&self, commit: &str) -> Option<Arc<Browse>> {
        match self.browsing() {
            Browsing::Done(latest, before) => {
                std::iter::once(latest).chain(before).find(|browse| browse.commit == commit)
            }
            _ => None,
        }
    }

    /// The same, waiting for the first.
    pub(crate) async fn browse(&self, patience: Duration) -> Answered<Arc<Browse>> {
        let mut changes = self.browsing.subscribe();
        let done = changes.wait_for(|now| !matches!(now, Browsing::Waiting));
        let now = match tokio::time::timeout(patience, done).await {
            Ok(Ok(now)) => now.clone(),
            _ => Browsing::Waiting,
        };
        match now {
            Browsing::Done(browse, _) => Ok(browse),
            Browsing::Waiting => Err(Refusal::later(
                "the families of this index are still being found",
                "ask again in a moment; questions about a text are answered meanwhile",
            )),
            Browsing::TooMany => Err(Refusal::missing(
                format!(
                    "families are found for {} documents at most, and this index has more",
                    self.most
                ),
                "ask what a text shares with the index, or raise --max-browse",
            )),
            Browsing::Failed => Err(Refusal::failed(&"the scan of the index failed")),
        }
    }

    /// Looks for commits of others, and scans each, until it is dropped.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut seen = None;
        let mut scanned = String::new();
        loop {
            let now = stamp(&self.path);
            if now.is_some() && now != seen {
                seen = now;
                let archive = Arc::clone(&self);
                let opened = tokio::task::spawn_blocking(move || archive.reopen()).await;
                if let Ok(Err(error)) = opened {
                    tracing::error!(error = %error, "the index cannot be opened anew");
                }
            }
            let commit = self.commit();
            if commit.name != scanned {
                scanned.clone_from(&commit.name);
                self.scan(commit).await;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn scan(&self, commit: Arc<Commit>) {
        if commit.reader.len() > self.most {
            self.browsing.send_replace(Browsing::TooMany);
            return;
        }
        let before = match self.browsing() {
            Browsing::Done(latest, _) => Some(latest),
            _ => None,
        };
        let done = tokio::task::spawn_blocking(move || Browse::of(&commit)).await;
        let next = match done {
            Ok(Ok(browse)) => Browsing::Done(Arc::new(browse), before),
            Ok(Err(error)) => {
                tracing::error!(error = %error, "the scan failed");
                Browsing::Failed
            }
            Err(panicked) => {
                tracing::error!(error = %panicked, "the scan failed");
                Browsing::Failed
            }
        };
        self.browsing.send_replace(next);
    }
}
