//! The texts that were extracted from pages, as files (`--save-text`).
//!
//! Offsets refer to them. Written while pages are read, and published as one folder when the run
//! is done. Invariant: a name never leads out of the folder, whatever a page is called.

use super::args::ReadArgs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use wirecopy::corpus::{ReadOptions, SaveText};
use wirecopy::error::Result;
use wirecopy::store::FolderDraft;

/// The folder of texts, if it was asked for.
pub(super) struct Saved(Option<Arc<RwLock<Option<FolderDraft>>>>);

impl Saved {
    /// Begins the folder, and lets `read` fill it.
    pub(super) fn begin(args: &ReadArgs, read: &mut ReadOptions) -> Result<Self> {
        let Some(target) = &args.save_text else { return Ok(Self(None)) };
        let mut folder = FolderDraft::begin(target)?;
        folder.refuse_occupied()?;
        folder.clear()?;
        let folder = Arc::new(RwLock::new(Some(folder)));
        let shared = Arc::clone(&folder);
        read.save_text = Some(SaveText::new(move |id, text| {
            let folder = shared.read().unwrap_or_else(PoisonError::into_inner);
            let Some(folder) = folder.as_ref() else { return Ok(()) };
            let name = name(id);
            let mut out = folder.create(&name)?;
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            written.map_err(|error| wirecopy::error::Error::io(folder.target().join(&name), error))
        }));
        Ok(Self(Some(folder)))
    }

    /// Puts the folder into its place.
    pub(super) fn publish(self) -> Result<()> {
        let Some(folder) = self.0 else { return Ok(()) };
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
