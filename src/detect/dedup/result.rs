//! What a deduplication found; records are made from it on demand.

use super::documents::Documents;
use super::outcome::{Member, Outcome};
use super::runs::{Run, Runs};
use crate::corpus::Corpus;
use crate::record::{DedupSummary, DocumentPair, Duplicate};
use std::borrow::Cow;

/// Everything a deduplication found.
#[derive(Debug)]
pub struct DedupResult {
    /// The inputs, and the other corpus where there is one.
    pub(super) corpora: Vec<Corpus>,
    pub(super) documents: Documents,
    pub(super) outcome: Outcome,
    pub(super) summary: DedupSummary,
}

impl DedupResult {
    /// Counts, settings and times.
    #[must_use]
    pub fn summary(&self) -> &DedupSummary {
        &self.summary
    }

    /// Numbers of the input documents that are removed, ascending.
    #[must_use]
    pub fn removed(&self) -> &[u32] {
        &self.outcome.removed
    }

    /// Numbers of the input documents that are kept, ascending.
    #[must_use = "iterators are lazy"]
    pub fn kept(&self) -> impl Iterator<Item = u32> {
        let mut removed = self.outcome.removed.iter().copied().peekable();
        (0..self.documents.inputs()).filter(move |n| removed.next_if_eq(n).is_none())
    }

    /// The name of a document: its id, else `PATH:N` or `PATH`.
    #[must_use]
    pub fn id(&self, document: u32) -> Cow<'_, str> {
        self.documents.id(document, &self.corpora)
    }

    /// All documents in a cluster of two or more: those of the inputs in order, then those of the
    /// other corpus that represent a cluster.
    #[must_use = "iterators are lazy"]
    pub fn duplicates(&self) -> impl ExactSizeIterator<Item = Duplicate<'_>> {
        self.outcome.members.iter().map(|member| self.duplicate(member))
    }

    fn duplicate(&self, member: &Member) -> Duplicate<'_> {
        let group = self.outcome.clusters[member.cluster as usize];
        let representative = group.representative == member.document;
        Duplicate {
            id: self.id(member.document),
            cluster: member.cluster,
            cluster_size: group.size as usize,
            representative,
            duplicate_of: (!representative).then(|| self.id(group.representative)),
            jaccard: member.jaccard,
        }
    }

    /// The listed pairs, in input order of their documents.
    #[must_use = "iterators are lazy"]
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = DocumentPair<'_>> {
        let pair = |&(a, b, jaccard): &(u32, u32, f64)| DocumentPair {
            a: self.id(a),
            b: self.id(b),
            jaccard,
        };
        self.outcome.pairs.iter().map(pair)
    }

    /// The kept records as runs of neighbours, in input order.
    #[must_use = "iterators are lazy"]
    pub fn kept_runs(&self) -> impl Iterator<Item = Run> {
        Runs::new(&self.documents, &self.outcome.removed, self.corpora.first())
    }

    /// The inputs, and the other corpus where there is one.
    #[must_use]
    pub fn corpora(&self) -> &[Corpus] {
        &self.corpora
    }
}
