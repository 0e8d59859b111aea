//! What a deduplication found; records are made from it on demand.

use super::documents::Documents;
use super::outcome::{Member, Outcome};
use super::runs::{Run, Runs};
use crate::corpus::Corpus;
use crate::record::{CoveredDuplicate, CoveredPair, DedupSummary, DocumentPair, Duplicate};
use std::borrow::Cow;

/// Everything a deduplication found.
#[derive(Debug)]
pub struct DedupResult {
    /// The inputs, and the other corpus where there is one.
    pub(super) corpora: Vec<Corpus>,
    pub(super) documents: Documents,
    pub(super) outcome: Outcome,
    /// Coverage was the measure.
    pub(super) by_coverage: bool,
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
    /// other corpus that represent a cluster. None where coverage was the measure: see
    /// [`covered_duplicates`](Self::covered_duplicates).
    #[must_use = "iterators are lazy"]
    pub fn duplicates(&self) -> impl ExactSizeIterator<Item = Duplicate<'_>> {
        let members = if self.by_coverage { &[][..] } else { &self.outcome.members };
        members.iter().map(|member| {
            let (cluster_size, duplicate_of) = self.place(member);
            Duplicate {
                id: self.id(member.document),
                cluster: member.cluster,
                cluster_size,
                representative: duplicate_of.is_none(),
                duplicate_of,
                jaccard: member.likeness.degree(),
            }
        })
    }

    /// The same where coverage was the measure, and none where it was not.
    #[must_use = "iterators are lazy"]
    pub fn covered_duplicates(&self) -> impl ExactSizeIterator<Item = CoveredDuplicate<'_>> {
        let members = if self.by_coverage { &self.outcome.members } else { &[][..] };
        members.iter().map(|member| {
            let (cluster_size, duplicate_of) = self.place(member);
            let shares = member.likeness.shares();
            CoveredDuplicate {
                id: self.id(member.document),
                cluster: member.cluster,
                cluster_size,
                representative: duplicate_of.is_none(),
                duplicate_of,
                coverage: shares.map(|_| member.likeness.degree()),
                cover: shares.map(|(own, _)| own),
                cover_of_representative: shares.map(|(_, other)| other),
                jaccard: member.likeness.jaccard(),
            }
        })
    }

    /// Documents in the cluster of a member, and what represents it where that is another.
    fn place(&self, member: &Member) -> (usize, Option<Cow<'_, str>>) {
        let group = self.outcome.clusters[member.cluster as usize];
        let represented = group.representative != member.document;
        (group.size as usize, represented.then(|| self.id(group.representative)))
    }

    /// The listed pairs, in input order of their documents. None where coverage was the measure:
    /// see [`covered_pairs`](Self::covered_pairs).
    #[must_use = "iterators are lazy"]
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = DocumentPair<'_>> {
        let pairs = if self.by_coverage { &[][..] } else { &self.outcome.pairs };
        pairs.iter().map(|&(a, b, likeness)| DocumentPair {
            a: self.id(a),
            b: self.id(b),
            jaccard: likeness.degree(),
        })
    }

    /// The same where coverage was the measure, and none where it was not.
    #[must_use = "iterators are lazy"]
    pub fn covered_pairs(&self) -> impl ExactSizeIterator<Item = CoveredPair<'_>> {
        let pairs = if self.by_coverage { &self.outcome.pairs } else { &[][..] };
        pairs.iter().map(|&(a, b, likeness)| {
            let shares = likeness.shares();
            CoveredPair {
                a: self.id(a),
                b: self.id(b),
                coverage: shares.map(|_| likeness.degree()),
                cover_a: shares.map(|(of_a, _)| of_a),
                cover_b: shares.map(|(_, of_b)| of_b),
                jaccard: likeness.jaccard(),
            }
        })
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
