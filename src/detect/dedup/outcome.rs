//! Clusters of texts become clusters of documents, and the pairs to be listed.

use super::claims::Claims;
use super::likeness::{Found, Likeness, Near};
use super::texts::Texts;
use crate::cluster::Cluster;

/// How alike documents of one text are.
pub(super) type Equal<'e> = &'e dyn Fn(u32) -> Likeness;

/// A document in a cluster of two or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Member {
    pub(super) document: u32,
    /// Index in [`Outcome::clusters`].
    pub(super) cluster: u32,
    /// How alike it and the representative are, its own side first.
    pub(super) likeness: Likeness,
}

/// A cluster of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) representative: u32,
    pub(super) size: u32,
}

/// What the run has to say about documents.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// In the order of their first members.
    pub(super) clusters: Vec<Group>,
    /// By document.
    pub(super) members: Vec<Member>,
    /// Input documents that are removed, ascending.
    pub(super) removed: Vec<u32>,
    /// Removed documents that have the text of one that stays.
    pub(super) exact: usize,
    /// Listed pairs, in order.
    pub(super) pairs: Vec<Near>,
    pub(super) partly_listed: usize,
}

impl Outcome {
    /// From the clusters of texts that have a similar one; the others may still have equal
    /// documents.
    pub(super) fn new(found: &Found, claims: &Claims<'_>, equal: Equal<'_>) -> Self {
        let texts = claims.texts;
        let mut outcome = Self::default();
        let mut grouped = vec![false; texts.count() as usize];
        for cluster in &found.clusters {
            let others = cluster.members.iter().map(|(text, _)| *text);
            others.chain([cluster.representative]).for_each(|t| grouped[t as usize] = true);
            outcome.add(cluster, claims, &|text, degree| {
                if text == cluster.representative {
                    return equal(text);
                }
                let known = found.likeness(text, cluster.representative);
                known.unwrap_or(Likeness::Jaccard(degree))
            });
        }
        for text in (0..texts.count()).filter(|&text| !grouped[text as usize]) {
            if texts.documents(text).len() > 1 {
                let cluster = Cluster { representative: text, members: Vec::new() };
                outcome.add(&cluster, claims, &|text, _| equal(text));
            }
        }
        outcome.number();
        outcome
    }

    /// How many documents the same clusters remove.
    pub(super) fn removed(clusters: &[Cluster], claims: &Claims<'_>) -> usize {
        let texts = claims.texts;
        let inputs = claims.documents.inputs();
        let of_inputs = |text: u32| texts.documents(text).partition_point(|&d| d < inputs);
        let stays = |text: u32| usize::from(claims.best(text) < inputs);
        let all: usize = (0..texts.count()).map(of_inputs).sum();
        let mut alone = vec![true; texts.count() as usize];
        let mut kept = 0;
        for cluster in clusters {
            cluster.members.iter().for_each(|(text, _)| alone[*text as usize] = false);
            alone[cluster.representative as usize] = false;
            kept += stays(cluster.representative);
        }
        kept += (0..texts.count()).filter(|&t| alone[t as usize]).map(stays).sum::<usize>();
        all.saturating_sub(kept)
    }

    /// Adds the documents of a cluster.
    fn add(
        &mut self,
        cluster: &Cluster,
        claims: &Claims<'_>,
        likeness: &dyn Fn(u32, f64) -> Likeness,
    ) {
        let representative = claims.best(cluster.representative);
        let number = crate::limits::narrow(self.clusters.len());
        let begin = self.members.len();
        let own = [(cluster.representative, 1.0)];
        for &(text, degree) in own.iter().chain(&cluster.members) {
            let likeness = likeness(text, degree);
            for &document in claims.texts.documents(text) {
                // Documents of the other corpus are never removed, so only the one that
                // represents them is a member.
                if document == representative || document < claims.documents.inputs() {
                    self.members.push(Member { document, cluster: number, likeness });
                }
            }
        }
        let added = &self.members[begin..];
        if added.len() < 2 {
            self.members.truncate(begin);
            return;
        }
        let size = crate::limits::narrow(added.len());
        for member in added.iter().filter(|member| member.document != representative) {
            self.removed.push(member.document);
            let text = claims.texts.of(member.document);
            self.exact += usize::from(text == cluster.representative);
        }
        self.clusters.push(Group { representative, size });
    }

    /// Numbers the clusters by their first members.
    fn number(&mut self) {
        self.members.sort_unstable_by_key(|member| member.document);
        self.removed.sort_unstable();
        let mut new = vec![None; self.clusters.len()];
        let mut clusters = Vec::with_capacity(self.clusters.len());
        for member in &mut self.members {
            let old = member.cluster as usize;
            member.cluster = *new[old].get_or_insert_with(|| {
                clusters.push(self.clusters[old]);
                crate::limits::narrow(clusters.len() - 1)
            });
        }
        self.clusters = clusters;
    }

    /// Lists pairs of documents: of every component all that reach the threshold, or, where it
    /// has more than `most` documents, those that tie it together.
    pub(super) fn list(
        &mut self,
        found: &Found,
        claims: &Claims<'_>,
        equal: Equal<'_>,
        most: usize,
    ) {
        let components = &found.components;
        let texts = claims.texts;
        let mut whole = vec![true; texts.count() as usize];
        for component in components {
            let size: usize = component.iter().map(|&text| texts.documents(text).len()).sum();
            if size > most {
                self.partly_listed += 1;
                for &text in component {
                    whole[text as usize] = false;
                }
            }
        }
        let mut alone = vec![true; texts.count() as usize];
        components.iter().flatten().for_each(|&text| alone[text as usize] = false);
        for text in 0..texts.count() {
            let documents = texts.documents(text);
            if alone[text as usize] && documents.len() > most {
                self.partly_listed += 1;
                whole[text as usize] = false;
            }
            self.list_equal(documents, whole[text as usize], equal(text));
        }
        for &near in &found.near {
            self.list_similar(near, texts, whole[near.0 as usize]);
        }
        let inputs = claims.documents.inputs();
        self.pairs.retain(|&(a, b, _)| a.min(b) < inputs);
        self.pairs.sort_unstable_by_key(|&(a, b, _)| (a, b));
    }

    fn list_equal(&mut self, documents: &[u32], whole: bool, likeness: Likeness) {
        for (n, &a) in documents.iter().enumerate().take(if whole { documents.len() } else { 1 }) {
            self.pairs.extend(documents[n + 1..].iter().map(|&b| (a, b, likeness)));
        }
    }

    fn list_similar(&mut self, (a, b, likeness): Near, texts: &Texts, whole: bool) {
        let of = |text: u32| {
            let documents = texts.documents(text);
            if whole { documents } else { &documents[..1] }
        };
        for &a in of(a) {
            self.pairs.extend(
                of(b).iter().map(
                    |&b| {
                        if a < b { (a, b, likeness) } else { (b, a, likeness.turned()) }
                    },
                ),
            );
        }
    }
}
