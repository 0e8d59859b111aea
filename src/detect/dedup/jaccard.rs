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
use super::ladder;
use super::likeness::{Found, Likeness};
use super::neighbours::Neighbours;
use super::outcome::Outcome;
use super::score::{Scored, Scorer, Sources};
use super::search::{self, Filter};
use crate::cluster::{Cluster, Similar, Splitter};
use crate::components::Components;
use crate::detect::Progress;
use crate::error::Result;
use crate::lsh::Edge;
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
        search::search(documents, texts, &filter, (banding, config, spill))?;
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
    let components = grouping.components(edges, &mut scorer)?;
    begin("cluster")?;
    let (components, others) = if ladder {
        raise(config, claims, components, &mut scorer)?
    } else {
        (components, Vec::new())
    };
    let clusters = grouping.clusters(&components, &mut scorer)?;
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

/// Other thresholds and how many documents they would remove.
type Others = Vec<(f64, usize)>;

/// Has the scorer forget the pairs below the threshold that the settings ask for. Returns the
/// components that are left, and what other thresholds would remove.
fn raise(
    config: &DedupConfig,
    claims: &Claims<'_>,
    components: Vec<Vec<u32>>,
    scorer: &mut Scorer<'_>,
) -> Result<(Vec<Vec<u32>>, Others)> {
    let mut removed = |threshold: f64| {
        let reach = |pair: &&Scored| pair.2 >= threshold;
        let near: Vec<Scored> = scorer.near().iter().filter(reach).copied().collect();
        Ok(Outcome::removed(&known_clusters(&near, claims)?, claims))
    };
    let chosen = ladder::choose(config, claims.documents.inputs(), &mut removed)?;
    let others = ladder::others(chosen, config.threshold, &mut removed)?;
    if chosen <= config.threshold {
        return Ok((components, others));
    }
    scorer.raise(chosen);
    Ok((groups(scorer.near(), claims), others))
}

/// Texts that are connected through pairs.
fn groups(near: &[Scored], claims: &Claims<'_>) -> Vec<Vec<u32>> {
    let mut components = Components::new(claims.texts.count());
    for &(a, b, _) in near {
        components.union(a, b);
    }
    components.groups()
}

/// The clusters that known pairs make, without a look at any other.
fn known_clusters(near: &[Scored], claims: &Claims<'_>) -> Result<Vec<Cluster>> {
    let texts = claims.texts.count();
    let mut known = Known { neighbours: &Neighbours::new(texts, near), claims };
    let (mut splitter, mut clusters) = (Splitter::new(texts), Vec::new());
    for component in groups(near, claims) {
        clusters.extend(splitter.split(&claims.order_of_texts(&component), &mut known)?);
    }
    Ok(clusters)
}

/// Answers the splitter by the pairs that are known.
struct Known<'a> {
    neighbours: &'a Neighbours,
    claims: &'a Claims<'a>,
}

impl Similar for Known<'_> {
    fn joins(&mut self, _: u32, _: &[u32]) -> Result<Option<(usize, f64)>> {
        Ok(None)
    }

    fn near(&mut self, node: u32, _: &Splitter) -> Result<Vec<(u32, f64)>> {
        let may = |(other, _): &&(u32, f64)| self.claims.may_pair(node, *other);
        Ok(self.neighbours.of(node).iter().filter(may).copied().collect())
    }
}
