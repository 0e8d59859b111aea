//! What is alike by the Jaccard similarity of sets of shingles.
//!
//! Signatures propose pairs (search), the texts of these are read again and compared exactly
//! (score), verified pairs become components and these clusters (group). Used for all texts, and by
//! `cover` for those that are too short for a passage. Invariant: a pair is alike only where its
//! similarity was computed.

use super::DedupConfig;
use super::claims::Claims;
use super::documents::Spill;
use super::group::Grouping;
use super::likeness::{Found, Likeness};
use super::score::{Scorer, Sources};
use super::search::{self, Filter};
use crate::detect::Progress;
use crate::error::Result;
use crate::sketch::Banding;

/// What the search needs beside the texts.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) config: &'a DedupConfig,
    pub(super) banding: Banding,
    pub(super) spill: &'a Spill,
    pub(super) progress: &'a dyn Progress,
}

/// Called with the name of every stage that begins.
pub(super) type Begin<'b> = &'b mut dyn FnMut(&'static str) -> Result<()>;

/// Finds what is alike among the texts of `claims`.
pub(super) fn find(
    setting: Setting<'_>,
    claims: &Claims<'_>,
    sources: Sources<'_>,
    begin: Begin<'_>,
) -> Result<Found> {
    let Setting { config, banding, spill, progress } = setting;
    let (documents, texts) = (claims.documents, claims.texts);
    let filter = Filter::new(documents, texts, banding, config.threshold);
    let (edges, mega_buckets) =
        search::search(documents, texts, &filter, (banding, config, spill))?;
    begin("verify")?;
    let mut scorer = Scorer::new(config, sources, (documents, texts), progress);
    let limits = &config.read.limits;
    let mut grouping = Grouping { filter: &filter, limits, claims, scored: Vec::new() };
    let components = grouping.components(&edges, &mut scorer)?;
    begin("cluster")?;
    let clusters = grouping.clusters(&components, &mut scorer)?;
    let (verified, near) = scorer.finish();
    let near = near.into_iter().map(|(a, b, jaccard)| (a, b, Likeness::Jaccard(jaccard)));
    Ok(Found {
        clusters,
        components,
        near: near.collect(),
        candidates: edges.len() as u64,
        verified,
        mega_buckets,
    })
}
