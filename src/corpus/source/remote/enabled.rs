//! Objects and where they are found.

use super::access::Access;
use super::failed::{Failed, failed, failure};
use super::listed;
use super::net::Net;
use super::stores::{Address, cure_of_access};
use crate::corpus::source::keys;
use crate::corpus::source::sniff::Asked;
use crate::error::{Error, Result};
use futures_util::TryStreamExt as _;
use object_store::path::Path as Key;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempPath;

/// An object that can be read, any number of times.
pub(crate) struct Object {
    net: Arc<Net>,
    store: Arc<dyn ObjectStore>,
    key: Key,
    /// A copy on this machine, once it was asked for.
    file: Mutex<Option<TempPath>>,
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Object").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Object {
    /// Starts to fetch it.
    #[expect(clippy::unnecessary_wraps, reason = "as opening a file, which may fail")]
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(self.net.open(Arc::clone(&self.store), self.key.clone())))
    }

    /// A copy on this machine, in `folder`; it is gone when the object is.
    pub(crate) fn file(&self, folder: Option<&Path>) -> io::Result<PathBuf> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &*file {
            return Ok(file.to_path_buf());
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".wirecopy-").suffix(".tmp");
        let (mut to, path) = match folder {
            Some(folder) => builder.tempfile_in(folder)?,
            None => builder.tempfile()?,
        }
        .into_parts();
        io::copy(&mut self.open()?, &mut to)?;
        Ok(file.insert(path).to_path_buf())
    }
}

/// The stores that were asked so far.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    access: Access,
    net: Option<Arc<Net>>,
    known: BTreeMap<(String, String, Option<String>), Arc<dyn ObjectStore>>,
}

impl Stores {
    /// Stores that are configured with `access`.
    pub(crate) fn new(access: Access) -> Self {
        Self { access, ..Self::default() }
    }

    /// The objects below an address: one object, all below a folder, or what matches a pattern;
    /// in the order of their keys.
    pub(crate) fn find(&mut self, input: &str) -> Result<Vec<listed::Listed<Object>>> {
        let Some(address) = Address::parse(input) else {
            return Err(refusal(input, "names no bucket or host", "write s3://bucket/key"));
        };
        let name = address.of(&address.key);
        let known = |error: &object_store::Error| self::refused(&name, &address.scheme, error);
        // The thread first: it brings the TLS that stores need.
        let net = if let Some(net) = &self.net {
            Arc::clone(net)
        } else {
            let net = Net::new().map_err(|error| Error::io(&name, error))?;
            Arc::clone(self.net.insert(net))
        };
        let store = if let Some(store) = self.known.get(&address.store_name()) {
            Arc::clone(store)
        } else {
            let store = address.store(&self.access).map_err(|error| known(&error))?;
            self.known.insert(address.store_name(), Arc::clone(&store));
            store
        };
        let search = Search { net, store, address: &address, name: &name };
        if !address.is_web() && address.key.contains(['*', '?', '[']) {
            return search.pattern();
        }
        let is_folder = address.key.is_empty() || address.key.ends_with('/');
        if is_folder && !address.is_web() { search.folder() } else { search.one() }
    }
}

fn refusal(path: &str, cause: impl Into<String>, cure: impl Into<String>) -> Error {
    Error::Input { path: path.into(), cause: cause.into(), cure: cure.into() }
}

/// What a store says, with the cure for its kind.
fn refused(name: &str, scheme: &str, error: &object_store::Error) -> Error {
    let failed = failed(error);
    let (cause, cure) = failure(&failed).unwrap_or_default();
    let denied = failed.get_ref().and_then(|error| error.downcast_ref::<Failed>());
    let denied = denied.is_some_and(|failed| failed.denied);
    refusal(name, cause, if denied { cure_of_access(scheme).to_owned() } else { cure })
}

/// A look into one store.
struct Search<'a> {
    net: Arc<Net>,
    store: Arc<dyn ObjectStore>,
    address: &'a Address,
    name: &'a str,
}

impl Search<'_> {
    fn refused(&self, error: &object_store::Error) -> Error {
        refused(self.name, &self.address.scheme, error)
    }

    /// Asks the store something.
    fn ask<T: Send + 'static>(
        &self,
        question: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<object_store::Result<T>> {
        self.net.wait(question).map_err(|error| Error::io(self.name, error))
    }

    /// The object of this name, else what is below a folder of this name.
    fn one(&self) -> Result<Vec<listed::Listed<Object>>> {
        let key = self.address.key().map_err(|error| self.refused(&error))?;
        let (store, asked, is_web) = (Arc::clone(&self.store), key.clone(), self.address.is_web());
        let found = self.ask(async move {
            // What is signed to be fetched is not signed to be asked about.
            if is_web { Ok(store.get(&asked).await?.meta) } else { store.head(&asked).await }
        })?;
        match found {
            Ok(meta) => Ok(vec![self.found(self.name, key, meta.size, (Asked::Named, None))]),
            Err(object_store::Error::NotFound { .. }) if !self.address.is_web() => self.folder(),
            Err(error) => Err(self.refused(&error)),
        }
    }

    /// Everything below a folder, but what is hidden or a mark of another program.
    fn folder(&self) -> Result<Vec<listed::Listed<Object>>> {
        let root = self.address.key.trim_end_matches('/');
        let mut all = Vec::new();
        for object in self.list(root)? {
            let key = object.location.as_ref();
            let below = key.strip_prefix(root).unwrap_or(key).trim_start_matches('/');
            if below.is_empty() || below.split('/').any(|part| part.starts_with(['.', '_'])) {
                continue;
            }
            let mut folders = below.rsplit_once('/').map_or("", |(folders, _)| folders).split('/');
            let outlet = folders.find(|name| !name.is_empty() && keys::key(name).is_none());
            let outlet = outlet.map(Arc::from);
            let name = self.address.of(key);
            let asked = (Asked::Found, outlet);
            all.push(self.found(&name, object.location.clone(), object.size, asked));
        }
        if all.is_empty() {
            let cause = "there is no such object, and none below it";
            return Err(refusal(self.name, cause, "check bucket and key"));
        }
        Ok(all)
    }

    /// What matches a pattern; `*` stays within a part of the key.
    fn pattern(&self) -> Result<Vec<listed::Listed<Object>>> {
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let pattern = glob::Pattern::new(&self.address.key).map_err(|error| {
            refusal(self.name, format!("bad pattern: {error}"), "check the pattern")
        })?;
        let plain = self.address.key.split(['*', '?', '[']).next().unwrap_or_default();
        let root = plain.rsplit_once('/').map_or("", |(root, _)| root);
        let mut all = Vec::new();
        for object in self.list(root)? {
            if pattern.matches_with(object.location.as_ref(), options) {
                let name = self.address.of(object.location.as_ref());
                let asked = (Asked::Matched, None);
                all.push(self.found(&name, object.location.clone(), object.size, asked));
            }
        }
        if all.is_empty() {
            return Err(refusal(self.name, "no object matches", "check the pattern"));
        }
        Ok(all)
    }

    /// Objects below a folder, by the bytes of their keys.
    fn list(&self, root: &str) -> Result<Vec<ObjectMeta>> {
        let root = Key::parse(root).map_err(|error| self.refused(&error.into()))?;
        let store = Arc::clone(&self.store);
        let listed =
            self.ask(async move { store.list(Some(&root)).try_collect::<Vec<_>>().await })?;
        let mut all = listed.map_err(|error| self.refused(&error))?;
        all.sort_by(|a, b| a.location.as_ref().cmp(b.location.as_ref()));
        Ok(all)
    }

    fn found(
        &self,
        name: &str,
        key: Key,
        bytes: u64,
        (asked, outlet): (Asked, Option<Arc<str>>),
    ) -> listed::Listed<Object> {
        let (net, store) = (Arc::clone(&self.net), Arc::clone(&self.store));
        let object = Object { net, store, key, file: Mutex::default() };
        listed::Listed { path: name.into(), object, bytes, asked, outlet }
    }
}
