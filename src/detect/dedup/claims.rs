//! Which document of a cluster is kept.

use super::Keep;
use super::documents::Documents;
use super::texts::Texts;
use crate::corpus::Corpus;
use std::cmp::Ordering;

/// Compares documents, and texts by their best documents.
pub(super) struct Claims<'a> {
    pub(super) keep: &'a Keep,
    pub(super) corpora: &'a [Corpus],
    pub(super) documents: &'a Documents,
    pub(super) texts: &'a Texts,
}

impl Claims<'_> {
    /// Whether a document is of the other corpus.
    fn is_against(&self, document: u32) -> bool {
        document >= self.documents.inputs()
    }

    /// Whether a text is in the other corpus (whose documents have the highest numbers).
    pub(super) fn is_foreign(&self, text: u32) -> bool {
        self.texts.documents(text).last().is_some_and(|&document| self.is_against(document))
    }

    /// Whether two texts may be copies of each other: not two of the other corpus, and not of
    /// different values where copies count only inside one.
    pub(super) fn may_pair(&self, a: u32, b: u32) -> bool {
        let group = |text: u32| self.documents.group(self.texts.head(text));
        group(a) == group(b) && !(self.is_foreign(a) && self.is_foreign(b))
    }

    /// The better claim first: documents of the other corpus, since those cannot be removed; then
    /// by policy, id and place.
    pub(super) fn order(&self, a: u32, b: u32) -> Ordering {
        let side = self.is_against(b).cmp(&self.is_against(a));
        if *self.keep == Keep::First {
            return side.then(a.cmp(&b));
        }
        let claim = || self.documents.claim(b).total_cmp(&self.documents.claim(a));
        let id = || self.documents.id(a, self.corpora).cmp(&self.documents.id(b, self.corpora));
        side.then_with(claim).then_with(id).then(a.cmp(&b))
    }

    /// The document of a text with the best claim.
    pub(super) fn best(&self, text: u32) -> u32 {
        let documents = self.texts.documents(text).iter().copied();
        documents.min_by(|&a, &b| self.order(a, b)).unwrap_or(0)
    }

    /// Texts in the order of the claims of their best documents.
    pub(super) fn order_of_texts(&self, texts: &[u32]) -> Vec<u32> {
        let mut best: Vec<(u32, u32)> = texts.iter().map(|&text| (self.best(text), text)).collect();
        best.sort_by(|a, b| self.order(a.0, b.0));
        best.into_iter().map(|(_, text)| text).collect()
    }
}
