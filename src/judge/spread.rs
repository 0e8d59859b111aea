//! Families of a few documents, judged by what is known of the outlets of all.
//!
//! Fed by detect where an engine spreads documents over machines: one task sees whole families, but
//! not every family that an outlet is in. What crosses families is small and gathered first: which
//! outlets are agencies by their own reports, and which furniture outlets share. Feeds kinds alone:
//! directions, ranks and sureness need more. Invariant: a family has the kind that [`super::judge`]
//! gives it where the documents are all together.

use super::context::{Context, Reader};
use super::kind::{self, Kind};
use super::naming;
use super::outlets::Houses;
use super::{Case, Thresholds};
use crate::corpus::Document;
use crate::limits::narrow;

/// The outlets of all documents.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outlets {
    /// Names, sorted and different.
    names: Vec<String>,
    /// As texts write them, where an outlet is an agency by its own reports.
    agencies: Vec<Option<String>>,
    houses: Houses,
}

impl Outlets {
    /// Outlets of these names (sorted and different), of which some (by number) are
    /// [`Outlets::agencies`].
    pub(crate) fn new(names: Vec<String>, agencies: &[u32]) -> Self {
        let mut written = vec![None; names.len()];
        for &outlet in agencies {
            let name = names.get(outlet as usize).and_then(|name| naming::written(name));
            if let Some(own) = written.get_mut(outlet as usize) {
                *own = name;
            }
        }
        Self { names, agencies: written, houses: Houses::default() }
    }

    /// The same with the houses that were [found](Self::find_houses).
    pub(crate) fn with_houses(self, houses: Vec<u32>) -> Self {
        Self { houses: Houses::known(houses), ..self }
    }

    /// The outlets of `documents`, all of which have a passage, that are agencies by their own
    /// reports.
    pub(crate) fn agencies_in(&self, documents: &[Document]) -> Vec<u32> {
        self.context(documents).unlisted().into_keys().collect()
    }

    /// The house of each outlet, by the furniture that outlets share in all documents.
    pub(crate) fn find_houses(&self, furniture: &[Vec<(u32, u32)>]) -> Vec<u32> {
        let houses = self.context(&[]).houses(furniture, &Thresholds::default());
        (0..narrow(self.names.len())).map(|outlet| houses.of(outlet)).collect()
    }

    /// The outlets of each of these families with the number of their documents there, none of a
    /// family that cannot be furniture.
    pub(crate) fn furniture(&self, documents: &[Document], cases: &[Case]) -> Vec<Vec<(u32, u32)>> {
        let (thresholds, mut reader) = (Thresholds::default(), Reader::default());
        let context = self.context(documents);
        let mut may_be = |case: &Case| {
            // Too few documents are quicker to see than all else.
            case.places.len() >= thresholds.recurs_documents as usize && {
                let reading = context.read(case, &mut reader, &thresholds);
                kind::may_be_furniture(&reading.features, &thresholds)
            }
        };
        let outlets = |case: &Case| {
            if may_be(case) { context.outlets_of(case) } else { Vec::new() }
        };
        cases.iter().map(outlets).collect()
    }

    /// The kinds of these families, once houses are known.
    pub(crate) fn kinds(&self, documents: &[Document], cases: &[Case]) -> Vec<Kind> {
        let (thresholds, mut reader) = (Thresholds::default(), Reader::default());
        let context = self.context(documents);
        let kind = |case: &Case| {
            let reading = context.read(case, &mut reader, &thresholds);
            let ownership = context.ownership(case, &self.houses);
            kind::kind(&reading.features, ownership, &thresholds)
        };
        cases.iter().map(kind).collect()
    }

    fn context<'a>(&'a self, documents: &'a [Document]) -> Context<'a> {
        let names = self.names.iter().map(String::as_str).collect();
        let agencies = self.agencies.iter().map(Option::as_deref);
        Context::of_outlets(documents, names, |_| true).with_agencies(agencies)
    }
}
