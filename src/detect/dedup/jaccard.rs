//! What is alike by the Jaccard similarity of sets of shingles.
//!
//! Signatures propose pairs (search), the texts of these are read again and compared exactly
//! (score), verified pairs become components and these clusters (group). Used for all texts, and by
//! `cover` for those that are too short for a passage. Invariant: a pair is alike only where its
//! similarity was computed.

use super::claims::Claims;
use super::group::Grouping;
use super::higher::Higher;
use super::likeness::{Found, Likeness};
use super::score::{Scorer, Sources};
use super::search::{self, Filter};
use super::setting::Setting;
use crate::error::Result;
use crate::lsh::Edge;

/// Called with the name of every stage that begins.
pub(super) type Begin<'b> = &'b mut dyn FnMut(&'static str) -> Result<()>;

/// Finds what is alike among the texts of `claims`.
pub(super) fn find(
    setting: Setting<'_>,
    claims: &Claims<'_>,
    sources: Sources<'_>,
    begin: Begin<'_>,
) -> Result<Found> {
    let Setting { config, banding, spill, .. } = setting;
    let (documents, texts) = (claims.documents, claims.texts);
    let filter = Filter::new(documents, texts, banding, config.threshold);
    let (edges, mega_buckets) =
        search::search((documents, texts), &filter, (banding, config, spill), &[])?;
    let found = of_edges(setting, claims, (sources, &filter, &edges), begin)?;
    Ok(Found { mega_buckets, ..found })
}

/// Finds what is alike among texts whose candidate edges are known.
pub(super) fn of_edges(
    setting: Setting<'_>,
    claims: &Claims<'_>,
    (sources, filter, edges): (Sources<'_>, &Filter<'_>, &[Edge]),
    begin: Begin<'_>,
) -> Result<Found> {
    let Setting { config, progress, ladder, .. } = setting;
    let (documents, texts) = (claims.documents, claims.texts);
    begin("verify")?;
    let mut scorer = Scorer::new(config, sources, (documents, texts), progress);
    let limits = &config.read.limits;
    let mut grouping = Grouping { filter, limits, claims, scored: Vec::new() };
    let mut components = grouping.components(edges, &mut scorer)?;
    begin("cluster")?;
    let (mut others, mut raised) = (Vec::new(), None);
    if ladder {
        let mut higher = Higher::new(setting, claims, &components, &mut scorer);
        let chosen = higher.choose()?;
        others = higher.others(chosen)?;
        if chosen > config.threshold {
            raised = Some((chosen, higher.at(chosen)?));
        }
    }
    let clusters = if let Some((chosen, made)) = raised {
        scorer.raise(chosen, made.near, made.scored);
        components = made.components;
        made.clusters
    } else {
        grouping.clusters(&components, &mut scorer)?
    };
    let threshold = scorer.threshold();
    let (verified, near) = scorer.finish();
    let near = near.into_iter().map(|(a, b, jaccard)| (a, b, Likeness::Jaccard(jaccard)));
    Ok(Found {
        clusters,
        components,
        near: near.collect(),
        candidates: edges.len() as u64,
        verified,
        mega_buckets: 0,
        threshold,
        others,
    })
}
