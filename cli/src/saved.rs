//! The texts that were extracted from pages, as files (`--save-text`).
//!
//! Offsets refer to them. Written while pages are read, and published as one folder when the run
//! is done. Invariant: a name never leads out of the folder, whatever a page is called.

use super::args::ReadArgs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use wirecopy::corpus::{ReadOptions, SaveText};
use wirecopy::error::Result;
use wirecopy::store::FolderDraft;

/// The folder of texts, if it was asked for.
pub(super) struct Saved {
    folder: Option<Arc<RwLock<Option<FolderDraft>>>>,
    /// A text was saved.
    any: Arc<AtomicBool>,
}

impl Saved {
    /// Begins the folder, and lets `read` fill it.
    pub(super) fn begin(args: &ReadArgs, read: &mut ReadOptions) -> Result<Self> {
        let any = Arc::new(AtomicBool::new(false));
        let Some(target) = &args.save_text else { return Ok(Self { folder: None, any }) };
        let mut folder = FolderDraft::begin(target)?;
        folder.refuse_occupied()?;
        folder.clear()?;
        let folder = Arc::new(RwLock::new(Some(folder)));
        let (shared, saves) = (Arc::clone(&folder), Arc::clone(&any));
        read.save_text = Some(SaveText::new(move |id, text| {
            saves.store(true, Ordering::Relaxed);
            let folder = shared.read().unwrap_or_else(PoisonError::into_inner);
            let Some(folder) = folder.as_ref() else { return Ok(()) };
            let name = name(id);
            let mut out = folder.create(&name)?;
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            written.map_err(|error| wirecopy::error::Error::io(folder.target().join(&name), error))
        }));
        Ok(Self { folder: Some(folder), any })
    }

    /// Whether texts were to be saved and there was none.
    pub(super) fn lacks_texts(&self) -> bool {
        self.folder.is_some() && !self.any.load(Ordering::Relaxed)
    }

    /// Puts the folder into its place.
    pub(super) fn publish(self) -> Result<()> {
        let Some(folder) = self.folder else { return Ok(()) };
        let folder = folder.write().unwrap_or_else(PoisonError::into_inner).take();
        folder.map_or(Ok(()), |folder| folder.publish(false))
    }
}

/// The file of a document: its id as a path, `.txt` behind it.
fn name(id: &str) -> PathBuf {
    let id = id.replace(':', "/");
    let parts = Path::new(&id).components().filter_map(|part| match part {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    let mut name = parts.collect::<PathBuf>().into_os_string();
    name.push(".txt");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside() {
        assert_eq!(name("a/b.html"), Path::new("a/b.html.txt"));
        assert_eq!(name("crawl.warc.gz:12"), Path::new("crawl.warc.gz/12.txt"));
        assert_eq!(name("/etc/../../passwd"), Path::new("etc/passwd.txt"));
        assert_eq!(name(".."), Path::new(".txt"));
    }
}
