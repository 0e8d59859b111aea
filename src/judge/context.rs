//! What is known about the documents and outlets of a run, and the reading of a family in it.
//!
//! Fed by `judge` with documents and cases; reads the text around each place through `occurrence`,
//! `wording`, `naming` and `credit`, and joins what `kind`, `direction` and `rank` decide into a
//! verdict. Invariant: each place is read once, in the order of the case.

use super::case::{Case, Verdict, Witness};
use super::direction::History;
use super::features::Features;
use super::kind::{self, Ownership};
use super::lines::floor;
use super::occurrence::{self, Occurrence};
use super::outlets::Houses;
use super::provenance::Provenance;
use super::thresholds::Thresholds;
use super::wording::{self, Wording};
use super::{credit, naming, rank, sentence};
use crate::corpus::{Date, Document};
use crate::limits::narrow;
use crate::text::Tokenizer;
use rayon::prelude::*;
use std::ops::Range;

/// Outlets of a family whose names are looked for in its documents.
const NAMED_OUTLETS: usize = 12;
/// Bytes on either side of a passage that show what share of capitals is usual there.
const AROUND_BYTES: usize = 1500;

/// The documents of a run with what is known about their outlets.
pub(super) struct Context<'a> {
    documents: &'a [Document],
    /// Names of the outlets, sorted.
    names: Vec<&'a str>,
    /// Outlet of each document.
    outlets: Vec<Option<u32>>,
    /// Agency that each outlet is.
    agencies: Vec<Option<&'static str>>,
    /// Agency that each document credits; only documents with a place are read.
    credits: Vec<Option<&'static str>>,
}

/// What was read at the places of a family.
pub(super) struct Reading<'a> {
    pub(super) features: Features,
    provenances: Vec<Provenance<'a>>,
    wordings: Vec<Wording>,
    /// For each place, the place of an outlet that it names.
    named: Vec<Option<u32>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(documents: &'a [Document], cases: &[Case]) -> Self {
        let outlet = |document: &'a Document| document.meta.outlet.as_deref();
        let mut names: Vec<&str> = documents.iter().filter_map(outlet).collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &str| narrow(names.partition_point(|other| *other < name));
        let outlets = documents.iter().map(|document| outlet(document).map(number)).collect();
        let agencies = names.iter().map(|name| credit::agency_named(name)).collect();
        let mut has_place = vec![false; documents.len()];
        for place in cases.iter().flat_map(|case| &case.places) {
            has_place[place.doc as usize] = true;
        }
        let credit = |(document, has_place): (&Document, &bool)| {
            has_place.then(|| credit::agency_of(&document.text)).flatten()
        };
        let credits = documents.par_iter().zip(&has_place).map(credit).collect();
        Self { documents, names, outlets, agencies, credits }
    }

    /// Joins the outlets that are one house, by their names and by the `furniture` that they share.
    pub(super) fn houses(&self, furniture: &[Vec<(u32, u32)>], thresholds: &Thresholds) -> Houses {
        Houses::find(&self.names, &self.agencies, furniture, thresholds)
    }

    /// Reads all places of a family.
    pub(super) fn read(
        &self,
        case: &Case,
        tokenizer: &mut Tokenizer,
        thresholds: &Thresholds,
    ) -> Reading<'a> {
        let mut provenances: Vec<Provenance<'a>> =
            case.places.iter().map(|place| self.provenance(place)).collect();
        let named = self.named(case, &mut provenances);
        let occurrences: Vec<Occurrence> = case
            .places
            .iter()
            .map(|place| occurrence::read(self.text(place), span(place)))
            .collect();
        let own = |place: &Witness| self.text(place).get(span(place)).unwrap_or_default();
        let wordings: Vec<Wording> =
            case.places.iter().map(|place| Wording::of(own(place), tokenizer)).collect();
        let mut features =
            Features::gather(&provenances, &occurrences, &wordings, case.exemplar, thresholds);
        if let Some(place) = case.places.get(case.exemplar) {
            features.sentences = sentence::ends_inside(own(place));
            features.usual = wording::capital_share(around(self.text(place), &span(place)));
        }
        Reading { features, provenances, wordings, named }
    }

    /// The outlets of a family, each with the number of its documents there.
    pub(super) fn outlets_of(&self, case: &Case) -> Vec<(u32, u32)> {
        let mut found: Vec<(u32, u32)> = case
            .places
            .iter()
            .filter_map(|place| Some((self.outlets[place.doc as usize]?, place.doc)))
            .collect();
        found.sort_unstable();
        found.dedup();
        found.chunk_by(|x, y| x.0 == y.0).map(|same| (same[0].0, narrow(same.len()))).collect()
    }

    /// The verdict on a family; its rank is still to be set.
    pub(super) fn decide(
        &self,
        case: &Case,
        reading: &Reading<'_>,
        houses: &Houses,
        thresholds: &Thresholds,
    ) -> Verdict {
        let ownership = self.ownership(case, houses);
        let kind = kind::kind(&reading.features, ownership, thresholds);
        let dates: Vec<Option<&Date>> = case.places.iter().map(|place| self.date(place)).collect();
        let history = History {
            dates: &dates,
            provenances: &reading.provenances,
            wordings: &reading.wordings,
            named: &reading.named,
        };
        Verdict {
            kind,
            first: history.first(),
            origins: history.origins(kind, thresholds),
            rank: 0,
            why: kind::why(&reading.features, ownership, kind),
            houses: ownership.houses,
            weight: rank::weight(&reading.features, ownership, kind),
        }
    }

    fn text(&self, place: &Witness) -> &'a str {
        &self.documents[place.doc as usize].text
    }

    fn date(&self, place: &Witness) -> Option<&'a Date> {
        self.documents[place.doc as usize].meta.date.as_ref()
    }

    fn provenance(&self, place: &Witness) -> Provenance<'a> {
        let outlet = self.outlets[place.doc as usize];
        Provenance {
            doc: place.doc,
            outlet: outlet.map(|outlet| self.names[outlet as usize]),
            partner: None,
            day: self.date(place).map(|date| date.seconds.div_euclid(86_400)),
            credit: self.credits[place.doc as usize],
            agency: outlet.and_then(|outlet| self.agencies[outlet as usize]),
        }
    }

    /// For each place, the earliest place of another outlet that it names beside the passage. Sets
    /// the partners, which are the outlets credited at the foot of documents.
    fn named(&self, case: &Case, provenances: &mut [Provenance<'a>]) -> Vec<Option<u32>> {
        let outlets = self.outlets_of(case);
        let others: Vec<(&'a str, String)> = outlets
            .iter()
            .take(NAMED_OUTLETS)
            .map(|(outlet, _)| self.names[*outlet as usize])
            .filter_map(|name| Some((name, naming::written(name)?)))
            .collect();
        if others.len() < 2 {
            return vec![None; provenances.len()];
        }
        let owners: Vec<Option<&str>> = provenances.iter().map(|place| place.outlet).collect();
        let seconds = |n: usize| self.date(&case.places[n]).map_or(i64::MAX, |date| date.seconds);
        let earliest = |name: &str| {
            let own = (0..owners.len()).filter(|&n| owners[n] == Some(name));
            own.min_by_key(|&n| (seconds(n), n)).map(narrow)
        };
        let each = provenances.iter_mut().zip(&case.places).map(|(provenance, place)| {
            let text = self.text(place);
            let other = |name: &&(&'a str, String)| provenance.outlet != Some(name.0);
            let named_in = |text: &str| {
                let held = |name: &&(&'a str, String)| naming::holds(text, &name.1);
                others.iter().filter(other).find(held).map(|name| name.0)
            };
            let partner = named_in(naming::credit_line(text));
            let beside = naming::beside(text, &span(place));
            let near = beside.iter().find_map(|text| named_in(text)).or(partner);
            provenance.partner = partner;
            near.and_then(earliest)
        });
        each.collect()
    }

    /// How the documents of a family are spread over outlets and houses.
    fn ownership(&self, case: &Case, houses: &Houses) -> Ownership {
        let mut documents: Vec<u32> = case.places.iter().map(|place| place.doc).collect();
        documents.sort_unstable();
        documents.dedup();
        let count = documents.len();
        let outlet = |doc: &u32| self.outlets[*doc as usize];
        let same_outlet = outlet(&documents[0]).is_some()
            && documents.iter().all(|doc| outlet(doc) == outlet(&documents[0]));
        let mut known: Vec<u32> =
            documents.iter().filter_map(outlet).map(|n| houses.of(n)).collect();
        let unknown = count - known.len();
        known.sort_unstable();
        let sizes: Vec<usize> = known.chunk_by(|x, y| x == y).map(<[u32]>::len).collect();
        let largest = sizes.iter().max().copied().unwrap_or(0).max(usize::from(unknown > 0));
        Ownership {
            one_outlet: count == 1 || same_outlet,
            houses: narrow(sizes.len() + unknown),
            largest: largest as f32 / count.max(1) as f32,
            known: unknown == 0,
        }
    }
}

fn span(place: &Witness) -> Range<usize> {
    place.start as usize..place.end as usize
}

/// The text around a span, including the span.
fn around<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    let start = floor(text, span.start.saturating_sub(AROUND_BYTES));
    text.get(start..floor(text, span.end + AROUND_BYTES)).unwrap_or_default()
}
