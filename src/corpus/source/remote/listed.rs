//! What a search in a store finds.

use crate::corpus::source::sniff::Asked;
use std::path::PathBuf;
use std::sync::Arc;

/// An object that was found.
#[derive(Debug)]
pub(crate) struct Listed<O> {
    /// Its address, without what is secret.
    pub(crate) path: PathBuf,
    pub(crate) object: O,
    /// Its size; 0 where unknown.
    pub(crate) bytes: u64,
    pub(crate) asked: Asked,
    /// The folder it was found in.
    pub(crate) outlet: Option<Arc<str>>,
}
