//! What is judged and what is found: families as cases, and the verdicts on them.
//!
//! Cases are made by detect from families and their places, verdicts go back to it and from there
//! into records. Invariant: the origins of a verdict are in the order of the places of its case.

use super::direction::{Earliest, Origin};
use super::evidence::Evidence;
use super::kind::Kind;
use crate::corpus::Document;
use crate::limits::narrow;
use std::ops::Range;

/// One place of a family's passage, in bytes of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Document.
    pub(crate) doc: u32,
    /// First byte.
    pub(crate) start: u32,
    /// First byte after it.
    pub(crate) end: u32,
}

/// A family to judge.
#[derive(Debug, Clone, Default)]
pub(crate) struct Case {
    /// All its places.
    pub(crate) places: Vec<Witness>,
    /// Index of the place whose text represents the family.
    pub(crate) exemplar: usize,
}

impl Case {
    /// The same with its places in the order of the ids of their documents, and the number that
    /// each had before. Of two places the first stands for both.
    fn by_ids(self, documents: &[Document]) -> (Self, Vec<usize>) {
        let Self { places, exemplar } = self;
        let id = |n: usize| {
            let Witness { doc, start, .. } = places[n];
            (documents[doc as usize].id.as_str(), doc, start)
        };
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_unstable_by_key(|&n| id(n));
        let stands = order.iter().position(|&n| n == exemplar);
        let exemplar = stands.filter(|_| places.len() != 2).unwrap_or(0);
        (Self { places: order.iter().map(|&n| places[n]).collect(), exemplar }, order)
    }
}

/// The families of a run as they are judged: each with its places in the order of ids, also where
/// one set of documents comes after another, so that a comparison of two documents, or of two sets,
/// says what a scan of them says.
pub(super) struct InOrder<'a, C> {
    cases: &'a C,
    documents: &'a [Document],
    /// Whether all documents are in that order.
    is_given: bool,
}

impl<'a, C: Cases> InOrder<'a, C> {
    /// The cases of these documents.
    pub(super) fn of(cases: &'a C, documents: &'a [Document]) -> Self {
        let is_given = documents.is_sorted_by(|a, b| a.id <= b.id);
        Self { cases, documents, is_given }
    }

    /// A family, and the number that each place has in it, unless that is its own.
    pub(super) fn case(&self, n: usize) -> (Case, Option<Vec<usize>>) {
        let case = self.cases.case(n);
        if self.is_given {
            return (case, None);
        }
        let (case, order) = case.by_ids(self.documents);
        (case, Some(order))
    }
}

/// The families of a run, each made when it is asked for: twice, so that not all are in memory.
pub(crate) trait Cases: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// One of them.
    fn case(&self, n: usize) -> Case;

    /// Whether any of them has a place in a document.
    fn has_place(&self, doc: u32) -> bool;
}

/// What was found about a family.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Verdict {
    /// What sort of overlap it is.
    pub(crate) kind: Kind,
    /// How sure the kind is, from 0 to 1.
    pub(crate) sureness: f32,
    /// The first to print it, where known.
    pub(crate) first: Option<Earliest>,
    /// For each place, where it most likely has the passage from.
    pub(crate) origins: Vec<Option<Origin>>,
    /// For each place of a quotation the bytes of the quoted words, where they are known; empty
    /// where none are.
    pub(crate) quotes: Vec<Option<Range<u32>>>,
    /// The evidence for the kind, the weightiest first.
    pub(crate) why: Vec<Evidence>,
    /// Independent outlets; the names of one house count once.
    pub(crate) houses: u32,
    /// What the rank is computed from: the larger, the earlier.
    pub(crate) weight: f32,
}

impl Verdict {
    /// The same where places have these numbers.
    pub(super) fn numbered(self, numbers: &[usize]) -> Self {
        let member = |n: u32| narrow(numbers.get(n as usize).copied().unwrap_or_default());
        let put = |origin: Origin| Origin { member: member(origin.member), ..origin };
        let origins = self.origins.iter().map(|origin| origin.map(put)).collect();
        Self {
            first: self.first.map(|first| Earliest { member: member(first.member), ..first }),
            origins: placed(origins, numbers),
            quotes: placed(self.quotes, numbers),
            ..self
        }
    }
}

/// Puts each of some items, if there are any, at the place of its number.
fn placed<T>(items: Vec<T>, numbers: &[usize]) -> Vec<T> {
    let mut items: Vec<(usize, T)> = numbers.iter().copied().zip(items).collect();
    items.sort_unstable_by_key(|(number, _)| *number);
    items.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::super::direction::Basis;
    use super::*;

    struct One(Case);

    impl Cases for One {
        fn count(&self) -> usize {
            1
        }

        fn case(&self, _: usize) -> Case {
            self.0.clone()
        }

        fn has_place(&self, _: u32) -> bool {
            true
        }
    }

    #[test]
    fn what_is_said_of_a_place_in_order_is_said_of_it_where_it_was() {
        let ids = ["d", "b", "a", "c"];
        let documents = ids.map(|id| Document::new(id, "text"));
        let places: Vec<Witness> = (0..4).map(|doc| Witness { doc, start: 0, end: 4 }).collect();
        let cases = One(Case { places: places.clone(), exemplar: 3 });
        let (case, order) = InOrder::of(&cases, &documents).case(0);
        let docs: Vec<u32> = case.places.iter().map(|place| place.doc).collect();
        assert_eq!((docs, case.exemplar), (vec![2, 1, 3, 0], 2));
        // Each place is said to come from the one after it, and to quote its own number.
        let origin = |member| Origin { member, confidence: 0.5, basis: Basis::Agency };
        let verdict = Verdict {
            first: Some(Earliest { member: 3, confidence: 0.75 }),
            origins: vec![Some(origin(1)), Some(origin(2)), Some(origin(3)), None],
            quotes: (0..4).map(|n| Some(n..n + 1)).collect(),
            ..Verdict::default()
        };
        let put = verdict.clone().numbered(&order.unwrap());
        assert_eq!(put.first.map(|first| first.member), Some(0));
        let origins = [None, Some(origin(3)), Some(origin(1)), Some(origin(0))];
        assert_eq!(put.origins, origins);
        assert_eq!(put.quotes, [Some(3..4), Some(1..2), Some(0..1), Some(2..3)]);
        // Documents in order are left alone, and so are quotes where there are none.
        let sorted = ["a", "b", "b", "c"].map(|id| Document::new(id, "text"));
        assert_eq!(InOrder::of(&cases, &sorted).case(0).1, None);
        let none = Verdict { quotes: Vec::new(), ..verdict };
        assert_eq!(none.numbered(&[3, 1, 0, 2]).quotes, []);
    }
}
