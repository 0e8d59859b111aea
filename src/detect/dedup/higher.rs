//! Clusters at thresholds from that of the search on.
//!
//! Used by `jaccard` for the table of thresholds and for a wanted number of documents. Of a small
//! component all pairs are known, so a higher threshold only leaves some of them out. Of a large
//! one those pairs are known that tie it together at the threshold of the search, which says little
//! of a higher one: its texts are searched, verified and split again, as a run at that threshold
//! does it. Invariant: no number is told that was not made by real clusters.

use super::DedupConfig;
use super::claims::Claims;
use super::group::Grouping;
use super::ladder;
use super::neighbours::Neighbours;
use super::outcome::Outcome;
use super::score::{Scored, Scorer};
use super::search::{self, Filter};
use super::setting::Setting;
use crate::cluster::{Cluster, Similar, Splitter};
use crate::components::Components;
use crate::error::Result;

/// A threshold is looked for by halves where large components have more texts than one in so many
/// of those for which there is a table: otherwise it takes some sixty steps.
const STEPWISE: usize = 10;

/// What a threshold makes of the texts.
pub(super) struct Made {
    pub(super) near: Vec<Scored>,
    pub(super) components: Vec<Vec<u32>>,
    pub(super) clusters: Vec<Cluster>,
    /// Pairs that were scored for it.
    pub(super) scored: u64,
}

/// All that is needed to make clusters at a threshold.
pub(super) struct Higher<'s, 'a> {
    setting: Setting<'s>,
    claims: &'s Claims<'s>,
    scorer: &'s mut Scorer<'a>,
    /// The pairs of small components.
    known: Vec<Scored>,
    /// Whether a text is in a large component, and how many are.
    large: Vec<bool>,
    count: usize,
}

impl<'s, 'a> Higher<'s, 'a> {
    /// From the components at the threshold of the search, whose pairs `scorer` knows.
    pub(super) fn new(
        setting: Setting<'s>,
        claims: &'s Claims<'s>,
        components: &[Vec<u32>],
        scorer: &'s mut Scorer<'a>,
    ) -> Self {
        let most = setting.config.read.limits.listed_component;
        let mut large = vec![false; claims.texts.count() as usize];
        let mut count = 0;
        for component in components.iter().filter(|component| component.len() > most) {
            for &text in component {
                large[text as usize] = true;
            }
            count += component.len();
        }
        let is_known = |pair: &&Scored| !large[pair.0 as usize];
        let known = scorer.near().iter().filter(is_known).copied().collect();
        Self { setting, claims, scorer, known, large, count }
    }

    /// The threshold of the run.
    pub(super) fn choose(&mut self) -> Result<f64> {
        let config = self.setting.config;
        let documents = self.claims.documents.inputs();
        let is_dear = self.count > config.read.limits.ladder_texts / STEPWISE;
        let choose = if is_dear { ladder::choose_by_halves } else { ladder::choose };
        choose(config, documents, &mut |threshold| self.removed(threshold))
    }

    /// What the thresholds of the table remove, other than the one of the run. Where too many texts
    /// would have to be clustered anew for each, there are none, and that is said.
    pub(super) fn others(&mut self, own: f64) -> Result<Vec<(f64, usize)>> {
        let config = self.setting.config;
        if self.count > config.read.limits.ladder_texts {
            self.setting.progress.note(&format!(
                "what other thresholds would remove is left open: {} texts are in large groups, \
                 which each of them would cluster anew. {{threshold}} tells it of one",
                self.count
            ));
            return Ok(Vec::new());
        }
        ladder::others(own, config.threshold, &mut |threshold| self.removed(threshold))
    }

    /// How many documents a threshold removes.
    fn removed(&mut self, threshold: f64) -> Result<usize> {
        Ok(Outcome::removed(&self.at(threshold)?.clusters, self.claims))
    }

    /// What a threshold makes of all texts.
    pub(super) fn at(&mut self, threshold: f64) -> Result<Made> {
        let reach = |pair: &&Scored| pair.2 >= threshold;
        let near: Vec<Scored> = self.known.iter().filter(reach).copied().collect();
        let components = groups(&near, self.claims);
        let clusters = known_clusters(&near, &components, self.claims)?;
        let mut made = Made { near, components, clusters, scored: 0 };
        if self.count > 0 {
            self.search_large(threshold, &mut made)?;
        }
        Ok(made)
    }

    /// Searches, verifies and splits the texts of large components again.
    fn search_large(&mut self, threshold: f64, made: &mut Made) -> Result<()> {
        let Setting { config, banding, spill, .. } = self.setting;
        let (documents, texts) = (self.claims.documents, self.claims.texts);
        let config = &DedupConfig { threshold, ..config.clone() };
        let filter = Filter::new(documents, texts, banding, threshold);
        let (edges, _) =
            search::search((documents, texts), &filter, (banding, config, spill), &self.large)?;
        let before = self.scorer.begin_anew(threshold);
        let limits = &config.read.limits;
        let mut grouping =
            Grouping { filter: &filter, limits, claims: self.claims, scored: Vec::new() };
        let components = grouping.components(&edges, self.scorer)?;
        made.clusters.extend(grouping.clusters(&components, self.scorer)?);
        made.components.extend(components);
        let (scored, near) = self.scorer.go_back(before);
        made.near.extend(near);
        made.scored = scored;
        Ok(())
    }
}

/// Texts that are connected through pairs.
fn groups(near: &[Scored], claims: &Claims<'_>) -> Vec<Vec<u32>> {
    let mut components = Components::new(claims.texts.count());
    for &(a, b, _) in near {
        components.union(a, b);
    }
    components.groups()
}

/// The clusters of components of which all pairs are known.
fn known_clusters(
    near: &[Scored],
    components: &[Vec<u32>],
    claims: &Claims<'_>,
) -> Result<Vec<Cluster>> {
    let texts = claims.texts.count();
    let mut known = Known { neighbours: &Neighbours::new(texts, near), claims };
    let (mut splitter, mut clusters) = (Splitter::new(texts), Vec::new());
    for component in components {
        clusters.extend(splitter.split(&claims.order_of_texts(component), &mut known)?);
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
