//! What searches by Jaccard similarity need beside the texts.
//!
//! Made once for a run, read by `jaccard`, `higher` and `cover`. Invariant: it does not change.

use super::DedupConfig;
use super::documents::Spill;
use crate::detect::Progress;
use crate::sketch::Banding;

/// What the search needs beside the texts.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) config: &'a DedupConfig,
    pub(super) banding: Banding,
    pub(super) spill: &'a Spill,
    pub(super) progress: &'a dyn Progress,
    /// What other thresholds would remove is wanted too.
    pub(super) ladder: bool,
}
